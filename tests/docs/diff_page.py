"""Writes the table of docs/diff.md: ``python tests/docs/diff_page.py``."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from specproof.contract.diff.kinds import KINDS

PAGE = Path(__file__).resolve().parents[2] / "docs" / "diff.md"
MARK = "<!-- From here on written by tests/docs/diff_page.py from src/specproof/contract/diff/kinds.toml. -->"
_TITLES = {
    "api": "Operations, access, addresses, promises",
    "request": "What clients send",
    "response": "What clients receive",
}


def tables() -> str:
    """Return a table of all kinds for each side, in the order of the catalogue."""
    return "\n".join(line for side in _TITLES for line in _table(side)).rstrip() + "\n"


def _table(side: str) -> Iterator[str]:
    yield from (f"### {_TITLES[side]}", "", "| kind | side | level | why |", "|---|---|---|---|")
    for kind in KINDS.values():
        if kind.side == side:
            yield f"| `{kind.id}` | {kind.side} | {kind.level.value} | {kind.why} |"
    yield ""


def page(text: str) -> str:
    """Return a page with its tables written anew; what stands before the mark is kept."""
    introduction, _, _ = text.partition(MARK)
    return f"{introduction.rstrip()}\n\n{MARK}\n\n{tables()}"


if __name__ == "__main__":
    PAGE.write_text(page(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
