"""What a user's own check found in one exchange."""

from __future__ import annotations

import re
from dataclasses import dataclass

from specproof.model.promise import Severity


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnFinding:
    """One thing that is wrong, as the hook ``specproof_judge`` says it.

    Args:
        check: Name of the rule in lower case, such as ``has-request-id``; part of the fingerprint.
        summary: One sentence: what was expected, and what came.
        severity: How bad it is.
        detail: What tells two bugs of one check and operation apart, such as the name of a member; part of
            the fingerprint, so nothing that differs from run to run.

    Raises:
        ValueError: The name of the check is none, or the sentence is empty.
    """

    check: str
    summary: str
    severity: Severity = Severity.MAJOR
    detail: str = ""

    def __post_init__(self) -> None:
        """See that it can be told and recognised."""
        if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", self.check):
            raise ValueError(f"check {self.check!r} is no name; write it like has-request-id")
        if not self.summary.strip():
            raise ValueError(f"check {self.check!r} has no summary; say what was expected and what came")
