"""How requests are signed, and what the client needs to know about an environment."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from specproof.client.connections import Network
from specproof.client.safety import Safety
from specproof.model.exchange import Request


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """How a credential travels."""

    where: str  # header | query | cookie | form (before what is in the form already)
    name: str
    value: str = field(repr=False)
    shell: tuple[str, ...] = ()  # words for a curl line, with the secret as an environment variable
    secret: str = field(default="", repr=False)  # the secret alone, where it can travel in another way too
    shown: str = ""  # what the shell has in its place


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What the client needs to know about an environment."""

    safety: Safety
    network: Network = field(default_factory=Network)
    rate: tuple[int, float] | None = None
    max_requests: int | None = None
    budget: int | None = None  # what `max_requests` is a part of
    error_share: float = 0.5  # above it, and with the pulse gone, the run stops
    forbids: Callable[[Request], str] | None = None  # why a request must not go out, or an empty text
    prepare: Callable[[Request], Request] | None = None  # makes a request to the API ready to go out
    signatures: Mapping[str, Signature] = field(default_factory=dict)
    marker: str = "specproof"  # User-Agent, tells operators who is calling
    run_id: str = ""

    @property
    def user_agent(self) -> str:
        """The marker, with the run in a comment (RFC 9110 section 10.1.5)."""
        return f"{self.marker} (run {self.run_id})" if self.run_id else self.marker


class Keeper(Protocol):
    """Obtains the tokens of credentials that have no secret of their own."""

    def keep_fresh(self, credential: str) -> None:
        """Obtain or refresh the token of a credential where that is due; others are left alone."""

    def renew(self, credential: str) -> bool:
        """Obtain another token for a credential; tell whether there is one."""
