"""Faults of the modifiers of a search, of its case, and of how a malformed one is refused."""
# ruff: noqa: D101, D102 - the decorator says what each class does

from __future__ import annotations

import re

from specproof.target.faults.registry import fault
from specproof.target.faults.search import NOTHING, Changed
from specproof.target.problems import Problem
from specproof.target.search.index import Search
from specproof.target.search.syntax import Either, Every, Modifier, Node

MODIFIERS = "search.modifiers"
CASE = "search.case"
MALFORMED = "search.malformed"
ANY = "SELECT 1 FROM repository AS any WHERE any.slug = ?"


@fault("search", "search-extension-by-ending", MODIFIERS, "ext: compares the end of the name, without a dot.")
class SearchExtensionByEnding(Search):
    def modifier(self, node: Modifier, parameters: list[object]) -> str:
        if node.name != "ext":
            return super().modifier(node, parameters)
        parameters.append(f"%{node.value}")
        return "file.path LIKE ?"


@fault("search", "search-path-is-file-name", MODIFIERS, "path: looks at the name of the file alone.")
class SearchPathIsFileName(Search):
    def modifier(self, node: Modifier, parameters: list[object]) -> str:
        sql = super().modifier(node, parameters)
        return f"({sql} AND instr(file.path, '/') = 0)" if node.name == "path" else sql


@fault("search", "search-modifiers-forgotten-on-page-2", MODIFIERS, "From page 2 on, modifiers do nothing.")
class SearchModifiersForgottenOnPage2(Changed):
    later_pages_only = True

    def change(self, node: Node) -> Node:
        if not isinstance(node, Every):
            return node
        return Every(tuple(item for item in node.items if not isinstance(item, Modifier)))


@fault("search", "search-unknown-repository-ignored", MODIFIERS, "repo: with an unknown name does nothing.")
class SearchUnknownRepositoryIgnored(Search):
    def modifier(self, node: Modifier, parameters: list[object]) -> str:
        sql = super().modifier(node, parameters)
        if node.name != "repo":
            return sql
        parameters.append(parameters[-1])
        return f"({sql} OR NOT EXISTS ({ANY}))"


@fault("search", "search-language-ignored", MODIFIERS, "lang: does nothing.")
class SearchLanguageIgnored(Search):
    def modifier(self, node: Modifier, parameters: list[object]) -> str:
        return "1" if node.name == "lang" else super().modifier(node, parameters)


@fault("search", "search-project-adds", MODIFIERS, "project: adds the files of the project to those found.")
class SearchProjectAdds(Changed):
    def change(self, node: Node) -> Node:
        if not isinstance(node, Every):
            return node
        projects = [item for item in node.items if isinstance(item, Modifier) and item.name == "project"]
        others = tuple(item for item in node.items if item not in projects)
        return Either((Every(others), *projects)) if projects and others else node


@fault("search", "search-repository-loses-root", MODIFIERS, "repo: loses the files outside of folders.")
class SearchRepositoryLosesRoot(Search):
    def modifier(self, node: Modifier, parameters: list[object]) -> str:
        sql = super().modifier(node, parameters)
        return f"({sql} AND instr(file.path, '/') > 0)" if node.name == "repo" else sql


@fault("search", "search-capitals-find-nothing", CASE, "A query with capitals finds nothing.")
class SearchCapitalsFindNothing(Search):
    def understand(self, text: str | None) -> Node:
        node = super().understand(text)
        return NOTHING if re.search(r"(?!AND|OR|NOT)\b[A-Z]{3,}", text or "") else node


@fault("search", "search-case-beyond-ascii", CASE, "Capitals beyond ASCII are told apart from small letters.")
class SearchCaseBeyondAscii(Search):
    def understand(self, text: str | None) -> Node:
        node = super().understand(text)
        odd = any(not character.isascii() and character.isupper() for character in text or "")
        return NOTHING if odd else node


@fault("search", "search-case-of-phrases", CASE, "Phrases are compared letter by letter.")
class SearchCaseOfPhrases(Search):
    def understand(self, text: str | None) -> Node:
        node = super().understand(text)
        return NOTHING if re.search(r'"[^"]*[A-ZÄÖÜ]{2}[^"]*"', text or "") else node


class Refusing(Search):
    """Refuses queries in another way."""

    def refuse(self, problem: Problem) -> None:
        """Change a refusal."""

    def understand(self, text: str | None) -> Node:
        try:
            return super().understand(text)
        except Problem as problem:
            self.refuse(problem)
            raise


@fault("search", "search-malformed-without-key", MALFORMED, "A malformed query has no error key.")
class SearchMalformedWithoutKey(Refusing):
    def refuse(self, problem: Problem) -> None:
        problem.data = None


@fault("search", "search-open-bracket-without-key", MALFORMED, "An open bracket has an empty error key.")
class SearchOpenBracketWithoutKey(Refusing):
    def refuse(self, problem: Problem) -> None:
        if "never closed" in (problem.detail or ""):
            problem.data = {"key": ""}


@fault("search", "search-malformed-404", MALFORMED, "A malformed query is answered with 404.")
class SearchMalformed404(Refusing):
    def refuse(self, problem: Problem) -> None:
        problem.status = 404


@fault("search", "search-missing-404", MALFORMED, "A query that is missing is answered with 404.")
class SearchMissing404(Refusing):
    def refuse(self, problem: Problem) -> None:
        if "missing" in str(problem.data):
            problem.status = 404
