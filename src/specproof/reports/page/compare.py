"""What is different from the previous run, as its ``verdict.json`` tells."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from specproof.errors import OptionError
from specproof.model.verdict import Decision, Run, State
from specproof.reports.text import one_line

_SHOWN = 200  # findings of a list


@dataclass(frozen=True, slots=True, kw_only=True)
class Gone:
    """A finding of the previous run that this one has not."""

    fingerprint: str
    promise: str
    operation: str
    summary: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """This run beside the previous one."""

    before: str  # its verdict
    now: str
    started: str  # when it was
    differences: tuple[str, ...]  # why the two may not be comparable
    new: frozenset[str]  # fingerprints
    mended: tuple[Gone, ...]  # the promise holds now
    unseen: tuple[Gone, ...]  # nobody looked this time, so nothing is known
    promises: tuple[str, str]  # "344 of 347 exercised": before, now


def previous_verdict(path: Path, *, asked: bool) -> Mapping[str, Any] | None:
    """Read the ``verdict.json`` of another run.

    Args:
        path: The file, or a reports folder.
        asked: The user named it; else it is just what lay in the reports folder, and may be anything.

    Raises:
        OptionError: The user named what cannot be read.
    """
    file = path / "verdict.json" if path.is_dir() else path
    try:
        found = json.loads(file.read_text(encoding="utf-8"))
        if not isinstance(found, dict) or not isinstance(found.get("verdict"), str):
            raise ValueError("it has no verdict")
    except (OSError, ValueError, RecursionError) as error:
        if not asked:
            return None
        reason = error.strerror if isinstance(error, OSError) else error
        raise OptionError(
            f"--compare-with: {file} is no verdict.json of a run ({reason}); give one, or a reports folder"
        ) from error
    return found


def compared(previous: Mapping[str, Any], run: Run, decision: Decision) -> Comparison:
    """Compare a run with a previous one; what is missing there is taken as unknown."""
    before = {each["fingerprint"]: each for each in _findings(previous)}
    now = {finding.fingerprint for finding in run.findings}
    looked_at = {
        (each.promise.id, each.promise.operation)
        for each in run.outcomes
        if each.state is not State.NOT_EXERCISED
    }
    gone = [_gone(each) for fingerprint, each in before.items() if fingerprint not in now]
    seen, known = run.ratios["promises"]
    return Comparison(
        before=_text(previous, "verdict"),
        now=decision.verdict.value,
        started=_text(previous, "started"),
        differences=tuple(_differences(previous, run)),
        new=frozenset(now - set(before)),
        mended=tuple(each for each in gone if (each.promise, each.operation) in looked_at)[:_SHOWN],
        unseen=tuple(each for each in gone if (each.promise, each.operation) not in looked_at)[:_SHOWN],
        promises=(_exercised(previous), f"{seen} of {known}"),
    )


def _findings(previous: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    found = previous.get("findings")
    return [
        each
        for each in (found if isinstance(found, list) else [])
        if isinstance(each, dict) and isinstance(each.get("fingerprint"), str)
    ]


def _gone(finding: Mapping[str, Any]) -> Gone:
    return Gone(
        fingerprint=one_line(finding["fingerprint"]),
        promise=_text(finding, "promise"),
        operation=_text(finding, "operation"),
        summary=_text(finding, "summary"),
    )


def _differences(previous: Mapping[str, Any], run: Run) -> list[str]:
    contract = previous.get("contract")
    sha256 = contract.get("sha256") if isinstance(contract, dict) else None
    pairs = [
        ("environment", previous.get("environment"), run.environment),
        ("depth", previous.get("depth"), run.depth),
        ("seed", previous.get("seed"), run.seed),
    ]
    said = [f"{name} was {one_line(str(was))}, is {is_}" for name, was, is_ in pairs if was != is_]
    return said + (["the document has changed"] if sha256 != run.contract_sha256 else [])


def _exercised(previous: Mapping[str, Any]) -> str:
    coverage = previous.get("coverage")
    promises = coverage.get("promises") if isinstance(coverage, dict) else None
    match promises:
        case [int(seen), int(known)]:
            return f"{seen} of {known}"
        case _:
            return "unknown"


def _text(mapping: Mapping[str, Any], name: str) -> str:
    value = mapping.get(name)
    return one_line(value)[:500] if isinstance(value, str) else ""
