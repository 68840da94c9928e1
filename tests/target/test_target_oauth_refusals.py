"""Who may ask for tokens, and how the two addresses say no."""

from __future__ import annotations

import base64
import socket
from urllib.parse import quote

import pytest
from oauth_client import AUTHORIZE, CALLBACK, FORM, TOKEN, OAuth, refused
from target_client import basic

OWN = {"grant_type": "client_credentials"}


def test_a_secret_may_stand_in_the_form(oauth: OAuth) -> None:
    secret = oauth.client.secret("acme-consumer")
    answer = oauth.post({**OWN, "client_id": "acme-consumer", "client_secret": secret})
    assert oauth.use(answer.json["access_token"]).status == 200


def test_names_and_secrets_are_percent_encoded_in_the_header(oauth: OAuth) -> None:
    """RFC 6749 section 2.3.1: form-encoded first, then Basic."""
    encoded = "".join(f"%{ord(character):02x}" for character in oauth.client.secret("acme-consumer"))
    assert oauth.post(OWN, basic("acme%2Dconsumer", encoded)).status == 200


@pytest.mark.parametrize(
    "authorization",
    [
        None,
        "",
        "Basic",
        "Basic !!!",
        "Basic " + base64.b64encode(b"no colon").decode(),
        "Basic " + base64.b64encode(b"\xff\xfe:\xff").decode(),
        "Basic " + base64.b64encode(b":").decode(),
        "Basic \xff\xfe",
        "Bearer x",
        basic("acme-consumer", ""),
        basic("acme-consumer", "wrong"),
        basic("acme-consumer", "\u00e9"),
        basic("ACME-CONSUMER", "wrong"),
        basic("nobody", "wrong"),
        basic("acme-public", ""),
        basic("acme-public", "x"),
        basic("acme-addon", "x"),
    ],
)
def test_who_does_not_prove_itself_is_refused(oauth: OAuth, authorization: str | None) -> None:
    answer = oauth.post(OWN, authorization or None)
    refused(answer, 401, "invalid_client")
    assert answer.headers["www-authenticate"].startswith('Basic realm="')


@pytest.mark.parametrize("grant", ["authorization_code", "refresh_token", "client_credentials"])
def test_every_grant_asks_for_proof(oauth: OAuth, grant: str) -> None:
    form = {"grant_type": grant, "code": oauth.code(), "refresh_token": oauth.tokens()["refresh_token"]}
    for extra in (
        {"client_id": "acme-consumer"},
        {"client_id": "acme-consumer", "client_secret": "wrong"},
        {"client_id": "nobody", "client_secret": "wrong"},
    ):
        answer = oauth.post({**form, **extra})
        refused(answer, 401, "invalid_client")
        assert answer.headers["www-authenticate"].startswith("Basic ")
    refused(oauth.post(form, oauth.basic(secret=oauth.client.secret("acme-other"))), 401, "invalid_client")


def test_one_proof_is_enough(oauth: OAuth) -> None:
    secret = oauth.client.secret("acme-consumer")
    twice = {**OWN, "client_id": "acme-consumer", "client_secret": secret}
    refused(oauth.post(twice, oauth.basic()), 400, "invalid_request")
    refused(oauth.post({**OWN, "client_id": "acme-other"}, oauth.basic()), 400, "invalid_request")
    assert oauth.post({**OWN, "client_id": "acme-consumer"}, oauth.basic()).status == 200


def test_parameters_in_the_address_do_not_count(oauth: OAuth) -> None:
    """RFC 6749 section 2.3.1: a secret must not stand there."""
    secret = quote(oauth.client.secret("acme-consumer"))
    path = f"{TOKEN}?grant_type=client_credentials&client_id=acme-consumer&client_secret={secret}"
    fields = {"Content-Type": FORM}
    answer = oauth.client.send("POST", path, body=b"", headers=fields, authorization=None)
    refused(answer, 400, "invalid_request")
    body = b"grant_type=client_credentials"
    answer = oauth.client.send("POST", path, body=body, headers=fields, authorization=None)
    refused(answer, 401, "invalid_client")


@pytest.mark.parametrize(
    ("form", "error"),
    [
        ({}, "invalid_request"),
        ({"grant_type": "authorization_code"}, "invalid_request"),
        ({"grant_type": "authorization_code", "code": ""}, "invalid_request"),
        ({"grant_type": "authorization_code", "code": "x"}, "invalid_grant"),
        ({"grant_type": "authorization_code", "code": "\u00e9" * 99}, "invalid_grant"),
        ({"grant_type": "refresh_token"}, "invalid_request"),
        ({"grant_type": "refresh_token", "refresh_token": ""}, "invalid_request"),
        ({"grant_type": "password", "username": "ada", "password": "x"}, "unsupported_grant_type"),
        ({"grant_type": "CLIENT_CREDENTIALS"}, "unsupported_grant_type"),
        ({"grant_type": "\u00e9'\"\\"}, "unsupported_grant_type"),
    ],
)
def test_mistakes_have_their_names(oauth: OAuth, form: dict[str, str], error: str) -> None:
    refused(oauth.post(form, oauth.basic()), 400, error)


@pytest.mark.parametrize(
    "name", ["grant_type", "scope", "code", "client_id", "refresh_token", "redirect_uri"]
)
def test_a_parameter_given_twice_is_refused(oauth: OAuth, name: str) -> None:
    body = f"grant_type=client_credentials&{name}=a&{name}=a"
    refused(oauth.post(body, oauth.basic()), 400, "invalid_request")


