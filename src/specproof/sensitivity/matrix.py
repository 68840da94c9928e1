"""What the suite noticed: one record per fault, one per run without a fault, and what they add up to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What the suite saw of one fault.

    Args:
        fault: Its name.
        promise: The promise that it breaks; the fault is found if there is a finding of this promise.
        summary: What the server does instead.
        findings: How many findings each promise had that was looked at; 0: looked at, and nothing seen.
        unstable: All findings of the promise failed to come back at the second look.
        whole_suite: Single promises showed nothing or were not enough: a whole run was made of it.
        requests: What was sent until the promise was found broken, the second look included.
        seconds: How long that took, without the start of the target.
        why: Why it was not found, where the suite gives a reason.
    """

    fault: str
    promise: str
    summary: str
    findings: Mapping[str, int] = field(default_factory=dict)
    unstable: bool = False
    whole_suite: bool = False
    requests: int = 0
    seconds: float = 0.0
    why: str = ""

    @property
    def area(self) -> str:
        """The part of the promise before the dot."""
        return self.promise.partition(".")[0]

    @property
    def found(self) -> bool:
        """Whether the fault was noticed under its own promise."""
        return self.findings.get(self.promise, 0) > 0

    @property
    def also(self) -> tuple[str, ...]:
        """The other promises that the fault was noticed under."""
        return tuple(sorted(p for p, number in self.findings.items() if number and p != self.promise))


@dataclass(frozen=True, slots=True, kw_only=True)
class Control:
    """A whole run against the target without a fault.

    Args:
        seed: The seed of the run.
        verdict: ``pass``, ``fail``, ``inconclusive``, or ``none`` where the run could not be made.
        false_alarms: One line per finding; the target keeps every promise, so each is a mistake.
        troubles: Why the verdict is not ``pass`` although nothing was found; what was left behind.
        requests: What was sent.
        seconds: How long it took, without the start of the target.
    """

    seed: int
    verdict: str
    false_alarms: tuple[str, ...] = ()
    troubles: tuple[str, ...] = ()
    requests: int = 0
    seconds: float = 0.0

    @property
    def clean(self) -> bool:
        """Whether the run said what is true: that nothing is broken."""
        return self.verdict == "pass" and not self.false_alarms and not self.troubles


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """How many faults of an area were found."""

    area: str
    found: int
    all: int

    @property
    def percent(self) -> int:
        """Rounded down: 100 means every one."""
        return 100 * self.found // self.all


@dataclass(frozen=True, slots=True, kw_only=True)
class Matrix:
    """Everything that ``specproof sensitivity`` found out.

    Args:
        looks: One per fault, in the order in which the target lists them.
        controls: One per seed.
        settings: What was asked for, by name, for the reports: seed, depth, part and so on.
        started: Unix time in seconds.
        seconds: From the first task to the last answer.
    """

    looks: tuple[Look, ...]
    controls: tuple[Control, ...]
    settings: Mapping[str, object]
    started: float
    seconds: float

    @property
    def shares(self) -> tuple[Share, ...]:
        """One per area, by name."""
        areas: dict[str, list[Look]] = {}
        for look in self.looks:
            areas.setdefault(look.area, []).append(look)
        return tuple(
            Share(area=area, found=sum(look.found for look in looks), all=len(looks))
            for area, looks in sorted(areas.items())
        )

    @property
    def total(self) -> Share:
        """All areas together."""
        return Share(area="total", found=sum(look.found for look in self.looks), all=len(self.looks))

    @property
    def missed(self) -> tuple[Look, ...]:
        """The faults that were not noticed."""
        return tuple(look for look in self.looks if not look.found)

    @property
    def false_alarms(self) -> int:
        """Findings on the target without a fault."""
        return sum(len(control.false_alarms) for control in self.controls)

    @property
    def promises(self) -> tuple[str, ...]:
        """Every promise that some fault breaks or was looked at under, by name."""
        names = {look.promise for look in self.looks}
        return tuple(sorted(names.union(*(look.findings for look in self.looks))))

    @property
    def good(self) -> bool:
        """Whether every fault was found and every control is clean."""
        return not self.missed and all(control.clean for control in self.controls)
