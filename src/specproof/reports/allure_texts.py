"""What Allure shows beside the results: words, properties of the environment, categories."""

from __future__ import annotations

import html
from collections.abc import Iterator

from specproof.model.verdict import Decision, Outcome, Run
from specproof.reports.text import one_line


def description(outcome: Outcome) -> str:
    """Return the promise in words, as Markdown."""
    promise = outcome.promise
    guess = "\n\nThe document does not say so; it was inferred." if promise.inferred else ""
    words = (
        f"**{html.escape(promise.kind.sentence)}**\n\nBroken when: {html.escape(promise.kind.broken_when)}"
    )
    source = html.escape(one_line(promise.source)).replace("`", "'")
    return f"{words}\n\nSource: {html.escape(promise.kind.source)}, `{source}`{guess}"


def tags(outcome: Outcome) -> Iterator[str]:
    """Yield what results can be filtered by."""
    if outcome.promise.inferred:
        yield "inferred"
    if any(finding.unstable for finding in outcome.findings):
        yield "unstable"
    if any(finding.waiver for finding in outcome.findings):
        yield "waived"


def owners(outcome: Outcome) -> list[str]:
    """Return who answers for the waivers, each once."""
    found = (one_line(finding.waiver_owner) for finding in outcome.findings if finding.waiver_owner)
    return list(dict.fromkeys(found))


def difference(summary: str) -> str:
    """Return the two halves of a summary as a diff; empty where it has not two."""
    expected, separator, got = one_line(summary).partition("; got ")
    return f"--- expected\n+++ got\n-{expected.removeprefix('expected ')}\n+{got}\n" if separator else ""


def properties(run: Run, decision: Decision) -> str:
    """Return Java properties: ASCII, with what is special in keys and values escaped."""
    said = {
        "Verdict": decision.verdict.value,
        "Contract": f"{run.contract_title} {run.contract_version}",
        "Document": run.contract_source,
        "Document.SHA-256": run.contract_sha256,
        "Environment": run.environment,
        "Base.URL": run.base_url,
        "Seed": str(run.seed),
        "Depth": run.depth,
        "Requests": str(run.traffic.requests),
        "Seconds": f"{run.seconds:.1f}",
    }
    return "".join(f"{name} = {_property(one_line(value))}\n" for name, value in said.items())


def _property(value: str) -> str:
    units = value.replace("\\", "\\\\").encode("utf-16-be", "surrogatepass")
    codes = [int.from_bytes(units[at : at + 2], "big") for at in range(0, len(units), 2)]
    return "".join(chr(code) if 0x20 <= code < 0x7F else f"\\u{code:04x}" for code in codes)


def categories(run: Run) -> list[dict[str, object]]:
    """Sort results by area, and apart from what is not a plain failure; the first that fits counts.

    The expressions are legal in Java (Allure 2, which matches whole texts) and in JavaScript (Allure 3).
    """
    broken = {each.promise.kind.area for each in run.outcomes if each.findings}
    special = [
        ("Inconclusive verdict", "broken", {"messageRegex": r"inconclusive: [\s\S]*"}),
        ("Suite error", "broken", {"messageRegex": r"suite error: [\s\S]*"}),
        ("Unstable: did not come back on every replay", "broken", {"messageRegex": r"unstable, [\s\S]*"}),
        ("Waived", "skipped", {"messageRegex": r"waived: [\s\S]*"}),
        ("Not exercised", "skipped", {"messageRegex": r"not exercised: [\s\S]*"}),
    ]
    areas = [
        (f"Broken promises: {area}", "failed", {"traceRegex": rf"promise: {area}\.[\s\S]*"})
        for area in sorted(broken)
    ]
    return [
        {"name": name, "matchedStatuses": [status], **regex} for name, status, regex in (*special, *areas)
    ]
