"""What the API of ``authority`` promises, and the profile with which it is tested."""

from __future__ import annotations

from typing import Any

import yaml
from authority import (
    CALLBACK,
    FULL,
    JWT_GRANT,
    KEY,
    NARROW,
    OLD_REFRESH,
    OLD_TOKEN,
    PASSWORD,
    READER,
    REVOKED,
    SECRETS,
    STRANGER,
)


def document(**said: Any) -> dict[str, Any]:
    """Return the document of the API; ``said`` is added to ``x-oauth``."""
    answers = {"200": {"description": "some"}, "401": {"description": "who?"}, "403": {"description": "no"}}

    def get(scope: str) -> dict[str, Any]:
        return {"get": {"operationId": scope, "security": [{"login": [scope]}], "responses": answers}}

    x_oauth = {
        "grants": ["authorization_code", "implicit", "client_credentials", JWT_GRANT],
        "lifetime": 3600,
        "refresh": ["authorization_code", "client_credentials"],
        "jwt": {"grant": JWT_GRANT, "scheme": "JWT", "must_expire": True},
        **said,
    }
    flow = {
        "authorizationUrl": "https://login.example/authorize",
        "tokenUrl": "https://login.example/token",
        "scopes": {"read": "see", "write": "change", "admin": "everything"},
    }
    return {
        "openapi": "3.0.3",
        "info": {"title": "Guarded", "version": "1"},
        "x-cloning": {"user": "token", "scope": "read", "push": "write"},
        "paths": {"/things": get("read"), "/parts": get("write")},
        "components": {
            "securitySchemes": {
                "login": {"type": "oauth2", "flows": {"authorizationCode": flow}, "x-oauth": x_oauth}
            }
        },
    }


PROFILE = f"""
[environment]
name = "guarded"
base_url = "ORIGIN/v1"

[foreign]
owner = "theirs"

[oauth]
authorize_url = "ORIGIN/login/authorize"
token_url = "ORIGIN/login/token"
user = {{username = "ann", password = "${{ANN_PASSWORD}}"}}
refresh_tokens = [{{token = "${{OLD_REFRESH}}", client_id = "one", state = "expired"}}]

[[oauth.clients]]
client_id = "one"
client_secret = "${{ONE_SECRET}}"
redirect_uri = "{CALLBACK}"
scopes = ["read", "write"]

[[oauth.clients]]
client_id = "two"
client_secret = "${{TWO_SECRET}}"
redirect_uri = "{CALLBACK}"
scopes = ["read"]

[oauth.jwt]
issuer = "issuer"
secret = "${{ISSUER_KEY}}"

[cloning]
url = "ORIGIN/git/mine/stuff.git"
foreign_url = "ORIGIN/git/theirs/stuff.git"
"""
VARIABLES = {
    "ANN_PASSWORD": PASSWORD,
    "ONE_SECRET": SECRETS["one"],
    "TWO_SECRET": SECRETS["two"],
    "ISSUER_KEY": KEY,
    "OLD_REFRESH": OLD_REFRESH,
    "OLD_TOKEN": OLD_TOKEN,
    "FULL": FULL,
    "NARROW": NARROW,
    "READER": READER,
    "REVOKED": REVOKED,
    "STRANGER": STRANGER,
}
BEARERS = "".join(
    f'\n[[credentials]]\nname = "{name}"\nscheme = "bearer"\nsecret = "${{{variable}}}"\n{more}\n'
    for name, variable, more in (
        ("full", "FULL", 'scopes = ["read", "write"]'),
        ("narrow", "NARROW", 'scopes = ["write"]'),
        ("reader", "READER", 'scopes = ["read"]'),
        ("old", "OLD_TOKEN", 'state = "expired"'),
        ("revoked", "REVOKED", 'state = "revoked"'),
        ("stranger", "STRANGER", 'scopes = ["read"]\nreaches = ["theirs"]'),
    )
)


def as_yaml(described: dict[str, Any]) -> str:
    """Write a document down."""
    return yaml.safe_dump(described, sort_keys=False)
