"""Showing where a file matches: lines with a little context, cut into marked and unmarked segments."""

from __future__ import annotations

import sqlite3
from urllib.parse import quote

from specproof.target.partial import Hidden
from specproof.target.representations import Addresses, condensed_commit, condensed_repository
from specproof.target.search.syntax import Node, wanted
from specproof.target.search.words import spans

Phrases = tuple[tuple[str, ...], ...]
Spans = list[tuple[int, int]]
Line = dict[str, object]


class Results:
    """Builds the object of one file that was found."""

    context_lines = 1

    def result(
        self, row: sqlite3.Row, question: Node, *, origin: str, team: str, full: bool
    ) -> dict[str, object]:
        """Build the object of a file.

        Args:
            row: The file with its repository.
            question: What was looked for.
            origin: Where links begin.
            team: The name that links hold.
            full: Add what is shown only on demand.
        """
        path, phrases = str(row["path"]), self.phrases(question)
        lines = row["content"].splitlines()
        found = [self.content_spans(line, phrases) for line in lines]
        return {
            "type": "code_search_result",
            "content_match_count": self.count(found),
            "content_matches": [{"lines": block} for block in self.blocks(lines, found)],
            "path_matches": self.path_matches(path, phrases),
            "file": self.file(row, origin=origin, team=team, full=full),
        }

    def phrases(self, question: Node) -> Phrases:
        """Return what is marked: the phrases that are looked for."""
        return wanted(question)

    def content_spans(self, line: str, phrases: Phrases) -> Spans:
        """Return where one line matches."""
        return spans(line, phrases)

    def path_spans(self, path: str, phrases: Phrases) -> Spans:
        """Return where the path matches."""
        return spans(path, phrases)

    def count(self, found: list[Spans]) -> int:
        """Return how many matches the text has, from those of each line."""
        return sum(map(len, found))

    def blocks(self, lines: list[str], found: list[Spans]) -> list[list[Line]]:
        """Return lines with matches and those around them, in groups of neighbours."""
        around, last = self.context_lines, len(lines) - 1
        shown = {
            index
            for hit, matches in enumerate(found)
            if matches
            for index in range(max(0, hit - around), min(last, hit + around) + 1)
        }
        blocks: list[list[Line]] = []
        for index in sorted(shown):
            if index - 1 not in shown:
                blocks.append([])
            blocks[-1].append(self.line(index, lines[index], found[index]))
        return blocks

    def line(self, index: int, text: str, matches: Spans) -> Line:
        """Build one line; ``index`` counts from 0, people count from 1."""
        return {"line": index + 1, "segments": self.segments(text, matches)}

    def path_matches(self, path: str, phrases: Phrases) -> list[dict[str, object]]:
        """Cut the path into pieces where it matches; no pieces where it does not."""
        matches = self.path_spans(path, phrases)
        return self.segments(path, matches) if matches else []

    def segments(self, text: str, matches: Spans) -> list[dict[str, object]]:
        """Cut a text so that the pieces, joined, are the text again."""
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

    def file(self, row: sqlite3.Row, *, origin: str, team: str, full: bool) -> dict[str, object]:
        """Build the object of the file itself."""
        home = f"{origin}/2.0/repositories/{quote(team)}/{quote(row['slug'])}"
        links = {"self": {"href": self.href(home, row)}}
        file: dict[str, object] = {"type": "commit_file", "path": row["path"], "links": links}
        if full:
            file["commit"] = Hidden(self.commit(row, Addresses(origin, team)))
        return file

    def commit(self, row: sqlite3.Row, at: Addresses) -> dict[str, object]:
        """Build the object of the commit that a file stands in."""
        commit = condensed_commit(row["commit_hash"], row["slug"], at)
        return commit | {"repository": Hidden(self.repository(row, at))}

    def repository(self, row: sqlite3.Row, at: Addresses) -> dict[str, object]:
        """Build the object of the repository that a file belongs to."""
        return condensed_repository(row, at)

    def href(self, home: str, row: sqlite3.Row) -> str:
        """Return where the text of the file is; ``home`` is the address of its repository."""
        return f"{home}/src/{row['commit_hash']}/{quote(row['path'])}"
