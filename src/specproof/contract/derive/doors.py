"""Promises about who is let in: credentials, rights, what belongs to others, other spellings."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from specproof.contract.derive.build import promise
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
    names += ["authorization.allowed", "authorization.scope-enforced"]
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
    if "authorization.foreign-unreachable" in names and document.get("x-unreachable") == "like-absent":
        yield promise("authorization.foreign-like-absent", label, "#/x-unreachable")


def sent_in(document: Mapping[str, Any], operation: Operation) -> set[str]:
    """Return where the tokens of an operation may travel, as far as the document says."""
    schemes = (document.get("components") or {}).get("securitySchemes") or {}
    named = {name for alternative in operation.security for name in alternative}
    found: set[str] = set()
    for name in named:
        said = (schemes.get(name) or {}).get("x-oauth") or {}
        found |= set(said.get("sent_in") or ())
    return found
