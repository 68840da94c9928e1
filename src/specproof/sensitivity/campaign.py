"""All looks that were asked for, put together into one matrix."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from specproof import __version__
from specproof.sensitivity.look import ControlTask, FaultTask
from specproof.sensitivity.matrix import Control, Look, Matrix
from specproof.sensitivity.partition import Part, commit_of
from specproof.sensitivity.workers import results
from specproof.suite.session import Plan


@dataclass(frozen=True, slots=True, kw_only=True)
class Campaign:
    """What was asked for.

    Args:
        faults: Names of faults.
        part: The part of all faults that they are.
        depth: How hard the suite looks: quick, standard, deep.
        seed: Of the looks at faults, and of the first clean run.
        seeds: How many clean runs, with the seeds that follow.
        full: Look at every promise for every fault.
        jobs: How many tasks at the same time.
    """

    faults: tuple[str, ...]
    part: Part
    depth: str
    seed: int
    seeds: int
    full: bool
    jobs: int

    @property
    def tasks(self) -> list[FaultTask | ControlTask]:
        """The clean runs first: they take longest, and nobody should wait for the last of them."""
        plan = Plan(seed=self.seed, depth=self.depth)
        clean = [ControlTask(plan=Plan(seed=self.seed + n, depth=self.depth)) for n in range(self.seeds)]
        return [*clean, *(FaultTask(fault=name, plan=plan, full=self.full) for name in self.faults)]

    @property
    def settings(self) -> dict[str, object]:
        """What a reader must know to get the same again."""
        return {
            "specproof": __version__,
            "commit": commit_of(Path.cwd()) or "unknown",
            "part": str(self.part),
            "depth": self.depth,
            "seed": self.seed,
            "whole runs": "yes" if self.full else "where needed",
            "jobs": self.jobs,
        }


def run(campaign: Campaign, *, tell: Callable[[Look | Control], None]) -> Matrix:
    """Carry out a campaign.

    Args:
        campaign: What was asked for.
        tell: Called with each answer as it comes in.
    """
    started, clock = time.time(), time.perf_counter()
    answers: dict[int, Look | Control] = {}
    for place, answer in results(campaign.tasks, jobs=campaign.jobs):
        answers[place] = answer
        tell(answer)
    ordered = [answers[place] for place in sorted(answers)]
    return Matrix(
        looks=tuple(answer for answer in ordered if isinstance(answer, Look)),
        controls=tuple(answer for answer in ordered if isinstance(answer, Control)),
        settings=campaign.settings,
        started=started,
        seconds=time.perf_counter() - clock,
    )
