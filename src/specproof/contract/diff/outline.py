"""The operations of two documents, paired; and what rules about them yield."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from specproof.contract.lines import escape
from specproof.contract.operations import METHODS, follow

_NAME = re.compile(r"\{[^{}]*\}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """A difference, with its kind."""

    kind: str
    said: str
    old: str | None = None  # pointers: the new one counts, if there is one
    new: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Both:
    """One object in both documents."""

    old: Mapping[str, Any]
    new: Mapping[str, Any]
    old_pointer: str
    new_pointer: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlined:
    """One operation of a document."""

    document: Mapping[str, Any]
    method: str  # upper case
    path: str
    raw: Mapping[str, Any]
    pointer: str
    item: Mapping[str, Any]  # its path item
    item_pointer: str

    @property
    def label(self) -> str:
        """``GET /things/{id}``."""
        return f"{self.method} {self.path}"

    @property
    def key(self) -> tuple[str, str]:
        """The same for the same operation, however its path parameters are called."""
        return self.method, template(self.path)


def template(path: str) -> str:
    """Return a path with its parameters without names."""
    return _NAME.sub("{}", path)


def outline(document: Mapping[str, Any], section: str = "paths") -> Iterator[Outlined]:
    """Yield the operations under ``paths`` or ``webhooks``, in document order."""
    listed = document.get(section)
    for path, raw in listed.items() if isinstance(listed, Mapping) else ():
        if section != "paths" or str(path).startswith("/"):
            yield from of_item(document, str(path), raw, f"#/{section}/{escape(str(path))}")


def of_item(document: Mapping[str, Any], path: str, raw: Any, pointer: str) -> Iterator[Outlined]:
    """Yield the operations of one path item."""
    item, at = follow(document, raw, pointer)
    if not isinstance(item, Mapping):
        return
    extra = item.get("additionalOperations")
    listed = [(method, item.get(method), f"{at}/{method}") for method in METHODS]
    for method, entry in extra.items() if isinstance(extra, Mapping) else ():
        listed.append((method, entry, f"{at}/additionalOperations/{escape(method)}"))
    for method, entry, where in listed:
        if isinstance(entry, Mapping):
            yield Outlined(
                document=document,
                method=method.upper(),
                path=path,
                raw=entry,
                pointer=where,
                item=item,
                item_pointer=at,
            )


def paired(old: list[Outlined], new: list[Outlined]) -> Iterator[tuple[Outlined | None, Outlined | None]]:
    """Yield what is the same operation in both; ``None`` where one has it not."""
    left = {operation.label: operation for operation in new}
    for before in old:
        after = left.pop(before.label, None)
        if after is None:
            found = next((o for o in left.values() if o.key == before.key), None)
            after = left.pop(found.label) if found is not None else None
        yield before, after
    yield from ((None, after) for after in left.values())


def mapping(node: Any) -> Mapping[str, Any]:
    """Return a mapping, empty where the document has something else."""
    return node if isinstance(node, Mapping) else {}
