"""Whatever lies between a run and a server: no wrong finding, no wrong pass, nothing left that nobody knows.

The whole table, with the mock target, real signals and full disks, is made by ``benchmarks/in_the_way.py``.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner
from recording import Seen
from things import Things
from way import Answered, Disturbance, Way, says, way_to
from world import World, world_of

from specproof.cli import specproof
from specproof.model.verdict import Outcome, State
from specproof.suite.prove import Prover

Disturb = Callable[[Seen, int], Disturbance | None]
AREAS = {"lifecycle", "pagination", "history"}
HALF, RESET = Disturbance(cut="half"), Disturbance(cut="reset")
GATEWAY = Disturbance(change=lambda _: Answered(status=502))


def every(count: int, what: Disturbance) -> Disturb:
    """Disturb every so manieth request, but not the first ones."""
    return lambda seen, number: what if number > 10 and number % count == 0 else None


def stretch(first: int, last: int, what: Disturbance) -> Disturb:
    """Disturb a stretch of requests."""
    return lambda seen, number: what if first <= number <= last else None


WAYS: dict[str, Disturb] = {
    "resets, after the server had it": every(9, RESET),
    "resets, before": every(9, replace(RESET, reaches=False)),
    "half answers": every(7, HALF),
    "half answers to creations": lambda seen, number: HALF if seen.method == "POST" and number > 20 else None,
    "cut for good": stretch(25, 10**9, replace(RESET, reaches=False)),
    "429 without Retry-After": stretch(20, 60, says(429)),
    "502, the server gets it": stretch(20, 45, GATEWAY),
    "502, the server does not get it": stretch(20, 45, says(502)),
    "502 now and then": every(8, GATEWAY),
    "401 from some request on": stretch(30, 10**9, says(401)),
}


def prove(prover: Prover) -> list[Outcome]:
    """Prove the promises of some areas."""
    promises = [p for p in prover.suite.contract.promises if p.kind.area in AREAS]
    return [prover.prove(promise) for promise in promises]


def through(world: World, way: Way) -> None:
    """Let the profile lead through a way, and the server's links too."""
    text = world.profile.read_text(encoding="utf-8").replace(world.server.origin, way.origin)
    credential = '[[credentials]]\nname = "user"\nscheme = "bearer"\nsecret = "a-good-token"\n'
    world.profile.write_text(f"{text}\n{credential}", encoding="utf-8")
    world.things.base = way.origin


@pytest.mark.parametrize("disturb", WAYS.values(), ids=WAYS)
def test_what_is_in_the_way_is_never_blamed_on_the_server(tmp_path: Path, disturb: Disturb) -> None:
    with world_of(tmp_path, Things()) as world, way_to(world.server.origin) as way:
        through(world, way)
        prover = world.run(depth="standard")
        way.seen.clear()
        way.disturb = disturb

        outcomes = prove(prover)
        left = prover.suite.clear()

        findings = [finding for outcome in outcomes for finding in outcome.findings]
        assert [f for f in findings if f.unstable is None] == []
        looked_everywhere = all(outcome.state is State.PROVEN for outcome in outcomes)
        assert prover.suite.troubles or (looked_everywhere and not findings)

        path = prover.suite.ledger.path
        there = [key for key in world.keys if key != "mine"]
        known = path.read_text(encoding="utf-8") if path.exists() else ""
        assert [key for key in there if json.dumps(key) not in known] == []
        assert bool(left) == path.exists()
        way.disturb = lambda seen, number: None
        CliRunner().invoke(specproof, ["cleanup", "--reports-dir", str(tmp_path)], standalone_mode=False)
        assert [key for key in world.keys if key.startswith("SPECPROOF")] == []


def test_a_fault_is_found_through_a_bad_way(tmp_path: Path) -> None:
    """A server that forgets updates is still told from the way."""

    class Forgets(Things):
        def update(self, identity: str, sent: dict[str, object]) -> tuple[int, dict[str, str], object]:
            return 200, {}, self.shown(identity)

    with world_of(tmp_path, Forgets()) as world, way_to(world.server.origin) as way:
        through(world, way)
        prover = world.run(depth="standard")
        way.disturb = every(60, GATEWAY)
        findings = [finding for outcome in prove(prover) for finding in outcome.findings]
        assert [f.promise for f in findings if f.unstable is None]
        prover.suite.clear()
