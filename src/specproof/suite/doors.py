"""The area *credential*: what is not good, or not exact, is refused; what is good is let in as documented."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from specproof.environment.profile import Credential
from specproof.invariants.doors import echoed, let_in, shut_out, unauthorized
from specproof.model.exchange import Exchange
from specproof.model.finding import Breach
from specproof.model.operation import Operation
from specproof.suite.impostors import impostors, in_form, in_other_case, in_query
from specproof.suite.judgement import Judgement
from specproof.suite.near_ways import near_ways, near_ways_in_query
from specproof.suite.rights import Asker, Rights
from specproof.suite.scratch import Scratch
from specproof.suite.session import Suite
from specproof.suite.skipping import skipping

EXACT, DEAD, UNAUTHORIZED = "credential.exact", "credential.dead", "credential.unauthorized"
SCHEME_CASE, PLACES, IN_FORM = (
    "credential.scheme-case", "credential.places", "credential.form-token",
)  # fmt: skip
_Judge = Callable[[str, Operation, str, Exchange], Iterator[Breach]]
_NO_SECRET = "no good credential has a secret in an Authorization header"  # noqa: S105 - a reason
# How many of each are tried on an operation at depth quick; more where it takes more to try all of them: of
# the dead ones all with each method.
_IMPOSTORS, _DEAD, _DEAD_IN_QUERY = 3, 2, 1
_NEAR = {"quick": 1, "standard": 4, "deep": 0}  # rarer ways to be almost right; at deep all are tried
_NEAR_IN_QUERY = {"quick": 1, "standard": 2, "deep": 0}
_MISFIT = {"with a garbled header", "with a scheme that nobody knows"}  # 400 and 403 are as good as 401


def judge_credentials(suite: Suite, scratch: Scratch, operation: Operation, again: bool) -> Judgement:
    """Come with credentials that are almost good, or were good once, and judge who is let in."""
    judgement = Judgement()
    names = suite.names(operation.label, "credentials again" if again else "credentials")
    asker = Asker(suite=suite, scratch=scratch, operation=operation, names=names)
    with skipping(judgement, (EXACT, DEAD, UNAUTHORIZED, SCHEME_CASE, PLACES, IN_FORM)):
        _Look(suite=suite, asker=asker, operation=operation, judgement=judgement).run()
    return judgement


@dataclass(frozen=True, kw_only=True)
class _Look:
    suite: Suite
    asker: Asker
    operation: Operation
    judgement: Judgement

    def run(self) -> None:
        """Send everything and judge it."""
        able = Rights(suite=self.suite).able(self.operation, self.asker.path().values())
        chosen = self._of_each_kind(able)
        self._exact(chosen)
        self._nearly(chosen)
        self._dead()
        self._other_case(able)
        self._places(able)

    def _ask(self, credential: str, what: str) -> Exchange:
        request = self.asker.request(credential, self.asker.path(), purpose=what)
        return self.asker.ask(request)

    def _of_each_kind(self, able: list[Credential]) -> list[Credential]:
        """Return the first credential of each kind that travels in an Authorization header."""
        whole = self.suite.plan.depth != "quick"
        tried = [c for c in able if c.scheme in {"basic", "bearer"}]
        return list({(c.scheme, c.satisfies if whole else ""): c for c in reversed(tried)}.values())

    def _exact(self, able: list[Credential]) -> None:
        tried = [(c.scheme, what, name) for c in able for what, name in impostors(self.suite, c)]
        for scheme, what, name in self.suite.sampler(self.operation).share(tried, _IMPOSTORS):
            answer, told = self._ask(name, what), f"{what} ({scheme})"
            self.judgement.judge(EXACT, let_in(EXACT, self.operation, told, answer))
            if what not in _MISFIT:
                self.judgement.judge(UNAUTHORIZED, unauthorized(self.operation, told, answer))
        for promise in (EXACT, UNAUTHORIZED):
            self.judgement.skip(promise, _NO_SECRET)

    def _nearly(self, able: list[Credential]) -> None:
        """Try rarer ways to be almost right: a few on each operation, so that together all are tried."""
        depth = self.suite.plan.depth
        sampler = replace(self.suite.sampler(self.operation), whole=depth == "deep")
        choose = sampler.share if depth == "quick" else sampler.some
        ways = choose(near_ways(self.suite, self.operation, able), _NEAR[depth])
        # Apart, for they are not as many on each operation, and the turns would leave some out.
        if self._is_promised(PLACES) and self.operation.method != "POST":
            ways += sampler.some(near_ways_in_query(self.suite, able), _NEAR_IN_QUERY[depth])
        for way in ways:
            path = {**self.asker.path(), **way.place}
            answer = self.asker.ask(self.asker.request(way.credential, path, purpose=way.what))
            self.judgement.judge(EXACT, let_in(EXACT, self.operation, way.what, answer), times=0)
            self.asker.forget_if_gone(answer)

    def _dead(self) -> None:
        known = self.suite.profile.credentials
        dead = [c for c in known if c.state != "valid" and c.scheme != "oauth2"]
        turns = self.suite.turns_of_method(self.operation)
        for credential in turns.share(dead, _DEAD):
            what = f'with the {credential.state} credential "{credential.name}"'
            answer = self._ask(credential.name, what)
            wrong = list(let_in(DEAD, self.operation, what, answer))
            self.judgement.judge(DEAD, wrong)
            told = credential.state != "refused" and self._is_promised(UNAUTHORIZED)
            if credential.state != "refused":
                misled = list(unauthorized(self.operation, what, answer))
                self.judgement.judge(UNAUTHORIZED, misled)
                wrong += misled if told else []
            statuses = (401,) if told else ()
            self.asker.note(credential, answer, expected="refused", right=not wrong, statuses=statuses)
            self._dead_in_form(credential, f"{what}, in the form")
        in_places = self._is_promised(PLACES) and self.operation.method != "POST"
        for credential in turns.some(filter(_is_token, dead if in_places else ()), _DEAD_IN_QUERY):
            what = f'with the {credential.state} credential "{credential.name}", in the query'
            hidden = in_query(self.suite, credential)
            if hidden is not None:
                self.judgement.judge(
                    DEAD, let_in(DEAD, self.operation, what, self._ask(hidden, what)), times=0
                )
        self.judgement.skip(DEAD, "the profile names no credential that is expired, revoked or refused")

    def _dead_in_form(self, credential: Credential, what: str) -> None:
        hidden = in_form(self.suite, credential) if self._is_promised(IN_FORM) else None
        request = self.asker.form_request(hidden, purpose=what) if hidden is not None else None
        if request is not None:
            answer = self.asker.ask(request)
            self.judgement.judge(DEAD, let_in(DEAD, self.operation, what, answer), times=0)

    def _other_case(self, able: list[Credential]) -> None:
        by_scheme = {credential.scheme: credential for credential in reversed(able)}
        for credential in list(by_scheme.values())[: 1 if self.suite.plan.depth == "quick" else None]:
            name = in_other_case(self.suite, credential)
            if name is not None:
                what = f"with the scheme in other case ({credential.scheme})"
                judged = list(shut_out(SCHEME_CASE, self.operation, what, self._ask(name, what)))
                usual = self._ask(credential.name, "as usual") if judged else None
                refused = usual is not None and usual.response.status >= 400
                self.judgement.judge(SCHEME_CASE, () if refused else judged)
        self.judgement.skip(SCHEME_CASE, _NO_SECRET)

    def _places(self, able: list[Credential]) -> None:
        """Send a token wherever the document says that it may travel (RFC 6750 section 2, narrative)."""
        for credential in list(filter(_is_token, able))[:1]:
            if self._is_promised(PLACES):
                self._in_query(credential)
            if self._is_promised(IN_FORM):
                self._in_form(credential)
        for promise in (PLACES, IN_FORM):
            self.judgement.skip(promise, "the profile has no token that is enough for it")

    def _is_promised(self, promise: str) -> bool:
        return (promise, self.operation.label) in self.suite.promised

    def _in_query(self, credential: Credential) -> None:
        """A token in the query is taken on everything but POST (RFC 6750 section 2.3, narrative)."""
        name = in_query(self.suite, credential)
        if name is not None:
            posts = self.operation.method == "POST"
            what = "with the token in the query of a POST" if posts else "with the token in the query"
            judge = let_in if posts else shut_out
            self._judge_place(PLACES, credential, self._ask(name, what), judge, what)

    def _in_form(self, credential: Credential) -> None:
        """A token in the form of a POST is taken (RFC 6750 section 2.2)."""
        name, what = in_form(self.suite, credential), "with the token in the form"
        request = self.asker.form_request(name, purpose=what) if name is not None else None
        if request is not None:
            answer = self.asker.ask(request, owner=credential.name)
            self._judge_place(IN_FORM, credential, answer, shut_out, what)

    def _judge_place(
        self, promise: str, credential: Credential, answer: Exchange, judge: _Judge, what: str
    ) -> None:
        self.judgement.judge(promise, judge(promise, self.operation, what, answer))
        signature = self.suite.client.signature(credential.name)
        secret = signature.secret if signature is not None else ""
        self.judgement.judge(promise, echoed(promise, self.operation, secret, answer), times=0)


def _is_token(credential: Credential) -> bool:
    return credential.scheme in {"bearer", "oauth2"}
