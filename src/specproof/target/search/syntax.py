"""The search language: terms, phrases, negation and modifiers.

Every item must hold (AND). ``NOT`` or a leading ``-`` negates the item that follows. A term with
punctuation inside, such as ``os.path``, is the phrase of its words.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from specproof.target.problems import Problem
from specproof.target.search.words import words

QUERY_MAXIMUM = 250
ITEM = re.compile(
    r"""\s*(?P<minus>-)?(?:(?P<modifier>repo|project|path|ext|lang):)?(?:"(?P<quoted>[^"]*)"|(?P<bare>[^\s"]+))"""
)


@dataclass(slots=True)
class Question:
    """A search query, understood.

    ``wanted`` and ``unwanted`` are phrases, each a tuple of folded words; ``modifiers`` holds
    (name, value, negated).
    """

    wanted: list[tuple[str, ...]] = field(default_factory=list)
    unwanted: list[tuple[str, ...]] = field(default_factory=list)
    modifiers: list[tuple[str, str, bool]] = field(default_factory=list)


def refuse(key: str, message: str, detail: str) -> Problem:
    """Build the 400 of a query that cannot be understood; ``key`` is stable, for programs."""
    return Problem(400, message, detail=detail, data={"key": f"search.query.{key}"})


def understand(text: str | None) -> Question:
    """Read a search query.

    Raises:
        Problem: 400, it is missing, too long, malformed, or asks for no word at all.
    """
    if text is None or not text.strip():
        raise refuse("missing", "A search query is required", "Give search_query at least one term.")
    if len(text) > QUERY_MAXIMUM:
        raise refuse("too-long", "The search query is too long", f"At most {QUERY_MAXIMUM} characters.")
    if text.count('"') % 2 or "\x00" in text:
        raise refuse("malformed", "The search query is malformed", "Quotation marks come in pairs.")
    question = Question()
    position, negate = 0, False
    text = text.rstrip()
    while position < len(text):
        item = ITEM.match(text, position)
        if item is None:
            raise refuse("malformed", "The search query is malformed", f"Look at character {position + 1}.")
        position = item.end()
        if item[0].strip() in ("AND", "NOT", "OR"):
            negate = _operator(item[0].strip(), negate)
            continue
        _add(question, item, negated=negate or item["minus"] is not None)
        negate = False
    if negate:
        raise refuse("malformed", "The search query is malformed", "NOT needs something to negate.")
    if not question.wanted:
        raise refuse("no-terms", "The search query has no term", "Add a term that is not negated.")
    return question


def _operator(word: str, negate: bool) -> bool:
    if word == "OR":
        raise refuse("unsupported", "OR is not supported", 'Write "OR" in quotes to look for it.')
    if negate:
        raise refuse("malformed", "The search query is malformed", "NOT needs something to negate.")
    return word == "NOT"


def _add(question: Question, item: re.Match[str], *, negated: bool) -> None:
    value = item["bare"] if item["quoted"] is None else item["quoted"]
    if item["modifier"]:
        question.modifiers.append((item["modifier"], value, negated))
        return
    phrase = tuple(word.folded for word in words(value))
    if phrase:
        (question.unwanted if negated else question.wanted).append(phrase)
