"""Changes for people and for scripts: text, JSON, Markdown."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from specproof.model.change import Change, Level, counted

_NAMED = 3  # operations of one change that a line of Markdown names


def as_text(changes: Sequence[Change], old: str, new: str) -> str:
    """Return one line for each change, and one with the numbers."""
    lines = [
        f"{change.level.value:8}  {change.kind}  {change.about}  {change.place}: {change.said}"
        for change in changes
    ]
    return "\n".join((
        *(" ".join(line.split("\n")) for line in lines),
        f"{counted(changes)} from {old} to {new}",
    ))


def as_json(changes: Sequence[Change], old: str, new: str) -> str:
    """Return the changes as a JSON document."""
    numbers = {level.value: sum(change.level is level for change in changes) for level in Level}
    shown = {"old": old, "new": new, **numbers, "changes": as_data(changes)}
    return json.dumps(shown, indent=2, ensure_ascii=False)


def as_data(changes: Sequence[Change]) -> list[dict[str, Any]]:
    """Return the changes as JSON values."""
    return [{**asdict(change), "level": change.level.value} for change in changes]


def as_markdown(changes: Sequence[Change], old: str, new: str) -> str:
    """Return a heading, the numbers, and a table of each level."""
    lines = [f"# Changes from {_plain(old)} to {_plain(new)}", "", f"{counted(changes)}.", ""]
    for level in Level:
        found = [change for change in changes if change.level is level]
        if found:
            lines += [f"## {level.value.capitalize()}", "", "| operation | change | kind | place |"]
            lines += ["|---|---|---|---|", *(_row(change) for change in found), ""]
    return "\n".join(lines).rstrip() + "\n"


def _row(change: Change) -> str:
    named = [_code(label) for label in change.operations[:_NAMED]]
    others = len(change.operations) - len(named)
    about = ", ".join(named) + (f" and {others} more" if others else "") if named else "API"
    return f"| {about} | {_plain(change.said)} | `{change.kind}` | {_code(change.place)} |"


def _code(text: str) -> str:
    return f"`{' '.join(text.replace('`', '').replace('|', '¦').split())}`"


def _plain(text: str) -> str:
    text = " ".join(text.split()).replace("&", "&amp;").replace("<", "&lt;")
    return "".join(f"\\{sign}" if sign in "\\`*_[]|" else sign for sign in text)
