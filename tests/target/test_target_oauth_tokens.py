"""What the other grants give, what the tokens may do, and how long."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlencode

import pytest
from oauth_client import CALLBACK, JWT_GRANT, OTHER_CALLBACK, SCOPES, OAuth, parameters_of, refused
from target_client import SEARCH, VARIABLES, Client

from specproof.target.process import start

FIND = f"{SEARCH}?search_query=parser"
TAKEN = {"key": "EMPTY", "value": "v"}  # a write that is let through conflicts: 409
LONG_AGO = "2020-01-01T00:00:00.000000+00:00"


def test_client_credentials_represent_the_owner(oauth: OAuth) -> None:
    answer = oauth.own()
    assert answer.status == 200
    token = answer.json["access_token"]
    assert (answer.json["scope"], "refresh_token" in answer.json) == (SCOPES, True)
    assert oauth.use(token).status == 200
    assert oauth.use(token, method="POST", document=TAKEN).status == 409
    assert oauth.use(token, VARIABLES.replace("acme", "fallow")).status == 404
    assert oauth.use(token, VARIABLES.replace("acme", "rival")).status == 404


def test_an_implicit_token_stands_in_the_fragment(oauth: OAuth) -> None:
    answer = oauth.ask(response_type="token", state="a b", redirect_uri=CALLBACK)
    told = parameters_of(answer, fragment=True)
    assert answer.headers["location"].startswith(f"{CALLBACK}#")
    assert "?" not in answer.headers["location"]
    assert told.keys() == {"access_token", "token_type", "expires_in", "scope", "scopes", "state"}
    assert (told["token_type"], told["expires_in"], told["state"]) == ("bearer", "3600", "a b")
    assert oauth.use(told["access_token"]).status == 200


def test_an_implicit_refusal_stands_in_the_fragment(oauth: OAuth) -> None:
    answer = oauth.ask(response_type="token", state="s", scope="wiki")
    assert "?" not in answer.headers["location"]
    told = parameters_of(answer, fragment=True)
    assert (told["error"], told["state"]) == ("invalid_scope", "s")


def test_a_public_client_may_use_the_implicit_grant(oauth: OAuth) -> None:
    told = parameters_of(oauth.ask(response_type="token", client_id="acme-public"), fragment=True)
    assert oauth.use(told["access_token"]).status == 200


@pytest.mark.parametrize("user", ["ada", "ben"])
def test_a_users_token_does_what_scopes_and_role_allow(oauth: OAuth, user: str) -> None:
    token = oauth.tokens(user=user)["access_token"]
    assert oauth.use(token).status == 200
    assert oauth.use(token, FIND).status == 200
    assert oauth.use(token, method="POST", document=TAKEN).status == (409 if user == "ada" else 403)
    assert oauth.use(token, VARIABLES.replace("acme", "fallow")).status == (200 if user == "ada" else 404)
    assert oauth.use(token, VARIABLES.replace("acme", "rival")).status == 404


@pytest.mark.parametrize("grant", ["authorization_code", "implicit", "client_credentials", "jwt"])
def test_less_is_granted_on_request(oauth: OAuth, grant: str) -> None:
    if grant == "implicit":
        told = parameters_of(oauth.ask(response_type="token", scope="repository"), fragment=True)
    elif grant == "authorization_code":
        told = oauth.tokens(scope="repository")
    elif grant == "jwt":
        told = oauth.exchange(oauth.signed(), scope="repository").json
    else:
        told = oauth.own(scope="repository").json
    assert (told["scope"], told["scopes"]) == ("repository", "repository")
    assert oauth.use(told["access_token"], FIND).status == 200
    refusal = oauth.use(told["access_token"])
    assert refusal.status == 403
    assert refusal.json["error"]["data"] == {"required": ["pipeline"], "granted": ["repository"]}


def test_scopes_that_are_implied_were_not_registered(oauth: OAuth) -> None:
    """pipeline:variable implies pipeline, but the client may not ask for it by name."""
    refused(oauth.own(scope="pipeline"), 400, "invalid_scope")


@pytest.mark.parametrize("scope", ["wiki", f"{SCOPES} wiki", " ", "no\u00e9such", SCOPES.replace(" ", ",")])
def test_more_is_never_granted(oauth: OAuth, scope: str) -> None:
    refused(oauth.own(scope=scope), 400, "invalid_scope")
    refused(oauth.exchange(oauth.signed(), scope=scope), 400, "invalid_scope")
    refused(oauth.refresh(oauth.tokens()["refresh_token"], scope=scope), 400, "invalid_scope")


def test_the_order_and_number_of_scopes_do_not_matter(oauth: OAuth) -> None:
    assert oauth.own(scope="repository  pipeline:variable repository").json["scope"] == (
        "repository pipeline:variable"
    )


@pytest.mark.parametrize("grant", ["authorization_code", "client_credentials"])
def test_a_refresh_token_buys_more_tokens(oauth: OAuth, grant: str) -> None:
    first = oauth.tokens() if grant == "authorization_code" else oauth.own().json
    second = oauth.refresh(first["refresh_token"])
    assert second.status == 200
    assert (second.headers["cache-control"], second.headers["pragma"]) == ("no-store", "no-cache")
    assert second.json["refresh_token"] == first["refresh_token"]
    assert (second.json["expires_in"], second.json["scope"]) == (3600, SCOPES)
    assert second.json["access_token"] != first["access_token"]
    third = oauth.refresh(second.json["refresh_token"])
    for answer in (first, second.json, third.json):
        assert oauth.use(answer["access_token"]).status == 200


def test_a_refresh_gives_less_on_request_and_all_again_without(oauth: OAuth) -> None:
    token = oauth.tokens()["refresh_token"]
    less = oauth.refresh(token, scope="repository").json
    assert less["scope"] == "repository"
    assert oauth.use(less["access_token"]).status == 403
    assert oauth.refresh(token).json["scope"] == SCOPES


def test_a_refresh_never_gives_more_than_was_approved(oauth: OAuth) -> None:
    token = oauth.tokens(scope="repository")["refresh_token"]
    refused(oauth.refresh(token, scope=SCOPES), 400, "invalid_scope")
    assert oauth.refresh(token).json["scope"] == "repository"


def test_a_refresh_token_is_bound_to_its_client(oauth: OAuth) -> None:
    token = oauth.tokens()["refresh_token"]
    refused(oauth.refresh(token, by="acme-other"), 400, "invalid_grant")
    public = {"grant_type": "refresh_token", "refresh_token": token, "client_id": "acme-public"}
    refused(oauth.post(public), 400, "invalid_grant")
    assert oauth.refresh(token).status == 200


def test_no_refresh_token_where_none_belongs(oauth: OAuth) -> None:
    assert "refresh_token" not in oauth.exchange(oauth.signed()).json
    assert "refresh_token" not in oauth.ask(response_type="token").headers["location"]


@pytest.mark.parametrize("token", ["x", "\u00e9", "acme-revoked-refresh", "acme-admin", "access"])
def test_what_is_no_good_refresh_token_is_refused(oauth: OAuth, token: str) -> None:
    if token == "access":
        token = oauth.tokens()["access_token"]
    elif token.startswith("acme-"):
        token = oauth.client.secret(token)
    refused(oauth.refresh(token), 400, "invalid_grant")


def test_neither_codes_nor_refresh_tokens_open_the_api(oauth: OAuth) -> None:
    assert oauth.use(oauth.code()).status == 401
    assert oauth.use(oauth.tokens()["refresh_token"]).status == 401


def test_tokens_travel_in_header_form_and_query(oauth: OAuth) -> None:
    token = oauth.own().json["access_token"]
    assert oauth.client.get(f"{VARIABLES}?access_token={token}", authorization=None).status == 200
    form = urlencode({**TAKEN, "access_token": token}).encode()
    fields = {"Content-Type": "application/x-www-form-urlencoded"}
    sent = oauth.client.send("POST", VARIABLES, body=form, headers=fields, authorization=None)
    assert sent.status == 409


def test_a_seeded_token_has_expired(oauth: OAuth) -> None:
    answer = oauth.use(oauth.client.secret("acme-expired-oauth-token"))
    assert answer.status == 401
    assert 'error="invalid_token"' in answer.headers["www-authenticate"]


@pytest.mark.parametrize("seconds", [7, 3_600])
def test_the_lifetime_told_is_the_lifetime_kept(
    serve: Callable[..., Client], tmp_path: Path, seconds: int
) -> None:
    database = tmp_path / "data.sqlite"
    options = ("--database", str(database), "--token-lifetime", str(seconds))
    oauth = OAuth(serve(ephemeral=False, arguments=options))
    told = [oauth.own().json, oauth.tokens(), oauth.exchange(oauth.signed()).json]
    told.append(oauth.refresh(told[1]["refresh_token"]).json)
    told.append(parameters_of(oauth.ask(response_type="token"), fragment=True))
    assert {int(answer["expires_in"]) for answer in told} == {seconds}
    with sqlite3.connect(database) as connection:
        kept = connection.execute(
            "SELECT (julianday(expires_on) - julianday(created_on)) * 86400 FROM credential"
            " WHERE kind = 'oauth_token' AND grant_id IS NOT NULL"
        ).fetchall()
    connection.close()
    assert len(kept) == 5
    assert all(abs(row[0] - seconds) < 0.1 for row in kept)


def test_an_expired_token_is_refused_and_its_refresh_token_is_not(
    serve: Callable[..., Client], tmp_path: Path
) -> None:
    database = tmp_path / "data.sqlite"
    oauth = OAuth(serve(ephemeral=False, arguments=("--database", str(database))))
    tokens = oauth.tokens()
    with sqlite3.connect(database) as connection:
        connection.execute("UPDATE credential SET expires_on = ? WHERE grant_id IS NOT NULL", (LONG_AGO,))
    connection.close()
    answer = oauth.use(tokens["access_token"])
    assert answer.status == 401
    assert 'error="invalid_token"' in answer.headers["www-authenticate"]
    assert oauth.use(oauth.refresh(tokens["refresh_token"]).json["access_token"]).status == 200


def test_codes_and_tokens_survive_a_restart(serve: Callable[..., Client], tmp_path: Path) -> None:
    arguments = ("--database", str(tmp_path / "data.sqlite"))
    with start(ephemeral=False, arguments=arguments) as running:
        before = OAuth(Client(running.base_url, running.variables))
        tokens, code, used = before.tokens(), before.code(), before.code()
        ended = before.redeem(used).json
        once = before.signed(jti="survivor")
        assert before.exchange(once).status == 200
    after = OAuth(serve(ephemeral=False, arguments=arguments))
    assert after.use(tokens["access_token"]).status == 200
    assert after.refresh(tokens["refresh_token"]).status == 200
    assert after.redeem(code).status == 200
    refused(after.redeem(used), 400, "invalid_grant")
    assert after.use(ended["access_token"]).status == 401
    refused(after.exchange(once), 401, "invalid_client")


def test_no_secret_is_kept_in_the_clear(serve: Callable[..., Client], tmp_path: Path) -> None:
    """But the shared key of assertions, without which no signature can be verified."""
    database = tmp_path / "data.sqlite"
    client = serve(ephemeral=False, arguments=("--database", str(database)))
    oauth = OAuth(client)
    tokens, code = oauth.tokens(), oauth.code()
    given = [code, tokens["access_token"], tokens["refresh_token"]]
    given += [client.secret(name) for name in ("acme-consumer", "acme-other", "acme-revoked-refresh")]
    with sqlite3.connect(database) as connection:
        kept = "\n".join(connection.iterdump())
    connection.close()
    assert [secret for secret in given if secret in kept] == []
    assert [secret for secret in given if secret.encode().hex().upper() in kept.upper()] == []


@pytest.mark.parametrize(
    "grant", ["password", "", "urn:ietf:params:oauth:grant-type:jwt-bearer", "implicit", "x"]
)
def test_other_grants_are_refused(oauth: OAuth, grant: str) -> None:
    form = {"grant_type": grant, "username": "ada", "password": oauth.client.secret("ada-account-password")}
    refused(oauth.post(form, oauth.basic()), 400, "unsupported_grant_type" if grant else "invalid_request")


def test_a_client_uses_the_grants_that_fit_it(oauth: OAuth) -> None:
    addon = oauth.basic("acme-addon")
    refused(oauth.post({"grant_type": "client_credentials"}, addon), 401, "invalid_client")
    public = {"grant_type": "client_credentials", "client_id": "acme-public"}
    refused(oauth.post(public), 401, "invalid_client")
    refused(oauth.post({"grant_type": JWT_GRANT}, oauth.basic()), 401, "invalid_client")
    assert parameters_of(oauth.ask(client_id="acme-other", redirect_uri=OTHER_CALLBACK)).keys() == {"code"}
