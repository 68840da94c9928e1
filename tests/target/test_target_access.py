"""Who may do what: 401 for strangers, 404 for what is out of reach, 403 for missing scopes."""

from __future__ import annotations

import base64

import pytest
from target_client import JSON, SEARCH, VARIABLES, Client, basic

READ, WRITE, FIND = "read", "write", "search"
ALL = {READ: 200, WRITE: 409, FIND: 200}  # the write names a key that is taken


def attempt(client: Client, authorization: str | None, team: str = "acme") -> dict[str, int]:
    """Try the three kinds of operation and return the statuses."""
    variables, search = VARIABLES.replace("acme", team), SEARCH.replace("acme", team)
    taken = {"key": "EMPTY", "value": "v"}
    return {
        READ: client.get(variables, authorization=authorization).status,
        WRITE: client.send("POST", variables, document=taken, authorization=authorization).status,
        FIND: client.get(f"{search}?search_query=x", authorization=authorization).status,
    }


@pytest.mark.parametrize(
    ("user", "name", "expected"),
    [
        ("ada", "acme-admin", ALL),
        ("ben", "acme-reader", ALL | {WRITE: 403}),
        ("ben", "acme-member", ALL | {WRITE: 403}),
        ("ada", "acme-search", {READ: 403, WRITE: 403, FIND: 200}),
        ("ada", "acme-pipeline", {READ: 200, WRITE: 403, FIND: 403}),
        ("ada", "acme-nothing", {READ: 403, WRITE: 403, FIND: 403}),
        ("ada", "acme-expired", dict.fromkeys(ALL, 401)),
        ("ada", "acme-revoked", dict.fromkeys(ALL, 401)),
        ("ada", "ada-account-password", dict.fromkeys(ALL, 401)),
        ("rita", "rival-admin", dict.fromkeys(ALL, 404)),
        ("acme", "acme-api-key", ALL),
        ("ben", "acme-admin", dict.fromkeys(ALL, 401)),
        ("ada", "acme-api-key", dict.fromkeys(ALL, 401)),
        ("acme", "acme-workspace-token", dict.fromkeys(ALL, 401)),
    ],
)
def test_a_basic_credential_gets_what_its_scopes_allow(
    shared: Client, user: str, name: str, expected: dict[str, int]
) -> None:
    assert attempt(shared, shared.app_password(user, name)) == expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("acme-workspace-token", ALL),
        ("acme-read-token", ALL | {WRITE: 403}),
        ("acme-expired-token", dict.fromkeys(ALL, 401)),
        ("acme-revoked-token", dict.fromkeys(ALL, 401)),
        ("rival-token", dict.fromkeys(ALL, 404)),
        ("acme-admin", dict.fromkeys(ALL, 401)),
        ("acme-api-key", dict.fromkeys(ALL, 401)),
    ],
)
def test_a_bearer_token_gets_what_its_scopes_allow(
    shared: Client, name: str, expected: dict[str, int]
) -> None:
    assert attempt(shared, shared.bearer(name)) == expected


def test_a_foreign_team_looks_like_none(shared: Client) -> None:
    for path in (VARIABLES, f"{SEARCH}?search_query=x", f"{VARIABLES}/%7Bx%7D"):
        absent = shared.get(path.replace("acme", "nobody"))
        foreign = shared.get(path.replace("acme", "rival"))
        alias = shared.get(path.replace("acme", "%7B7d0f5c1e-3b92-4e0a-8a67-c2b1d3e4f522%7D"))
        assert absent.status == foreign.status == alias.status == 404
        assert absent.body == foreign.body == alias.body
        assert absent.headers.keys() == foreign.headers.keys()


@pytest.mark.parametrize(
    "authorization",
    [
        None,
        "",
        "Basic",
        "Basic ",
        "Basic !!!",
        "Basic " + base64.b64encode(b"no colon").decode(),
        "Basic " + base64.b64encode(b"\xff\xfe:\xff").decode(),
        "Basic " + base64.b64encode(b"ada:wrong").decode(),
        "Basic " + base64.b64encode(b":").decode(),
        "Bearer",
        "Bearer wrong",
        "Digest username=ada",
        "Basic \xff\xfe",
        "Bearer \xff\xfe\x80",
        "Bearer " + "x" * 20_000,
        "Basic " + base64.b64encode(b"ada:" + b"x" * 20_000).decode(),
    ],
)
def test_bad_credentials_are_challenged(shared: Client, authorization: str | None) -> None:
    fields = {} if authorization is None else {"Authorization": authorization or " "}
    answer = shared.send("GET", VARIABLES, headers=fields, authorization=None)
    assert answer.status == 401
    assert answer.json["error"]["message"]
    assert 'Basic realm="' in answer.headers["www-authenticate"]
    assert 'Bearer realm="' in answer.headers["www-authenticate"]


def test_a_missing_scope_is_named(shared: Client) -> None:
    answer = shared.get(VARIABLES, authorization=shared.app_password("ada", "acme-search"))
    assert answer.json["error"]["data"] == {"required": ["pipeline"], "granted": ["repository"]}


def test_the_order_of_refusals(shared: Client) -> None:
    """Who asks comes first, then the team, the scope, the media type, the body, and the item last."""
    nobody = f"{VARIABLES}/%7B00000000-0000-4000-8000-000000000000%7D"
    text, reader = {"Content-Type": "text/plain"}, shared.app_password("ben", "acme-reader")
    foreign = nobody.replace("acme", "rival")
    assert shared.send("PUT", foreign, body=b"x", headers=text, authorization=None).status == 401
    assert shared.send("PUT", foreign, body=b"x", headers=text).status == 404
    assert shared.send("PUT", nobody, body=b"x", headers=text, authorization=reader).status == 403
    assert shared.send("PUT", nobody, body=b"x", headers=text).status == 415
    assert shared.send("PUT", nobody, body=b"x", headers={"Content-Type": JSON}).status == 400
    assert shared.send("PUT", nobody, document={}).status == 404


def test_user_names_are_exact(shared: Client) -> None:
    """No case is folded and nothing is trimmed."""
    secret = shared.secret("acme-admin")
    for name in ("Ada", "ada ", "ADA", "\u0430da"):
        assert shared.get(VARIABLES, authorization=basic(name, secret)).status == 401
