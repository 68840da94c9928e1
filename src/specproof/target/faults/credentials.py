"""Faults of authentication: credentials that are almost good, or were good once, and how they travel."""
# ruff: noqa: D101, D102 - the decorator says what each class does

from __future__ import annotations

import base64
import binascii
import sqlite3
from collections.abc import Iterator

from flask import request

from specproof.target.access import CANDIDATES, Gate, credential_of
from specproof.target.accounts import Credential, Need
from specproof.target.credentials import demo_secret
from specproof.target.faults.registry import fault
from specproof.target.presented import Presented
from specproof.target.problems import Problem

EXACT, DEAD, UNAUTHORIZED = "credential.exact", "credential.dead", "credential.unauthorized"
SCHEME_CASE, PLACES = "credential.scheme-case", "credential.places"
EVERY_ROW = CANDIDATES.replace("WHERE hint = ?", "ORDER BY credential.id")


class Careless(Gate):
    """Compares secrets in a way of its own: every credential is a candidate."""

    def _find(self, secret: bytes, *, bearer: bool, owner: str | None) -> sqlite3.Row | None:
        found = super()._find(secret, bearer=bearer, owner=owner)
        return found or next(self._alike(secret, bearer=bearer, owner=owner), None)

    def _alike(self, secret: bytes, *, bearer: bool, owner: str | None) -> Iterator[sqlite3.Row]:
        with self.store.connection() as connection:
            rows: list[sqlite3.Row] = connection.execute(EVERY_ROW).fetchall()
        text = secret.decode("utf-8", "replace")
        for row in rows:
            if self.fits(row, bearer=bearer, owner=owner) and self.resembles(text, demo_secret(row["name"])):
                yield row

    def resembles(self, given: str, right: str) -> bool:
        return False


@fault("gate", "secret-beginning-accepted", EXACT, "The first half of a secret is enough.")
class SecretBeginningAccepted(Careless):
    def resembles(self, given: str, right: str) -> bool:
        return len(given) >= len(right) // 2 and right.startswith(given)


@fault("gate", "secret-last-character-ignored", EXACT, "The last character of a secret is not compared.")
class SecretLastCharacterIgnored(Careless):
    def resembles(self, given: str, right: str) -> bool:
        return given == right[:-1]


@fault("gate", "secret-longer-accepted", EXACT, "What follows a right secret is not compared.")
class SecretLongerAccepted(Careless):
    def resembles(self, given: str, right: str) -> bool:
        return given.startswith(right)


@fault("gate", "secret-case-ignored", EXACT, "Secrets are compared without regard to case.")
class SecretCaseIgnored(Careless):
    def resembles(self, given: str, right: str) -> bool:
        return given.casefold() == right.casefold()


@fault("gate", "token-case-ignored", EXACT, "Tokens are compared without regard to case; passwords are not.")
class TokenCaseIgnored(Careless):
    def _find(self, secret: bytes, *, bearer: bool, owner: str | None) -> sqlite3.Row | None:
        if bearer:
            return super()._find(secret, bearer=bearer, owner=owner)
        return Gate._find(self, secret, bearer=bearer, owner=owner)

    def resembles(self, given: str, right: str) -> bool:
        return given.casefold() == right.casefold()


@fault("gate", "empty-password-accepted", EXACT, "A known user name is enough where the password is empty.")
class EmptyPasswordAccepted(Careless):
    def resembles(self, given: str, right: str) -> bool:
        return not given


@fault("gate", "any-user-name-accepted", EXACT, "The user name beside an app password is not looked at.")
class AnyUserNameAccepted(Gate):
    def fits(self, row: sqlite3.Row, *, bearer: bool, owner: str | None) -> bool:
        known = not bearer and row["kind"] == "app_password"
        return known or super().fits(row, bearer=bearer, owner=owner)


@fault("gate", "password-as-token-accepted", EXACT, "An app password passes as a bearer token.")
class PasswordAsTokenAccepted(Gate):
    def fits(self, row: sqlite3.Row, *, bearer: bool, owner: str | None) -> bool:
        return (bearer and row["kind"] == "app_password") or super().fits(row, bearer=bearer, owner=owner)


class Obliging(Gate):
    """Lets some in as the administrator of the demonstration team."""

    def identify(self, operation: str, authorization: str | None) -> Credential:
        if authorization is None or not self.obliges(operation, authorization):
            return super().identify(operation, authorization)
        with self.store.connection() as connection:
            row = connection.execute("SELECT * FROM credential WHERE name = 'acme-admin'").fetchone()
        return credential_of(row)

    def obliges(self, operation: str, authorization: str) -> bool:
        return False


@fault("gate", "unknown-scheme-accepted", EXACT, "A scheme that nobody knows is not looked into.")
class UnknownSchemeAccepted(Obliging):
    def obliges(self, operation: str, authorization: str) -> bool:
        return authorization.partition(" ")[0].lower() not in {"basic", "bearer", "jwt"}


