"""Words at the edges of files: which are looked for, and which tell nothing."""

from __future__ import annotations

from builders import make_exchange

from specproof.contract.vocabulary import Search
from specproof.generate.search_edges import edge_samples
from specproof.generate.search_language import Language
from specproof.model.search import Answer, Found, Query, SourceText

LANGUAGE = Language(rules=Search.model_validate({"phrase": '"', "implicit": "and"}), longest=None)


def _edges(files: dict[str, str], *, query: str = "the", number: int = 4) -> list[tuple[str, str]]:
    page = make_exchange(200, {})
    texts = {
        path: SourceText(exchange=make_exchange(200, body=text.encode()), lines=tuple(text.splitlines()))
        for path, text in files.items()
    }
    found = tuple(Found(identity=path, exchange=page, path=path) for path in files)
    answer = Answer(query=Query(text=query, words=(query,)), pages=(page,), found=found, complete=True)
    samples = edge_samples(texts, [answer], LANGUAGE, number=number)
    return [(sample.identity, sample.words[0]) for sample in samples]


def test_a_last_line_without_an_end_comes_first() -> None:
    files = {"long": "first\nthe second line\nand more of it\nwith an ending\n", "short": "first\nthe finish"}

    assert _edges(files)[0] == ("short", "finish")


def test_words_at_both_ends_of_lines_are_looked_for_each_in_a_file_of_its_own() -> None:
    files = {
        "a": "one\nthe quay\n",
        "b": "one\r\nthe sea has anchors\r\nthe end\r\n",
        "c": "one\nharbours are the end\nthe end\n",
    }

    found = _edges(files)

    assert ("b", "anchors") in found
    assert ("c", "harbours") in found
    assert len({path for path, _ in found}) == len(found)


def test_what_stands_elsewhere_too_tells_nothing() -> None:
    """By its other place, or by the path, the file is found all the same."""
    assert _edges({"a": "anchor the\nthe anchor"}) == []
    assert _edges({"anchor": "x\nthe anchor"}) == []
    assert _edges({"a": "x\nthe anchor"}, query="anchor") == []


def test_only_letters_between_blanks_are_words() -> None:
    assert _edges({"a": "the\nanchor, ship_yard no1 (dock)"}) == []


def test_as_many_words_are_looked_for_as_are_wanted() -> None:
    assert _edges({"a": "x\nthe anchor"}, number=0) == []
