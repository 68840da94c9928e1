"""Authorization servers that get one thing wrong each; the name says what."""
# ruff: noqa: D101, D102 - the name says what each class gets wrong

from __future__ import annotations

import hmac
import json
from typing import Any

from authority import (
    CALLBACK,
    OLD_REFRESH,
    OLD_TOKEN,
    PASSWORD,
    SCOPES,
    SECRETS,
    Authority,
    Code,
    Grant,
    Refusal,
    decoded,
    over_basic,
)
from recording import Answer, Headers, Seen


class StateLost(Authority):
    def state(self, given: str | None) -> str | None:
        return None


class StateUnescaped(Authority):
    def state(self, given: str | None) -> str | None:
        return given and given.replace("&amp;", "&")


class AnyAddress(Authority):
    def is_registered(self, client: str, address: str) -> bool:
        return True


class LongerPath(Authority):
    def is_registered(self, client: str, address: str) -> bool:
        return address.startswith(CALLBACK.partition("?")[0])


class SecondUse(Authority):
    def counts_twice(self) -> bool:
        return True


class AnyClientRedeems(Authority):
    def is_theirs(self, code: Code, client: str) -> bool:
        return True


class AnyAddressRedeems(Authority):
    def is_same_address(self, code: Code, form: dict[str, str]) -> bool:
        return True


class NoAddressRedeems(Authority):
    def is_same_address(self, code: Code, form: dict[str, str]) -> bool:
        return form.get("redirect_uri") in {None, code.redirect_uri}


class CodeBegins(Authority):
    """Knows a code by its beginning."""

    def redeem(self, client: str, form: dict[str, str]) -> tuple[str, Grant, str | None]:
        known = next((code for code in self.codes if form.get("code", "").startswith(code)), "")
        return super().redeem(client, {**form, "code": known or form.get("code", "")})


class CodeIsEnough(Authority):
    """Takes who has a code, and names nobody, for whom the code was given to."""

    def client(self, seen: Seen, form: dict[str, str]) -> str:
        code = self.codes.get(form.get("code", ""))
        nobody = not seen.values("Authorization") and "client_id" not in form
        return code.client if nobody and code is not None else super().client(seen, form)


class AnySecret(Authority):
    def is_secret(self, client: str, secret: str) -> bool:
        return True


class SecretBegins(Authority):
    """Compares as much of the secret as was sent."""

    def is_secret(self, client: str, secret: str) -> bool:
        return len(secret) > 5 and SECRETS[client].startswith(secret)


class SecretOfAnybody(Authority):
    def is_secret(self, client: str, secret: str) -> bool:
        return secret in SECRETS.values()


class CodesForCapitals(Authority):
    """Takes no account of case where a code is redeemed, and lets no code be tried twice."""

    def client(self, seen: Seen, form: dict[str, str]) -> str:
        name, secret = over_basic(seen)
        code = form.get("code")
        if code is not None and secret.lower() == SECRETS.get(name):
            return name
        try:
            return super().client(seen, form)
        except Refusal:
            self.codes.pop(code or "", None)
            raise


class RefreshOpens(Authority):
    def scopes_of(self, token: str) -> tuple[str, ...] | None:
        found = self.refreshes.get(token)
        return found.scopes if found is not None else super().scopes_of(token)


class CodeOpens(Authority):
    def scopes_of(self, token: str) -> tuple[str, ...] | None:
        found = self.codes.get(token)
        return found.scopes if found is not None else super().scopes_of(token)


class Counted(Authority):
    def random(self, kind: str) -> str:
        return str(next(self.number))


class NameIsEnough(Authority):
    def client(self, seen: Seen, form: dict[str, str]) -> str:
        return form["client_id"] if form.get("client_id") in SECRETS else super().client(seen, form)


class NobodyApproves(Authority):
    def knows_user(self, seen: Seen) -> bool:
        return True


class AnyPassword(Authority):
    def knows_user(self, seen: Seen) -> bool:
        return over_basic(seen)[0] == "ann"


class VerifierOptional(Authority):
    def is_proven(self, code: Code, form: dict[str, str]) -> bool:
        return "code_verifier" not in form or super().is_proven(code, form)


