"""Those who must not: each is refused, by whatever way they come, and nothing changes meanwhile."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from specproof.environment.profile import Credential
from specproof.generate.request import optional_query
from specproof.invariants.doors import asked_to_log_in, effect, is_in, let_in
from specproof.model.exchange import MISSING, Exchange, Pairs, Request, resolve_pointer
from specproof.model.operation import Operation
from specproof.suite.judgement import Judgement
from specproof.suite.rights import SAFE, Asker, largest
from specproof.suite.session import Suite

ENFORCED = "authorization.scope-enforced"
STATUS, EFFECT = "authorization.refusal-status", "authorization.refused-without-effect"
_GONE = (404, 410)
_NOBODY = "without a credential"
_USUAL: Mapping[str, str] = {}  # path values
_State = tuple[Any, Exchange]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Try:
    """One way to come.

    Args:
        what: With what, in words.
        ask: Sends a fresh request.
        credential: Who comes, where this stands for them in the access matrix.
    """

    what: str
    ask: Callable[[], Exchange]
    credential: Credential | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptOut:
    """Tries one operation with those who must be refused."""

    suite: Suite
    asker: Asker
    operation: Operation
    judgement: Judgement

    def run(self, unable: list[Credential], able: Credential) -> None:
        """Send everything and judge it.

        What a refused request does shows in the end. Only where something has changed then, each one is sent
        again and looked at by itself.

        Args:
            unable: Good credentials that must be refused here.
            able: One that sees what a write would change.
        """
        before = self._state(able) if unable or self.operation.security else None
        tries = list(self._tries(unable, nobody=before is not None))
        answers = [each.ask() for each in tries]
        for each, answer in zip(tries, answers, strict=True):
            self._judge(each, answer)
        after = self._state(able) if before is not None and tries else None
        if before is not None and after is not None and before[0] == after[0]:
            refused = [answer for answer in answers if not is_in(answer)]
            self.judgement.judge(EFFECT, (), times=len(refused))
        elif after is not None:
            self._one_by_one([t for t, a in zip(tries, answers, strict=True) if not is_in(a)], able)
        for promise in (ENFORCED, STATUS, EFFECT):
            self.judgement.skip(promise, "every good credential of the profile that gets there may do it")

    # --- by which ways ---------------------------------------------------------------------------

    def _tries(self, unable: list[Credential], *, nobody: bool) -> Iterator[_Try]:
        """Yield each credential plainly, and some by other ways; at depth quick by those instead."""
        whole = self.suite.plan.depth != "quick"
        aside = unable if whole else self.suite.sampler(self.operation).some(unable, len(self._ways()))
        ways = dict(zip((each.name for each in aside), self._ways(), strict=False))
        for credential in unable:
            make = self._plain if whole else ways.get(credential.name, self._plain)
            yield replace(make(credential), credential=credential)
        for credential in aside if whole else ():
            yield from (make(credential) for make in self._ways())
        yield from self._in_other_places(unable)
        if nobody and self.operation.security:
            yield self._try(None, _NOBODY)

    def _ways(self) -> list[Callable[[Credential], _Try]]:
        """Return the ways round the door that there are for this operation."""
        aliases = self.suite.profile.aliases
        named = any(p.location == "path" and aliases.get(p.name) for p in self.operation.parameters)
        laden = self.operation.method == "GET" and optional_query(self.operation)
        return [*([self._by_alias] if named else []), *([self._laden] if laden else [])]

    def _plain(self, credential: Credential) -> _Try:
        return self._try(credential.name, f'with "{credential.name}"')

    def _laden(self, credential: Credential) -> _Try:
        """Ask with every query parameter that there is: none of them is a way round the door."""
        query = optional_query(self.operation)
        return self._try(credential.name, f'with "{credential.name}" and every query parameter', query=query)

    def _by_alias(self, credential: Credential) -> _Try:
        """Ask under another spelling of the place: that is no way round the door either."""
        aliases = self.suite.profile.aliases
        names = [p.name for p in self.operation.parameters if p.location == "path" and aliases.get(p.name)]
        place = {name: str(aliases[name][0]) for name in names}
        return self._try(credential.name, f'with "{credential.name}" by an alias', place=place)

    def _in_other_places(self, unable: list[Credential]) -> Iterator[_Try]:
        """Send a token elsewhere than in the header (RFC 6750 section 2): its scopes count there too."""
        tokens = [c for c in unable if c.scheme in {"bearer", "oauth2"}]
        by_scope = [c for c in tokens if not c.refused_operations] or tokens
        for credential in by_scope[:1]:
            for where, _ in self.asker.elsewhere(credential):
                what = f'with "{credential.name}" {where}'
                yield _Try(what=what, ask=partial(self._ask_elsewhere, credential, where, what))

    def _try(self, name: str | None, what: str, **other: Any) -> _Try:
        return _Try(what=what, ask=partial(self._ask, name, what, **other))

    # --- asking ----------------------------------------------------------------------------------

    def _ask(
        self, name: str | None, what: str, *, place: Mapping[str, str] = _USUAL, query: Pairs = ()
    ) -> Exchange:
        path = {**self.asker.path(), **place}
        return self._answer(self.asker.request(name, path, purpose=what, query=query))

    def _ask_elsewhere(self, credential: Credential, where: str, what: str) -> Exchange:
        request = dict(self.asker.elsewhere(credential))[where]
        return self._answer(replace(request, purpose=what))

    def _answer(self, request: Request) -> Exchange:
        answer = self.asker.ask(request)
        self.asker.forget_if_gone(answer)
        return answer

    def _state(self, able: Credential) -> _State | None:
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

    # --- judging ---------------------------------------------------------------------------------

    def _judge(self, each: _Try, answer: Exchange) -> None:
        if each.what == _NOBODY:
            return  # that is for the area of authentication
        stands = each.credential is not None
        judged = let_in(ENFORCED, self.operation, each.what, answer)
        self.judgement.judge(ENFORCED, judged, times=int(stands))
        if each.credential is None:
            return
        wrong = list(asked_to_log_in(self.operation, each.what, answer))
        self.judgement.judge(STATUS, wrong)
        told = (STATUS, self.operation.label) in self.suite.promised
        right = not is_in(answer) and not (told and wrong)
        statuses = (403,) if told else ()
        self.asker.note(each.credential, answer, expected="refused", right=right, statuses=statuses)

    def _one_by_one(self, tries: list[_Try], able: Credential) -> None:
        """Look at what is there before and after each of them."""
        before = self._there(able)
        for each in tries:
            answer, after = each.ask(), self._state(able)
            if before is not None and after is not None and not is_in(answer):
                judged = effect(self.operation, each.what, before[0], after[0], before[1], answer, after[1])
                self.judgement.judge(EFFECT, judged)
            before = self._there(able, after)

    def _there(self, able: Credential, seen: _State | None = None) -> _State | None:
        """Return what was seen, or is seen now; of what is gone, that of another thing."""
        state = seen or self._state(able)
        if state is not None and state[0] in _GONE and self.operation.resource is not None:
            self.asker.scratch.forget(self.operation.resource)
            return self._state(able)
        return state