@fault("gate", "garbled-basic-accepted", EXACT, "What cannot be decoded counts as the administrator's.")
class GarbledBasicAccepted(Obliging):
    def obliges(self, operation: str, authorization: str) -> bool:
        scheme, _, rest = authorization.partition(" ")
        try:
            base64.b64decode(rest, validate=True)
        except binascii.Error:
            return scheme.lower() == "basic"
        return False


@fault("gate", "empty-token-accepted", EXACT, "DELETE takes a bearer token of no length.")
class EmptyTokenAccepted(Obliging):
    def obliges(self, operation: str, authorization: str) -> bool:
        return operation == "delete_variable" and authorization.strip().lower() == "bearer"


class Forgiving(Gate):
    """Lets some credentials in that have ended."""

    def is_live(self, row: sqlite3.Row) -> bool:
        return super().is_live(row) or self.forgives(row)

    def forgives(self, row: sqlite3.Row) -> bool:
        return False


@fault("gate", "expired-accepted", DEAD, "Nobody looks at the end of an app password.")
class ExpiredAccepted(Forgiving):
    def forgives(self, row: sqlite3.Row) -> bool:
        return row["kind"] == "app_password" and row["revoked_on"] is None


@fault("gate", "expired-token-accepted", DEAD, "Nobody looks at the end of an access token.")
class ExpiredTokenAccepted(Forgiving):
    def forgives(self, row: sqlite3.Row) -> bool:
        return row["kind"] == "workspace_access_token" and row["revoked_on"] is None


@fault("gate", "expired-token-in-query-accepted", DEAD, "In the query, nobody looks at the end of a token.")
class ExpiredTokenInQueryAccepted(Forgiving):
    def forgives(self, row: sqlite3.Row) -> bool:
        in_query = "access_token" in request.args
        return row["kind"] == "workspace_access_token" and row["revoked_on"] is None and in_query


@fault("gate", "revoked-accepted", DEAD, "A revoked app password is as good as before.")
class RevokedAccepted(Forgiving):
    def forgives(self, row: sqlite3.Row) -> bool:
        return row["kind"] == "app_password" and row["expires_on"] is None


@fault("gate", "revoked-token-reads", DEAD, "A revoked access token still reads.")
class RevokedTokenReads(Forgiving):
    def forgives(self, row: sqlite3.Row) -> bool:
        return row["kind"] == "workspace_access_token" and request.method == "GET" and not row["expires_on"]


@fault("gate", "revoked-token-deletes", DEAD, "A revoked access token still deletes, and does nothing else.")
class RevokedTokenDeletes(Forgiving):
    def forgives(self, row: sqlite3.Row) -> bool:
        return (
            row["kind"] == "workspace_access_token" and request.method == "DELETE" and not row["expires_on"]
        )


@fault("gate", "account-password-accepted", DEAD, "The password of the account itself opens the API.")
class AccountPasswordAccepted(Gate):
    def fits(self, row: sqlite3.Row, *, bearer: bool, owner: str | None) -> bool:
        own = not bearer and row["kind"] == "account_password" and row["user_name"] == owner
        return own or super().fits(row, bearer=bearer, owner=owner)

    def permits(self, credential: Credential, role: str | None, need: Need) -> bool:
        return credential.kind == "account_password" or super().permits(credential, role, need)


@fault("gate", "ended-is-forbidden", UNAUTHORIZED, "An expired or revoked credential is a 403.")
class EndedIsForbidden(Gate):
    def unauthorized(self, message: str, error: str | None = None) -> Problem:
        if error is None:
            return super().unauthorized(message, error)
        return Problem(403, message)


@fault("gate", "scheme-case-matters", SCHEME_CASE, "Basic and Bearer must begin with a capital.")
class SchemeCaseMatters(Gate):
    def identify(self, operation: str, authorization: str | None) -> Credential:
        if authorization is not None and authorization.partition(" ")[0] not in {"Basic", "Bearer"}:
            raise self.unauthorized("The credentials are not valid", error="invalid_token")
        return super().identify(operation, authorization)


@fault("gate", "query-token-refused", PLACES, "A token in the query counts for nothing.")
class QueryTokenRefused(Gate):
    def authorization(self, presented: Presented) -> str | None:
        return presented.header


@fault("gate", "query-token-taken-for-post", PLACES, "A token in the query opens POST too.")
class QueryTokenTakenForPost(Gate):
    def authorization(self, presented: Presented) -> str | None:
        if presented.method == "POST" and presented.header is None and presented.query_token is not None:
            return f"Bearer {presented.query_token}"
        return super().authorization(presented)


@fault("gate", "query-token-refused-for-delete", PLACES, "A token in the query opens everything but DELETE.")
class QueryTokenRefusedForDelete(Gate):
    def authorization(self, presented: Presented) -> str | None:
        return presented.header if presented.method == "DELETE" else super().authorization(presented)
