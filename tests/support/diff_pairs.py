"""The smallest pair of documents for every kind of change, and documents made of schemas and operations."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from specproof.contract.load import Document, load_document

Pair = tuple[dict[str, Any] | bool, dict[str, Any] | bool]

TEXT = {"type": "string"}
NUMBER = {"type": "number"}
LIST = {"type": "array", "items": TEXT}
SHAPES = [{"type": "object", "title": name, "properties": {name: TEXT}} for name in "abc"]


def having(**properties: Any) -> dict[str, Any]:
    """Return the schema of an object with these members."""
    return {"type": "object", "properties": properties}


def _told(name: str, **mapping: str) -> dict[str, Any]:
    mapped = {"mapping": mapping} if mapping else {}
    return {"oneOf": SHAPES, "discriminator": {"propertyName": name, **mapped}}


SCHEMAS: dict[str, Pair] = {
    "type-widened": ({"type": "integer"}, NUMBER),
    "type-narrowed": ({"type": ["string", "integer"]}, TEXT),
    "type-changed": (TEXT, {"type": "integer"}),
    "became-nullable": (TEXT, {"type": ["string", "null"]}),
    "became-not-nullable": ({"anyOf": [TEXT, {"type": "null"}]}, TEXT),
    "enum-value-added": ({"enum": ["a", "b"]}, {"enum": ["b", "c", "a"]}),
    "enum-value-removed": ({"enum": ["a", "b"]}, {"const": "a"}),
    "enum-added": (TEXT, {**TEXT, "enum": ["a"]}),
    "enum-removed": ({**TEXT, "enum": ["a"]}, TEXT),
    "maximum-lowered": ({**NUMBER, "maximum": 5}, {**NUMBER, "exclusiveMaximum": 5}),
    "maximum-raised": ({**NUMBER, "maximum": 5}, NUMBER),
    "minimum-raised": (NUMBER, {**NUMBER, "minimum": 1}),
    "minimum-lowered": ({**NUMBER, "exclusiveMinimum": 1}, {**NUMBER, "minimum": 1}),
    "max-length-lowered": ({**TEXT, "maxLength": 9}, {**TEXT, "maxLength": 8}),
    "max-length-raised": ({**TEXT, "maxLength": 9}, TEXT),
    "min-length-raised": (TEXT, {**TEXT, "minLength": 1}),
    "min-length-lowered": ({**TEXT, "minLength": 2}, {**TEXT, "minLength": 1}),
    "max-items-lowered": (LIST, {**LIST, "maxItems": 8}),
    "max-items-raised": ({**LIST, "maxItems": 8}, {**LIST, "maxItems": 9}),
    "min-items-raised": (LIST, {**LIST, "minItems": 1}),
    "min-items-lowered": ({**LIST, "minItems": 1}, {**LIST, "minItems": 0}),
    "max-properties-lowered": (having(), {**having(), "maxProperties": 2}),
    "max-properties-raised": ({**having(), "maxProperties": 2}, having()),
    "min-properties-raised": (having(), {**having(), "minProperties": 2}),
    "min-properties-lowered": ({**having(), "minProperties": 2}, having()),
    "unique-items-added": (LIST, {**LIST, "uniqueItems": True}),
    "unique-items-removed": ({**LIST, "uniqueItems": True}, {**LIST, "uniqueItems": False}),
    "multiple-of-narrowed": ({**NUMBER, "multipleOf": 0.1}, {**NUMBER, "multipleOf": 0.3}),
    "multiple-of-widened": ({**NUMBER, "multipleOf": 4}, {**NUMBER, "multipleOf": 2}),
    "multiple-of-changed": ({**NUMBER, "multipleOf": 2}, {**NUMBER, "multipleOf": 3}),
    "pattern-added": (TEXT, {**TEXT, "pattern": "^a"}),
    "pattern-removed": ({**TEXT, "pattern": "^a"}, TEXT),
    "pattern-changed": ({**TEXT, "pattern": "^a"}, {**TEXT, "pattern": "^[ab]"}),
    "format-added": (TEXT, {**TEXT, "format": "uuid"}),
    "format-removed": ({**TEXT, "format": "uuid"}, TEXT),
    "format-widened": ({"type": "integer", "format": "int32"}, {"type": "integer", "format": "int64"}),
    "format-narrowed": ({**NUMBER, "format": "double"}, {**NUMBER, "format": "float"}),
    "format-changed": ({**TEXT, "format": "date"}, {**TEXT, "format": "date-time"}),
    "property-added": (having(), having(a=TEXT)),
    "property-added-required": (having(), {**having(a=TEXT), "required": ["a"]}),
    "property-added-to-closed": (
        {**having(), "additionalProperties": False},
        {**having(a=TEXT), "additionalProperties": False},
    ),
    "property-removed": (having(a=TEXT), having()),
    "property-refused": (
        {**having(a=TEXT), "additionalProperties": False},
        {**having(), "additionalProperties": False},
    ),
    "property-removed-after-deprecation": (having(a={**TEXT, "deprecated": True}), having()),
    "property-became-required": (having(a=TEXT), {**having(a=TEXT), "required": ["a"]}),
    "property-became-optional": ({"required": ["a"]}, {}),
    "property-deprecated": (having(a=TEXT), having(a={**TEXT, "deprecated": True})),
    "property-no-longer-deprecated": (having(a={**TEXT, "deprecated": True}), having(a=TEXT)),
    "additional-properties-forbidden": (having(), {**having(), "additionalProperties": False}),
    "additional-properties-allowed": ({**having(), "additionalProperties": False}, having()),
    "became-read-only": (having(a=TEXT), having(a={**TEXT, "readOnly": True})),
    "no-longer-read-only": (having(a={**TEXT, "readOnly": True}), having(a=TEXT)),
    "became-write-only": (having(a=TEXT), having(a={**TEXT, "writeOnly": True})),
    "no-longer-write-only": (having(a={**TEXT, "writeOnly": True}), having(a=TEXT)),
    "alternative-added": ({"oneOf": SHAPES[:2]}, {"oneOf": SHAPES}),
    "alternative-removed": ({"anyOf": SHAPES}, {"anyOf": [SHAPES[2], SHAPES[0]]}),
    "choice-added": (
        {"type": "object"},
        {"type": "object", "anyOf": [{"required": ["a"]}, {"required": ["b"]}]},
    ),
    "choice-removed": ({"type": "object", "oneOf": SHAPES}, {"type": "object"}),
    "rule-added": (LIST, {**LIST, "contains": TEXT}),
    "rule-removed": ({**TEXT, "not": {"const": "a"}}, TEXT),
    "rule-changed": ({**TEXT, "not": {"const": "a"}}, {**TEXT, "not": {"const": "b"}}),
    "nothing-allowed": (True, False),
    "something-allowed": (False, True),
    "discriminator-added": ({"oneOf": SHAPES}, _told("kind")),
    "discriminator-removed": (_told("kind"), {"oneOf": SHAPES}),
    "discriminator-renamed": (_told("kind"), _told("type")),
    "mapping-value-added": (_told("kind", a="a"), _told("kind", a="a", b="b")),
    "mapping-value-removed": (_told("kind", a="a", b="b"), _told("kind", a="a")),
    "mapping-value-changed": (_told("kind", a="a"), _told("kind", a="b")),
    "default-added": (TEXT, {**TEXT, "default": "a"}),
    "default-removed": ({**TEXT, "default": "a"}, TEXT),
    "default-changed": ({**TEXT, "default": "a"}, {**TEXT, "default": "b"}),
    "content-changed": ({**TEXT, "contentEncoding": "base64"}, {**TEXT, "contentEncoding": "base64url"}),
    "xml-changed": ({**TEXT, "xml": {"name": "a"}}, {**TEXT, "xml": {"name": "b"}}),
    "secret-added": (having(a=TEXT), having(a={**TEXT, "x-secret": {}})),
    "secret-removed": (having(a={**TEXT, "x-secret": {}}), having(a=TEXT)),
}
"""By aspect: a schema before and after. Each is judged on its way to the server and on its way back."""


def _query(**said: Any) -> dict[str, Any]:
    return {"parameters": [{"name": "a", "in": "query", "schema": TEXT, **said}]}


def _body(**said: Any) -> dict[str, Any]:
    return {"requestBody": {"content": {"text/plain": {}}, **said}}


def _answers(*statuses: str, **said: Any) -> dict[str, Any]:
    return {"responses": {status: {"description": "an answer", **said} for status in statuses}}


def _types(*names: str, **said: Any) -> dict[str, Any]:
    return _answers("200", content=dict.fromkeys(names, said))


def _header(**said: Any) -> dict[str, Any]:
    return _answers("200", headers={"X-A": {"schema": TEXT, **said}})


def _link(**said: Any) -> dict[str, Any]:
    return _answers("200", links={"next": said})


def _called(**said: Any) -> dict[str, Any]:
    return {"callbacks": {"done": {"{$request.body#/url}": {"post": {**_answers("200"), **said}}}}}


def _needs(*options: dict[str, list[str]]) -> dict[str, Any]:
    return {"security": list(options)}


OPERATIONS: dict[str, Pair] = {
    "operation-deprecated": ({}, {"deprecated": True}),
    "operation-no-longer-deprecated": ({"deprecated": True}, {}),
    "operation-id-changed": ({"operationId": "a"}, {"operationId": "b"}),
    "operation-id-removed": ({"operationId": "a"}, {}),
    "sunset-announced": ({}, {"x-sunset": "2030-01-01"}),
    "sunset-moved-later": ({"x-sunset": "2030-01-01"}, {"x-sunset": "2031-01-01"}),
    "sunset-moved-earlier": ({"x-sunset": "2030-01-01"}, {"x-sunset": "2029-12-31T23:00:00Z"}),
    "sunset-withdrawn": ({"x-sunset": "2030-01-01"}, {}),
    "parameter-added": ({}, _query()),
    "parameter-added-required": ({}, _query(required=True)),
    "parameter-removed": (_query(), {}),
    "parameter-removed-after-deprecation": (_query(deprecated=True), {}),
    "parameter-moved": (_query(), _query(**{"in": "header"})),
    "parameter-became-required": (_query(), _query(required=True)),
    "parameter-became-optional": (_query(required=True), _query()),
    "parameter-serialization-changed": (_query(), _query(explode=False)),
    "parameter-empty-value-allowed": (_query(), _query(allowEmptyValue=True)),
    "parameter-empty-value-refused": (_query(allowEmptyValue=True), _query()),
    "parameter-deprecated": (_query(), _query(deprecated=True)),
    "parameter-no-longer-deprecated": (_query(deprecated=True), _query()),
    "request-body-added": ({}, _body()),
    "request-body-added-required": ({}, _body(required=True)),
    "request-body-removed": (_body(), {}),
    "request-body-became-required": (_body(), _body(required=True)),
    "request-body-became-optional": (_body(required=True), _body(required=False)),
    "request-media-type-added": (_body(), _body(content={"text/plain": {}, "text/csv": {}})),
    "request-media-type-removed": (_body(content={"text/plain": {}, "text/csv": {}}), _body()),
    "request-encoding-changed": (
        _body(),
        _body(content={"text/plain": {"encoding": {"a": {"explode": True}}}}),
    ),
    "response-media-type-added": (_types("text/plain"), _types("text/plain", "text/csv")),
    "response-media-type-removed": (_types("text/plain", "text/csv"), _types("Text/Plain")),
    "response-encoding-changed": (_types("text/plain"), _types("text/plain", encoding={"a": {}})),
    "success-status-added": (_answers("200"), _answers("202", "200")),
    "success-status-removed": (_answers("200", "201"), _answers("200")),
    "error-status-added": (_answers("200"), _answers("200", "404")),
    "error-status-removed": (_answers("200", "404"), _answers("200")),
    "default-response-added": (_answers("200"), _answers("200", "default")),
    "default-response-removed": (_answers("200", "default"), _answers("200")),
    "response-header-added": (_answers("200"), _header()),
    "response-header-removed": (_header(), _answers("200")),
    "required-response-header-removed": (_header(required=True), _answers("200")),
    "response-header-became-optional": (_header(required=True), _header()),
    "response-header-became-required": (_header(), _header(required=True)),
    "link-added": (_answers("200"), _link(operationId="a")),
    "link-removed": (_link(operationId="a"), _answers("200")),
    "link-changed": (_link(operationId="a"), _link(operationId="b")),
    "security-added": (_needs(), _needs({"token": []})),
    "security-removed": (_needs({"token": []}), _needs()),
    "security-alternative-added": (_needs({"token": []}), _needs({"key": []}, {"token": []})),
    "security-alternative-removed": (_needs({"key": []}, {"token": []}), _needs({"key": []})),
    "scope-added": (_needs({"token": ["a"]}), _needs({"token": ["b", "a"]})),
    "scope-removed": (_needs({"token": ["a", "b"]}), _needs({"token": ["b"]})),
    "callback-added": ({}, _called()),
    "callback-removed": (_called(), {}),
    "promise-added": ({}, {"x-pagination": {"style": "page"}}),
    "promise-removed": ({"x-pagination": {"style": "page"}}, {}),
    "promise-changed": ({"x-pagination": {"style": "page"}}, {"x-pagination": {"style": "cursor"}}),
}
"""By kind: what ``GET /things`` says before and after."""


def _path(path: str, **said: Any) -> dict[str, Any]:
    return {"paths": {path: {"get": {**_answers("200"), **said}}}}


def _scheme(**said: Any) -> dict[str, Any]:
    return {"components": {"securitySchemes": {"token": said}}}


def _flow(*scopes: str, **said: Any) -> dict[str, Any]:
    flow = {"tokenUrl": "/token", "scopes": dict.fromkeys(scopes, ""), **said}
    return _scheme(type="oauth2", flows={"clientCredentials": flow})


def _server(**variable: Any) -> dict[str, Any]:
    return {"servers": [{"url": "https://{where}", "variables": {"where": variable}}]}


ROOTS: dict[str, Pair] = {
    "operation-added": ({"paths": {}}, _path("/things")),
    "operation-removed": (_path("/things"), {"paths": {}}),
    "operation-removed-before-sunset": (_path("/things", **{"x-sunset": "2030-01-02"}), {"paths": {}}),
    "operation-removed-after-deprecation": (_path("/things", deprecated=True), {"paths": {}}),
    "operation-removed-after-sunset": (_path("/things", **{"x-sunset": "2030-01-01"}), {"paths": {}}),
    "operation-moved": (_path("/things", operationId="a"), _path("/stuff", operationId="a")),
    "security-scheme-changed": (_scheme(type="http", scheme="basic"), _scheme(type="http", scheme="bearer")),
    "oauth-flow-added": (_scheme(type="oauth2", flows={}), _flow()),
    "oauth-flow-removed": (_flow(), _scheme(type="oauth2", flows={})),
    "oauth-url-changed": (_flow(), _flow(tokenUrl="/tokens")),
    "oauth-scope-offered": (_flow(), _flow("a")),
    "oauth-scope-withdrawn": (_flow("a"), _flow()),
    "server-added": ({}, {"servers": [{"url": "https://a"}]}),
    "server-removed": ({"servers": [{"url": "https://a"}]}, {}),
    "server-variable-changed": (_server(default="a"), _server(default="b")),
    "webhook-added": ({"webhooks": {}}, {"webhooks": {"done": {"post": _answers("200")}}}),
    "webhook-removed": ({"webhooks": {"done": {"post": _answers("200")}}}, {"webhooks": {}}),
}
"""By kind: what the document says before and after."""

TODAY = "2030-01-01"


def with_schema(schema: Any, side: str, **root: Any) -> dict[str, Any]:
    """Return a document whose one operation sends or answers that schema as JSON."""
    content = {"content": {"application/json": {"schema": schema}}}
    if side == "request":
        return with_operation(requestBody=content, **root)
    return with_operation(responses={"200": {"description": "an answer", **content}}, **root)


def with_operation(*, components: Any = None, openapi: str = "3.1.0", **said: Any) -> dict[str, Any]:
    """Return a document with ``GET /things``."""
    operation = {**_answers("200"), **said}
    extra = {"components": components} if components else {}
    return {**skeleton(openapi), "paths": {"/things": {"get": operation}}, **extra}


def skeleton(openapi: str = "3.1.0") -> dict[str, Any]:
    """Return a document without operations."""
    return {"openapi": openapi, "info": {"title": "Things", "version": "1"}, "paths": {}}


def loaded(data: dict[str, Any], folder: Path, name: str) -> Document:
    """Write a document to a file and load it."""
    path = folder / f"{name}.json"
    path.write_text(json.dumps(data, indent=1), encoding="utf-8")
    return load_document(str(path))
