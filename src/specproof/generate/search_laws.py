"""Which queries are compared with which: relations that hold whatever there is to be found."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from specproof.generate.search_choice import Chooser
from specproof.generate.search_language import Language, recased
from specproof.generate.search_samples import Sample, Samples
from specproof.model.search import Answer, Law, Query


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """What the laws are about."""

    base: Answer  # to a query of plain words
    samples: Samples  # what its results show
    words: tuple[Query, ...] = ()  # shown by some of its results, and found when they are searched for
    path_word: Query | None = None  # the same, in a path
    pairs: tuple[Sample, ...] = ()  # words side by side in a line, each of them found
    known: tuple[Query, ...] = ()  # queries that somebody gave
    paged: bool = False  # walk the first query of a law in pages of the usual size


@dataclass(frozen=True, slots=True, kw_only=True)
class Lawyer:
    """Writes laws, leaving out what the language cannot say."""

    language: Language
    chooser: Chooser

    def laws(self, subject: Subject) -> Iterator[Law]:
        """Yield the laws about one query."""
        query = subject.base.query
        if subject.words:
            yield from self._joined(subject, subject.words[0])
            yield from self._negated(subject, subject.words[0])
        if subject.path_word is not None:
            yield from self._in_path(query, subject.path_word)
        if len(subject.words) > 1:
            yield from self._grouped(query, *subject.words[:2])
        for pair in subject.pairs:
            yield from self._phrases(query, pair)
        turn = 0
        for kind in self.language.rules.modifiers:
            about = list(self._modifier(subject, kind, turn))
            turn += any(law.relation == "keeps" for law in about)
            yield from about

    @property
    def quick(self) -> bool:
        """Whether one question has to do for several."""
        return self.chooser.depth == "quick"

    def word_laws(self, samples: Samples) -> Iterator[Law]:
        """Yield the laws about single words: found where they stand, whatever their capitals."""
        rules, words = self.language.rules, self.chooser.words(samples)
        for sample in words:
            yield from self.shown("search.own-words", "text", sample, self.language.word(sample.words[0]))
        searches_paths = rules.matches is not None and rules.matches.path_segments is not None
        for sample in self.chooser.path_words(samples) if searches_paths else ():
            yield from self.shown("search.own-words", "path", sample, self.language.word(sample.words[0]))
        for sample in words[: len(words) // 2 + 1] if rules.ignores_case else ():
            yield from self._in_capitals(sample)

    def edge_laws(self, samples: Sequence[Sample]) -> Iterator[Law]:
        """Yield the laws about words at the edges of files."""
        for sample in samples:
            yield from self.shown("search.own-words", "edge", sample, self.language.word(sample.words[0]))

    def union(self, *words: Query, paged: bool = False) -> Iterator[Law]:
        """Yield what holds for two words that find much: together they find more than most queries."""
        if len(words) == 2:
            either = self.language.either(*words)
            yield from self._law("search.any-word", "most", "union", either, *words, paged=paged)

    def _joined(self, subject: Subject, b: Query) -> Iterator[Law]:
        language, a = self.language, subject.base.query
        beside, every = language.beside(a, b), language.every(a, b)
        yield from self._law("search.all-words", "beside", "intersection", every, a, b, paged=subject.paged)
        yield from self._law("search.all-words", "repeated", "equal", language.beside(a, a), a)
        yield from self._law("search.word-order", "", "equal", language.beside(b, a), beside)
        nobody = language.word(self.chooser.nonsense())
        none = language.every(a, nobody)
        yield from self._law("search.all-words", "nonsense", "nothing", none, a, may_refuse=True)
        if beside is not None:
            yield from self._law("search.all-words", "and", "equal", language.spelled("and_", a, b), beside)
        if self.quick and beside is not None and language.rules.ignores_case:
            words = (recased(word, str.upper) for word in (*a.words, *b.words))
            upper = language.beside(*map(language.word, words))
            yield from self._law("search.case", "upper, beside", "equal", upper, beside)
        if len(a.words) == 1 and not self.quick:
            either = language.either(a, b)
            yield from self._law("search.any-word", "", "union", either, a, b, paged=subject.paged)

    def _negated(self, subject: Subject, b: Query) -> Iterator[Law]:
        language, a = self.language, subject.base.query
        both = language.every(a, b)
        for name, hyphen in (("word", False), ("mark", True)):
            without = language.without(a, b, hyphen=hyphen)
            yield from self._law("search.negation", name, "difference", without, a, both, paged=subject.paged)

    def _in_path(self, a: Query, word: Query) -> Iterator[Law]:
        language = self.language
        both = language.every(a, word)
        yield from self._law("search.all-words", "path", "intersection", both, a, word)
        yield from self._law("search.word-order", "path", "equal", language.beside(word, a), both)
        yield from self._law("search.negation", "path", "difference", language.without(a, word), a, both)

    def _grouped(self, a: Query, b: Query, c: Query) -> Iterator[Law]:
        language = self.language
        group = language.grouped(language.either(b, c))
        if group is None:
            return
        alone, inner = language.grouped(a), language.grouped(c)
        nested = language.grouped(language.either(b, inner)) if inner is not None else None
        both, ab, ac = language.every(a, group), language.every(a, b), language.every(a, c)
        single = [
            *self._law("search.parentheses", "alone", "equal", alone, a),
            *self._law("search.parentheses", "either", "union", both, ab, ac),
        ]
        if nested is not None:
            single += self._law("search.parentheses", "nested", "union", language.every(a, nested), ab, ac)
        if self.quick and alone is not None and nested is not None:
            both = language.every(alone, nested)
            yield from self._law("search.parentheses", "mixed", "union", both, ab, ac, parts=tuple(single))
        else:
            yield from single
        yield from self._law("search.parentheses", "not", "difference", language.without(a, group), a, both)
        yield from self._law("search.all-words", "three", "intersection", language.every(a, b, c), ab, ac)

    def _phrases(self, base: Query, sample: Sample) -> Iterator[Law]:
        language, promise = self.language, "search.phrase"
        phrase = language.phrase(*sample.words)
        if phrase is None:
            return
        words = language.every(*map(language.word, sample.words))
        yield from self._law(promise, "words", "within", phrase, words)
        # Turned round it hardly stands anywhere: the texts of what is found all the same tell.
        yield from self._law(promise, "turned", "within", language.phrase(*reversed(sample.words)), words)
        yield from self.shown(promise, "shown", sample, phrase)
        without, both = language.without(base, phrase), language.every(base, phrase)
        yield from self._law("search.negation", "phrase", "difference", without, base, both)
        marked = language.without(base, phrase, hyphen=True)
        yield from self._law("search.negation", "phrase, mark", "difference", marked, base, both)
        if language.rules.ignores_case:
            upper = language.phrase(*(recased(word, str.upper) for word in sample.words))
            yield from self._law("search.case", "phrase", "equal", upper, phrase)

    def _modifier(self, subject: Subject, kind: str, turn: int) -> Iterator[Law]:
        """Yield the laws about one modifier; in a quick run each has others of them, by its turn."""
        language, a = self.language, subject.base.query
        promise = "search.modifiers"
        unknown = language.narrowed(a, kind, self.chooser.nonsense())
        yield from self._law(promise, f"{kind} unknown", "nothing", unknown, a, may_refuse=True)
        for value in self.chooser.values(
            kind, subject.base, subject.samples, subject.known, most=subject.paged
        ):
            narrowed = language.narrowed(a, kind, value)
            yield from self._law(promise, kind, "keeps", narrowed, a, paged=subject.paged)
            for part in _near(kind, value)[: 1 if self.quick else None]:
                yield from self._law(
                    promise, f"{kind} cut", "within", language.narrowed(a, kind, part), a, may_refuse=True
                )
            for hyphen in (bool(turn % 2),) if self.quick else (False, True):
                others = language.without(a, language.modifier(kind, value), hyphen=hyphen)
                name = "of a modifier, mark" if hyphen else "of a modifier"
                yield from self._law(
                    "search.negation", name, "difference", others, a, narrowed, may_refuse=True
                )
            if narrowed is not None and subject.words and not (self.quick and turn):
                b = subject.words[0]
                without, both = language.without(narrowed, b), language.every(narrowed, b)
                yield from self._law(
                    "search.negation", "with a modifier", "difference", without, narrowed, both
                )

    def _in_capitals(self, sample: Sample) -> Iterator[Law]:
        word = sample.words[0]
        for name, case in (("upper", str.upper), ("lower", str.lower)):
            other = self.language.word(recased(word, case))
            yield from self.recased(other, self.language.word(word), name=name)

    def recased(self, other: Query, plain: Query, *, name: str = "upper") -> Iterator[Law]:
        """Yield that a query finds the same in capitals, or in small letters."""
        if other.text != plain.text:
            yield from self._law("search.case", name, "equal", other, plain)

    def shown(
        self, promise: str, name: str, sample: Sample, part: Query, parts: tuple[Law, ...] = ()
    ) -> Iterator[Law]:
        """Yield that a result which shows something is found, too, when that is asked for in addition."""
        if not self.language.is_compound(sample.found_by.text):
            query = self.language.every(sample.found_by, part)
            yield from self._law(
                promise,
                name,
                "sample",
                query,
                sample.found_by,
                sample=sample.identity,
                may_refuse=bool(parts),  # many servers say how many words are too many
                parts=parts,
            )

    def _law(
        self,
        promise: str,
        name: str,
        relation: str,
        *queries: Query | None,
        sample: str = "",
        paged: bool = False,
        may_refuse: bool = False,
        parts: tuple[Law, ...] = (),
    ) -> Iterator[Law]:
        said = tuple(query for query in queries if query is not None)
        if len(said) == len(queries) and all(map(self.language.fits, said)):
            yield Law(
                promise=promise,
                name=name,
                relation=relation,
                queries=said,
                sample=sample,
                paged=paged,
                may_refuse=may_refuse,
                parts=parts,
            )


def _near(kind: str, value: str) -> tuple[str, ...]:
    """Return values that resemble one, where a result shows whether it fits."""
    if len(value) < 2 or kind not in {"extension", "repository"}:
        return ()
    return (value[1:], value[:-1]) if kind == "extension" else (value[:-1], f"{value}x")
