"""Queries are written in the language that the contract describes, and what it cannot say is left out."""

from __future__ import annotations

from typing import Any

import pytest
from builders import make_exchange

from specproof.contract.vocabulary import Search
from specproof.generate.search_choice import Chooser
from specproof.generate.search_language import Language, recased
from specproof.generate.search_laws import Lawyer, Subject
from specproof.generate.search_samples import Sample, Samples
from specproof.model.search import Answer, Found, Line, Piece, Query

WHOLE = {
    "modifiers": {"extension": "ext:"},
    "phrase": "'",
    "negation": "-",
    "parentheses": True,
    "implicit": "and",
    "combinators": {"and": "&&", "or": "||", "not": "NO"},
}


def language(longest: int | None = None, **rules: Any) -> Language:
    """Build a language; arguments change the whole one."""
    said = {name: value for name, value in (WHOLE | rules).items() if value is not None}
    return Language(rules=Search.model_validate(said), longest=longest)


def text(query: Query | None) -> str | None:
    """Return how a query is written."""
    return query.text if query else None


A, B = Query(text="a", words=("a",)), Query(text="b", words=("b",))


def test_everything_that_the_language_can_say() -> None:
    whole = language()

    assert text(whole.phrase("a", "b")) == "'a b'"
    assert text(whole.every(A, B)) == "a b"
    assert text(whole.spelled("and_", A, B)) == "a && b"
    assert text(whole.either(A, B)) == "a || b"
    assert text(whole.grouped(whole.either(A, B))) == "(a || b)"
    assert text(whole.without(A, B)) == "a NO b"
    assert text(whole.without(A, B, hyphen=True)) == "a -b"
    assert text(whole.narrowed(A, "extension", "py")) == "a ext:py"


def test_what_it_cannot_say() -> None:
    mute = language(phrase=None, negation=None, parentheses=False, combinators={}, modifiers={})

    assert mute.phrase("a", "b") is None
    assert mute.spelled("and_", A, B) is None
    assert mute.either(A, B) is None
    assert mute.grouped(A) is None
    assert mute.without(A, B) is None
    assert mute.without(A, B, hyphen=True) is None
    assert mute.narrowed(A, "extension", "py") is None


def test_words_side_by_side_may_be_alternatives() -> None:
    loose = language(implicit="or", combinators={"and": "&&"})

    assert text(loose.either(A, B)) == "a b"
    assert text(loose.every(A, B)) == "a && b"
    assert loose.beside(A, B) is None
    assert loose.narrowed(A, "extension", "py") is None


def test_only_the_words_that_are_looked_for_may_be_marked() -> None:
    whole = language()
    query = whole.narrowed(whole.without(A, B) or A, "extension", "py")

    assert query == Query(text="a NO b ext:py", words=("a",), restrictions=(("extension", "py"),))


@pytest.mark.parametrize(
    ("given", "words", "plain", "restrictions"),
    [
        ("parser", ("parser",), ("parser",), ()),
        ("'open file' ext:py", ("open", "file", "ext", "py"), ("open", "file"), (("extension", "py"),)),
        ("ext:py", (), (), (("extension", "py"),)),
        ("one || two", (), (), ()),
        ("one -two", (), (), ()),
        ("one NO two ext:py", (), (), ()),
        ("(one)", (), (), ()),
        ("os.path x1", (), (), ()),
    ],
)
def test_a_query_that_somebody_gave(
    given: str, words: tuple[str, ...], plain: tuple[str, ...], restrictions: tuple[tuple[str, str], ...]
) -> None:
    whole = language()

    assert whole.plain_words(given) == plain
    assert whole.read(given) == Query(text=given, words=words, restrictions=restrictions)


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("parser", True),
        ("Küste", True),
        ("no", False),
        ("NOT", False),
        ("Or", False),
        ("x1y", False),
        ("a-b", False),
    ],
)
def test_a_plain_word_is_no_word_of_the_language(word: str, expected: bool) -> None:
    assert language().is_plain(word) is expected


def test_malformed_queries_break_rules_that_there_are() -> None:
    assert [query for _, query in language().malformed("w")] == ["'w", "(w", "w)", "w &&", "w ||", "w NO"]
    assert list(language(phrase=None, parentheses=False, combinators={}).malformed("w")) == []


def test_a_query_is_no_longer_than_it_may_be() -> None:
    assert language(longest=3).fits(Query(text="abc", words=()))
    assert not language(longest=2).fits(Query(text="abc", words=()))


def shown(*lines: str, path: str = "src/deep/reader.py") -> Samples:
    """Return what one result with these lines gives."""
    block = tuple(Line(number=n, pieces=(Piece(text=line),)) for n, line in enumerate(lines, 1))
    found = Found(identity="a", exchange=make_exchange(), path=path, blocks=(block,))
    samples = Samples(language=language())
    samples.add(Answer(query=A, pages=(make_exchange(),), found=(found,), complete=True))
    return samples


def test_only_words_between_blanks_are_taken() -> None:
    """Elsewhere people disagree on where a word ends, and the end of a line may have been cut off."""
    samples = shown("first open the file, then close() it_all or not Größer and last")

    assert set(samples.words) == {("open",), ("the",), ("then",), ("Größer",)}
    assert set(samples.pairs) == {("open", "the")}


def test_paths_give_folders_words_and_endings() -> None:
    samples = shown(path="src/x1/Reader.py")

    assert set(samples.path_words) == {("src",), ("Reader",)}
    assert (set(samples.folders), set(samples.extensions)) == ({"src"}, {"py"})


@pytest.mark.parametrize("path", ["archive.tar.gz", ".gitignore", "Makefile"])
def test_an_ending_is_taken_only_from_names_with_one_dot(path: str) -> None:
    assert set(shown(path=path).extensions) == set()


@pytest.mark.parametrize(
    ("text", "capitals"),
    [
        ("größe", "GRÖßE"),
        ("naïve", "NAÏVE"),
        ("ışık", "ıŞıK"),
        ("λόγος", "ΛΌΓΟς"),
        ("straße", "STRAßE"),
        ("ﬁn", "ﬁN"),
    ],
)
def test_only_letters_that_every_folding_takes_for_one_are_written_in_capitals(
    text: str, capitals: str
) -> None:
    assert recased(text, str.upper) == capitals


def test_a_phrase_in_capitals_keeps_a_letter_that_has_none_of_its_own() -> None:
    speech = language(ignores_case=True)
    answer = Answer(query=A, pages=(make_exchange(),), found=(), complete=True)
    pair = Sample(words=("größe", "der"), identity="a", found_by=A)
    subject = Subject(base=answer, samples=Samples(language=speech), pairs=(pair,))

    laws = Lawyer(language=speech, chooser=Chooser(seed="s", depth="standard")).laws(subject)

    written = [law.queries[0].text for law in laws if law.promise == "search.case"]
    assert written == ["'GRÖßE DER'"]


def test_small_letters_are_only_those_that_lead_back() -> None:
    assert recased("ΛΌΓΟΣ İÖ", str.lower) == "λόγοσ İö"
