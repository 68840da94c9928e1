"""The verdict of an older run: what it found is known."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from specproof.errors import OptionError
from specproof.gate.waivers import Fingerprint
from specproof.strict import problems, read_text, shown


class _Record(BaseModel):
    """Of what a verdict holds, what is needed here; the rest may be anything."""

    model_config = ConfigDict(frozen=True, extra="ignore", strict=True)


class OldContract(_Record):
    """The document that was tested."""

    title: str


class OldFinding(_Record):
    """A broken promise of that run."""

    fingerprint: Fingerprint
    promise: str
    operation: str
    unstable: str | None = None


class OldVerdict(_Record):
    """``verdict.json``, as far as it is needed."""

    verdict: str
    contract: OldContract
    environment: str
    seed: int
    depth: str
    findings: list[OldFinding]


@dataclass(frozen=True, slots=True, kw_only=True)
class Older:
    """What an older run had found."""

    source: str  # the file, as people would type it
    title: str  # of the contract
    fingerprints: frozenset[str]


def read_verdict(path: Path) -> OldVerdict:
    """Read the ``verdict.json`` of a run.

    Raises:
        OptionError: It cannot be read, or is no verdict; one line for each problem.
    """
    source, text = shown(path), read_text(path, OptionError)
    try:
        raw = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise OptionError(f"{source}: is not JSON: {error}; give the verdict.json of a run") from error
    if not isinstance(raw, dict):
        raise OptionError(f"{source}: is no verdict but {type(raw).__name__}; give the verdict.json of a run")
    try:
        return OldVerdict.model_validate(raw)
    except ValidationError as error:
        lines = problems(error, OldVerdict, name="verdict")
        raise OptionError("\n".join(f"{source}: {line}" for line in lines)) from None


def load_older(path: Path) -> Older:
    """Read what an older run had found.

    Args:
        path: Its ``verdict.json``, or the reports folder in which that lies.

    Raises:
        OptionError: As ``read_verdict``.
    """
    path = path / "verdict.json" if path.is_dir() else path
    verdict = read_verdict(path)
    return Older(
        source=shown(path),
        title=verdict.contract.title,
        fingerprints=frozenset(finding.fingerprint for finding in verdict.findings),
    )


def require_same_contract(older: Older, title: str) -> None:
    """Refuse to compare runs of different contracts: nothing of one is known from the other.

    Raises:
        OptionError: The titles differ.
    """
    if older.title != title:
        raise OptionError(
            f'--compare-with: {older.source} is about "{older.title}", this run about "{title}"; '
            "give a verdict of the same contract"
        )
