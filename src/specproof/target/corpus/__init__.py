"""The seeded repositories: small made-up projects, one text file of this package each.

A file starts with ``key: value`` lines; then every ``=== path`` line begins a source file.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from importlib import resources

LANGUAGES = {
    "c": "c",
    "css": "css",
    "go": "go",
    "h": "c",
    "html": "html",
    "js": "javascript",
    "json": "json",
    "md": "markdown",
    "py": "python",
    "rs": "rust",
    "sh": "shell",
    "sql": "sql",
    "toml": "toml",
    "ts": "typescript",
    "txt": "text",
    "yaml": "yaml",
    "yml": "yaml",
}


@dataclass(slots=True)
class Repository:
    """One seeded repository; ``files`` maps paths to contents."""

    team: str
    slug: str
    name: str
    project: str
    files: dict[str, str] = field(default_factory=dict)

    @property
    def commit_hash(self) -> str:
        """A stand-in for the commit: 40 hexadecimal digits that change with the contents."""
        return hashlib.sha1(repr(sorted(self.files.items())).encode(), usedforsecurity=False).hexdigest()


def language_of(path: str) -> str:
    """Name the language of a file by its extension, ``text`` where it says nothing."""
    return LANGUAGES.get(path.rpartition(".")[2], "text")


def repositories() -> Iterator[Repository]:
    """Read every seeded repository, in the order of team and slug."""
    folder = resources.files("specproof.target.corpus")
    for entry in sorted(folder.iterdir(), key=lambda item: item.name):
        if entry.name.endswith(".txt"):
            yield parse(entry.read_text("utf-8"))


def parse(text: str) -> Repository:
    """Read one repository from its text."""
    head, *parts = text.split("\n=== ")
    facts = dict(line.split(": ", 1) for line in head.splitlines())
    repository = Repository(facts["team"], facts["slug"], facts["name"], facts["project"])
    for part in parts:
        path, _, content = part.partition("\n")
        repository.files[path] = content if content.endswith("\n") else content + "\n"
    return repository
