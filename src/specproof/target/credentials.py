"""Secrets of credentials: salted hashes in the database, and a quick way to recognise one seen before."""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
import secrets

DEMO_CONSTANT = b"specproof mock target: demonstration credentials, worthless elsewhere"
CACHE_SIZE = 4_096
SLOW_SIZE, QUICK_SIZE = 32, 64
"""Bytes of a digest; they tell which hash it is."""


def demo_secret(name: str) -> str:
    """Derive the secret of a seeded credential: 32 URL-safe characters, the same on every machine."""
    digest = hmac.digest(DEMO_CONSTANT, name.encode(), "sha256")
    return base64.urlsafe_b64encode(digest).decode("ascii")[:32]


def hint_of(secret: bytes) -> str:
    """Return a short digest that finds the candidates among the stored hashes.

    It has 32 bits: enough to skip nearly every other row, too few to help against a random secret.
    """
    return hashlib.sha256(b"hint:" + secret).hexdigest()[:8]


def hash_secret(secret: bytes, salt: bytes) -> bytes:
    """Hash a secret that a person may have chosen: scrypt, 32 bytes."""
    return hashlib.scrypt(secret, salt=salt, n=2**10, r=8, p=1, dklen=SLOW_SIZE)


def hash_random(secret: bytes, salt: bytes) -> bytes:
    """Hash a secret that a machine made of 192 bits or more: keyed BLAKE2b (RFC 7693), 64 bytes.

    Nobody can try that many, so there is nothing to be slow against.
    """
    return hashlib.blake2b(secret, key=salt, digest_size=QUICK_SIZE).digest()


def new_salt() -> bytes:
    """Return a fresh salt."""
    return secrets.token_bytes(16)


class Recogniser:
    """Verifies secrets, and remembers per process which ones were right.

    The memory holds an HMAC of the secret under a key that dies with the process, never the secret.
    Whether a credential has since expired or been revoked is not remembered: the caller reads that anew.
    """

    def __init__(self) -> None:
        self._key = os.urandom(32)
        self._known: dict[tuple[bytes, bytes], bool] = {}

    def matches(self, secret: bytes, salt: bytes, digest: bytes) -> bool:
        """Tell whether the secret is the one that was hashed."""
        seen = (hmac.digest(self._key, secret, "sha256"), digest)
        if seen in self._known:
            return True
        hashed = hash_random if len(digest) == QUICK_SIZE else hash_secret
        if not hmac.compare_digest(hashed(secret, salt), digest):
            return False
        if len(self._known) >= CACHE_SIZE:
            self._known.clear()
        self._known[seen] = True
        return True
