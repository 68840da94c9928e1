"""The promise vocabulary: what extensions may say, one model for each that is an object.

Field descriptions are shown in docs/vocabulary.md; a test keeps both in step.
"""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

_POINTER = re.compile(r"(/([^~/]|~[01])*)*")


def _pointer(text: str) -> str:
    if not _POINTER.fullmatch(text):
        raise ValueError("is no JSON pointer: it begins with / and writes ~ as ~0 (RFC 6901)")
    return text


Pointer = Annotated[str, AfterValidator(_pointer)]
Name = Annotated[str, Field(min_length=1)]
Names = Annotated[tuple[Name, ...], Field(min_length=1)]
Count = Annotated[int, Field(ge=0, strict=True)]
Flag = Annotated[bool, Field(strict=True)]
Status = Annotated[int, Field(ge=400, le=499, strict=True)]
LiteralKind = Literal["string", "number", "boolean", "datetime", "null"]


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=False, defer_build=True)


class PageParameters(_Model):
    """Which query parameters move through the collection."""

    page: Name | None = None
    size: Name | None = None
    offset: Name | None = None
    cursor: Name | None = None


class Pagination(_Model):
    """``x-pagination``: how a collection is cut into pages."""

    style: Literal["page", "offset", "cursor", "link-header"]
    items: Pointer = ""
    next: Pointer | None = None
    next_cursor: Pointer | None = None
    previous: Pointer | None = None
    total: Pointer | None = None
    total_header: Name | None = None
    page: Pointer | None = None
    size: Pointer | None = None
    parameters: PageParameters = PageParameters()
    first: Count = 1
    size_minimum: Count | None = None
    size_maximum: Count | None = None
    size_default: Count | None = None
    past_end: Literal["empty", "error"] | None = None
    identity: Pointer | None = None


class Resource(_Model):
    """``x-resource``: a thing with a life cycle, and the operations that lead it through."""

    identity: Pointer
    parameter: Name
    unique: tuple[Pointer, ...] = ()
    unique_per_parent: Flag = False
    immutable: tuple[Pointer, ...] = ()
    create: Name | None = None
    read: Name | None = None
    update: Name | None = None
    delete: Name | None = None
    list: Name | None = None
    keeps_omitted: Flag = False


class When(_Model):
    """The condition under which a value is secret."""

    property: Name
    equals: Any


class Secret(_Model):
    """``x-secret``: a value that no answer shows again."""

    when: When | None = None


class PartialResponse(_Model):
    """``x-partial-response``: a parameter that chooses members of the answer."""

    include: Flag = True
    exclude: Name | None = None
    add: Name | None = None
    wildcard: Name | None = None
    separator: Name = "."
    delimiter: Name = ","
    hidden: tuple[Name, ...] | None = None
    unknown: Literal["ignored"] | Status | None = None


class Operators(_Model):
    """How the filter language writes each comparison."""

    equals: Name | None = None
    not_equals: Name | None = None
    contains: Name | None = None
    not_contains: Name | None = None
    greater: Name | None = None
    greater_or_equal: Name | None = None
    less: Name | None = None
    less_or_equal: Name | None = None


class Combinators(_Model):
    """How conditions or words are joined."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True, defer_build=True)

    and_: Name | None = Field(default=None, alias="and")
    or_: Name | None = Field(default=None, alias="or")
    not_: Name | None = Field(default=None, alias="not")


class Filter(_Model):
    """``x-filter``: a parameter that holds a condition."""

    operators: Operators
    fields: Annotated[dict[Name, LiteralKind], Field(min_length=1)]
    combinators: Combinators = Combinators()
    combinators_ignore_case: Flag = False
    binds_tighter: Literal["and", "or"] | None = None
    parentheses: Flag = False
    separator: Name = "."
    absent: Name | None = None
    escape: Annotated[str, Field(min_length=1, max_length=1)] | None = None
    collation: Literal["codepoint", "ignore-case"] | None = None
    contains_ignores_case: Flag = False
    malformed: Status | None = None


class Sort(_Model):
    """``x-sort``: a parameter that names the member to sort by."""

    fields: Names
    descending: Name | None = None
    several: Flag = False
    delimiter: Name = ","
    collation: Literal["codepoint", "ignore-case"] | None = None
    unknown: Status | None = None


class Matches(_Model):
    """Where a search result shows what matched; each pointer starts where the one before it ends."""

    items: Pointer
    path: Pointer | None = None
    source: Pointer | None = None
    count: Pointer | None = None
    blocks: Pointer | None = None
    lines: Pointer | None = None
    number: Pointer | None = None
    segments: Pointer | None = None
    path_segments: Pointer | None = None
    text: Pointer | None = None
    match: Pointer | None = None


class Search(_Model):
    """``x-search``: a parameter that holds a search query."""

    modifiers: dict[Name, Name] = {}
    phrase: Name | None = None
    negation: Name | None = None
    combinators: Combinators = Combinators()
    parentheses: Flag = False
    implicit: Literal["and", "or"] | None = None
    ignores_case: Flag = False
    matches: Matches | None = None
    substituted: Pointer | None = None
    malformed: Status | None = None
    malformed_key: Pointer | None = None


class Assertion(_Model):
    """How the grant is asked for that swaps a signed assertion (RFC 7519) for a token."""

    grant: Name
    scheme: Name | None = None
    must_expire: Flag | None = None


class OAuth(_Model):
    """``x-oauth``: what an OAuth 2 scheme offers beyond its flows."""

    grants: Names
    lifetime: Annotated[int, Field(ge=1, strict=True)] | None = None
    refresh: tuple[Name, ...] | None = None
    sent_in: tuple[Literal["header", "form", "query"], ...] = ("header",)
    pkce: tuple[Literal["S256", "plain"], ...] = ()
    reuse_revokes: Flag = False
    jwt: Assertion | None = None


class Cloning(_Model):
    """``x-cloning``: Git repositories that tokens open over HTTP."""

    user: Name
    scope: Name | None = None
    push: Name | None = None


class Cors(_Model):
    """``x-cors``: which pages in a browser may call the API."""

    origins: Names
    methods: tuple[Name, ...] = ()
    headers: tuple[Name, ...] = ()
    exposed: tuple[Name, ...] = ()
    max_age: Count | None = None
    credentials: Flag = False


class Error(_Model):
    """``x-error``: the shape of every refusal."""

    message: Pointer
    required: tuple[Pointer, ...] = ()
    fields: Pointer | None = None


class Links(_Model):
    """``x-hyperlinks``: where objects say which places have to do with them."""

    member: Name
    href: Name = "href"
    templated: Name | None = None
