"""Faults of the grant that takes JSON Web Tokens."""
# ruff: noqa: D101, D102 - the decorator says what each class does

from __future__ import annotations

import base64
import hmac
import json
import time
from collections.abc import Collection
from typing import Any

from joserfc import jws

from specproof.target.faults.registry import fault
from specproof.target.oauth.assertions import Assertions
from specproof.target.oauth.records import Client
from specproof.target.oauth.vault import Vault

SIGNATURE = "oauth.jwt-signature"
NONE = "oauth.jwt-none"
EXPIRED = "oauth.jwt-expired"
AUDIENCE = "oauth.jwt-audience"
SCHEME = "oauth.jwt-scheme"
DAY_S = 86_400


def unverified(text: str) -> tuple[str, dict[str, Any]]:
    """Return the algorithm that a token names, and its claims."""
    token = jws.extract_compact(text.encode())
    claims: dict[str, Any] = json.loads(token.payload)
    return str(token.headers()["alg"]), claims


@fault("assertions", "jwt-signature-unchecked", SIGNATURE, "The signature of an assertion is not looked at.")
class JwtSignatureUnchecked(Assertions):
    def decode(self, text: str, secret: str) -> dict[str, Any]:
        return unverified(text)[1]


@fault("assertions", "jwt-signature-missing", SIGNATURE, "An empty signature passes, a wrong one does not.")
class JwtSignatureMissing(Assertions):
    def decode(self, text: str, secret: str) -> dict[str, Any]:
        algorithm, claims = unverified(text)
        bare = text.endswith(".") and algorithm in self.algorithms
        return claims if bare else super().decode(text, secret)


@fault("assertions", "jwt-signature-half-compared", SIGNATURE, "Only half of a signature is compared.")
class JwtSignatureHalfCompared(Assertions):
    def decode(self, text: str, secret: str) -> dict[str, Any]:
        signed, _, signature = text.rpartition(".")
        whole = base64.urlsafe_b64encode(hmac.digest(secret.encode(), signed.encode(), "sha256")).decode()
        return unverified(text)[1] if signature[:20] == whole[:20] else super().decode(text, secret)


@fault("assertions", "jwt-none-accepted", NONE, "An assertion with alg none needs no signature.")
class JwtNoneAccepted(Assertions):
    spellings = frozenset({"none"})

    def decode(self, text: str, secret: str) -> dict[str, Any]:
        algorithm, claims = unverified(text)
        return claims if algorithm in self.spellings else super().decode(text, secret)


@fault("assertions", "jwt-none-in-capitals", NONE, "An assertion with alg None or NONE needs no signature.")
class JwtNoneInCapitals(JwtNoneAccepted):
    spellings = frozenset({"None", "NONE", "nOnE"})


@fault("assertions", "jwt-expiry-ignored", EXPIRED, "Assertions do not expire.")
class JwtExpiryIgnored(Assertions):
    def validate(self, claims: dict[str, Any], audiences: Collection[str]) -> None:
        super().validate(claims | {"exp": time.time() + DAY_S}, audiences)


@fault(
    "assertions", "jwt-expired-for-a-day", EXPIRED, "Assertions are accepted until a day after they expired."
)
class JwtExpiredForADay(Assertions):
    def validate(self, claims: dict[str, Any], audiences: Collection[str]) -> None:
        late = {"exp": claims["exp"] + DAY_S} if "exp" in claims else {}
        super().validate(claims | late, audiences)


@fault("assertions", "jwt-audience-ignored", AUDIENCE, "Assertions for other servers are accepted.")
class JwtAudienceIgnored(Assertions):
    def is_for_somebody(self, claims: dict[str, Any]) -> bool:
        return False


@fault(
    "assertions", "jwt-audience-list-ignored", AUDIENCE, "An audience is compared, but not a list of them."
)
class JwtAudienceListIgnored(Assertions):
    def is_for_somebody(self, claims: dict[str, Any]) -> bool:
        return isinstance(claims.get("aud"), str)


@fault("assertions", "jwt-scheme-in-any-case", SCHEME, "The scheme jwt is as good as JWT.")
class JwtSchemeInAnyCase(Assertions):
    def scheme_fits(self, scheme: str) -> bool:
        return scheme.upper() == "JWT"


@fault("assertions", "jwt-issuer-ignored", "oauth.jwt-issuer", "An unknown issuer is taken for the add-on.")
class JwtIssuerIgnored(Assertions):
    def signer(self, issuer: str | None, vault: Vault) -> Client | None:
        return super().signer(issuer, vault) or vault.client_of_issuer("acme-addon")
