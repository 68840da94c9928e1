"""The area *authorization*: every credential on every operation, and what belongs to others."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from specproof.environment.profile import Credential
from specproof.invariants.doors import (
    beyond,
    is_in,
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
from specproof.suite.kept_out import EFFECT, ENFORCED, STATUS, KeptOut
from specproof.suite.rights import Asker, Rights, largest
from specproof.suite.scratch import Scratch
from specproof.suite.session import Suite
from specproof.suite.skipping import skipping
from specproof.suite.unlisted import judge_unlisted

ALLOWED, BOUND = "authorization.allowed", "authorization.bound"
_QUICK = 3  # credentials of each kind at depth quick; more where it takes more to try each with each method


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
        turns = self.suite.turns_of_method(self.operation)
        able, unable = [*able[:1], *turns.some(able[1:], _QUICK - 1)], turns.share(unable, _QUICK)
        if not able:
            raise NotExercised("no valid credential of the profile is enough for it")
        self._able(able)
        kept = KeptOut(suite=self.suite, asker=self.asker, operation=self.operation, judgement=self.judgement)
        kept.run(unable, able[0])
        self._bound([c for c in valid if c.only and rights.may(c, self.operation)], able[0])

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

    def _bound(self, bound: list[Credential], able: Credential) -> None:
        pages, send = self.operation.pagination, self.suite.looking()
        if pages is None or pages.identity is None:
            return
        for credential in bound:
            what = f'"{credential.name}"'
            size = largest(pages)
            path = self.asker.path()
            free, seen = (
                send(self.asker.request(each.name, path, purpose="what is there", query=size))
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
            judged += searched_beyond(self.suite, self.operation, credential, able, send=send)
            self.judgement.judge(BOUND, judged)
        self.judgement.skip(BOUND, "no credential of the profile that may is bound to a part (only)")


def _items(exchange: Exchange, pointer: str) -> list[Any]:
    found = resolve_pointer(exchange.response.document, pointer)
    return found if isinstance(found, list) else []
