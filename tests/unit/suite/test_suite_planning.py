"""A plan needs no connection, gives the reasons of the run, and names bounds that no look passes."""

from __future__ import annotations

from pathlib import Path

import pytest
from hostile_api import Lure, hostile_api, hostile_document, profile_of

from specproof.contract.load import load_document
from specproof.contract.selection import Wish, select
from specproof.environment.load import load_profile
from specproof.errors import RefusedBySafety
from specproof.model.exchange import Request
from specproof.model.verdict import Shard
from specproof.plugin.plan_text import plan_lines
from specproof.suite.bounds import BOUNDS, DEPTHS, most_requests
from specproof.suite.planning import RunPlan
from specproof.suite.prove import look_of
from specproof.suite.session import Plan
from specproof.suite.setup import build_prover, make_plan, preflight, read_contract
from specproof.suite.sharding import in_other_shards, requests_to, share

STANDARD = Plan(seed=1, depth="quick")


def plan_of(lure: Lure, folder: Path, *only: str, **environment: object) -> RunPlan:
    """Plan a run against the hostile API."""
    document = load_document(str(hostile_document(folder)))
    contract = read_contract(document)
    profile = load_profile(profile_of(folder, lure, **environment), environ={})
    selection = select(contract.document, contract.operations, Wish(only=only))
    promises = [p for p in contract.promises if selection.has(p.operation, p.kind.area)]
    return make_plan(
        document, profile, STANDARD, contract=contract, promises=promises, called=selection.operations
    )


@pytest.mark.parametrize("writes", ["forbidden", "allowed"])
def test_nothing_is_sent(tmp_path: Path, writes: str) -> None:
    """Not even a connection is opened: the server sees no request, and would take every one."""
    with hostile_api() as lure:
        plan = plan_of(lure, tmp_path, writes=writes)
        assert (lure.own.seen, lure.other.seen) == ([], [])
    assert plan.looks


def test_a_server_that_is_away_can_be_planned_for(tmp_path: Path) -> None:
    with hostile_api() as lure:
        pass
    assert plan_of(lure, tmp_path).most > 0


def test_the_reasons_are_those_of_the_run(tmp_path: Path) -> None:
    """What the plan says cannot be looked at, the run does not look at, for the same reason."""
    with hostile_api() as lure:
        plan = plan_of(lure, tmp_path, negative_data="forbidden")
        document = load_document(str(tmp_path / "things.yaml"))
        profile = load_profile(tmp_path / "hostile.toml", environ={})
        prover = build_prover(document, profile, STANDARD, ledger=tmp_path / "ledger.jsonl")
        preflight(prover)
        outcomes = {promise.key: prover.prove(promise) for promise in prover.suite.contract.promises}
        spent = dict(prover.suite.sent_for)
        prover.suite.clear()
    told = {promise.key: why for why, promises in plan.reasons.items() for promise in promises}
    assert told
    assert {key: outcomes[key].why for key in told} == told
    planned = {(look.kind, look.subject): look.most for look in plan.looks}
    looked_at = {look_of(o.promise, prover.suite.operations.get(o.promise.operation))
                 for o in outcomes.values() if o.times}  # fmt: skip
    assert looked_at <= set(planned)
    assert {look for look, sent in spent.items() if sent > planned.get(look, 0)} == set()


def test_no_look_passes_its_bound(tmp_path: Path) -> None:
    with hostile_api() as lure:
        profile = load_profile(profile_of(tmp_path, lure), environ={})
        document = load_document(str(hostile_document(tmp_path)))
        prover = build_prover(document, profile, STANDARD, ledger=tmp_path / "ledger.jsonl")
        suite = prover.suite
        suite.look = ("cors", "GET /things")
        for _ in range(100):
            suite.send(Request(method="GET", url=f"{lure.own.origin}/things"))
        with pytest.raises(RefusedBySafety, match="cors GET /things: it would take more than 100 requests"):
            suite.send(Request(method="GET", url=f"{lure.own.origin}/things"))
        assert len(lure.own.seen) == 100
        suite.clear()


def test_only_what_is_selected_is_planned(tmp_path: Path) -> None:
    with hostile_api() as lure:
        plan = plan_of(lure, tmp_path, "GET /things")
    assert {look.subject for look in plan.looks if look.most} == {"GET /things"}


def test_a_shard_plans_its_own_part(tmp_path: Path) -> None:
    """The rest has a reason, and all parts together are the whole."""
    with hostile_api() as lure:
        profile = load_profile(profile_of(tmp_path, lure), environ={})
        document = load_document(str(hostile_document(tmp_path)))
    contract = read_contract(document)
    operations = {operation.label: operation for operation in contract.operations}
    shares = share(contract.promises, operations, 2, called=operations)
    plans = [
        make_plan(
            document,
            profile,
            STANDARD,
            contract=contract,
            promises=contract.promises,
            called={label for label in operations if shares[requests_to(label)] == number},
            elsewhere=in_other_shards(contract.promises, operations, shares, Shard(number=number, of=2)),
        )
        for number in (1, 2)
    ]
    looks = [{(look.kind, look.subject, look.promises) for look in plan.looks} for plan in plans]
    whole = plan_of(lure, tmp_path)
    assert not looks[0] & looks[1]
    assert sum(len(p) for _, _, p in looks[0] | looks[1]) == sum(len(look.promises) for look in whole.looks)
    assert {reason for reason in plans[0].reasons if reason.startswith("in another shard")} == {
        "in another shard: 2 of 2"
    }


def test_the_lines_name_what_may_be_sent(tmp_path: Path) -> None:
    with hostile_api() as lure:
        plan = plan_of(lure, tmp_path, methods=["GET"], max_requests=77, rate_limit="5/s", concurrency=2)
        profile = load_profile(tmp_path / "hostile.toml", environ={})
        lines = list(plan_lines(plan, profile, STANDARD, "Things"))
    assert lines[:2] == ["PLAN  Things on hostile, seed 1, depth quick", "  nothing was sent"]
    assert "  methods      GET" in lines
    assert "  pace         5/s, 2 at the same time" in lines
    assert "  the run stops after 77 (max_requests), clean-up not counted" in lines
    assert any(line.startswith("  lifecycle") and "not: writes are forbidden" in line for line in lines)


@pytest.mark.parametrize("kind", BOUNDS)
def test_looking_harder_never_has_a_lower_bound(kind: str) -> None:
    bounds = [most_requests(kind, depth, credentials=2, operations=3) for depth in DEPTHS]
    assert bounds == sorted(bounds)
    assert bounds[0]
