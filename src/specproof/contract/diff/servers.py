"""Rules about the addresses of an API."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from specproof.contract.diff.outline import Note, mapping
from specproof.contract.diff.view import canonical


def servers(
    old: Mapping[str, Any], new: Mapping[str, Any], old_pointer: str, new_pointer: str
) -> Iterator[Note]:
    """The ``servers`` of a document or an operation, whatever their order."""
    before, after = _by_url(old), _by_url(new)
    for url in dict.fromkeys((*before, *after)):
        if url not in after:
            at = f"{old_pointer}/servers/{before[url][0]}"
            yield Note(kind="server-removed", said=f"the server {url} is gone", old=at)
        elif url not in before:
            at = f"{new_pointer}/servers/{after[url][0]}"
            yield Note(kind="server-added", said=f"the server {url} is new", new=at)
        else:
            was, now = (_variables(entry) for entry in (before[url][1], after[url][1]))
            for name in (name for name in dict.fromkeys((*was, *now)) if was.get(name) != now.get(name)):
                said = f"the server {url}: variable {name!r} was {was.get(name)}, is {now.get(name)}"
                at = f"{new_pointer}/servers/{after[url][0]}"
                yield Note(kind="server-variable-changed", said=said, new=at)


def _by_url(node: Mapping[str, Any]) -> dict[str, tuple[int, Mapping[str, Any]]]:
    listed = node.get("servers")
    entries = enumerate(listed if isinstance(listed, list) else ())
    return {str(mapping(entry).get("url")).rstrip("/"): (index, mapping(entry)) for index, entry in entries}


def _variables(server: Mapping[str, Any]) -> dict[str, str]:
    said = mapping(server.get("variables"))
    return {
        name: canonical([mapping(entry).get("default"), sorted(map(str, mapping(entry).get("enum") or ()))])
        for name, entry in said.items()
    }
