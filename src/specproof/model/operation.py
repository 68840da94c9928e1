"""What a contract says about one operation."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from specproof.model import media

Schema = Mapping[str, Any] | bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """One documented parameter."""

    name: str
    location: str  # path | query | header | cookie
    required: bool
    schema: Schema
    pointer: str  # RFC 6901 pointer of the parameter in the document
    style: str = "simple"
    explode: bool = False
    allow_reserved: bool = False
    content: str = ""  # media type of a parameter that has content in place of a style
    kind: str | None = None  # array, object, string, ...; ``None`` where the document leaves that open
    examples: tuple[Any, ...] = ()
    extensions: Mapping[str, Any] = field(default_factory=dict)  # x-filter, x-sort, x-search, ...


@dataclass(frozen=True, slots=True, kw_only=True)
class MediaType:
    """One media type of a request or a response body."""

    name: str  # as documented, e.g. "application/json" or "application/*"
    schema: Schema | None
    pointer: str
    examples: tuple[Any, ...] = ()
    item_schema: Schema | None = None  # of each item of a sequence (OpenAPI 3.2.0 section 4.14)
    encoding: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)  # by member of the body

    @property
    def base(self) -> str:
        """The name in lower case and without parameters."""
        return media.base_name(self.name)

    @property
    def is_json(self) -> bool:
        """Whether a body is one JSON text that shows a thing; a list of changes to it is none."""
        return media.is_json(self.name) and self.base != media.JSON_PATCH


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestBody:
    """What an operation takes as a body."""

    required: bool
    content: tuple[MediaType, ...]
    pointer: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HeaderDoc:
    """One documented response header."""

    name: str
    required: bool
    schema: Schema
    pointer: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ResponseDoc:
    """One documented response."""

    status: str  # "200", "4XX" or "default"
    content: tuple[MediaType, ...]
    headers: tuple[HeaderDoc, ...]
    pointer: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Pagination:
    """How a collection is cut into pages (the ``x-pagination`` extension, or what was inferred)."""

    style: str  # page | offset | cursor | link-header
    items: str  # JSON pointer into the body, "" for a bare array
    pointer: str  # where the document says so
    next: str | None = None
    previous: str | None = None
    total: str | None = None
    page: str | None = None
    size: str | None = None
    page_parameter: str | None = None
    size_parameter: str | None = None
    offset_parameter: str | None = None
    cursor_parameter: str | None = None
    first: int = 1
    size_minimum: int | None = None
    size_maximum: int | None = None
    size_default: int | None = None
    past_end: str | None = None  # empty | error
    identity: str | None = None  # JSON pointer into an item
    next_cursor: str | None = None  # JSON pointer to the value of the cursor parameter on the next page
    total_header: str | None = None  # name of a response header; of Content-Range what follows the slash
    inferred: bool = False
    confidence: float = 1.0  # below 1 where inferred
    because: tuple[str, ...] = ()  # what spoke for it


@dataclass(frozen=True, slots=True, kw_only=True)
class Resource:
    """A thing with a life cycle (the ``x-resource`` extension, or what was inferred).

    ``create`` ... ``list`` are operation labels (``POST /things``), not operationIds.
    """

    identity: str  # JSON pointer into the representation
    parameter: str  # name of the path parameter that carries the identity
    pointer: str
    unique: tuple[str, ...] = ()  # JSON pointers: values that no two resources share
    unique_per_parent: bool = False  # below another parent they are free
    immutable: tuple[str, ...] = ()
    create: str | None = None
    read: str | None = None
    update: str | None = None
    delete: str | None = None
    list: str | None = None
    keeps_omitted: bool = False  # an update leaves members alone that it does not name
    inferred: bool = False
    confidence: float = 1.0  # below 1 where inferred
    because: tuple[str, ...] = ()  # what spoke for it


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """One method on one path."""

    method: str  # upper case
    path: str  # the template, e.g. "/teams/{username}/search/code"
    pointer: str
    operation_id: str | None = None
    parameters: tuple[Parameter, ...] = ()
    request_body: RequestBody | None = None
    responses: Mapping[str, ResponseDoc] = field(default_factory=dict)
    security: tuple[Mapping[str, tuple[str, ...]], ...] = ()
    deprecated: bool = False
    pagination: Pagination | None = None
    resource: Resource | None = None
    extensions: Mapping[str, Any] = field(default_factory=dict)

    @property
    def label(self) -> str:
        """The name people use: ``GET /teams/{username}/search/code``."""
        return f"{self.method} {self.path}"

    @property
    def takes_forms(self) -> bool:
        """Whether a flat form may stand in place of the documented JSON body (``x-form-body``)."""
        return self.request_body is not None and self.extensions.get("x-form-body") is True

    def parameter(self, name: str, location: str | None = None) -> Parameter | None:
        """Return the parameter of that name (and location), if it is documented."""
        for parameter in self.parameters:
            if parameter.name == name and location in (None, parameter.location):
                return parameter
        return None

    def response_for(self, status: int) -> ResponseDoc | None:
        """Return what is documented for a status: exact code, then range, then default.

        Source: OpenAPI 3.0.4 section 4.8.16 (Responses Object).
        """
        for key in (str(status), f"{status // 100}XX", f"{status // 100}xx", "default"):
            if key in self.responses:
                return self.responses[key]
        return None
