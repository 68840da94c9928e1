"""A fixed OAuth conversation with a target, written down so that two targets can be compared.

Codes, tokens and what else is random are replaced by placeholders, each by its own; everything else stays.
"""

from __future__ import annotations

import hmac
import json
import re
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit

from flask.testing import FlaskClient
from joserfc import jwt
from joserfc.jwk import OctKey
from oauth_client import (
    AUTHORIZE,
    CALLBACK,
    CHALLENGE,
    JWT_GRANT,
    OTHER_CALLBACK,
    PUBLIC_CALLBACK,
    S256,
    SCOPES,
    TOKEN,
    VERIFIER,
)
from target_client import SEARCH, VARIABLES, basic
from test_target_oauth_assertions import claims, segment, token

from specproof.target.credentials import demo_secret

SECRET = re.compile(r"(?<![\w-])(?:[\w-]{40,43}|[0-9a-f]{64})(?![\w-])|(?<=consent=)[\w-]+")
FIND = f"{SEARCH}?search_query=parser&pagelen=1"
READ = f"{VARIABLES}?pagelen=1"
STATE = "Some State%20 that is more than thirty-two characters + a plus long "


class OAuthTranscript:
    """Says the same things in the same order to any target, and remembers the answers."""

    def __init__(self, client: FlaskClient) -> None:
        self._client = client
        self._names: dict[str, str] = {}
        self.lines: list[str] = []

    def run(self) -> list[str]:
        """Hold the conversation and return it."""
        for part in self.parts():
            part()
        return self.lines

    def differs_from(self, other: list[str]) -> bool:
        """Hold the conversation until it differs from another one; tell whether it does."""
        for part in self.parts():
            part()
            if self.lines != other[: len(self.lines)]:
                return True
        return False

    def parts(self) -> tuple[Callable[[], None], ...]:
        """Return what is talked about, in order."""
        return (
            self.near_misses,
            self.odd_assertions,
            self.approvals,
            self.redirects,
            self.codes,
            self.proofs,
            self.clients,
            self.refreshing,
            self.scopes,
            self.assertions,
            self.expired,
        )

    def say(self, method: str, path: str, **options: Any) -> Any:
        """Send one request and write down what came back."""
        answer = self._client.open(path, method=method, **options)
        text = (
            f"{method} {path} {answer.status_code} {sorted(answer.headers.items())} {answer.get_data(True)}"
        )
        self.lines.append(
            SECRET.sub(lambda found: self._names.setdefault(found[0], f"<{len(self._names)}>"), text)
        )
        return answer

    def ask(self, **query: str) -> dict[str, str]:
        """Ask ada for approval; return what the redirect carries."""
        query = {"client_id": "acme-consumer", "response_type": "code", "state": STATE} | query
        ada = {"Authorization": basic("ada", demo_secret("ada-account-password"))}
        answer = self.say("GET", AUTHORIZE, query_string=query, headers=ada)
        parts = urlsplit(answer.headers.get("Location", ""))
        told = parse_qs(parts.fragment) or parse_qs(parts.query)
        return {name: values[0] for name, values in told.items()}

    def post(self, authorization: str | None, **form: str) -> dict[str, Any]:
        """Ask for a token; return the answer."""
        headers = {"Authorization": authorization} if authorization else {}
        answer = self.say("POST", TOKEN, data=form, headers=headers)
        found = json.loads(answer.get_data() or "{}") if answer.mimetype == "application/json" else {}
        return dict(found)

    def use(self, answer: dict[str, Any]) -> None:
        """Use what was got."""
        access = {"Authorization": f"Bearer {answer.get('access_token', '')}"}
        self.say("GET", READ, headers=access)
        self.say("GET", FIND, headers=access)

    def redeem(self, code: dict[str, str], by: str = "acme-consumer", **form: str) -> dict[str, Any]:
        """Redeem a code."""
        form = {"grant_type": "authorization_code", "code": code.get("code", ""), **form}
        return self.post(basic(by, demo_secret(by)), **form)

    def refresh(self, answer: dict[str, Any], by: str = "acme-consumer", **form: str) -> dict[str, Any]:
        """Use a refresh token."""
        form = {"grant_type": "refresh_token", "refresh_token": answer.get("refresh_token", ""), **form}
        return self.post(basic(by, demo_secret(by)), **form)

    def own(self, **form: str) -> dict[str, Any]:
        """Ask for a token of the client's own."""
        return self.post(
            basic("acme-consumer", demo_secret("acme-consumer")), grant_type="client_credentials", **form
        )

    def near_misses(self) -> None:
        """Come with secrets that are almost right: in both places, with a code, and to refresh."""
        right, other = demo_secret("acme-consumer"), demo_secret("acme-other")
        end = "A" if right[-1] != "A" else "B"
        code, held = self.ask(), self.own()
        for value in (code.get("code", ""), held.get("refresh_token", "")):
            self.use({"access_token": value})
        self.post(None, grant_type="refresh_token", refresh_token=held.get("refresh_token", ""))
        for secret in (right[:-1], f"{right}x", right.swapcase(), f"{right[:-1]}{end}", other, ""):
            shown = basic("acme-consumer", secret)
            form = {"client_id": "acme-consumer", "client_secret": secret}
            self.post(shown, grant_type="client_credentials")
            self.post(None, grant_type="client_credentials", **form)
            self.post(shown, grant_type="authorization_code", code=code.get("code", ""))
            self.post(shown, grant_type="refresh_token", refresh_token=held.get("refresh_token", ""))

    def odd_assertions(self) -> None:
        """Come with assertions that only somebody who looks for a way in would make."""
        now, secret = int(time.time()), demo_secret("acme-addon").encode()
        audience = f"http://localhost{TOKEN}"
        for changed in (
            {"exp": None},
            {"exp": 0},
            {"exp": "1000000000"},
            {"nbf": now + 3600, "exp": now + 7200},
            {"aud": f"{audience}/further"},
            {"iss": "acme-addon-too"},
            {"iss": "ACME-ADDON"},
            {"iss": None},
        ):
            self.odd(secret, **changed)
        self.odd(b"")
        self.odd(b"acme-addon")
        self.odd(secret, signed_by="sha512")
        self.odd(secret, head={"alg": "HS512"})
        self.odd(secret, cut=16)
        self.odd(secret, more=b"more")

    def odd(
        self,
        key: bytes,
        *,
        head: dict[str, str] | None = None,
        signed_by: str = "sha256",
        cut: int | None = None,
        more: bytes = b"",
        **changed: Any,
    ) -> None:
        """Send an assertion that is signed by hand; a claim of ``None`` is left out."""
        members = {name: value for name, value in claims(**changed).items() if value is not None}
        signed = token(head or {"alg": "HS256"}, members, "").rstrip(".")
        signature = hmac.digest(key, signed.encode(), signed_by)[:cut] + more
        self.post(f"JWT {signed}.{segment(signature)}", grant_type=JWT_GRANT)

    def approvals(self) -> None:
        """Ask for codes and for implicit tokens, well and badly."""
        self.use(self.ask(response_type="token"))
        for response_type in ("code", "token", "id_token"):
            self.ask(response_type=response_type, scope="wiki")
        self.ask(client_id="nobody")
        query = {"client_id": "acme-consumer", "response_type": "code", "state": STATE}
        for secret in (None, "wrong"):
            headers = {"Authorization": basic("ada", secret)} if secret else {}
            self.say("GET", AUTHORIZE, query_string=query, headers=headers)

    def redirects(self) -> None:
        """Ask to be sent elsewhere."""
        for uri in (
            CALLBACK,
            f"{CALLBACK}/further",
            f"{CALLBACK}x",
            f"{CALLBACK}?x=1",
            CALLBACK.upper(),
            CALLBACK.replace("https:", "http:"),
            CALLBACK.replace("/callback", "/there/../callback"),
            CALLBACK.replace(".com/", ".com.evil.example/"),
            "https://client.example.com/other",
            "https://evil.example.com/callback",
        ):
            self.ask(redirect_uri=uri)

    def codes(self) -> None:
        """Redeem codes: once, twice, as somebody else, with other addresses."""
        for named in ({}, {"redirect_uri": CALLBACK}):
            code = self.ask(**named)
            self.redeem({"code": f"{code.get('code', '')}x"}, **named)
            self.redeem(code, by="acme-other")
            self.redeem(code, redirect_uri=OTHER_CALLBACK)
            if named:
                self.redeem(code)
            answer = self.redeem(code, **named)
            self.use(answer)
            self.redeem(code, **named)
            self.use(answer)
            self.refresh(answer)

    def proofs(self) -> None:
        """Redeem challenged codes with and without the verifier."""
        public = {"client_id": "acme-public"}
        self.ask(**public)
        for verifier in ({}, {"code_verifier": VERIFIER[::-1]}, {"code_verifier": CHALLENGE}):
            self.redeem(self.ask(**S256), **verifier)
            code = self.ask(**public, **S256, redirect_uri=PUBLIC_CALLBACK).get("code", "")
            form = {"grant_type": "authorization_code", "code": code, "redirect_uri": PUBLIC_CALLBACK}
            self.post(None, **form, **public, **verifier)
        code = self.ask(**S256)
        self.redeem(code, code_verifier=VERIFIER)
        self.redeem(code, code_verifier=VERIFIER)

    def clients(self) -> None:
        """Come with wrong secrets, with none, and with grants that are not there."""
        own = {"grant_type": "client_credentials"}
        for secret in ("wrong", ""):
            self.post(basic("acme-consumer", secret), **own)
            self.post(None, client_id="acme-consumer", client_secret=secret, **own)
        code = self.ask().get("code", "")
        self.post(None, client_id="acme-consumer", grant_type="authorization_code", code=code)
        self.post(None, grant_type="authorization_code", code=code)
        self.own(scope="", more="")
        self.own(more="x")
        for grant in ("password", "made:up"):
            user = {"username": "ada", "password": demo_secret("ada-account-password")}
            self.post(basic("acme-consumer", demo_secret("acme-consumer")), grant_type=grant, **user)

    def refreshing(self) -> None:
        """Use refresh tokens: again and again, as somebody else, after their end."""
        for answer in (self.own(), self.redeem(self.ask())):
            self.use(answer)
            self.refresh(answer, by="acme-other")
            for _ in range(2):
                self.use(self.refresh(answer))
        self.refresh({"refresh_token": demo_secret("acme-revoked-refresh")})

    def scopes(self) -> None:
        """Ask for less, and for more."""
        for scope in ("repository", "wiki", f"{SCOPES} wiki"):
            self.use(self.own(scope=scope))
        narrow = self.redeem(self.ask(scope="repository"))
        self.use(narrow)
        for scope in ({}, {"scope": SCOPES}, {"scope": "repository"}):
            self.use(self.refresh(narrow, **scope))

    def assertions(self) -> None:
        """Come with good assertions and bad ones."""
        now, secret = int(time.time()), demo_secret("acme-addon")
        good = jwt.encode({"alg": "HS256"}, claims(), OctKey.import_key(secret))
        self.use(self.post(f"JWT {good}", grant_type=JWT_GRANT))
        self.post(f"jwt {good}", grant_type=JWT_GRANT)
        for changed in (
            {"exp": now - 60},
            {"exp": now - 100_000},
            {"iss": "nobody"},
            {"aud": "https://elsewhere.example.com"},
            {"aud": ["https://elsewhere.example.com"]},
        ):
            members = {name: value for name, value in claims(**changed).items() if value is not None}
            text = jwt.encode({"alg": "HS256"}, members, OctKey.import_key(secret))
            self.post(f"JWT {text}", grant_type=JWT_GRANT)
        forged = jwt.encode({"alg": "HS256"}, claims(), OctKey.import_key("y" * 32))
        tail = "A" if good[-2] != "A" else "B"
        for text in (forged, f"{good[:-2]}{tail}{good[-1]}", f"{good.rpartition('.')[0]}."):
            self.post(f"JWT {text}", grant_type=JWT_GRANT)
        for algorithm in ("none", "None", "NONE"):
            self.post(f"JWT {token({'alg': algorithm}, claims(), '')}", grant_type=JWT_GRANT)

    def expired(self) -> None:
        """Use a token that has come to its end."""
        self.use({"access_token": demo_secret("acme-expired-oauth-token")})
