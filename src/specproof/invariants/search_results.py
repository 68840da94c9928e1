"""What every result of a search must show: each function judges all answers for one promise."""

from __future__ import annotations

import html
import itertools
import math
import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from specproof.contract.vocabulary import Matches, Search
from specproof.invariants.search_fit import names_repository
from specproof.model.exchange import Exchange
from specproof.model.finding import Breach
from specproof.model.operation import Operation
from specproof.model.search import Answer, Found, Line, SourceText

_WORD = re.compile(r"[^\W_]+")
_TELLING = 20  # letters and digits: so many in a row stand in one line by chance hardly ever


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchContext:
    """What the judgement may know besides the answers."""

    operation: Operation
    rules: Search
    texts: Mapping[str, SourceText] = field(default_factory=dict)  # identity -> text, where it was read

    @property
    def matches(self) -> Matches:
        """Where results show what matched."""
        return self.rules.matches or Matches(items="")

    def breach(self, name: str, summary: str, *evidence: Exchange, detail: str) -> Breach:
        """Return a breach of a promise about search."""
        return Breach(
            promise=f"search.{name}",
            operation=self.operation.label,
            summary=summary,
            evidence=tuple({exchange.number: exchange for exchange in evidence}.values()),
            detail=detail,
        )


Judge = Callable[[SearchContext, Sequence[Answer]], Iterator[Breach]]


def _results(answers: Sequence[Answer]) -> Iterator[tuple[Answer, Found]]:
    return ((answer, found) for answer in answers for found in answer.found)


def no_repeats(context: SearchContext, answers: Sequence[Answer]) -> Iterator[Breach]:
    """A page has each result once, in however many ways it matches."""
    for answer in answers:
        met: set[tuple[int, str]] = set()
        for found in answer.found:
            if (found.exchange.number, found.identity) in met:
                text = f"expected each result of {answer.query.text!r} once; got {found.identity} twice"
                yield context.breach("no-repeats", text, found.exchange, detail="")
                return
            met.add((found.exchange.number, found.identity))


def marks(context: SearchContext, answers: Sequence[Answer]) -> Iterator[Breach]:
    """A marked piece has to do with a word of the query; on one line, equal words are marked alike."""
    for answer, found in _results(answers):
        if not answer.query.words:
            continue
        for where, pieces in (
            ("text", [piece for line in found.lines for piece in line.pieces]),
            ("path", list(found.path_pieces)),
        ):
            wrong = next((p for p in pieces if p.match and not resembles(p.text, answer.query.words)), None)
            if wrong is not None:
                text = (
                    f"expected marks on {answer.query.text!r} alone; got one on {wrong.text!r} in the {where}"
                )
                yield context.breach("marks", text, found.exchange, detail=where)
        yield from _left_out(context, answer, found)


def _left_out(context: SearchContext, answer: Answer, found: Found) -> Iterator[Breach]:
    if len(answer.query.words) != 1:
        return
    word = answer.query.words[0]
    alone = re.compile(rf"(?<=\s){re.escape(word)}(?=\s)")
    for line in found.lines:
        marked = any(piece.match and piece.text == word for piece in line.pieces)
        plain = any(alone.search(piece.text) for piece in line.pieces if not piece.match)
        if marked and plain:
            text = f"expected every {word!r} on line {line.number} to be marked; got one without a mark"
            yield context.breach("marks", text, found.exchange, detail="left out")
            return


def resembles(marked: str, words: Sequence[str]) -> bool:
    """Tell whether a marked text may stand for a word: a form of it, a part of it, or more than it."""
    pieces = [_folded(piece) for piece in _WORD.findall(marked)] or [_folded(marked.strip())]
    for word in map(_folded, words):
        stem = _stem(word)
        for piece in pieces:
            if piece and (
                word in piece or piece.startswith(stem) or (len(piece) > 1 and word.startswith(piece))
            ):
                return True
    return False


def _stem(word: str) -> str:
    """Return what forms of a word have in common, roughly; a shorter stem forgives more."""
    folded = _folded(word)
    return folded[: max(3, math.ceil(len(folded) * 0.6))]


