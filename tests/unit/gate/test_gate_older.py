"""An older verdict is read as it is, or not at all."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from specproof.errors import OptionError
from specproof.gate.older import load_older, require_same_contract

VERDICT: dict[str, Any] = {
    "verdict": "fail",
    "contract": {"title": "Things", "version": "1"},
    "environment": "staging",
    "seed": 1,
    "depth": "standard",
    "findings": [
        {"fingerprint": "0123456789abcdef", "promise": "status.documented", "operation": "GET /x", "more": 1}
    ],
}


def file_with(folder: Path, content: object) -> Path:
    """Write a file: bytes as they are, anything else as JSON."""
    path = folder / "old.json"
    path.write_bytes(content if isinstance(content, bytes) else json.dumps(content).encode())
    return path


def test_what_it_found_is_known(tmp_path: Path) -> None:
    older = load_older(file_with(tmp_path, VERDICT))
    assert (older.title, older.fingerprints) == ("Things", frozenset({"0123456789abcdef"}))


def test_a_reports_folder_does_as_well(tmp_path: Path) -> None:
    file_with(tmp_path, VERDICT).rename(tmp_path / "verdict.json")
    assert load_older(tmp_path).fingerprints == frozenset({"0123456789abcdef"})


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", r"old\.json: is not JSON: .*; give the verdict\.json of a run"),
        (b"[]", r"old\.json: is no verdict but list; give the verdict\.json of a run"),
        (b"\xff", r"old\.json:1: byte 0xff is not UTF-8"),
        (b"[" * 100_000, r"old\.json: is not JSON"),
        (VERDICT | {"findings": None}, r"old\.json: findings: "),
        ({key: value for key, value in VERDICT.items() if key != "contract"}, r"contract: is missing"),
        (VERDICT | {"findings": [{"fingerprint": "x", "promise": "p", "operation": "o"}]},
         r"old\.json: findings\[0\]\.fingerprint: "),
    ],
    ids=["empty", "a list", "no text", "deep", "no findings", "no contract", "no fingerprint"],
)  # fmt: skip
def test_what_is_no_verdict_is_refused(tmp_path: Path, content: object, said: str) -> None:
    with pytest.raises(OptionError, match=said):
        load_older(file_with(tmp_path, content))


def test_a_verdict_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(OptionError, match=r"old\.json: cannot be read \(No such file or directory\)"):
        load_older(tmp_path / "old.json")


def test_a_verdict_of_another_contract_is_refused(tmp_path: Path) -> None:
    older = load_older(file_with(tmp_path, VERDICT))
    require_same_contract(older, "Things")
    with pytest.raises(OptionError, match=r'old\.json is about "Things", this run about "Teams"; give a'):
        require_same_contract(older, "Teams")
