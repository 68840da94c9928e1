"""A plan is refused where the run would be, and shows the part of a shard."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from suite_runs import ROOT, write_profile
from things import document

from specproof.contract.selection import Wish
from specproof.errors import OptionError
from specproof.model.verdict import Shard
from specproof.plugin.options import Options
from specproof.plugin.session import Session


def session_of(folder: Path, **wanted: Any) -> Session:
    """Return a session on a server that nobody needs to reach."""
    profile = write_profile(folder, "http://127.0.0.1:9")
    (folder / "things.json").write_text(json.dumps(document()), encoding="utf-8")
    options = {
        "overlays": (),
        "spec": str(folder / "things.json"),
        "depth": "quick",
        "seed": 1,
        "reports_dir": folder,
        **wanted,
    }
    return Session(options=Options(environment=str(profile), **options), root=ROOT)


@pytest.mark.parametrize("what", ["gate_policy", "waivers", "compare_with"])
def test_what_the_run_could_not_be_judged_by_is_named(tmp_path: Path, what: str) -> None:
    session = session_of(tmp_path, **{what: tmp_path / "nowhere.toml"})
    with pytest.raises(OptionError, match=r"nowhere\.toml"):
        session.planned()


def test_shards_and_chosen_operations_are_planned_as_they_run(tmp_path: Path) -> None:
    """Two shards of one operation share its looks and nothing else."""
    wish = Wish(only=("GET /things",))
    parts = [
        session_of(tmp_path, wish=wish, shard=Shard(number=number, of=2)).planned()[0] for number in (1, 2)
    ]
    whole = session_of(tmp_path, wish=wish).planned()[0]
    looks = [{(look.kind, look.subject) for look in plan.looks} for plan in (*parts, whole)]
    assert looks[0] | looks[1] == looks[2]
    assert not looks[0] & looks[1]
    assert all(looks)
