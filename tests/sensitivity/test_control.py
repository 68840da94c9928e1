"""The clean target gives no finding, whatever the seed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from conftest import run_suite

from specproof.target.process import start


@pytest.mark.parametrize("seed", range(10))
def test_the_clean_target_passes(seed: int, tmp_path: Path) -> None:
    """A finding here is a false alarm; so is a promise that could not be looked at."""
    with start() as target:
        result = run_suite(target, tmp_path, "--seed", str(seed))

    verdict = json.loads((tmp_path / "verdict.json").read_text())
    assert (verdict["verdict"], verdict["findings"]) == ("pass", []), result.stdout[-3000:]
    assert verdict["left_behind"] == []
    assert result.returncode == 0
