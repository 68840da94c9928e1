"""Write one waiver into its file; what stands there already stays, comments and all."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import Any

import tomlkit
from tomlkit.items import AoT, InlineTable

from specproof.errors import OptionError
from specproof.gate.waivers import Waiver, Waivers, parse_waivers
from specproof.strict import read_text, shown


def write_waiver(path: Path, waiver: Waiver) -> Waivers:
    """Add a waiver to a file, or renew the one with its fingerprint; return what the file holds then.

    Raises:
        OptionError: The file cannot be used or written; it is as it was.
    """
    text = read_text(path, OptionError) if path.exists() else ""
    parse_waivers(text, shown(path))
    text = with_waiver(text, waiver)
    written = parse_waivers(text, shown(path))
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        _replace(path, text)
    except OSError as error:
        raise OptionError(f"{shown(path)}: cannot be written ({error.strerror or error})") from error
    return written


def with_waiver(text: str, waiver: Waiver) -> str:
    """Return the text of a file with one more waiver, or with one renewed.

    Args:
        text: A file that ``parse_waivers`` accepts.
        waiver: The waiver; of one that is there, all keys are set anew.
    """
    document = tomlkit.parse(text)
    entries = document.get("waivers")
    mine = next((entry for entry in entries or () if entry["fingerprint"] == waiver.fingerprint), None)
    if mine is not None:
        _set(mine, waiver)
    elif entries is None:
        if text.strip():
            document.add(tomlkit.nl())
        document.append("waivers", tomlkit.aot())
        document["waivers"].append(_set(tomlkit.table(), waiver))
    elif isinstance(entries, AoT):
        last = entries[-1]
        if not text.endswith("\n"):
            last.add(tomlkit.nl())
        last.add(tomlkit.nl())
        entries.append(_set(tomlkit.table(), waiver))
    else:  # waivers = [{…}, {…}]
        entries.append(_set(tomlkit.inline_table(), waiver))
    return tomlkit.dumps(document)


def _set(table: Any, waiver: Waiver) -> Any:
    values = waiver.model_dump(exclude_none=True, exclude={"seen"})
    for key, value in values.items():
        _put(table, key, list(value) if isinstance(value, tuple) else value)
    if waiver.environments is None:
        table.pop("environments", None)
    if waiver.seen is not None:
        seen = tomlkit.inline_table()
        seen.update(waiver.seen.model_dump(exclude_none=True, exclude_defaults=True))
        _put(table, "seen", seen)
    return table


def _put(table: Any, key: str, value: Any) -> None:
    """Set a key; a new one goes before the comments at the end, which are about what comes next."""
    if key in table or isinstance(table, InlineTable):
        table[key] = value
        return
    body = table.value.body
    tail: list[Any] = []
    while body and body[-1][0] is None:
        tail.insert(0, body.pop())
    table[key] = value
    body.extend(tail)


def _replace(path: Path, text: str) -> None:
    """Write a file so that nobody ever sees half of it."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="") as file:
            file.write(text)
        Path(name).chmod(path.stat().st_mode if path.exists() else 0o644)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
