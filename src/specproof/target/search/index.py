"""Finding files: from a question to rows, through the full-text index."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable

from specproof.target.accounts import Credential
from specproof.target.search.syntax import Either, Every, Modifier, Node, Not, Phrase, understand
from specproof.target.store import Store

PLACE_ORDER = "repository.slug, file.path"
"""No two files of a team have both in common, so that this order is total and does not move."""

FROM = """
    FROM file JOIN repository ON repository.id = file.repository_id
    JOIN project ON project.id = repository.project_id WHERE repository.team_id = ? AND
"""
PHRASE = "file.id IN (SELECT rowid FROM file_words WHERE file_words MATCH ?)"
COLUMNS = """
    SELECT slug, repository.name AS repository_name, repository.uuid AS repository_uuid,
    repository.created_on, repository.updated_on, commit_hash, file.id, file.path, file.content
"""
MODIFIERS = {
    "repo": "repository.slug = ? COLLATE NOCASE",
    "project": "project.key = ? COLLATE NOCASE",
    "ext": "file.extension = ? COLLATE NOCASE",
    "lang": "file.language = ? COLLATE NOCASE",
    "path": "instr(lower(file.path), lower(?)) > 0",
}

SPELLINGS: dict[str, Callable[[str], str]] = {
    "repo": lambda value: value.rpartition("/")[2],  # both team/slug and slug
    "ext": lambda value: value.removeprefix("."),
}


class Search:
    """Looks for code in the repositories of one team."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def understand(self, text: str | None) -> Node:
        """Read a search query.

        Raises:
            Problem: 400, it is missing or malformed.
        """
        return understand(text)

    def find(
        self, team: int, question: Node, *, offset: int, limit: int, order: str, within: Credential
    ) -> tuple[int, list[sqlite3.Row]]:
        """Return how many files match, and the slice that was asked for.

        Args:
            team: Whose repositories.
            question: What to look for.
            offset: How many results to skip.
            limit: How many to return at most.
            order: SQL of a total order.
            within: Who asks; one that is bound to a part of the team finds nothing beyond it.
        """
        parameters: list[object] = [team]
        condition = FROM + self.bounds(within, parameters) + self.compiled(question, parameters)
        with self._store.reading() as connection:
            total: int = connection.execute(f"SELECT count(*) {condition}", parameters).fetchone()[0]
            if offset >= total or limit <= 0:
                return total, []
            rows = connection.execute(
                f"{COLUMNS} {condition} ORDER BY {order} LIMIT ? OFFSET ?", [*parameters, limit, offset]
            ).fetchall()
        return total, rows

    def bounds(self, credential: Credential, parameters: list[object]) -> str:
        """Return the SQL that keeps a credential within the project or repository it is bound to."""
        sql = ""
        for column, bound in (("project_id", credential.project_id), ("id", credential.repository_id)):
            if bound is not None:
                sql += f"repository.{column} = ? AND "
                parameters.append(bound)
        return sql

    def compiled(self, node: Node, parameters: list[object]) -> str:
        """Return a query as SQL, and append what it binds to ``parameters``."""
        if isinstance(node, Phrase):
            return self.phrase(node, parameters)
        if isinstance(node, Modifier):
            return self.modifier(node, parameters)
        if isinstance(node, Not):
            return self.negation(node, parameters)
        return self.joined(node, parameters)

    def phrase(self, node: Phrase, parameters: list[object]) -> str:
        """Return the condition that words stand side by side.

        They hold letters and digits only, so that the language of FTS5 leaves nothing to escape.
        """
        parameters.append(f'"{" ".join(node.words)}"')
        return PHRASE

    def modifier(self, node: Modifier, parameters: list[object]) -> str:
        """Return the condition of one restriction."""
        parameters.append(SPELLINGS.get(node.name, str)(node.value))
        return MODIFIERS[node.name]

    def negation(self, node: Not, parameters: list[object]) -> str:
        """Return the condition that something does not hold."""
        return f"NOT ({self.compiled(node.item, parameters)})"

    def joined(self, node: Every | Either, parameters: list[object]) -> str:
        """Return the condition that all, or at least one, of several hold."""
        word = " OR " if isinstance(node, Either) else " AND "
        return f"({word.join(self.compiled(item, parameters) for item in node.items)})"
