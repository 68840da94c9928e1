"""A status is documented, or one that any server may answer; the server itself never fails."""

from __future__ import annotations

import pytest
from builders import make_context, make_exchange, make_operation, make_request
from hypothesis import given
from hypothesis import strategies as st

from specproof.checks.status import LAYERS, no_server_error, status_documented

PROTECTED = ({"basic": ()},)
statuses = st.integers(100, 599)


@pytest.mark.parametrize(
    "documented", ["418", "4XX", "4xx", "default"], ids=["exact", "range", "lower", "default"]
)
def test_a_documented_status_is_silent(documented: str) -> None:
    """Exact code, range and default each document a 418."""
    context = make_context(make_operation("200", documented))
    assert list(status_documented(context, make_exchange(418))) == []


@pytest.mark.parametrize("status", [202, 204, 301, 302, 400, 404, 409, 418, 422])
def test_an_undocumented_status_is_found(status: int) -> None:
    context = make_context(make_operation("200", "410"))
    [breach] = status_documented(context, make_exchange(status))
    assert (breach.promise, breach.operation, breach.detail) == (
        "status.documented",
        "GET /things",
        str(status),
    )
    assert breach.summary == f"expected a documented status (200, 410); got {status}"


def test_an_operation_without_responses_says_so() -> None:
    [breach] = status_documented(make_context(make_operation()), make_exchange(200))
    assert breach.summary == "expected a documented status (nothing); got 200"


@pytest.mark.parametrize("status", [401, 403])
def test_who_protects_an_operation_may_refuse_unlisted(status: int) -> None:
    """The refusal needs no line of its own where the operation is protected, and only there."""
    exchange = make_exchange(status)
    open_context, protected = (
        make_context(make_operation("200", "400", security=security)) for security in ((), PROTECTED)
    )
    assert list(status_documented(protected, exchange)) == []
    assert [breach.detail for breach in status_documented(open_context, exchange)] == [str(status)]


def test_an_item_may_be_absent_unlisted() -> None:
    """404 needs no line where the path has parameters, and only there."""
    item = make_context(make_operation("200", "400", path="/things/{id}"))
    collection = make_context(make_operation("200", "400"))
    assert list(status_documented(item, make_exchange(404))) == []
    assert list(status_documented(collection, make_exchange(404))) != []


@pytest.mark.parametrize(("valid", "found"), [(False, 0), (None, 0), (True, 1)])
def test_a_document_without_errors_lets_bad_requests_be_refused(valid: bool | None, found: int) -> None:
    """Only the refusal of a request that is surely valid is a breach then."""
    context = make_context(make_operation("200"))
    exchange = make_exchange(400, request=make_request(valid=valid))
    assert len(list(status_documented(context, exchange))) == found


@pytest.mark.parametrize("valid", [False, None, True])
def test_a_document_with_errors_must_list_them_all(valid: bool | None) -> None:
    context = make_context(make_operation("200", "404"))
    assert list(status_documented(context, make_exchange(400, request=make_request(valid=valid)))) != []


@pytest.mark.parametrize("status", sorted(LAYERS))
def test_what_the_layers_around_answer_is_silent(status: int) -> None:
    """Proxies, parsers and throttles answer whatever the operation is."""
    context = make_context(make_operation("200", "404"))
    assert list(status_documented(context, make_exchange(status))) == []


@pytest.mark.parametrize("status", [500, 501, 505, 507, 520, 599])
def test_a_failing_server_is_found_once(status: int) -> None:
    """By the promise about failures alone, also where ``default`` or a range covers the number."""
    context = make_context(make_operation("200", "5XX", "default"))
    [breach] = no_server_error(context, make_exchange(status))
    assert (breach.promise, breach.detail) == ("status.no-server-error", str(status))
    assert list(status_documented(make_context(make_operation("200")), make_exchange(status))) == []


@pytest.mark.parametrize("status", [502, 503, 504])
def test_overload_and_gateways_are_no_failure_of_the_server(status: int) -> None:
    assert list(no_server_error(make_context(make_operation("200")), make_exchange(status))) == []


def test_a_failure_that_is_documented_by_its_number_is_silent() -> None:
    assert list(no_server_error(make_context(make_operation("200", "501")), make_exchange(501))) == []


@given(statuses)
def test_default_documents_everything(status: int) -> None:
    assert list(status_documented(make_context(make_operation("default")), make_exchange(status))) == []


@given(statuses, st.booleans())
def test_one_answer_breaks_one_promise_about_statuses_at_most(status: int, protected: bool) -> None:
    context = make_context(make_operation("200", "404", security=PROTECTED if protected else ()))
    exchange = make_exchange(status)
    assert len([*status_documented(context, exchange), *no_server_error(context, exchange)]) <= 1


@pytest.mark.parametrize("status", [400, 422])
def test_a_media_type_without_a_body_may_be_refused(status: int) -> None:
    """Only where none is taken and none is sent: RFC 9110 section 8.3 ties Content-Type to content."""
    context = make_context(make_operation("200", "404"))
    stray = make_request(headers=(("Content-Type", "multipart/form-data"),))
    assert list(status_documented(context, make_exchange(status, request=stray))) == []
    assert list(status_documented(context, make_exchange(status))) != []


def test_what_refuses_an_undocumented_method_is_free() -> None:
    """The document says nothing about it: frameworks answer 404 as well as 405."""
    context = make_context(make_operation("200", "401"))
    asked = [make_exchange(404, request=make_request(method=method)) for method in ("PUT", "GET")]
    assert [len(list(status_documented(context, exchange))) for exchange in asked] == [0, 1]
