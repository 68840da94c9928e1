"""What the user's own code may do in a run, and what becomes of it when it fails."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from recording import Recorder, recording_server
from things_server import LIST, Things, document

from specproof.contract.load import load_document
from specproof.environment.load import load_profile
from specproof.errors import Forbidden, HookError, Stopped
from specproof.model.exchange import Request
from specproof.model.own import OwnFinding
from specproof.model.verdict import State
from specproof.suite.own import Own
from specproof.suite.prove import Prover
from specproof.suite.session import Plan
from specproof.suite.setup import build_prover, read_contract

LABEL = f"GET {LIST}"
Make = Callable[[Own], Prover]


@pytest.fixture
def server() -> Iterator[Recorder]:
    things = Things()

    with recording_server(things.respond_carefully) as server:
        yield server


@pytest.fixture
def prover_with(server: Recorder, tmp_path: Path) -> Iterator[Callable[[Own], Prover]]:
    """Make the prover of a run that asks some code; its ledger is closed in the end."""
    with ExitStack() as stack:

        def make(own: Own) -> Prover:
            prover = _prover(own, server, tmp_path)
            stack.callback(prover.suite.clear)
            return prover

        yield make


def _prover(own: Own, server: Recorder, folder: Path) -> Prover:
    spec, profile = folder / "things.json", folder / "things.toml"
    spec.write_text(json.dumps(document()), encoding="utf-8")
    lines = [
        "[environment]",
        'name = "things"',
        f'base_url = "{server.origin}"',
        "[parameters]",
        'box = "full"',
    ]
    profile.write_text("\n".join(lines), encoding="utf-8")
    loaded = load_document(str(spec))
    return build_prover(
        loaded,
        load_profile(profile, environ={}),
        Plan(seed=1, depth="quick"),
        ledger=folder / "ledger.jsonl",
        contract=read_contract(loaded).with_own_checks(),
        own=own,
    )


def request_to(server: Recorder, **more: Any) -> Request:
    """Return a request to the list."""
    return Request(method="GET", url=f"{server.origin}/boxes/full/things", operation=LABEL, **more)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"method": "DELETE"}, "only headers and body may change"),
        ({"url": "http://elsewhere.example/"}, "only headers and body may change"),
        ({"headers": (("authorization", "Basic eDp5"),)}, "sets the header authorization"),
        ({"headers": (("Content-Type", "text/plain"),)}, "changes Content-Type"),
    ],
    ids=["method", "address", "who asks", "media type"],
)
def test_what_is_tested_cannot_be_changed(
    server: Recorder, prover_with: Make, change: dict[str, Any], message: str
) -> None:
    """Nothing is sent then, and the run ends."""
    prover = prover_with(Own(prepare=lambda request, _: replace(request, **change)))

    with pytest.raises(Stopped, match=message):
        prover.suite.send(request_to(server))

    assert (server.seen, prover.suite.troubles) == ([], [prover.suite.dead])


@pytest.mark.parametrize(
    ("change", "valid", "expected"),
    [
        ({"body": b"{}"}, False, None),
        ({"body": b"{}"}, True, None),
        ({"headers": (("X-A", "1"),)}, True, True),
    ],
    ids=["body of an invalid one", "body of a valid one", "a header more"],
)
def test_nobody_is_blamed_for_what_a_hook_has_changed(
    server: Recorder, prover_with: Make, change: dict[str, Any], valid: bool, expected: bool | None
) -> None:
    prover = prover_with(Own(prepare=lambda request, _: replace(request, **change)))

    assert prover.suite.send(request_to(server, valid=valid)).request.valid is expected


def test_what_is_left_out_is_not_called(server: Recorder, prover_with: Make) -> None:
    """Not even for the sake of another operation; its promises say why."""
    prover = prover_with(Own(left_out={LABEL: "left out: slow"}))
    promise = next(p for p in prover.suite.contract.promises if p.key == ("status.documented", LABEL))

    with pytest.raises(Forbidden, match=r"^left out: slow$"):
        prover.suite.send(request_to(server))
    outcome = prover.prove(promise)

    assert (outcome.state, outcome.why, server.seen) == (State.NOT_EXERCISED, "left out: slow", [])


def outcome_of(prover: Prover) -> Any:
    """Return what was found out about the user's checks on the list."""
    return prover.prove(next(p for p in prover.suite.contract.promises if p.key == ("own.checks", LABEL)))


def test_checks_that_find_nothing_are_proven(prover_with: Make) -> None:
    outcome = outcome_of(prover_with(Own(judge=lambda exchange, operation: ())))

    assert (outcome.state, outcome.times > 0) == (State.PROVEN, True)


def test_two_details_are_two_findings(prover_with: Make) -> None:
    """Each is looked for again, and comes back."""
    found = [OwnFinding(check="no-vowels", summary=f"got {letter}", detail=letter) for letter in "ae"]
    outcome = outcome_of(prover_with(Own(judge=lambda exchange, operation: found)))

    assert [(f.summary, f.unstable, f.test) for f in outcome.findings] == [
        ("no-vowels: got a", None, ""),
        ("no-vowels: got e", None, ""),
    ]


def fails(*_: object) -> Any:
    """Fail, as code does."""
    raise KeyError("x")


@pytest.mark.parametrize("own", [Own(prepare=fails), Own(judge=fails)], ids=["prepare", "judge"])
def test_code_that_fails_makes_the_run_inconclusive(own: Own, prover_with: Make) -> None:
    """With file and line, once."""
    prover = prover_with(own)

    outcome = outcome_of(prover)

    assert outcome.state is State.NOT_EXERCISED
    assert [line.partition(": ")[2] for line in prover.suite.troubles] == [
        f"specproof_{'judge' if own.judge else 'prepare_request'}: KeyError: 'x'"
    ]


def test_what_is_no_finding_is_refused(prover_with: Make) -> None:
    outcome = outcome_of(prover_with(Own(judge=lambda *_: ["wrong"])))  # type: ignore[arg-type]

    assert "gives str; yield OwnFinding" in outcome.why


def test_a_check_needs_a_name() -> None:
    with pytest.raises(ValueError, match="write it like has-request-id"):
        OwnFinding(check="Has Id", summary="none")


def test_a_failing_hook_is_a_usage_error_before_the_run(server: Recorder, prover_with: Make) -> None:
    prover = prover_with(Own(prepare=fails))

    with pytest.raises(HookError, match="specproof_prepare_request: KeyError"):
        prover.suite.client.send(request_to(server))
