"""An OAuth 2 client that says exactly what a test tells it to say."""

from __future__ import annotations

import base64
import hashlib
import time
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import OctKey
from target_client import VARIABLES, Answer, Client, basic

AUTHORIZE = "/site/oauth2/authorize"
TOKEN = "/site/oauth2/access_token"
FORM = "application/x-www-form-urlencoded"
JWT_GRANT = "urn:bitbucket:oauth2:jwt"
CALLBACK = "https://client.example.com/callback"
OTHER_CALLBACK = "http://127.0.0.1:8765/callback"
PUBLIC_CALLBACK = "http://127.0.0.1:8766/callback"
SCOPES = "pipeline:variable repository"
VERIFIER = "a-verifier-of-more-than-forty-three-characters~"
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()
S256 = {"code_challenge": CHALLENGE, "code_challenge_method": "S256"}
PROVEN = {"code_verifier": VERIFIER}


def parameters_of(answer: Answer, *, fragment: bool = False) -> dict[str, str]:
    """Return what a redirect carries, each parameter once."""
    parts = urlsplit(answer.headers["location"])
    values = parse_qs(
        parts.fragment if fragment else parts.query, keep_blank_values=True, strict_parsing=True
    )
    assert all(len(found) == 1 for found in values.values())
    return {name: found[0] for name, found in values.items()}


def assertion(secret: str, /, *, header: Mapping[str, Any] | None = None, **claims: Any) -> str:
    """Sign a JSON Web Token of the add-on, good for a minute; a claim of ``None`` is left out."""
    now = int(time.time())
    members = {"iss": "acme-addon", "iat": now, "exp": now + 60, **claims}
    members = {name: value for name, value in members.items() if value is not None}
    head = {"alg": "HS256", **(header or {})}
    return jwt.encode(head, members, OctKey.import_key(secret), algorithms=["HS256", "HS384", "HS512"])


class OAuth:
    """Asks for approvals and tokens of one target."""

    def __init__(self, client: Client) -> None:
        self.client = client

    def ask(
        self, *, user: str = "ada", password: str | None = None, method: str = "GET", **query: str
    ) -> Answer:
        """Ask for approval, which ``user`` gives at once over Basic."""
        query = {"client_id": "acme-consumer", "response_type": "code"} | query
        secret = self.client.secret(f"{user}-account-password") if password is None else password
        return self.client.send(method, f"{AUTHORIZE}?{urlencode(query)}", authorization=basic(user, secret))

    def code(self, **query: str) -> str:
        """Return a fresh code."""
        answer = self.ask(**query)
        assert answer.status == 302, answer.body
        return parameters_of(answer)["code"]

    def basic(self, name: str = "acme-consumer", secret: str | None = None) -> str:
        """Return the Authorization value of a client."""
        return basic(name, self.client.secret(name) if secret is None else secret)

    def post(self, form: Mapping[str, str] | str, authorization: str | None = None) -> Answer:
        """Send a form to the token endpoint."""
        body = form if isinstance(form, str) else urlencode(form)
        return self.client.send(
            "POST", TOKEN, body=body.encode(), headers={"Content-Type": FORM}, authorization=authorization
        )

    def redeem(self, code: str, *, by: str = "acme-consumer", **form: str) -> Answer:
        """Redeem a code as a client with a secret."""
        return self.post({"grant_type": "authorization_code", "code": code, **form}, self.basic(by))

    def refresh(self, token: str, *, by: str = "acme-consumer", **form: str) -> Answer:
        """Use a refresh token as a client with a secret."""
        return self.post({"grant_type": "refresh_token", "refresh_token": token, **form}, self.basic(by))

    def own(self, *, by: str = "acme-consumer", **form: str) -> Answer:
        """Ask for a token by client credentials."""
        return self.post({"grant_type": "client_credentials", **form}, self.basic(by))

    def exchange(self, text: str, *, scheme: str = "JWT", **form: str) -> Answer:
        """Ask for a token by an assertion."""
        return self.post({"grant_type": JWT_GRANT, **form}, f"{scheme} {text}")

    def signed(self, **claims: Any) -> str:
        """Sign an assertion with the key that the target knows."""
        return assertion(self.client.secret("acme-addon"), **claims)

    def tokens(self, **query: str) -> dict[str, Any]:
        """Return the answer to a whole code grant."""
        answer = self.redeem(self.code(**query))
        assert answer.status == 200, answer.body
        found: dict[str, Any] = answer.json
        return found

    def use(self, token: str, path: str = VARIABLES, method: str = "GET", document: object = None) -> Answer:
        """Use an access token."""
        return self.client.send(method, path, document=document, authorization=f"Bearer {token}")


def refused(answer: Answer, status: int, error: str) -> None:
    """Check a refusal of the token endpoint (RFC 6749 section 5.2)."""
    assert (answer.status, answer.json["error"]) == (status, error)
    assert answer.json.keys() == {"error", "error_description"}
    assert answer.json["error_description"]
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["pragma"] == "no-cache"
