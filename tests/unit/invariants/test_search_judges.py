"""Laws between results, and what each result shows: broken cases, and right ones that look odd."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from builders import make_exchange, make_operation, make_request

from specproof.contract.vocabulary import Search
from specproof.invariants.search_fit import fits, names_repository
from specproof.invariants.search_laws import broken_law, is_telling
from specproof.invariants.search_refusals import is_refusal, refused_as_promised
from specproof.invariants.search_results import JUDGES, SearchContext, resembles, stand_together
from specproof.model.search import Answer, Found, Law, Line, Piece, Query, SourceText

OPERATION = make_operation("200")
MATCHES = {
    "items": "/values", "path": "/path", "source": "/href", "count": "/count", "blocks": "/blocks",
    "lines": "/lines", "number": "/line", "segments": "/segments", "path_segments": "/name", "text": "/text",
    "match": "/match",
}  # fmt: skip
RULES = Search.model_validate({
    "matches": MATCHES, "malformed": 400, "malformed_key": "/error/key"
})  # fmt: skip


def answer(
    *identities: str, complete: bool = True, status: int = 200, text: str = "q", **query: Any
) -> Answer:
    """Build the answer to a query from the identities of its results."""
    exchange = replace(make_exchange(status), number=len(text) + 100 * len(identities))
    asked = Query(text=text, words=(text,), **query)
    found = tuple(Found(identity=each, exchange=exchange, path=each) for each in identities)
    return Answer(query=asked, pages=(exchange,), found=found, complete=complete)


def law(relation: str, *answers: Answer, **more: Any) -> Law:
    """Build a law about these answers."""
    queries = tuple(each.query for each in answers)
    return Law(promise="search.negation", name="word", relation=relation, queries=queries, **more)


RELATIONS = [
    ("within", ("a",), ("a", "b"), (), True),
    ("within", ("a", "c"), ("a", "b"), (), False),
    ("equal", ("b", "a"), ("a", "b"), (), True),
    ("equal", ("a",), ("a", "b"), (), False),
    ("equal", ("a", "b", "c"), ("a", "b"), (), False),
    ("union", ("a", "b"), ("a",), ("b",), True),
    ("union", ("a",), ("a",), ("b",), False),
    ("union", ("a", "b", "c"), ("a",), ("b",), False),
    ("intersection", ("b",), ("a", "b"), ("b", "c"), True),
    ("intersection", (), ("a", "b"), ("b", "c"), False),
    ("intersection", ("a", "b"), ("a", "b"), ("b", "c"), False),
    ("difference", ("a",), ("a", "b"), ("b",), True),
    ("difference", (), ("a", "b"), ("b",), False),
    ("difference", ("a", "b"), ("a", "b"), ("b",), False),
    ("difference", ("a", "c"), ("a", "b"), ("b",), False),
    ("nothing", (), ("a",), (), True),
    ("nothing", ("a",), ("a",), (), False),
]


@pytest.mark.parametrize(("relation", "first", "second", "third", "holds"), RELATIONS, ids=str)
def test_a_relation_between_results(
    relation: str, first: tuple[str, ...], second: tuple[str, ...], third: tuple[str, ...], holds: bool
) -> None:
    answers = [answer(*first, text="q"), answer(*second, text="r"), answer(*third, text="s")]
    breach = broken_law(OPERATION, law(relation, *answers), answers)

    assert (breach is None) is holds
    if breach is not None:
        assert (breach.promise, breach.detail) == ("search.negation", "word")
        assert breach.summary.startswith("expected the query 'q' to find ")


@pytest.mark.parametrize(("relation", "first", "second", "third", "holds"), RELATIONS, ids=str)
def test_what_is_incomplete_proves_no_absence(
    relation: str, first: tuple[str, ...], second: tuple[str, ...], third: tuple[str, ...], holds: bool
) -> None:
    """Whoever shows only so many results may have found more."""
    answers = [
        answer(*each, text=text, complete=False) for each, text in ((first, "q"), (second, "r"), (third, "s"))
    ]
    breach = broken_law(OPERATION, law(relation, *answers), answers)

    both = relation == "difference" and set(first) & set(third)
    made_up = relation == "nothing" and first
    assert (breach is not None) is bool(both or made_up)


def test_a_sample_must_be_found() -> None:
    answers = [answer("a", text="q"), answer("a", "b", text="r")]

    assert broken_law(OPERATION, law("sample", *answers, sample="a"), answers) is None
    assert broken_law(OPERATION, law("sample", *answers, sample="b"), answers) is not None


@pytest.mark.parametrize(
    ("kind", "value", "found", "holds"),
    [
        ("extension", "py", ("src/a.py",), True),
        ("extension", "py", ("src/a.py", "lib/c.tar.py"), True),
        ("extension", "py", (), False),
        ("extension", "py", ("src/a.py", "src/b.go"), False),
        ("path", "src", ("src/a.py", "src/b.go"), True),
        ("path", "src", ("src/a.py", "src/b.go", "lib/src.go"), True),
        ("path", "src", ("src/a.py",), False),
        ("path", "src", ("src/a.py", "src/b.go", "docs/c.md"), False),
        ("language", "python", ("docs/c.md",), True),
    ],
)
def test_a_modifier_keeps_what_fits(kind: str, value: str, found: tuple[str, ...], holds: bool) -> None:
    """What it may mean beyond that is not judged."""
    everything = ("src/a.py", "src/b.go", "lib/c.tar.py", "lib/src.go", "docs/c.md")
    answers = [answer(*found, text="q", restrictions=((kind, value),)), answer(*everything, text="r")]

    assert (broken_law(OPERATION, law("keeps", *answers), answers) is None) is holds


@pytest.mark.parametrize(
    ("status", "may_refuse", "broken"), [(400, False, True), (400, True, False), (429, False, False)]
)
def test_a_query_in_the_documented_language_is_not_malformed(
    status: int, may_refuse: bool, broken: bool
) -> None:
    answers = [answer(text="(q)", status=status, complete=False), answer("a", text="q")]
    asked = law("equal", *answers, may_refuse=may_refuse)

    assert is_telling(asked, answers) is broken
    if broken:
        assert broken_law(OPERATION, asked, answers).detail == "word refused"  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("path", "kind", "value", "expected"),
    [
        ("src/a.py", "extension", "py", True),
        ("src/a.py", "extension", ".py", None),
        ("src/a.PY", "extension", "py", None),
        ("src/a.tar.py", "extension", "py", None),
        ("src/a.pyc", "extension", "py", False),
        ("Makefile", "extension", "py", False),
        ("src/a.py", "path", "src", True),
        ("lib/src/a.py", "path", "src", None),
        ("SRC/a.py", "path", "src", None),
        ("lib/a.py", "path", "src", False),
        ("lib/a.py", "path", "s*", None),
        (None, "path", "src", None),
        ("src/a.py", "project", "x", None),
    ],
)
def test_what_a_path_says_about_a_modifier(
    path: str | None, kind: str, value: str, expected: bool | None
) -> None:
    assert fits(path, kind, value) is expected


def test_an_address_names_a_repository_outside_of_the_path() -> None:
    found = Found(
        identity="http://x/Acme/hand%20book/src/notes.md", exchange=make_exchange(), path="src/notes.md"
    )

    assert names_repository(found, "hand book")
    assert names_repository(found, "acme/hand book")
    assert not names_repository(found, "src")


@pytest.mark.parametrize(
    ("marked", "words", "expected"),
    [
        ("parser", ("parser",), True),
        ("Parser", ("parser",), True),
        ("parsers", ("parser",), True),
        ("parse", ("parser",), True),
        ("queries", ("query",), True),
        ("class Parser:", ("parser",), True),
        ("cafe", ("café",), True),
        ("open", ("file", "open"), True),
        ("arser ", ("parser",), False),
        ("station", ("parser",), False),
        ("", ("parser",), False),
        ("x", ("parser",), False),
    ],
)
def test_what_may_be_marked_for_a_word(marked: str, words: tuple[str, ...], expected: bool) -> None:
    assert resembles(marked, words) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("to open file after file", True),
        ("def open_file(path)", True),
        ("openFile()", True),
        ("Opened files", True),
        ("open\n  file", True),
        ("file open", False),
        ("open the file", False),
    ],
)
def test_words_side_by_side(text: str, expected: bool) -> None:
    assert stand_together(("open", "file"), text) is expected


def result(lines: dict[int, str], **more: Any) -> Found:
    """Build a result; what stands between stars is marked."""
    shown = tuple(Line(number=number, pieces=pieces(text)) for number, text in lines.items())
    values: dict[str, Any] = {"path": "src/a.py", "blocks": (shown,) if shown else ()}
    return Found(identity="a", exchange=make_exchange(), **(values | more))


def pieces(text: str) -> tuple[Piece, ...]:
    """Cut a text at its stars."""
    return tuple(Piece(text=part, match=bool(n % 2)) for n, part in enumerate(text.split("*")) if part)


def details(
    promise: str, found: Found, *, words: tuple[str, ...] = ("file",), source: str | None = None
) -> set[str]:
    """Judge one result and return the details of the breaches."""
    exchange = make_exchange(request=make_request(url="http://x/a"))
    texts = (
        {"a": SourceText(exchange=exchange, lines=tuple(source.split("\n")))} if source is not None else {}
    )
    asked = Query(text=" ".join(words), words=words)
    context = SearchContext(operation=OPERATION, rules=RULES, texts=texts)
    seen = Answer(query=asked, pages=(make_exchange(),), found=(found,), complete=True)
    return {breach.detail for breach in JUDGES[promise](context, [seen])}


TEXT = "import os\n\nopen the file\nclose the file , the file\nend"
LONG = "on a very long line of a file"
GOOD = {3: "open the *file*", 4: "close the *file* , the *file*", 5: "end"}
RESULTS: list[tuple[str, Found, dict[str, Any], set[str]]] = [
    ("marks", result(GOOD), {}, set()),
    ("marks", result({3: "open the* file*"}), {}, set()),
    ("marks", result({3: "*open* the file"}), {}, {"text"}),
    ("marks", result({}, path_pieces=pieces("src/*a*.py")), {}, {"path"}),
    ("marks", result({4: "close the *file* , the file here"}), {}, {"left out"}),
    ("marks", result({4: "close the *file* , the file-here"}), {}, set()),
    ("marks", result({3: "*open* the file"}), {"words": ()}, set()),
    ("shows-match", result(GOOD), {}, set()),
    ("shows-match", result({3: "open the file"}), {}, {"never"}),
    ("shows-match", result({}, path="file.py", path_pieces=pieces("*file*.py")), {}, set()),
    ("pieces", result(GOOD), {"source": TEXT}, set()),
    ("pieces", result({3: "open the *file*  "}), {"source": TEXT}, set()),
    ("pieces", result(GOOD | {4: "close the *file*"}), {"source": TEXT}, {"line"}),
    ("pieces", result(GOOD | {4: "close the *file*"}), {}, set()),
    ("pieces", result(GOOD), {"source": "something else\naltogether\nand\nnot\nthis"}, set()),
    ("pieces", result({1: "it&#39;s &lt;*file*&gt;"}), {"source": "it's <file>"}, {"line"}),
    ("pieces", result({1: "on a very long line of a *file*"}), {"source": f"{LONG}, x"}, {"line"}),
    ("pieces", result({1: f"{LONG} *file*"}), {"source": f"{LONG} file"}, set()),
    ("pieces", result({1: "in a *file*"}), {"source": "in a file, x"}, set()),
    ("pieces", result({}, path_pieces=pieces("src/*a*.py")), {}, set()),
    ("pieces", result({}, path_pieces=pieces("src/*a*")), {}, {"path"}),
    ("pieces", result({}, path=None, path_pieces=pieces("src/*a*")), {}, set()),
    ("line-numbers", result(GOOD), {"source": TEXT}, set()),
    ("line-numbers", result({0: "import os"}), {}, {"first"}),
    ("line-numbers", result({4: "x", 3: "y"}), {}, {"order"}),
    ("line-numbers", result(GOOD | {6: ""}), {"source": TEXT}, {"last"}),
    ("line-numbers", result(GOOD | {6: ""}), {}, set()),
    ("count", result(GOOD, count=3), {"source": TEXT}, set()),
    ("count", result(GOOD, count=2), {}, {"too few"}),
    ("count", result(GOOD, count=2), {"words": ("the", "file")}, set()),
    ("count", result(GOOD, count=1), {"words": ("the", "file")}, {"too few"}),
    ("count", result(GOOD, count=9), {}, set()),
    ("count", result(GOOD, count=9), {"source": TEXT}, {"too many"}),
    ("count", result({}, count=2), {}, {"not shown"}),
    ("count", result({}, count=1, path="file.py", path_pieces=pieces("*file*.py")), {}, set()),
    ("count", result({}, count=0), {}, set()),
    ("count", result(GOOD, count=None), {}, set()),
]  # fmt: skip


@pytest.mark.parametrize(("promise", "found", "more", "expected"), RESULTS)
def test_what_a_result_shows(promise: str, found: Found, more: dict[str, Any], expected: set[str]) -> None:
    assert details(f"search.{promise}", found, **more) == expected


@pytest.mark.parametrize(("rare", "complete", "broken"), [(1, True, 1), (3, True, 0), (1, False, 0)])
def test_a_word_that_tells_results_apart_shows_where(rare: int, complete: bool, broken: int) -> None:
    """One that finds nearly everything may be too common to be looked for."""
    common = answer(*"abcd", text="file")
    marked = tuple(replace(found, path_pieces=pieces("*file*")) for found in common.found)
    seen = [replace(common, found=marked), answer(*"abcd"[:rare], text="docs", complete=complete)]
    context = SearchContext(operation=OPERATION, rules=RULES)

    assert len(list(JUDGES["search.shows-match"](context, seen))) == broken


def test_one_line_is_the_same_in_every_answer() -> None:
    """Also where the text itself cannot be read."""
    seen = [
        Answer(
            query=Query(text="file", words=("file",)), pages=(make_exchange(),), found=(found,), complete=True
        )
        for found in (result({3: "open the *file*"}), result({3: "open the fil*e*"}), result({3: "open the"}))
    ]
    breaches = list(JUDGES["search.pieces"](SearchContext(operation=OPERATION, rules=RULES), seen))

    assert [breach.detail for breach in breaches] == ["other answer"]


@pytest.mark.parametrize(
    ("name", "status", "body", "expected"),
    [
        ("an open phrase", 400, {"error": {"key": "x"}}, []),
        ("an open phrase", 400, {"error": {"key": ""}}, ["an open phrase key"]),
        ("an open phrase", 400, {"error": {}}, ["an open phrase key"]),
        ("an open phrase", 404, {"error": {"key": "x"}}, ["an open phrase status"]),
        ("missing", 400, {"error": {}}, []),
        ("missing", 404, {"error": {}}, ["missing status"]),
    ],
)
def test_a_refusal_is_as_promised(name: str, status: int, body: object, expected: list[str]) -> None:
    breaches = refused_as_promised(OPERATION, RULES, make_exchange(status, body), name)

    assert [breach.detail for breach in breaches] == expected


@pytest.mark.parametrize(
    ("status", "expected"), [(200, False), (400, True), (404, True), (401, False), (429, False), (500, False)]
)
def test_a_server_may_make_sense_of_everything(status: int, expected: bool) -> None:
    """Then nothing was refused."""
    assert is_refusal(make_exchange(status)) is expected
