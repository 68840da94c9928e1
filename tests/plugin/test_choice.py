"""A part of the operations, and what has changed first."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from suite_runs import ROOT, SuiteRun, run_suite, write_profile

sys.path.insert(0, str(ROOT / "tests" / "support"))
from orders_api import orders_api, orders_yaml


@pytest.fixture(scope="module")
def chosen(tmp_path_factory: pytest.TempPathFactory) -> SuiteRun:
    """A run against a document in which one operation has another id than in the older one."""
    folder = tmp_path_factory.mktemp("chosen")
    (folder / "new.yaml").write_text(orders_yaml())
    older = orders_yaml().replace("operationId: show", "operationId: look")
    (folder / "old.yaml").write_text(older)
    with orders_api() as base_url:
        profile = write_profile(folder, base_url, exclusive=True)
        named = ("--spec", str(folder / "new.yaml"), "--environment", str(profile))
        choice = ("--base", str(folder / "old.yaml"), "--only", "GET *", "-vv", "--depth", "quick")
        return run_suite(folder / "reports", *named, *choice, "-k", "conformance or document or pagination")


def test_the_changes_stand_in_the_reports(chosen: SuiteRun) -> None:
    (change,) = chosen.verdict["changes"]
    summary = (chosen.reports / "summary.md").read_text(encoding="utf-8")

    assert (change["kind"], change["operations"]) == ("operation-id-changed", ["GET /orders/{orderId}"])
    assert chosen.verdict["base"].endswith("old.yaml")
    assert "## Changes since" in summary
    assert "0 breaking, 1 risky, 0 safe changes since" in chosen.output


def test_generated_requests_wait_for_depth_standard(chosen: SuiteRun) -> None:
    assert "::test_generated_requests SKIPPED" in chosen.output


def test_what_was_not_chosen_is_deselected(chosen: SuiteRun) -> None:
    left_out = [n for n in chosen.verdict["coverage"]["not_exercised"] if n["operation"].startswith("POST")]

    assert left_out
    assert all(entry["why"].startswith("deselected") for entry in left_out)
    assert "POST /orders" not in " ".join(items_of(chosen))


def test_what_has_changed_is_tested_first(chosen: SuiteRun) -> None:
    """Within each area: their own order is that of what may disturb what."""
    conformance = [line for line in items_of(chosen) if "answers_keep" in line]
    item = [number for number, line in enumerate(conformance) if "/orders/{orderId}]" in line]
    others = [number for number, line in enumerate(conformance) if "/orders]" in line]

    assert item
    assert others
    assert max(item) < min(others)


def items_of(run: SuiteRun) -> list[str]:
    """Return the names of the items, in order."""
    return [line for line in run.output.splitlines() if "::test_" in line]


def test_where_nothing_has_changed_there_is_nothing_to_test(tmp_path: Path) -> None:
    """It ends as pytest does where nothing was collected: never with 0."""
    document = tmp_path / "same.yaml"
    document.write_text(orders_yaml())

    run = run_suite(tmp_path / "reports", "--spec", str(document), "--changed-since", str(document))

    assert run.status == 5
    assert "no operation differs from" in run.output
