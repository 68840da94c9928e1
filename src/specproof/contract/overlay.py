"""Apply an OpenAPI Overlay to a document, and remember which lines came from it.

Source: OpenAPI Overlay 1.0.0 and 1.1.0, section 4.4.3 (Action Object). ``jsonpath-rfc9535`` selects the
targets: it takes RFC 9535 and nothing else, so an overlay that works here works with other tools.
"""

from __future__ import annotations

import re
from copy import deepcopy
from dataclasses import dataclass
from typing import Any, TypeAlias

from jsonpath_rfc9535 import JSONPathEnvironment, JSONPathError

from specproof.contract.lines import MAX_DEPTH, Parsed, Problem, Spot, escape
from specproof.errors import DocumentError, did_you_mean

_VERSION = re.compile(r"1\.[01](\.\d+)?")
_KEYS = ("overlay", "info", "extends", "actions")
_INFO_KEYS = ("title", "version")
_ACTION_KEYS = ("target", "description", "update", "remove", "copy")
Location: TypeAlias = tuple[str | int, ...]


class _Environment(JSONPathEnvironment):
    max_recursion_depth = MAX_DEPTH + 10


_JSONPATH = _Environment()


@dataclass(frozen=True, slots=True)
class _Action:
    """One entry of ``actions`` with its place, for errors."""

    entry: dict[str, Any]
    spot: Spot
    pointer: str
    version: str

    def error(self, message: str, mend: str, member: str = "") -> DocumentError:
        """Say what is wrong with this action."""
        place = self.spot.nearest(f"/{member}") if member else self.spot
        pointer = f"{self.pointer}/{member}" if member else self.pointer
        return DocumentError(" ".join(f"{place}: {pointer}: {message}; {mend}".split()))


def apply_overlay(document: Parsed, overlay: Parsed, source: str) -> list[Problem]:
    """Change a document in place; return a warning for each action that matches nothing.

    Args:
        document: The values and spots to change.
        overlay: The parsed overlay.
        source: The overlay's file or URL, for messages.

    Raises:
        DocumentError: The overlay is no valid Overlay 1.0 or 1.1, or does not fit the document.
    """
    warnings = []
    for action in _actions(overlay, source):
        found = _select(document, action, "target")
        if not found:
            place, pointer = str(action.spot.nearest("/target")), f"{action.pointer}/target"
            message = f"{action.entry['target']} matches nothing"
            warnings.append(Problem(place, pointer, message, "correct the path, or remove the action"))
        elif action.entry.get("remove") is True:
            _remove(document, found, action)
        elif "copy" in action.entry:
            _copy(document, found, action)
        else:
            _update(document, found, action.entry["update"], action.spot.nearest("/update"), action)
    return warnings


def _actions(overlay: Parsed, source: str) -> list[_Action]:
    data, spot = overlay.data, overlay.spot
    if not isinstance(data, dict) or "overlay" not in data:
        mend = "an overlay begins with overlay: 1.0.0, info: and actions:"
        raise DocumentError(f"{source}:{spot.line}: is no OpenAPI Overlay; {mend}")
    version = data["overlay"]
    if not isinstance(version, str) or not _VERSION.fullmatch(version):
        place = spot.nearest("/overlay")
        raise DocumentError(
            f"{place}: #/overlay: version {version} is not known; write overlay: 1.0.0 or 1.1.0"
        )
    _check_head(data, spot)
    actions = data["actions"]
    checked = [
        _Action(entry, spot.nearest(f"/actions/{index}"), f"#/actions/{index}", version)
        for index, entry in enumerate(actions)
    ]
    for action in checked:
        _check(action)
    return checked


def _check_head(data: dict[str, Any], spot: Spot) -> None:
    """Hold everything but the actions against the schema of overlays."""

    def refuse(pointer: str, message: str, mend: str) -> DocumentError:
        return DocumentError(f"{spot.nearest(pointer)}: #{pointer}: {message}; {mend}")

    info, actions = data.get("info"), data.get("actions")
    if not isinstance(info, dict) or not info.keys() >= set(_INFO_KEYS):
        raise refuse("/info", "title or version is missing", "give the overlay both")
    for above, found, known in (("", data, _KEYS), ("/info", info, _INFO_KEYS)):
        for key in found:
            if key not in known and not key.startswith("x-"):
                raise refuse(f"{above}/{escape(key)}", *_unknown(key, known))
    for key in _INFO_KEYS:
        if not isinstance(info[key], str):
            raise refuse(f"/info/{key}", "is no text", f"put it in quotes: '{info[key]}'")
    if not isinstance(data.get("extends", ""), str):
        raise refuse(
            "/extends", "is no text", "name the document that the overlay is meant for, or leave it out"
        )
    if not isinstance(actions, list) or not actions:
        raise refuse("/actions", "is not a list of actions", "write at least one")
    for index, entry in enumerate(actions):
        if entry in actions[:index]:
            first = actions.index(entry)
            raise refuse(f"/actions/{index}", f"says the same as action {first}", "leave one of them out")


def _unknown(key: str, known: tuple[str, ...]) -> tuple[str, str]:
    """Return what is wrong with a key, and what to do about it."""
    hint = did_you_mean(key, known).strip() or f"Known: {', '.join(known)}."
    return f"{key!r} is not known", hint


