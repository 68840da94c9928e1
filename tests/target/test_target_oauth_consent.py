"""The page on which a person approves."""

from __future__ import annotations

import base64
import hashlib
from html.parser import HTMLParser
from urllib.parse import urlencode

import pytest
from oauth_client import AUTHORIZE, CALLBACK, FORM, PUBLIC_CALLBACK, S256, OAuth, parameters_of, refused
from target_client import Answer

QUERY = {"client_id": "acme-consumer", "response_type": "code", "state": 'a"><b>&', "scope": "repository"}


class Page(HTMLParser):
    """What a browser sees: form fields with their values, buttons, and every address that is named."""

    def __init__(self, answer: Answer) -> None:
        super().__init__()
        self.fields: dict[str, str] = {}
        self.buttons: list[str] = []
        self.addresses: list[str] = []
        self.tags: list[str] = []
        self.words = ""
        self.feed(answer.body.decode())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note a tag."""
        values = {name: value or "" for name, value in attrs}
        self.tags.append(tag)
        self.addresses += [values[name] for name in ("href", "src", "action") if name in values]
        if tag == "input":
            self.fields[values["name"]] = values.get("value", "")
        elif tag == "button":
            self.buttons.append(values["value"])

    def handle_data(self, data: str) -> None:
        """Note text."""
        self.words += data


def look(oauth: OAuth, **changed: str) -> Answer:
    """Open the page as a browser does, without credentials."""
    return oauth.client.get(f"{AUTHORIZE}?{urlencode(QUERY | changed)}", authorization=None)


def submit(oauth: OAuth, opened: Answer, **changed: str | None) -> Answer:
    """Send the form back, with the cookie of the page; a field of ``None`` is left out."""
    fields = Page(opened).fields | {
        "username": "ada",
        "password": oauth.client.secret("ada-account-password"),
    }
    form = {name: value for name, value in (fields | changed).items() if value is not None}
    headers = {"Content-Type": FORM, "Cookie": opened.headers.get("set-cookie", "").partition(";")[0]}
    body = urlencode(form).encode()
    return oauth.client.send("POST", AUTHORIZE, body=body, headers=headers, authorization=None)


def test_the_page_says_who_wants_what(oauth: OAuth) -> None:
    answer = look(oauth)
    page = Page(answer)
    assert (answer.status, answer.headers["content-type"]) == (200, "text/html; charset=utf-8")
    for words in ("Acme Consumer", "repository", "client.example.com", "User name", "Account password"):
        assert words in page.words
    assert "pipeline:variable" not in page.words
    assert page.buttons == ["allow", "deny"]
    assert {name: page.fields[name] for name in QUERY} == QUERY


def test_the_page_is_alone(oauth: OAuth) -> None:
    """It loads nothing, runs nothing, stands in no frame and in no cache."""
    answer = look(oauth)
    page, policy = Page(answer), answer.headers["content-security-policy"]
    assert page.addresses == [AUTHORIZE]
    assert not {"script", "img", "iframe", "link", "object"} & set(page.tags)
    style = answer.body.partition(b"<style>")[2].partition(b"</style>")[0]
    digest = base64.b64encode(hashlib.sha256(style).digest()).decode()
    assert policy.split("; ") == [
        "default-src 'none'",
        f"style-src 'sha256-{digest}'",
        "form-action 'self' https://client.example.com",
        "frame-ancestors 'none'",
        "base-uri 'none'",
    ]
    assert answer.headers["x-frame-options"] == "DENY"
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["referrer-policy"] == "no-referrer"
    cookie = answer.headers["set-cookie"].split("; ")[1:]
    assert set(cookie) == {"HttpOnly", f"Path={AUTHORIZE}", "SameSite=Lax"}


def test_allow_sends_the_user_back_with_a_code(oauth: OAuth) -> None:
    answer = submit(oauth, look(oauth), decision="allow")
    told = parameters_of(answer)
    assert answer.status == 302
    assert answer.headers["location"].startswith(f"{CALLBACK}?")
    assert told["state"] == QUERY["state"]
    tokens = oauth.redeem(told["code"])
    assert tokens.json["scope"] == "repository"


def test_allow_sends_the_user_back_with_a_token(oauth: OAuth) -> None:
    told = parameters_of(submit(oauth, look(oauth, response_type="token"), decision="allow"), fragment=True)
    assert told["scope"] == "repository"
    assert oauth.use(told["access_token"]).status == 403


def test_the_form_keeps_the_challenge(oauth: OAuth) -> None:
    opened = look(oauth, client_id="acme-public", redirect_uri=PUBLIC_CALLBACK, **S256)
    code = parameters_of(submit(oauth, opened, decision="allow"))["code"]
    form = {"grant_type": "authorization_code", "code": code, "client_id": "acme-public"}
    refused(oauth.post({**form, "redirect_uri": PUBLIC_CALLBACK}), 400, "invalid_request")


@pytest.mark.parametrize("response_type", ["code", "token"])
def test_deny_tells_the_client(oauth: OAuth, response_type: str) -> None:
    opened = look(oauth, response_type=response_type)
    answer = submit(oauth, opened, decision="deny", username="", password="")
    told = parameters_of(answer, fragment=response_type == "token")
    assert (told["error"], told["state"]) == ("access_denied", QUERY["state"])
    assert told.keys() == {"error", "error_description", "state"}


@pytest.mark.parametrize(
    "wrong",
    [
        {"password": "wrong"},
        {"password": ""},
        {"username": "ben"},
        {"username": "nobody"},
        {"username": "<b>"},
        {"decision": "yes"},
    ],
)
def test_who_is_not_the_user_sees_the_page_again(oauth: OAuth, wrong: dict[str, str]) -> None:
    answer = submit(oauth, look(oauth), **{"decision": "allow", **wrong})
    page = Page(answer)
    assert answer.status == 403
    assert "location" not in answer.headers
    assert "password is wrong" in page.words
    assert page.fields["password"] == ""
    assert submit(oauth, answer, decision="allow").status == 302


def test_an_app_password_is_not_for_the_page(oauth: OAuth) -> None:
    answer = submit(oauth, look(oauth), decision="allow", password=oauth.client.secret("acme-admin"))
    assert answer.status == 403


@pytest.mark.parametrize("decision", ["allow", "deny"])
def test_a_form_that_the_page_did_not_make_is_refused(oauth: OAuth, decision: str) -> None:
    """Without the cookie, without its counterpart, or with those of somebody else."""
    one, other = look(oauth), look(oauth)
    foreign = Page(other).fields["csrf_token"]
    attempts = [
        submit(oauth, one, decision=decision, csrf_token=None),
        submit(oauth, one, decision=decision, csrf_token="\u00e9"),
        submit(oauth, one, decision=decision, csrf_token=foreign),
        submit(oauth, Answer(200, {}, one.body), decision=decision),
    ]
    for answer in attempts:
        assert answer.status == 403
        assert "location" not in answer.headers
        assert "Look at it once more" in Page(answer).words


def test_two_tabs_do_not_disturb_each_other(oauth: OAuth) -> None:
    one = look(oauth)
    fields = {"Cookie": one.headers["set-cookie"].partition(";")[0]}
    other = oauth.client.get(f"{AUTHORIZE}?{urlencode(QUERY)}", headers=fields, authorization=None)
    for opened in (one, other):
        assert submit(oauth, opened, decision="allow").status == 302


def test_a_request_may_come_as_a_form(oauth: OAuth) -> None:
    """RFC 6749 section 3.1: POST is allowed too."""
    body = urlencode(QUERY).encode()
    fields = {"Content-Type": FORM}
    answer = oauth.client.send("POST", AUTHORIZE, body=body, headers=fields, authorization=None)
    assert (answer.status, Page(answer).fields["state"]) == (200, QUERY["state"])


def test_the_form_cannot_send_the_user_elsewhere(oauth: OAuth) -> None:
    answer = submit(oauth, look(oauth), decision="allow", redirect_uri="https://evil.example.com/callback")
    assert answer.status == 400
    assert "location" not in answer.headers


def test_a_mistake_of_the_client_is_shown(oauth: OAuth) -> None:
    answer = look(oauth, redirect_uri="https://evil.example.com/callback")
    page = Page(answer)
    assert answer.status == 400
    assert "The redirect_uri is not the one that the client registered." in page.words
    assert page.fields == {}
    assert "form-action 'none'" in answer.headers["content-security-policy"]
