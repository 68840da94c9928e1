"""A prover for a small document and a profile, both written down for one test."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from specproof.contract.load import load_document
from specproof.environment.load import load_profile
from specproof.suite.prove import Prover
from specproof.suite.session import Plan
from specproof.suite.setup import build_prover


def prover_of(
    folder: Path,
    described: Mapping[str, Any],
    profile: str,
    *,
    variables: Mapping[str, str] | None = None,
    depth: str = "quick",
) -> Prover:
    """Return a prover with seed 1; its suite is to be cleared in the end."""
    (folder / "openapi.json").write_text(json.dumps(described), encoding="utf-8")
    (folder / "profile.toml").write_text(profile, encoding="utf-8")
    return build_prover(
        load_document(str(folder / "openapi.json")),
        load_profile(folder / "profile.toml", environ=dict(variables or {})),
        Plan(seed=1, depth=depth),
        ledger=folder / "ledger.jsonl",
    )
