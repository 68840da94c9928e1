"""Bodies that are written in another way: which are the same, and which are no JSON."""

from __future__ import annotations

import json

import pytest
from builders import make_context, make_exchange, make_operation, make_request

from specproof.checks.inputs import media_type_read
from specproof.generate.written_bodies import more_than_json, named_alike
from specproof.model.exchange import Request
from specproof.model.operation import MediaType, Operation, RequestBody

BODY = b'{"key":"k"}'


def _operation(media: str) -> Operation:
    content = (MediaType(name=media, schema={"type": "object"}, pointer="#"),)
    return make_operation(request_body=RequestBody(required=True, content=content, pointer="#"))


def _sent(media: str) -> Request:
    return make_request("POST", headers=(("Content-Type", media), ("X-Kept", "1")), body=BODY)


def test_json_is_named_with_its_charset() -> None:
    requests = list(named_alike(_operation("application/json"), _sent("application/json")))

    names = [request.header("Content-Type") for request in requests]
    assert names == ["application/json; charset=utf-8", 'application/json;charset="UTF-8"']
    assert all(request.body == BODY and request.header("X-Kept") == "1" for request in requests)


def test_of_another_json_type_nobody_says_what_a_charset_means() -> None:
    media = "application/vnd.things+json"

    assert list(named_alike(_operation(media), _sent(media))) == []


def test_what_begins_with_json_is_none() -> None:
    bodies = [request.body or b"" for request in more_than_json(_sent("application/json"))]

    assert len(bodies) == 3
    for body in bodies:
        with pytest.raises(ValueError, match=r"Extra data|Expecting|delimiter"):
            json.loads(body)


@pytest.mark.parametrize(("status", "broken"), [(201, 0), (409, 0), (415, 1), (400, 1)])
def test_a_body_is_not_refused_for_the_name_of_its_media_type(status: int, broken: int) -> None:
    exchange = make_exchange(status, request=_sent("application/json; charset=utf-8"))

    assert len(list(media_type_read(make_context(_operation("application/json")), exchange))) == broken
