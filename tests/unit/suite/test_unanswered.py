"""A request that never gets an answer, while others do, is a failure of the server and no disturbance."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from recording import Answer, Seen
from things import Things
from world import CUT, world_of

from specproof.model.exchange import NO_ANSWER
from specproof.model.verdict import Outcome, State
from specproof.suite.prove import Prover
from specproof.suite.setup import preflight

FAILURE = ("status.no-server-error", "PUT /things/{id}")


def prove(folder: Path, answer: Callable[[Seen, int], Answer | None]) -> tuple[Prover, Outcome]:
    """Prove for one operation that the server does not fail; ``answer`` knows how many requests came."""
    with world_of(folder, Things()) as world:
        prover = world.run()
        preflight(prover)
        world.answer = lambda seen: answer(seen, len(world.server.seen))
        promise = next(p for p in prover.suite.contract.promises if p.key == FAILURE)
        outcome = prover.prove(promise)
        world.answer = lambda seen: None
        prover.suite.clear()
        return prover, outcome


def test_half_an_answer_each_time_is_a_failure_of_the_server(tmp_path: Path) -> None:
    prover, outcome = prove(tmp_path, lambda seen, _: CUT if seen.method == "PUT" else None)

    finding = outcome.findings[0]
    assert (outcome.state, finding.unstable, prover.suite.troubles) == (State.BROKEN, None, [])
    assert finding.evidence[-1].response.status == NO_ANSWER
    assert "connection closed" in finding.summary


def test_half_an_answer_now_and_then_is_no_failure_of_the_server(tmp_path: Path) -> None:
    prover, outcome = prove(tmp_path, lambda seen, number: CUT if number % 7 == 0 else None)

    assert outcome.findings == ()
    assert prover.suite.troubles


def test_half_an_answer_to_everything_is_no_failure_at_one_request(tmp_path: Path) -> None:
    prover, outcome = prove(tmp_path, lambda seen, _: CUT)

    assert (outcome.state, outcome.findings) == (State.NOT_EXERCISED, ())
    assert prover.suite.troubles


def test_its_pytest_file_fails_as_long_as_no_answer_comes(tmp_path: Path) -> None:
    with world_of(tmp_path, Things()) as world:
        prover = world.run()
        preflight(prover)
        world.answer = lambda seen: CUT if seen.method == "PUT" else None
        promise = next(p for p in prover.suite.contract.promises if p.key == FAILURE)
        text = prover.prove(promise).findings[0].test
        space: dict[str, Callable[[], None]] = {}
        exec(compile(text, "reproduction", "exec"), space)

        with pytest.raises(AssertionError, match="expected an answer"):
            space["test_status_no_server_error"]()
        world.answer = lambda seen: None
        space["test_status_no_server_error"]()
        prover.suite.clear()
