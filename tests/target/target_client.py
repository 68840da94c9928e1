"""A small HTTP client for the tests of the target, and the addresses they share."""

from __future__ import annotations

import base64
import http.client
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

TEAM = "/2.0/teams/acme"
VARIABLES = f"{TEAM}/pipelines_config/variables"
SEARCH = f"{TEAM}/search/code"
JSON = "application/json"


def basic(username: str, password: str) -> str:
    """Return an Authorization value (RFC 7617)."""
    return "Basic " + base64.b64encode(f"{username}:{password}".encode()).decode("ascii")


@dataclass(frozen=True)
class Answer:
    """One response: ``headers`` has lower-case names; repeated ones are joined with a comma."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        """The body as JSON."""
        return json.loads(self.body)


class Client:
    """Sends requests exactly as told, one connection each."""

    def __init__(self, base_url: str, variables: Mapping[str, str]) -> None:
        parts = urlsplit(base_url)
        self.host, self.port, self.variables = str(parts.hostname), int(parts.port or 0), variables
        self.origin = f"http://{self.host}:{self.port}"

    def secret(self, name: str) -> str:
        """Return the secret of a seeded credential."""
        return self.variables[f"SPECPROOF_TARGET_{name.upper().replace('-', '_')}"]

    def app_password(self, user: str, name: str) -> str:
        """Return the Authorization value of an app password."""
        return basic(user, self.secret(name))

    def bearer(self, name: str) -> str:
        """Return the Authorization value of an access token."""
        return f"Bearer {self.secret(name)}"

    def send(
        self,
        method: str,
        path: str,
        *,
        document: object = None,
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        authorization: str | None = "",
    ) -> Answer:
        """Send a request; without ``authorization`` as acme-admin, with ``None`` as nobody."""
        fields = dict(headers or {})
        if authorization is not None:
            fields["Authorization"] = authorization or self.app_password("ada", "acme-admin")
        if document is not None:
            body = json.dumps(document).encode()
            fields.setdefault("Content-Type", JSON)
        connection = http.client.HTTPConnection(self.host, self.port, timeout=10)
        try:
            connection.request(method, path.removeprefix(self.origin), body=body, headers=fields)
            response = connection.getresponse()
            names = {name.lower() for name, _ in response.getheaders()}
            return Answer(
                response.status, {name: response.getheader(name) or "" for name in names}, response.read()
            )
        finally:
            connection.close()

    def get(self, path: str, **options: Any) -> Answer:
        """Read something."""
        return self.send("GET", path, **options)

    def create(self, key: str, value: str, **members: object) -> Any:
        """Make a variable and return its object."""
        answer = self.send("POST", VARIABLES, document={"key": key, "value": value, **members})
        assert answer.status == 201, answer.body
        return answer.json

    def of(self, variable: Mapping[str, Any]) -> str:
        """Return the path of a variable."""
        return f"{VARIABLES}/{variable['uuid']}".replace("{", "%7B").replace("}", "%7D")
