"""What is wrong with the document, as findings of the promises about it: nothing is sent for them."""

from __future__ import annotations

from collections.abc import Sequence

from specproof.contract.lines import Problem
from specproof.model.finding import Finding
from specproof.model.promise import Promise


def findings_of(promise: Promise, problems: Sequence[Problem]) -> tuple[Finding, ...]:
    """Return the problems that break one promise about the document."""
    return tuple(
        Finding(
            promise=promise.id,
            operation="",
            severity=promise.kind.severity,
            summary=f"{problem.message}; {problem.mend}",
            source=problem.pointer,
            place=problem.place,
            detail=f"{problem.pointer} {problem.message}",
        )
        for problem in problems
        if _broken_by(problem) == promise.id
    )


def defects_noted(problems: Sequence[Problem]) -> str:
    """Return why a document that is taken leniently is not judged."""
    return f"the document is taken leniently, and {len(problems)} of its defects are noted"


def _broken_by(problem: Problem) -> str:
    tokens = problem.pointer.split("/")
    if tokens[-1] == "$ref":
        return "document.references"
    if any(step.startswith("x-") and step != "x-external" for step in tokens):
        return "document.vocabulary"
    return "document.valid"
