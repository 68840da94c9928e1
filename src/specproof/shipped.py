"""Where the package keeps what it ships: in the wheel, or in the source tree where that is installed."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

_PACKAGE = Path(__file__).resolve().parent
_TREE = _PACKAGE.parent.parent
_PLACES = {
    "environments": (_PACKAGE / "shipped" / "environments", _TREE / "tests" / "environments"),
    "spec": (_PACKAGE / "shipped" / "spec", _TREE / "spec"),
    "ci": (_PACKAGE / "shipped" / "ci", _TREE / "docs" / "ci"),
    "contract_tests": (_PACKAGE / "contract_tests", _TREE / "tests" / "contract"),
}

Kind = Literal["environments", "spec", "contract_tests", "ci"]


def shipped(kind: Kind) -> Path:
    """Return the folder with the shipped profiles, documents or contract tests."""
    wheel, tree = _PLACES[kind]
    return wheel if wheel.is_dir() else tree


def reference_contract() -> Path:
    """Return the file of the contract that the mock target implements."""
    return shipped("spec") / "bitbucket-teams.yaml"


def strict_overlays() -> tuple[Path, ...]:
    """Return the overlays with what the mock target does beyond the reference contract."""
    folder = shipped("spec") / "overlays"
    return folder / "oauth-strict.yaml", folder / "form-bodies.yaml"
