"""What a document does not say is inferred only where its names leave no doubt."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest

from specproof.contract.contract import build_contract
from specproof.contract.infer import infer
from specproof.contract.operations import read_operations
from specproof.model.operation import Operation

ITEM = {
    "type": "object",
    "required": ["id"],
    "properties": {"id": {"type": "integer"}, "name": {"type": "string"}},
}
URI = {"type": "string", "format": "uri"}
WRAPPED = {
    "type": "object",
    "properties": {
        "results": {"type": "array", "items": {"$ref": "#/components/schemas/Item"}},
        "next": URI,
        "prev": URI,
        "total_count": {"type": "integer"},
    },
}
LIST = "GET /things"


def collection(schema: Any, *names: str, **more: Any) -> dict[str, Any]:
    """Describe ``GET /things`` with integer query parameters."""
    bounds = {"type": "integer", "minimum": 1, "maximum": 50, "default": 20}
    parameters = [{"name": name, "in": "query", "schema": bounds} for name in names]
    content = {"application/json": {"schema": schema}}
    get = {"parameters": parameters, "responses": {"200": {"description": "x", "content": content}}, **more}
    return {"openapi": "3.0.3", "paths": {"/things": {"get": get}}, "components": {"schemas": {"Item": ITEM}}}


def read(document: dict[str, Any]) -> dict[str, Operation]:
    """Read and infer; return operations by label."""
    return {operation.label: operation for operation in infer(document, read_operations(document))}


def test_pages_with_numbers_are_inferred() -> None:
    pages = read(collection(WRAPPED, "page", "per_page"))[LIST].pagination
    assert pages is not None
    assert (pages.style, pages.page_parameter, pages.size_parameter) == ("page", "page", "per_page")
    assert (pages.items, pages.next, pages.previous, pages.total) == (
        "/results",
        "/next",
        "/prev",
        "/total_count",
    )
    assert (pages.size_minimum, pages.size_maximum, pages.size_default) == (1, 50, 20)
    assert (pages.identity, pages.inferred) == ("/id", True)


def test_offsets_are_inferred() -> None:
    pages = read(collection(WRAPPED, "offset", "limit"))[LIST].pagination
    assert pages is not None
    assert (pages.style, pages.offset_parameter, pages.size_parameter) == ("offset", "offset", "limit")


def test_cursors_are_inferred() -> None:
    pages = read(collection(WRAPPED, "cursor", "limit"))[LIST].pagination
    assert pages is not None
    assert (pages.style, pages.cursor_parameter, pages.size_parameter) == ("cursor", "cursor", "limit")


def test_a_bare_array_is_inferred() -> None:
    schema = {"type": "array", "items": {"$ref": "#/components/schemas/Item"}}
    pages = read(collection(schema, "page", "size"))[LIST].pagination
    assert pages is not None
    assert (pages.items, pages.next, pages.identity) == ("", None, "/id")


def test_an_identity_must_always_be_there() -> None:
    optional = {**ITEM, "required": []}
    document = collection(WRAPPED, "page", "per_page")
    document["components"]["schemas"]["Item"] = optional
    pages = read(document)[LIST].pagination
    assert pages is not None
    assert pages.identity is None


AMBIGUOUS = {
    "no size": collection(WRAPPED, "page"),
    "no page": collection(WRAPPED, "per_page"),
    "no list": collection({"type": "object", "properties": {"id": {}}}, "page", "per_page"),
    "items that are no list": collection({"properties": {"items": {"type": "object"}}}, "page", "per_page"),
    "a cursor without a next link": collection({"type": "array", "items": ITEM}, "cursor", "limit"),
    "other names": collection(WRAPPED, "from", "to"),
    "no schema": collection({}, "page", "per_page"),
    "a reference that leads nowhere": collection({"$ref": "#/components/schemas/None"}, "page", "per_page"),
}


@pytest.mark.parametrize("document", AMBIGUOUS.values(), ids=AMBIGUOUS.keys())
def test_doubtful_pages_are_not_inferred(document: dict[str, Any]) -> None:
    assert read(document)[LIST].pagination is None


def test_a_next_that_is_no_link_is_not_followed() -> None:
    schema = deepcopy(WRAPPED)
    schema["properties"]["next"] = {"type": "integer"}
    pages = read(collection(schema, "page", "per_page"))[LIST].pagination
    assert pages is not None
    assert pages.next is None


@pytest.mark.parametrize("where", ["root", "operation"])
def test_inference_can_be_switched_off(where: str) -> None:
    document = collection(WRAPPED, "page", "per_page")
    place = document if where == "root" else document["paths"]["/things"]["get"]
    place["x-specproof-infer"] = False
    assert read(document)[LIST].pagination is None


@pytest.mark.parametrize(
    ("said", "style"), [({"style": "cursor", "items": "/results"}, "cursor"), (False, None)]
)
def test_what_is_said_wins(said: Any, style: str | None) -> None:
    pages = read(collection(WRAPPED, "page", "per_page", **{"x-pagination": said}))[LIST].pagination
    assert (pages.style if pages else None) == style
    assert pages is None or not pages.inferred


SPELLINGS = {
    "pageNumber, pageSize": ("page", "pageNumber", "pageSize"),
    "page[number], page[size]": ("page", "page[number]", "page[size]"),
    "page, pagelen": ("page", "page", "pagelen"),
    "skip, take": ("offset", "skip", "take"),
    "$skip, $top": ("offset", "$skip", "$top"),
    "_start, _limit": ("offset", "_start", "_limit"),
}


@pytest.mark.parametrize(("style", "mover", "size"), SPELLINGS.values(), ids=SPELLINGS.keys())
def test_usual_spellings_are_known(style: str, mover: str, size: str) -> None:
    pages = read(collection(WRAPPED, mover, size))[LIST].pagination
    assert pages is not None
    assert (pages.style, pages.page_parameter or pages.offset_parameter) == (style, mover)
    assert pages.size_parameter == size


def test_a_moment_is_no_offset() -> None:
    document = collection(WRAPPED, "start", "limit")
    parameter = document["paths"]["/things"]["get"]["parameters"][0]
    parameter["schema"] = {"type": "string", "format": "date-time"}
    assert read(document)[LIST].pagination is None


def test_pages_are_counted_from_where_the_document_begins() -> None:
    document = collection(WRAPPED, "page", "size")
    document["paths"]["/things"]["get"]["parameters"][0]["schema"] = {"type": "integer", "default": 0}
    pages = read(document)[LIST].pagination
    assert pages is not None
    assert pages.first == 0


def test_words_say_that_pages_start_at_1_where_a_minimum_of_0_does_not() -> None:
    """And a size of -1 that stands for all is no smallest size."""
    document = collection(WRAPPED, "page", "size")
    page, size = document["paths"]["/things"]["get"]["parameters"]
    page |= {"schema": {"type": "integer", "minimum": 0}, "description": "In steps, starting at page `1`."}
    size["schema"] = {"type": "integer", "minimum": -1}
    pages = read(document)[LIST].pagination
    assert pages is not None
    assert (pages.first, pages.size_minimum) == (1, None)


def test_a_token_in_the_body_moves_a_cursor() -> None:
    token = {"anyOf": [{"type": "string"}, {"type": "null"}]}
    schema = {"properties": {"runs": {"type": "array", "items": ITEM}, "next_page_token": token}}
    document = collection(schema, "page_token", "max_results")
    document["paths"]["/things"]["get"]["parameters"][0]["schema"] = {"type": "string"}
    pages = read(document)[LIST].pagination
    assert pages is not None
    assert (pages.style, pages.items, pages.next_cursor) == ("cursor", "/runs", "/next_page_token")
    assert (pages.cursor_parameter, pages.size_parameter) == ("page_token", "max_results")


def test_links_and_totals_may_stand_in_an_object_of_their_own() -> None:
    schema = {
        "properties": {
            "data": {"type": "array", "items": ITEM},
            "_links": {"properties": {"next": {"properties": {"href": URI}}}},
            "meta": {"properties": {"totalCount": {"type": ["integer", "null"]}}},
        }
    }
    pages = read(collection(schema, "page", "size"))[LIST].pagination
    assert pages is not None
    assert (pages.items, pages.next, pages.total) == ("/data", "/_links/next/href", "/meta/totalCount")


@pytest.mark.parametrize("name", ["X-Total-Count", "Total-Records", "Content-Range"])
def test_a_total_may_stand_in_a_header(name: str) -> None:
    document = collection({"type": "array", "items": ITEM}, "offset", "limit")
    document["paths"]["/things"]["get"]["responses"]["200"]["headers"] = {name: {"schema": {}}}
    pages = read(document)[LIST].pagination
    assert pages is not None
    assert (pages.total, pages.total_header) == (None, name)


def test_a_documented_link_header_leads_on() -> None:
    """Source: RFC 8288 section 3."""
    document = collection({"type": "array", "items": ITEM}, "page", "per_page")
    document["paths"]["/things"]["get"]["responses"]["200"]["headers"] = {"Link": {"schema": {}}}
    pages = read(document)[LIST].pagination
    assert pages is not None
    assert (pages.style, pages.page_parameter) == ("link-header", "page")


def test_more_evidence_makes_an_inference_surer() -> None:
    bare, wrapped = {"properties": {"odd": {"type": "array", "items": ITEM}}}, WRAPPED
    less, more = (read(collection(schema, "page", "size"))[LIST].pagination for schema in (bare, wrapped))
    assert less is not None
    assert more is not None
    assert 0.5 < less.confidence < more.confidence < 1
    assert more.because[0] == "the query parameters page and size"


def crud(*methods: str, created: Any = ITEM, parameter: str = "id") -> dict[str, Any]:
    """Describe ``/things`` and ``/things/{id}`` with some methods."""
    content = {"application/json": {"schema": created}}
    item = {"parameters": [{"name": parameter, "in": "path", "required": True, "schema": {}}]}
    paths: dict[str, Any] = {"/things": {}, f"/things/{{{parameter}}}": item}
    for method in methods:
        at = "/things" if method in {"post", "list"} else f"/things/{{{parameter}}}"
        responses = {"201" if method == "post" else "200": {"description": "x", "content": content}}
        paths[at]["get" if method == "list" else method] = {"responses": responses}
    return {"openapi": "3.0.3", "paths": paths}


def test_a_life_cycle_is_inferred() -> None:
    operations = read(crud("post", "list", "get", "put", "patch", "delete"))
    resource = operations["POST /things"].resource
    assert resource is not None
    assert (resource.identity, resource.parameter, resource.inferred) == ("/id", "id", True)
    assert (resource.create, resource.read, resource.list) == (
        "POST /things",
        "GET /things/{id}",
        "GET /things",
    )
    assert (resource.update, resource.delete) == ("PUT /things/{id}", "DELETE /things/{id}")
    assert resource.keeps_omitted is False
    assert operations["GET /things/{id}"].resource == operations["DELETE /things/{id}"].resource == resource


def test_a_patch_keeps_what_it_does_not_name() -> None:
    """Source: RFC 5789 section 2."""
    resource = read(crud("post", "patch"))["POST /things"].resource
    assert resource is not None
    assert (resource.update, resource.keeps_omitted) == ("PATCH /things/{id}", True)


def test_the_identity_is_the_member_that_the_path_names() -> None:
    slug = {"properties": {"id": {"type": "integer"}, "slug": {"type": "string"}}}
    resource = read(crud("post", "get", created=slug, parameter="slug"))["POST /things"].resource
    assert resource is not None
    assert resource.identity == "/slug"


def test_a_link_tells_the_identity() -> None:
    document = crud("post", "get", created={"properties": {"ref": {"type": "string"}}}, parameter="thing")
    created = document["paths"]["/things"]["post"]["responses"]["201"]
    created["links"] = {"it": {"operationId": "x", "parameters": {"thing": "$response.body#/ref"}}}
    resource = read(document)["POST /things"].resource
    assert resource is not None
    assert (resource.identity, resource.confidence) == ("/ref", 0.95)


def test_a_location_leads_to_what_was_made() -> None:
    document = crud("post", "get")
    document["paths"]["/things"]["post"]["responses"]["201"] = {
        "description": "x",
        "headers": {"Location": {"schema": {"type": "string"}}},
    }
    resource = read(document)["POST /things"].resource
    assert resource is not None
    assert (resource.identity, resource.confidence) == ("/id", 0.75)


def test_a_200_that_shows_what_reading_shows_makes_something() -> None:
    document = crud("post", "get")
    responses = document["paths"]["/things"]["post"]["responses"]
    responses["200"] = responses.pop("201")
    resource = read(document)["POST /things"].resource
    assert resource is not None
    assert (resource.identity, resource.confidence) == ("/id", 0.6)


@pytest.mark.parametrize(("status", "confidence"), [("201", 0.7), ("200", 0.55)])
def test_an_identity_may_stand_in_an_envelope_that_reading_has_too(status: str, confidence: float) -> None:
    document = crud("post", "get", created={"properties": {"data": ITEM}})
    responses = document["paths"]["/things"]["post"]["responses"]
    responses[status] = responses.pop("201")
    resource = read(document)["POST /things"].resource
    assert resource is not None
    assert (resource.identity, resource.confidence) == ("/data/id", confidence)


NO_LIFE = {
    "nothing is created": crud("list", "get", "delete"),
    "no item": {"openapi": "3.0.3", "paths": {"/things": crud("post")["paths"]["/things"]}},
    "no identity": crud("post", "get", created={"properties": {"name": {}}}, parameter="thing"),
    "no schema": crud("post", "get", created=None),
    "an envelope that nothing reads": crud("post", "delete", created={"properties": {"data": ITEM}}),
    "switched off": {**crud("post", "get"), "x-specproof-infer": False},
}


@pytest.mark.parametrize("document", NO_LIFE.values(), ids=NO_LIFE.keys())
def test_doubtful_life_cycles_are_not_inferred(document: dict[str, Any]) -> None:
    assert [operation.resource for operation in read(document).values() if operation.resource] == []


def test_a_contract_says_what_it_inferred() -> None:
    document = crud("post", "get")
    document["paths"].update(collection(WRAPPED, "page", "per_page")["paths"]["/things"] and {
        "/pages": collection(WRAPPED, "page", "per_page")["paths"]["/things"]
    })  # fmt: skip
    document["components"] = {"schemas": {"Item": ITEM}}
    contract = build_contract(document, source="x", sha256="0", place=str)
    assert contract.inferred == (
        "POST /things: life cycle by /id, confidence 0.9",
        "GET /pages: pages (page style), confidence 0.95",
    )
    assert {promise.operation for promise in contract.promises if promise.inferred} == {
        "POST /things", "GET /things/{id}", "GET /pages",
    }  # fmt: skip


def test_what_else_is_done_to_an_item_is_done_to_what_the_run_made() -> None:
    document = crud("post", "get", "put", "patch", "delete")
    parameters = document["paths"]["/things/{id}"]["parameters"]
    rest = {"post": {"responses": {"200": {"description": "x"}}}}
    document["paths"]["/things/{id}/restart"] = {"parameters": parameters, **rest}
    document["paths"]["/things/{id}/apart"] = {"parameters": parameters, "x-resource": False, **rest}
    contract = build_contract(document, source="x", sha256="0", place=str)
    made = contract.operation("POST /things").resource
    assert made is not None
    assert contract.operation("PATCH /things/{id}").resource == made
    assert contract.operation("POST /things/{id}/restart").resource == made
    assert contract.operation("POST /things/{id}/apart").resource is None
    about = {promise.id for promise in contract.promises if promise.operation == "PATCH /things/{id}"}
    assert not any(each.startswith("lifecycle.") for each in about)
