"""Promises about who is let in: credentials, rights, what belongs to others, other spellings."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from specproof.contract.derive.build import promise
from specproof.contract.infer import infers, said
from specproof.model.operation import Operation
from specproof.model.promise import Promise


def derive(
    document: Mapping[str, Any], operation: Operation, operations: Sequence[Operation]
) -> Iterator[Promise]:
    """Yield the promises of an operation that nobody may call without a credential."""
    if not operation.security or not all(operation.security):
        return
    label, source = operation.label, f"{operation.pointer}/security"
    names = ["credential.exact", "credential.dead", "credential.scheme-case"]
    if "401" in operation.responses:
        names.append("credential.unauthorized")
    places = sent_in(document, operation)
    if "query" in places:
        names.append("credential.places")
    if "form" in places and operation.method == "POST" and operation.takes_forms:
        names.append("credential.form-token")
    for name in names:
        yield promise(name, label, source)
    yield from _rights(document, operation)


def _rights(document: Mapping[str, Any], operation: Operation) -> Iterator[Promise]:
    """Yield who may do what, and whose things nobody else gets at."""
    label, source = operation.label, f"{operation.pointer}/security"
    names = ["authorization.allowed", "authorization.scope-enforced"]
    if {"401", "403"} <= set(operation.responses):
        names.append("authorization.refusal-status")
    if operation.method not in {"GET", "HEAD", "OPTIONS"}:
        names.append("authorization.refused-without-effect")
    if any(parameter.location == "path" for parameter in operation.parameters):
        names.append("authorization.foreign-unreachable")
        if operation.method == "GET":
            names.append("alias.same-answer")
    if operation.method == "GET" and operation.pagination is not None:
        names.append("authorization.bound")
    for name in names:
        yield promise(name, label, source)
    word = said(document, operation, "x-unlisted")
    open_to_inference = word is None and infers(document, operation)
    if _shows_own_things(operation) and (word == "unreachable" or open_to_inference):
        yield promise("authorization.unlisted-unreachable", label, source, inferred=word is None)
    if "authorization.foreign-unreachable" in names and document.get("x-unreachable") == "like-absent":
        yield promise("authorization.foreign-like-absent", label, "#/x-unreachable")


def _shows_own_things(operation: Operation) -> bool:
    """Tell whether an operation works on one thing of a collection whose path does not say whose it is."""
    resource = operation.resource
    if resource is None or not (resource.create and resource.read and resource.delete and resource.list):
        return False
    of_item = operation.parameter(resource.parameter, "path") is not None
    return of_item and "{" not in resource.create and "{" not in resource.list


def sent_in(document: Mapping[str, Any], operation: Operation) -> set[str]:
    """Return where the tokens of an operation may travel, as far as the document says."""
    schemes = (document.get("components") or {}).get("securitySchemes") or {}
    named = {name for alternative in operation.security for name in alternative}
    found: set[str] = set()
    for name in named:
        said = (schemes.get(name) or {}).get("x-oauth") or {}
        found |= set(said.get("sent_in") or ())
    return found
