"""Choose what to ask about: words, phrases and values that results show."""

from __future__ import annotations

import hashlib
import itertools
from collections.abc import Sequence
from dataclasses import dataclass

from specproof.generate.search_samples import Noted, Sample, Samples
from specproof.generate.shuffle import shuffle
from specproof.model.search import Answer, Query

_CANDIDATES = 4
_VALUES = {"quick": 1, "standard": 1, "deep": 5}  # how many values of each modifier
_WORDS = {"standard": 5, "deep": 25}  # how many words are looked for in their own file


@dataclass(frozen=True, slots=True, kw_only=True)
class Chooser:
    """Chooses by the seed alone."""

    seed: str
    depth: str

    def companions(self, base: Answer, samples: Samples) -> list[Sample]:
        """Return words that some results of a query show and others do not: those tell most."""
        used = {word.casefold() for word in base.query.words}
        words = [word for (word,) in samples.words if word.casefold() not in used]
        telling = [word for word in words if 1 < samples.spread(word) < len(base.identities)]
        chosen = _distinct(shuffle(telling or words, self.seed))
        return [samples.words[word,][0] for word in chosen[:_CANDIDATES]]

    def path_companions(self, base: Answer, samples: Samples) -> list[Sample]:
        """Return words of paths; those that no text shows come first."""
        used = {word.casefold() for word in base.query.words}
        shown = {word.casefold() for (word,) in samples.words}
        words = [word for (word,) in samples.path_words if word.casefold() not in used]
        chosen = sorted(_distinct(shuffle(words, self.seed)), key=lambda word: word.casefold() in shown)
        return [samples.path_words[word,][0] for word in chosen[:_CANDIDATES]]

    def pairs(self, samples: Samples) -> list[Sample]:
        """Return neighbours in a line; those first whose words most often stand apart."""
        pairs = shuffle(samples.pairs, self.seed)
        pairs.sort(key=lambda pair: len(samples.pairs[pair]) - min(map(samples.spread, pair)))
        return [samples.pairs[pair][0] for pair in pairs[:_CANDIDATES]]

    def odd_pairs(self, samples: Samples) -> list[Sample]:
        """Return neighbours in a line, of the kind that servers stumble over."""
        return self._few(samples.pairs, _CANDIDATES)

    def words(self, samples: Samples) -> list[Sample]:
        """Return words to look for in the file that shows them."""
        return self._few(samples.words, _WORDS[self.depth])

    def path_words(self, samples: Samples) -> list[Sample]:
        """Return words to look for in the path that shows them."""
        return self._few(samples.path_words, _WORDS[self.depth] // 2 + 1)

    def values(
        self, kind: str, base: Answer, samples: Samples, known: Sequence[Query], *, most: bool
    ) -> list[str]:
        """Return values of a modifier that exist; in a quick run, of those alone that a result shows.

        Args:
            kind: The kind of the modifier; what other kinds than ``extension`` and ``path`` may be is only
                known from queries that somebody gave.
            base: The query that is to be narrowed.
            samples: What its results show.
            known: The queries that somebody gave.
            most: Put those first that let most results through.
        """
        seen = {"extension": samples.extensions, "path": samples.folders}.get(kind)
        if seen is None and self.depth == "quick" and kind != "repository":
            return []
        if seen is None:
            given = dict.fromkeys(v for query in known for k, v in query.restrictions if k == kind)
            return list(given)[: _VALUES[self.depth]]
        telling = [value for value, found in seen.items() if len(found) < len(base.identities)]
        values = shuffle(telling or seen, self.seed)
        if most:
            values.sort(key=lambda value: -len(seen[value]))
        return values[: _VALUES[self.depth]]

    def nonsense(self) -> str:
        """Return letters that are the name of nothing."""
        digits = hashlib.sha256(self.seed.encode()).hexdigest()[:12]
        return digits.translate(str.maketrans("0123456789", "ghijklmnop"))

    def _few(self, noted: Noted, number: int) -> list[Sample]:
        """Return samples: half of the kind that servers stumble over, then the longest of the others."""
        words = shuffle(noted, self.seed)
        odd = sorted(words, key=_oddness)[: (number + 1) // 2]
        plain = [each for each in words if each not in odd]
        longest = max(plain, key=_length, default=None)
        plain.sort(key=lambda each: each != longest)
        return [noted[each][0] for each in (*odd, *plain)[:number]]


def telling_pair(answers: Sequence[Answer]) -> tuple[Query, ...]:
    """Return two single words whose results were all seen, the one that finds less first.

    If there are such, each finds something that the other does not, and both find something; of these pairs
    the one that finds most.
    """
    single = {
        answer.query.text.casefold(): answer
        for answer in answers
        if answer.complete and answer.found and answer.query.words == (answer.query.text,)
    }

    def rank(pair: tuple[Answer, Answer]) -> tuple[bool, bool, int]:
        one, other = (answer.identities for answer in pair)
        return bool(one - other and other - one), bool(one & other), len(one | other)

    best = max(itertools.combinations(single.values(), 2), key=rank, default=())
    return tuple(answer.query for answer in sorted(best, key=lambda answer: len(answer.found)))


def _oddness(words: tuple[str, ...]) -> int:
    """Rank words: characters beyond ASCII come first, then capitals."""
    if not all(map(str.isascii, words)):
        return 0
    return 1 if any(word != word.lower() for word in words) else 2


def _length(words: tuple[str, ...]) -> int:
    return max(map(len, words))


def _distinct(words: list[str]) -> list[str]:
    """Return one spelling of each word."""
    return list({word.casefold(): word for word in reversed(words)}.values())[::-1]
