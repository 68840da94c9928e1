"""Which references of a document lead nowhere, in a circle, or to the wrong kind of object."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from specproof.contract.anatomy import Anatomy, Flaw
from specproof.contract.lines import tokens
from specproof.contract.load import Document, external_uri, fragment_of, references
from specproof.errors import did_you_mean
from specproof.model.exchange import MISSING, resolve_pointer

_SECTIONS = {
    "schemas": "schema",
    "responses": "response",
    "parameters": "parameter",
    "examples": "example",
    "requestBodies": "request body",
    "headers": "header",
    "securitySchemes": "security scheme",
    "links": "link",
    "callbacks": "callback",
    "pathItems": "path item",
}


def dangling(document: Document) -> Iterator[Flaw]:
    """Yield every use of a reference that leads nowhere, in this document and those it refers to."""
    whole: dict[str, tuple[Any, str]] = {document.source: (document.data, "#")}
    for uri, external in document.externals.items():
        whole[uri] = (external.data, f"#/x-external/{external.slug}")
    for base, (data, pointer) in whole.items():
        for at, reference in references(data, pointer):
            target = external_uri(base, reference)
            if target is not None and target not in whole:
                if reference in _ids(data):
                    continue
                why = document.unloaded.get(target, "it was not loaded")
                mend = "correct the reference, or put the file where it leads"
                yield Flaw(f"{at}/$ref", f"the reference {reference!r} cannot be followed: {why}", mend)
                continue
            node = data if target is None else whole[target][0]
            yield from _inside(node, reference, f"{at}/$ref")


def _inside(node: Any, reference: str, at: str) -> Iterator[Flaw]:
    fragment = fragment_of(reference)
    if fragment and not fragment.startswith("/"):
        if fragment not in _anchors(node):
            mend = "write # and a JSON pointer, such as #/components/schemas/name"
            yield Flaw(at, f"the reference {reference!r} leads to no anchor", mend)
        return
    found = resolve_pointer(node, fragment)
    if found is MISSING:
        *above, name = tokens(fragment)
        siblings = resolve_pointer(node, "".join(f"/{step}" for step in above))
        hint = did_you_mean(name, siblings) if isinstance(siblings, dict) else ""
        mend = f"define {fragment[1:]}, or correct the reference.{hint}"
        yield Flaw(at, f"the reference {reference!r} leads nowhere", mend)
    elif _circular(node, found):
        yield Flaw(at, f"the reference {reference!r} leads in a circle", "let one of them hold an object")


def _circular(document: Any, node: Any) -> bool:
    seen = 0
    while isinstance(node, dict) and isinstance(node.get("$ref"), str) and node["$ref"].startswith("#"):
        node = resolve_pointer(document, fragment_of(node["$ref"]))
        seen += 1
        if seen > 64:
            return True
    return False


def _anchors(node: Any) -> set[str]:
    return {name for key in ("$anchor", "$dynamicAnchor") for name in _texts(node, key)}


def _ids(node: Any) -> set[str]:
    return set(_texts(node, "$id"))


def _texts(node: Any, key: str) -> Iterator[str]:
    waiting = [node]
    while waiting:
        value = waiting.pop()
        if isinstance(value, dict):
            if isinstance(value.get(key), str):
                yield value[key]
            waiting.extend(value.values())
        elif isinstance(value, list):
            waiting.extend(value)


def wrong_kinds(anatomy: Anatomy) -> Iterator[Flaw]:
    """A reference to a component leads to the kind of object that is needed."""
    for part in anatomy.parts:
        if not part.is_reference or anatomy.version == "2.0":
            continue
        reference = part.node["$ref"]
        steps = list(tokens(reference)) if reference.startswith("#/components/") else []
        kind = _SECTIONS.get(steps[1]) if len(steps) == 3 else None
        if kind and part.kind not in {kind, "callback"}:
            mend = f"refer to a {part.kind}"
            yield Flaw(f"{part.pointer}/$ref", f"the reference {reference!r} leads to a {kind}", mend)
