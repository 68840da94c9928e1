"""Who signs, what the shell has in place of secrets, and where else than to the API may be sent."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import parse_qs, quote

import pytest
from authority_contract import PROFILE, VARIABLES
from shell import run_lines

from specproof.client.curl import curl
from specproof.client.safety import Safety
from specproof.environment.load import load_profile
from specproof.environment.profile import Profile
from specproof.errors import RefusedBySafety
from specproof.model.exchange import Request
from specproof.suite.signing import elsewhere, signatures, stand_ins

ORIGIN = "https://guarded.example"


def profile_of(folder: Path, **variables: str) -> Profile:
    """Load the profile of the guarded API."""
    path = folder / "guarded.toml"
    path.write_text(PROFILE.replace("ORIGIN", ORIGIN), encoding="utf-8")
    return load_profile(path, environ={**VARIABLES, **variables})


def test_clients_and_the_user_sign_over_basic(tmp_path: Path) -> None:
    found = signatures(profile_of(tmp_path))

    assert set(found) == {"oauth.clients[0]", "oauth.clients[1]", "oauth.user"}
    assert found["oauth.clients[0]"].shell == ("-u", 'one:"${ONE_SECRET}"')
    assert found["oauth.user"].shell == ("-u", 'ann:"${ANN_PASSWORD}"')


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/login/token"),
        ("GET", "/login/authorize?client_id=one"),
        ("POST", "/login/authorize"),
        ("GET", "/git/mine/stuff.git/info/refs?service=git-upload-pack"),
        ("GET", "/git/theirs/stuff.git/info/refs?service=git-receive-pack"),
        ("POST", "/git/mine/stuff.git/git-upload-pack"),
    ],
)
def test_what_the_profile_names_may_be_asked(method: str, path: str, tmp_path: Path) -> None:
    """Where writes are forbidden, and the API is somewhere else."""
    named = elsewhere(profile_of(tmp_path))
    safety = Safety(base_url="https://api.example/v1", writes=False, elsewhere=named)

    door = safety.door(Request(method=method, url=ORIGIN + path))

    assert door == ORIGIN + path.partition("?")[0]


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/login/token"),
        ("DELETE", "/login/authorize"),
        ("POST", "/git/mine/stuff.git/git-receive-pack"),
        ("GET", "/git/mine/stuff.git"),
        ("GET", "/git/mine/other.git/info/refs"),
        ("POST", "/login/revoke"),
    ],
)
def test_nothing_else_may_be_asked_there(method: str, path: str, tmp_path: Path) -> None:
    named = elsewhere(profile_of(tmp_path))
    safety = Safety(base_url="https://api.example/v1", writes=True, elsewhere=named)

    with pytest.raises(RefusedBySafety, match=r"a request to https://guarded\.example:443 was not sent"):
        safety.check(Request(method=method, url=ORIGIN + path))


@pytest.mark.parametrize("password", ["simple-password", "p&ss=wörd +%41'\"$x"])
def test_the_password_in_a_form_comes_from_the_environment(password: str, tmp_path: Path) -> None:
    """Percent-encoded as it has to be, and never in the line."""
    profile = profile_of(tmp_path, ANN_PASSWORD=password)
    body = f"grant_type=password&password={quote(password, safe='')}&x=1"
    request = Request(method="POST", url="http://127.0.0.1:1/token", body=body.encode())
    line = curl(request, captured=tuple(stand_ins(profile)))
    data = line[line.index("--data-raw") :].split(" ", 1)[1].rpartition(" ")[0]
    printed = run_lines((f"printf %s {data}",), tmp_path, ANN_PASSWORD=password)

    assert parse_qs(printed)["password"] == [password]
    assert password not in line
    assert quote(password, safe="") not in line
