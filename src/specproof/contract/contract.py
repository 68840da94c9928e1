"""A contract: the document with everything that was read and derived from it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from specproof.contract.derive import derive
from specproof.contract.derive.own import own_promises
from specproof.contract.infer import infer
from specproof.contract.operations import read_operations
from specproof.contract.resources import with_parts
from specproof.contract.schema import Schemas
from specproof.model.operation import Operation
from specproof.model.promise import Promise
from specproof.model.verdict import DocumentNote

_INFERRED_ALONE = (
    "responses.absent",
    "authorization.unlisted-unreachable",
    "negotiation.honoured",
    "conditional.stale-refused",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Contract:
    """What a run proves."""

    document: Mapping[str, Any]
    source: str  # file or URL as given
    sha256: str
    title: str
    version: str
    operations: tuple[Operation, ...]
    promises: tuple[Promise, ...]
    schemas: Schemas
    place: Callable[[str], str] = field(compare=False)  # pointer -> "file:line"
    notes: tuple[DocumentNote, ...] = ()  # what of the document is not tested as it stands
    origin: Callable[[str], str] = field(compare=False, default=str)  # pointer -> pointer in the file

    def operation(self, label: str) -> Operation:
        """Return the operation of that label.

        Raises:
            KeyError: There is none.
        """
        for operation in self.operations:
            if operation.label == label:
                return operation
        raise KeyError(label)

    def with_own_checks(self) -> Contract:
        """Return it with the promise that every operation passes the user's own checks."""
        return replace(self, promises=(*self.promises, *own_promises(self.operations)))

    @property
    def inferred(self) -> tuple[str, ...]:
        """What was inferred, in words, for the report."""
        lines = []
        for operation in self.operations:
            pages, resource = operation.pagination, operation.resource
            if pages and pages.inferred:
                lines.append(
                    f"{operation.label}: pages ({pages.style} style), confidence {pages.confidence:g}"
                )
            if resource and resource.inferred and resource.create == operation.label:
                lines.append(
                    f"{operation.label}: life cycle by {resource.identity}, "
                    f"confidence {resource.confidence:g}"
                )
        for kind in _INFERRED_ALONE:
            count = sum(promise.id == kind and promise.inferred for promise in self.promises)
            lines += [f"{kind} of {count} operation{'s' * (count > 1)}"] if count else []
        return tuple(lines)


def build_contract(
    document: Mapping[str, Any],
    *,
    source: str,
    sha256: str,
    place: Callable[[str], str],
    origin: Callable[[str], str] = str,
    notes: Sequence[DocumentNote] = (),
) -> Contract:
    """Read operations and promises out of a loaded document."""
    operations: Sequence[Operation] = with_parts(infer(document, read_operations(document)))
    info = document.get("info") or {}
    return Contract(
        document=document,
        source=source,
        sha256=sha256,
        title=str(info.get("title", "untitled")).strip(),
        version=str(info.get("version", "")),
        operations=tuple(operations),
        promises=derive(document, operations),
        schemas=Schemas(document),
        place=place,
        origin=origin,
        notes=tuple(notes),
    )
