"""Every promise that a document makes is derived, and none that it does not make."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import patched
import pytest
import shapes
import shelves
import spellings
import yaml
from notes_server import document as notes_document
from owned_api import owned_document

from specproof.contract.catalogue import CATALOGUE
from specproof.contract.contract import build_contract
from specproof.contract.derive import derive
from specproof.contract.derive.own import own_promises
from specproof.contract.operations import read_operations
from specproof.contract.secret import SecretRule, secret_rules
from specproof.invariants import cors, filtering, search_laws, search_results, selections, sorting
from specproof.invariants.at_once import BESIDE, BOTH_KEPT, ONE_DELETION, ONE_WINNER, PER_PARENT
from specproof.invariants.doors import PROMISES as DOOR_PROMISES
from specproof.invariants.history import CONSISTENT
from specproof.invariants.lifecycle import JUDGES
from specproof.invariants.pagination import INVARIANTS
from specproof.invariants.patching import PROMISES as PATCHES
from specproof.invariants.uploads import PROMISES as UPLOADS
from specproof.model.operation import Pagination
from specproof.suite.conformance import SPECIAL
from specproof.suite.every_answer import EVERY_ANSWER
from specproof.suite.linking import PROMISES as LINKS
from specproof.suite.negotiating import PROMISES as NEGOTIATION
from specproof.suite.responding import LOOKS as RESPONSES
from specproof.suite.spelling import PROMISES as SPELLINGS

SHIPPED = Path(__file__).parents[3] / "spec" / "bitbucket-teams.yaml"
ALWAYS = {
    "status.no-server-error", "status.documented", "method.undocumented-refused", "method.allow-header",
    "responses.head", "responses.options",
}  # fmt: skip


def ids(operation: dict[str, Any], *, method: str = "get", path: str = "/x", **root: Any) -> set[str]:
    """Return the ids that are derived for one operation."""
    document = {
        "openapi": "3.0.3",
        "paths": {path: {method: {"responses": {"200": {}}, **operation}}},
        **root,
    }
    promises = derive(document, read_operations(document))
    return {promise.id for promise in promises if promise.operation}


def test_an_operation_that_says_nothing_promises_little() -> None:
    assert ids({}) == ALWAYS


JSON = {"application/json": {"schema": {"type": "object"}}}
DOORS = {
    "authentication.required", "credential.exact", "credential.dead", "credential.scheme-case",
    "authorization.allowed", "authorization.scope-enforced",
}  # fmt: skip
MOMENTS = {"properties": {"created_at": {"type": "string", "format": "date-time"}}}
ID = {"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}
TABLE: list[tuple[str, dict[str, Any], dict[str, Any], set[str]]] = [
    # what, operation, root, promises besides those that are always there
    ("content", {"responses": {"200": {"content": JSON}}}, {}, {"media-type.documented", "body.schema"}),
    ("headers", {"responses": {"200": {"headers": {"X": {"schema": {}}}}}}, {}, {"headers.documented"}),
    (
        "404 and a path parameter",
        {"parameters": [ID], "responses": {"200": {}, "404": {}}},
        {},
        {"responses.absent", "input.invalid-refused"},
    ),
    (
        "404 and a path parameter, and that what is absent is found",
        {"parameters": [ID], "responses": {"200": {}, "404": {}}, "x-absent": False},
        {"x-absent": "not-found"},
        {"input.invalid-refused"},
    ),
    (
        "404 and a path parameter, where nothing is inferred",
        {"parameters": [ID], "responses": {"200": {}, "404": {}}, "x-specproof-infer": False},
        {},
        {"input.invalid-refused"},
    ),
    ("only Content-Type", {"responses": {"200": {"headers": {"Content-Type": {}}}}}, {}, set()),
    (
        "x-error",
        {},
        {"x-error": {"message": "/m"}},
        {"errors.object", "errors.no-internals", "errors.unknown-path"},
    ),
    (
        "x-error with fields, and a body",
        {"requestBody": {"content": JSON}},
        {"x-error": {"message": "/m", "fields": "/f"}},
        {
            *("errors.object", "errors.no-internals", "errors.unknown-path", "errors.fields"),
            *("input.invalid-refused", "input.media-type-spelling"),
        },
    ),
    (
        "x-cors for everybody",
        {},
        {"x-cors": {"origins": ["*"]}},
        {"cors.origin", "cors.refusals", "cors.credentials", "cors.preflight"},
    ),
    (
        "x-cors for some",
        {},
        {"x-cors": {"origins": ["https://a.example"], "exposed": ["ETag"], "max_age": 0}},
        {
            *("cors.origin", "cors.refusals", "cors.credentials", "cors.preflight"),
            *("cors.strangers", "cors.exposed", "cors.max-age"),
        },
    ),
    (
        "x-hyperlinks",
        {},
        {"x-hyperlinks": {"member": "links"}},
        {"links.lead-somewhere", "links.well-formed"},
    ),
    ("deprecated", {"deprecated": True}, {}, set()),
    (
        "deprecated, with a header",
        {"deprecated": True, "responses": {"200": {"headers": {"sunset": {}}}}},
        {},
        {"headers.documented", "deprecation.valid"},
    ),
    (
        "deprecated, with two headers",
        {"deprecated": True, "responses": {"200": {"headers": {"Sunset": {}, "Deprecation": {}}}}},
        {},
        {"headers.documented", "deprecation.valid", "deprecation.ordered"},
    ),
    (
        "not deprecated, with a header",
        {"responses": {"200": {"headers": {"Sunset": {}}}}},
        {},
        {"headers.documented"},
    ),
    (
        "problem details",
        {"responses": {"4XX": {"content": {"application/problem+json; charset=utf-8": {}}}}},
        {},
        {"media-type.documented", "body.schema", "problem.members", "problem.status"},
    ),
    (
        "a validator",
        {"responses": {"200": {"headers": {"etag": {}}}}},
        {},
        {"headers.documented", "validators.valid", "conditional.steady-tag"},
    ),
    (
        "links in a header",
        {"responses": {"200": {"headers": {"Link": {}}}}},
        {},
        {"headers.documented", "link-header.valid", "links.lead-somewhere"},
    ),
    (
        "links in a header of what is deprecated",
        {"deprecated": True, "responses": {"200": {"headers": {"Link": {}}}}},
        {},
        {"headers.documented", "deprecation.valid", "links.lead-somewhere"},
    ),
    (
        "a moment of the past",
        {"responses": {"200": {"content": {"application/json": {"schema": MOMENTS}}}}},
        {},
        {"media-type.documented", "body.schema", "timestamps.not-in-future"},
    ),
    (
        "parameter",
        {"parameters": [{"name": "q", "in": "query", "schema": {}}]},
        {},
        {"input.invalid-refused"},
    ),
    (
        "example of a query parameter",
        {"parameters": [{"name": "q", "in": "query", "example": 1}]},
        {},
        {"input.invalid-refused", "input.examples-accepted"},
    ),
    (
        "example of a path parameter",
        {"parameters": [{"name": "q", "in": "path", "example": 1}]},
        {},
        {"input.invalid-refused"},
    ),
    ("body", {"requestBody": {"content": JSON}}, {}, {"input.invalid-refused", "input.media-type-spelling"}),
    ("body of text", {"requestBody": {"content": {"text/plain": {}}}}, {}, {"input.invalid-refused"}),
    (
        "body with 415",
        {"requestBody": {"content": JSON}, "responses": {"415": {}}},
        {},
        {"input.invalid-refused", "input.media-type-refused", "input.media-type-spelling"},
    ),
    ("security", {"security": [{"basic": []}]}, {}, DOORS),
    ("security for all", {}, {"security": [{"basic": []}]}, DOORS),
    ("optional security", {"security": [{}, {"basic": []}]}, {}, set()),
    ("security taken back", {"security": []}, {"security": [{"basic": []}]}, set()),
]


@pytest.mark.parametrize(
    ("operation", "root", "more"), [row[1:] for row in TABLE], ids=[row[0] for row in TABLE]
)
def test_what_is_said_is_promised(operation: dict[str, Any], root: dict[str, Any], more: set[str]) -> None:
    assert ids(operation, **root) == ALWAYS | more


def test_one_operation_speaks_for_the_methods_of_its_path() -> None:
    document = {"openapi": "3.0.3", "paths": {"/x": {"get": {}, "put": {}}, "/y": {"put": {}}}}
    promises = derive(document, read_operations(document))
    assert [p.operation for p in promises if p.id == "method.allow-header"] == ["GET /x", "PUT /y"]


BARE = Pagination(style="page", items="/v", pointer="#/p")
EVER = {"last-page", "no-loops"}
PAGES: list[tuple[dict[str, Any], set[str]]] = [
    ({}, set()),
    ({"identity": "/id"}, {"no-repeats", "stable-order"}),
    ({"next": "/next"}, {"same-origin", "parameters-kept"}),
    ({"size_parameter": "size"}, {"at-most-size", "non-integer-refused"}),
    ({"size_parameter": "size", "inferred": True}, {"at-most-size"}),
    ({"page_parameter": "page"}, {"non-integer-refused"}),
    ({"page_parameter": "page", "past_end": "empty"}, {"non-integer-refused", "past-end"}),
    ({"page_parameter": "page", "page": "/page"}, {"non-integer-refused", "page-number"}),
    ({"offset_parameter": "offset", "past_end": "error"}, {"non-integer-refused", "past-end"}),
    ({"cursor_parameter": "cursor", "past_end": "empty"}, set()),
    ({"previous": "/p", "total": "/t", "page": "/n", "size": "/s"}, {"previous", "total"}),
    ({"size_minimum": 1, "size_maximum": 9, "size_default": 5}, set()),
    (
        {"size_parameter": "s", "size": "/s", "size_minimum": 0, "size_maximum": 9, "size_default": 5,
         "identity": ""},
        {"at-most-size", "non-integer-refused", "page-size", "size-minimum", "size-maximum", "size-default",
         "no-repeats", "stable-order", "no-gaps", "size-independent"},
    ),
]  # fmt: skip


@pytest.mark.parametrize(("said", "more"), PAGES, ids=[",".join(row[0]) or "nothing" for row in PAGES])
def test_pages_promise_what_they_describe(said: dict[str, Any], more: set[str]) -> None:
    document = {"openapi": "3.0.3", "paths": {"/x": {"get": {}}}}
    [operation] = read_operations(document)
    operation = replace(operation, pagination=replace(BARE, **said))
    found = {p.id.partition(".")[2] for p in derive(document, [operation]) if p.id.startswith("pagination.")}
    assert found == EVER | more


def life(*, without: str = "", **resource: Any) -> set[str]:
    """Return the life cycle promises of a resource, with or without some of its operations."""
    said = {
        "identity": "/id", "parameter": "id", "create": "c", "read": "r", "update": "u", "delete": "d",
        "list": "l", **resource,
    }  # fmt: skip
    said = {key: value for key, value in said.items() if key not in without.split()}
    one = [{"name": "id", "in": "path", "required": True, "schema": {}}]
    created = {"201": {"headers": {"location": {"schema": {}}}}}
    document = {
        "openapi": "3.0.3",
        "paths": {
            "/x": {
                "x-resource": said,
                "post": {"operationId": "c", "responses": {} if "location" in without else created},
                "get": {"operationId": "l"},
            },
            "/x/{id}": {
                "x-resource": said,
                "parameters": one,
                "get": {"operationId": "r"},
                "put": {"operationId": "u"},
                "delete": {"operationId": "d", "responses": {} if "404" in without else {"404": {}}},
            },
        },
    }
    promises = derive(document, read_operations(document))
    return {promise.id.partition(".")[2] for promise in promises if promise.id.startswith("lifecycle.")}


WHOLE = {name.partition(".")[2] for name in JUDGES}


@pytest.mark.parametrize(
    ("without", "lost"),
    [
        ("", set()),
        ("unique", {"unique"}),
        ("location", {"location"}),
        ("404", {"delete-again"}),
        ("read", {"read-after-create"}),
        ("list", {"listed"}),
        ("read list", {"read-after-create", "listed", "echo", "gone-after-delete"}),
        ("update", {"update", "immutable", "neighbours"}),
        ("delete", {"delete", "gone-after-delete", "delete-again"}),
        ("create", WHOLE),
    ],
)
def test_a_life_promises_what_it_describes(without: str, lost: set[str]) -> None:
    assert life(without=without, unique=["/key"]) == WHOLE - lost


SECRETS: list[tuple[dict[str, Any], tuple[SecretRule, ...]]] = [
    ({"type": "string"}, ()),
    ({"x-secret": True}, (SecretRule(member="value"),)),
    ({"x-secret": {}}, (SecretRule(member="value"),)),
    (
        {"x-secret": {"when": {"property": "locked", "equals": True}}},
        (SecretRule(member="value", when=("locked", True)),),
    ),
    ({"type": "string", "writeOnly": True}, (SecretRule(member="value"),)),
    ({"type": "string", "writeOnly": False}, ()),
    ({"type": "integer", "writeOnly": True}, ()),
]


@pytest.mark.parametrize(("member", "rules"), SECRETS, ids=[str(row[0]) for row in SECRETS])
def test_one_secret_binds_every_operation(member: dict[str, Any], rules: tuple[SecretRule, ...]) -> None:
    """It must not come back anywhere."""
    schema = {"properties": {"value": member}}
    body = {"content": {"application/json": {"schema": schema}}}
    document = {"openapi": "3.0.3", "paths": {"/x": {"post": {"requestBody": body}, "get": {}}}}
    operations = {operation.label: operation for operation in read_operations(document)}
    bound = [
        p.operation for p in derive(document, list(operations.values())) if p.id == "secrets.never-exposed"
    ]
    assert secret_rules(document, operations["POST /x"]) == rules
    assert sorted(bound) == (["GET /x", "POST /x"] if rules else [])


@pytest.mark.parametrize(
    ("body", "applies"),
    [({"value": "x", "locked": True}, True), ({"value": "x"}, False), ({"locked": True}, False), ([], False)],
)
def test_a_condition_makes_the_secret(body: Any, applies: bool) -> None:
    assert SecretRule(member="value", when=("locked", True)).applies(body) is applies


def test_the_catalogue_lists_what_can_be_judged_and_nothing_else() -> None:
    """Every promise has a judge, and every judge its entry."""
    judged = {*INVARIANTS, *JUDGES, *EVERY_ANSWER, *SPECIAL, "secrets.never-exposed"}
    judged |= {*selections.JUDGES, *filtering.JUDGES, *sorting.JUDGES}
    judged |= {"filter.secrets-hidden", "sort.secrets-hidden"}
    judged |= {*search_results.JUDGES, *search_laws.PROMISES, "search.malformed"}
    judged |= set(DOOR_PROMISES) | {CONSISTENT, ONE_WINNER, BOTH_KEPT, ONE_DELETION, BESIDE, PER_PARENT}
    judged |= {*SPELLINGS, *PATCHES, *UPLOADS, *cors.JUDGES, *LINKS, *RESPONSES, *NEGOTIATION}
    # tests/unit/suite shows each of these broken, by servers that have something wrong
    judged |= {name for name in CATALOGUE if name.partition(".")[0] in {"oauth", "cloning"}}
    # tests/unit/suite/test_http_features.py shows each of these broken
    judged |= {name for name in CATALOGUE if name.startswith("conditional.")}
    documents = {"document.valid", "document.references", "document.vocabulary"}
    assert judged | documents == set(CATALOGUE)


def test_every_promise_of_the_catalogue_can_be_derived() -> None:
    """The shipped contract makes all of them but those that need another style of pages, or say more."""
    document = yaml.safe_load(SHIPPED.read_text(encoding="utf-8"))
    document["components"]["securitySchemes"]["oauth2"]["x-oauth"]["reuse_revokes"] = True
    document["paths"]["/teams/{username}/pipelines_config/variables"]["post"]["x-form-body"] = True
    contract = build_contract(document, source=str(SHIPPED), sha256="0", place=str)
    derived = {promise.id for promise in contract.promises}
    assert derived <= set(CATALOGUE)
    numbered = Pagination(
        style="page", items="", pointer="#", identity="/id", next="/n", previous="/p", total="/t",
        page="/page", size="/size", page_parameter="page", size_parameter="size", size_minimum=1,
        size_maximum=9, size_default=5, past_end="empty",
    )  # fmt: skip
    operation = replace(contract.operations[0], pagination=numbered)
    document["x-cors"]["origins"] = ["https://page.example"]
    derived |= {promise.id for promise in derive(document, [operation])}
    owned = owned_document()  # a collection whose path does not say whose it is
    derived |= {promise.id for promise in build_contract(owned, source="", sha256="0", place=str).promises}
    derived |= {promise.id for promise in own_promises([operation])}
    for described in (
        notes_document(),
        shapes.document(),
        spellings.document(),
        patched.document(),
        shelves.document(),
    ):
        derived |= {
            promise.id
            for promise in derive(
                described, build_contract(described, source="", sha256="", place=str).operations
            )
        }
    assert derived == set(CATALOGUE)


def test_only_what_can_be_asked_for_is_promised_of_small_lists() -> None:
    """A page of one item needs a size, and an identity to know the item by."""
    document = {"openapi": "3.0.3", "paths": {"/x": {"get": {}}}}
    [operation] = read_operations(document)
    found = []
    for said in (
        {},
        {"identity": "/id"},
        {"identity": "/id", "size_parameter": "s"},
        {"identity": "/id", "size_parameter": "s", "size_minimum": 5},
    ):
        paged = replace(operation, pagination=replace(BARE, **said))
        found.append(
            {p.id for p in derive(document, [paged])} & {"responses.empty-list", "responses.single-item"}
        )

    one, both = {"responses.empty-list"}, {"responses.empty-list", "responses.single-item"}
    assert found == [one, one, both, one]


def test_a_contract_promises_nothing_twice_and_in_one_order() -> None:
    document = yaml.safe_load(SHIPPED.read_text(encoding="utf-8"))
    first, second = (
        [promise.key for promise in build_contract(document, source="x", sha256="0", place=str).promises]
        for _ in range(2)
    )
    assert first == second
    assert len(first) == len(set(first))


@pytest.mark.parametrize("name", sorted(CATALOGUE))
def test_every_entry_is_complete(name: str) -> None:
    kind = CATALOGUE[name]
    assert kind.area == name.partition(".")[0]
    assert kind.sentence.endswith(".")
    assert kind.broken_when
    assert kind.source
    assert kind.needs <= {"writes", "exclusive", "negative"}


SCHEMES = {"login": {"type": "oauth2", "x-oauth": {"grants": [], "sent_in": ["header", "form"]}}}
FORMS: dict[str, Any] = {"requestBody": {"content": JSON}, "x-form-body": True, "security": [{"login": []}]}


@pytest.mark.parametrize(
    ("method", "operation", "form", "token"),
    [
        ("post", FORMS, True, True),
        ("put", FORMS, True, False),
        ("post", {**FORMS, "x-form-body": False}, False, False),
        ("post", {"x-form-body": True, "security": FORMS["security"]}, False, False),
        ("post", {**FORMS, "security": [{"other": []}]}, True, False),
    ],
    ids=["post", "only a POST carries tokens", "no form", "no body", "the scheme names no form"],
)
def test_forms_and_tokens_in_them_are_promised_where_the_document_says_so(
    method: str, operation: dict[str, Any], form: bool, token: bool
) -> None:
    found = ids(operation, method=method, components={"securitySchemes": SCHEMES})

    assert ("input.form-bodies" in found, "credential.form-token" in found) == (form, token)


@pytest.mark.parametrize(("root", "promised"), [({}, False), ({"x-unreachable": "like-absent"}, True)])
def test_what_belongs_to_others_looks_absent_only_where_the_document_says_so(
    root: dict[str, Any], promised: bool
) -> None:
    """A server that says 403 to everybody who may not is right as long as nothing else is written."""
    parameters = [{"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}]

    found = ids({"parameters": parameters, "security": [{"login": []}]}, path="/x/{id}", **root)

    assert "authorization.foreign-unreachable" in found
    assert ("authorization.foreign-like-absent" in found) is promised
