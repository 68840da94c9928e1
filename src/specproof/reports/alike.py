"""Findings that say the same about several operations or statuses: most often one mistake of the server."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from specproof.model.finding import Finding
from specproof.reports.text import one_line

_NUMBER = re.compile(r"\d+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Findings of one promise whose sentences differ in numbers alone; the first one stands for all."""

    first: Finding
    others: tuple[Finding, ...] = ()

    @property
    def abouts(self) -> str:
        """What the others are about, the most frequent first: ``GET /a (3), the API``."""
        counts = Counter(finding.about for finding in self.others)
        return ", ".join(
            f"{about} ({number})" if number > 1 else about for about, number in counts.most_common()
        )


def grouped(findings: Sequence[Finding]) -> tuple[Group, ...]:
    """Put findings that say the same together; groups stand where their first finding stood.

    Of one group all are as severe, and all or none are waived, or unstable: the gate treats them alike.
    """
    groups: dict[tuple[object, ...], list[Finding]] = {}
    for finding in findings:
        said = _NUMBER.sub("#", one_line(finding.summary))
        marks = (finding.severity, finding.waiver, finding.unstable is not None)
        groups.setdefault((finding.promise, said, *marks), []).append(finding)
    return tuple(Group(first=found[0], others=tuple(found[1:])) for found in groups.values())
