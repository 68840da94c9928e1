"""Take words to search for from what results show; nothing of the corpus needs to be known before."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from specproof.generate.search_language import Language
from specproof.model.search import Answer, Query

_BETWEEN_BLANKS = re.compile(r"(?<=\s)[^\W\d_]{3,}(?=\s)")
_PAIR = re.compile(r"(?<=\s)(?=([^\W\d_]{3,}) ([^\W\d_]{3,})\s)")
_EXTENSION = re.compile(r"[^.]+\.([a-z0-9]{1,6})")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """Words that a result shows, and the query that found the result."""

    words: tuple[str, ...]
    identity: str
    found_by: Query


Noted = dict[tuple[str, ...], list[Sample]]


@dataclass(slots=True)
class Samples:
    """What the results of some queries show.

    Only words with blanks on both sides count: there, every way to cut text into words agrees.
    """

    language: Language
    words: Noted = field(default_factory=dict)
    pairs: Noted = field(default_factory=dict)
    path_words: Noted = field(default_factory=dict)
    extensions: dict[str, set[str]] = field(default_factory=dict)  # with the results that have it
    folders: dict[str, set[str]] = field(default_factory=dict)

    def add(self, answer: Answer) -> None:
        """Read the results of one query."""
        for found in answer.found:
            for line in found.lines:
                for word in _BETWEEN_BLANKS.findall(line.text):
                    self._note(self.words, answer, found.identity, word)
                for pair in _PAIR.finditer(line.text):
                    self._note(self.pairs, answer, found.identity, pair[1], pair[2])
            if found.path:
                self._add_path(answer, found.identity, found.path)

    def _add_path(self, answer: Answer, identity: str, path: str) -> None:
        *folders, name = path.split("/")
        for word in (*folders, name.partition(".")[0]):
            self._note(self.path_words, answer, identity, word)
        if folders and self.language.is_plain(folders[0]):
            self.folders.setdefault(folders[0], set()).add(identity)
        if ending := _EXTENSION.fullmatch(name):
            self.extensions.setdefault(ending[1], set()).add(identity)

    def _note(self, among: Noted, answer: Answer, identity: str, *words: str) -> None:
        different = len({word.casefold() for word in words}) == len(words)
        sample = Sample(words=words, identity=identity, found_by=answer.query)
        if different and all(map(self.language.is_plain, words)) and sample not in among.get(words, ()):
            among.setdefault(words, []).append(sample)

    def spread(self, word: str) -> int:
        """Return how many results show a word."""
        return len({sample.identity for sample in self.words.get((word,), ())})
