"""Faults of what a search finds."""
# ruff: noqa: D101, D102 - the decorator says what each class does

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable
from functools import partial

from specproof.target.accounts import Credential
from specproof.target.faults.registry import fault
from specproof.target.search.index import PHRASE, Search
from specproof.target.search.syntax import Either, Every, Modifier, Node, Not, Phrase, refuse

ALL_WORDS = "search.all-words"
OWN_WORDS = "search.own-words"
ANY_WORD = "search.any-word"
ORDER = "search.word-order"
NEGATION = "search.negation"
PARENTHESES = "search.parentheses"
PHRASES = "search.phrase"
NOTHING = Phrase(("\ue001",))  # a word nobody writes


def changed(node: Node, change: Callable[[Node], Node]) -> Node:
    """Return a query with every part of it changed, the innermost first."""
    if isinstance(node, Every | Either):
        return change(type(node)(tuple(changed(item, change) for item in node.items)))
    return change(Not(changed(node.item, change)) if isinstance(node, Not) else node)


def has_modifier(node: Node) -> bool:
    """Tell whether a query is narrowed."""
    if isinstance(node, Every | Either):
        return any(map(has_modifier, node.items))
    return isinstance(node, Modifier) or (isinstance(node, Not) and has_modifier(node.item))


class Changed(Search):
    """Looks for something else than was asked; from the second page on, where it says so."""

    later_pages_only = False

    def change(self, node: Node) -> Node:
        return node

    def find(
        self, team: int, question: Node, *, offset: int, limit: int, order: str, within: Credential
    ) -> tuple[int, list[sqlite3.Row]]:
        if offset or not self.later_pages_only:
            question = changed(question, self.change)
        return super().find(team, question, offset=offset, limit=limit, order=order, within=within)


@fault("search", "search-at-most-40", ANY_WORD, "No more than 40 results are found.")
class SearchAtMost40(Search):
    def find(
        self, team: int, question: Node, *, offset: int, limit: int, order: str, within: Credential
    ) -> tuple[int, list[sqlite3.Row]]:
        total, rows = super().find(team, question, offset=offset, limit=limit, order=order, within=within)
        return min(total, 40), rows[: max(40 - offset, 0)]


@fault("search", "search-words-are-alternatives", ALL_WORDS, "Of several words one is enough.")
class SearchWordsAreAlternatives(Search):
    def joined(self, node: Every | Either, parameters: list[object]) -> str:
        plain = isinstance(node, Every) and not has_modifier(node)
        return super().joined(Either(node.items) if plain else node, parameters)


@fault("search", "search-later-words-ignored", ALL_WORDS, "Only the first word counts.")
class SearchLaterWordsIgnored(Changed):
    def change(self, node: Node) -> Node:
        if not isinstance(node, Every):
            return node
        first = next((item for item in node.items if isinstance(item, Phrase)), None)
        others = tuple(item for item in node.items if not isinstance(item, Phrase))
        return Every((first, *others)) if first else node


@fault("search", "search-repeated-word-finds-nothing", ALL_WORDS, "A word given twice finds nothing.")
class SearchRepeatedWordFindsNothing(Changed):
    def change(self, node: Node) -> Node:
        repeated = isinstance(node, Every) and len(set(node.items)) < len(node.items)
        return NOTHING if repeated else node


@fault("search", "search-words-in-one-place", OWN_WORDS, "Words must all be in the text, or all in the path.")
class SearchWordsInOnePlace(Search):
    def joined(self, node: Every | Either, parameters: list[object]) -> str:
        words = [item for item in node.items if isinstance(item, Phrase)]
        if isinstance(node, Either) or len(words) < 2:
            return super().joined(node, parameters)
        wanted = " AND ".join(f'"{" ".join(word.words)}"' for word in words)
        parameters += [f"content : ({wanted})", f"path : ({wanted})"]
        rest = [self.compiled(item, parameters) for item in node.items if item not in words]
        return " AND ".join([f"({PHRASE} OR {PHRASE})", *rest])


