"""JSON Web Tokens by which add-ons ask for access tokens."""

from __future__ import annotations

import json
import math
import time
from collections.abc import Collection
from typing import Any

from joserfc import jws, jwt
from joserfc.errors import JoseError
from joserfc.jwk import OctKey

from specproof.target.oauth.records import Client
from specproof.target.oauth.vault import Vault

MALFORMED = (JoseError, ValueError, TypeError, KeyError, AttributeError, RecursionError)
"""What joserfc raises for tokens that are not what they seem; headers may hold any JSON."""


class Unfit(Exception):
    """An assertion is not good; the text says why, in ASCII."""


class Assertions:
    """Verifies assertions: HS256 with the secret that add-on and server share."""

    algorithms: tuple[str, ...] = ("HS256",)
    essential: frozenset[str] = frozenset({"iss", "iat", "exp"})

    def scheme_fits(self, scheme: str) -> bool:
        """Tell whether an Authorization header carries an assertion; the scheme is case sensitive."""
        return scheme == "JWT"

    def issuer(self, text: str) -> str | None:
        """Return who is said to have signed, before anything is verified; ``None``: nobody is."""
        try:
            claims = json.loads(jws.extract_compact(text.encode()).payload)
            issuer = claims.get("iss")
        except MALFORMED:
            return None
        return issuer if isinstance(issuer, str) else None

    def signer(self, issuer: str | None, vault: Vault) -> Client | None:
        """Return the client whose key an assertion must be signed with."""
        return vault.client_of_issuer(issuer) if issuer else None

    def accept(self, text: str, client: Client, audiences: Collection[str], vault: Vault) -> None:
        """Let an assertion pass once.

        Args:
            text: The token as sent.
            client: Whom its ``iss`` names.
            audiences: Names of this server, any of which ``aud`` may hold.
            vault: Where assertions are remembered.

        Raises:
            Unfit: It is not signed by the client, not valid now, meant for somebody else, or was seen before.
        """
        try:
            claims = self.decode(text, client.jwt_secret or "")
            self.validate(claims, audiences)
        except MALFORMED as error:
            raise Unfit("The assertion is malformed, not signed by its issuer, or not valid now.") from error
        if "jti" in claims and not vault.note_assertion(client, claims["jti"], claims.get("exp", math.inf)):
            raise Unfit("An assertion with this jti was used before.")

    def decode(self, text: str, secret: str) -> dict[str, Any]:
        """Return the claims once the signature is verified. Raises one of ``MALFORMED``."""
        return jwt.decode(text, OctKey.import_key(secret), algorithms=self.algorithms).claims

    def validate(self, claims: dict[str, Any], audiences: Collection[str]) -> None:
        """Check ``exp``, ``nbf``, ``iat`` and, where it is there, ``aud``. Raises one of ``MALFORMED``."""
        options: dict[str, Any] = {name: {"essential": True} for name in self.essential}
        if self.is_for_somebody(claims):
            options["aud"] = {"values": list(audiences)}
        now = math.ceil(time.time())  # rounded up: an "iat" of this very moment may have a fraction
        jwt.JWTClaimsRegistry(now, **options).validate(claims)

    def is_for_somebody(self, claims: dict[str, Any]) -> bool:
        """Tell whether the audience matters."""
        return "aud" in claims
