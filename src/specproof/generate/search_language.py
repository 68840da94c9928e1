"""Write search queries in the language that ``x-search`` describes."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from specproof.contract.vocabulary import Search
from specproof.model.search import Query

_WORD = re.compile(r"[^\W\d_]{2,}")
_PLAIN = re.compile(r"[^\W\d_]{3,}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Language:
    """The query language of one parameter; ``None`` stands for what it cannot say."""

    rules: Search
    longest: int | None = None  # characters of a query

    def fits(self, query: Query) -> bool:
        """Tell whether a query may be as long as it is."""
        return self.longest is None or len(query.text) <= self.longest

    @property
    def operators(self) -> frozenset[str]:
        """The words of the language itself, in lower case: they are searched for nowhere."""
        said = self.rules.combinators
        return frozenset(
            word.lower() for word in (said.and_, said.or_, said.not_, "and", "or", "not") if word
        )

    def is_plain(self, word: str) -> bool:
        """Tell whether a word is letters only, and none of the language's own."""
        return bool(_PLAIN.fullmatch(word)) and word.lower() not in self.operators

    def word(self, text: str) -> Query:
        """Search for one word."""
        return Query(text=text, words=(text,))

    def phrase(self, *words: str) -> Query | None:
        """Search for words side by side."""
        mark = self.rules.phrase
        text = f"{mark}{' '.join(words)}{mark}"
        return Query(text=text, words=words, phrases=(words,)) if mark else None

    def beside(self, *parts: Query) -> Query | None:
        """Put parts side by side, where that means that all must hold."""
        return self._joined(" ", *parts) if self.rules.implicit == "and" else None

    def every(self, *parts: Query) -> Query | None:
        """Ask for all of several parts, in whichever way the language has."""
        return self.beside(*parts) or self.spelled("and_", *parts)

    def spelled(self, combinator: str, *parts: Query) -> Query | None:
        """Join parts by a combinator: ``and_`` or ``or_``."""
        word: str | None = getattr(self.rules.combinators, combinator)
        return self._joined(f" {word} ", *parts) if word else None

    def either(self, *parts: Query) -> Query | None:
        """Ask for one of several parts."""
        return self.spelled("or_", *parts) or (
            self._joined(" ", *parts) if self.rules.implicit == "or" else None
        )

    def grouped(self, part: Query | None) -> Query | None:
        """Put a part in round brackets."""
        if part is None or not self.rules.parentheses:
            return None
        return Query(text=f"({part.text})", words=part.words, restrictions=part.restrictions)

    def without(self, base: Query, part: Query, *, hyphen: bool = False) -> Query | None:
        """Ask for one part and not another, with the combinator or with the mark before a word."""
        mark, word = self.rules.negation, self.rules.combinators.not_
        if hyphen:
            text = f"{base.text} {mark}{part.text}" if mark and self.rules.implicit == "and" else None
        else:
            between = " " if self.rules.implicit == "and" else f" {self.rules.combinators.and_} "
            possible = word and (self.rules.implicit == "and" or self.rules.combinators.and_)
            text = f"{base.text}{between}{word} {part.text}" if possible else None
        return Query(text=text, words=base.words, restrictions=base.restrictions) if text else None

    def narrowed(self, base: Query, kind: str, value: str) -> Query | None:
        """Narrow a query by a modifier."""
        written = self.rules.modifiers.get(kind)
        if written is None or self.rules.implicit != "and":
            return None
        return Query(
            text=f"{base.text} {written}{value}",
            words=base.words,
            restrictions=(*base.restrictions, (kind, value)),
        )

    def modifier(self, kind: str, value: str) -> Query:
        """Return a modifier that stands alone, to be negated."""
        return Query(text=f"{self.rules.modifiers[kind]}{value}", words=())

    def read(self, text: str) -> Query:
        """Read a query that somebody else wrote: every word in it may be marked.

        One without a word that surely must occur has no words, and its results are not judged by marks.
        """
        found = tuple(
            (kind, match[1])
            for kind, written in self.rules.modifiers.items()
            for match in re.finditer(rf"(?:^|\s){re.escape(written)}([^\s\"()]+)", text)
        )
        simple = self.rules.implicit == "and" and not self.is_compound(text)
        words = tuple(_WORD.findall(text)) if self.plain_words(text) else ()
        return Query(text=text, words=words, restrictions=found if simple else ())

    def plain_words(self, text: str) -> tuple[str, ...]:
        """Return the words of a query that stand for themselves."""
        for written in self.rules.modifiers.values():
            text = re.sub(rf"(?:^|\s){re.escape(written)}\S*", " ", text)
        if self.is_compound(text):
            return ()
        parts = text.replace(self.rules.phrase or '"', " ").split()
        return tuple(dict.fromkeys(word for word in parts if self.is_plain(word)))

    def is_compound(self, text: str) -> bool:
        """Tell whether a query negates or has alternatives, so that nothing may simply be put beside it."""
        mark, words = self.rules.negation, set(text.lower().split())
        negated = mark is not None and any(word.startswith(mark) for word in words)
        return negated or bool(words & self.operators) or "(" in text

    def malformed(self, word: str) -> Iterator[tuple[str, str]]:
        """Yield queries that break the rules of the language, each with what is wrong with it."""
        rules, said = self.rules, self.rules.combinators
        if rules.phrase:
            yield "an open phrase", f"{rules.phrase}{word}"
        if rules.parentheses:
            yield "an open bracket", f"({word}"
            yield "a bracket too many", f"{word})"
        for combinator in (said.and_, said.or_):
            if combinator:
                yield f"{combinator} without a second part", f"{word} {combinator}"
        if said.not_:
            yield f"{said.not_} without a word", f"{word} {said.not_}"

    @staticmethod
    def _joined(between: str, *parts: Query) -> Query:
        return Query(
            text=between.join(part.text for part in parts),
            words=tuple(word for part in parts for word in part.words),
            restrictions=tuple(restriction for part in parts for restriction in part.restrictions),
            phrases=tuple(phrase for part in parts for phrase in part.phrases),
        )


def recased(text: str, case: Callable[[str], str]) -> str:
    """Write a text in capitals or small letters, but only the signs that every way of folding takes for one.

    ``ß`` becomes ``SS``, ``ı`` becomes ``I`` and ``ς`` a capital that is not turned back: who compares letter
    by letter (simple case folding, Unicode 15.0 section 3.13) tells them apart, and may.
    """
    return "".join(
        other if len(other := case(sign)) == 1 and other.lower() == sign.lower() else sign for sign in text
    )