@fault("search", "search-path-not-searched", OWN_WORDS, "Words are looked for in the text alone.")
class SearchPathNotSearched(Search):
    def phrase(self, node: Phrase, parameters: list[object]) -> str:
        parameters.append(f'content : "{" ".join(node.words)}"')
        return PHRASE


@fault("search", "search-beyond-ascii-lost", OWN_WORDS, "Words with letters beyond ASCII are never found.")
class SearchBeyondAsciiLost(Changed):
    def change(self, node: Node) -> Node:
        odd = isinstance(node, Phrase) and not all(map(str.isascii, node.words))
        return NOTHING if odd else node


@fault("search", "search-long-words-lost", OWN_WORDS, "Words of more than eight letters are never found.")
class SearchLongWordsLost(Changed):
    def change(self, node: Node) -> Node:
        long = isinstance(node, Phrase) and max(map(len, node.words)) > 8
        return NOTHING if long else node


@fault("search", "search-three-words-at-most", ALL_WORDS, "From the third word on, words do not count.")
class SearchThreeWordsAtMost(Changed):
    def change(self, node: Node) -> Node:
        plain = isinstance(node, Every) and all(isinstance(item, Phrase) for item in node.items)
        return Every(node.items[:2]) if plain else node  # type: ignore[union-attr]


@fault("search", "search-or-takes-first", ANY_WORD, "Of alternatives only the first is looked for.")
class SearchOrTakesFirst(Changed):
    def change(self, node: Node) -> Node:
        return node.items[0] if isinstance(node, Either) else node


@fault("search", "search-or-excludes-both", ANY_WORD, "Files that have both alternatives are not found.")
class SearchOrExcludesBoth(Changed):
    def change(self, node: Node) -> Node:
        return Every((node, Not(Every(node.items)))) if isinstance(node, Either) else node


@fault("search", "search-or-is-and-on-page-2", ANY_WORD, "From page 2 on, OR means AND.")
class SearchOrIsAndOnPage2(Changed):
    later_pages_only = True

    def change(self, node: Node) -> Node:
        return Every(node.items) if isinstance(node, Either) else node


@fault(
    "search", "search-or-finds-twice", "search.no-repeats", "A file with both alternatives is found twice."
)
class SearchOrFindsTwice(Search):
    def find(
        self, team: int, question: Node, *, offset: int, limit: int, order: str, within: Credential
    ) -> tuple[int, list[sqlite3.Row]]:
        find = partial(super().find, team, order=order, within=within)
        total, rows = find(question, offset=offset, limit=limit)
        if not isinstance(question, Either):
            return total, rows
        twice = {row["id"] for row in find(Every(question.items), offset=0, limit=100)[1]}
        return total, [row for row in rows for _ in range(1 + (row["id"] in twice))][:limit]


@fault("search", "search-words-in-order", ORDER, "The second word must come after the first.")
class SearchWordsInOrder(Search):
    def joined(self, node: Every | Either, parameters: list[object]) -> str:
        sql = super().joined(node, parameters)
        words = [item.words[0] for item in node.items if isinstance(item, Phrase)]
        if isinstance(node, Either) or len(words) < 2:
            return sql
        parameters += words[:2]
        return f"({sql} AND instr(casefold(content), ?) < instr(casefold(content), ?))"


@fault("search", "search-not-ignored", NEGATION, "NOT changes nothing.")
class SearchNotIgnored(Search):
    def negation(self, node: Not, parameters: list[object]) -> str:
        return "1"


@fault("search", "search-not-ignored-with-modifiers", NEGATION, "With a modifier, NOT changes nothing.")
class SearchNotIgnoredWithModifiers(Changed):
    def change(self, node: Node) -> Node:
        if not isinstance(node, Every) or not has_modifier(node):
            return node
        return Every(tuple(item for item in node.items if not isinstance(item, Not)))


