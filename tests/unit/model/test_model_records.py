"""The records that everything speaks in: look-ups, identities and pointers."""

from __future__ import annotations

import json
import pickle
from dataclasses import FrozenInstanceError, replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from specproof.model.exchange import MISSING, Exchange, Request, Response, resolve_pointer
from specproof.model.finding import Finding
from specproof.model.operation import Operation, Parameter, ResponseDoc
from specproof.model.promise import Severity
from specproof.model.verdict import Timing, Traffic

RESPONSE = Response(status=200, headers=(), body=b"", seconds=0.0)


@pytest.mark.parametrize(
    ("pointer", "found"),
    [
        ("", {"a/b": [{"m~n": 0}, None]}),
        ("/a~1b/0/m~0n", 0),
        ("#/a~1b/1", None),
        ("/a~1b/2", MISSING),
        ("/a~1b/-1", MISSING),
        ("/a~1b/x", MISSING),
        ("/a", MISSING),
        ("/a~1b/0/m~0n/x", MISSING),
    ],
)
def test_a_pointer_leads_to_its_place(pointer: str, found: Any) -> None:
    """Source: RFC 6901."""
    assert resolve_pointer({"a/b": [{"m~n": 0}, None]}, pointer) == found


@given(st.dictionaries(st.text(), st.integers(), min_size=1))
def test_every_member_has_a_pointer(document: dict[str, int]) -> None:
    for name, value in document.items():
        assert resolve_pointer(document, "/" + name.replace("~", "~0").replace("/", "~1")) == value


def test_missing_is_one_object_in_every_process() -> None:
    assert pickle.loads(pickle.dumps(MISSING)) is MISSING
    assert not MISSING
    assert repr(MISSING) == "MISSING"


@pytest.mark.parametrize(
    ("value", "media", "is_json"),
    [
        ("application/json", "application/json", True),
        ("Application/Problem+JSON ; charset=utf-8", "application/problem+json", True),
        ("text/html", "text/html", False),
        ("application/jsonp", "application/jsonp", False),
        (None, None, False),
    ],
)
def test_a_media_type_is_read_without_its_parameters(
    value: str | None, media: str | None, is_json: bool
) -> None:
    headers = (("content-TYPE", value),) if value else ()
    response = replace(RESPONSE, headers=headers)
    assert (response.media_type, response.is_json) == (media, is_json)


@given(
    st.recursive(
        st.none() | st.integers() | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    )
)
def test_a_json_body_is_parsed(value: Any) -> None:
    assert replace(RESPONSE, body=json.dumps(value).encode()).document == value


@pytest.mark.parametrize("body", [b"", b"{", b"\xff", b"x", b'{"a": NaN}', b"-Infinity", b"[" * 100_000])
def test_what_is_no_json_is_missing(body: bytes) -> None:
    assert replace(RESPONSE, body=body).document is MISSING


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("6.149035809429424e+25", int),
        ("1e20", int),
        ("1.0", float),
        ("1e3", float),
        ("0.5", float),
        ("1e999", float),
    ],
)
def test_a_huge_number_with_an_exponent_is_an_integer(text: str, kind: type) -> None:
    """JavaScript writes large integers so; smaller numbers are what they are written as."""
    found = replace(RESPONSE, body=text.encode()).document

    assert type(found) is kind
    assert found == float(text)


def test_headers_are_found_in_any_case_and_joined() -> None:
    response = replace(RESPONSE, headers=(("Allow", "GET"), ("allow", "PUT")))
    request = Request(method="GET", url="http://x", headers=(("X-A", "1"), ("x-a", "2")))
    assert (response.header("ALLOW"), response.header("X")) == ("GET, PUT", None)
    assert (request.header("x-A"), request.header("X")) == ("1", None)


@pytest.mark.parametrize(
    ("documented", "status", "found"),
    [
        (("404", "4XX", "default"), 404, "404"),
        (("4XX", "default"), 404, "4XX"),
        (("4xx",), 404, "4xx"),
        (("default",), 404, "default"),
        (("200", "5XX"), 404, None),
    ],
)
def test_the_most_exact_response_is_found(
    documented: tuple[str, ...], status: int, found: str | None
) -> None:
    docs = {code: ResponseDoc(status=code, content=(), headers=(), pointer="#") for code in documented}
    response = Operation(method="GET", path="/", pointer="#", responses=docs).response_for(status)
    assert (response.status if response else None) == found


def test_a_parameter_is_known_by_name_and_location() -> None:
    path, query = (
        Parameter(name="id", location=where, required=True, schema={}, pointer="#")
        for where in ("path", "query")
    )
    operation = Operation(method="GET", path="/{id}", pointer="#", parameters=(path, query))
    assert operation.parameter("id") is path
    assert operation.parameter("id", "query") is query
    assert operation.parameter("id", "header") is None


def test_severities_sort_with_the_worst_first() -> None:
    assert sorted(Severity, key=lambda severity: severity.rank) == [
        Severity.CRITICAL, Severity.MAJOR, Severity.MINOR,
    ]  # fmt: skip


FINDING = Finding(
    promise="status.documented", operation="GET /x", severity=Severity.MAJOR, summary="expected a; got b",
    source="#/x", detail="418",
)  # fmt: skip


@pytest.mark.parametrize(
    "change",
    [
        {"summary": "other words"},
        {"source": "#/moved"},
        {"place": "spec.yaml:7"},
        {"severity": Severity.MINOR},
        {"evidence": (Exchange(request=Request(method="GET", url="http://x"), response=RESPONSE),)},
        {"reproduce": ("curl",)},
        {"waiver": "known"},
        {"unstable": "1 of 3"},
    ],
    ids=lambda change: next(iter(change)),
)
def test_a_fingerprint_survives_what_changes_from_run_to_run(change: dict[str, Any]) -> None:
    assert replace(FINDING, **change).fingerprint == FINDING.fingerprint


@pytest.mark.parametrize("change", [{"promise": "body.schema"}, {"operation": "GET /y"}, {"detail": "404"}])
def test_a_fingerprint_tells_two_bugs_apart(change: dict[str, Any]) -> None:
    assert replace(FINDING, **change).fingerprint != FINDING.fingerprint


@given(st.text())
def test_any_detail_has_a_fingerprint(detail: str) -> None:
    """Lone surrogates too: servers send them."""
    assert len(replace(FINDING, detail=detail + "\ud800").fingerprint) == 16


def test_records_do_not_change() -> None:
    with pytest.raises(FrozenInstanceError, match="cannot assign"):
        FINDING.summary = "x"  # type: ignore[misc]


@given(st.lists(st.floats(0, 60), min_size=1))
def test_a_percentile_was_measured_and_covers_its_share(seconds: list[float]) -> None:
    timing = Traffic(durations={"GET /x": seconds}).timing("GET /x")
    assert timing is not None
    assert timing.longest == max(seconds)
    for value, share in ((timing.p50, 0.5), (timing.p95, 0.95)):
        assert value in seconds
        assert sum(each <= value for each in seconds) >= share * len(seconds)


def test_the_timing_of_twenty_answers() -> None:
    traffic = Traffic(durations={"GET /x": [float(number) for number in range(20, 0, -1)]})
    assert traffic.timing("GET /x") == Timing(p50=10.0, p95=19.0, longest=20.0)
    assert traffic.timing("GET /y") is None
