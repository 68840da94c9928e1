"""The findings of a page: the worst first, as much as fits."""

from __future__ import annotations

import html
from collections.abc import Iterator
from dataclasses import dataclass

from specproof.model.exchange import Exchange
from specproof.model.finding import Finding
from specproof.model.promise import PromiseKind
from specproof.model.verdict import Run
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


def entries(run: Run, mask: Mask) -> tuple[Entry, ...]:
    """Return the findings that fit, the worst first; their exchanges go before they themselves do."""
    bound = {id(finding): outcome.promise for outcome in run.outcomes for finding in outcome.findings}
    left, left_for_evidence = BYTES, _EVIDENCE_BYTES
    found: list[Entry] = []
    anchors: set[str] = set()
    for finding in run.findings:
        promise = bound[id(finding)]
        script = harmless("\n".join(finding.reproduce))
        detail = harmless(mask(finding.detail))
        exchanges = tuple(map(_shown, finding.evidence[-_SHOWN:]))
        texts = (finding.summary, finding.about, finding.place, finding.source, detail, script)
        size = _FRAME_BYTES + _size((*texts, promise.kind.sentence, promise.kind.broken_when))
        evidence_size = _size(text for each in exchanges for text in (each.name, each.request, each.response))
        if size > left:
            break
        if evidence_size > left_for_evidence or evidence_size > left - size:
            exchanges, evidence_size = (), 0
        left -= size + evidence_size
        left_for_evidence -= evidence_size
        anchor = f"f-{finding.fingerprint}"
        found.append(
            Entry(
                anchor=anchor if anchor not in anchors else f"{anchor}-{len(found)}",
                finding=finding,
                kind=promise.kind,
                inferred=promise.inferred,
                detail=detail,
                script=script,
                exchanges=exchanges,
                left_out=len(finding.evidence) - len(exchanges),
            )
        )
        anchors.add(anchor)
    return tuple(found)


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
