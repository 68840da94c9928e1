"""The catalogue of changes: one table (``kinds.toml``), read by the comparison and the documentation."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources import files

from specproof.model.change import Level


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeKind:
    """One kind of change."""

    id: str  # "request-property-removed"
    side: str  # "request", "response" or "api"
    level: Level
    why: str  # what it does to a client that keeps to the old document


def _load() -> Iterator[ChangeKind]:
    text = files("specproof.contract.diff").joinpath("kinds.toml").read_text(encoding="utf-8")
    table = tomllib.loads(text)
    for aspect, sides in table["both"].items():
        for side, (level, why) in sides.items():
            yield ChangeKind(id=f"{side}-{aspect}", side=side, level=Level(level), why=why)
    for name, entry in table["one"].items():
        yield ChangeKind(id=name, side=entry["side"], level=Level(entry["level"]), why=entry["why"])


KINDS: dict[str, ChangeKind] = {kind.id: kind for kind in _load()}