def _check(action: _Action) -> None:
    entry = action.entry
    if not isinstance(entry, dict):
        raise action.error("is not a mapping", "an action has target, and update or remove")
    for key in entry:
        if key not in _ACTION_KEYS and not key.startswith("x-"):
            raise action.error(*_unknown(key, _ACTION_KEYS), escape(key))
    if not isinstance(entry.get("description", ""), str):
        raise action.error("description is no text", "put it in quotes", "description")
    if not isinstance(entry.get("target"), str):
        raise action.error("target is missing or no text", "write an RFC 9535 JSONPath such as $.paths")
    if not isinstance(entry.get("remove", False), bool):
        raise action.error("remove is neither true nor false", "write remove: true", "remove")
    if "copy" in entry and action.version.startswith("1.0"):
        raise action.error("copy is not part of Overlay 1.0", "write overlay: 1.1.0 at the top", "copy")
    if "update" in entry and "copy" in entry:
        raise action.error("there are both update and copy", "write two actions", "copy")
    if "update" not in entry and "copy" not in entry and entry.get("remove") is not True:
        raise action.error("there is neither update nor remove", "say what to do with the target")


def _select(document: Parsed, action: _Action, member: str) -> list[Location]:
    """Return where the matches of a JSONPath are."""
    path = action.entry[member]
    if not isinstance(path, str):
        raise action.error(f"{member} is no text", "write an RFC 9535 JSONPath", member)
    try:
        return [node.location for node in _JSONPATH.find(path, document.data)]
    except JSONPathError as error:
        reason = str(error).partition("\n")[0]
        raise action.error(f"{path} is no RFC 9535 JSONPath: {reason}", "correct the path", member) from error


def _at(document: Parsed, location: Location) -> tuple[Any, Spot]:
    data, spot = document.data, document.spot
    for token in location:
        data = data[token]
        spot = spot.child(str(token)) or spot
    return data, spot


def _remove(document: Parsed, found: list[Location], action: _Action) -> None:
    if () in found:
        raise action.error("the whole document would be removed", "select something inside it", "target")
    order = sorted(set(found), key=lambda at: [(0, t, "") if isinstance(t, int) else (1, 0, t) for t in at])
    for location in reversed(order):  # inner before outer, last before first: what remains keeps its place
        parent, spot = _at(document, location[:-1])
        last = location[-1]
        del parent[last]
        if spot.items is not None and isinstance(last, int):
            del spot.items[last]
        elif spot.members is not None:
            del spot.members[str(last)]


def _copy(document: Parsed, found: list[Location], action: _Action) -> None:
    sources = _select(document, action, "copy")
    if len(sources) != 1:
        raise action.error(f"copy matches {len(sources)} nodes", "select exactly one", "copy")
    data, spot = _at(document, sources[0])
    _update(document, found, deepcopy(data), deepcopy(spot), action)


def _update(document: Parsed, found: list[Location], update: Any, spot: Spot, action: _Action) -> None:
    for location in found:
        data, where = _at(document, location)
        if isinstance(data, dict) and isinstance(update, dict):
            _merge(data, where, update, spot, action)
        elif isinstance(data, list):
            many = isinstance(update, list)  # 1.1 joins lists; in 1.0 a list in a list would never be meant
            _extend(data, where, update if many else [update], (spot.items or []) if many else [spot])
        elif not isinstance(data, dict | list) and not isinstance(update, dict | list) and location:
            if action.version.startswith("1.0"):
                mend = "select the object round it, or write overlay: 1.1.0 at the top"
                raise action.error("Overlay 1.0 cannot change a single value", mend, "target")
            parent, outer = _at(document, location[:-1])
            parent[location[-1]] = update
            _put(outer, location[-1], deepcopy(spot))
        else:
            raise action.error(
                f"{_kind(update)} cannot be merged into {_kind(data)}", "give both the same kind", "update"
            )


def _put(outer: Spot, token: str | int, spot: Spot) -> None:
    if outer.items is not None and isinstance(token, int):
        outer.items[token] = spot
    elif outer.members is not None:
        outer.members[str(token)] = spot


def _extend(data: list[Any], where: Spot, update: list[Any], spots: list[Spot]) -> None:
    data.extend(deepcopy(update))
    (where.items if where.items is not None else []).extend(deepcopy(spots))


def _merge(data: dict[str, Any], where: Spot, update: dict[str, Any], spot: Spot, action: _Action) -> None:
    for key, value in update.items():
        inner = spot.child(key) or spot
        mine, at = data.get(key), where.child(key)
        if key in data and at is not None and isinstance(mine, dict) and isinstance(value, dict):
            _merge(mine, at, value, inner, action)
        elif key in data and at is not None and isinstance(mine, list) and isinstance(value, list):
            _extend(mine, at, value, inner.items or [])
        elif key in data and (isinstance(mine, dict | list) or isinstance(value, dict | list)):
            message = f"{key!r}: {_kind(value)} cannot be merged into {_kind(mine)}"
            raise action.error(message, "remove the target first, in an action of its own", "update")
        else:
            data[key] = deepcopy(value)
            if where.members is not None:
                where.members[key] = deepcopy(inner)


def _kind(value: Any) -> str:
    return (
        "a mapping" if isinstance(value, dict) else "a list" if isinstance(value, list) else "a single value"
    )