def _folded(text: str) -> str:
    """Fold capitals and accents away: some servers do not tell them apart."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    return "".join(character for character in plain if not unicodedata.combining(character))


def phrases(context: SearchContext, answers: Sequence[Answer]) -> Iterator[Breach]:
    """The words of a phrase stand side by side in the file, or in its path."""
    for answer, found in _results(answers):
        source = context.texts.get(found.identity)
        if source is None:
            continue
        for phrase in lacking_phrases(answer, found):
            if not stand_together(phrase, "\n".join(source.lines)) and is_text_of(source, found):
                text = (
                    f"expected {' '.join(phrase)!r} side by side in each result; got none in {found.identity}"
                )
                yield context.breach("phrase", text, found.exchange, source.exchange, detail="apart")


def lacking_phrases(answer: Answer, found: Found) -> list[tuple[str, ...]]:
    """Return the phrases of the query that a result does not show; its text may have them all the same."""
    shown = "\n".join([*(line.text for line in found.lines), found.path or ""])
    return [phrase for phrase in answer.query.phrases if not stand_together(phrase, shown)]


def stand_together(phrase: Sequence[str], text: str) -> bool:
    """Tell whether words, or forms of them, follow each other with nothing but punctuation between."""
    stems = (rf"{re.escape(_stem(word))}\w*" for word in phrase)
    return re.search(r"[\W_]*?".join(stems), _folded(text)) is not None


def shows_match(context: SearchContext, answers: Sequence[Answer]) -> Iterator[Breach]:
    """Where some results of a query show what matched, all of them do, in the text or in the path.

    A query of words that are too common to be looked for may find everything, and show nothing. But a word
    that finds less than another one did tell results apart.
    """
    if not (context.matches.blocks and context.matches.path_segments):
        return
    asked = [answer for answer in answers if answer.query.words]
    shown = {answer.query.text for answer in asked if any(found.is_marked for found in answer.found)}
    most = max((len(answer.found) for answer in asked if answer.query.text in shown), default=0)
    for answer, found in _results(asked):
        rare = answer.complete and len(answer.query.words) == 1 and 2 * len(answer.found) <= most
        if not found.is_marked and (answer.query.text in shown or not shown or rare):
            text = f"expected a match in each result of {answer.query.text!r}; got none in {found.identity}"
            yield context.breach("shows-match", text, found.exchange, detail="none" if shown else "never")
            return


def pieces(context: SearchContext, answers: Sequence[Answer]) -> Iterator[Breach]:
    """The pieces of a path are the path; those of a line are the line of the file, in every answer."""
    seen: dict[tuple[str, int], tuple[str, Exchange]] = {}
    for _, found in _results(answers):
        joined = "".join(piece.text for piece in found.path_pieces)
        if found.path is not None and found.path_pieces and joined != found.path:
            text = f"expected the pieces of the path to be {found.path!r}; got {joined!r}"
            yield context.breach("pieces", text, found.exchange, detail="path")
        for line in found.lines:
            if line.number is None:
                continue
            shown, exchange = seen.setdefault((found.identity, line.number), (line.text, found.exchange))
            if shown != line.text:
                text = f"expected line {line.number} to be {shown[:80]!r} as before; got {line.text[:80]!r}"
                yield context.breach("pieces", text, exchange, found.exchange, detail="other answer")
        yield from _unlike_source(context, found)


def _unlike_source(context: SearchContext, found: Found) -> Iterator[Breach]:
    source = context.texts.get(found.identity)
    if source is None or not is_text_of(source, found):
        return
    for line in found.lines:
        if line.number is None or not 1 <= line.number <= len(source.lines):
            continue  # the promise about numbers tells
        expected = source.lines[line.number - 1]
        if line.text.rstrip() != expected.rstrip():
            text = (
                f"expected line {line.number} to be {expected[:80]!r} as in the file; got {line.text[:80]!r}"
            )
            yield context.breach("pieces", text, found.exchange, source.exchange, detail="line")
            return


def is_text_of(source: SourceText, found: Found) -> bool:
    """Tell whether a text is the one that a result shows: most of its lines stand there, wherever.

    A long part of a line stands for it.
    """
    known = {_squeezed(line) for line in source.lines}
    shown = [text for line in found.lines if (text := _squeezed(line.text))]
    there = [
        text in known or (len(text) >= _TELLING and any(text in line for line in known)) for text in shown
    ]
    return sum(there) * 2 > len(shown)


def _squeezed(text: str) -> str:
    """Leave what survives most damages, so that a damaged line is known again; read HTML's ``&lt;``."""
    text = html.unescape(text)
    return "".join(character for character in text.casefold() if character.isascii() and character.isalnum())