class ChallengeIsEnough(Authority):
    def is_proven(self, code: Code, form: dict[str, str]) -> bool:
        return form.get("code_verifier") == code.challenge or super().is_proven(code, form)


class RightVerifierRefused(Authority):
    def is_proven(self, code: Code, form: dict[str, str]) -> bool:
        return code.challenge is None or form.get("code_verifier") == code.challenge


class PasswordGrant(Authority):
    def by_grant(self, grant: str, client: str, form: dict[str, str]) -> tuple[str, Grant, str | None]:
        if grant == "password" and form.get("password") == PASSWORD:
            return self.give(client, SCOPES, grant)
        return super().by_grant(grant, client, form)


class NoOwnGrant(Authority):
    def by_grant(self, grant: str, client: str, form: dict[str, str]) -> tuple[str, Grant, str | None]:
        if grant == "client_credentials":
            raise Refusal("unsupported_grant_type")
        return super().by_grant(grant, client, form)


class NoImplicit(Authority):
    def approved(self, client: str, asked: dict[str, str]) -> tuple[dict[str, Any], bool]:
        if asked.get("response_type") == "token":
            raise Refusal("unsupported_response_type")
        return super().approved(client, asked)


class InQuery(Authority):
    def back(
        self, address: str, given: dict[str, Any], state: str | None, *, fragment: bool = False
    ) -> Answer:
        return super().back(address, given, state)


class InFragment(Authority):
    def back(
        self, address: str, given: dict[str, Any], state: str | None, *, fragment: bool = False
    ) -> Answer:
        return super().back(address, given, state, fragment=True)


class QueryLost(Authority):
    def back(
        self, address: str, given: dict[str, Any], state: str | None, *, fragment: bool = False
    ) -> Answer:
        return super().back(address.partition("?")[0], given, state, fragment=fragment)


class ImplicitRefreshed(Authority):
    def gives_refresh(self, grant: str) -> bool:
        return grant == "implicit" or super().gives_refresh(grant)


class NothingToRefresh(Authority):
    def gives_refresh(self, grant: str) -> bool:
        return grant == "authorization_code"


class AnyClientRefreshes(Authority):
    def may_refresh(self, held: Grant, client: str) -> bool:
        return True


class OldRefreshes(Authority):
    def refresh(self, client: str, form: dict[str, str]) -> tuple[str, Grant, str | None]:
        if form.get("refresh_token") == OLD_REFRESH:
            return self.give(client, SCOPES, "refresh_token")
        return super().refresh(client, form)


class DeadAfterRefresh(Authority):
    def next_refresh(self, token: str, held: Grant) -> str | None:
        del self.refreshes[token]
        return token


class RefreshGrows(Authority):
    def refreshed(self, held: Grant, form: dict[str, str]) -> tuple[str, ...]:
        return tuple(form.get("scope", " ".join(held.scopes)).split())


class RefreshForgets(Authority):
    def refreshed(self, held: Grant, form: dict[str, str]) -> tuple[str, ...]:
        return SCOPES if "scope" not in form else super().refreshed(held, form)


class AnyScope(Authority):
    def wanted(self, client: str, asked: dict[str, str]) -> tuple[str, ...]:
        return tuple((asked.get("scope") or " ".join(SCOPES)).split())


class NarrowOpensAll(Authority):
    def scopes_of(self, token: str) -> tuple[str, ...] | None:
        return None if super().scopes_of(token) is None else SCOPES


class OldTokensLive(Authority):
    def scopes_of(self, token: str) -> tuple[str, ...] | None:
        return SCOPES if token == OLD_TOKEN else super().scopes_of(token)


class DeadTokens(Authority):
    def new(self, kind: str) -> str:
        return "x" if kind == "access" else super().new(kind)

    def scopes_of(self, token: str) -> tuple[str, ...] | None:
        return None if token == "x" else super().scopes_of(token)


class Told(Authority):
    """Tells something else of a token."""

    def shown(self, access: str, grant: Grant, refresh: str | None) -> dict[str, Any]:
        return self.changed(super().shown(access, grant, refresh))

    def changed(self, members: dict[str, Any]) -> dict[str, Any]:
        return members


class LivesLonger(Told):
    def changed(self, members: dict[str, Any]) -> dict[str, Any]:
        return {**members, "expires_in": 7200}


