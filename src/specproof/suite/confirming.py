"""Look again at what was found: a finding that does not come back is unstable, and its rate is told."""

from __future__ import annotations

from dataclasses import dataclass, field

from specproof.errors import TargetError
from specproof.model.finding import Breach
from specproof.model.promise import Promise
from specproof.suite.access import NotExercised
from specproof.suite.areas import LOOKED_AT, look_at, subject_of
from specproof.suite.conformance import Conformance
from specproof.suite.judgement import Judgement
from specproof.suite.scratch import Scratch
from specproof.suite.secrecy import Secrecy
from specproof.suite.session import Suite

_MORE_LOOKS = {"quick": 1, "standard": 3, "deep": 8}  # where the second look did not show it


@dataclass(kw_only=True)
class Confirmation:
    """Repeats what showed a breach, by the means that showed it first."""

    suite: Suite
    scratch: Scratch
    conformance: Conformance
    secrecy: Secrecy
    _rates: dict[tuple[str, str, str], str | None] = field(default_factory=dict)
    _looks: dict[tuple[str, str], list[Judgement]] = field(default_factory=dict)  # the second and later ones

    def rate(self, promise: Promise, breach: Breach) -> str | None:
        """Return ``None`` where the second look shows the breach again, else how often it showed: ``2 of 5``.

        A look that could not be made, since no answers came or others than the server's, does not count.
        """
        key = (promise.id, promise.operation, breach.detail)
        if key not in self._rates:
            self._rates[key] = self._rate(promise, breach)
        return self._rates[key]

    def _rate(self, promise: Promise, breach: Breach) -> str | None:
        seen = looks = 1
        for number in range(1 + _MORE_LOOKS[self.suite.plan.depth]):
            before = self.suite.disturbances.count
            try:
                again = self._look_again(promise, breach, number)
            except (TargetError, NotExercised):
                break
            if self.suite.disturbances.count > before:
                continue  # what was seen may come from in between
            if again and looks == 1:
                return None
            looks, seen = looks + 1, seen + again
        if self.suite.disturbances.count:
            self.suite.trouble(self.suite.disturbances.told)
        return f"{seen} of {looks}" if looks > 1 else "1 of 1: it could not be looked at again"

    def _look_again(self, promise: Promise, breach: Breach, number: int) -> bool:
        if promise.kind.area in LOOKED_AT:
            return any(again.detail == breach.detail for again in self._look(promise, number).of(promise.id))
        if promise.kind.area == "secrets":
            before = len(self.suite.watch.breaches)
            self.secrecy.confirm_by_repeating()
            later = self.suite.watch.breaches[before:]
            return any((b.operation, b.detail) == (breach.operation, breach.detail) for b in later)
        return self.conformance.confirm(self.suite.operations[promise.operation], breach)

    def _look(self, promise: Promise, number: int) -> Judgement:
        """Return a later look at an area; all promises about one subject share it."""
        area, operation = promise.kind.area, self.suite.operations.get(promise.operation)
        looks = self._looks.setdefault((area, subject_of(area, operation)), [])
        while len(looks) <= number:
            looks.append(look_at(area, self.suite, self.scratch, operation, again=True))
        return looks[number]
