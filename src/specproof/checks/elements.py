"""XML bodies: well-formed, and with the elements that a schema names."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from xml.parsers import expat

from specproof.contract.operations import follow
from specproof.contract.shapes import object_schema, required_members


class XmlError(Exception):
    """A body is not well-formed XML; the text says where."""


@dataclass(kw_only=True)
class Elements:
    """The outermost part of an XML document, without namespaces.

    Args:
        root: Name of the root element; empty for a document without one.
        attributes: Names of its attributes.
        children: Names of the elements inside it, in their order.
    """

    root: str = ""
    attributes: set[str] = field(default_factory=set)
    children: list[str] = field(default_factory=list)


def read_elements(body: bytes) -> Elements:
    """Read what stands outermost in an XML document; nothing outside of it is loaded.

    Raises:
        XmlError: It is not well-formed (XML 1.0 section 2.1).
        ValueError: Its encoding is not known here.
        LookupError: As ``ValueError``.
    """
    found, depth = Elements(), 0

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal depth
        if depth == 0:
            found.root = _local(name)
            found.attributes.update(_local(each) for each in attributes)
        elif depth == 1:
            found.children.append(_local(name))
        depth += 1

    def end(_: str) -> None:
        nonlocal depth
        depth -= 1

    parser = expat.ParserCreate()
    parser.StartElementHandler, parser.EndElementHandler = start, end
    try:
        parser.Parse(body, True)
    except expat.ExpatError as error:
        if error.code == expat.errors.codes[expat.errors.XML_ERROR_UNKNOWN_ENCODING]:
            raise LookupError(str(error)) from error
        raise XmlError(str(error)) from error
    return found


def wrong_elements(document: Mapping[str, Any], schema: Any, found: Elements) -> Iterator[tuple[str, str]]:
    """Yield a detail and what was expected, for each way in which elements break a schema.

    Only what the document says itself is judged: a root element that is named with ``xml: {name: …}``, and
    required members that are neither lists nor objects of unknown wrapping.

    Source: OpenAPI 3.0.4 section 4.8.26 (XML Object).
    """
    node, _ = follow(document, schema, "#")
    if not isinstance(node, Mapping) or not found.root:
        return
    wanted = _xml(node).get("name")
    if isinstance(wanted, str) and node.get("type") != "array" and _local(wanted) != found.root:
        yield "root", f"the root element {wanted}, got {found.root}"
        return
    members = object_schema(document, schema)
    for name in sorted(required_members(document, schema) & members.keys()):
        said, _ = follow(document, members[name], "#")
        if not isinstance(said, Mapping) or said.get("type") in {None, "array"}:
            continue
        if said.get("writeOnly") is True or said.get("nullable") is True:
            continue
        xml = _xml(said)
        spelt = _local(str(xml.get("name") or name))
        there = found.attributes if xml.get("attribute") is True else found.children
        if xml.get("nodeType", "element") in {"element", "attribute"} and spelt not in there:
            kind = "attribute" if xml.get("attribute") is True else "element"
            yield name, f"the {kind} {spelt} in {found.root}, got none"


def _xml(node: Mapping[str, Any]) -> Mapping[str, Any]:
    said = node.get("xml")
    return said if isinstance(said, Mapping) else {}


def _local(name: str) -> str:
    return name.rpartition(":")[2]
