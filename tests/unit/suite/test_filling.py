"""Lists that are filled until the largest page is full."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from things import Reply, Things, document
from world import World, world_of

from specproof.model.verdict import State
from specproof.suite.setup import preflight


class Sized(Things):
    """Pages of a size of the client's choice, up to seven."""

    def shown_of(self, size: int) -> int:
        """Return how many items a page of a size shows."""
        return size

    def is_last(self, size: int, *, more: bool) -> bool:
        """Tell whether a page says that none follows."""
        return not more

    def list(self, query: dict[str, str]) -> Reply:
        """Show a page."""
        asked = query.get("page", "1"), query.get("size", "3")
        if not all(number.isdecimal() and int(number) for number in asked) or int(asked[1]) > 7:
            return 400, {}, {"error": "no such page"}
        page, size = map(int, asked)
        names, start = list(self.kept), (page - 1) * size
        values = [self.shown(name) for name in names[start : start + self.shown_of(size)]]
        body: dict[str, Any] = {"values": values}
        if not self.is_last(size, more=len(names) > start + size):
            body["next"] = f"{self.base}/things?page={page + 1}&size={size}"
        return 200, {}, body


class OneTooMany(Sized):
    """The largest page shows one item more."""

    def shown_of(self, size: int) -> int:
        """Return how many items a page of a size shows."""
        return size + (size == 7)


class NeverMore(Sized):
    """After the largest page nothing follows."""

    def is_last(self, size: int, *, more: bool) -> bool:
        """Tell whether a page says that none follows."""
        return not more or size == 7


@contextmanager
def serving(folder: Path, things: Things) -> Iterator[World]:
    """Serve things whose pages have a size."""
    described = document()
    listing = described["paths"]["/things"]["get"]
    parameters = {"page": "page", "size": "size"}
    listing["x-pagination"] |= {"parameters": parameters, "size_maximum": 7, "size_default": 3}
    listing["parameters"] = [
        {"name": name, "in": "query", "schema": {"type": "integer", "minimum": 1}} for name in parameters
    ]
    with world_of(folder, things, exclusive=True) as world:
        (folder / "things.json").write_text(json.dumps(described), encoding="utf-8")
        yield world


@pytest.mark.parametrize(
    ("things", "promise", "state"),
    [
        (Sized, "pagination.at-most-size", State.PROVEN),
        (Sized, "pagination.last-page", State.PROVEN),
        (OneTooMany, "pagination.at-most-size", State.BROKEN),
        (NeverMore, "pagination.last-page", State.BROKEN),
    ],
)
def test_the_largest_page_is_filled(things: type[Things], promise: str, state: State, tmp_path: Path) -> None:
    """With one thing in the list nothing of this would show; what was made is gone afterwards."""
    with serving(tmp_path, things()) as world:
        prover = world.run(depth="standard")
        preflight(prover)
        mine = next(p for p in prover.suite.contract.promises if p.key == (promise, "GET /things"))
        outcome = prover.prove(mine)
        left = prover.suite.clear()

    assert outcome.state is state
    assert [finding.unstable for finding in outcome.findings] == [None] * len(outcome.findings)
    assert (left, world.keys) == ((), ["mine"])


def test_nothing_is_made_for_a_quick_run(tmp_path: Path) -> None:
    with serving(tmp_path, Sized()) as world:
        prover = world.run(depth="quick")
        preflight(prover)
        promises = [p for p in prover.suite.contract.promises if p.kind.area == "pagination"]
        outcomes = [prover.prove(promise) for promise in promises]
        prover.suite.clear()

    assert State.BROKEN not in {outcome.state for outcome in outcomes}
    assert world.things.count == 1
