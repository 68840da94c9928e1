"""Faults of client secrets: what is almost the right one is taken for it."""
# ruff: noqa: D101, D102 - the decorator says what each class does

from __future__ import annotations

from flask import g

from specproof.target.credentials import demo_secret
from specproof.target.faults.registry import fault
from specproof.target.oauth.records import Client
from specproof.target.oauth.rules import Rules

PROVEN = "oauth.client-authenticated"
_LEAST = 6  # characters, of which a beginning is taken for the whole
_CLIENTS = ("acme-consumer", "acme-other")


class Careless(Rules):
    """Compares secrets in a way of its own: for one grant alone, or for all; in one place, or in both."""

    grant = ""
    method = ""

    def grant_type(self, given: str | None) -> str | None:
        g.grant = given  # known before the client is
        return super().grant_type(given)

    def secret_fits(self, client: Client, secret: str, method: str) -> bool:
        here = self.grant in {"", g.get("grant")} and self.method in {"", method}
        alike = here and not client.public and self.resembles(secret, demo_secret(client.client_id))
        return alike or super().secret_fits(client, secret, method)

    def resembles(self, given: str, right: str) -> bool:
        return len(given) >= _LEAST and right.startswith(given)


@fault("oauth", "client-secret-beginning", PROVEN, "The beginning of a client secret is enough.")
class ClientSecretBeginning(Careless):
    pass


@fault("oauth", "form-secret-beginning", PROVEN, "In the form, the beginning of a client secret is enough.")
class FormSecretBeginning(Careless):
    method = "client_secret_post"


@fault("oauth", "code-secret-beginning", PROVEN, "For a code, the beginning of a client secret is enough.")
class CodeSecretBeginning(Careless):
    grant = "authorization_code"


@fault("oauth", "client-secret-longer", PROVEN, "What follows a right client secret is not compared.")
class ClientSecretLonger(Careless):
    def resembles(self, given: str, right: str) -> bool:
        return given.startswith(right)


@fault("oauth", "refresh-secret-longer", PROVEN, "For a refresh, what follows a secret is not compared.")
class RefreshSecretLonger(ClientSecretLonger):
    grant = "refresh_token"


@fault("oauth", "client-secret-case-ignored", PROVEN, "Client secrets are compared without regard to case.")
class ClientSecretCaseIgnored(Careless):
    def resembles(self, given: str, right: str) -> bool:
        return given.casefold() == right.casefold()


@fault("oauth", "client-secret-end-ignored", PROVEN, "The last character of a client secret is not compared.")
class ClientSecretEndIgnored(Careless):
    def resembles(self, given: str, right: str) -> bool:
        return len(given) == len(right) and given[:-1] == right[:-1]


@fault("oauth", "client-secret-of-anybody", PROVEN, "The secret of any client is good for every one.")
class ClientSecretOfAnybody(Careless):
    def resembles(self, given: str, right: str) -> bool:
        return given in map(demo_secret, _CLIENTS)


@fault("oauth", "refresh-secret-of-anybody", PROVEN, "For a refresh, the secret of any client will do.")
class RefreshSecretOfAnybody(ClientSecretOfAnybody):
    grant = "refresh_token"


@fault("oauth", "code-secret-empty", PROVEN, "For a code, an empty secret in the header is enough.")
class CodeSecretEmpty(Careless):
    grant = "authorization_code"

    def resembles(self, given: str, right: str) -> bool:
        return not given