@pytest.mark.parametrize(
    ("media_type", "body"),
    [
        ("application/json", b'{"grant_type": "client_credentials"}'),
        ("text/plain", b"grant_type=client_credentials"),
        ("multipart/form-data; boundary=x", b"--x--"),
        ("", b"grant_type=client_credentials"),
        (FORM, b""),
        (FORM, b"grant_type=client_credentials&scope=%zz"),
        (FORM, b"grant_type=client_credentials&scope=%ff"),
        (FORM, b"grant_type=client_credentials&scope=\xff"),
        (FORM, b"\x00"),
    ],
)
def test_what_is_no_form_is_refused(oauth: OAuth, media_type: str, body: bytes) -> None:
    fields = {"Content-Type": media_type} if media_type else {}
    answer = oauth.client.send("POST", TOKEN, body=body, headers=fields, authorization=oauth.basic())
    refused(answer, 400, "invalid_request")


def test_a_charset_may_be_named(oauth: OAuth) -> None:
    fields = {"Content-Type": f"{FORM}; charset=UTF-8"}
    body = b"grant_type=client_credentials"
    answer = oauth.client.send("POST", TOKEN, body=body, headers=fields, authorization=oauth.basic())
    assert answer.status == 200


@pytest.mark.parametrize("password", ["wrong", "", "\u00e9", "acme-admin", "ben-account-password"])
def test_only_the_account_password_of_the_user_approves(oauth: OAuth, password: str) -> None:
    """App passwords are not for the website, and nobody approves for somebody else."""
    secret = oauth.client.secret(password) if "-" in password else password
    answer = oauth.ask(password=secret)
    assert answer.status == 401
    assert answer.headers["www-authenticate"].startswith('Basic realm="')
    assert "location" not in answer.headers


@pytest.mark.parametrize("name", ["acme", "acme-consumer", "Ada", "ada ", ""])
def test_only_users_approve(oauth: OAuth, name: str) -> None:
    secret = oauth.client.secret("ada-account-password")
    path = f"{AUTHORIZE}?client_id=acme-consumer&response_type=code"
    assert oauth.client.get(path, authorization=basic(name, secret)).status == 401


def test_a_client_is_looked_at_before_the_user(oauth: OAuth) -> None:
    assert oauth.ask(client_id="nobody", password="wrong").status == 400
    assert oauth.ask(scope="wiki", password="wrong").status == 302


@pytest.mark.parametrize(
    ("path", "method", "allowed"),
    [
        (TOKEN, "GET", "OPTIONS, POST"),
        (TOKEN, "PUT", "OPTIONS, POST"),
        (TOKEN, "DELETE", "OPTIONS, POST"),
        (AUTHORIZE, "PUT", "GET, HEAD, OPTIONS, POST"),
        (AUTHORIZE, "TRACE", "GET, HEAD, OPTIONS, POST"),
    ],
)
def test_other_methods_are_not_allowed(oauth: OAuth, path: str, method: str, allowed: str) -> None:
    answer = oauth.client.send(method, path, authorization=None)
    assert answer.status == 405
    assert answer.headers["allow"] == allowed


def test_other_addresses_are_not_there(oauth: OAuth) -> None:
    for path in (f"{TOKEN}/", f"{AUTHORIZE}/", "/site/oauth2", f"/2.0{TOKEN}"):
        assert oauth.client.get(path).status == 404


def test_pages_in_browsers_may_ask_for_tokens_but_not_for_approval(oauth: OAuth) -> None:
    """RFC 9700 section 2.6."""
    fields = {"Origin": "https://page.example.com"}
    preflight = oauth.client.send("OPTIONS", TOKEN, headers=fields, authorization=None)
    assert preflight.status == 204
    assert "POST" in preflight.headers["access-control-allow-methods"]
    assert "Authorization" in preflight.headers["access-control-allow-headers"]
    for answer in (preflight, oauth.own(), oauth.post({})):
        assert answer.headers["access-control-allow-origin"] == "*"
    assert "access-control-allow-origin" not in oauth.ask().headers
    assert "access-control-allow-origin" not in oauth.client.get(AUTHORIZE, authorization=None).headers


def test_a_body_that_is_too_large_is_refused(oauth: OAuth) -> None:
    form = f"grant_type=client_credentials&scope={'x' * 1_100_000}"
    assert oauth.post(form, oauth.basic()).status == 413


@pytest.mark.parametrize("query", ["client_id=%ff", "client_id=%zz", "client_id=\xff"])
def test_a_malformed_query_is_refused(oauth: OAuth, query: str) -> None:
    with socket.create_connection((oauth.client.host, oauth.client.port), timeout=10) as connection:
        head = f"GET {AUTHORIZE}?{query} HTTP/1.1\r\nHost: {oauth.client.host}\r\nConnection: close\r\n\r\n"
        connection.sendall(head.encode("latin-1"))
        assert connection.recv(12) == b"HTTP/1.1 400"


def test_nothing_that_was_sent_comes_back_in_a_refusal(oauth: OAuth) -> None:
    mark = "m4rk3d<script>"
    for query in (
        {"client_id": mark},
        {"redirect_uri": mark},
        {"redirect_uri": f"{CALLBACK}?{mark}"},
        {"response_type": mark},
        {"scope": mark},
    ):
        answer = oauth.ask(**query)
        assert b"m4rk3d" not in answer.body
        assert "m4rk3d" not in answer.headers.get("location", "")
    for form in (
        {"grant_type": mark},
        {**OWN, "scope": mark},
        {"grant_type": "refresh_token", "refresh_token": mark},
    ):
        answer = oauth.post(form, oauth.basic())
        assert b"m4rk3d" not in answer.body
