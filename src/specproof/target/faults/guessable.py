"""Faults of codes and tokens that somebody can guess."""
# ruff: noqa: D101, D102 - the decorator says what each class does

from __future__ import annotations

import itertools
import secrets
import time

from specproof.target.faults.registry import fault
from specproof.target.oauth.rules import Rules

UNGUESSABLE = "oauth.unguessable"
COUNTER = itertools.count(secrets.randbelow(10**6))  # no two servers with one database share their numbers


class Guessable(Rules):
    """Makes one kind of secret in another way."""

    kind = "code"

    def fresh(self, kind: str) -> str:
        return self.made() if kind == self.kind else super().fresh(kind)

    def made(self) -> str:
        return f"{next(COUNTER):032d}"


@fault("oauth", "code-counted", UNGUESSABLE, "Codes are numbers, one after the other.")
class CodeCounted(Guessable):
    pass


@fault("oauth", "code-short", UNGUESSABLE, "Codes have eight characters.")
class CodeShort(Guessable):
    def made(self) -> str:
        return secrets.token_urlsafe(6)


@fault("oauth", "code-of-the-clock", UNGUESSABLE, "Codes are the time in microseconds.")
class CodeOfTheClock(Guessable):
    def made(self) -> str:
        return f"{time.time_ns() // 1000:032d}"


@fault("oauth", "access-token-counted", UNGUESSABLE, "Access tokens are alike but for a counter.")
class AccessTokenCounted(Guessable):
    kind = "access_token"


@fault("oauth", "refresh-token-short", UNGUESSABLE, "Of a refresh token only eight digits are random.")
class RefreshTokenShort(Guessable):
    kind = "refresh_token"

    def made(self) -> str:
        return f"acme-refresh-token-{secrets.token_hex(4)}"
