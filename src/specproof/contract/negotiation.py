"""Which media types a client may ask for with ``Accept``: what a document offers for a success."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from specproof.contract.infer import said
from specproof.model.operation import MediaType, Operation, ResponseDoc

_PROBLEMS = frozenset({"application/problem+json", "application/problem+xml"})
_ENDLESS = ("text/event-stream", "multipart/")  # answers that may never come to an end
# Forms in which the same data can be written. Of others, images for instance, one has the data and not the
# client the choice.
_FORMS = frozenset({
    "application/json", "text/json", "application/xml", "text/xml", "text/csv", "text/html", "text/markdown",
    "application/yaml", "application/x-yaml", "text/yaml", "application/x-ndjson", "application/cbor",
    "application/msgpack", "application/x-msgpack", "text/turtle", "application/n-triples",
})  # fmt: skip
_CHOOSERS = frozenset({"format", "accept", "output", "outputformat", "alt", "type", "mediatype", "f"})


def success(operation: Operation) -> ResponseDoc | None:
    """Return the first success of an operation that documents content."""
    return next(
        (doc for status, doc in operation.responses.items() if status.startswith("2") and doc.content), None
    )


def is_sure(document: Mapping[str, Any], operation: Operation) -> bool:
    """Tell whether the document speaks of ``Accept``: by the header, a 406, or ``x-negotiation``."""
    if said(document, operation, "x-negotiation") == "accept":
        return True
    named = any(p.location == "header" and p.name.lower() == "accept" for p in operation.parameters)
    return named or "406" in operation.responses


def offered(document: Mapping[str, Any], operation: Operation) -> tuple[MediaType, ...]:
    """Return the media types of a success that can be asked for, each once; none where there is no choice.

    Unless the document speaks of ``Accept``, only forms in which the same data can be written are taken,
    and none where a query parameter chooses among them.
    """
    doc, sure = success(operation), is_sure(document, operation)
    if doc is None or (
        not sure and any(_chooses(p.name) for p in operation.parameters if p.location == "query")
    ):
        return ()
    found: dict[str, MediaType] = {}
    for media in doc.content:
        name = media.base
        ends = not name.startswith(_ENDLESS) and "stream=" not in media.name
        if "*" not in name and ends and name not in _PROBLEMS and (sure or _is_form(name)):
            found.setdefault(name, media)
    return tuple(found.values()) if len(found) > 1 else ()


def refuses(operation: Operation) -> bool:
    """Tell whether the document says that a type which nobody has documented is refused."""
    doc = success(operation)
    open_to_all = doc is not None and any("*" in media.name for media in doc.content)
    return doc is not None and not open_to_all and "406" in operation.responses


def _is_form(name: str) -> bool:
    return name in _FORMS or name.endswith(("+json", "+xml", "+yaml"))


def _chooses(name: str) -> bool:
    return name.lower().replace("_", "").replace("-", "").removeprefix("$") in _CHOOSERS
