"""Several machines, one verdict: nothing that is missing or foreign goes unnoticed."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from reported import CREATE, LIST, changed, finding, make_run, note, outcome

from specproof.cli import main
from specproof.errors import OptionError
from specproof.gate.decide import decide
from specproof.merging.merge import merge_runs
from specproof.model.access import AccessCell
from specproof.model.coverage import Point, PointKind
from specproof.model.verdict import DESELECTED, IN_ANOTHER_SHARD, Run, Shard, State, Traffic, Verdict
from specproof.reports.write import write_all

ELSEWHERE = f"{IN_ANOTHER_SHARD}: 2 of 2"
SEEN = Point(kind=PointKind.STATUSES, operation=LIST, what="200", seen=True)
MISSED = Point(kind=PointKind.STATUSES, operation=CREATE, what="201")


def first(**members: Any) -> Run:
    """Build a shard that looked at lists."""
    shard = make_run(
        outcome("pagination.no-gaps", LIST),
        outcome("status.documented", CREATE, why=ELSEWHERE),
        traffic=Traffic(requests=3, statuses={LIST: {200: 3}}, durations={LIST: (0.1,)}),
        shard=Shard(number=1, of=2),
        coverage=(SEEN, replace(MISSED, why=ELSEWHERE)),
    )
    return replace(shard, **members)


def second(**members: Any) -> Run:
    """Build a shard that looked at creations, a minute later."""
    shard = make_run(
        outcome("pagination.no-gaps", LIST, why=f"{IN_ANOTHER_SHARD}: 1 of 2"),
        outcome("status.documented", CREATE),
        traffic=Traffic(requests=2, statuses={CREATE: {201: 2}}, durations={CREATE: (0.2,)}),
        shard=Shard(number=2, of=2),
        coverage=(replace(SEEN, seen=False), MISSED),
        started=1_767_225_660.0,
        left_behind=("/things/1",),
    )
    return replace(shard, **members)


def test_the_parts_make_the_whole() -> None:
    whole = merge_runs({"a": first(), "b": second()})

    assert [each.state for each in whole.outcomes] == [State.PROVEN, State.PROVEN]
    assert whole.traffic == Traffic(
        requests=5, statuses={LIST: {200: 3}, CREATE: {201: 2}}, durations={LIST: (0.1,), CREATE: (0.2,)}
    )
    assert whole.coverage == (SEEN, MISSED)
    assert (whole.shard, whole.left_behind) == (None, ("/things/1",))
    assert (whole.started, round(whole.seconds, 3)) == (1_767_225_600.0, 81.432)
    assert decide(whole).verdict is Verdict.PASS


def test_a_missing_shard_is_no_pass() -> None:
    whole = merge_runs({"b": second()})

    assert whole.troubles == ("shard 1 of 2 is missing, and nothing is known of its part",)
    assert decide(whole).verdict is Verdict.INCONCLUSIVE


def test_broken_beats_proven_and_the_findings_of_all_are_kept() -> None:
    """A promise is judged on the side by shards that do not own it."""
    one = finding("status.documented", CREATE, detail="500", unstable="1 of 2")
    other = finding("status.documented", CREATE, detail="418")
    proven, broken = outcome("status.documented", CREATE), outcome("status.documented", CREATE, one, other)
    stable = outcome("status.documented", CREATE, replace(one, unstable=None))
    gaps = outcome("pagination.no-gaps", LIST)
    found = [first(outcomes=(gaps, each), shard=Shard(number=n, of=3)) for n, each in
             enumerate((proven, broken, stable), 1)]  # fmt: skip

    whole = merge_runs({str(number): run for number, run in enumerate(found)})

    assert [(each.detail, each.unstable) for each in whole.findings] == [("418", None), ("500", None)]
    assert whole.outcomes[1].times == 12


def test_the_access_matrix_is_that_of_all_shards() -> None:
    cells = [AccessCell(credential="admin", operation=label, expected="allowed", got=200, right=True)
             for label in (LIST, CREATE)]  # fmt: skip

    whole = merge_runs({"a": first(access=(cells[0],)), "b": second(access=(cells[1],))})

    assert sorted(cell.operation for cell in whole.access) == sorted((LIST, CREATE))


def test_what_belongs_to_the_document_stays() -> None:
    """All parts have it, and so has the whole."""
    same = {"base": "old.yaml", "changes": (changed("a change"),), "document_notes": (note("a"),)}

    whole = merge_runs({"a": first(**same), "b": second(**same)})

    assert {name: getattr(whole, name) for name in same} == same


def test_waivers_of_the_parts_do_not_count() -> None:
    """The gate of the merged run has its own."""
    waived = finding(
        "status.documented", CREATE, waiver="known", waiver_owner="ada", waiver_until="2099-01-01"
    )
    broken = second(outcomes=(second().outcomes[0], outcome("status.documented", CREATE, waived)))

    whole = merge_runs({"a": first(), "b": broken})

    assert [(each.waiver, each.waiver_owner, each.waiver_until) for each in whole.findings] == [(None,) * 3]
    assert decide(whole).verdict is Verdict.FAIL


def test_runs_of_chosen_tests_complete_each_other() -> None:
    """Without shards what nobody looked at stays deselected."""
    left_out = outcome("status.documented", CREATE, why=f"{DESELECTED}: its test did not run")
    lists = first(shard=None, outcomes=(first().outcomes[0], left_out))
    creations = second(shard=None, outcomes=(replace(first().outcomes[0], state=State.NOT_EXERCISED,
                       why=f"{DESELECTED}: x"), second().outcomes[1]))  # fmt: skip

    assert all(each.state is State.PROVEN for each in merge_runs({"a": lists, "b": creations}).outcomes)
    assert merge_runs({"a": lists, "b": lists}).outcomes[1].why.startswith(DESELECTED)


@pytest.mark.parametrize(
    ("other", "said"),
    [
        ({"contract_sha256": "c" * 64}, "another contract than in a"),
        ({"environment": "production"}, r"another environment than in a \(production, not staging\)"),
        ({"seed": 8}, r"another seed than in a \(8, not 7\)"),
        ({"depth": "deep"}, r"another depth than in a \(deep, not standard\)"),
        ({"shard": Shard(number=2, of=3)}, r"another number of shards than in a \(3, not 2\)"),
        ({"shard": None}, r"another number of shards than in a \(none, not 2\)"),
        ({"shard": Shard(number=1, of=2)}, "shard 1 of 2 is in a too"),
        ({"changes": (changed("a change"),)}, "another list of changes since an older document than in a"),
        ({"document_notes": (note("a"),)}, "another list of what was left out of the document than in a"),
        ({"outcomes": ()}, "another list of promises than in a"),
    ],
    ids=lambda value: "" if isinstance(value, str) else "-".join(value),
)
def test_what_does_not_belong_together_is_refused(other: dict[str, Any], said: str) -> None:
    with pytest.raises(OptionError, match=f"^b: {said}"):
        merge_runs({"a": first(), "b": second(**other)})


@pytest.fixture
def call(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Any:
    """Return a function that calls ``specproof merge`` and returns its status and what it printed."""
    monkeypatch.chdir(tmp_path)

    def run(*arguments: str) -> tuple[int, str, str]:
        monkeypatch.setattr("sys.argv", ["specproof", "merge", *arguments])
        with pytest.raises(SystemExit) as end:
            main()
        said = capsys.readouterr()
        return int(str(end.value.code)), said.out, said.err

    return run


def leave(run: Run, folder: Path) -> None:
    """Leave the reports of a machine."""
    write_all(run, decide(run), folder, mask=str)


def test_the_command_writes_every_report_and_its_status_is_the_verdict(tmp_path: Path, call: Any) -> None:
    leave(first(), tmp_path / "a")
    leave(second(), tmp_path / "b")

    status, said, _ = call("a", "b", "--into", "whole")

    verdict = json.loads((tmp_path / "whole" / "verdict.json").read_text(encoding="utf-8"))
    results = list((tmp_path / "whole" / "allure-results").glob("*-result.json"))
    assert status == 0, said
    assert (verdict["verdict"], verdict["shard"], verdict["requests"]) == ("pass", None, 5)
    assert len(results) == 2
    assert {path.name for path in (tmp_path / "a").iterdir()} == {
        path.name for path in (tmp_path / "whole").iterdir()
    }
    assert "PASS" in said


def test_the_command_ends_with_1_where_a_shard_is_missing(tmp_path: Path, call: Any) -> None:
    leave(first(), tmp_path / "a")

    status, said, _ = call("a", "--into", "whole")

    assert status == 1
    assert "shard 2 of 2 is missing" in said


def test_the_command_goes_by_waivers_and_policy(tmp_path: Path, call: Any) -> None:
    broken = finding("status.documented", CREATE)
    leave(first(), tmp_path / "a")
    leave(
        second(outcomes=(second().outcomes[0], outcome("status.documented", CREATE, broken))), tmp_path / "b"
    )
    (tmp_path / "accepted.toml").write_text(
        f'[[waivers]]\nfingerprint = "{broken.fingerprint}"\nreason = "known"\nowner = "ada"\n'
        "expires = 2099-01-01\n"
    )

    assert call("a", "b", "--into", "whole")[0] == 1
    status, said, _ = call("a", "b", "--into", "whole", "--waivers", "accepted.toml")
    assert status == 0, said


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("a", "nowhere", "--into", "whole"), "nowhere/run.json: cannot be read"),
        (("a", "a", "--into", "whole"), "the same folder is named twice"),
        (("a", "--into", "a"), "--into: a is one of the folders to merge"),
        (("a",), "Missing option '--into'"),
        (("--into", "whole"), "Missing argument"),
        (("a", "--into", "whole", "--gate-policy", "none.toml"), "none.toml"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_what_cannot_be_used_ends_with_4(
    tmp_path: Path, call: Any, arguments: tuple[str, ...], said: str
) -> None:
    leave(first(), tmp_path / "a")

    status, _, told = call(*arguments)

    assert status == 4
    assert said in told
    assert "Traceback" not in told
    assert not (tmp_path / "whole").exists()
