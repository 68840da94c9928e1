"""The rules of the authorization server, one method each, so that a fault can break one of them alone."""

from __future__ import annotations

import hmac
from collections.abc import Mapping, Sequence

from authlib.oauth2.rfc7636 import create_s256_code_challenge

from specproof.target.credentials import Recogniser
from specproof.target.oauth.records import JWT_GRANT, Client, Code, Owner, RefreshToken
from specproof.target.oauth.vault import Vault, new_secret
from specproof.target.store import timestamp

NEVER_KEPT = (("Cache-Control", "no-store"), ("Pragma", "no-cache"))


class Rules:
    """Decides what clients get.

    Args:
        lifetime_s: Seconds until an access token ends.
    """

    grants: tuple[str, ...] = (
        "authorization_code", "implicit", "client_credentials", "refresh_token", JWT_GRANT,
    )  # fmt: skip
    refreshable = frozenset({"authorization_code", "client_credentials"})
    unknown_response_type = "unsupported_response_type"  # the error for one, RFC 6749 section 4.1.2.1
    code_lifetime_s = 600  # RFC 6749 section 4.1.2: at most ten minutes

    def __init__(self, lifetime_s: int) -> None:
        self.lifetime_s = lifetime_s
        self.recogniser = Recogniser()

    # What a request says

    def state(self, given: str | None) -> str | None:
        """Return the ``state`` that goes back with the answer (RFC 6749 section 4.1.2)."""
        return given

    def objection(self, pairs: Sequence[tuple[str, str]]) -> str | None:
        """Return what is wrong with the parameters as such: nothing, for unknown ones are ignored.

        Empty ones count as left out (RFC 6749 sections 3.1 and 3.2).
        """
        return None

    def grant_type(self, given: str | None) -> str | None:
        """Return the grant type that is meant."""
        return given

    # Clients

    def secret_fits(self, client: Client, secret: str, method: str) -> bool:
        """Tell whether the secret is the client's.

        Args:
            client: Who claims to be asking.
            secret: What was presented.
            method: How: ``client_secret_basic`` or ``client_secret_post``.
        """
        if client.salt is None or client.digest is None:
            return False
        return self.recogniser.matches(secret.encode(), client.salt, client.digest)

    def needs_no_secret(self, client: Client) -> bool:
        """Tell whether a client is who it says it is without any proof."""
        return client.public

    def unnamed(self, vault: Vault, form: Mapping[str, str]) -> Client | None:
        """Return the client that is meant where a request names none; ``form`` is what it sent."""
        return None

    def approver(self, vault: Vault, shown: tuple[str, str] | None) -> Owner | None:
        """Return the user who approves.

        Args:
            vault: Where users are found.
            shown: User name and account password, ``None`` where none were sent.
        """
        return vault.user(*shown) if shown else None

    def redirect_fits(self, client: Client, uri: str) -> bool:
        """Tell whether users may be sent there: simple string comparison (RFC 6749 section 3.1.2.3)."""
        return client.redirect_uri is not None and uri == client.redirect_uri

    # Scopes

    def narrowed(self, asked: str | None, allowed: str) -> str | None:
        """Return what is granted, ``None`` where more was asked for than is allowed.

        Without a wish everything that is allowed is granted (RFC 6749 section 3.3).
        """
        if not asked:
            return allowed
        wanted = list(dict.fromkeys(asked.split()))
        return " ".join(wanted) if wanted and set(wanted) <= set(allowed.split()) else None

    # Authorization codes

    def code(self, vault: Vault, presented: str) -> Code | None:
        """Return the code that a client presents."""
        return vault.code(presented)

    def code_belongs(self, code: Code, client: Client) -> bool:
        """Tell whether the code was given to this client."""
        return code.grant.client == client.id

    def is_used(self, code: Code) -> bool:
        """Tell whether the code was redeemed before."""
        return code.used_on is not None

    def used_again(self, vault: Vault, code: Code) -> None:
        """End what came from a code that is redeemed a second time (RFC 6749 section 4.1.2)."""
        vault.revoke_access_tokens(code.grant.id)
        vault.revoke_refresh_tokens(code.grant.id)

    def is_expired(self, code: Code) -> bool:
        """Tell whether the code came too late."""
        return code.expires_on <= timestamp()

    def redirect_repeated(self, code: Code, uri: str | None) -> bool:
        """Tell whether the redemption names the same address as the request (RFC 6749 section 4.1.3)."""
        return uri == code.redirect_uri if uri or code.redirect_named else True

    # Proof keys (RFC 7636)

    def needs_challenge(self, client: Client) -> bool:
        """Tell whether a client may not ask for a code without a challenge."""
        return client.public

    def asks_for_proof(self, code: Code, verifier: str | None) -> bool:
        """Tell whether the verifier is looked at."""
        return True

    def proves(self, method: str, verifier: str, challenge: str) -> bool:
        """Tell whether a verifier belongs to a challenge."""
        shown = create_s256_code_challenge(verifier) if method == "S256" else verifier
        return hmac.compare_digest(str(shown), challenge)

    # Tokens

    def fresh(self, kind: str) -> str:
        """Return a fresh ``code``, ``access_token`` or ``refresh_token``."""
        return new_secret()

    def gives_refresh_token(self, grant_type: str) -> bool:
        """Tell whether a grant comes with a refresh token."""
        return grant_type in self.refreshable

    def refresh_belongs(self, token: RefreshToken, client: Client) -> bool:
        """Tell whether the refresh token was given to this client."""
        return token.grant.client == client.id

    def refresh_is_live(self, token: RefreshToken) -> bool:
        """Tell whether a refresh token is neither revoked nor expired."""
        return token.revoked_on is None and (token.expires_on is None or token.expires_on > timestamp())

    def refreshed_scopes(self, token: RefreshToken, client: Client) -> str:
        """Return the most that a refresh token gives: what was approved (RFC 6749 section 6)."""
        return token.grant.scopes

    def refreshed(self, token: RefreshToken, vault: Vault) -> None:
        """Do nothing to a refresh token that was used: it stays good, as RFC 6749 section 6 allows."""

    def carried(self, told: str, client: Client) -> str:
        """Return the scopes that an access token carries: those that its answer tells."""
        return told

    def told_lifetime_s(self) -> int:
        """Return the ``expires_in`` that clients read."""
        return self.lifetime_s

    # Answers

    def answer(self, grant_type: str, token: dict[str, object]) -> tuple[int, object]:
        """Return status and body of a successful answer (RFC 6749 section 5.1).

        Args:
            grant_type: The grant that was asked for.
            token: The members of the answer; a body that is text instead is sent as a form.
        """
        return 200, token

    def refusal(self, status: int, error: str, description: str) -> tuple[int, object]:
        """Return status and body of a refusal (RFC 6749 section 5.2)."""
        return status, {"error": error, "error_description": description}

    def headers(self, grant_type: str | None) -> tuple[tuple[str, str], ...]:
        """Return what keeps an answer out of every cache (RFC 6749 section 5.1).

        Args:
            grant_type: The grant that was asked for, ``None`` for a refusal.
        """
        return NEVER_KEPT

    def way_back(self, response_type: str, location: str) -> str:
        """Return where the user is sent with the code, or with the token in the fragment."""
        return location
