"""What the authorization server remembers, one record per row of ``schema.sql``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

JWT_GRANT = "urn:bitbucket:oauth2:jwt"


@dataclass(frozen=True, slots=True)
class Owner:
    """Whom a token represents: a user or a team, never both."""

    user_id: int | None
    team_id: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Client:
    """A registered client.

    Args:
        owner: Whom its client credentials, or its assertions, represent.
        public: Whether it has no secret, as programs on other people's machines.
        salt: With ``digest``, the hash of the secret; ``None`` where there is none.
        redirect_uri: Where users are sent back to; ``None``: it may not ask users.
        scopes: All that it may ask for, space-separated.
        jwt_secret: Key of its assertions; ``None``: it makes none.
    """

    id: int
    client_id: str
    name: str
    owner: Owner
    public: bool
    salt: bytes | None
    digest: bytes | None
    redirect_uri: str | None
    scopes: str
    jwt_secret: str | None


@dataclass(frozen=True, slots=True)
class Grant:
    """An approval, and the head of the family of codes and tokens that came from it."""

    id: int
    client: int
    owner: Owner
    scopes: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Code:
    """An authorization code. The names of members and methods are those that Authlib asks for.

    Args:
        redirect_uri: Where it was sent.
        redirect_named: Whether the request for it named that address.
    """

    id: int
    grant: Grant
    redirect_uri: str
    redirect_named: bool
    code_challenge: str | None
    code_challenge_method: str | None
    expires_on: str
    used_on: str | None

    def get_scope(self) -> str:
        """Return what was approved."""
        return self.grant.scopes

    def get_redirect_uri(self) -> None:
        """Leave the comparison of addresses to ``Rules.redirect_repeated``."""


class Recipient(Protocol):
    """Somebody who presents a refresh token."""

    def was_given(self, token: RefreshToken) -> bool:
        """Tell whether it is theirs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RefreshToken:
    """A refresh token that was presented.

    Args:
        secret: The token itself, as it was sent.
    """

    id: int
    grant: Grant
    secret: str
    expires_on: str | None
    revoked_on: str | None

    def get_scope(self) -> str:
        """Return what was approved."""
        return self.grant.scopes

    def check_client(self, client: Recipient) -> bool:
        """Tell whether this client may use it."""
        return client.was_given(self)
