"""What must be refused is refused, in the way that is promised: errors, inputs, methods, authentication."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from builders import ABSENT, make_context, make_exchange, make_operation, make_request

from specproof.checks.authentication import authentication_required
from specproof.checks.errors import error_object
from specproof.checks.inputs import examples_accepted, form_read, invalid_refused, media_type_refused
from specproof.checks.methods import allow_header, undocumented_refused
from specproof.contract.secret import SecretRule

PROMISED = {"message": "/error/message", "required": ["/type", "/error/message"]}
GOOD = {"type": "error", "error": {"message": "No such thing."}}
CONTEXT = make_context(make_operation("200"), error=PROMISED)


# --- the error object ----------------------------------------------------------------------------


@pytest.mark.parametrize("status", [400, 404, 499])
def test_a_complete_error_object_is_silent(status: int) -> None:
    assert list(error_object(CONTEXT, make_exchange(status, GOOD))) == []
    assert (
        list(error_object(CONTEXT, make_exchange(status, GOOD, media_type="application/problem+json"))) == []
    )


@pytest.mark.parametrize(
    ("document", "details"),
    [
        ({}, ["400 /type", "400 /error/message"]),
        ({"type": "error", "error": {}}, ["400 /error/message"]),
        ({"type": "error", "error": {"message": ""}}, ["400 /error/message"]),
        ({"type": "error", "error": {"message": " \n"}}, ["400 /error/message"]),
        ({"type": "error", "error": {"message": None}}, ["400 /error/message"]),
        ({"type": "error", "error": "no"}, ["400 /error/message"]),
        ({"error": {"message": "x"}}, ["400 /type"]),
        ([], ["400 /type", "400 /error/message"]),
    ],
)
def test_an_error_object_that_lacks_something_is_found(document: Any, details: list[str]) -> None:
    breaches = list(error_object(CONTEXT, make_exchange(400, document)))
    assert [breach.detail for breach in breaches] == details
    assert {(breach.promise, breach.source) for breach in breaches} == {("errors.object", "#/x-error")}


@pytest.mark.parametrize(
    ("body", "media_type", "got"),
    [
        (b"", None, "no body"),
        (b"oops", None, "a body without Content-Type"),
        (b"<h1>404</h1>", "text/html", "text/html"),
        (b"oops", "application/json", "application/json"),
        (b'{"type": "error"}', "text/plain", "text/plain"),
    ],
)
def test_an_error_that_is_no_json_is_found(body: bytes, media_type: str | None, got: str) -> None:
    [breach] = error_object(CONTEXT, make_exchange(404, body=body, media_type=media_type))
    assert breach.summary == f"expected the error object with status 404; got {got}"


@pytest.mark.parametrize(("status", "method"), [(200, "GET"), (302, "GET"), (500, "GET"), (404, "HEAD")])
def test_only_4xx_with_a_body_carry_the_error_object(status: int, method: str) -> None:
    assert list(error_object(CONTEXT, make_exchange(status, request=make_request(method)))) == []


def test_nothing_is_promised_without_the_extension() -> None:
    assert list(error_object(make_context(make_operation()), make_exchange(404))) == []


# --- inputs --------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [200, 201, 204])
def test_an_accepted_invalid_request_is_found(status: int) -> None:
    why = "body, name: breaks maxLength"
    exchange = make_exchange(status, request=make_request("POST", valid=False, purpose=why))
    [breach] = invalid_refused(CONTEXT, exchange)
    assert (breach.promise, breach.detail) == ("input.invalid-refused", "body, name")
    assert breach.summary == f"expected a refusal ({why}); got status {status}"


@pytest.mark.parametrize(
    ("valid", "status"), [(True, 200), (None, 200), (False, 400), (False, 404), (False, 302), (False, 500)]
)
def test_only_a_success_of_a_surely_invalid_request_is_found(valid: bool | None, status: int) -> None:
    exchange = make_exchange(status, request=make_request(valid=valid))
    assert list(invalid_refused(CONTEXT, exchange)) == []


@pytest.mark.parametrize(
    ("status", "found"), [(201, 1), (400, 0), (401, 0), (403, 0), (404, 0), (415, 0), (422, 0)]
)
def test_a_strange_media_type_is_refused_in_any_way(status: int, found: int) -> None:
    request = make_request("POST", headers=(("Content-Type", "text/plain"),))
    breaches = list(media_type_refused(CONTEXT, make_exchange(status, request=request)))
    assert [breach.detail for breach in breaches] == ["accepted"] * found


@pytest.mark.parametrize(
    ("status", "found"), [(400, 1), (415, 1), (422, 1), (200, 0), (404, 0), (409, 0), (429, 0)]
)
def test_an_example_is_refused_for_what_it_meets_but_not_for_what_it_is(status: int, found: int) -> None:
    request = make_request(purpose="example 1 of the body")
    breaches = list(examples_accepted(CONTEXT, make_exchange(status, request=request)))
    assert [breach.detail for breach in breaches] == ["example 1 of the body"] * found


# --- methods -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("method", "status", "found"), [("PUT", 200, 1), ("PUT", 405, 0), ("PUT", 501, 0), ("GET", 200, 0)]
)
def test_an_undocumented_method_gets_no_success(method: str, status: int, found: int) -> None:
    breaches = list(undocumented_refused(CONTEXT, make_exchange(status, request=make_request(method))))
    assert [breach.detail for breach in breaches] == [method] * found


@pytest.mark.parametrize("value", ["GET, POST", "get,post,HEAD,OPTIONS", "OPTIONS, GET ,  POST"])
def test_an_allow_header_may_name_more_than_is_documented(value: str) -> None:
    context = make_context(make_operation("200"), methods=frozenset({"GET", "POST"}))
    exchange = make_exchange(405, request=make_request("PUT"), headers=(("Allow", value),))
    assert list(allow_header(context, exchange)) == []


@pytest.mark.parametrize(
    ("value", "detail"),
    [
        (None, "missing"),
        ("GET, POST, PUT", "names-refused"),
        ("GET", "lacks-documented"),
        ("", "lacks-documented"),
    ],
)
def test_an_allow_header_that_misleads_is_found(value: str | None, detail: str) -> None:
    context = make_context(make_operation("200"), methods=frozenset({"GET", "POST"}))
    headers = (("Allow", value),) if value is not None else ()
    [breach] = allow_header(context, make_exchange(405, request=make_request("PUT"), headers=headers))
    assert (breach.promise, breach.detail) == ("method.allow-header", detail)


def test_two_allow_headers_are_one_list() -> None:
    """Source: RFC 9110 section 5.3."""
    context = make_context(make_operation("200"), methods=frozenset({"GET", "POST"}))
    exchange = make_exchange(405, request=make_request("PUT"), headers=(("Allow", "GET"), ("allow", "POST")))
    assert list(allow_header(context, exchange)) == []


@pytest.mark.parametrize("status", [200, 400, 404, 501])
def test_only_a_405_needs_the_allow_header(status: int) -> None:
    assert list(allow_header(CONTEXT, make_exchange(status, request=make_request("PUT")))) == []


# --- authentication ------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [200, 201, 204, 302])
def test_what_is_protected_and_stands_open_is_found(status: int) -> None:
    request = make_request(purpose="with a wrong secret")
    [breach] = authentication_required(CONTEXT, make_exchange(status, request=request))
    assert (breach.promise, breach.detail) == ("authentication.required", "with a wrong secret")
    assert breach.summary == f"expected 401 with a wrong secret; got status {status}"


def test_a_401_that_names_no_scheme_is_found() -> None:
    [breach] = authentication_required(CONTEXT, make_exchange(401))
    assert breach.detail == "www-authenticate"


@pytest.mark.parametrize(
    ("status", "challenge"),
    [(401, 'Basic realm="x"'), (403, ABSENT), (404, ABSENT), (400, ABSENT), (429, ABSENT)],
)
def test_every_way_to_keep_a_stranger_out_is_silent(status: int, challenge: Any) -> None:
    headers = () if challenge is ABSENT else (("WWW-Authenticate", challenge),)
    assert list(authentication_required(CONTEXT, make_exchange(status, headers=headers))) == []


# --- forms in place of JSON ----------------------------------------------------------------------

FORM = make_request("POST", body=b"key=a%2Bb+c&secured=true&size=12&kept=x")


@pytest.mark.parametrize(
    ("status", "document"),
    [
        (201, {"key": "a+b c", "secured": True, "size": 12}),
        (201, {"key": "a+b c", "kept": None, "more": [1]}),
        (201, ["a+b c"]),
        (204, ABSENT),
        (409, {"key": "other"}),
        (403, {"key": "other"}),
    ],
    ids=["as sent", "hidden", "no object", "nothing", "a conflict", "a refusal for who asks"],
)
def test_a_form_that_is_read_is_silent(status: int, document: Any) -> None:
    assert list(form_read(CONTEXT, make_exchange(status, document, request=FORM))) == []


@pytest.mark.parametrize(
    ("rule", "details"),
    [
        (SecretRule(member="key"), []),
        (SecretRule(member="key", when=("secured", True)), []),
        (SecretRule(member="key", when=("secured", False)), ["key"]),
    ],
    ids=["always", "while it is secured", "not now"],
)
def test_a_secret_in_a_form_need_not_be_shown(rule: SecretRule, details: list[str]) -> None:
    context = replace(CONTEXT, secrets=(rule,))
    found = list(form_read(context, make_exchange(200, {"key": "", "secured": True}, request=FORM)))
    assert [breach.detail for breach in found] == details


@pytest.mark.parametrize(
    ("status", "document", "details"),
    [
        (415, GOOD, ["refused"]),
        (400, GOOD, ["refused"]),
        (201, {"key": "a+b+c"}, ["key"]),
        (201, {"secured": False}, ["secured"]),
        (201, {"secured": "True"}, ["secured"]),
        (201, {"size": 1}, ["size"]),
    ],
)
def test_a_form_that_is_misread_is_told(status: int, document: Any, details: list[str]) -> None:
    found = list(form_read(CONTEXT, make_exchange(status, document, request=FORM)))
    assert [breach.detail for breach in found] == details
