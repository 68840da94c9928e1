"""Faults of assertions that only somebody who looks for them meets: odd signatures, times and names."""
# ruff: noqa: D101, D102 - the decorator says what each class does

from __future__ import annotations

import base64
import hmac
import time
from collections.abc import Collection
from typing import Any

from specproof.target.faults.assertions import AUDIENCE, DAY_S, EXPIRED, SIGNATURE, unverified
from specproof.target.faults.registry import fault
from specproof.target.oauth.assertions import Assertions
from specproof.target.oauth.records import Client
from specproof.target.oauth.vault import Vault

ISSUER = "oauth.jwt-issuer"
ADD_ON = "acme-addon"
DIGEST_BYTES = 32


class HandMade(Assertions):
    """Compares signatures itself, with whatever is made of them."""

    def decode(self, text: str, secret: str) -> dict[str, Any]:
        signed, _, last = text.rpartition(".")
        signature = base64.urlsafe_b64decode(last + "=" * (-len(last) % 4))
        fits = self.resembles(signature, signed.encode(), secret.encode())
        return unverified(text)[1] if fits else super().decode(text, secret)

    def resembles(self, signature: bytes, signed: bytes, key: bytes) -> bool:
        return False


@fault("assertions", "jwt-empty-key-accepted", SIGNATURE, "An assertion may be signed with an empty key.")
class JwtEmptyKeyAccepted(HandMade):
    def resembles(self, signature: bytes, signed: bytes, key: bytes) -> bool:
        return signature == hmac.digest(b"", signed, "sha256")


@fault("assertions", "jwt-key-is-issuer", SIGNATURE, "The name of the issuer is a key of its own.")
class JwtKeyIsIssuer(HandMade):
    def resembles(self, signature: bytes, signed: bytes, key: bytes) -> bool:
        return signature == hmac.digest(ADD_ON.encode(), signed, "sha256")


@fault("assertions", "jwt-signature-cut-accepted", SIGNATURE, "The beginning of a signature is enough.")
class JwtSignatureCutAccepted(HandMade):
    def resembles(self, signature: bytes, signed: bytes, key: bytes) -> bool:
        return len(signature) >= DIGEST_BYTES // 2 and hmac.digest(key, signed, "sha256").startswith(
            signature
        )


@fault("assertions", "jwt-signature-longer-accepted", SIGNATURE, "What follows a signature is not compared.")
class JwtSignatureLongerAccepted(HandMade):
    def resembles(self, signature: bytes, signed: bytes, key: bytes) -> bool:
        return signature.startswith(hmac.digest(key, signed, "sha256"))


@fault("assertions", "jwt-algorithm-guessed", SIGNATURE, "Another HMAC than the one that is named will do.")
class JwtAlgorithmGuessed(HandMade):
    def resembles(self, signature: bytes, signed: bytes, key: bytes) -> bool:
        return any(signature == hmac.digest(key, signed, name) for name in ("sha256", "sha384", "sha512"))


@fault("assertions", "jwt-algorithm-not-read", SIGNATURE, "The named algorithm is not read: it is HS256.")
class JwtAlgorithmNotRead(HandMade):
    def resembles(self, signature: bytes, signed: bytes, key: bytes) -> bool:
        return signature == hmac.digest(key, signed, "sha256")


class Lenient(Assertions):
    """Takes another time for the one that an assertion names."""

    def validate(self, claims: dict[str, Any], audiences: Collection[str]) -> None:
        super().validate(claims | self.instead(claims), audiences)

    def instead(self, claims: dict[str, Any]) -> dict[str, Any]:
        return {}


@fault(
    "assertions", "jwt-expiry-optional", EXPIRED, "An assertion without exp is good for ever.", beyond=True
)
class JwtExpiryOptional(Assertions):
    essential = Assertions.essential - {"exp"}


@fault("assertions", "jwt-expiry-zero-ignored", EXPIRED, "An exp of 0 is taken for none at all.")
class JwtExpiryZeroIgnored(Lenient):
    def instead(self, claims: dict[str, Any]) -> dict[str, Any]:
        return {} if claims.get("exp", 1) else {"exp": time.time() + DAY_S}


@fault("assertions", "jwt-expiry-text-ignored", EXPIRED, "An exp that is a text is not compared.")
class JwtExpiryTextIgnored(Assertions):
    def decode(self, text: str, secret: str) -> dict[str, Any]:
        claims = super().decode(text, secret)
        return claims | ({"exp": time.time() + DAY_S} if isinstance(claims.get("exp"), str) else {})


@fault("assertions", "jwt-not-before-ignored", EXPIRED, "An assertion counts before its nbf.")
class JwtNotBeforeIgnored(Lenient):
    def instead(self, claims: dict[str, Any]) -> dict[str, Any]:
        return {"nbf": 0} if "nbf" in claims else {}


@fault(
    "assertions", "jwt-audience-by-beginning", AUDIENCE, "An audience need only begin with the right address."
)
class JwtAudienceByBeginning(Assertions):
    def validate(self, claims: dict[str, Any], audiences: Collection[str]) -> None:
        said = claims.get("aud")
        begins = isinstance(said, str) and said.startswith(tuple(audiences))
        super().validate(claims | ({"aud": next(iter(audiences))} if begins else {}), audiences)


class Acquainted(Assertions):
    """Takes others for the add-on."""

    def signer(self, issuer: str | None, vault: Vault) -> Client | None:
        return super().signer(ADD_ON if self.resembles(issuer) else issuer, vault)

    def resembles(self, issuer: str | None) -> bool:
        return False


@fault("assertions", "jwt-issuer-by-beginning", ISSUER, "An issuer may go on where the right one ends.")
class JwtIssuerByBeginning(Acquainted):
    def resembles(self, issuer: str | None) -> bool:
        return (issuer or "").startswith(ADD_ON)


@fault("assertions", "jwt-issuer-in-any-case", ISSUER, "Issuers are compared without regard to case.")
class JwtIssuerInAnyCase(Acquainted):
    def resembles(self, issuer: str | None) -> bool:
        return (issuer or "").lower() == ADD_ON


@fault("assertions", "jwt-issuer-missing", ISSUER, "An assertion without iss is taken for the add-on's.")
class JwtIssuerMissing(Acquainted):
    essential = Assertions.essential - {"iss"}

    def resembles(self, issuer: str | None) -> bool:
        return issuer is None
