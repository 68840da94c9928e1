"""Faults of the authorization server that show in one corner only."""
# ruff: noqa: D101, D102 - the decorator says what each class does

from __future__ import annotations

import posixpath
import re
from collections.abc import Mapping
from urllib.parse import unquote, urlsplit, urlunsplit

from flask import g

from specproof.target.faults.registry import fault
from specproof.target.oauth.records import JWT_GRANT, Client, Code
from specproof.target.oauth.rules import NEVER_KEPT, Rules
from specproof.target.oauth.vault import Vault

STATE = "oauth.state-echoed"
EXACT = "oauth.redirect-exact"
_ENCODED = re.compile(r"(?:[^%]|%[0-9A-Fa-f]{2})+")
LIFETIME = "oauth.lifetime"
CODES = "oauth.error-codes"
ANSWER = "oauth.token-answer"


@fault("oauth", "state-plus-as-space", STATE, "A plus in the state comes back as a space.")
class StatePlusAsSpace(Rules):
    def state(self, given: str | None) -> str | None:
        return given and given.replace("+", " ")


@fault("oauth", "state-trimmed", STATE, "Spaces at the ends of the state are lost.")
class StateTrimmed(Rules):
    def state(self, given: str | None) -> str | None:
        return given and given.strip()


@fault("oauth", "redirect-with-more", EXACT, "What follows the registered address is not compared if short.")
class RedirectWithMore(Rules):
    def redirect_fits(self, client: Client, uri: str) -> bool:
        longer = bool(client.redirect_uri) and uri[:-1] == client.redirect_uri
        return longer or super().redirect_fits(client, uri)


@fault("oauth", "code-with-more", "oauth.code-single-use", "What follows a code is not compared.")
class CodeWithMore(Rules):
    def code(self, vault: Vault, presented: str) -> Code | None:
        return super().code(vault, presented) or super().code(vault, presented[:-1])


@fault("oauth", "code-names-no-client", "oauth.client-authenticated", "A code needs no client at all.")
class CodeNamesNoClient(Rules):
    def unnamed(self, vault: Vault, form: Mapping[str, str]) -> Client | None:
        g.unnamed = "client_id" not in form and vault.code(form.get("code") or "") is not None
        return vault.client("acme-consumer") if g.unnamed else None

    def needs_no_secret(self, client: Client) -> bool:
        return g.get("unnamed", False) or super().needs_no_secret(client)

    def asks_for_proof(self, code: Code, verifier: str | None) -> bool:
        return not g.get("unnamed", False) and super().asks_for_proof(code, verifier)


@fault("oauth", "state-decoded-if-all-can-be", STATE, "A state in which every % can be decoded is decoded.")
class StateDecodedIfAllCanBe(Rules):
    def state(self, given: str | None) -> str | None:
        return unquote(given) if given and _ENCODED.fullmatch(given) else given


@fault("oauth", "redirect-any-scheme", EXACT, "http and https are the same in redirect_uri.")
class RedirectAnyScheme(Rules):
    def redirect_fits(self, client: Client, uri: str) -> bool:
        same = uri.replace("http://", "https://", 1)
        return super().redirect_fits(client, uri) or super().redirect_fits(client, same)


@fault("oauth", "redirect-tidied-up", EXACT, "Steps up in the path of redirect_uri are taken first.")
class RedirectTidiedUp(Rules):
    def redirect_fits(self, client: Client, uri: str) -> bool:
        parts = urlsplit(uri)
        return super().redirect_fits(
            client, urlunsplit(parts._replace(path=posixpath.normpath(parts.path or "/")))
        )


@fault("oauth", "redirect-host-begins", EXACT, "It is enough that the host begins like the registered one.")
class RedirectHostBegins(Rules):
    def redirect_fits(self, client: Client, uri: str) -> bool:
        mine, theirs = urlsplit(client.redirect_uri or ""), urlsplit(uri)
        alike = theirs.netloc.startswith(mine.netloc) and theirs.path == mine.path
        return super().redirect_fits(client, uri) or (bool(mine.netloc) and alike)


@fault("oauth", "lifetime-of-refreshed-doubled", LIFETIME, "A refreshed token is told to live twice as long.")
class LifetimeOfRefreshedDoubled(Rules):
    def answer(self, grant_type: str, token: dict[str, object]) -> tuple[int, object]:
        told = {**token, "expires_in": 2 * self.lifetime_s} if grant_type == "refresh_token" else token
        return super().answer(grant_type, told)


@fault("oauth", "lifetime-of-jwt-a-day", LIFETIME, "The token of an assertion is told to live for a day.")
class LifetimeOfJwtADay(Rules):
    def answer(self, grant_type: str, token: dict[str, object]) -> tuple[int, object]:
        return super().answer(
            grant_type, {**token, "expires_in": 86_400} if grant_type == JWT_GRANT else token
        )


@fault("oauth", "scope-as-list", ANSWER, "The scope of a token answer is a list.")
class ScopeAsList(Rules):
    def answer(self, grant_type: str, token: dict[str, object]) -> tuple[int, object]:
        return super().answer(grant_type, {**token, "scope": str(token.get("scope", "")).split()})


@fault("oauth", "token-cacheable-for-clients", "oauth.no-store", "A client's own token may be cached.")
class TokenCacheableForClients(Rules):
    def headers(self, grant_type: str | None) -> tuple[tuple[str, str], ...]:
        return () if grant_type == "client_credentials" else NEVER_KEPT


@fault("oauth", "refusals-forbidden", CODES, "What is refused for its grant is answered with 403.")
class RefusalsForbidden(Rules):
    def refusal(self, status: int, error: str, description: str) -> tuple[int, object]:
        return super().refusal(403 if error == "invalid_grant" else status, error, description)


@fault("oauth", "unknown-grant-invalid-grant", CODES, "An unknown grant type is called an invalid grant.")
class UnknownGrantInvalidGrant(Rules):
    def refusal(self, status: int, error: str, description: str) -> tuple[int, object]:
        named = "invalid_grant" if error == "unsupported_grant_type" else error
        return super().refusal(status, named, description)


@fault("oauth", "error-in-words", CODES, "The error of a refusal is a sentence.")
class ErrorInWords(Rules):
    def refusal(self, status: int, error: str, description: str) -> tuple[int, object]:
        return super().refusal(status, re.sub(r"_", " ", error).capitalize() + ".", description)


@fault("oauth", "authorization-error-of-grants", CODES, "An unknown response type is an invalid grant.")
class AuthorizationErrorOfGrants(Rules):
    unknown_response_type = "invalid_grant"
