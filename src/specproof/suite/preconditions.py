"""Change what the run made, under conditions that hold, that do not hold, and without one."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from uuid import NAMESPACE_URL, uuid5

from specproof.contract.preconditions import asks_for_tag, condition, reader
from specproof.generate.request import build_request, json_body, json_media
from specproof.generate.sequences import Stage
from specproof.generate.variations import variations
from specproof.invariants.conditional import (
    REQUIRED,
    Trial,
    current_accepted,
    refused,
    tag_changes,
    without_effect,
)
from specproof.model.exchange import Exchange, Pairs, Request
from specproof.model.field_values import as_http_date, entity_tag, http_date
from specproof.model.life import Act
from specproof.model.operation import Operation
from specproof.suite.access import NotExercised
from specproof.suite.judgement import Judgement
from specproof.suite.scratch import Scratch
from specproof.suite.session import Suite

_STALE, _EFFECT = "conditional.stale-refused", "conditional.refused-without-effect"
_CURRENT, _REQUIRED = "conditional.current-accepted", REQUIRED
_OVERWRITE, _TAG = "conditional.no-overwrite", "conditional.tag-changes"
_BY_TAG = frozenset({"other", "outdated", "without"})  # trials that differ in If-Match alone
_NO_TAG, _WEAK = "reading it shows no ETag", "the ETag is weak, and If-Match compares strongly"


def made_up_tag(suite: Suite, operation: Operation, name: str) -> str | None:
    """Return an entity tag that no server gives, as the document allows it for a header.

    Where tags are times, it is one long ago. ``None`` where the document allows none of the forms that are
    known.
    """
    digits = hashlib.sha256(f"{suite.plan.seed} tag".encode()).hexdigest()[:12]
    forms = (f'"specproof-{digits}"', '"1000000000001"', f'"{uuid5(NAMESPACE_URL, digits)}"')
    return next((form for form in forms if may_send(suite, operation, name, form)), None)


def day_before(moment: datetime) -> str:
    """Return the date of HTTP a day before a moment."""
    return as_http_date(moment - timedelta(days=1))


def may_send(suite: Suite, operation: Operation, name: str, value: str) -> bool:
    """Tell whether the document allows a value of a header, or does not speak of the header."""
    said = condition(operation, name)
    return said is None or suite.contract.schemas.is_valid(said.schema, value, direction="request")


def judge_changes(
    suite: Suite, scratch: Scratch, operation: Operation, promises: list[str], judgement: Judgement
) -> None:
    """Try one operation on things made for it, and judge by the promises about conditions of changes.

    Raises:
        NotExercised: Nothing can be made, read or changed.
    """
    resource, read = operation.resource, reader(operation, suite.contract.operations)
    if resource is None or resource.create is None or operation.parameter(resource.parameter, "path") is None:
        raise NotExercised("no operation makes what it could be tried on; name it in x-resource")
    if read is None:
        raise NotExercised("what it changes cannot be read on the same path")
    bench = _Bench(suite=suite, operation=operation, read=read, scratch=scratch)
    bench.stage = scratch.stage(resource, f"conditions of {operation.label}")
    try:
        bench.begin()
        _judge(bench, promises, list(_refusals(bench, promises)), judgement)
    finally:
        bench.clear()


@dataclass(kw_only=True)
class _Bench:
    """One thing, and attempts to change it."""

    suite: Suite
    operation: Operation
    read: Operation
    scratch: Scratch
    stage: Stage = field(init=False)
    thing: Act | None = None
    seen: Exchange = field(init=False)  # the last read
    tried: int = 0

    @property
    def tag(self) -> str | None:
        """The ETag of the last read."""
        return self.seen.response.header("ETag")

    def begin(self) -> None:
        """Make a thing and read it.

        Raises:
            NotExercised: That does not work.
        """
        self.thing = self.stage.create_new("conditional")
        if self.thing.identity is None:
            status = self.thing.exchange.response.status
            raise NotExercised(f"nothing to work on: {self.stage.resource.create} answered {status}")
        self.seen = self.look()
        if not 200 <= self.seen.response.status < 300:
            raise NotExercised(f"reading what was made is answered with {self.seen.response.status}")

    def clear(self) -> None:
        """Delete the thing, if there still is one."""
        if self.thing is not None:
            self.stage.delete(self.thing, "clear")

    def look(self) -> Exchange:
        """Read the thing."""
        return self.suite.send(self._request(self.read, (), "what is there now?", None))

    def trial(self, name: str, detail: str, *headers: tuple[str, str], valid: bool | None = True) -> Trial:
        """Try to change the thing, and read it again; another one is made where it is gone."""
        if self.thing is None:
            self.begin()
        before, body = self.seen, self._body()
        made = (self.thing.exchange,) if self.thing is not None else ()
        tried = self.suite.send(replace(self._request(self.operation, headers, name, body), valid=valid))
        self.seen = self.look()
        if self.seen.response.status in {404, 410}:
            self.thing = None
        return Trial(
            name=name,
            detail=detail,
            earlier=made,
            before=before,
            tried=tried,
            after=self.seen,
            was=self.suite.described(before),
            now=self.suite.described(self.seen),
        )

    def _request(self, operation: Operation, headers: Pairs, purpose: str, body: bytes | None) -> Request:
        identity = self.thing.identity if self.thing is not None else None
        path = {**self.stage.path, self.stage.resource.parameter: identity}
        media = json_media(operation) if body is not None else None
        return build_request(
            operation,
            base_url=self.suite.client.base_url,
            path=path,
            query=self.suite.access.required_query(operation),
            headers=(
                *self.suite.access.required_headers(operation),
                *((("Content-Type", media),) if media else ()),
                *headers,
            ),
            body=body,
            credential=self.suite.access.credential(operation),
            purpose=purpose,
            valid=True,
        )

    def _body(self) -> bytes | None:
        """Return a body that differs from the one before."""
        if self.operation.method == "DELETE":
            return None
        plan = self.scratch.plan(self.operation)
        if plan is None or json_media(self.operation) is None:
            raise NotExercised("no valid JSON body could be made")
        self.tried += 1
        document, unique = self.suite.contract.document, self.stage.resource.unique
        kept = {pointer.lstrip("/") for pointer in unique}
        bodies = variations(document, plan.members, self.stage.body(plan), self.tried, kept=kept)
        found = next((each for each in bodies if self.scratch.is_valid(self.operation, each)), None)
        if found is None:
            raise NotExercised("it takes nothing of which another value is known to be valid")
        return json_body(found)


# --- trying --------------------------------------------------------------------------------------------


def _refusals(bench: _Bench, promises: list[str]) -> Iterator[tuple[str, Trial]]:
    """Try what must be refused: by a tag it never had, by an old date, without a tag, over what is there."""
    suite, operation = bench.suite, bench.operation
    other = made_up_tag(suite, operation, "If-Match")
    if _CURRENT in promises and other is not None:
        yield _STALE, bench.trial("If-Match with a tag that it never had", "other", ("If-Match", other))
    modified = http_date(bench.seen.response.header("Last-Modified"))
    if condition(operation, "If-Unmodified-Since") is not None and modified is not None:
        header = ("If-Unmodified-Since", day_before(modified))
        yield _STALE, bench.trial("If-Unmodified-Since a day before the last change", "date", header)
    if _REQUIRED in promises:
        required = condition(operation, "If-Match")
        negative = suite.profile.environment.negative_data == "allowed"
        if required is None or not required.required or negative:
            yield _REQUIRED, bench.trial("a change without If-Match", "without", valid=None)
    if _OVERWRITE in promises and may_send(suite, operation, "If-None-Match", "*"):
        header = ("If-None-Match", "*")
        yield _OVERWRITE, bench.trial("If-None-Match with a star, where something is", "star", header)


def _judge(bench: _Bench, promises: list[str], tried: list[tuple[str, Trial]], judgement: Judgement) -> None:
    """Try what must be accepted, and then a tag that is outdated; judge everything."""
    operation, change = bench.operation, _accepted(bench, promises, judgement)
    current = change is not None and change.detail == "current" and 200 <= change.status < 300
    old = change.before.response.header("ETag") if change is not None and current else None
    if change is not None and old is not None and operation.method != "DELETE" and old != bench.tag:
        outdated = bench.trial("If-Match with an outdated ETag", "outdated", ("If-Match", old))
        tried.append((_STALE, replace(outdated, earlier=(*change.earlier, change.before, change.tried))))
    for promise, trial in tried:
        if 200 <= trial.status < 500:
            # Without If-Match, an operation that asks for one may say that instead.
            exact = current and (trial.detail in _BY_TAG or not asks_for_tag(operation))
            judgement.judge(promise, refused(operation, trial, promise=promise, exact=exact))
        if 400 <= trial.status < 500 and _EFFECT in promises:
            judgement.judge(_EFFECT, without_effect(operation, trial))
    judgement.skip(_EFFECT, "nothing was refused")
    for promise in (_STALE, _REQUIRED, _OVERWRITE):
        judgement.skip(promise, "no such request could be made, or it was not answered")


def _accepted(bench: _Bench, promises: list[str], judgement: Judgement) -> Trial | None:
    """Change the thing: under the current tag where there is one, else without a condition."""
    if bench.thing is None:
        bench.begin()
    operation, tag = bench.operation, bench.tag
    weak = (found := entity_tag(tag)) is not None and found.weak
    if tag is None or weak:
        judgement.skip(_TAG, _NO_TAG if tag is None else "the ETag is weak: it need not change")
        judgement.skip(_CURRENT, _NO_TAG if tag is None else _WEAK)
        return None
    if _CURRENT in promises:
        change = bench.trial("If-Match with the current ETag", "current", ("If-Match", tag))
        if 200 <= change.status < 300 or change.status in {412, 428}:
            judgement.judge(_CURRENT, current_accepted(operation, change))
        judgement.skip(_CURRENT, f"with the current ETag it is answered with status {change.status}")
    elif _TAG in promises:
        change = bench.trial("a change", "plain")
    else:
        return None
    if _TAG in promises and 200 <= change.status < 300 and change.was != change.now:
        judgement.judge(_TAG, tag_changes(operation, change))
    judgement.skip(_TAG, "nothing that it shows was changed")
    return change