def line_numbers(context: SearchContext, answers: Sequence[Answer]) -> Iterator[Breach]:
    """Lines are counted from 1, ascend within a group, and exist."""
    for _, found in _results(answers):
        for block in found.blocks:
            yield from _odd_numbers(context, found, block)


def _odd_numbers(context: SearchContext, found: Found, block: tuple[Line, ...]) -> Iterator[Breach]:
    numbers = [line.number for line in block if line.number is not None]
    source = context.texts.get(found.identity)
    if any(number < 1 for number in numbers):
        text = f"expected lines from 1; got {min(numbers)}"
        yield context.breach("line-numbers", text, found.exchange, detail="first")
    if any(later <= earlier for earlier, later in itertools.pairwise(numbers)):
        text = f"expected the lines of a group in ascending order; got {', '.join(map(str, numbers))}"
        yield context.breach("line-numbers", text, found.exchange, detail="order")
    if source is not None and numbers and max(numbers) > len(source.lines) and is_text_of(source, found):
        text = f"expected no line after {len(source.lines)}, the last of the file; got {max(numbers)}"
        yield context.breach("line-numbers", text, found.exchange, source.exchange, detail="last")


def count(context: SearchContext, answers: Sequence[Answer]) -> Iterator[Breach]:
    """The number of matches is not less than what is shown, nor more than what is there."""
    for answer, found in _results(answers):
        if found.count is None or not context.matches.blocks or not answer.query.words:
            continue
        lines = sum(any(piece.match for piece in line.pieces) for line in found.lines)
        one_word = len(answer.query.words) == 1
        shown = len(found.marks) if one_word else lines
        if found.count < shown:
            what = "matches" if one_word else "lines with matches"
            text = f"expected a count of at least {shown}, the {what} shown; got {found.count}"
            yield context.breach("count", text, found.exchange, detail="too few")
        elif found.count > len(found.path_marks) and not lines:  # some count those of the path, too
            text = f"expected some of {found.count} matches in the text to be shown; got none"
            yield context.breach("count", text, found.exchange, detail="not shown")
        elif one_word:
            yield from _too_many(context, answer.query.words[0], found)


def _too_many(context: SearchContext, word: str, found: Found) -> Iterator[Breach]:
    source = context.texts.get(found.identity)
    if source is None or found.count is None or not is_text_of(source, found):
        return
    most = sum(_folded(line).count(_stem(word)) for line in (*source.lines, found.path or ""))
    if found.count > most:
        text = f"expected a count of at most {most}, for there are no more in the file; got {found.count}"
        yield context.breach("count", text, found.exchange, source.exchange, detail="too many")


def repositories(context: SearchContext, answers: Sequence[Answer]) -> Iterator[Breach]:
    """Where addresses name the repository, the results of one repository all name it."""
    for answer in answers:
        for value in (value for kind, value in answer.query.restrictions if kind == "repository"):
            named = [names_repository(found, value) for found in answer.found]
            if any(named) and not all(named):
                other = answer.found[named.index(False)]
                text = f"expected results of the repository {value} alone; got {other.identity}"
                yield context.breach("modifiers", text, other.exchange, detail="repository")


JUDGES: dict[str, Judge] = {
    "search.no-repeats": no_repeats,
    "search.marks": marks,
    "search.shows-match": shows_match,
    "search.pieces": pieces,
    "search.line-numbers": line_numbers,
    "search.count": count,
}
BESIDES: dict[str, Judge] = {"search.phrase": phrases, "search.modifiers": repositories}
"""What results say about promises that are judged by laws."""
