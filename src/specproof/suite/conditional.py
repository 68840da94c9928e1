"""Ask for what was seen already, by its ETag and by its date."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from specproof.invariants.conditional import Revalidation, modified, not_modified, steady_tag
from specproof.model.exchange import Exchange, Request
from specproof.model.field_values import EntityTag, entity_tag, http_date
from specproof.model.operation import Operation
from specproof.suite.access import NotExercised
from specproof.suite.judgement import Judgement
from specproof.suite.listing import promised
from specproof.suite.preconditions import day_before, judge_changes, made_up_tag, may_send
from specproof.suite.scratch import Scratch, valid_request
from specproof.suite.session import Suite
from specproof.suite.skipping import skipping

_STEADY, _SINCE = "conditional.steady-tag", "conditional.not-modified-since"
_BY_TAG = ("conditional.not-modified", "conditional.modified", "conditional.comparison")
_CHANGES = "what it shows changes by itself"


def judge_conditions(suite: Suite, scratch: Scratch, operation: Operation, _again: bool) -> Judgement:
    """Send conditional requests to one operation, and judge by every promise about them."""
    judgement = Judgement()
    promises = promised(suite, operation, "conditional")
    with skipping(judgement, promises):
        if operation.method != "GET":
            judge_changes(suite, scratch, operation, promises, judgement)
            return judgement
        plain = valid_request(suite, scratch, operation, purpose="what is there?")
        reader = _Reader(suite=suite, operation=operation, plain=plain)
        reader.read(3)
        _judge_tags(reader, promises, judgement)
        if _SINCE in promises:
            _judge_dates(reader, judgement)
    return judgement


@dataclass(kw_only=True)
class _Reader:
    """Reads one thing, with conditions and without."""

    suite: Suite
    operation: Operation
    plain: Request
    reads: list[Exchange] = field(default_factory=list)

    def read(self, times: int = 1) -> Exchange:
        """Read without a condition; return the last answer.

        Raises:
            NotExercised: It is no success.
        """
        for _ in range(times):
            self.reads.append(self.suite.send(self.plain))
        status = self.reads[-1].response.status
        if not 200 <= status < 300:
            raise NotExercised(f"the plain request is answered with status {status}")
        return self.reads[-1]

    def ask(self, header: str, value: str, told: str, detail: str) -> Revalidation | None:
        """Read with a condition; ``None`` where the document forbids such a value."""
        if not may_send(self.suite, self.operation, header, value):
            return None
        name = f"{header} with {told}"
        headers = (*self.plain.headers, (header, value))
        asked = self.suite.send(replace(self.plain, headers=headers, purpose=name))
        return Revalidation(name=name, detail=detail, plain=self.reads[-1], asked=asked)

    def shown(self, header: str) -> str | None:
        """Return a header of the last plain answer."""
        return self.reads[-1].response.header(header)

    def is_unchanged(self, header: str) -> bool:
        """Read once more, and tell whether a header stayed the same."""
        before = self.shown(header)
        return self.read().response.header(header) == before


def _judge_tags(reader: _Reader, promises: list[str], judgement: Judgement) -> None:
    shown = [each.response.header("ETag") for each in reader.reads]
    tag = entity_tag(shown[-1])
    if tag is None or None in shown:
        why = "the answer has no ETag" if shown[-1] is None else "the ETag is no entity tag"
        for promise in (_STEADY, *_BY_TAG):
            judgement.skip(promise, why)
        return
    if _STEADY in promises:
        if len({each.response.body for each in reader.reads}) == 1:
            judgement.judge(_STEADY, steady_tag(reader.operation, reader.reads))
        judgement.skip(_STEADY, _CHANGES)
    if _BY_TAG[0] in promises:
        _ask_by_tag(reader, tag, judgement)


def _ask_by_tag(reader: _Reader, tag: EntityTag, judgement: Judgement) -> None:
    operation = reader.operation
    other = made_up_tag(reader.suite, operation, "If-None-Match")
    known = reader.ask("If-None-Match", tag.value, "the ETag just seen", "tag")
    unknown = reader.ask("If-None-Match", other, "a tag that nobody gave", "other") if other else None
    forms = list(_other_forms(reader, tag, other))
    steady = reader.is_unchanged("ETag")
    if unknown is not None:
        judgement.judge("conditional.modified", modified(operation, unknown))
    if known is not None and steady:
        judgement.judge("conditional.not-modified", not_modified(operation, known))
        if known.asked.response.status == 304:  # else the forms show the same once more
            for form in forms:
                found = not_modified(operation, form, promise="comparison")
                judgement.judge("conditional.comparison", found)
        judgement.skip("conditional.comparison", "the ETag just seen gets no 304, so other forms say nothing")
    why = _CHANGES if not steady else "the document forbids such a value of If-None-Match"
    for promise in _BY_TAG:
        judgement.skip(promise, why)


def _other_forms(reader: _Reader, tag: EntityTag, other: str | None) -> Iterator[Revalidation]:
    """Ask by everything else that means the tag just seen (RFC 9110 section 13.1.2)."""
    weak = replace(tag, weak=not tag.weak).value
    for value, told, detail in (
        (f"{other or tag.value}, {tag.value}", "a list that has the ETag just seen", "list"),
        (weak, f"the ETag just seen as a {'strong' if tag.weak else 'weak'} one", "weak"),
        ("*", "a star", "star"),
    ):
        asked = reader.ask("If-None-Match", value, told, detail)
        if asked is not None:
            yield asked


def _judge_dates(reader: _Reader, judgement: Judgement) -> None:
    date = http_date(reader.shown("Last-Modified"))
    if date is None:
        raise NotExercised("the answer has no Last-Modified that is a date of HTTP")
    same = reader.ask("If-Modified-Since", str(reader.shown("Last-Modified")), "the date just seen", "date")
    old = reader.ask("If-Modified-Since", day_before(date), "a date a day before", "day before")
    steady = reader.is_unchanged("Last-Modified")
    name = _SINCE.partition(".")[2]
    if old is not None:
        judgement.judge(_SINCE, modified(reader.operation, old, promise=name))
    if same is not None and steady:
        judgement.judge(_SINCE, not_modified(reader.operation, same, promise=name))
    judgement.skip(_SINCE, "the document forbids such a value of If-Modified-Since")
