"""What was found is looked for again; where it does not come back at once, its rate is told."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from recording import Answer
from things import Reply, Things
from world import CUT, world_of

from specproof.suite.areas import look_at
from specproof.suite.scratch import valid_request

WRONG = Answer(status=418)
FINE: None = None


@pytest.mark.parametrize(
    ("later", "depth", "rate"),
    [
        ([WRONG], "standard", None),
        ([FINE, FINE, FINE, FINE], "standard", "1 of 5"),
        ([FINE, WRONG, FINE, WRONG], "standard", "3 of 5"),
        ([FINE, WRONG], "quick", "2 of 3"),
        ([FINE] * 8 + [WRONG], "deep", "2 of 10"),
        ([CUT], "standard", "1 of 1: it could not be looked at again"),
        ([FINE, WRONG, CUT], "standard", "2 of 3"),
    ],
    ids=str,
)
def test_the_rate_counts_every_look_that_was_answered(
    tmp_path: Path, later: list[Answer | None], depth: str, rate: str | None
) -> None:
    """``later`` is what the server says to the looks after the first."""
    with world_of(tmp_path, Things()) as world:
        prover = world.run(depth=depth)
        [promise] = [
            p for p in prover.suite.contract.promises if p.key == ("status.documented", "GET /things")
        ]
        world.answer = lambda seen: WRONG
        look = prover.suite.operations["GET /things"]
        prover.suite.send(valid_request(prover.suite, prover.scratch, look, purpose="look"))
        [breach] = prover.suite.judgements["conformance", "GET /things"].of("status.documented")
        answers = iter([each for look in later for each in ([look] * 2 if look is CUT else [look])])
        world.answer = lambda seen: next(answers)

        assert prover.confirmation.rate(promise, breach) == rate
        assert prover.confirmation.rate(promise, breach) == rate  # it is found once

        world.answer = lambda seen: FINE
        prover.suite.clear()


class Forgets(Things):
    """Does not list what was made, as long as it is told to forget."""

    forgets = True

    def list(self, query: dict[str, str]) -> Reply:
        """Show pages without anything."""
        status, headers, body = super().list(query)
        return status, headers, {**body, "values": [] if self.forgets else body["values"]}


def test_a_whole_area_is_looked_at_again_with_new_names_each_time(tmp_path: Path) -> None:
    things = Forgets()
    things.forgets = False
    with world_of(tmp_path, things) as world:
        prover = world.run(depth="standard")
        things.forgets = True
        operation = prover.suite.operations["GET /things"]
        first = look_at("lifecycle", prover.suite, prover.scratch, operation, again=False)
        things.forgets = False
        breaches = {breach.promise: breach for breach in first.breaches.values()}
        promises = [p for p in prover.suite.contract.promises if p.id in breaches]

        rates = {prover.confirmation.rate(promise, breaches[promise.id]) for promise in promises}

        assert rates == {"1 of 5"}
        names = [json.loads(seen.body)["key"] for seen in world.server.seen if seen.method == "POST"]
        assert len({name.split("_")[2] for name in names if name.startswith("SPECPROOF_")}) == 5
        prover.suite.clear()
