"""Showing where a file matches: lines with a little context, cut into marked and unmarked segments."""

from __future__ import annotations

import sqlite3
from urllib.parse import quote

from specproof.target.partial import Hidden
from specproof.target.search.words import spans

CONTEXT_LINES = 1
Phrases = tuple[tuple[str, ...], ...]


def segments(text: str, matches: list[tuple[int, int]]) -> list[dict[str, object]]:
    """Cut a line so that the pieces, joined, are the line again."""
    pieces: list[dict[str, object]] = []
    position = 0
    for start, end in matches:
        if start > position:
            pieces.append({"text": text[position:start]})
        pieces.append({"text": text[start:end], "match": True})
        position = end
    if position < len(text):
        pieces.append({"text": text[position:]})
    return pieces


def content_matches(content: str, phrases: Phrases) -> tuple[int, list[dict[str, object]]]:
    """Return how many matches a file has, and the blocks of lines around them, numbered from 1."""
    lines = content.splitlines()
    found = [spans(line, phrases) for line in lines]
    shown = {
        number
        for hit, matches in enumerate(found)
        if matches
        for number in range(max(0, hit - CONTEXT_LINES), min(len(lines), hit + CONTEXT_LINES + 1))
    }
    blocks: list[list[dict[str, object]]] = []
    for number in sorted(shown):
        if number - 1 not in shown:
            blocks.append([])
        blocks[-1].append({"line": number + 1, "segments": segments(lines[number], found[number])})
    return sum(map(len, found)), [{"lines": block} for block in blocks]


def repository(row: sqlite3.Row, *, origin: str, team: str) -> dict[str, object]:
    """Build the object of a repository from its row, or from the row of a file in it."""
    return {
        "type": "repository",
        "uuid": f"{{{row['repository_uuid']}}}",
        "name": row["repository_name"],
        "full_name": f"{team}/{row['slug']}",
        "is_private": True,
        "scm": "git",
        "created_on": row["created_on"],
        "updated_on": row["updated_on"],
        "links": {"self": {"href": f"{origin}/2.0/repositories/{quote(team)}/{quote(row['slug'])}"}},
    }


def result(row: sqlite3.Row, phrases: Phrases, *, origin: str, team: str, full: bool) -> dict[str, object]:
    """Build the object of one file that was found; ``full`` adds what is shown only on demand."""
    path = str(row["path"])
    count, blocks = content_matches(row["content"], phrases)
    in_path = spans(path, phrases)
    address = f"{origin}/2.0/repositories/{quote(team)}/{quote(row['slug'])}"
    href = f"{address}/src/{row['commit_hash']}/{quote(path)}"
    file: dict[str, object] = {"type": "commit_file", "path": path, "links": {"self": {"href": href}}}
    if full:
        home = repository(row, origin=origin, team=team)
        file["commit"] = Hidden({"type": "commit", "hash": row["commit_hash"], "repository": Hidden(home)})
    return {
        "type": "code_search_result",
        "content_match_count": count,
        "content_matches": blocks,
        "path_matches": segments(path, in_path) if in_path else [],
        "file": file,
    }
