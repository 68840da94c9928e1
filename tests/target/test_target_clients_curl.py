"""curl, as people call it."""

from __future__ import annotations

import json
import shlex
import shutil
import subprocess
from pathlib import Path

import pytest
from target_client import SEARCH, VARIABLES, Client

from specproof.target.announce import welcome
from specproof.target.app import Settings, open_store

pytestmark = pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")

QUIET = ("curl", "--silent", "--show-error", "--noproxy", "*", "--max-time", "30")


def curl(*arguments: str) -> tuple[int, str]:
    """Run curl and return the status and the body of the answer."""
    command = [*QUIET, "--write-out", "\n%{http_code}", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True)
    body, _, status = done.stdout.rpartition("\n")
    return int(status), body


@pytest.fixture
def token(shared: Client) -> str:
    """A workspace access token that may read and write variables."""
    return shared.secret("acme-workspace-token")


def test_basic_with_an_app_password(shared: Client) -> None:
    status, body = curl("--user", f"ada:{shared.secret('acme-admin')}", f"{shared.origin}{VARIABLES}")

    assert status == 200
    assert json.loads(body)["page"] == 1


def test_a_token_in_the_header(shared: Client, token: str) -> None:
    url = f"{shared.origin}{SEARCH}?search_query=%22open+file%22+ext:py"
    status, body = curl("--header", f"Authorization: Bearer {token}", url)

    assert status == 200
    assert json.loads(body)["size"] > 0


def test_a_token_in_the_form_of_a_post(shared: Client, token: str) -> None:
    fields = (
        "--data-urlencode",
        "key=SENT BY CURL",
        "--data-urlencode",
        "value=a & b = ü",
        "--data",
        "secured=false",
    )
    status, body = curl(*fields, "--data", f"access_token={token}", f"{shared.origin}{VARIABLES}")
    made = json.loads(body)

    assert status == 201
    assert (made["key"], made["value"], made["secured"]) == ("SENT BY CURL", "a & b = ü", False)
    assert curl("--request", "DELETE", f"{made['links']['self']['href']}?access_token={token}") == (204, "")


def test_a_token_in_the_query_of_anything_but_a_post(shared: Client, token: str) -> None:
    status, body = curl("--get", "--data-urlencode", f"access_token={token}", f"{shared.origin}{VARIABLES}")

    assert status == 200
    assert token not in body


def test_a_token_in_the_query_of_a_post_is_refused(shared: Client, token: str) -> None:
    """RFC 6750 allows it; the narrative does not."""
    url = f"{shared.origin}{VARIABLES}?access_token={token}"
    status, body = curl(
        "--header", "Content-Type: application/json", "--data", '{"key": "K", "value": "v"}', url
    )

    assert status == 401
    assert json.loads(body)["type"] == "error"


def test_a_file_as_a_value(shared: Client, token: str, tmp_path: Path) -> None:
    """Sent by curl byte for byte, and read back the same."""
    key = tmp_path / "key.pem"
    key.write_bytes(b"-----BEGIN KEY-----\r\n+/=&%41\r\n-----END KEY-----\r\n")
    fields = ("--data", f"access_token={token}&key=FROM+A+FILE", "--data-urlencode", f"value@{key}")
    status, body = curl(*fields, f"{shared.origin}{VARIABLES}")
    made = json.loads(body)
    curl("--request", "DELETE", f"{made['links']['self']['href']}?access_token={token}")

    assert status == 201
    assert made["value"].encode() == key.read_bytes()


def test_the_announced_line_works_as_it_stands(shared: Client) -> None:
    """Typed into a shell."""
    store = open_store(Settings())
    line = welcome(Settings(), f"{shared.origin}/2.0", store).splitlines()[-1].removeprefix("Try: ")
    store.close()
    _, *arguments = shlex.split(line)
    status, body = curl(*arguments)

    assert status == 200
    assert json.loads(body)["values"]
