"""Search over real HTTP, on a server that is nothing like the reference contract."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from recording import recording_server
from searcher import STOP_WORDS, Item, Options, Searcher, document

from specproof.contract.load import load_document
from specproof.environment.load import load_profile
from specproof.suite.judgement import Judgement
from specproof.suite.searching import judge_search
from specproof.suite.session import Plan
from specproof.suite.setup import build_prover

QUERIES = ["reader", "file end=md", "harbour repo=ebb", '"reader file"']
Look = Callable[..., Judgement]
RIGHT = {
    "plain": Options(),
    "strict": Options(tolerant=False),
    "leaves common words out": Options(stop_words=STOP_WORDS),
    "finds forms": Options(stems=True),
    "finds forms of uncommon words": Options(stems=True, stop_words=STOP_WORDS),
    "shows one line": Options(shown_lines=1),
    "counts the path": Options(counts_path=True),
    "marks whole lines": Options(marks_line=True),
    "shows only so many": Options(cap=6, largest=3),
    "keeps the texts": Options(texts=False),
}


@pytest.fixture
def look(tmp_path: Path) -> Look:
    """Look at a server once."""

    def run(
        searcher: Searcher,
        *,
        seed: int = 1,
        depth: str = "standard",
        queries: list[str] = QUERIES,
        **rules: Any,
    ) -> Judgement:
        with recording_server(searcher.respond) as server:
            searcher.origin = server.origin
            spec, profile = tmp_path / "find.json", tmp_path / "find.toml"
            spec.write_text(json.dumps(document(searcher.options, **rules)), encoding="utf-8")
            lines = ["[environment]", 'name = "find"', f'base_url = "{server.origin}"', "exclusive = true"]
            lines += ["[queries]", f"for = {json.dumps(queries)}"]
            profile.write_text("\n".join(lines), encoding="utf-8")
            prover = build_prover(
                load_document(str(spec)),
                load_profile(profile, environ={}),
                Plan(seed=seed, depth=depth),
                ledger=tmp_path / "ledger.jsonl",
            )
            suite = prover.suite
            try:
                return judge_search(suite, suite.operations["GET /find"])
            finally:
                suite.clear()

    return run


def broken(judgement: Judgement) -> set[str]:
    """Return which promises were broken."""
    return {breach.promise.partition(".")[2] for breach in judgement.breaches.values()}


@pytest.mark.parametrize("depth", ["quick", "standard"])
@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("options", RIGHT.values(), ids=RIGHT)
def test_a_server_that_is_right_is_left_alone(look: Look, options: Options, seed: int, depth: str) -> None:
    """In whichever way it is right."""
    judgement = look(Searcher(options), seed=seed, depth=depth)

    assert [breach.summary for breach in judgement.breaches.values()] == []
    assert judgement.counts["search.marks"] > 0


@pytest.mark.parametrize("depth", ["quick", "standard"])
def test_a_right_server_shows_every_promise(look: Look, depth: str) -> None:
    """Otherwise the silence above would say nothing."""
    judgement = look(Searcher(Options(tolerant=False)), depth=depth)

    assert {name for name, times in judgement.counts.items() if times} == {
        f"search.{name}"
        for name in (
            "all-words", "own-words", "any-word", "word-order", "negation", "parentheses", "phrase",
            "no-repeats", "modifiers", "case", "marks", "shows-match", "pieces", "line-numbers", "count",
            "malformed",
        )
    }  # fmt: skip


def test_what_the_language_cannot_say_is_not_asked(look: Look) -> None:
    judgement = look(
        Searcher(),
        combinators={},
        parentheses=False,
        phrase=None,
        negation=None,
        modifiers={},
        ignores_case=False,
    )

    judged = {name.partition(".")[2] for name, times in judgement.counts.items() if times}
    assert judged.isdisjoint({"any-word", "negation", "parentheses", "phrase", "modifiers", "case"})
    assert {"all-words", "own-words", "word-order"} <= judged


def without_path(query: str, offset: int, items: list[Item]) -> list[Item]:
    """Lose results of long queries that are in a certain folder."""
    return [item for item in items if "docs/" not in item["path"] or len(query.split()) < 2]


def upside_down(query: str, offset: int, items: list[Item]) -> list[Item]:
    """Show the rows of every group in another order, with one number for all."""
    for item in items:
        for part in item["parts"]:
            part["rows"] = [*part["rows"], *part["rows"]]
    return items


def each(**changes: Any) -> Callable[[str, int, list[Item]], list[Item]]:
    """Change members of every result."""

    def spoil(query: str, offset: int, items: list[Item]) -> list[Item]:
        return [item | changes for item in items]

    return spoil


@pytest.mark.parametrize(
    ("spoil", "promise"),
    [
        (without_path, "own-words"),
        (lambda query, offset, items: items if query.islower() else [], "case"),
        (lambda query, offset, items: [] if '"' in query and "!" not in query else items, "phrase"),
        (lambda query, offset, items: [] if query.startswith("(") else items, "parentheses"),
        (lambda query, offset, items: [] if "|" in query and offset else items, "any-word"),
        (lambda query, offset, items: items[:1] if "!" in query else items, "negation"),
        (lambda query, offset, items: items[1:] if "in=" in query else items, "modifiers"),
        (lambda query, offset, items: [] if query.endswith(" reader") else items, "word-order"),
        (lambda query, offset, items: [] if query == "reader reader" else items, "all-words"),
        (each(parts=[], name=[]), "shows-match"),
        (each(name=[{"t": "elsewhere", "hit": True}]), "pieces"),
        (each(name=[{"t": "zzz", "hit": True}]), "marks"),
        (each(times=0), "count"),
        (each(times=10**6), "count"),
        (upside_down, "line-numbers"),
        (lambda query, offset, items: [*items[:1], *items] if "|" in query else items, "no-repeats"),
    ],
)
@pytest.mark.parametrize("depth", ["quick", "standard"])
def test_a_spoilt_answer_is_noticed(
    look: Look, spoil: Callable[[str, int, list[Item]], list[Item]], promise: str, depth: str
) -> None:
    assert promise in broken(look(Searcher(Options(), spoil), depth=depth))


def test_of_many_words_the_one_that_is_lost_is_told_alone(look: Look) -> None:
    """A quick run asks for many words of one file together, and for each of them once that finds nothing."""
    judgement = look(Searcher(spoil=lambda query, _, items: [] if "FÄHRE" in query else items), depth="quick")

    assert broken(judgement) == {"case"}
    assert "to find what '\"Fähre waits\"' finds" in next(iter(judgement.breaches.values())).summary


def test_many_words_that_are_lost_together_are_told_together(look: Look) -> None:
    judgement = look(
        Searcher(spoil=lambda query, _, items: [] if len(query.split()) > 5 else items), depth="quick"
    )

    assert [breach.detail for breach in judgement.breaches.values()] == ["mixed"]


def test_the_same_seed_asks_the_same(look: Look, tmp_path: Path) -> None:
    """In the same order."""
    searchers = [Searcher(), Searcher()]
    for searcher in searchers:
        look(searcher, seed=3)

    first, second = (searcher.asked for searcher in searchers)
    assert first == second
    assert len(first) > 50


def test_queries_that_find_nothing_are_named(look: Look) -> None:
    """Then nothing was exercised, and the profile can be mended."""
    judgement = look(Searcher(), queries=["nowhere"])

    assert judgement.why_not["search.negation"] == "nothing was found by 'nowhere'"
    assert "search.negation" not in judgement.counts


def test_without_queries_the_profile_is_asked_for_some(look: Look) -> None:
    judgement = look(Searcher(), queries=[])

    assert "give one under [queries]" in judgement.why_not["search.case"]