@fault("search", "search-not-ignored-before-modifiers", NEGATION, "NOT before a modifier changes nothing.")
class SearchNotIgnoredBeforeModifiers(Search):
    def negation(self, node: Not, parameters: list[object]) -> str:
        return "1" if isinstance(node.item, Modifier) else super().negation(node, parameters)


@fault("search", "search-not-ignored-on-page-2", NEGATION, "From page 2 on, NOT changes nothing.")
class SearchNotIgnoredOnPage2(Changed):
    later_pages_only = True

    def change(self, node: Node) -> Node:
        if not isinstance(node, Every):
            return node
        return Every(tuple(item for item in node.items if not isinstance(item, Not)))


@fault("search", "search-hyphen-ignored", NEGATION, "A hyphen before a word is taken for punctuation.")
class SearchHyphenIgnored(Search):
    def understand(self, text: str | None) -> Node:
        return super().understand(text and re.sub(r"(?<!\S)-(?=\w)", "", text))


@fault("search", "search-hyphen-ignored-before-phrase", NEGATION, "A hyphen before a phrase is ignored.")
class SearchHyphenIgnoredBeforePhrase(Search):
    def understand(self, text: str | None) -> Node:
        return super().understand(text and re.sub(r'(?<!\S)-(?=")', "", text))


@fault(
    "search", "search-negated-phrase-is-its-last-word", NEGATION, "NOT before a phrase negates its last word."
)
class SearchNegatedPhraseIsItsLastWord(Changed):
    def change(self, node: Node) -> Node:
        phrase = isinstance(node, Not) and isinstance(node.item, Phrase)
        return Not(Phrase(node.item.words[-1:])) if phrase else node  # type: ignore[union-attr]


@fault("search", "search-not-looks-in-text-alone", NEGATION, "A negated word may stand in the path.")
class SearchNotLooksInTextAlone(Search):
    def negation(self, node: Not, parameters: list[object]) -> str:
        if not isinstance(node.item, Phrase):
            return super().negation(node, parameters)
        parameters.append(f'content : "{" ".join(node.item.words)}"')
        return f"NOT ({PHRASE})"


@fault("search", "search-parentheses-ignored", PARENTHESES, "Parentheses are read over.")
class SearchParenthesesIgnored(Search):
    def understand(self, text: str | None) -> Node:
        node = super().understand(text)
        return node if text is None else super().understand(re.sub(r"[()]", " ", text))


@fault("search", "search-nested-parentheses-refused", PARENTHESES, "Parentheses in parentheses are refused.")
class SearchNestedParenthesesRefused(Search):
    def understand(self, text: str | None) -> Node:
        if text and re.search(r"\([^)]*\(", text):
            raise refuse("parentheses", "Malformed search query", "Parentheses go one level deep.")
        return super().understand(text)


@fault("search", "search-not-group-negates-first", PARENTHESES, "NOT before a group negates its first word.")
class SearchNotGroupNegatesFirst(Changed):
    def change(self, node: Node) -> Node:
        group = isinstance(node, Not) and isinstance(node.item, Either)
        return Not(node.item.items[0]) if group else node  # type: ignore[union-attr]


@fault("search", "search-phrase-is-words", PHRASES, "The words of a phrase may stand anywhere.")
class SearchPhraseIsWords(Changed):
    def change(self, node: Node) -> Node:
        long = isinstance(node, Phrase) and len(node.words) > 1
        return Every(tuple(Phrase((word,)) for word in node.words)) if long else node  # type: ignore[union-attr]


@fault("search", "search-phrase-is-first-word", PHRASES, "Of a phrase only the first word counts.")
class SearchPhraseIsFirstWord(Changed):
    def change(self, node: Node) -> Node:
        return Phrase(node.words[:1]) if isinstance(node, Phrase) else node


@fault("search", "search-phrase-beyond-ascii-lost", PHRASES, "Phrases beyond ASCII find nothing.")
class SearchPhraseBeyondAsciiLost(Changed):
    def change(self, node: Node) -> Node:
        odd = isinstance(node, Phrase) and len(node.words) > 1 and not all(map(str.isascii, node.words))
        return NOTHING if odd else node
