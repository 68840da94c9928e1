"""The seeded repositories: small made-up projects, one text file of this package each.

A file starts with ``key: value`` lines; then every ``=== path`` line begins a source file. The optional
``pace`` says how many lines a commit adds to a file (see ``git/history.py``).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from importlib import resources

PACE = 40

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
    pace: int = PACE
    files: dict[str, str] = field(default_factory=dict)


def language_of(path: str) -> str:
    """Name the language of a file by its extension, ``text`` where it says nothing."""
    return LANGUAGES.get(path.rpartition(".")[2], "text")


def repositories() -> Iterator[Repository]:
    """Read every seeded repository, in the order of team and slug."""
    folder = resources.files("specproof.target.corpus")
    for entry in sorted(folder.iterdir(), key=lambda item: item.name):
        if entry.name.endswith(".txt"):
            yield parse(entry.read_text("utf-8"))


def read(team: str, slug: str) -> Repository:
    """Read one seeded repository."""
    return parse(resources.files("specproof.target.corpus").joinpath(f"{team}.{slug}.txt").read_text("utf-8"))


def parse(text: str) -> Repository:
    """Read one repository from its text."""
    head, *parts = text.split("\n=== ")
    facts = dict(line.split(": ", 1) for line in head.splitlines())
    pace = int(facts.get("pace", PACE))
    repository = Repository(facts["team"], facts["slug"], facts["name"], facts["project"], pace)
    for part in parts:
        path, _, content = part.partition("\n")
        repository.files[path] = content if content.endswith("\n") else content + "\n"
    return repository
