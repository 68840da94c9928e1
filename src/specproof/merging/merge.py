"""Merge the records of several machines: what does not belong together is refused, what is missing told."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from specproof.errors import OptionError
from specproof.model.verdict import Outcome, Run, Shard
from specproof.suite.result import explained, merge, part_of

_SAME: tuple[tuple[str, Callable[[Run], object]], ...] = (
    ("contract", lambda run: run.contract_sha256),
    ("environment", lambda run: run.environment),
    ("seed", lambda run: run.seed),
    ("depth", lambda run: run.depth),
    ("number of shards", lambda run: run.shard.of if run.shard else "none"),
    ("list of changes since an older document", lambda run: run.changes),
    ("list of what was left out of the document", lambda run: run.document_notes),
    ("list of promises", lambda run: sorted(outcome.promise.key for outcome in run.promised)),
)
_LONG = 80  # characters of a value that a sentence can hold


def merge_runs(runs: Mapping[str, Run]) -> Run:
    """Return the one run that several machines made.

    A promise that one of them saw broken is broken; else it is proven where one of them proved it. Shards
    that are not among the runs make a trouble, so that the verdict is not better than ``inconclusive``. The
    run began when the first machine began, and ended when the last one ended.

    Args:
        runs: The record of each machine, by the name of its folder; one at least.

    Raises:
        OptionError: They are not parts of one run.
    """
    _check(runs)
    found = list(runs.values())
    merged = merge([part_of(run) for run in found])
    outcomes = tuple(_unwaived(merged.outcomes[outcome.promise.key]) for outcome in found[0].promised)
    started = min(run.started for run in found)
    return replace(
        found[0],
        outcomes=outcomes,
        traffic=merged.traffic,
        left_behind=merged.left_behind,
        troubles=(*merged.troubles, *_missing(found)),
        sample=merged.sample,
        access=merged.access,
        coverage=explained(merged.coverage, outcomes, merged.traffic),
        started=started,
        seconds=max(run.started + run.seconds for run in found) - started,
        shard=None,
    )


def _unwaived(outcome: Outcome) -> Outcome:
    """Take away the waivers that a part was judged by: the gate of the merged run has its own."""
    none: dict[str, Any] = dict.fromkeys(("waiver", "waiver_owner", "waiver_until"))
    return replace(outcome, findings=tuple(replace(finding, **none) for finding in outcome.findings))


def _check(runs: Mapping[str, Run]) -> None:
    (first, pattern), *_ = runs.items()
    holders: dict[Shard, str] = {}
    for folder, run in runs.items():
        for what, value in _SAME:
            if value(run) != value(pattern):
                raise OptionError(
                    f"{folder}: another {what} than in {first}{_shown(value(run), value(pattern))}; merge "
                    "parts of one run only"
                )
        if run.shard is None:
            continue
        if run.shard in holders:
            raise OptionError(
                f"{folder}: shard {run.shard} is in {holders[run.shard]} too; name each shard once"
            )
        holders[run.shard] = folder


def _shown(here: object, there: object) -> str:
    text = f" ({here}, not {there})"
    return text if len(text) <= _LONG else ""


def _missing(runs: list[Run]) -> list[str]:
    shards = {run.shard for run in runs if run.shard is not None}
    if not shards:
        return []
    of = next(iter(shards)).of
    absent = [number for number in range(1, of + 1) if Shard(number=number, of=of) not in shards]
    return [f"shard {number} of {of} is missing, and nothing is known of its part" for number in absent]
