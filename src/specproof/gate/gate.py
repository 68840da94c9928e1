"""Everything that the gate goes by, read once: policy, waivers, the older verdict, the day."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

from specproof.gate.decide import decide
from specproof.gate.older import Older, load_older
from specproof.gate.policy import DEFAULT, Policy, load_policy
from specproof.gate.stale import KINDS, waiver_outcomes
from specproof.gate.standing import standing
from specproof.gate.waivers import FILE, NO_WAIVERS, Waivers, load_waivers
from specproof.model.verdict import Decision, Outcome, Run


@dataclass(frozen=True, slots=True, kw_only=True)
class Gate:
    """Judges runs and findings; by default as ``specproof gate-policy`` prints, with nothing accepted."""

    policy: Policy = DEFAULT
    waivers: Waivers = NO_WAIVERS
    older: Older | None = None
    today: date = field(default_factory=date.today)

    @property
    def known(self) -> frozenset[str]:
        """Fingerprints of the older verdict."""
        return self.older.fingerprints if self.older else frozenset()

    @property
    def accepted(self) -> frozenset[str]:
        """Fingerprints of what may be found without hiding anything else: waived or known."""
        return self.known | {waiver.fingerprint for waiver in self.waivers.entries}

    def blocks(self, outcome: Outcome, *, environment: str) -> bool:
        """Whether one of an outcome's findings blocks, by itself."""
        return any(
            standing(
                self.waivers.accept(finding, environment=environment, today=self.today),
                self.policy,
                known=self.known,
                inferred=outcome.promise.inferred,
            ).blocks
            for finding in outcome.findings
        )

    def judge(self, run: Run) -> tuple[Run, Decision]:
        """Return the run with its waivers, and the decision about it."""
        run = self.waivers.applied_to(run, today=self.today)
        extra = waiver_outcomes(run, self.waivers, today=self.today)
        run = replace(run, outcomes=(*run.promised, *extra))
        return run, decide(run, self.policy, known=self.known)


def load_gate(
    *,
    policy: Path | None = None,
    waivers: Path | None = None,
    older: Path | None = None,
    promises: Collection[str],
    folders: Sequence[Path] = (),
) -> Gate:
    """Read what the gate goes by.

    Args:
        policy: A file of its own; without one the default policy holds.
        waivers: The file of waivers; without one the first ``waivers.toml`` of ``folders`` is taken, if any.
        older: The ``verdict.json`` of an older run.
        promises: Ids of all promises that a contract can make.
        folders: Where waivers lie by default.

    Raises:
        OptionError: One of them cannot be used; nothing of it is ignored.
    """
    if waivers is None:
        waivers = next((folder / FILE for folder in folders if (folder / FILE).is_file()), None)
    known = (*promises, *(kind.id for kind in KINDS))
    return Gate(
        policy=load_policy(policy, promises=known) if policy else DEFAULT,
        waivers=load_waivers(waivers) if waivers else NO_WAIVERS,
        older=load_older(older) if older else None,
    )
