"""Problem details, validators, links, conditions and media types over real HTTP, right and wrong."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from notes_server import Notes, prover_of
from recording import recording_server

from specproof.model.exchange import Request
from specproof.model.verdict import Outcome, State

Look = Callable[..., dict[tuple[str, str], Outcome]]


@pytest.fixture
def look(tmp_path: Path) -> Look:
    """Prove the promises of some areas on a server with a fault; return the outcomes."""

    def run(*areas: str, fault: str = "", strict: bool = False) -> dict[tuple[str, str], Outcome]:
        notes = Notes(fault=fault, strict=strict)
        with recording_server(notes.respond) as server:
            prover = prover_of(tmp_path, server.origin, strict=strict)
            try:
                for promise in prover.suite.contract.promises:
                    if promise.kind.area in areas:
                        prover.prove(promise)
                prover.finish()
                return {key: o for key, o in prover.outcomes.items() if key[0].partition(".")[0] in areas}
            finally:
                assert prover.suite.clear() == ()
                assert notes.kept == {}

    return run


def broken(outcomes: dict[tuple[str, str], Outcome]) -> set[str]:
    """Return the ids of the promises that were broken; every finding has to come back at the second look."""
    findings = [finding for outcome in outcomes.values() for finding in outcome.findings]
    assert [finding.unstable for finding in findings] == [None] * len(findings)
    return {name for (name, _), outcome in outcomes.items() if outcome.state is State.BROKEN}


def proven(outcomes: dict[tuple[str, str], Outcome]) -> set[str]:
    """Return the ids of the promises that were proven for one operation at least."""
    return {name for (name, _), outcome in outcomes.items() if outcome.state is State.PROVEN}


ANSWERS = ("problem", "validators", "link-header", "links", "media-type")


def test_right_answers_are_proven(look: Look) -> None:
    outcomes = look(*ANSWERS)

    assert broken(outcomes) == set()
    assert proven(outcomes) == {name for name, _ in outcomes}


@pytest.mark.parametrize(
    ("fault", "promise"),
    [
        ("type-with-blanks", "problem.members"),
        ("title-number", "problem.members"),
        ("status-text", "problem.members"),
        ("problem-list", "problem.members"),
        ("status-200", "problem.status"),
        ("html-problem", "media-type.documented"),
        ("bare-etag", "validators.valid"),
        ("iso-modified", "validators.valid"),
        ("bare-link", "link-header.valid"),
        ("no-rel", "link-header.valid"),
        ("dead-link", "links.lead-somewhere"),
    ],
)
def test_a_wrong_answer_breaks_its_promise_alone(look: Look, fault: str, promise: str) -> None:
    assert broken(look(*ANSWERS, fault=fault)) == {promise}


def test_right_media_types_are_proven(look: Look) -> None:
    outcomes = look("negotiation")

    assert broken(outcomes) == set()
    assert proven(outcomes) == {"negotiation.honoured", "negotiation.refused"}


@pytest.mark.parametrize(
    ("fault", "promises"),
    [
        ("json-only", {"negotiation.honoured", "negotiation.refused"}),
        ("csv-refused", {"negotiation.honoured"}),
        ("takes-anything", {"negotiation.refused"}),
    ],
)
def test_a_wrong_media_type_is_noticed(look: Look, fault: str, promises: set[str]) -> None:
    assert broken(look("negotiation", fault=fault)) == promises


@pytest.mark.parametrize("strict", [False, True])
def test_right_conditions_are_proven(look: Look, strict: bool) -> None:
    """For every operation that takes some, also where a change without one is refused."""
    outcomes = look("conditional", "lifecycle", "history", strict=strict)

    assert broken(outcomes) == set()
    assert {key: o.why for key, o in outcomes.items() if o.state is not State.PROVEN} == {}


@pytest.mark.parametrize(
    ("fault", "promises"),
    [
        ("restless-tag", {"steady-tag", "current-accepted"}),
        ("never-304", {"not-modified", "not-modified-since"}),
        ("304-without-tag", {"not-modified"}),
        ("304-other-tag", {"not-modified"}),
        ("always-304", {"modified"}),
        ("no-star", {"comparison"}),
        ("first-only", {"comparison"}),
        ("strong-only", {"comparison"}),
        ("any-date", {"not-modified-since"}),
        ("deaf-to-dates", {"not-modified-since", "stale-refused"}),
        ("stale-accepted", {"stale-refused"}),
        ("stale-delete", {"stale-refused"}),
        ("outdated-accepted", {"stale-refused"}),
        ("409-for-412", {"stale-refused"}),
        ("refused-but-done", {"refused-without-effect"}),
        ("current-refused", {"current-accepted"}),
        ("no-428", {"required"}),
        ("overwrites", {"no-overwrite"}),
        ("same-tag", {"tag-changes"}),
    ],
)
def test_a_wrong_condition_is_noticed(look: Look, fault: str, promises: set[str]) -> None:
    """Under the promises that it breaks, and no others."""
    assert broken(look("conditional", fault=fault)) == {f"conditional.{name}" for name in promises}


def test_what_is_deleted_under_its_tag_alone_is_cleaned_up(tmp_path: Path) -> None:
    """The ledger's DELETE is refused with 428, and sent again with the current ETag."""
    notes = Notes(strict=True)
    with recording_server(notes.respond) as server:
        prover = prover_of(tmp_path, server.origin, strict=True)
        resource = prover.suite.operations["POST /notes"].resource
        assert resource is not None
        prover.scratch.stage(resource, "left").create_new("left")

        assert len(notes.kept) == 1
        assert prover.suite.clear() == ()
        assert notes.kept == {}


def test_generated_changes_get_past_the_condition(tmp_path: Path) -> None:
    """What they are about would never be seen else: they would all be refused with 428."""
    notes = Notes(strict=True)
    with recording_server(notes.respond) as server:
        prover = prover_of(tmp_path, server.origin, strict=True)
        label, headers = "PATCH /notes/{id}", (("Content-Type", "application/json"),)
        request = Request(
            method="PATCH", url=f"{server.origin}/notes/7", headers=headers, body=b'{"title": "made up"}',
            operation=label,
        )  # fmt: skip
        prover.conformance.send_generated(request, label)

        assert [note.title for note in notes.kept.values()] == ["made up"]
        assert prover.suite.clear() == ()
