"""``verdict.json`` is what the published schema says, and says what the run says."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError

from specproof.model.access import AccessCell
from specproof.model.coverage import Point, PointKind
from specproof.model.verdict import Decision, Run, Verdict
from specproof.reports import write_all

SCHEMA = Path(__file__).parents[2] / "docs" / "verdict.schema.json"


def written(run: Run, decision: Decision, folder: Path) -> dict[str, Any]:
    """Write the reports, and return the verdict after the schema has approved it."""
    write_all(run, decision, folder, mask=str)
    document = json.loads((folder / "verdict.json").read_text(encoding="utf-8"))
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    Draft202012Validator.check_schema(schema)
    Draft202012Validator(schema, format_checker=Draft202012Validator.FORMAT_CHECKER).validate(document)
    return document


def test_it_says_what_the_run_says(run: Run, decision: Decision, tmp_path: Path) -> None:
    document = written(run, decision, tmp_path)
    assert document["verdict"] == "fail"
    assert document["reasons"] == list(decision.reasons)
    assert document["contract"] == {
        "title": "Things", "version": "2.0", "sha256": "ab" * 32, "source": "spec/things.yaml",
    }  # fmt: skip
    assert (document["started"], document["seconds"]) == ("2026-01-01T00:00:00Z", 21.432)
    assert [(found["promise"], found["waiver"], found["unstable"], found["inferred"])
            for found in document["findings"]] == [
        ("pagination.no-repeats", None, None, False),
        ("status.documented", None, "1 of 3", True),
        ("status.documented", "known, see T-1", None, False),
    ]  # fmt: skip
    assert (document["findings"][2]["waiver_owner"], document["findings"][2]["waiver_until"]) == (
        "ada", "2026-12-31",
    )  # fmt: skip
    first = document["findings"][0]
    assert first["fingerprint"] == run.findings[0].fingerprint
    assert first["reproduce"] == list(run.findings[0].reproduce)


def test_it_says_why(run: Run, decision: Decision, tmp_path: Path) -> None:
    document = written(run, decision, tmp_path)
    assert document["policy"] == "gate-policy.toml"
    assert document["rulings"] == [
        {"rule": "findings.confirmed", "effect": "fail", "sentence": "1 major finding blocks at minor",
         "numbers": {"major": 1}},
        {"rule": "findings.waived", "effect": "note", "sentence": "1 finding is waived", "numbers": {}},
    ]  # fmt: skip


def test_it_says_how_long_answers_took(run: Run, decision: Decision, tmp_path: Path) -> None:
    first, second = written(run, decision, tmp_path)["operations"]
    assert first["seconds"] == {"p50": 0.1, "p95": 0.19, "max": 0.2}
    assert second["seconds"] is None


def test_it_holds_the_access_matrix(run: Run, decision: Decision, tmp_path: Path) -> None:
    told: dict[str, Any] = {"credential": "reader", "operation": "GET /x", "expected": "refused", "got": 200}
    cell = AccessCell(**told, statuses=(403,), right=False)

    document = written(replace(run, access=(cell,)), decision, tmp_path)

    assert document["access"] == [{**told, "statuses": [403], "right": False}]


def test_coverage_counts_what_was_exercised(run: Run, decision: Decision, tmp_path: Path) -> None:
    document = written(run, decision, tmp_path)
    assert document["coverage"]["operations"] == [2, 2]
    assert document["coverage"]["promises"] == [5, 6]
    assert document["coverage"]["not_exercised"] == [
        {"promise": "lifecycle.create", "operation": run.operations[1], "why": "writes are forbidden"}
    ]
    first, second = document["operations"]
    assert (first["requests"], first["statuses"], first["share_2xx"]) == (20, {"200": 15, "404": 5}, 0.75)
    assert (second["share_2xx"], second["broken"], second["not_exercised"]) == (0.0, 1, 1)


def test_coverage_lists_what_was_not_seen(run: Run, decision: Decision, tmp_path: Path) -> None:
    seen = Point(kind=PointKind.STATUSES, operation=run.operations[0], what="200", seen=True)
    missed = replace(seen, what="429", seen=False, why="kept within")
    coverage = written(replace(run, coverage=(seen, missed)), decision, tmp_path)["coverage"]
    assert coverage["statuses"] == [1, 2]
    assert coverage["schemas"] == [0, 0]
    assert coverage["not_seen"] == [
        {"kind": "statuses", "operation": run.operations[0], "what": "429", "why": "kept within"}
    ]


def test_an_empty_run_has_a_verdict_too(run: Run, tmp_path: Path) -> None:
    empty = replace(run, outcomes=(), operations=("GET /x",), troubles=("the target is away",))
    document = written(empty, Decision(verdict=Verdict.INCONCLUSIVE, reasons=("nothing",)), tmp_path)
    assert document["operations"][0]["share_2xx"] is None
    assert document["troubles"] == ["the target is away"]


def test_hostile_texts_are_valid_too(
    hostile_run: Callable[[str], Run], decision: Decision, tmp_path: Path
) -> None:
    document = written(hostile_run("\0\x1b \u202e \ud800 \ufffe"), decision, tmp_path)
    assert document["troubles"] == ["\\x00\\x1b \\u202e \\ud800 \\ufffe"]


@pytest.mark.parametrize("change", [{"verdict": "maybe"}, {"requests": -1}, {"started": 5}, {"extra": {}}])
def test_the_schema_is_not_content_with_anything(
    run: Run, decision: Decision, tmp_path: Path, change: dict[str, Any]
) -> None:
    document = written(run, decision, tmp_path)
    validator = Draft202012Validator(json.loads(SCHEMA.read_text(encoding="utf-8")))
    if "extra" in change:
        document["findings"][0] |= {"severity": "awful"}
        change = {}
    with pytest.raises(ValidationError, match=r"is not|is less"):
        validator.validate(document | change)
