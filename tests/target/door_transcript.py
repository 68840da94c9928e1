"""What is said at the doors: headers of every kind, and addresses of one's own and of others."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from urllib.parse import quote

from specproof.target.credentials import demo_secret

VARIABLES = "/2.0/teams/{}/pipelines_config/variables"
SEARCH = "/2.0/teams/{}/search/code?search_query=harbour"
OWN, OTHER = "%7B2a6c8a3a-8b14-4b53-9f4e-5f0a0a1d9c11%7D", "%7B7d0f5c1e-3b92-4e0a-8a67-c2b1d3e4f522%7D"
ADMIN, TOKEN = demo_secret("acme-admin"), demo_secret("acme-workspace-token")


def _basic(user: str, secret: str) -> str:
    return "Basic " + base64.b64encode(f"{user}:{secret}".encode()).decode()


HEADERS = (
    *(_basic("ada", secret) for secret in (ADMIN, ADMIN[:16], ADMIN[:-1], f"{ADMIN}x", ADMIN.swapcase(), "")),
    *(f"Bearer {secret}" for secret in (TOKEN, TOKEN.swapcase(), ADMIN)),
    *("Bearer", "Basic %%%", "Specproof bm9ib2R5", _basic("nobody", ADMIN), f"bearer {TOKEN}"),
    *(_basic("ada", demo_secret(name)) for name in ("acme-expired", "acme-revoked", "ada-account-password")),
    *(_basic("ben", demo_secret(name)) for name in ("acme-reader", "acme-member")),
    *(_basic("ada", demo_secret(name)) for name in ("acme-search", "acme-pipeline", "acme-nothing")),
    *(f"Bearer {demo_secret(f'acme-{name}-token')}" for name in ("read", "expired", "revoked")),
    *(f"Bearer {demo_secret(f'acme-{name}-token')}" for name in ("project", "repository")),
    _basic("acme", demo_secret("acme-api-key")),
)


def at_the_doors(owned: list[str], foreign: str) -> Iterator[tuple[str, str, dict[str, object] | None, str]]:
    """Yield method, address, body and Authorization value.

    Args:
        owned: UUIDs of variables of the team ``acme``, percent-encoded; one for each header.
        foreign: One of the team ``rival``.
    """
    admin = HEADERS[0]
    for number, (header, own) in enumerate(zip(HEADERS, owned, strict=False)):
        yield "GET", f"{VARIABLES.format('acme')}?pagelen=100", None, header
        yield "GET", f"{VARIABLES.format(OWN)}/{own}", None, header
        yield "GET", SEARCH.format("acme"), None, header
        yield "PUT", f"{VARIABLES.format('acme')}/{own}", {"value": f"door {number}"}, header
        yield "POST", VARIABLES.format("acme"), {"key": f"DOOR {number}", "value": "v"}, header
        yield "DELETE", f"{VARIABLES.format('acme')}/{own}", None, header
        yield "POST", VARIABLES.format("acme"), {"key": "LEFT", "value": "v"}, admin
    for team in ("rival", OTHER, "nobody", OWN):
        yield "GET", VARIABLES.format(team), None, admin
        yield "GET", f"{VARIABLES.format(team)}/{foreign}", None, admin
        yield "GET", SEARCH.format(team), None, admin
        yield "POST", VARIABLES.format(team), {"key": "FOREIGN DOOR", "value": "v"}, admin
    for method in ("GET", "PUT", "DELETE"):
        yield method, f"{VARIABLES.format('acme')}/{foreign}", {"value": "changed"}, admin
    for method in ("GET", "POST", "DELETE"):
        yield method, f"{VARIABLES.format('acme')}?access_token={TOKEN}", {"key": "Q", "value": "v"}, ""
    yield "DELETE", f"{VARIABLES.format('acme')}/{owned[-1]}?access_token={TOKEN}", None, ""
    expired = demo_secret("acme-expired-token")
    yield "GET", f"{VARIABLES.format('acme')}?access_token={expired}", None, ""
    push = demo_secret("acme-push-token")
    for token in (push, f"{TOKEN}x", TOKEN[:-1], ""):
        yield "GET", f"{VARIABLES.format('acme')}?access_token={token}", None, ""
    yield "GET", f"{VARIABLES.format('rival')}?access_token={TOKEN}", None, ""
    end = "A" if ADMIN[-1] != "A" else "B"
    start = "A" if ADMIN[0] != "A" else "B"
    garbled = ("Basic c3BlY3Byb29m", "Bearer eyJhbGciOiJub25lIn0.eyJzdWIiOiIxIn0.")
    ends = (f"{ADMIN[:-1]}{end}", f"{start}{ADMIN[1:]}")
    for header in (_basic("ben", ADMIN), *(_basic("ada", secret) for secret in ends), *garbled):
        yield "GET", VARIABLES.format("acme"), None, header
    yield "GET", VARIABLES.format(OWN), None, ""
    nothing = _basic("ada", demo_secret("acme-nothing"))
    yield "GET", f"{VARIABLES.format('acme')}?q={quote('secured = true')}&sort=key", None, nothing
