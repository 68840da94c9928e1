"""The area *credential*: what is not good, or not exact, is refused; what is good is let in as documented."""

from __future__ import annotations

from dataclasses import dataclass

from specproof.contract.derive.doors import sent_in
from specproof.environment.profile import Credential
from specproof.invariants.doors import echoed, let_in, shut_out, unauthorized
from specproof.model.exchange import Exchange
from specproof.model.operation import Operation
from specproof.suite.access import NotExercised
from specproof.suite.impostors import impostors, in_other_case, in_query
from specproof.suite.judgement import Judgement
from specproof.suite.rights import Asker, Rights
from specproof.suite.scratch import Scratch
from specproof.suite.session import Suite

EXACT, DEAD, UNAUTHORIZED = "credential.exact", "credential.dead", "credential.unauthorized"
SCHEME_CASE, PLACES = "credential.scheme-case", "credential.places"
_NO_SECRET = "no good credential has a secret in an Authorization header"  # noqa: S105 - a reason
_MISFIT = {"with a garbled header", "with a scheme that nobody knows"}  # 400 and 403 are as good as 401


def judge_credentials(suite: Suite, scratch: Scratch, operation: Operation, again: bool) -> Judgement:
    """Come with credentials that are almost good, or were good once, and judge who is let in."""
    judgement = Judgement()
    names = suite.names(operation.label, "credentials again" if again else "credentials")
    asker = Asker(suite=suite, scratch=scratch, operation=operation, names=names)
    try:
        _Look(suite=suite, asker=asker, operation=operation, judgement=judgement).run()
    except NotExercised as error:
        for promise in (EXACT, DEAD, UNAUTHORIZED, SCHEME_CASE, PLACES):
            judgement.skip(promise, str(error))
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
        self._exact(able)
        self._dead()
        self._other_case(able)
        self._places(able)

    def _ask(self, credential: str, what: str) -> Exchange:
        request = self.asker.request(credential, self.asker.path(), purpose=what)
        return self.asker.ask(request)

    def _exact(self, able: list[Credential]) -> None:
        tried = [c for c in able if c.scheme in {"basic", "bearer"}]
        chosen = {c.scheme: c for c in reversed(tried)}
        for credential in list(chosen.values())[: 1 if self.suite.plan.depth == "quick" else None]:
            for what, name in impostors(self.suite, credential):
                answer, told = self._ask(name, what), f"{what} ({credential.scheme})"
                self.judgement.judge(EXACT, let_in(EXACT, self.operation, told, answer))
                if what not in _MISFIT:
                    self.judgement.judge(UNAUTHORIZED, unauthorized(self.operation, told, answer))
        for promise in (EXACT, UNAUTHORIZED):
            self.judgement.skip(promise, _NO_SECRET)

    def _dead(self) -> None:
        for credential in self.suite.profile.credentials:
            if credential.state == "valid" or credential.scheme == "oauth2":
                continue
            what = f'with the {credential.state} credential "{credential.name}"'
            answer = self._ask(credential.name, what)
            self.judgement.judge(DEAD, let_in(DEAD, self.operation, what, answer))
            if credential.state != "refused":
                self.judgement.judge(UNAUTHORIZED, unauthorized(self.operation, what, answer))
        self.judgement.skip(DEAD, "the profile names no credential that is expired, revoked or refused")

    def _other_case(self, able: list[Credential]) -> None:
        for credential in able[:1]:
            name = in_other_case(self.suite, credential)
            if name is not None:
                what = "with the scheme in other case"
                answer = self._ask(name, what)
                usual = self._ask(credential.name, "as usual")
                judged = (
                    shut_out(SCHEME_CASE, self.operation, what, answer) if usual.response.status < 400 else ()
                )
                self.judgement.judge(SCHEME_CASE, judged)
        self.judgement.skip(SCHEME_CASE, _NO_SECRET)

    def _places(self, able: list[Credential]) -> None:
        """Send a token in the query: taken on everything but POST (RFC 6750 section 2.3, narrative)."""
        if "query" not in sent_in(self.suite.contract.document, self.operation):
            self.judgement.skip(PLACES, "the document names no place that this operation offers")
            return
        for credential in [c for c in able if c.scheme in {"bearer", "oauth2"}][:1]:
            name = in_query(self.suite, credential)
            signature = self.suite.client.signature(credential.name)
            if name is None or signature is None:
                continue
            posts = self.operation.method == "POST"
            what = "with the token in the query of a POST" if posts else "with the token in the query"
            answer = self._ask(name, what)
            judge = let_in if posts else shut_out
            self.judgement.judge(PLACES, judge(PLACES, self.operation, what, answer))
            self.judgement.judge(PLACES, echoed(self.operation, signature.secret, answer), times=0)
        self.judgement.skip(PLACES, "the profile has no token that is enough for it")
