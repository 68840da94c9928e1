"""What one's own list does not show, and what does not exist, on a server whose document says neither."""

from __future__ import annotations

from pathlib import Path

import pytest
from owned_api import CREDENTIALS, PROFILE, VARIABLES, owned_api, owned_document
from proving import prover_of

from specproof.model.promise import Severity
from specproof.model.verdict import Outcome, State

UNLISTED, ABSENT = "authorization.unlisted-unreachable", "responses.absent"
NOTE = "/notes/{id}"


def proven(
    folder: Path, promise: str, *faults: str, credentials: str = CREDENTIALS, more: str = "", **root: object
) -> dict[str, Outcome]:
    """Return what was found out about a promise, by the operation."""
    with owned_api(*faults) as server:
        profile = PROFILE.replace("ORIGIN", server.origin) + more + credentials
        prover = prover_of(
            folder, {**owned_document(), **root}, profile, variables=VARIABLES, depth="standard"
        )
        try:
            asked = [each for each in prover.suite.contract.promises if each.id == promise]
            return {each.operation: prover.prove(each) for each in asked}
        finally:
            prover.suite.clear()


def test_a_server_that_keeps_things_apart_is_proven_to(tmp_path: Path) -> None:
    outcomes = proven(tmp_path, UNLISTED)

    assert {label: each.state for label, each in outcomes.items()} == {
        f"GET {NOTE}": State.PROVEN, f"PUT {NOTE}": State.PROVEN, f"DELETE {NOTE}": State.PROVEN,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("fault", "method", "said"),
    [
        ("GET-of-others", "GET", "got status 200"),
        ("PUT-of-others", "PUT", "got status 200"),
        ("DELETE-of-others", "DELETE", "got status 204"),
        ("DELETE-then-404", "DELETE", "got another state"),
    ],
)
def test_who_gets_at_what_the_own_list_does_not_show_is_found(
    tmp_path: Path, fault: str, method: str, said: str
) -> None:
    outcomes = proven(tmp_path, UNLISTED, fault)

    broken = {label for label, each in outcomes.items() if each.state is State.BROKEN}
    assert broken == {f"{method} {NOTE}"}
    finding = outcomes[f"{method} {NOTE}"].findings[0]
    assert said in finding.summary
    assert finding.severity is Severity.MINOR


@pytest.mark.parametrize(
    ("faults", "credentials", "why"),
    [
        (("lists-all",), CREDENTIALS, "every credential that may sees what others created in its list"),
        ((), CREDENTIALS[: CREDENTIALS.index("\n[[credentials]]", 1)], "it takes two credentials"),
    ],
)
def test_nothing_is_said_where_the_lists_do_not_tell_whose_things_are(
    tmp_path: Path, faults: tuple[str, ...], credentials: str, why: str
) -> None:
    outcomes = proven(tmp_path, UNLISTED, "GET-of-others", *faults, credentials=credentials)

    assert {each.state for each in outcomes.values()} == {State.NOT_EXERCISED}
    assert all(each.why.startswith(why) for each in outcomes.values())


def test_what_does_not_exist_is_not_found(tmp_path: Path) -> None:
    assert proven(tmp_path, ABSENT)[f"GET {NOTE}"].state is State.PROVEN


@pytest.mark.parametrize("more", ["", '[absent]\nid = "00000000-0000-4000-8000-000000000000"\n'])
def test_a_server_that_finds_what_does_not_exist_is_found(tmp_path: Path, more: str) -> None:
    outcome = proven(tmp_path, ABSENT, "finds-anything", more=more)[f"GET {NOTE}"]

    assert outcome.state is State.BROKEN
    assert outcome.findings[0].summary.startswith("expected 404 for what does not exist; got status 200")


@pytest.mark.parametrize("promise", [UNLISTED, ABSENT])
def test_what_is_foreign_or_absent_is_not_inferred_where_that_is_switched_off(
    tmp_path: Path, promise: str
) -> None:
    assert proven(tmp_path, promise, **{"x-specproof-infer": False}) == {}
