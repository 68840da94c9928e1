"""The findings of a page: the worst first, as much as fits."""

from __future__ import annotations

import html
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace

from specproof.model.exchange import Exchange
from specproof.model.finding import Finding
from specproof.model.promise import Promise, PromiseKind
from specproof.model.verdict import Run
from specproof.reports.alike import grouped
from specproof.reports.clean import Mask
from specproof.reports.text import cut, harmless, request_text, response_text

BYTES = 400_000  # of all findings of a page
_EVIDENCE_BYTES = 200_000  # of all exchanges among them
_SHOWN = 2  # exchanges of a finding: the last ones show the fault
_BODY = 1_500  # characters of a body
_TEXT = 3_000  # characters of a request or a response, headers included
_FRAME_BYTES = 900  # what the page writes around the texts of a finding


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """One exchange as text."""

    name: str
    request: str
    response: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One finding as the page shows it."""

    anchor: str
    finding: Finding
    kind: PromiseKind
    inferred: bool
    detail: str
    script: str
    exchanges: tuple[Shown, ...]
    left_out: int  # exchanges that are not shown


def entries(run: Run, mask: Mask) -> tuple[tuple[Entry, ...], ...]:
    """Return the findings that fit, the worst first, those that say the same together.

    The first one of each group goes before the others do where there is not enough room, and every finding
    before its exchanges.
    """
    bound = {id(finding): outcome.promise for outcome in run.outcomes for finding in outcome.findings}
    groups = grouped(run.findings)
    firsts = [(number, group.first) for number, group in enumerate(groups)]
    others = [(number, each) for number, group in enumerate(groups) for each in group.others]
    left, left_for_evidence = BYTES, _EVIDENCE_BYTES
    found: dict[int, list[Entry]] = {}
    anchors: Counter[str] = Counter()
    for number, finding in firsts + others:
        entry = _entry(finding, bound[id(finding)], mask)
        size, evidence_size = _sizes(entry)
        if size > left:
            break
        if evidence_size > left_for_evidence or evidence_size > left - size:
            entry = replace(entry, exchanges=(), left_out=len(finding.evidence))
            evidence_size = 0
        left -= size + evidence_size
        left_for_evidence -= evidence_size
        anchors[entry.anchor] += 1
        if anchors[entry.anchor] > 1:
            entry = replace(entry, anchor=f"{entry.anchor}-{anchors[entry.anchor]}")
        found.setdefault(number, []).append(entry)
    return tuple(map(tuple, found.values()))


def _entry(finding: Finding, promise: Promise, mask: Mask) -> Entry:
    exchanges = tuple(map(_shown, finding.evidence[-_SHOWN:]))
    return Entry(
        anchor=f"f-{finding.fingerprint}",
        finding=finding,
        kind=promise.kind,
        inferred=promise.inferred,
        detail=harmless(mask(finding.detail)),
        script=harmless("\n".join(finding.reproduce)),
        exchanges=exchanges,
        left_out=len(finding.evidence) - len(exchanges),
    )


def _sizes(entry: Entry) -> tuple[int, int]:
    """Return the bytes of an entry without its exchanges, and those of its exchanges."""
    finding, kind = entry.finding, entry.kind
    texts = (finding.summary, finding.about, finding.place, finding.source, entry.detail, entry.script)
    size = _FRAME_BYTES + _size((*texts, kind.sentence, kind.broken_when))
    return size, _size(text for each in entry.exchanges for text in (each.name, each.request, each.response))


def _shown(exchange: Exchange) -> Shown:
    request, response = exchange.request, exchange.response
    purpose = f"{request.purpose}: " if request.purpose else ""
    name = f"{purpose}{request.method} {request.url}"
    return Shown(
        name=f"{cut(name, 200)} → {response.status}",
        request=cut(request_text(exchange, _BODY), _TEXT),
        response=cut(response_text(exchange, _BODY), _TEXT),
    )


def _size(texts: Iterator[str] | tuple[str, ...]) -> int:
    return sum(len(html.escape(text).encode("utf-8", "replace")) for text in texts)
