"""The area *authorization*: every credential on every operation, and what belongs to others."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from specproof.environment.profile import Credential
from specproof.generate.request import optional_query
from specproof.invariants.doors import (
    asked_to_log_in,
    beyond,
    effect,
    is_in,
    let_in,
    outside,
    shut_out,
    unseen,
)
from specproof.model.exchange import MISSING, Exchange, resolve_pointer
from specproof.model.operation import Operation
from specproof.suite.access import NotExercised
from specproof.suite.bound_search import searched_beyond
from specproof.suite.foreign import judge_foreign
from specproof.suite.judgement import Judgement
from specproof.suite.rights import SAFE, Asker, Rights, largest
from specproof.suite.scratch import Scratch
from specproof.suite.session import Suite
from specproof.suite.skipping import skipping
from specproof.suite.unlisted import judge_unlisted

ALLOWED, ENFORCED = "authorization.allowed", "authorization.scope-enforced"
STATUS, EFFECT, BOUND = (
    "authorization.refusal-status", "authorization.refused-without-effect", "authorization.bound",
)  # fmt: skip
_GONE = (404, 410)
_QUICK, _WAYS_ROUND = 3, 1  # at depth quick: credentials of each kind; of these, tried by other ways


def judge_rights(suite: Suite, scratch: Scratch, operation: Operation, again: bool) -> Judgement:
    """Send one valid request with every credential, and others to what the credentials must not reach."""
    judgement = Judgement()
    names = suite.names(operation.label, "rights again" if again else "rights")
    asker = Asker(suite=suite, scratch=scratch, operation=operation, names=names)
    with skipping(judgement, (ALLOWED, ENFORCED, STATUS, EFFECT, BOUND)):
        _Matrix(suite=suite, asker=asker, operation=operation, judgement=judgement).run()
    judge_foreign(asker, judgement)
    judge_unlisted(asker, judgement)
    return judgement


@dataclass(frozen=True, kw_only=True)
class _Matrix:
    suite: Suite
    asker: Asker
    operation: Operation
    judgement: Judgement

    def run(self) -> None:
        """Send everything and judge it."""
        rights = Rights(suite=self.suite)
        values = tuple(self.asker.path().values())
        valid = rights.valid(self.operation, values)
        able = rights.able(self.operation, values)
        unable = [c for c in valid if rights.surely_may_not(c, self.operation)]
        able, unable = [*able[:1], *self._few(able[1:], _QUICK - 1)], self._few(unable, _QUICK)
        if not able:
            raise NotExercised("no valid credential of the profile is enough for it")
        self._able(able)
        self._unable(unable, able[0])
        self._bound([c for c in valid if c.only and rights.may(c, self.operation)], able[0])

    def _few(self, credentials: list[Credential], most: int) -> list[Credential]:
        return self.suite.sampler(self.operation).some(credentials, most)

    def _ask(self, credential: Credential, what: str) -> Exchange:
        request = self.asker.request(credential.name, self.asker.path(), purpose=what)
        return self.asker.ask(request)

    def _able(self, able: list[Credential]) -> None:
        usual: Exchange | None = None
        for credential in able:
            what = f'with "{credential.name}"'
            answer = self._ask(credential, what)
            usual = usual or answer
            judged = [*shut_out(ALLOWED, self.operation, what, answer)]
            judged += unseen(self.operation, what, answer, usual)
            self.judgement.judge(ALLOWED, judged)
            self.asker.note(credential, answer, expected="allowed", right=not judged)

    def _unable(self, unable: list[Credential], able: Credential) -> None:
        before = self._state(able) if unable else None
        for credential in unable:
            what = f'with "{credential.name}"'
            answer = self._ask(credential, what)
            self.judgement.judge(ENFORCED, let_in(ENFORCED, self.operation, what, answer))
            wrong = list(asked_to_log_in(self.operation, what, answer))
            self.judgement.judge(STATUS, wrong)
            told = (STATUS, self.operation.label) in self.suite.promised
            right = not is_in(answer) and not (told and wrong)
            statuses = (403,) if told else ()
            self.asker.note(credential, answer, expected="refused", right=right, statuses=statuses)
            after = self._state(able)
            if before is not None and after is not None and not is_in(answer):
                judged = effect(self.operation, what, before[0], after[0], before[1], answer, after[1])
                self.judgement.judge(EFFECT, judged)
            before = after  # nothing else is sent in between
            if after is not None and after[0] in _GONE and self.operation.resource is not None:
                self.asker.scratch.forget(self.operation.resource)
                before = self._state(able)
        for credential in self._few(unable, _WAYS_ROUND):
            self._laden(credential)
            self._by_alias(credential)
        self._in_other_places(unable)
        self._nobody(able)
        for promise in (ENFORCED, STATUS, EFFECT):
            self.judgement.skip(promise, "every good credential of the profile that gets there may do it")

    def _laden(self, credential: Credential) -> None:
        """Ask with every query parameter that there is: none of them is a way round the door."""
        query = optional_query(self.operation)
        if self.operation.method == "GET" and query:
            what = f'with "{credential.name}" and every query parameter'
            path = self.asker.path()
            answer = self.suite.send(self.asker.request(credential.name, path, purpose=what, query=query))
            self.judgement.judge(ENFORCED, let_in(ENFORCED, self.operation, what, answer), times=0)

    def _by_alias(self, credential: Credential) -> None:
        """Ask under another spelling of the place: that is no way round the door either."""
        path, aliases = self.asker.path(), self.suite.profile.aliases
        other = {name: str(aliases[name][0]) for name in path if aliases.get(name)}
        if other:
            what = f'with "{credential.name}" by an alias'
            answer = self.asker.ask(self.asker.request(credential.name, {**path, **other}, purpose=what))
            self.judgement.judge(ENFORCED, let_in(ENFORCED, self.operation, what, answer), times=0)
            self.asker.forget_if_gone(answer)

    def _in_other_places(self, unable: list[Credential]) -> None:
        """Send a token elsewhere than in the header (RFC 6750 section 2): its scopes count there too."""
        tokens = [c for c in unable if c.scheme in {"bearer", "oauth2"}]
        by_scope = [c for c in tokens if not c.refused_operations] or tokens
        for credential in by_scope[:1]:
            for where, request in self.asker.elsewhere(credential):
                what = f'with "{credential.name}" {where}'
                answer = self.asker.ask(replace(request, purpose=what))
                self.judgement.judge(ENFORCED, let_in(ENFORCED, self.operation, what, answer), times=0)
                self.asker.forget_if_gone(answer)

    def _nobody(self, able: Credential) -> None:
        """Try a write without a credential: who is refused that early changes nothing either."""
        before = self._state(able) if self.operation.security else None
        if before is None:
            return
        what = "without a credential"
        answer = self.asker.ask(self.asker.request(None, self.asker.path(), purpose=what))
        after = self._state(able)
        if after is not None and not is_in(answer):
            judged = effect(self.operation, what, before[0], after[0], before[1], answer, after[1])
            self.judgement.judge(EFFECT, judged)
        if after is not None and after[0] in _GONE and self.operation.resource is not None:
            self.asker.scratch.forget(self.operation.resource)

    def _state(self, able: Credential) -> tuple[Any, Exchange] | None:
        """Return what a good credential sees of what a write would change; ``None`` for reads."""
        resource = self.operation.resource
        if self.operation.method in SAFE or resource is None:
            return None
        item = self.operation.parameter(resource.parameter, "path") is not None
        reader = self.suite.operations.get((resource.read if item else resource.list) or "")
        if reader is None or (not item and not self.suite.profile.environment.exclusive):
            return None
        looker = Asker(suite=self.suite, scratch=self.asker.scratch, operation=reader, names=self.asker.names)
        path, pages = self.asker.path() if item else self.suite.access.parents(reader), reader.pagination
        size = largest(pages) if pages is not None and not item else ()
        request = looker.request(able.name, path, purpose="look at what is there", query=size)
        exchange = self.suite.send(request)
        status, document = exchange.response.status, exchange.response.document
        if item and status in _GONE:
            return status, exchange
        if status >= 300 or document is MISSING:
            return None
        if item or pages is None:
            return self.suite.described(exchange), exchange
        total = resolve_pointer(document, pages.total) if pages.total is not None else MISSING
        items = resolve_pointer(self.suite.described(exchange), pages.items)
        return (items if total is MISSING else total), exchange

    def _bound(self, bound: list[Credential], able: Credential) -> None:
        pages = self.operation.pagination
        if pages is None or pages.identity is None:
            return
        for credential in bound:
            what = f'"{credential.name}"'
            size = largest(pages)
            path = self.asker.path()
            free, seen = (
                self.suite.send(self.asker.request(each.name, path, purpose="what is there", query=size))
                for each in (able, credential)
            )
            if is_in(free):
                self.judgement.judge(ALLOWED, shut_out(ALLOWED, self.operation, f"with {what}", seen))
            if not is_in(free) or not is_in(seen):
                continue
            identity = pages.identity
            all_there = resolve_pointer(free.response.document, pages.next or "/") is MISSING
            items = _items(seen, pages.items)
            part = {value for values in credential.only.values() for value in values}
            judged = list(outside(self.operation, what, items, part, seen))
            if all_there:
                sets = [
                    {str(resolve_pointer(i, identity)) for i in _items(e, pages.items)} for e in (seen, free)
                ]
                judged += beyond(self.operation, what, sets[0], sets[1], free, seen)
            judged += searched_beyond(self.suite, self.operation, credential, able)
            self.judgement.judge(BOUND, judged)
        self.judgement.skip(BOUND, "no credential of the profile that may is bound to a part (only)")


def _items(exchange: Exchange, pointer: str) -> list[Any]:
    found = resolve_pointer(exchange.response.document, pointer)
    return found if isinstance(found, list) else []