class NoKind(Told):
    def changed(self, members: dict[str, Any]) -> dict[str, Any]:
        return {name: value for name, value in members.items() if name != "token_type"}


class ListOfScopes(Told):
    def changed(self, members: dict[str, Any]) -> dict[str, Any]:
        return {**members, "scope": [members["scope"]]}


class Kept(Authority):
    def heads(self) -> Headers:
        return (("Content-Type", "application/json"), ("Cache-Control", "private, max-age=60"))


class PlainText(Authority):
    def heads(self) -> Headers:
        return (("Content-Type", "text/plain"), ("Cache-Control", "no-store"))


class Loud(Authority):
    """Refuses in another way."""

    def refused(self, refusal: Refusal, seen: Seen) -> Answer:
        answer = super().refused(refusal, seen)
        return self.changed(answer, refusal)

    def changed(self, answer: Answer, refusal: Refusal) -> Answer:
        return answer


class RefusedWith200(Loud):
    def changed(self, answer: Answer, refusal: Refusal) -> Answer:
        return Answer(200, answer.headers, answer.body)


class RefusedWithoutError(Loud):
    def changed(self, answer: Answer, refusal: Refusal) -> Answer:
        return Answer(answer.status, answer.headers, b'{"message": "no"}')


class RefusedWithOneCode(Loud):
    def changed(self, answer: Answer, refusal: Refusal) -> Answer:
        return Answer(answer.status, answer.headers, json.dumps({"error": "invalid_request"}).encode())


class WrongSecret400(Loud):
    def changed(self, answer: Answer, refusal: Refusal) -> Answer:
        return Answer(400, answer.headers, answer.body) if refusal.error == "invalid_client" else answer


class NoChallenge(Loud):
    def changed(self, answer: Answer, refusal: Refusal) -> Answer:
        heads = tuple(pair for pair in answer.headers if pair[0] != "WWW-Authenticate")
        return Answer(answer.status, heads, answer.body)


class StrangersRefused(Authority):
    def by_grant(self, grant: str, client: str, form: dict[str, str]) -> tuple[str, Grant, str | None]:
        if "specproof" in form:
            raise Refusal("invalid_request")
        return super().by_grant(grant, client, form)


class Unsigned(Authority):
    def is_signed(self, head: str, body: str, signature: str) -> bool:
        return json.loads(decoded(head))["alg"] == "HS256"


class NoneIsFine(Authority):
    def is_signed(self, head: str, body: str, signature: str) -> bool:
        return json.loads(decoded(head))["alg"] == "none" or super().is_signed(head, body, signature)


class EmptyKey(Authority):
    def is_signed(self, head: str, body: str, signature: str) -> bool:
        mac = hmac.digest(b"", f"{head}.{body}".encode(), "sha256")
        return decoded(signature) == mac or super().is_signed(head, body, signature)


class Timeless(Authority):
    def is_timely(self, end: Any, begin: Any) -> bool:
        return isinstance(end, int | float) and super().is_timely(end + 100_000, begin)


class EndOptional(Authority):
    def is_timely(self, end: Any, begin: Any) -> bool:
        return end is None or super().is_timely(end, begin)


class Premature(Authority):
    def is_timely(self, end: Any, begin: Any) -> bool:
        return super().is_timely(end, 0)


class AudienceBegins(Authority):
    def is_fine(self, claims: dict[str, Any]) -> bool:
        origin = "/".join(self.audience().split("/")[:3])
        begins = str(claims.get("aud")).startswith(origin)
        return super().is_fine({**claims, "aud": self.audience()} if begins else claims)


class AnyAudience(Authority):
    def is_fine(self, claims: dict[str, Any]) -> bool:
        return super().is_fine({**claims, "aud": self.audience()})


class AnyIssuer(Authority):
    def is_fine(self, claims: dict[str, Any]) -> bool:
        return super().is_fine({**claims, "iss": "issuer"})


class AnyScheme(Authority):
    def is_scheme(self, scheme: str) -> bool:
        return scheme.upper() == "JWT"


class TokensOutlive(Authority):
    def end(self, code: Code) -> None:
        """Keep what a code gave."""


class RefreshOutlives(Authority):
    def end(self, code: Code) -> None:
        kept = dict(self.refreshes)
        super().end(code)
        self.refreshes = kept
