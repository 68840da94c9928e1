"""What the tests of a run have come to so far: counts, requests, and how long the rest may take.

Tests are counted by *look*: one kind of question about one operation. The first test of a look sends the
requests, the others are answered from what it saw, so the time that is left is a matter of looks.
"""

from __future__ import annotations

from collections import Counter, defaultdict, deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from specproof.suite.areas import LOOKED_AT
from specproof.suite.bounds import GENERATED, SECRETS, SINGLE

# How much longer generated requests to one operation take than other looks: measured on the mock target.
_GENERATED_WEIGHT = {"quick": 3.0, "standard": 6.0, "deep": 16.0}
_WINDOW_S = 10.0  # the rate is that of the last seconds
_TOO_EARLY_S = 2.0  # before that nothing is said about the time that is left
_TOO_FEW = 4  # looks, likewise


class Look(NamedTuple):
    """What a test is about."""

    area: str  # area of a promise, or "generated requests"
    operation: str  # label, or empty for what is about the API as a whole

    @property
    def taken(self) -> Look:
        """What takes the time: areas that are judged on the side share the requests of an operation."""
        alone = self.area in LOOKED_AT or self.area in {"document", GENERATED, SECRETS}
        return self if alone else Look(SINGLE, self.operation)


@dataclass(slots=True, kw_only=True)
class Group:
    """Tests that are told about together: those of one area, or of one operation."""

    tests: int = 0
    done: int = 0
    requests: int = 0
    seconds: float = 0.0
    words: Counter[str] = field(default_factory=Counter)  # what became of tests, where it is worth telling

    @property
    def over(self) -> bool:
        """Whether all of its tests have ended."""
        return self.done >= self.tests


class Tally:
    """Counts while the run goes on; what time it is, in seconds, is said by the caller.

    Args:
        depth: How hard is looked.
        by_operation: Group tests by operation instead of by area.
        pending: Returns how many requests the running test has sent, where this process sends them.
    """

    def __init__(self, *, depth: str, by_operation: bool, pending: Callable[[], int] = lambda: 0) -> None:
        """Begin with nothing."""
        self._by_operation = by_operation
        self._weight = _GENERATED_WEIGHT[depth]
        self.pending = pending
        self._looks: dict[str, Look] = {}
        self._answered: dict[Look, bool] = {}  # whether a test of it has ended
        self._open: Counter[str] = Counter()  # looks that no test has ended of, by area
        self._ended: Counter[str] = Counter()  # the others
        self._took: defaultdict[str, float] = defaultdict(float)  # seconds of the others
        self._begun_s: defaultdict[Look, float] = defaultdict(float)  # seconds of tests that have not ended
        self._busy_s = 0.0
        self._seen: deque[tuple[float, int]] = deque()  # moment, requests until then
        self._sent = 0
        self._begun: float | None = None
        self.running: dict[str, float] = {}  # node id -> since when; the longest first
        self.groups: defaultdict[str, Group] = defaultdict(Group)
        self.done = 0
        self.words: Counter[str] = Counter()

    def expect(self, tests: Mapping[str, Look]) -> None:
        """Take the tests that are to come, by node id; those that are known already are not counted again."""
        for nodeid, look in tests.items():
            if nodeid not in self._looks:
                self._looks[nodeid] = look
                if look.taken not in self._answered:
                    self._answered[look.taken] = False
                    self._open[look.taken.area] += 1
                self.groups[self.group_of(look)].tests += 1

    def knows(self, nodeid: str) -> bool:
        """Tell whether a test is one of those that are counted."""
        return nodeid in self._looks

    def look(self, nodeid: str) -> Look:
        """Return what a test is about."""
        return self._looks[nodeid]

    def group_of(self, look: Look) -> str:
        """Return the name of the group that a look belongs to."""
        return (self._by_operation and look.operation) or look.area

    @property
    def tests(self) -> int:
        """How many tests there are."""
        return len(self._looks)

    @property
    def requests(self) -> int:
        """How many requests were sent."""
        return self._sent + self.pending()

    def start(self, nodeid: str, now: float) -> None:
        """Note that a test begins."""
        if self._begun is None:
            self._begun = now
            self._seen.append((now, self.requests))
        self.running[nodeid] = now

    def add(self, nodeid: str, *, requests: int, seconds: float, word: str = "") -> None:
        """Note what a part of a test (its set-up, its call, ...) took and came to."""
        look = self._looks[nodeid]
        group = self.groups[self.group_of(look)]
        group.requests += requests
        group.seconds += seconds
        self._sent += requests
        self._busy_s += seconds
        self._begun_s[look.taken] += seconds
        if word:
            group.words[word] += 1
            self.words[word] += 1

    def finish(self, nodeid: str) -> str | None:
        """Note that a test has ended; return the name of its group if that was the last one of it."""
        if self.running.pop(nodeid, None) is None:
            return None  # it was counted before: a crashed worker's test may end twice
        look = self._looks[nodeid]
        self._end(look.taken)
        self.done += 1
        name = self.group_of(look)
        self.groups[name].done += 1
        return name if self.groups[name].over else None

    def elapsed_s(self, now: float) -> float:
        """Return the seconds since the first test began."""
        return now - self._begun if self._begun is not None else 0.0

    def rate(self, now: float) -> float:
        """Return the requests per second of the last ten seconds."""
        self._seen.append((now, self.requests))
        while len(self._seen) > 2 and self._seen[1][0] <= now - _WINDOW_S:
            self._seen.popleft()
        (since, before), (_, sent) = self._seen[0], self._seen[-1]
        return (sent - before) / (now - since) if now > since else 0.0

    def left_s(self, now: float) -> float | None:
        """Estimate the seconds that the tests still take; ``None`` as long as there is nothing to go by.

        A look that is to come is held to take as long as those of its kind took so far, or as all did where
        there was none of its kind.
        """
        elapsed, ended = self.elapsed_s(now), sum(self._ended.values())
        others = ended - self._ended[GENERATED]
        if elapsed < _TOO_EARLY_S or ended < _TOO_FEW or ended == len(self._answered):
            return None
        usual = (sum(self._took.values()) - self._took[GENERATED]) / others if others else 0.0
        whole = {area: self._one_takes(area, usual) for area in self._open}
        work = sum(number * whole[area] for area, number in self._open.items())
        busy = self._busy_s
        for nodeid, since in tuple(self.running.items()):
            look = self._looks[nodeid].taken
            busy += now - since
            if not self._answered[look]:
                work -= min(whole[look.area], now - since)
        return max(0.0, work) * elapsed / busy if busy else None

    def _one_takes(self, area: str, usual: float) -> float:
        if self._ended[area]:
            return self._took[area] / self._ended[area]
        return usual * (self._weight if area == GENERATED else 1.0)

    def _end(self, look: Look) -> None:
        if not self._answered[look]:
            self._answered[look] = True
            self._open[look.area] -= 1
            self._ended[look.area] += 1
        self._took[look.area] += self._begun_s.pop(look, 0.0)
