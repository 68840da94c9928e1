"""Files in which specproof's own judges say whether a finding can still be seen."""

from __future__ import annotations

import re
from dataclasses import dataclass

from specproof.model.exchange import Request
from specproof.model.finding import Finding
from specproof.suite.replay.render import docstring
from specproof.suite.replay.symptoms import Symptom


@dataclass(frozen=True, slots=True, kw_only=True)
class Circumstances:
    """What a run was made with.

    Args:
        spec: File or URL of the document.
        overlays: Files or URLs.
        environment: File of the profile.
        seed: Of the run.
        depth: Of the run.
        lenient: Whether the document was taken leniently.
    """

    spec: str
    overlays: tuple[str, ...]
    environment: str
    seed: int
    depth: str
    lenient: bool = False


def by_check(finding: Finding, request: Request, made_with: Circumstances) -> Symptom:
    """Let the check of a promise judge the last answer of the sequence."""
    return Symptom(
        says=f"specproof's check of {finding.promise} finds something in the last answer",
        imports=(
            "from specproof.model.exchange import Request, Response",
            "from specproof.suite.again import judge_answer",
        ),
        lines=(
            "last = answers[-1]",
            "request = Request(",
            "    method=last.method, url=last.url, headers=last.asked, body=last.sent, "
            f"operation={request.operation!a}, valid={request.valid!a},",
            ")",
            "response = Response(",
            "    status=last.status, headers=tuple(last.headers), body=last.body, seconds=0.0, "
            "stopped=last.stopped",
            ")",
            "found = judge_answer(",
            f"    {finding.promise!a}, {finding.operation!a}, request, response,",
            f"    spec={made_with.spec!a}, overlays={made_with.overlays!a}, lenient={made_with.lenient!a},",
            ")",
            "assert found == [], FINDING",
        ),
    )


def by_look(finding: Finding, made_with: Circumstances) -> str:
    """Return a file that exercises the promise once more; what it rests on is more than its evidence."""
    name = re.sub(r"\W", "_", finding.promise)
    how = (
        "The requests that show it say so only beside others, so specproof exercises this one promise\n"
        "again, as the run did. It fails as long as it finds the same. It needs specproof, the document\n"
        "and the profile: run it where the suite was run, with the same variables."
    )
    return (
        f"{docstring(finding, how)}\n\n"
        "from specproof.suite.again import look_again\n\n\n"
        f"def test_{name}() -> None:\n"
        "    found = look_again(\n"
        f"        {finding.promise!a},\n"
        f"        {finding.operation!a},\n"
        f"        spec={made_with.spec!a},\n"
        f"        overlays={made_with.overlays!a},\n"
        f"        environment={made_with.environment!a},\n"
        f"        seed={made_with.seed!a},\n"
        f"        depth={made_with.depth!a},\n"
        f"        lenient={made_with.lenient!a},\n"
        "    )\n"
        f"    assert {finding.fingerprint!a} not in found, found\n"
    )
