"""What an exchange shows of an operation: parameters, media types, statuses, ways in."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from builders import BASE, make_exchange
from things import contract_of

from specproof.coverage.answers import NO_RATE_LIMIT, NO_SERVER_ERROR
from specproof.coverage.doors import NONE_FITS, SEVERAL
from specproof.coverage.recorder import CoverageRecorder
from specproof.environment.load import load_profile
from specproof.model.coverage import Point, PointKind
from specproof.model.exchange import Request

PATH = "/boxes/{box}"
GET, POST = f"GET {PATH}", f"POST {PATH}"
PROFILE = f"""
[environment]
name = "try"
base_url = "{BASE}"
[[credentials]]
name = "ada"
scheme = "basic"
username = "ada"
secret = "hush-hush"
"""


def parameter(name: str, place: str, schema: Any, **more: Any) -> dict[str, Any]:
    """Describe a parameter."""
    return {"name": name, "in": place, "required": place == "path", "schema": schema, **more}


def document() -> dict[str, Any]:
    """Describe one path with a bit of everything."""
    box = {"type": "object", "properties": {"key": {"type": "string"}}, "required": ["key"]}
    content = {"application/json": {"schema": box}}
    return {
        "openapi": "3.0.3",
        "info": {"title": "Boxes", "version": "1"},
        "components": {
            "schemas": {"size": {"type": "integer", "minimum": 1, "maximum": 9}},
            "securitySchemes": {
                "basic": {"type": "http", "scheme": "basic"},
                "key": {"type": "apiKey", "in": "header", "name": "X-Key"},
            },
        },
        "paths": {
            PATH: {
                "parameters": [parameter("box", "path", {"type": "string", "maxLength": 3})],
                "get": {
                    "security": [{"basic": []}, {"key": []}, {"basic": [], "key": []}, {}],
                    "parameters": [
                        parameter("size", "query", {"$ref": "#/components/schemas/size"}),
                        parameter("tags", "query", {"type": "array", "items": {"type": "string"}}),
                        parameter("word", "header", {"type": "string"}),
                        parameter("fields", "query", {"type": "string"}, **{"x-partial-response": {}}),
                    ],
                    "responses": {
                        "200": {"description": "x", "content": content},
                        "405": {"description": "x"},
                        "429": {"description": "x"},
                        "4XX": {"description": "x", "content": {"application/problem+json": {}}},
                        "500": {"description": "x"},
                    },
                },
                "post": {
                    "requestBody": {"content": {**content, "text/plain": {}}},
                    "responses": {"201": {"description": "x"}, "default": {"description": "x"}},
                },
            }
        },
    }  # fmt: skip


@pytest.fixture
def recorder(tmp_path: Path) -> CoverageRecorder:
    """Return a recorder that has seen nothing."""
    profile = tmp_path / "try.toml"
    profile.write_text(PROFILE, encoding="utf-8")
    return CoverageRecorder(contract_of(document()), load_profile(profile, environ={}), BASE)


def get(target: str, **more: Any) -> Request:
    """Build a request of the first operation."""
    return Request(method="GET", url=f"{BASE}/boxes/{target}", operation=GET, **more)


def post(media: str, body: bytes | None) -> Request:
    """Build a request of the second operation."""
    headers = (("Content-Type", media),) if body else ()
    return Request(method="POST", url=f"{BASE}/boxes/a", operation=POST, headers=headers, body=body)


def seen(recorder: CoverageRecorder, kind: PointKind, label: str = GET) -> set[str]:
    """Return what was seen of a kind."""
    return {
        point.what.replace(" parameter", "")
        for point in recorder.points()
        if point.seen and point.kind is kind and point.operation in {label, ""}
    }


def unseen(recorder: CoverageRecorder, kind: PointKind) -> dict[str, Point]:
    """Return what was not seen of a kind."""
    return {point.what: point for point in recorder.points() if not point.seen and point.kind is kind}


@pytest.mark.parametrize(
    ("request_", "shown"),
    [
        (get("ab"), {"path box: valid", "query size: absent", "query tags: absent", "header word: absent",
                     "query fields: absent"}),
        (get("abcd?size=1&tags=x", headers=(("Word", "x"),)),
         {"path box: invalid", "query size: valid", "query size: at its minimum 1", "query tags: sent",
          "header word: valid", "query fields: absent"}),
        (get("a%62c?size=9&size=none"),
         {"path box: valid", "path box: of its greatest length 3", "query size: valid",
          "query size: at its maximum 9", "query tags: absent", "header word: absent",
          "query fields: absent"}),
        (get("a?size=none&fields=key"),
         {"path box: valid", "query size: invalid", "query tags: absent", "header word: absent",
          "query fields: valid"}),
    ],
    ids=["plain", "at the least", "at the most", "wrong"],
)  # fmt: skip
def test_parameters_are_valid_invalid_absent_and_at_their_bounds(
    recorder: CoverageRecorder, request_: Request, shown: set[str]
) -> None:
    recorder(make_exchange(404, request=request_))

    assert seen(recorder, PointKind.PARAMETERS) == shown


def test_a_text_without_rules_cannot_be_invalid(recorder: CoverageRecorder) -> None:
    points = {point.what for point in recorder.points()}

    assert "header parameter word: valid" in points
    assert "header parameter word: invalid" not in points


@pytest.mark.parametrize(
    ("media", "body", "shown"),
    [
        ("application/json; charset=utf-8", b'{"key": "a"}', {"application/json", "body: valid"}),
        ("application/json", b"{}", {"application/json", "body: invalid"}),
        ("text/plain", b"x", {"text/plain"}),
        ("application/xml", b"<x/>", set()),
        ("", None, {"body: absent"}),
    ],
)
def test_bodies_are_seen_in_each_media_type(
    recorder: CoverageRecorder, media: str, body: bytes | None, shown: set[str]
) -> None:
    recorder(make_exchange(201, request=post(media, body)))

    both = {*seen(recorder, PointKind.PARAMETERS, POST), *seen(recorder, PointKind.REQUEST_MEDIA_TYPES, POST)}
    assert {what for what in both if not what.startswith("path")} == shown


def test_the_most_exact_documented_status_counts(recorder: CoverageRecorder) -> None:
    recorder(make_exchange(200, {"key": "a"}, request=get("a")))
    recorder(make_exchange(404, {}, request=get("b"), media_type="application/problem+json"))
    recorder(make_exchange(418, request=post("", None)))

    assert seen(recorder, PointKind.STATUSES) == {"200", "4XX"}
    assert seen(recorder, PointKind.STATUSES, POST) == {"default"}
    assert seen(recorder, PointKind.RESPONSE_MEDIA_TYPES) == {
        "200 application/json", "4XX application/problem+json",
    }  # fmt: skip


def test_another_method_shows_only_that_it_is_not_allowed(recorder: CoverageRecorder) -> None:
    for status in (200, 405):
        recorder(
            make_exchange(
                status, {"key": "a"}, request=Request(method="PUT", url=f"{BASE}/boxes/a", operation=GET)
            )
        )

    assert seen(recorder, PointKind.STATUSES) == {"405"}
    assert seen(recorder, PointKind.PARAMETERS) == set()


def test_what_the_suite_does_not_provoke_has_a_reason(recorder: CoverageRecorder) -> None:
    statuses = unseen(recorder, PointKind.STATUSES)

    assert (statuses["429"].why, statuses["500"].why) == (NO_RATE_LIMIT, NO_SERVER_ERROR)
    assert statuses["200"].why == ""
    assert unseen(recorder, PointKind.RESPONSE_MEDIA_TYPES)["200 application/json"].why == (
        "no answer with the status 200 came"
    )


def test_a_way_in_is_used_by_an_answer_that_let_in(recorder: CoverageRecorder) -> None:
    recorder(make_exchange(401, request=get("a", credential="ada")))
    assert seen(recorder, PointKind.SECURITY) == set()

    recorder(make_exchange(200, {"key": "a"}, request=get("a", credential="ada")))
    recorder(make_exchange(200, {"key": "a"}, request=get("a")))
    assert seen(recorder, PointKind.SECURITY) == {"basic", "no credential"}
    assert {what: point.why for what, point in unseen(recorder, PointKind.SECURITY).items()} == {
        "key": NONE_FITS, "basic and key": SEVERAL,
    }  # fmt: skip


def test_answers_that_are_no_json_show_nothing_of_the_schema(recorder: CoverageRecorder) -> None:
    recorder(make_exchange(200, request=get("a"), body=b"{", media_type="application/json"))
    assert seen(recorder, PointKind.SCHEMAS) == set()

    recorder(make_exchange(200, {"key": "a"}, request=get("a")))
    assert {what.rpartition("/")[2] for what in seen(recorder, PointKind.SCHEMAS)} == {"key: present"}


def test_every_point_is_named_once(recorder: CoverageRecorder) -> None:
    keys = [point.key for point in recorder.points()]

    assert len(keys) == len(set(keys)) > 20
