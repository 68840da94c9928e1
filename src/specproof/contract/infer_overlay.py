"""Write what was inferred as an overlay, so that people can confirm it, correct it or switch it off."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from specproof.contract.contract import Contract
from specproof.model.operation import Operation, Pagination, Resource

ASIDE = {
    "responses.absent": ("x-absent", "not-found", 0.8, "the documented 404"),
    "authorization.unlisted-unreachable": ("x-unlisted", "unreachable", 0.6,
                                           "a collection whose path does not say whose it is"),
    "negotiation.honoured": ("x-negotiation", "accept", 0.7, "several media types for the same data"),
    "conditional.stale-refused": ("x-conditions", "if-match", 0.7,
                                  "the documented 412, and the ETag of the GET on the same path"),
}  # fmt: skip
"""Promises that are inferred alone: by what they are said, how sure that is, and why."""
_VERBS = ("create", "read", "update", "delete", "list")
_PARAMETERS = ("page", "size", "offset", "cursor")
_PLAIN = ("style", "items", "next", "next_cursor", "previous", "total", "total_header",
          "size_minimum", "size_maximum", "size_default", "identity")  # fmt: skip


def as_overlay(contract: Contract) -> dict[str, Any]:
    """Return an OpenAPI Overlay 1.0 that says explicitly what a contract inferred.

    With it the document gives the same pages and life cycles at full strength, and nothing is inferred.
    """
    names = {o.label: o.operation_id or _name(o) for o in contract.operations}
    return {
        "overlay": "1.0.0",
        "info": {"title": f"What was inferred from {contract.title}", "version": contract.version or "1"},
        "actions": [
            {
                "target": "$",
                "description": "Everything below is said, so that nothing more is inferred.",
                "update": {"x-specproof-infer": False},
            },
            *_actions(contract, names),
        ],
    }


def said_of_pages(pages: Pagination) -> dict[str, Any]:
    """Return ``x-pagination`` as it would be written."""
    said = {name: found for name in _PLAIN if (found := getattr(pages, name)) is not None}
    parameters = {n: given for n in _PARAMETERS if (given := getattr(pages, f"{n}_parameter")) is not None}
    first = {} if pages.first == 1 else {"first": pages.first}
    return {**said, **({"parameters": parameters} if parameters else {}), **first}


def said_of_life(resource: Resource, names: Mapping[str, str]) -> dict[str, Any]:
    """Return ``x-resource`` as it would be written; ``names`` are operationIds by label."""
    verbs = {verb: names[label] for verb in _VERBS if (label := getattr(resource, verb)) is not None}
    kept = {"keeps_omitted": True} if resource.keeps_omitted else {}
    return {"identity": resource.identity, "parameter": resource.parameter, **verbs, **kept}


def _actions(contract: Contract, names: Mapping[str, str]) -> Iterator[dict[str, Any]]:
    needed: set[str] = set()
    for operation in contract.operations:
        pages, resource = operation.pagination, operation.resource
        if pages is not None and pages.inferred:
            said: dict[str, Any] = {"x-pagination": said_of_pages(pages)}
            yield _action(operation, said, _why(pages, "x-pagination"))
        if resource is not None and resource.inferred and resource.create == operation.label:
            needed |= {label for verb in _VERBS if (label := getattr(resource, verb)) is not None}
            said = {"x-resource": said_of_life(resource, names)}
            yield _action(operation, said, _why(resource, "x-resource"))
    for one in contract.promises:
        if one.inferred and one.id in ASIDE:
            extension, word, confidence, why = ASIDE[one.id]
            description = f"Confidence {confidence:g}: {why}. Write {extension}: false where it is not so."
            yield _action(contract.operation(one.operation), {extension: word}, description)
    for operation in contract.operations:
        if operation.label in needed and operation.operation_id is None:
            yield _action(operation, {"operationId": names[operation.label]}, "x-resource needs a name.")


def _why(found: Pagination | Resource, extension: str) -> str:
    reasons = "; ".join(found.because)
    return f"Confidence {found.confidence:g}: {reasons}. Write {extension}: false where it is not so."


def _action(operation: Operation, update: dict[str, Any], description: str) -> dict[str, Any]:
    path = operation.path.replace("\\", "\\\\").replace("'", "\\'")
    target = f"$.paths['{path}'].{operation.method.lower()}"
    return {"target": target, "description": description, "update": update}


def _name(operation: Operation) -> str:
    return "_".join([operation.method.lower(), *re.findall(r"[A-Za-z0-9]+", operation.path)])
