"""Faults of what the token endpoint answers, of refreshing, and of the tokens themselves."""
# ruff: noqa: D101, D102 - the decorator says what each class does

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from urllib.parse import urlencode

from specproof.target.access import Gate
from specproof.target.faults.registry import fault
from specproof.target.oauth.incoming import ONCE
from specproof.target.oauth.records import JWT_GRANT, Client, RefreshToken
from specproof.target.oauth.rules import NEVER_KEPT, Rules
from specproof.target.oauth.vault import Vault

ANSWER = "oauth.token-answer"
NO_STORE = "oauth.no-store"
WORKS = "oauth.token-works"
LIFETIME = "oauth.lifetime"
NO_REFRESH = "oauth.no-refresh"
REFRESH = "oauth.refresh-works"
GROW = "oauth.scopes-never-grow"
CODES = "oauth.error-codes"
IGNORED = "oauth.parameters-ignored"


class Changed(Rules):
    """Changes the members of a token answer."""

    def change(self, token: dict[str, object]) -> dict[str, object]:
        """Return what is told instead."""
        raise NotImplementedError

    def answer(self, grant_type: str, token: dict[str, object]) -> tuple[int, object]:
        return super().answer(grant_type, self.change(token))


@fault("oauth", "token-type-missing", ANSWER, "A token answer does not tell its token_type.")
class TokenTypeMissing(Changed):
    def change(self, token: dict[str, object]) -> dict[str, object]:
        return {name: value for name, value in token.items() if name != "token_type"}


@fault("oauth", "token-type-mac", ANSWER, "A token answer calls its bearer token a mac token.")
class TokenTypeMac(Changed):
    def change(self, token: dict[str, object]) -> dict[str, object]:
        return token | {"token_type": "mac"}


@fault("oauth", "token-under-another-name", ANSWER, "The access token is called token.")
class TokenUnderAnotherName(Changed):
    def change(self, token: dict[str, object]) -> dict[str, object]:
        return {("token" if name == "access_token" else name): value for name, value in token.items()}


@fault("oauth", "token-answer-as-form", ANSWER, "A token answer is a form instead of JSON.")
class TokenAnswerAsForm(Rules):
    def answer(self, grant_type: str, token: dict[str, object]) -> tuple[int, object]:
        return 200, urlencode(token)


@fault("oauth", "token-answer-201", ANSWER, "A token answer has the status 201.")
class TokenAnswer201(Rules):
    def answer(self, grant_type: str, token: dict[str, object]) -> tuple[int, object]:
        return 201, token


@fault("oauth", "token-cacheable", NO_STORE, "Token answers say nothing about caches.")
class TokenCacheable(Rules):
    def headers(self, grant_type: str | None) -> tuple[tuple[str, str], ...]:
        return ()


@fault("oauth", "token-cached-privately", NO_STORE, "Token answers may be kept by the client's cache.")
class TokenCachedPrivately(Rules):
    def headers(self, grant_type: str | None) -> tuple[tuple[str, str], ...]:
        return (("Cache-Control", "private, max-age=3600"),)


@fault("oauth", "refreshed-token-cacheable", NO_STORE, "Refreshed tokens may be cached, the others not.")
class RefreshedTokenCacheable(Rules):
    def headers(self, grant_type: str | None) -> tuple[tuple[str, str], ...]:
        return () if grant_type == "refresh_token" else NEVER_KEPT


@fault("oauth", "jwt-token-cacheable", NO_STORE, "Tokens for assertions may be cached, the others not.")
class JwtTokenCacheable(Rules):
    def headers(self, grant_type: str | None) -> tuple[tuple[str, str], ...]:
        return () if grant_type == JWT_GRANT else NEVER_KEPT


@fault("oauth", "token-cut", WORKS, "Access tokens are cut to 40 characters on their way out.")
class TokenCut(Changed):
    def change(self, token: dict[str, object]) -> dict[str, object]:
        return token | {"access_token": str(token["access_token"])[:40]}


@fault("oauth", "client-token-cut", WORKS, "The tokens of client credentials are cut, the others not.")
class ClientTokenCut(Rules):
    def answer(self, grant_type: str, token: dict[str, object]) -> tuple[int, object]:
        if grant_type == "client_credentials":
            token |= {"access_token": str(token["access_token"])[:40]}
        return super().answer(grant_type, token)


@fault("oauth", "token-without-scopes", WORKS, "Access tokens carry none of the scopes that they were given.")
class TokenWithoutScopes(Rules):
    def carried(self, told: str, client: Client) -> str:
        return ""


@fault("oauth", "lifetime-in-milliseconds", LIFETIME, "expires_in is told in milliseconds.")
class LifetimeInMilliseconds(Rules):
    def told_lifetime_s(self) -> int:
        return self.lifetime_s * 1_000


@fault("oauth", "lifetime-doubled", LIFETIME, "expires_in is twice as long as the token lives.")
class LifetimeDoubled(Rules):
    def told_lifetime_s(self) -> int:
        return self.lifetime_s * 2


@fault("oauth", "lifetime-zero", LIFETIME, "expires_in is 0.")
class LifetimeZero(Rules):
    def told_lifetime_s(self) -> int:
        return 0


@fault("oauth", "lifetime-as-text", ANSWER, "expires_in is a text of digits.")
class LifetimeAsText(Changed):
    def change(self, token: dict[str, object]) -> dict[str, object]:
        return token | {"expires_in": str(token["expires_in"])}


@fault("oauth", "implicit-with-refresh-token", NO_REFRESH, "The implicit grant gives a refresh token.")
class ImplicitWithRefreshToken(Rules):
    refreshable = Rules.refreshable | {"implicit"}


