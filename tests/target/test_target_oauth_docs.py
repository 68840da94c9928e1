"""The shell lines on the page about the target get tokens, as they say."""

from __future__ import annotations

import re
import shlex
from collections.abc import Mapping
from pathlib import Path
from string import Template
from urllib.parse import quote

from oauth_client import FORM, OAuth, parameters_of
from target_client import Answer, basic

from specproof.target.seed_oauth import CLIENTS, secret_names

PAGE = (Path(__file__).parents[2] / "docs" / "mock-target.md").read_text(encoding="utf-8")
SECTION = PAGE.partition("\n## OAuth 2\n")[2].partition("\n## ")[0]
LINES = re.findall(r"^\$ curl (.+)$", SECTION, re.MULTILINE)


def curl(oauth: OAuth, line: str, variables: Mapping[str, str]) -> Answer:
    """Do what curl does with the options that the page uses: -i, -u, -H, -d and an address."""
    words = iter(shlex.split(Template(line).substitute(variables)))
    address, authorization, form = "", None, []
    for word in words:
        if word == "-u":
            authorization = basic(*next(words).split(":", 1))
        elif word == "-H":
            authorization = next(words).removeprefix("Authorization: ")
        elif word == "-d":
            form.append(next(words))
        elif word != "-i":
            address = word
    if not form:
        return oauth.client.get(address, authorization=authorization)
    body, fields = "&".join(form).encode(), {"Content-Type": FORM}
    return oauth.client.send("POST", address, body=body, headers=fields, authorization=authorization)


def test_every_line_gets_a_token_or_the_code_for_one(oauth: OAuth) -> None:
    variables = {**oauth.client.variables, "ASSERTION": oauth.signed()}
    used = set()
    for line in LINES:
        answer = curl(oauth, line, variables)
        if answer.status == 302:
            found = parameters_of(answer, fragment="response_type=token" in line)
        else:
            assert answer.status == 200, (line, answer.body)
            found = answer.json
        if "code" in found:
            variables["CODE"] = quote(found["code"])
        else:
            assert oauth.use(found["access_token"]).status == 200
            used.add(re.search(r"(?:grant_type|response_type)=([\w:]+)", line)[1])
        if "refresh_token" in found:
            variables["REFRESH_TOKEN"] = found["refresh_token"]
    assert used == {
        "authorization_code", "client_credentials", "refresh_token", "token", "urn:bitbucket:oauth2:jwt",
    }  # fmt: skip


def test_every_client_and_secret_is_named() -> None:
    for client in CLIENTS:
        assert f"\n| `{client.name}` | " in SECTION
        assert client.redirect_uri is None or f"`{client.redirect_uri}`" in SECTION
    for name in secret_names():
        assert f"`{name}`" in SECTION
