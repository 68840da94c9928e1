"""Queries of many words of one file, each a word that servers lose in another way: for quick runs.

The file has all of the words, so the query has to find it. Where it does not, the words are asked one by one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from specproof.generate.search_edges import edges_of
from specproof.generate.search_language import Language, recased
from specproof.generate.search_laws import Lawyer
from specproof.generate.search_samples import Sample, Samples
from specproof.model.search import Answer, Found, Law, Query, SourceText

_FILES = 4  # are asked for
_WORDS = 7  # of one file; more are often refused
_LONG = 8  # letters


@dataclass(frozen=True, slots=True, kw_only=True)
class _Piece:
    """A part of a query, and what is asked where the query does not find the file."""

    trait: str  # what is odd about it
    query: Query
    laws: tuple[Law, ...]


def mixed_laws(
    lawyer: Lawyer,
    samples: Samples,
    texts: Mapping[str, SourceText],
    answers: Sequence[Answer],
    pairs: Sequence[Sample],
) -> Iterator[Law]:
    """Yield a law for each of a few files, chosen so that they have as many odd words as possible.

    Args:
        lawyer: Writes laws.
        samples: What results show.
        texts: Files that were read, by the identity of the result.
        answers: What was found, and by which queries.
        pairs: Words side by side, each of which is found where it is searched for.
    """
    found = _found_by(lawyer, answers)
    pieces = {
        identity: list(
            _pieces(lawyer, _shown(lawyer, samples, pairs, identity), result, query, texts.get(identity))
        )
        for identity, (result, query) in found.items()
    }
    covered: set[str] = set()
    for _ in range(min(_FILES, len(pieces))):
        best = max(pieces, key=lambda each: len({piece.trait for piece in pieces[each]} - covered))
        mine = sorted(pieces.pop(best), key=lambda piece: piece.trait in covered)[:_WORDS]
        if not {piece.trait for piece in mine} - covered:
            return
        covered |= {piece.trait for piece in mine}
        yield from _mixed(lawyer, mine, best, found[best][1])


def _mixed(lawyer: Lawyer, pieces: Sequence[_Piece], identity: str, found_by: Query) -> Iterator[Law]:
    """Yield one law about as many of some pieces as a query has room for."""
    for number in range(len(pieces), 0, -1):
        some = pieces[:number]
        query = lawyer.language.every(*(piece.query for piece in some))
        if query is None:
            return
        words = tuple(word for piece in some for word in piece.query.words)
        sample = Sample(words=words, identity=identity, found_by=found_by)
        parts = tuple(law for piece in some for law in piece.laws)
        laws = list(lawyer.shown("search.own-words", "mixed", sample, query, parts))
        yield from laws
        if laws:
            return


def _found_by(lawyer: Lawyer, answers: Sequence[Answer]) -> dict[str, tuple[Found, Query]]:
    """Return each result with the first query that found it and that others may be put beside."""
    return {
        found.identity: (found, answer.query)
        for answer in reversed(answers)
        if not lawyer.language.is_compound(answer.query.text)
        for found in answer.found
    }


def _pieces(
    lawyer: Lawyer, shown: Mapping[str, list[str]], found: Found, found_by: Query, text: SourceText | None
) -> Iterator[_Piece]:
    """Yield parts of a query for one file, one for each trait that it has.

    Args:
        lawyer: Writes laws.
        shown: Words that results show of the file, by trait.
        found: The file, as a result.
        found_by: What found it.
        text: The file, if it was read.
    """
    language = lawyer.language
    # A result may cut a line that it shows, and so its last word.
    edges = edges_of(text.lines, found.path or "", language) if text is not None else ()
    others = [(trait, word) for trait, words in shown.items() for word in words]
    phrases = [each for each in others if each[0] == "phrase"]  # first, for a word goes into one part alone
    traits = [*phrases, *edges, *others]
    used = {word.casefold() for word in found_by.words}
    had: set[str] = set()
    for trait, words in [(trait, word.split()) for trait, word in traits]:
        part = _written(language, words)
        again = used.intersection(map(str.casefold, words)) and trait != "phrase"
        if part is None or trait in had or again:
            continue
        had.add(trait)
        used.update(map(str.casefold, words))
        sample = Sample(words=tuple(words), identity=found.identity, found_by=found_by)
        promise = "search.phrase" if part.phrases else "search.own-words"
        laws = list(lawyer.shown(promise, trait, sample, part))
        upper = _written(language, [recased(word, str.upper) for word in words])
        if language.rules.ignores_case and not " ".join(words).isascii() and upper is not None:
            laws += lawyer.recased(upper, part)
            part = upper
        yield _Piece(trait=trait, query=part, laws=tuple(laws))


def _written(language: Language, words: Sequence[str]) -> Query | None:
    return language.word(words[0]) if len(words) == 1 else language.phrase(*words)


def _shown(lawyer: Lawyer, samples: Samples, pairs: Sequence[Sample], identity: str) -> dict[str, list[str]]:
    """Return words that results show of a file, by what is odd about them, the longest first."""
    rules = lawyer.language.rules
    searches_paths = rules.matches is not None and rules.matches.path_segments is not None
    words, in_path = (
        sorted(
            (word for (word,), where in noted.items() if any(each.identity == identity for each in where)),
            key=lambda word: (-len(word), word),
        )
        for noted in (samples.words, samples.path_words if searches_paths else {})
    )
    return {
        "phrase": [" ".join(pair.words) for pair in pairs if pair.identity == identity],
        "beyond ASCII": [word for word in words if not word.isascii()],
        "path beyond ASCII": [word for word in in_path if not word.isascii()],
        "path with capitals": [word for word in in_path if word != word.lower()],
        "path": in_path,
        "long": [word for word in words if len(word) > _LONG],
        "with capitals": [word for word in words if word != word.lower()],
        "plain": words,
    }
