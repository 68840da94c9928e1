"""What an OAuth client reads out of answers."""

from __future__ import annotations

import pytest
from builders import make_exchange, make_request

from specproof.model.oauth import (
    OAuthScheme,
    error_of,
    passed_on,
    redirect_of,
    token_in_redirect,
    token_of,
)
from specproof.model.promise import about

BACK = "https://app.example/back"
AUTHORIZE = make_request(url="https://login.example/authorize?client_id=one")


def led_to(location: str, status: int = 302) -> object:
    """Build an answer of the authorization endpoint."""
    return make_exchange(status, request=AUTHORIZE, headers=(("Location", location),))


@pytest.mark.parametrize(
    ("location", "address", "query", "fragment"),
    [
        (f"{BACK}?code=a%2Fb+c&state=", BACK, {"code": "a/b c", "state": ""}, {}),
        (f"{BACK}?x=1#access_token=t", BACK, {"x": "1"}, {"access_token": "t"}),
        ("/done?code=1", "https://login.example/done", {"code": "1"}, {}),
        ("app:/back?code=1", "app:///back", {"code": "1"}, {}),
    ],
)
def test_an_address_is_taken_apart(
    location: str, address: str, query: dict[str, str], fragment: dict[str, str]
) -> None:
    redirect = redirect_of(led_to(location))

    assert redirect is not None
    assert (redirect.address, redirect.query, redirect.fragment) == (address, query, fragment)


@pytest.mark.parametrize(
    "exchange",
    [
        make_exchange(302, request=AUTHORIZE),
        led_to("https://app.example/back?code=1", status=200),
        led_to("http://[bad?code=1"),
    ],
    ids=["no address", "no redirect", "no URL"],
)
def test_what_leads_nowhere_is_no_redirect(exchange: object) -> None:
    assert redirect_of(exchange) is None


@pytest.mark.parametrize("body", [{}, {"access_token": ""}, {"access_token": 7}, [], "token", {"token": "t"}])
def test_what_is_no_token_is_none(body: object) -> None:
    assert token_of(make_exchange(200, body)) is None


@pytest.mark.parametrize(
    ("members", "refresh", "scopes"),
    [
        ({}, None, None),
        ({"refresh_token": "r", "scope": "a b"}, "r", ("a", "b")),
        ({"refresh_token": "", "scope": ""}, None, ()),
        ({"refresh_token": 1, "scope": ["a"]}, None, None),
    ],
)
def test_members_of_a_token_are_read_where_they_are_texts(
    members: dict[str, object], refresh: str | None, scopes: tuple[str, ...] | None
) -> None:
    token = token_of(make_exchange(200, {"access_token": "t", **members}))

    assert token is not None
    assert (token.access, token.refresh, token.scopes) == ("t", refresh, scopes)
    assert "'t'" not in repr(token)


def test_an_error_stands_in_the_body_or_in_the_address() -> None:
    assert error_of(make_exchange(400, {"error": "invalid_grant"})) == "invalid_grant"
    assert error_of(led_to("https://app.example/#error=access_denied")) == "access_denied"
    assert error_of(make_exchange(400, {"error": {"message": "no"}})) is None
    assert error_of(make_exchange(400, body=b"no")) is None


def test_everything_that_is_given_away_is_noticed() -> None:
    """In a body, in the query, in the fragment, and where a body is beside an address."""
    body = make_exchange(200, {"access_token": "a", "refresh_token": "r", "code": "c"})
    assert passed_on(body) == {"access_token": "a", "refresh_token": "r"}
    beside = make_exchange(302, {}, request=AUTHORIZE, headers=(("Location", "/x?code=c#access_token=a"),))
    assert passed_on(beside) == {"code": "c", "access_token": "a"}
    assert passed_on(make_exchange(400, {"error": "invalid_grant"})) == {}


def test_a_token_in_the_query_is_seen_too() -> None:
    """It does not belong there, but it is one."""
    token = token_in_redirect(led_to("https://app.example/?access_token=t&expires_in=60"))

    assert token is not None
    assert token.members["expires_in"] == "60"
    assert token_in_redirect(led_to("https://app.example/?code=t")) is None


@pytest.mark.parametrize(
    ("refresh", "grant", "expected"),
    [
        (None, "implicit", False),
        (None, "authorization_code", None),
        (("authorization_code",), "authorization_code", True),
        (("authorization_code",), "client_credentials", False),
        (("authorization_code",), "refresh_token", None),
        ((), "authorization_code", False),
    ],
)
def test_the_document_says_which_grants_can_be_refreshed(
    refresh: tuple[str, ...] | None, grant: str, expected: bool | None
) -> None:
    """Of a refresh itself it says nothing."""
    grants = ("authorization_code", "implicit", "client_credentials")
    scheme = OAuthScheme(name="x", pointer="#", grants=grants, refresh=refresh)

    assert scheme.gives_refresh(grant) is expected


def test_scopes_bring_others_with_them() -> None:
    implications = {"admin": ("write",), "write": ("read",), "read": ("read",)}
    scheme = OAuthScheme(name="x", pointer="#", grants=("implicit",), implications=implications)

    assert scheme.expanded({"admin", "mail"}) == {"admin", "write", "read", "mail"}


def test_a_promise_without_an_operation_is_about_the_document_or_the_api() -> None:
    assert about("document.valid", "") == "document"
    assert about("oauth.pkce", "") == "API"
    assert about("oauth.pkce", "GET /x") == "GET /x"
