"""Nobody guesses a code or a token: what can be said for sure of some that were given one after the other."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import takewhile
from urllib.parse import parse_qs

from specproof.model.exchange import Exchange
from specproof.model.finding import Breach
from specproof.model.oauth import Trial, passed_on

UNGUESSABLE = "oauth.unguessable"
ENOUGH = 3  # different ones; a place in which so many have the same character is taken for a fixed one
_ASKED_BITS = 128  # RFC 6749 section 10.10
_LEAST_BITS = (
    64  # far from what is asked for: between the two nothing is said, for much of it is still random
)
_CHARACTERS = 95  # VSCHAR: codes and tokens have no others, RFC 6749 appendices A.11, A.12 and A.17


_NAMES = {"code": "codes", "access_token": "access tokens", "refresh_token": "refresh tokens"}


@dataclass(frozen=True, slots=True)
class Given:
    """What a server gave, by kind and grant: each value with the exchanges that led to it."""

    _stories: dict[tuple[str, str], dict[str, tuple[Exchange, ...]]] = field(
        default_factory=lambda: defaultdict(dict)
    )

    def note(self, trial: Trial) -> None:
        """Remember every code and token of a trial."""
        for number, exchange in enumerate(trial.evidence, start=1):
            for name, value in passed_on(exchange).items():
                story = trial.evidence[:number]
                self._stories[name, _grant(exchange)].setdefault(value, story)

    def judge(self) -> Iterator[list[Breach]]:
        """Yield a judgement of each kind of which there are enough; it is empty where nothing is wrong."""
        for (name, grant), stories in self._stories.items():
            if len(stories) >= ENOUGH:
                yield list(_guessable(name, grant, stories))


def most_bits(values: Sequence[str]) -> float:
    """Return the most bits that nobody knows of the next of some values, if every character were random.

    What stands in the same place in all of them is known. Values of different lengths are compared by what
    is left between their common beginning and their common end.
    """
    if any(not " " <= character <= "~" for value in values for character in value):
        return math.inf
    begin = _alike(values)
    end = _alike([value[begin:][::-1] for value in values])
    middle = [value[begin : len(value) - end] for value in values]
    lengths = {len(value) for value in middle}
    places = max(lengths)
    if len(lengths) == 1:
        places = sum(len(set(column)) > 1 for column in zip(*middle, strict=True))
    return places * math.log2(_CHARACTERS)


def _alike(values: Sequence[str]) -> int:
    """Return how many characters all values have at their beginning."""
    columns = zip(*values, strict=False)
    return sum(1 for _ in takewhile(lambda column: len(set(column)) == 1, columns))


def _guessable(name: str, grant: str, stories: Mapping[str, tuple[Exchange, ...]]) -> Iterator[Breach]:
    bits = most_bits(list(stories))
    if bits >= _LEAST_BITS:
        return
    kind = _NAMES[name] + (f" of {grant}" if grant else "")
    differ = round(bits / math.log2(_CHARACTERS))
    text = f"expected {kind} that nobody guesses with more than one chance in 2^{_ASKED_BITS}; got "
    text += f"{len(stories)} that differ in {differ} characters: {math.floor(bits)} bits at most"
    shown = list(stories.values())[:ENOUGH]
    evidence = tuple(exchange for story in shown for exchange in story)
    yield Breach(promise=UNGUESSABLE, operation="", summary=text, evidence=evidence, detail=kind)


def _grant(exchange: Exchange) -> str:
    """Return the grant type that a token was asked with; empty for what an authorization brings."""
    body = (exchange.request.body or b"").decode("utf-8", "replace")
    return next(iter(parse_qs(body).get("grant_type", ())), "")
