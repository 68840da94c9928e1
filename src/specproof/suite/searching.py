"""Search: ask questions whose answers must fit together, and look at every result."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from specproof.contract.catalogue import CATALOGUE
from specproof.contract.searching import search_parameter
from specproof.contract.vocabulary import Search
from specproof.generate.search_answers import Asker
from specproof.generate.search_choice import Chooser, telling_pair
from specproof.generate.search_edges import EDGES, edge_samples
from specproof.generate.search_language import Language
from specproof.generate.search_laws import Lawyer, Subject
from specproof.generate.search_mixes import mixed_laws
from specproof.generate.search_samples import Sample, Samples
from specproof.generate.shuffle import shuffle
from specproof.generate.walks import Collection
from specproof.invariants.search_laws import broken_law, expected_number, is_telling
from specproof.invariants.search_refusals import is_refusal, refused_as_promised
from specproof.invariants.search_results import BESIDES, JUDGES, SearchContext
from specproof.model.operation import Operation, Parameter
from specproof.model.search import Answer, Law, Query, SourceText
from specproof.model.verdict import NEGATIVE_FORBIDDEN
from specproof.suite.access import NotExercised
from specproof.suite.judgement import Judgement
from specproof.suite.session import Suite
from specproof.suite.skipping import skipping
from specproof.suite.source_texts import read_sources

_KNOWN = {"quick": 5, "standard": 5, "deep": 20}  # how many of the profile's queries are asked
_BASES = {"quick": 1, "standard": 2, "deep": 6}  # how many words are combined with others
_WIDE = 8  # how many words are asked for to learn which find most
_REFINEMENTS = 3  # words put beside a query that finds too much to be walked
_PROMISES = tuple(promise for promise in CATALOGUE if promise.startswith("search."))


Tried = tuple[Law, list[Answer]]


def judge_search(suite: Suite, operation: Operation) -> Judgement:
    """Search, and judge what was found by every promise about search."""
    judgement = Judgement()
    found = search_parameter(operation)
    if found is None:
        return judgement
    look = _Look(suite=suite, operation=operation, parameter=found[0], rules=found[1], judgement=judgement)
    with skipping(judgement, _PROMISES):
        look.at_refusals()
        look.at_results()
    return judgement


@dataclass(kw_only=True)
class _Look:
    """One look at one operation."""

    suite: Suite
    operation: Operation
    parameter: Parameter
    rules: Search
    judgement: Judgement
    language: Language = field(init=False)
    seed: str = field(init=False)

    def __post_init__(self) -> None:
        schema = self.parameter.schema
        longest = schema.get("maxLength") if not isinstance(schema, bool) else None
        self.language = Language(rules=self.rules, longest=longest if isinstance(longest, int) else None)
        self.seed = f"{self.suite.plan.seed} {self.operation.label}"

    # --- what is asked -----------------------------------------------------------------------------

    @property
    def depth(self) -> str:
        """How hard to look."""
        return self.suite.plan.depth

    @cached_property
    def known(self) -> list[Query]:
        """Return queries that find something: from the profile, or the document's examples.

        Raises:
            NotExercised: There are none.
        """
        name, given = self.parameter.name, self.suite.profile.queries.get(self.parameter.name)
        texts = [str(text) for text in given or self.parameter.examples]
        if not texts:
            raise NotExercised(
                f"no value for the query parameter {name}: give some under [queries] of "
                f"{self.suite.profile.source}"
            )
        return [self.language.read(text) for text in texts[: _KNOWN[self.depth]]]

    @cached_property
    def asker(self) -> Asker:
        """What asks, and remembers the answers."""
        suite, operation = self.suite, self.operation
        path = suite.access.parents(operation)
        others = [pair for pair in suite.access.required_query(operation) if pair[0] != self.parameter.name]
        collection = Collection(
            operation=operation,
            base_url=suite.client.base_url,
            path=path,
            query=tuple(others),
            credential=suite.access.credential(operation, path),
        )
        return Asker(
            collection=collection,
            parameter=self.parameter.name,
            rules=self.rules,
            send=suite.send,
            depth=self.depth,
        )

    def at_results(self) -> None:
        """Ask what is known to find something, then what follows from it."""
        pages = self.operation.pagination
        if pages is None or pages.identity is None:
            raise NotExercised("two results cannot be told apart: x-pagination names no identity")
        samples = Samples(language=self.language)
        for query in self.known:
            samples.add(self.asker.ask(query))
        if not any(answer.found for answer in self.asker.answers):
            raise NotExercised(f"nothing was found by {', '.join(repr(query.text) for query in self.known)}")
        laws = list(self._tried(self._laws(samples)))
        texts = read_sources(self.suite, self.asker.answers, self.language, self.seed)
        laws += self._tried(self._laws_of_texts(samples, texts))
        self._judge_laws(laws, steady=self._is_steady())
        self._judge_results(texts)

    def _tried(self, laws: Iterable[Law]) -> Iterator[Tried]:
        """Ask what laws are about; where one does not hold that stands for several, these instead.

        It is told itself only if each of these holds.
        """
        for law in laws:
            answers = self._answers(law)
            if law.parts and not (is_telling(law, answers) and self._holds(law, answers)):
                parts = list(self._tried(law.parts))
                yield from parts
                if not all(self._holds(*part) for part in parts):
                    continue
            yield law, answers

    def _holds(self, law: Law, answers: list[Answer]) -> bool:
        """Tell whether nothing speaks against a law; nothing does where the answers say too little."""
        return not is_telling(law, answers) or broken_law(self.operation, law, answers) is None

    def _answers(self, law: Law) -> list[Answer]:
        first, *others = law.queries
        if self.depth != "quick" or not law.paged:
            return [self.asker.ask(first, paged=law.paged), *map(self.asker.ask, others)]
        answers = [*map(self.asker.ask, others)]
        size = self._half(expected_number(law, answers))
        return [self.asker.ask(first, paged=True, size=size), *answers]

    def _half(self, number: int) -> int | None:
        """Return the page size that shows so many results on two pages; ``None`` where none can be chosen."""
        pages = self.operation.pagination
        if pages is None or not pages.size_parameter:
            return None
        half = max(-(-number // 2), pages.size_minimum or 1)
        return min(half, pages.size_maximum or half)

    def _laws(self, samples: Samples) -> Iterator[Law]:
        for number, base in enumerate(self._bases()):
            chooser = Chooser(seed=f"{self.seed} {base.query.text}", depth=self.depth)
            yield from Lawyer(language=self.language, chooser=chooser).laws(
                self._subject(base, chooser, paged=number == 0)
            )
        chooser = Chooser(seed=self.seed, depth=self.depth)
        lawyer = Lawyer(language=self.language, chooser=chooser)
        if self.depth == "quick":
            yield from lawyer.union(*telling_pair(self.asker.answers), paged=True)
        else:
            yield from lawyer.word_laws(samples)
            yield from lawyer.union(*self._widest())

    def _laws_of_texts(self, samples: Samples, texts: Mapping[str, SourceText]) -> Iterator[Law]:
        """Ask for words of files that were read, whether a result shows them or not."""
        chooser, answers = Chooser(seed=self.seed, depth=self.depth), self.asker.answers
        lawyer = Lawyer(language=self.language, chooser=chooser)
        if self.depth == "quick":
            odd = [pair for pair in chooser.odd_pairs(samples) if not all(map(str.isascii, pair.words))]
            pairs = list(itertools.islice(filter(self._is_searchable, odd), 1))
            yield from mixed_laws(lawyer, samples, texts, answers, pairs)
        else:
            edges = edge_samples(texts, answers, self.language, number=EDGES[self.depth])
            yield from lawyer.edge_laws(edges)

    def _subject(self, base: Answer, chooser: Chooser, *, paged: bool) -> Subject:
        shown, quick = Samples(language=self.language), self.depth == "quick"
        shown.add(base)
        return Subject(
            base=base,
            samples=shown,
            words=tuple(self._searchable(chooser.companions(base, shown), 2)),
            path_word=next(iter(self._searchable(chooser.path_companions(base, shown), 1)), None),
            pairs=tuple(
                pair
                for candidates in (chooser.pairs(shown), () if quick else chooser.odd_pairs(shown))
                for pair in itertools.islice(filter(self._is_searchable, candidates), 1)
            ),
            known=tuple(self.known),
            paged=paged,
        )

    def _searchable(self, candidates: list[Sample], number: int) -> list[Query]:
        """Return the first words that are found where they stand."""
        found = (self.language.word(each.words[0]) for each in candidates if self._is_searchable(each))
        return list(itertools.islice(found, number))

    def _is_searchable(self, sample: Sample) -> bool:
        """Tell whether each of some words is found where it stands: many servers leave common words out.

        They find nothing for such a word, or everything; then nothing is marked.
        """
        answers = [self.asker.ask(self.language.word(word)) for word in sample.words]
        marked = self.rules.matches is not None and self.rules.matches.match is not None
        return all(
            any(
                found.identity == sample.identity and (found.is_marked or not marked)
                for found in answer.found
            )
            for answer in answers
        )

    @property
    def _words(self) -> list[str]:
        return list(dict.fromkeys(w for query in self.known for w in self.language.plain_words(query.text)))

    def _bases(self) -> Iterator[Answer]:
        """Yield all results of some words: the first known one, and others by chance."""
        words = self._words
        chosen = [*words[:1], *shuffle(words[1:], self.seed)]
        for word in chosen[: _BASES[self.depth]]:
            answer = self.asker.ask(self.language.word(word))
            for _ in range(_REFINEMENTS):
                if answer.complete or not answer.found:
                    break
                answer = self._refined(answer) or answer
            yield answer

    def _widest(self) -> list[Query]:
        """Return the two words that find most, and whose results were all seen."""
        answers = [self.asker.ask(self.language.word(word)) for word in self._words[:_WIDE]]
        whole = [answer for answer in answers if answer.complete]
        return [each.query for each in sorted(whole, key=lambda each: -len(each.identities))[:2]]

    def _refined(self, answer: Answer) -> Answer | None:
        """Put a rare word beside a query that finds more than can be walked."""
        shown = Samples(language=self.language)
        shown.add(answer)
        used = {word.casefold() for word in answer.query.words}
        rare = sorted((shown.spread(word), word) for (word,) in shown.words if word.casefold() not in used)
        narrower = self.language.every(answer.query, self.language.word(rare[0][1])) if rare else None
        return self.asker.ask(narrower) if narrower and self.language.fits(narrower) else None

    def _is_steady(self) -> bool:
        """Ask once more at the end: only where nothing changed meanwhile may answers be compared."""
        if self.suite.profile.environment.exclusive:
            return True
        first = self.known[0]
        return self.asker.ask_anew(first).identities == self.asker.ask(first).identities

    # --- how it is judged --------------------------------------------------------------------------

    def _judge_laws(self, laws: list[tuple[Law, list[Answer]]], *, steady: bool) -> None:
        for law, answers in laws:
            if not steady:
                self.judgement.skip(
                    law.promise, "what is found changed while it was asked (exclusive = false)"
                )
            elif is_telling(law, answers):
                breach = broken_law(self.operation, law, answers)
                self.judgement.judge(law.promise, [breach] if breach else [])
                for promise in {part.promise for part in law.parts} - {law.promise} if not breach else ():
                    self.judgement.judge(promise, [])
            else:
                self.judgement.skip(
                    law.promise, "too much was found to be compared, or not what was asked for"
                )
        for promise in _PROMISES:
            self.judgement.skip(promise, "what the known queries find gives no words to ask for it")

    def _judge_results(self, texts: Mapping[str, SourceText]) -> None:
        answers = self.asker.answers
        context = SearchContext(operation=self.operation, rules=self.rules, texts=texts)
        results = sum(len(answer.found) for answer in answers)
        for promise, judge in JUDGES.items():
            self.judgement.judge(promise, judge(context, answers), times=results)
        for promise, judge in BESIDES.items():  # how often these are exercised, their laws tell
            self.judgement.judge(promise, judge(context, answers), times=0)

    def at_refusals(self) -> None:
        """Ask what cannot be read, and nothing at all."""
        if self.rules.malformed is None:
            return
        if self.suite.profile.environment.negative_data == "forbidden":
            self.judgement.skip("search.malformed", NEGATIVE_FORBIDDEN)
            return
        status = self.asker.ask(self.known[0]).status
        if not 200 <= status < 300:
            raise NotExercised(f"the known query {self.known[0].text!r} got status {status}")
        odd: list[tuple[str, str | None]] = list(self.language.malformed((self._words or ["word"])[0]))
        if self.parameter.required:
            odd.append(("missing", None))
        for name, text in odd:
            query = () if text is None else ((self.parameter.name, text),)
            request = self.asker.collection.request(*query, purpose=f"a query that is {name}")
            exchange = self.suite.send(request)
            if is_refusal(exchange):
                breaches = refused_as_promised(self.operation, self.rules, exchange, name)
                self.judgement.judge("search.malformed", breaches)
        self.judgement.skip("search.malformed", "every query was understood, the malformed ones too")
