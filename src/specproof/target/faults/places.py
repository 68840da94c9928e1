"""Faults of credentials in unusual places: in the query, in a form, under other names, by other addresses."""
# ruff: noqa: D101, D102 - the decorator says what each class does

from __future__ import annotations

import sqlite3

from flask import request

from specproof.target.access import Gate
from specproof.target.accounts import Credential, Need
from specproof.target.faults.access import REQUIRED, Doorless
from specproof.target.faults.credentials import DEAD, EXACT, Careless, Forgiving, Obliging
from specproof.target.faults.foreign import FOREIGN, Borderless
from specproof.target.faults.registry import fault
from specproof.target.faults.rights import ENFORCED, Generous, addressed_by_uuid
from specproof.target.oauth.vault import Vault
from specproof.target.presented import FORM, TOKEN, Presented

ONLY_ACCESS = "oauth.only-access-tokens"


def in_query() -> bool:
    """Tell whether the request carries a token in its query."""
    return TOKEN in request.args


def in_form() -> bool:
    """Tell whether the request may carry a token in its form."""
    return request.mimetype == FORM


# --- rights ---------------------------------------------------------------------------------------


@fault("gate", "query-token-without-scope", ENFORCED, "The scopes of a token in the query do not count.")
class QueryTokenWithoutScope(Generous):
    def gives(self, credential: Credential, role: str | None, need: Need) -> bool:
        return in_query()


@fault("gate", "form-token-without-scope", ENFORCED, "Scopes of a token in a form do not count.", beyond=True)
class FormTokenWithoutScope(Generous):
    def gives(self, credential: Credential, role: str | None, need: Need) -> bool:
        return in_form() and request.authorization is None


@fault("gate", "query-token-reads-everywhere", FOREIGN, "A token in the query reads what every team has.")
class QueryTokenReadsEverywhere(Borderless):
    def crosses(self) -> bool:
        return in_query() and request.method == "GET"


@fault(
    "gate",
    "expired-token-in-form-accepted",
    DEAD,
    "In a form, a token never ends.",
    beyond=True,
)
class ExpiredTokenInFormAccepted(Forgiving):
    def forgives(self, row: sqlite3.Row) -> bool:
        return in_form() and row["kind"] == "workspace_access_token" and row["revoked_on"] is None


class Confused(Obliging):
    """Takes for an access token what the authorization server gave for something else."""

    def obliges(self, operation: str, authorization: str) -> bool:
        scheme, _, rest = authorization.partition(" ")
        with self.store.connection() as connection:
            return scheme.lower() == "bearer" and self.confuses(Vault(connection, self._recogniser), rest)

    def confuses(self, vault: Vault, secret: str) -> bool:
        return False


@fault("gate", "refresh-token-opens", ONLY_ACCESS, "A refresh token opens the API.")
class RefreshTokenOpens(Confused):
    def confuses(self, vault: Vault, secret: str) -> bool:
        return vault.refresh_token(secret) is not None


@fault("gate", "code-opens", ONLY_ACCESS, "A code opens the API.")
class CodeOpens(Confused):
    def confuses(self, vault: Vault, secret: str) -> bool:
        return vault.code(secret) is not None


@fault("gate", "list-without-credentials-by-uuid", REQUIRED, "By UUID, variables are listed for everybody.")
class ListWithoutCredentialsByUuid(Doorless):
    def identify(self, operation: str, authorization: str | None) -> Credential:
        self.open_to_all = frozenset({"list_variables"} if addressed_by_uuid() else ())
        return super().identify(operation, authorization)


# --- secrets --------------------------------------------------------------------------------------


@fault("gate", "secret-end-ignored", EXACT, "Secrets of the right length are compared but for their end.")
class SecretEndIgnored(Careless):
    def resembles(self, given: str, right: str) -> bool:
        return len(given) == len(right) and given[:-1] == right[:-1]


@fault("gate", "secret-longer-by-uuid", EXACT, "By UUID, what follows a secret is not compared.")
class SecretLongerByUuid(Careless):
    def resembles(self, given: str, right: str) -> bool:
        return addressed_by_uuid() and given.startswith(right)


@fault("gate", "query-token-longer", EXACT, "What follows a right token in the query is not compared.")
class QueryTokenLonger(Careless):
    def resembles(self, given: str, right: str) -> bool:
        return in_query() and given.startswith(right)


@fault("gate", "query-token-beginning", EXACT, "The beginning of a token is enough in the query.")
class QueryTokenBeginning(Careless):
    def resembles(self, given: str, right: str) -> bool:
        return in_query() and len(given) > len(right) // 2 and right.startswith(given)


@fault("gate", "query-token-empty", EXACT, "An empty token in the query opens everything.")
class QueryTokenEmpty(Obliging):
    def authorization(self, presented: Presented) -> str | None:
        return super().authorization(presented) or ("Bearer " if presented.query_token == "" else None)

    def obliges(self, operation: str, authorization: str) -> bool:
        return authorization.lower() == "bearer "


@fault("gate", "known-user-name-accepted", EXACT, "An app password is good under every name that is known.")
class KnownUserNameAccepted(Gate):
    def fits(self, row: sqlite3.Row, *, bearer: bool, owner: str | None) -> bool:
        if bearer or row["kind"] != "app_password":
            return super().fits(row, bearer=bearer, owner=owner)
        with self.store.connection() as connection:
            known = connection.execute("SELECT 1 FROM user WHERE name = ?", (owner,)).fetchone()
        return known is not None
