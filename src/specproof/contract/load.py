"""Load an OpenAPI document from a file or a URL, with its overlays and the documents it refers to."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote, urldefrag

from specproof.contract.fetch import is_url, join, may_follow, read_text
from specproof.contract.lines import Parsed, Problem, Spot, TextError, escape
from specproof.contract.syntax import parse
from specproof.errors import DocumentError
from specproof.model.exchange import resolve_pointer

_MAX_EXTERNAL = 200
_NOT_REFERENCES = {"example", "default", "enum", "const"}  # what is inside is data, whatever it looks like


@dataclass(frozen=True, slots=True, kw_only=True)
class External:
    """A document that another one refers to."""

    slug: str  # its name under x-external
    data: Any
    spot: Spot


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """An OpenAPI document, overlays applied."""

    source: str  # file or URL as given
    data: dict[str, Any]
    text: str  # of the document itself
    sha256: str  # of every text that went into it
    spot: Spot
    problems: tuple[Problem, ...] = ()  # what parsing found: double keys, tags
    warnings: tuple[Problem, ...] = ()  # overlay actions that matched nothing
    externals: Mapping[str, External] = field(default_factory=dict)  # by file or URL
    unloaded: Mapping[str, str] = field(default_factory=dict)  # file or URL -> why it could not be loaded
    lenient: bool = False  # defects are mended or left out, and noted
    overlays: tuple[str, ...] = ()  # files or URLs as given

    def place(self, pointer: str) -> str:
        """Return ``file:line`` of what a JSON pointer leads to, or of the nearest thing above it."""
        for external in self.externals.values():
            base = f"/x-external/{external.slug}"
            rest = pointer.removeprefix("#").removeprefix(base)
            if rest != pointer.removeprefix("#"):
                return str(external.spot.nearest(rest))
        return str(self.spot.nearest(pointer))


def load_document(source: str, *, overlays: Sequence[str] = (), lenient: bool = False) -> Document:
    """Load a document and apply overlays to it, in their order.

    Args:
        source: A path or an http(s) URL; YAML or JSON, gzipped or not.
        overlays: Paths or URLs of OpenAPI Overlays.
        lenient: A run uses the sound part of the document, and notes the rest.

    Raises:
        DocumentError: Something cannot be read, or is no YAML or JSON, or no mapping. One line.
    """
    text, parsed = _read(source)
    if not isinstance(parsed.data, dict):
        what = {list: "a list", type(None): "nothing"}.get(type(parsed.data), "plain text")
        mend = "an OpenAPI document is a mapping that begins with openapi: or swagger:"
        raise DocumentError(f"{source}:{parsed.spot.line}: holds {what}; {mend}")
    digest = hashlib.sha256(text.encode("utf-8", "surrogatepass"))
    problems = list(parsed.problems)
    warnings: list[Problem] = []
    if overlays:
        from specproof.contract.overlay import apply_overlay  # noqa: PLC0415  # most runs have none
    for name in overlays:
        overlay_text, overlay = _read(name)
        digest.update(overlay_text.encode("utf-8", "surrogatepass"))
        problems.extend(overlay.problems)
        warnings.extend(apply_overlay(parsed, overlay, name))
    externals: dict[str, External] = {}
    unloaded: dict[str, str] = {}
    for uri, external_text, external in _externals(source, parsed.data, unloaded):
        externals[uri] = External(slug=f"d{len(externals) + 1}", data=external.data, spot=external.spot)
        problems.extend(external.problems)
        digest.update(external_text.encode("utf-8", "surrogatepass"))
    return Document(
        source=source,
        data=parsed.data,
        text=text,
        sha256=digest.hexdigest(),
        spot=parsed.spot,
        problems=tuple(problems),
        warnings=tuple(warnings),
        externals=externals,
        unloaded=unloaded,
        lenient=lenient,
        overlays=tuple(overlays),
    )


def _read(source: str) -> tuple[str, Parsed]:
    text = read_text(source)
    try:
        return text, parse(text, source)
    except TextError as error:
        raise DocumentError(f"{source}:{error.line}: {error.message}; {error.mend}") from error


def _externals(source: str, data: Any, unloaded: dict[str, str]) -> Iterator[tuple[str, str, Parsed]]:
    """Load what is referred to, and what that refers to; note in ``unloaded`` what cannot be."""
    waiting = [(source, data)]
    known = {source}
    while waiting:
        base, node = waiting.pop()
        for _, reference in references(node):
            uri = external_uri(base, reference)
            if uri is None or uri in known:
                continue
            known.add(uri)
            if len(known) > _MAX_EXTERNAL:
                unloaded[uri] = f"there are more than {_MAX_EXTERNAL} documents"
            elif not may_follow(source, uri):
                unloaded[uri] = "it is on another server" if is_url(source) else "only files are followed"
            else:
                try:
                    text, parsed = _read(uri)
                except DocumentError as error:
                    unloaded[uri] = str(error)
                    continue
                waiting.append((uri, parsed.data))
                yield uri, text, parsed


def references(node: Any, pointer: str = "#") -> Iterator[tuple[str, str]]:
    """Yield the pointer and the text of every ``$ref``; those inside examples and extensions are data."""
    waiting: list[tuple[str, Any, bool]] = [(pointer, node, False)]
    while waiting:
        at, value, names = waiting.pop()
        if isinstance(value, list):
            waiting.extend((f"{at}/{index}", child, False) for index, child in enumerate(value))
        elif isinstance(value, dict):
            if isinstance(value.get("$ref"), str) and not names:
                yield at, value["$ref"]
            for key, child in value.items():
                if not names and (key in _NOT_REFERENCES or key.startswith("x-")):
                    continue
                if not names and key == "examples":
                    continue
                inner = not names and key in {"properties", "patternProperties", "schemas", "definitions"}
                waiting.append((f"{at}/{escape(key)}", child, inner))


def external_uri(base: str, reference: str) -> str | None:
    """Return the file or URL that a reference leads to, or ``None`` where it stays in its document."""
    target, _ = urldefrag(reference)
    return join(base, unquote(target)) if target else None


def fragment_of(reference: str) -> str:
    """Return the part of a reference behind ``#``, percent-decoded."""
    return unquote(urldefrag(reference).fragment)


def bundle(document: Document) -> dict[str, Any]:
    """Return the document as one mapping without external references.

    What other files hold stands under ``x-external``, and every reference leads there. (Under ``x-bundled``
    schemathesis keeps what it gathers itself.)
    """
    if not document.externals:
        return document.data
    whole = _rewritten(document, document.source, document.data, "")
    parts = {
        external.slug: _rewritten(document, uri, external.data, f"/x-external/{external.slug}")
        for uri, external in document.externals.items()
    }
    return {**whole, "x-external": parts}


def _rewritten(document: Document, base: str, data: Any, inside: str) -> Any:
    copy = deepcopy(data)
    for pointer, reference in list(references(copy)):
        uri = external_uri(base, reference)
        if uri is None:
            target = inside
        elif uri == document.source:
            target = ""
        elif uri in document.externals:
            target = f"/x-external/{document.externals[uri].slug}"
        else:
            continue
        resolve_pointer(copy, pointer)["$ref"] = f"#{target}{fragment_of(reference)}"
    return copy
