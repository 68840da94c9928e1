"""A loaded document in the one shape that everything else reads: OpenAPI 3, all references inside it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from specproof.contract.lenient import sound_part
from specproof.contract.load import Document, bundle
from specproof.contract.swagger import as_openapi_3
from specproof.contract.unsent import unsent
from specproof.contract.validate import judge, version_of
from specproof.model.verdict import DocumentNote

_NO_EFFECT = "read all the same"


@dataclass(frozen=True, slots=True, kw_only=True)
class Readable:
    """A document as operations, promises and changes are read out of it."""

    data: Mapping[str, Any]
    origin: Callable[[str], str]  # a pointer into ``data`` -> the pointer into the document that was read
    place: Callable[[str], str]  # a pointer into ``data`` -> "file:line"
    notes: tuple[DocumentNote, ...] = ()  # what was mended or left out


def readable(document: Document) -> Readable:
    """Return a document of any version as OpenAPI 3; one that is taken leniently without its defects."""
    data, origin = bundle(document), _same
    if "swagger" in data:
        data, origins = as_openapi_3(data)
        origin = origins.of
    found = list(unsent(data))
    if document.lenient:
        data, mended = sound_part(data, version_of(data) or "3.1")
        found += mended
    notes = [
        DocumentNote(pointer=(at := origin(pointer)), place=document.place(at), said=said, effect=effect)
        for pointer, said, effect in found
    ]
    if document.lenient:
        notes += _others(document, {note.pointer for note in notes})
    return Readable(data=data, origin=origin, place=lambda at: document.place(origin(at)), notes=tuple(notes))


def _same(pointer: str) -> str:
    return pointer


def _others(document: Document, known: set[str]) -> Iterator[DocumentNote]:
    """Yield the defects about which nothing had to be done."""
    for problem in judge(document).problems:
        if not known & {problem.pointer, problem.pointer.removesuffix("/$ref")}:
            yield DocumentNote(
                pointer=problem.pointer, place=problem.place, said=problem.message, effect=_NO_EFFECT
            )
