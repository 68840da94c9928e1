"""A run that is ended before its end leaves nothing, proves nothing falsely, and says why."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hostile_api import Lure, hostile_api, hostile_document, profile_of
from recording import Answer, Seen

from specproof.contract.load import load_document
from specproof.environment.load import load_profile
from specproof.errors import ProfileError
from specproof.gate.decide import decide
from specproof.model.exchange import Request
from specproof.model.verdict import Decision, Run, Verdict
from specproof.suite.prove import Prover
from specproof.suite.result import Part, as_run
from specproof.suite.session import Plan
from specproof.suite.setup import build_prover, preflight


@contextmanager
def prover_for(lure: Lure, folder: Path, **environment: object) -> Iterator[Prover]:
    """Give a prover for the hostile API; what it made is removed at the end."""
    profile = load_profile(profile_of(folder, lure, **environment), environ={})
    document = load_document(str(hostile_document(folder)))
    prover = build_prover(document, profile, Plan(seed=1, depth="quick"), ledger=folder / "ledger.jsonl")
    try:
        yield prover
    finally:
        prover.suite.clear()


def run_of(prover: Prover) -> tuple[Run, Decision]:
    """Prove everything, clean up, and decide, as the plugin does."""
    preflight(prover)
    suite = prover.suite
    for promise in suite.contract.promises:
        prover.prove(promise)
    prover.finish()
    part = Part(
        environment="hostile",
        base_url=suite.client.base_url,
        outcomes=prover.outcomes,
        traffic=suite.traffic,
        left_behind=suite.clear(),
        troubles=tuple(suite.troubles),
    )
    run = as_run(suite.contract, part, seed=1, depth="quick", started=time.time(), seconds=1.0)
    return run, decide(run)


@pytest.mark.parametrize("most", [30, 120])
def test_a_spent_budget_ends_the_run_in_order(tmp_path: Path, most: int) -> None:
    """Inconclusive, with the reason; nothing but clean-up passes it, and nothing is left."""
    with hostile_api() as lure:
        with prover_for(lure, tmp_path, writes="allowed", exclusive=True, max_requests=most) as prover:
            run, decision = run_of(prover)
        after = lure.own.seen[most:]
        assert {seen.method for seen in after} <= {"DELETE", "GET"}
        assert len(lure.own.seen[:most]) == most
        assert set(lure.kept) == {"mine-0", "mine-1", "mine-2"}
    reason = f"max_requests = {most}: the run stopped there"
    assert any(reason in each for each in decision.reasons)
    assert run.left_behind == ()
    if not any(finding.unstable is None for finding in run.findings):
        assert decision.verdict is Verdict.INCONCLUSIVE


def test_a_budget_that_is_too_small_to_begin_is_one_line(tmp_path: Path) -> None:
    with hostile_api() as lure:
        with prover_for(lure, tmp_path, max_requests=1) as prover:
            prover.suite.client.send(Request(method="GET", url=f"{lure.own.origin}/things"))
            with pytest.raises(
                ProfileError, match="max_requests = 1: the run stopped there, before anything"
            ):
                preflight(prover)
        assert len(lure.own.seen) == 1


def test_a_service_that_fails_in_the_middle_makes_no_finding(tmp_path: Path) -> None:
    """What rests on its 5xx is not confirmed; what it does wrong while it is well is found all the same."""
    with hostile_api() as lure, prover_for(lure, tmp_path, writes="allowed") as prover:
        well, _ = run_of(prover)
    with hostile_api() as lure:
        lure.failing = lambda _: len(lure.own.seen) > 60
        with prover_for(lure, tmp_path, writes="allowed", stop_at_error_share=0.2) as prover:
            run, decision = run_of(prover)
    assert any("stop_at_error_share: " in reason for reason in decision.reasons)
    assert any(finding.unstable == "only while the service was failing" for finding in run.findings)
    confirmed = {finding.fingerprint for finding in run.findings if finding.unstable is None}
    assert confirmed <= {finding.fingerprint for finding in well.findings}


def test_one_broken_operation_is_a_finding_and_no_reason_to_stop(tmp_path: Path) -> None:
    """However many of the answers are 5xx."""

    def broken(seen: Seen) -> bool:
        return seen.target.startswith("/things/")

    with hostile_api() as lure:
        lure.failing = broken
        with prover_for(lure, tmp_path, stop_at_error_share=0.1) as prover:
            run, decision = run_of(prover)
    assert not any("stop_at_error_share" in reason for reason in decision.reasons)
    found = [
        (f.promise, f.operation, f.unstable) for f in run.findings if f.promise == "status.no-server-error"
    ]
    assert ("status.no-server-error", "GET /things/{id}", None) in found
    assert decision.verdict is Verdict.FAIL


def test_a_service_that_is_down_is_not_run_against(tmp_path: Path) -> None:
    with hostile_api() as lure:
        lure.own.respond = lambda _: Answer(503)
        with (
            prover_for(lure, tmp_path) as prover,
            pytest.raises(ProfileError, match="answers 503 to every harmless request; wait until it is up"),
        ):
            preflight(prover)
