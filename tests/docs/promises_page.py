"""Writes the second half of docs/promises.md: ``python tests/docs/promises_page.py``."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

from specproof.contract.catalogue import CATALOGUE
from specproof.model.promise import PromiseKind

PAGE = Path(__file__).resolve().parents[2] / "docs" / "promises.md"
MARK = (
    "<!-- From here on written by tests/docs/promises_page.py from src/specproof/contract/catalogue.toml. -->"
)


def reference() -> str:
    """Return every promise of the catalogue, by area, in the order of the catalogue."""
    lines: list[str] = []
    for area, kinds in groupby(CATALOGUE.values(), key=lambda kind: kind.area):
        lines += [f"## {area}", ""]
        for kind in kinds:
            lines += _entry(kind)
    return "\n".join(lines).rstrip() + "\n"


def _entry(kind: PromiseKind) -> Iterator[str]:
    needs = "".join(f" · needs `{need}`" for need in sorted(kind.needs))
    yield from (f"### `{kind.id}`", "")
    yield from (f"**{kind.sentence}** {kind.severity.value}{needs}", "")
    yield from (f"Broken when {kind.broken_when}. Source: {kind.source}.", "")


def page(text: str) -> str:
    """Return a page with its reference half written anew; what stands before the mark is kept."""
    introduction, _, _ = text.partition(MARK)
    return f"{introduction.rstrip()}\n\n{MARK}\n\n{reference()}"


if __name__ == "__main__":
    PAGE.write_text(page(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
