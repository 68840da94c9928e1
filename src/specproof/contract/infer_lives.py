"""Infer which operations lead a thing through its life: paths, what creation answers, and OpenAPI links."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import replace
from typing import Any

from specproof.contract.operations import follow
from specproof.contract.shapes import object_schema, success_schema
from specproof.model.exchange import resolve_pointer
from specproof.model.operation import Operation, Resource

_IDENTITY = ("id", "uuid", "_id")
_ENVELOPES = ("data", "result", "item")
_BODY = "$response.body#"  # OpenAPI 3.0.4 section 4.8.20.4 (Runtime Expressions)
_Evidence = tuple[float, str, str]  # how sure, the pointer of the identity, why


def infer_resources(
    document: Mapping[str, Any], operations: Sequence[Operation], allowed: Set[str]
) -> list[Operation]:
    """Return the operations with the resources that POSTs create, for those whose labels are allowed."""
    labels = {operation.label: operation for operation in operations}
    found: dict[str, Resource] = {}
    for creation in (o for o in operations if o.method == "POST" and o.label in allowed):
        resource = _resource(document, creation, labels)
        if resource is not None:
            for verb in ("create", "read", "update", "delete", "list"):
                if (label := getattr(resource, verb)) is not None:
                    found[label] = resource
    return [replace(o, resource=found[o.label]) if o.label in found and o.label in allowed else o
            for o in operations]  # fmt: skip


def _resource(
    document: Mapping[str, Any], creation: Operation, labels: Mapping[str, Operation]
) -> Resource | None:
    collection = creation.path
    pattern = re.compile(re.escape(collection.rstrip("/")) + r"/\{([^/{}]+)\}/?")
    item = next((m for each in labels.values() if (m := pattern.fullmatch(each.path))), None)
    if item is None:
        return None
    shown = labels.get(f"GET {item[0]}")
    evidence = max(_evidence(document, creation, item[1], shown), default=None)
    if evidence is None:
        return None

    def label(method: str, path: str) -> str | None:
        return f"{method} {path}" if f"{method} {path}" in labels else None

    confidence, identity, why = evidence
    return Resource(
        identity=identity,
        parameter=item[1],
        pointer=creation.pointer,
        create=creation.label,
        read=label("GET", item[0]),
        update=label("PUT", item[0]) or label("PATCH", item[0]),
        delete=label("DELETE", item[0]),
        list=label("GET", collection),
        keeps_omitted=label("PUT", item[0]) is None,
        inferred=True,
        confidence=confidence,
        because=(f"{item[0]} below {collection}", why),
    )


def _evidence(
    document: Mapping[str, Any], creation: Operation, parameter: str, shown: Operation | None
) -> Iterator[_Evidence]:
    """Yield every reason to take a POST for the creation of what the item path shows."""
    linked = _link(document, creation, parameter)
    if linked is not None:
        yield 0.95, linked, f"a link gives {parameter} from the body of the 201"
    made = success_schema(creation, ("201",))
    if (name := _named(document, made, parameter)) is not None:
        yield 0.9 if name == parameter else 0.8, f"/{name}", f"the 201 shows {name}"
    elif (inside := _enveloped(document, made, parameter)) is not None and _reads(document, shown, inside):
        yield 0.7, inside, f"the 201 shows {inside}, as GET does"
    elif "201" in creation.responses and shown is not None and _has_location(creation):
        name = _named(document, success_schema(shown, ("200",)), parameter)
        if name is not None:
            yield 0.75, f"/{name}", f"the 201 has a Location, and what it leads to shows {name}"
    if "201" not in creation.responses and shown is not None:
        yield from _answered(document, creation, parameter, shown)


def _answered(
    document: Mapping[str, Any], creation: Operation, parameter: str, shown: Operation
) -> Iterator[_Evidence]:
    """Yield what speaks for a creation that is answered with 200: it shows what reading shows."""
    done, read = success_schema(creation, ("200",)), success_schema(shown, ("200",))
    name = _named(document, done, parameter)
    inside = _enveloped(document, done, parameter) if name is None else None
    if inside is not None and _reads(document, shown, inside):
        yield 0.55, inside, f"the 200 shows {inside}, as GET does"
    if name is None or name != _named(document, read, parameter):
        return
    if done == read:
        yield 0.6, f"/{name}", f"the 200 shows what GET shows, with {name}"
    elif name == parameter:
        yield 0.55, f"/{name}", f"the 200 shows {name}, as GET does"


def _named(document: Mapping[str, Any], schema: Any, parameter: str) -> str | None:
    members = object_schema(document, schema)
    return next((name for name in (parameter, *_IDENTITY) if name in members), None)


def _enveloped(document: Mapping[str, Any], schema: Any, parameter: str) -> str | None:
    """Return where an identity stands in an answer that puts the thing into a member of its own."""
    members = object_schema(document, schema)
    for envelope in (name for name in _ENVELOPES if name in members):
        name = _named(document, members[envelope], parameter)
        if name is not None:
            return f"/{envelope}/{name}"
    return None


def _reads(document: Mapping[str, Any], shown: Operation | None, pointer: str) -> bool:
    """Tell whether reading shows the identity in the same place."""
    if shown is None:
        return False
    envelope, name = pointer.removeprefix("/").split("/")
    inside = object_schema(document, success_schema(shown, ("200",))).get(envelope)
    return name in object_schema(document, inside)


def _has_location(creation: Operation) -> bool:
    return any(header.name.lower() == "location" for header in creation.responses["201"].headers)


def _link(document: Mapping[str, Any], creation: Operation, parameter: str) -> str | None:
    """Return where a link of the 201 says that the identity stands (OpenAPI 3.0.4 section 4.8.20)."""
    created = creation.responses.get("201")
    response = resolve_pointer(document, created.pointer) if created else None
    links = response.get("links") if isinstance(response, Mapping) else None
    for entry in (links or {}).values() if isinstance(links, Mapping) else ():
        node, _ = follow(document, entry, "#")
        given = node.get("parameters") if isinstance(node, Mapping) else None
        for name, value in (given or {}).items() if isinstance(given, Mapping) else ():
            if name.removeprefix("path.") == parameter and str(value).startswith(f"{_BODY}/"):
                return str(value).removeprefix(_BODY)
    return None
