"""The authorization code grant: approval, redemption, and everything a code is bound to."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from oauth_client import (
    CALLBACK,
    CHALLENGE,
    OTHER_CALLBACK,
    PROVEN,
    PUBLIC_CALLBACK,
    S256,
    SCOPES,
    VERIFIER,
    OAuth,
    parameters_of,
    refused,
)
from target_client import Client

LONG_AGO = "2020-01-01T00:00:00.000000+00:00"


def test_a_code_buys_tokens_that_work(oauth: OAuth) -> None:
    answer = oauth.redeem(oauth.code())
    assert answer.status == 200
    assert answer.json.keys() == {
        "access_token", "token_type", "expires_in", "scope", "scopes", "refresh_token",
    }  # fmt: skip
    assert (answer.json["token_type"], answer.json["expires_in"]) == ("bearer", 3600)
    assert (answer.json["scope"], answer.json["scopes"]) == (SCOPES, SCOPES)
    assert answer.headers["content-type"] == "application/json"
    assert (answer.headers["cache-control"], answer.headers["pragma"]) == ("no-store", "no-cache")
    assert oauth.use(answer.json["access_token"]).status == 200


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_approval_sends_the_user_back_with_the_code_alone(oauth: OAuth, method: str) -> None:
    answer = oauth.ask(method=method)
    assert answer.status == 302
    assert answer.headers["location"].startswith(f"{CALLBACK}?code=")
    assert parameters_of(answer).keys() == {"code"}
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["referrer-policy"] == "no-referrer"


@pytest.mark.parametrize("state", ["x", "a b+c&d=e%20#?/", "\u00e9\U0001f30a", "'\"<>\\", "s" * 1_000])
def test_the_state_comes_back_as_it_was(oauth: OAuth, state: str) -> None:
    assert parameters_of(oauth.ask(state=state))["state"] == state
    assert parameters_of(oauth.ask(state=state, scope="wiki"))["state"] == state


def test_an_empty_state_counts_as_none(oauth: OAuth) -> None:
    """RFC 6749 section 3.1: a parameter without a value was left out."""
    assert parameters_of(oauth.ask(state="")).keys() == {"code"}


def test_a_code_counts_once_and_its_second_use_ends_the_tokens(oauth: OAuth) -> None:
    code = oauth.code()
    tokens = oauth.redeem(code).json
    again = oauth.refresh(tokens["refresh_token"]).json["access_token"]
    assert oauth.use(tokens["access_token"]).status == 200
    refused(oauth.redeem(code), 400, "invalid_grant")
    assert oauth.use(tokens["access_token"]).status == 401
    assert oauth.use(again).status == 401
    refused(oauth.refresh(tokens["refresh_token"]), 400, "invalid_grant")


def test_the_tokens_of_other_codes_live_on(oauth: OAuth) -> None:
    bystander, code = oauth.tokens(), oauth.code()
    oauth.redeem(code)
    refused(oauth.redeem(code), 400, "invalid_grant")
    assert oauth.use(bystander["access_token"]).status == 200
    assert oauth.refresh(bystander["refresh_token"]).status == 200


def test_a_code_is_of_no_use_to_another_client(oauth: OAuth) -> None:
    code = oauth.code()
    refused(oauth.redeem(code, by="acme-other"), 400, "invalid_grant")
    refused(oauth.redeem(code, by="acme-other", redirect_uri=CALLBACK), 400, "invalid_grant")
    assert oauth.redeem(code).status == 200


def test_a_used_code_in_foreign_hands_ends_nothing(oauth: OAuth) -> None:
    code = oauth.code()
    tokens = oauth.redeem(code).json
    refused(oauth.redeem(code, by="acme-other"), 400, "invalid_grant")
    assert oauth.use(tokens["access_token"]).status == 200


@pytest.mark.parametrize("given", [None, OTHER_CALLBACK, f"{CALLBACK}/", f"{CALLBACK}?x=1", CALLBACK.upper()])
def test_a_named_redirect_is_repeated(oauth: OAuth, given: str | None) -> None:
    code = oauth.code(redirect_uri=CALLBACK)
    form = {} if given is None else {"redirect_uri": given}
    refused(oauth.redeem(code, **form), 400, "invalid_grant")
    assert oauth.redeem(code, redirect_uri=CALLBACK).status == 200


def test_a_redirect_that_was_not_named_may_be_left_out_or_given(oauth: OAuth) -> None:
    assert oauth.redeem(oauth.code()).status == 200
    assert oauth.redeem(oauth.code(), redirect_uri=CALLBACK).status == 200
    refused(oauth.redeem(oauth.code(), redirect_uri=OTHER_CALLBACK), 400, "invalid_grant")


@pytest.mark.parametrize(
    "uri",
    [
        OTHER_CALLBACK,
        f"{CALLBACK}/",
        f"{CALLBACK}x",
        f"{CALLBACK}?x=1",
        f"{CALLBACK}#x",
        f"{CALLBACK}/../other",
        "https://client.example.com",
        "https://client.example.com.evil.example/callback",
        "https://CLIENT.example.com/callback",
        "https://client.example.com:443/callback",
        "https://user@client.example.com/callback",
        "http://client.example.com/callback",
        "//client.example.com/callback",
        "javascript:alert(1)",
        f'{CALLBACK}"\u00e9\\',
    ],
)
@pytest.mark.parametrize("response_type", ["code", "token"])
def test_nobody_is_sent_to_an_address_that_is_not_registered(
    oauth: OAuth, uri: str, response_type: str
) -> None:
    answer = oauth.ask(redirect_uri=uri, response_type=response_type, state="s")
    assert answer.status == 400
    assert "location" not in answer.headers
    assert answer.headers["content-type"] == "text/html; charset=utf-8"


@pytest.mark.parametrize("client_id", ["", "nobody", "acme-addon", "\u00e9'\"", "acme-consumer "])
def test_an_unknown_client_is_shown_to_the_user(oauth: OAuth, client_id: str) -> None:
    answer = oauth.ask(client_id=client_id, redirect_uri=CALLBACK)
    assert answer.status == 400
    assert "location" not in answer.headers


@pytest.mark.parametrize(
    ("query", "error"),
    [
        ({"response_type": ""}, "invalid_request"),
        ({"response_type": "id_token"}, "unsupported_response_type"),
        ({"response_type": "code token"}, "unsupported_response_type"),
        ({"response_type": "\u00e9'\"\\"}, "unsupported_response_type"),
        ({"scope": "wiki"}, "invalid_scope"),
        ({"scope": f"{SCOPES} repository:write"}, "invalid_scope"),
        ({"scope": "no\u00e9'\"such"}, "invalid_scope"),
        ({"code_challenge": "short"}, "invalid_request"),
        ({"code_challenge": CHALLENGE, "code_challenge_method": "S512"}, "invalid_request"),
        ({"code_challenge_method": "S256"}, "invalid_request"),
        ({"client_id": "acme-public"}, "invalid_request"),
    ],
)
def test_other_mistakes_are_told_to_the_client(oauth: OAuth, query: dict[str, str], error: str) -> None:
    answer = oauth.ask(state="s", **query)
    home = PUBLIC_CALLBACK if query.get("client_id") == "acme-public" else CALLBACK
    told = parameters_of(answer)
    assert answer.status == 302
    assert answer.headers["location"].startswith(f"{home}?")
    assert told.pop("error_description")
    assert told == {"error": error, "state": "s"}


def test_a_repeated_parameter_is_told_to_the_client_unless_it_decides_who_that_is(oauth: OAuth) -> None:
    address = "/site/oauth2/authorize?client_id=acme-consumer&response_type=code"
    twice = oauth.client.get(f"{address}&scope=repository&scope=repository&state=s", authorization=None)
    assert (twice.status, parameters_of(twice)["error"]) == (302, "invalid_request")
    for more in ("client_id=acme-consumer", f"redirect_uri={CALLBACK}&redirect_uri={CALLBACK}"):
        assert oauth.client.get(f"{address}&{more}", authorization=None).status == 400


@pytest.mark.parametrize(
    "asked",
    [S256, {"code_challenge": VERIFIER, "code_challenge_method": "plain"}, {"code_challenge": VERIFIER}],
    ids=["S256", "plain", "plain by default"],
)
def test_a_challenged_code_takes_its_verifier(oauth: OAuth, asked: dict[str, str]) -> None:
    code = oauth.code(**asked)
    refused(oauth.redeem(code), 400, "invalid_request")
    refused(oauth.redeem(code, code_verifier="short"), 400, "invalid_request")
    refused(oauth.redeem(code, code_verifier=VERIFIER[::-1]), 400, "invalid_grant")
    if asked == S256:
        refused(oauth.redeem(code, code_verifier=CHALLENGE), 400, "invalid_grant")
    assert oauth.redeem(code, **PROVEN).status == 200


def test_a_verifier_without_a_challenge_is_refused(oauth: OAuth) -> None:
    """Or somebody could take the challenge out of the request (RFC 9700 section 4.8)."""
    refused(oauth.redeem(oauth.code(), **PROVEN), 400, "invalid_request")


def test_a_public_client_proves_itself_by_its_verifier(oauth: OAuth) -> None:
    public = {"client_id": "acme-public"}
    code = oauth.code(**public, **S256)
    form = {"grant_type": "authorization_code", "code": code, **public}
    refused(oauth.post(form), 400, "invalid_request")
    refused(oauth.post(form | {"code_verifier": VERIFIER[::-1]}), 400, "invalid_grant")
    refused(oauth.post({**form, **PROVEN, "client_id": "acme-consumer"}), 401, "invalid_client")
    tokens = oauth.post({**form, **PROVEN}).json
    assert oauth.use(tokens["access_token"]).status == 200
    again = oauth.post({"grant_type": "refresh_token", "refresh_token": tokens["refresh_token"], **public})
    assert oauth.use(again.json["access_token"]).status == 200


def test_a_code_is_good_for_ten_minutes_at_most(serve: Callable[..., Client], tmp_path: Path) -> None:
    database = tmp_path / "data.sqlite"
    oauth = OAuth(serve(ephemeral=False, arguments=("--database", str(database))))
    code = oauth.code()
    connection = sqlite3.connect(database)
    with connection:
        seconds = connection.execute(
            "SELECT (julianday(expires_on) - julianday(created_on)) * 86400 FROM oauth_code"
            " JOIN oauth_grant ON oauth_grant.id = grant_id ORDER BY oauth_code.id DESC"
        ).fetchone()[0]
        connection.execute("UPDATE oauth_code SET expires_on = ?", (LONG_AGO,))
    connection.close()
    assert 0 < seconds <= 600.1
    refused(oauth.redeem(code), 400, "invalid_grant")


def test_of_many_who_redeem_a_code_at_once_one_succeeds(serve: Callable[..., Client], tmp_path: Path) -> None:
    """Even where two servers share the data."""
    arguments = ("--database", str(tmp_path / "data.sqlite"))
    servers = [OAuth(serve(ephemeral=False, arguments=arguments)) for _ in range(2)]
    code = servers[0].code()
    with ThreadPoolExecutor(12) as pool:
        answers = list(pool.map(lambda number: servers[number % 2].redeem(code), range(12)))
    assert sorted(answer.status for answer in answers) == [200] + [400] * 11
    token = next(answer for answer in answers if answer.status == 200).json["access_token"]
    assert servers[1].use(token).status == 401
