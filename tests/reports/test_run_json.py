"""``run.json``: a run that is written on one machine is the same on another one, without its secrets."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from reported import LIST, finding, make_run, outcome

from specproof.environment.secrets import Masker, Secret
from specproof.errors import OptionError
from specproof.model.coverage import Point, PointKind
from specproof.model.verdict import Decision, Run, Shard
from specproof.reports.clean import clean
from specproof.reports.run_json import NAME, read_run, write_run


def again(run: Run, folder: Path, mask: Callable[[str], str] = str) -> Run:
    """Write a run and read it."""
    write_run(run, folder, mask)
    return read_run(folder)


def test_a_run_comes_back_as_it_was(run: Run, tmp_path: Path) -> None:
    point = Point(kind=PointKind.STATUSES, operation=LIST, what="429", why="kept within")
    whole = replace(run, coverage=(point,), shard=Shard(number=2, of=5))

    found = again(whole, tmp_path)

    known = {each.fingerprint for each in whole.findings}
    assert {each.fingerprint for each in found.findings} == known
    bare = tuple(
        replace(each, findings=tuple(replace(f, known_as="") for f in each.findings))
        for each in found.outcomes
    )
    assert replace(found, outcomes=bare) == whole


def test_bodies_that_are_no_text_come_back(tmp_path: Path) -> None:
    exchange = finding("a.b", LIST).evidence[0]
    odd = replace(exchange, response=replace(exchange.response, body=bytes(range(256))))
    found = again(make_run(outcome("a.b", LIST, finding("a.b", LIST, evidence=(odd,)))), tmp_path)

    assert found.findings[0].evidence == (odd,)


def test_large_bodies_are_cut_and_say_so(tmp_path: Path) -> None:
    exchange = finding("a.b", LIST).evidence[0]
    large = replace(exchange, response=replace(exchange.response, body=b"a" * 3_000_000))
    found = again(make_run(outcome("a.b", LIST, finding("a.b", LIST, evidence=(large,)))), tmp_path)

    body = found.findings[0].evidence[0].response.body
    assert len(body) < 10_000
    assert body.endswith(b" more bytes")


def test_hostile_texts_can_be_written_and_read(
    hostile_run: Callable[[str], Run], decision: Decision, tmp_path: Path
) -> None:
    run, _ = clean(hostile_run("\0\x1b \u202e \ud800 \ufffe \U0001f600"), decision, str)

    found = again(run, tmp_path)

    assert found.contract_title == run.contract_title
    assert {each.fingerprint for each in found.findings} == {each.fingerprint for each in run.findings}


def test_a_secret_in_the_detail_is_masked_and_the_fingerprint_stays(tmp_path: Path) -> None:
    broken = finding("a.b", LIST, detail="leaks hush-hush")
    mask = Masker([Secret(value="hush-hush")])

    found = again(make_run(outcome("a.b", LIST, broken)), tmp_path, mask)

    assert "hush-hush" not in (tmp_path / NAME).read_text(encoding="utf-8")
    assert found.findings[0].detail == "leaks ***"
    assert found.findings[0].fingerprint == broken.fingerprint


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda text: text[: len(text) // 2], "Invalid JSON"),
        (lambda text: "", "Invalid JSON"),
        (lambda text: text.replace('"format": 1', '"format": 2'), "format: Input should be 1"),
        (lambda text: text.replace('"seed": 7', '"seed": "x"'), "run.seed"),
        (lambda text: text.replace('"seed": 7', '"seed": 7, "extra": 1'), "run.extra"),
        (lambda text: "[]", "Input should be an object"),
    ],
    ids=["cut off", "empty", "another format", "an ill-typed value", "an unknown member", "a list"],
)
def test_what_cannot_be_used_is_one_line(
    run: Run, tmp_path: Path, change: Callable[[str], str], said: str
) -> None:
    write_run(run, tmp_path, str)
    path = tmp_path / NAME
    path.write_text(change(path.read_text(encoding="utf-8")), encoding="utf-8")

    with pytest.raises(OptionError, match=r"run\.json: .*; it must be written by this version") as error:
        read_run(tmp_path)
    assert said in str(error.value)
    assert "\n" not in str(error.value)


def test_a_folder_without_a_record_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(OptionError, match=r"run\.json: cannot be read \(No such file or directory\)"):
        read_run(tmp_path / "nowhere")
