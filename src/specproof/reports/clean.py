"""Take the secrets and the dangerous characters out of a run, once, before anything is written."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TypeVar

from specproof.model.change import Change
from specproof.model.exchange import Exchange, Pairs, Request, Response
from specproof.model.finding import Finding
from specproof.model.verdict import Decision, DocumentNote, Outcome, Run
from specproof.reports.text import decoded, encoded, harmless, shown_headers

Mask = Callable[[str], str]
_Text = TypeVar("_Text", str, str | None)


def clean(run: Run, decision: Decision, mask: Mask) -> tuple[Run, Decision]:
    """Return the run and the decision without secrets.

    Every text passes the mask and is made harmless; of cookies and credentials in headers only name or
    scheme stays, in the record for other machines as well; bodies pass the mask as text of their character
    set. Only ``Finding.detail`` stays, because the fingerprint is made of it: a report that shows it
    cleans it itself.
    """
    cleaner = _Cleaner(mask)
    cleaned = replace(
        run,
        contract_title=cleaner.text(run.contract_title),
        contract_version=cleaner.text(run.contract_version),
        contract_source=cleaner.text(run.contract_source),
        base_url=cleaner.text(run.base_url),
        outcomes=tuple(cleaner.outcome(outcome) for outcome in run.outcomes),
        left_behind=tuple(map(cleaner.text, run.left_behind)),
        troubles=tuple(map(cleaner.text, run.troubles)),
        inferred=tuple(map(cleaner.text, run.inferred)),
        document_notes=tuple(map(cleaner.note, run.document_notes)),
        base=cleaner.text(run.base),
        changes=tuple(map(cleaner.change, run.changes)),
        sample=tuple(map(cleaner.exchange, run.sample)),
        access=tuple(replace(cell, credential=cleaner.text(cell.credential)) for cell in run.access),
        coverage=tuple(replace(point, why=cleaner.text(point.why)) for point in run.coverage),
    )
    rulings = tuple(replace(each, sentence=cleaner.text(each.sentence)) for each in decision.rulings)
    reasons = tuple(map(cleaner.text, decision.reasons))
    return cleaned, replace(decision, reasons=reasons, rulings=rulings, policy=cleaner.text(decision.policy))


class _Cleaner:
    """Cleans; remembers exchanges, since several findings often share one."""

    def __init__(self, mask: Mask) -> None:
        self.mask = mask
        self._known: dict[int, tuple[Exchange, Exchange]] = {}  # holds the original: ids must not recur

    def text(self, text: _Text) -> _Text:
        return text if text is None else harmless(self.mask(text))

    def change(self, change: Change) -> Change:
        return replace(
            change,
            said=self.text(change.said),
            pointer=self.text(change.pointer),
            place=self.text(change.place),
            operations=tuple(map(self.text, change.operations)),
        )

    def note(self, note: DocumentNote) -> DocumentNote:
        return DocumentNote(
            pointer=self.text(note.pointer),
            place=self.text(note.place),
            said=self.text(note.said),
            effect=self.text(note.effect),
        )

    def outcome(self, outcome: Outcome) -> Outcome:
        findings = tuple(self.finding(finding) for finding in outcome.findings)
        return replace(outcome, why=self.text(outcome.why), findings=findings)

    def finding(self, finding: Finding) -> Finding:
        return replace(
            finding,
            summary=self.text(finding.summary),
            source=self.text(finding.source),
            place=self.text(finding.place),
            excerpt=self.text(finding.excerpt),
            waiver=self.text(finding.waiver),
            waiver_owner=self.text(finding.waiver_owner),
            reproduce=tuple(self.mask(line) for line in finding.reproduce),
            test=self.mask(finding.test),
            evidence=tuple(self.exchange(exchange) for exchange in finding.evidence),
        )

    def exchange(self, exchange: Exchange) -> Exchange:
        if id(exchange) not in self._known:
            cleaned = replace(
                exchange, request=self._request(exchange.request), response=self._response(exchange.response)
            )
            self._known[id(exchange)] = exchange, cleaned
        return self._known[id(exchange)][1]

    def _request(self, request: Request) -> Request:
        return replace(
            request,
            url=self.mask(request.url),
            headers=self._headers(request.headers),
            body=None if request.body is None else self._body(request.body, request.headers),
            purpose=self.text(request.purpose),
        )

    def _response(self, response: Response) -> Response:
        return replace(
            response,
            headers=self._headers(response.headers),
            body=self._body(response.body, response.headers),
            reason=self.text(response.reason),
        )

    def _headers(self, headers: Pairs) -> Pairs:
        return tuple((self.mask(name), self.mask(value)) for name, value in shown_headers(headers))

    def _body(self, body: bytes, headers: Pairs) -> bytes:
        text = decoded(body, headers)
        masked = self.mask(text)
        return body if masked == text else encoded(masked, headers)
