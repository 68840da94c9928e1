"""Which extensions there are: what each may say, and where it may stand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, TypeAdapter

from specproof.contract.vocabulary import (
    Cloning,
    Cors,
    Error,
    Filter,
    Flag,
    Links,
    Name,
    Names,
    OAuth,
    Pagination,
    PartialResponse,
    Resource,
    Search,
    Secret,
    Sort,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Extension:
    """One extension.

    Args:
        says: Reads its value.
        places: The kinds of objects that it may stand in; an empty set means anywhere.
        switch: A truth value that it may also be: not paged, no resource, always secret, not promised.
    """

    says: TypeAdapter[Any]
    places: frozenset[str] = frozenset()
    switch: bool | None = None


def _extension(model: Any, *places: str, switch: bool | None = None) -> Extension:
    return Extension(says=TypeAdapter(model), places=frozenset(places), switch=switch)


def _listed(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


_ANY_LEVEL = ("root", "path item", "operation")

EXTENSIONS: Mapping[str, Extension] = {
    "x-pagination": _extension(Pagination, "root", "operation", switch=False),
    "x-resource": _extension(Resource, "path item", "operation", switch=False),
    "x-secret": _extension(Secret, "schema", switch=True),
    "x-scope-implications": _extension(dict[Name, tuple[Name, ...]], "security scheme"),
    "x-partial-response": _extension(PartialResponse, "parameter"),
    "x-filter": _extension(Filter, "parameter"),
    "x-sort": _extension(Sort, "parameter"),
    "x-search": _extension(Search, "parameter"),
    "x-oauth": _extension(OAuth, "security scheme"),
    "x-cloning": _extension(Cloning, "root"),
    "x-cors": _extension(Cors, "root"),
    "x-error": _extension(Error, "root"),
    "x-hyperlinks": _extension(Links, "root"),
    "x-form-body": _extension(Flag, "operation"),
    "x-unreachable": _extension(Literal["like-absent"], "root"),
    "x-absent": _extension(Literal["not-found"], *_ANY_LEVEL, switch=False),
    "x-unlisted": _extension(Literal["unreachable"], *_ANY_LEVEL, switch=False),
    "x-negotiation": _extension(Literal["accept"], *_ANY_LEVEL, switch=False),
    "x-conditions": _extension(Literal["if-match"], *_ANY_LEVEL, switch=False),
    "x-promise-source": _extension(Annotated[Names, BeforeValidator(_listed)]),
    "x-specproof-infer": _extension(Flag, *_ANY_LEVEL),
}
