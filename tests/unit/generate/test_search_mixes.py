"""Queries of many words of one file: which words, of which files, and what is asked where one is lost."""

from __future__ import annotations

from typing import Any

from builders import make_exchange

from specproof.contract.vocabulary import Search
from specproof.generate.search_choice import Chooser, telling_pair
from specproof.generate.search_language import Language
from specproof.generate.search_laws import Lawyer
from specproof.generate.search_mixes import mixed_laws
from specproof.generate.search_samples import Sample, Samples
from specproof.model.search import Answer, Found, Law, Line, Piece, Query, SourceText

SAID: dict[str, Any] = {"phrase": '"', "implicit": "and", "ignores_case": True}
FERRY = "# Ferry\nthe Fähre comes at noon\nharbours have lighthouses in fog\nand it is\nthe finish"
PAGE = make_exchange(200, {})


def _answer(files: dict[str, str], query: str = "the") -> Answer:
    found = tuple(
        Found(
            identity=path,
            exchange=PAGE,
            path=path,
            blocks=(tuple(Line(number=1, pieces=(Piece(text=line),)) for line in text.split("\n")),),
        )
        for path, text in files.items()
    )
    return Answer(query=Query(text=query, words=(query,)), pages=(PAGE,), found=found, complete=True)


def _laws(
    files: dict[str, str],
    *,
    read: bool = True,
    longest: int | None = None,
    pair: Sample | None = None,
    **said: Any,
) -> list[Law]:
    language = Language(rules=Search.model_validate({**SAID, **said}), longest=longest)
    answer, samples = _answer(files), Samples(language=language)
    samples.add(answer)
    texts = {
        path: SourceText(exchange=make_exchange(200, body=text.encode()), lines=tuple(text.split("\n")))
        for path, text in files.items()
    }
    lawyer = Lawyer(language=language, chooser=Chooser(seed="1", depth="quick"))
    return list(mixed_laws(lawyer, samples, texts if read else {}, [answer], [pair] if pair else []))


def test_one_query_has_words_of_many_kinds_of_one_file() -> None:
    [law] = _laws({"ferry.md": FERRY})

    assert law.relation == "sample"
    assert law.sample == "ferry.md"
    assert {"the", "finish", "harbours", "FÄHRE", "lighthouses"} <= set(law.queries[0].text.split())


def test_the_words_are_asked_one_by_one_where_the_query_does_not_find_the_file() -> None:
    [law] = _laws({"ferry.md": FERRY})

    asked = {(part.promise, part.queries[0].text) for part in law.parts}
    assert {
        ("search.own-words", "the finish"),
        ("search.own-words", "the Fähre"),
        ("search.case", "FÄHRE"),
    } <= asked


def test_a_phrase_beyond_ascii_goes_with_the_words() -> None:
    pair = Sample(words=("Fähre", "comes"), identity="ferry.md", found_by=Query(text="the", words=("the",)))

    [law] = _laws({"ferry.md": FERRY}, pair=pair)

    assert '"FÄHRE COMES"' in law.queries[0].text
    assert ("search.phrase", 'the "Fähre comes"') in {(p.promise, p.queries[0].text) for p in law.parts}


def test_the_edges_of_a_file_that_was_not_read_are_not_known() -> None:
    """What a result shows of a line may be cut."""
    [law] = _laws({"ferry.md": FERRY}, read=False)

    assert "finish" not in law.queries[0].text
    assert "FÄHRE" in law.queries[0].text


def test_a_file_without_a_kind_of_its_own_is_not_asked_for() -> None:
    files = {"ferry.md": FERRY, "other.md": "x\nthe café is open"}

    assert [law.sample for law in _laws(files)] == ["ferry.md"]


def test_a_query_is_as_long_as_it_may_be_and_a_server_may_refuse_it() -> None:
    """How many words are too many is for the server to say."""
    [law] = _laws({"ferry.md": FERRY}, longest=20)

    assert len(law.queries[0].text) <= 20
    assert law.may_refuse


def test_a_language_that_cannot_ask_for_all_words_is_asked_nothing() -> None:
    assert _laws({"ferry.md": FERRY}, implicit="or") == []


def test_two_words_are_telling_where_each_finds_something_of_its_own() -> None:
    answers = [
        _answer({"a": "", "b": "", "c": ""}, "the"),
        _answer({"a": "", "b": ""}, "within"),
        _answer({"c": "", "d": ""}, "apart"),
    ]

    assert [query.text for query in telling_pair(answers)] == ["apart", "the"]
    assert telling_pair(answers[:1]) == ()