@fault("oauth", "jwt-with-refresh-token", NO_REFRESH, "An assertion buys a refresh token too.")
class JwtWithRefreshToken(Rules):
    refreshable = Rules.refreshable | {JWT_GRANT}


@fault("oauth", "code-without-refresh-token", REFRESH, "A code buys no refresh token.")
class CodeWithoutRefreshToken(Rules):
    refreshable = Rules.refreshable - {"authorization_code"}


@fault("oauth", "client-without-refresh-token", REFRESH, "Client credentials buy no refresh token.")
class ClientWithoutRefreshToken(Rules):
    refreshable = Rules.refreshable - {"client_credentials"}


@fault("oauth", "refresh-token-dead", REFRESH, "No refresh token is good.")
class RefreshTokenDead(Rules):
    def refresh_is_live(self, token: RefreshToken) -> bool:
        return False


@fault("oauth", "refresh-token-used-up", REFRESH, "A refresh ends the refresh token that it tells again.")
class RefreshTokenUsedUp(Rules):
    def refreshed(self, token: RefreshToken, vault: Vault) -> None:
        vault.revoke_refresh_tokens(token.grant.id)


@fault("oauth", "refreshed-token-cut", REFRESH, "A refresh tells an access token that is cut.")
class RefreshedTokenCut(Rules):
    def answer(self, grant_type: str, token: dict[str, object]) -> tuple[int, object]:
        if grant_type == "refresh_token":
            token |= {"access_token": str(token["access_token"])[:40]}
        return super().answer(grant_type, token)


@fault(
    "oauth",
    "refresh-token-of-anybody",
    "oauth.refresh-bound-to-client",
    "Any client can use any refresh token.",
)
class RefreshTokenOfAnybody(Rules):
    def refresh_belongs(self, token: RefreshToken, client: Client) -> bool:
        return True


@fault("oauth", "revoked-refresh-token-good", "oauth.refresh-revoked", "Revoked refresh tokens still work.")
class RevokedRefreshTokenGood(Rules):
    def refresh_is_live(self, token: RefreshToken) -> bool:
        return True


@fault("oauth", "wider-scope-granted", GROW, "Whatever scope is asked for is granted.")
class WiderScopeGranted(Rules):
    def narrowed(self, asked: str | None, allowed: str) -> str | None:
        return asked or allowed


@fault(
    "oauth",
    "refresh-widens",
    GROW,
    "A refresh gives what the client is registered for, not what was approved.",
)
class RefreshWidens(Rules):
    def refreshed_scopes(self, token: RefreshToken, client: Client) -> str:
        return client.scopes


@fault("oauth", "narrow-token-carries-all", GROW, "A token that is told to be narrow can do everything.")
class NarrowTokenCarriesAll(Rules):
    def carried(self, told: str, client: Client) -> str:
        return client.scopes


@fault("oauth", "refusal-without-error", CODES, "Refusals have a message, but no error code.")
class RefusalWithoutError(Rules):
    def refusal(self, status: int, error: str, description: str) -> tuple[int, object]:
        return status, {"message": description}


@fault("oauth", "refusal-as-error-object", CODES, "Refusals of tokens look like those of the API.")
class RefusalAsErrorObject(Rules):
    def refusal(self, status: int, error: str, description: str) -> tuple[int, object]:
        return status, {"type": "error", "error": {"message": description}}


@fault("oauth", "refusal-as-200", CODES, "Refusals of tokens have the status 200.")
class RefusalAs200(Rules):
    def refusal(self, status: int, error: str, description: str) -> tuple[int, object]:
        return 200, super().refusal(status, error, description)[1]


@fault("oauth", "every-refusal-invalid-request", CODES, "Every refusal of a token is an invalid_request.")
class EveryRefusalInvalidRequest(Rules):
    def refusal(self, status: int, error: str, description: str) -> tuple[int, object]:
        return super().refusal(status, "invalid_request", description)


@fault("oauth", "bad-code-as-401", CODES, "A code or refresh token that is no good is a 401.")
class BadCodeAs401(Rules):
    def refusal(self, status: int, error: str, description: str) -> tuple[int, object]:
        return super().refusal(401 if error == "invalid_grant" else status, error, description)


@fault("oauth", "wrong-secret-as-400", CODES, "A wrong client secret in the header is a 400.")
class WrongSecretAs400(Rules):
    def refusal(self, status: int, error: str, description: str) -> tuple[int, object]:
        return super().refusal(400, error, description)


@fault("gate", "expired-oauth-token-good", "oauth.expired-refused", "OAuth tokens are good beyond their end.")
class ExpiredOAuthTokenGood(Gate):
    def is_live(self, row: sqlite3.Row) -> bool:
        if row["kind"] == "oauth_token":
            return row["revoked_on"] is None
        return super().is_live(row)


@fault("oauth", "unknown-parameter-refused", IGNORED, "A parameter that nobody knows is an error.")
class UnknownParameterRefused(Rules):
    def objection(self, pairs: Sequence[tuple[str, str]]) -> str | None:
        return None if {name for name, _ in pairs} <= ONCE else "There is an unknown parameter."


@fault("oauth", "empty-parameter-refused", IGNORED, "A parameter without a value is an error.")
class EmptyParameterRefused(Rules):
    def objection(self, pairs: Sequence[tuple[str, str]]) -> str | None:
        return None if all(value for _, value in pairs) else "A parameter is empty."


@fault("oauth", "token-answer-untyped", ANSWER, "A token answer is JSON, but does not say so.")
class TokenAnswerUntyped(Rules):
    def answer(self, grant_type: str, token: dict[str, object]) -> tuple[int, object]:
        return 200, json.dumps(token)
