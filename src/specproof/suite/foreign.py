"""What belongs to others: by every spelling, as a parent, as an item under another parent, and in lists."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial

from specproof.environment.profile import Credential
from specproof.errors import RefusedBySafety
from specproof.generate.request import optional_query
from specproof.generate.sequences import Send
from specproof.invariants.doors import altered, is_in, let_in, unlike_absent
from specproof.model.exchange import Exchange
from specproof.model.life import Act
from specproof.model.operation import Operation
from specproof.suite.access import NotExercised
from specproof.suite.foreign_lists import UNREACHABLE, judge_lists
from specproof.suite.judgement import Judgement
from specproof.suite.rights import SAFE, Asker, Rights
from specproof.suite.scratch import Theirs
from specproof.suite.skipping import skipping

LIKE_ABSENT = "authorization.foreign-like-absent"
_ABSENT = "specproof-names-nothing"
_ITEM, _OWN = "a foreign item", "an own item"
_CALLERS = {"quick": 1, "standard": 2, "deep": 10}
_CASES = 2  # addresses at depth quick


def judge_foreign(asker: Asker, judgement: Judgement) -> None:
    """Ask for what belongs to others with credentials that must not reach it, and compare with nothing."""
    with skipping(judgement, (UNREACHABLE, LIKE_ABSENT)):
        send = asker.suite.looking()
        _Foreign(asker=asker, operation=asker.operation, judgement=judgement, send=send).run()


@dataclass(frozen=True, kw_only=True)
class _Case:
    """One address: what is foreign about it, the values, and the values of its absent twin."""

    what: str
    path: Mapping[str, str]
    twin: Mapping[str, str]
    spellings: Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class _Foreign:
    asker: Asker
    operation: Operation
    judgement: Judgement
    send: Send  # several cases may have the same absent twin

    def run(self) -> None:
        """Send everything and judge it."""
        suite, profile, rights = self.asker.suite, self.asker.suite.profile, Rights(suite=self.asker.suite)
        own = suite.access.parents(self.operation)
        names = [name for name in own if name in profile.foreign]
        if not names:
            raise NotExercised("the profile names nothing of others under [foreign] for its path")
        kept = [
            c for c in rights.able(self.operation, own.values())
            if not any(rights.reaches(c, [str(profile.foreign[name])]) for name in names)
        ]  # fmt: skip
        callers = kept[: _CALLERS[suite.plan.depth]]
        if not callers:
            raise NotExercised("no credential of the profile is enough for it and kept from what is foreign")
        rivals = rights.able(self.operation, [str(profile.foreign[name]) for name in names])
        rival = rivals[0] if rivals else None
        usual = self.asker.path()
        theirs = self._their_thing(own, names, rival)
        for caller in callers:
            seen: Act | None = None  # of theirs: what came after one request came before the next
            cases = self._some(list(self._cases(own, names, usual, theirs)))
            for number, case in enumerate(cases):
                seen = self._judge(caller, case, rival, theirs, before=seen, turn=number)
        if self.operation.method == "GET":
            self._in_query(kept, next(self._cases(own, names, usual, theirs)))
        judge_lists(self.asker, self.judgement, callers[0], rival)

    # --- what to ask for -------------------------------------------------------------------------

    def _some(self, cases: list[_Case]) -> list[_Case]:
        """Choose for the depth: at quick a foreign item, under its own parent and under an own one."""
        sampler = self.asker.suite.sampler(self.operation)
        if sampler.whole:
            return cases
        items = [case for case in cases if case.what.startswith(_ITEM)]
        others = [case for case in cases if not case.what.startswith((_ITEM, _OWN))]
        return [*sampler.some(others, _CASES - len(items)), *items]

    def _cases(
        self,
        own: Mapping[str, str],
        names: list[str],
        usual: Mapping[str, str],
        theirs: Theirs | None,
    ) -> Iterator[_Case]:
        profile, resource = self.asker.suite.profile, self.operation.resource
        item = (
            resource.parameter if resource and self.operation.parameter(resource.parameter, "path") else None
        )
        for name in names:
            spellings = [str(profile.foreign[name]), *map(str, profile.foreign_aliases.get(name, ()))]
            absent = str(profile.absent.get(name, _ABSENT))
            for number, spelling in enumerate(spellings):
                what = f"the foreign {name}" + (f" by alias {number}" if number else "")
                path = {**usual, name: spelling}
                if item and theirs is not None and theirs[1].identity is not None:
                    path[item] = theirs[1].identity
                    yield _Case(
                        what=f"{_OWN} under {what}",
                        path={**usual, name: spelling},
                        twin={**usual, name: absent},
                        spellings={spelling: "~", absent: "~"},
                    )
                yield _Case(
                    what=what, path=path, twin={**path, name: absent}, spellings={spelling: "~", absent: "~"}
                )
        if item and theirs is not None and theirs[1].identity is not None:
            foreign, nothing = theirs[1].identity, _other(theirs[1].identity)
            yield _Case(
                what=f"{_ITEM} under an own parent",
                path={**usual, item: foreign},
                twin={**usual, item: nothing},
                spellings={foreign: "~", nothing: "~"},
            )

    def _their_thing(
        self, own: Mapping[str, str], names: list[str], rival: Credential | None
    ) -> Theirs | None:
        """Let somebody who may make a thing among what is foreign, to try things on; it is made once."""
        suite, resource = self.asker.suite, self.operation.resource
        item = resource is not None and self.operation.parameter(resource.parameter, "path") is not None
        if resource is None or not item or rival is None or not suite.client.writes:
            return None
        theirs = self.asker.scratch.theirs
        if (known := theirs.get(resource.create or "")) is not None:
            return known
        stage = self.asker.scratch.stage(resource, "foreign")
        rights = Rights(suite=suite)
        foreign = {name: str(suite.profile.foreign[name]) for name in names}
        if not all(rights.may(rival, each) for each in stage.operations.values()):
            return None
        stage = replace(stage, path={**own, **foreign}, credential=lambda _operation: rival.name, acts=[])
        made = stage.create_new("foreign")
        if made.identity is None:
            return None
        theirs[resource.create or ""] = stage, made
        return stage, made

    # --- asking ----------------------------------------------------------------------------------

    def _judge(
        self,
        caller: Credential,
        case: _Case,
        rival: Credential | None,
        theirs: Theirs | None,
        *,
        before: Act | None,
        turn: int,
    ) -> Act | None:
        """Try one case, the number of which is ``turn``; return what was seen of theirs afterwards."""
        changes = self.operation.method not in SAFE
        if changes and self.operation.resource is None:
            self.judgement.skip(UNREACHABLE, "it might change what the run did not make")
            return None
        if self.operation.method in {"PUT", "PATCH", "DELETE"} and theirs is None:
            self.judgement.skip(UNREACHABLE, "nobody of the profile can make a foreign thing to try it on")
            return None
        if before is None and theirs is not None and changes:
            before = theirs[0].read(theirs[1], "before")
        seen = self._send(caller, case.path, case.what, owner=rival.name if rival else None)
        self.judgement.judge(UNREACHABLE, let_in(UNREACHABLE, self.operation, f"to {case.what}", seen))
        if self.operation.method == "GET" and not is_in(seen):
            for ask in self._ways(turn):
                ask(caller, case)
        if (LIKE_ABSENT, self.operation.label) in self.asker.suite.promised:
            self._compare(caller, case, seen)
        after = theirs[0].read(theirs[1], "after") if theirs is not None and before is not None else None
        if before is not None and after is not None and self.asker.differ(before, after) and not is_in(seen):
            self.judgement.judge(
                UNREACHABLE,
                altered(UNREACHABLE, self.operation, case.what, before.exchange, seen, after.exchange),
                times=0,
            )
        if theirs is not None and after is not None and not after.accepted:
            self.asker.scratch.theirs.pop(theirs[0].resource.create or "", None)
        return after

    def _compare(self, caller: Credential, case: _Case, seen: Exchange) -> None:
        """Hold the answer about what belongs to others against the one about what is not there."""
        ask = partial(self._send, caller, case.twin, "what is not there", owner=None)
        error = self.asker.suite.contract.document.get("x-error")
        message = error.get("message") if isinstance(error, Mapping) else None
        judge = partial(unlike_absent, self.operation, case.what, spellings=case.spellings)
        plain = self.asker.request(caller.name, case.twin, purpose="what is not there")
        absent = self.send(plain) if self.operation.method in SAFE else ask()
        found = tuple(judge(seen, absent, message=message))
        if found and tuple(judge(ask(), absent, message=message)):
            # What is not there gets another message each time, as one with a number: it tells nothing.
            found = tuple(judge(seen, absent, message=None))
        self.judgement.judge(LIKE_ABSENT, found)

    def _ways(self, turn: int) -> list[Callable[[Credential, _Case], None]]:
        """Return the ways round a door to try with a case; at depth quick the cases take turns with them."""
        ways: list[Callable[[Credential, _Case], None]] = [self._head, self._laden]
        return ways if self.asker.suite.plan.depth != "quick" else [ways[turn % len(ways)]]

    def _head(self, caller: Credential, case: _Case) -> None:
        """Ask the same without wanting the content (RFC 9110 section 9.3.2): that is no way round a door."""
        what = f"to {case.what} by HEAD"
        request = self.asker.request(caller.name, case.path, purpose=what)
        head = self.asker.suite.send(replace(request, method="HEAD"))
        self.judgement.judge(UNREACHABLE, let_in(UNREACHABLE, self.operation, what, head), times=0)

    def _in_query(self, kept: list[Credential], case: _Case) -> None:
        """Ask the same with a token in the query: that is no way round the door either."""
        for caller in [c for c in kept if c.scheme in {"bearer", "oauth2"}][:1]:
            for where, request in self.asker.elsewhere(caller, case.path):
                what = f"to {case.what} with a token {where}"
                seen = self.asker.suite.send(replace(request, purpose=what))
                self.judgement.judge(UNREACHABLE, let_in(UNREACHABLE, self.operation, what, seen), times=0)

    def _laden(self, caller: Credential, case: _Case) -> None:
        """Ask the same with every query parameter that there is: none of them is a way round a door."""
        query = optional_query(self.operation)
        if query:
            what = f"to {case.what} with every query parameter"
            seen = self.asker.suite.send(
                self.asker.request(caller.name, case.path, purpose=what, query=query)
            )
            self.judgement.judge(UNREACHABLE, let_in(UNREACHABLE, self.operation, what, seen), times=0)

    def _send(self, caller: Credential, path: Mapping[str, str], what: str, *, owner: str | None) -> Exchange:
        request = self.asker.request(caller.name, path, purpose=what)
        try:
            return self.asker.ask(request, owner=owner)
        except RefusedBySafety as error:
            raise NotExercised(str(error)) from error


def _other(identity: str) -> str:
    """Return an identity of the same shape that names nothing, as far as anybody can tell."""
    digits = str.maketrans("0123456789abcdefABCDEF", "123456789abcdef0BCDEFA")
    return identity.translate(digits)
