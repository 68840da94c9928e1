"""How a seeded repository came to be: commits that end in the files of the corpus.

Each file grows by so many lines a commit. A file that takes several commits is written on a branch of its
own, beside the next file, and then merged. Authors, times and messages follow from the corpus alone, so
that every machine has the same commits with the same hashes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import zip_longest

from dulwich.objects import Blob, Commit, ObjectID, ShaFile, Tree

from specproof.target.corpus import Repository
from specproof.target.people import Person, members_of

BEGINNING = datetime(2024, 3, 1, 10, 0, tzinfo=UTC)
STEP = timedelta(hours=5, minutes=17, seconds=41)
PLAIN, EXECUTABLE, FOLDER = 0o100644, 0o100755, 0o040000


@dataclass(frozen=True, slots=True)
class History:
    """Everything that a repository holds.

    Args:
        head: The newest commit of the default branch.
        finished: When it was made.
        objects: Blobs, trees and commits, each once.
    """

    head: ObjectID
    finished: datetime
    objects: tuple[ShaFile, ...]


Files = dict[str, tuple[int, ObjectID]]
"""Mode and blob by path."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line of development: its newest commit, and the files as they are there."""

    tip: ObjectID | None = None
    files: Files = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Change:
    """One commit that is to be made: a file with its new text, and why."""

    path: str
    text: str
    message: str


def history_of(repository: Repository) -> History:
    """Write the history of a repository of the corpus."""
    return Writer(repository, members_of(repository.team)).write()


def single_commit(repository: Repository, author: Person) -> History:
    """Write a history in which everything came at once."""
    return Writer(repository, [author]).write_at_once()


class Writer:
    """Makes the objects of one history, each commit a little later than the one before."""

    def __init__(self, repository: Repository, people: Sequence[Person]) -> None:
        self._repository = repository
        self._people = people
        self._objects: dict[ObjectID, ShaFile] = {}
        self._commits = 0

    def write(self) -> History:
        """Make every commit."""
        (first, text), *others = self._repository.files.items()
        main = Line()
        for change in self._changes(first, text):
            main = self._changed(main, change)
        for beside, ahead in zip_longest(others[::2], others[1::2]):
            main = self._both(main, beside, ahead)
        return self._finished(main)

    def write_at_once(self) -> History:
        """Make one commit of all files."""
        line = self._commit(
            {path: self._filed(path, text) for path, text in self._repository.files.items()}, "Begin\n", None
        )
        return self._finished(line)

    def _both(self, main: Line, beside: tuple[str, str], ahead: tuple[str, str] | None) -> Line:
        """Write one file beside the main line and the next one on it, then merge."""
        side = main
        following = self._changes(*ahead) if ahead else []
        for change, other in zip_longest(self._changes(*beside), following):
            side = self._changed(side, change) if change else side
            main = self._changed(main, other) if other else main
        if not ahead:
            return side
        path = beside[0]
        files = main.files | {path: side.files[path]}
        return self._commit(files, f"Merge branch 'write/{path}'\n", main.tip, side.tip)

    def _changes(self, path: str, text: str) -> list[Change]:
        """Cut the growth of a file into commits."""
        lines, pace = text.splitlines(keepends=True), self._repository.pace
        ends = range(pace, len(lines) + pace, pace)
        changes = []
        for number, end in enumerate(ends):
            verb = "Continue" if number else "Add"
            what = next((line.strip(" #\n") for line in lines[end - pace : end] if line.strip(" #\n")), "")
            message = f"{verb} {path}\n\nIt begins with: {what}\n" if what else f"{verb} {path}\n"
            changes.append(Change(path, "".join(lines[:end]), message))
        return changes

    def _changed(self, line: Line, change: Change) -> Line:
        files = line.files | {change.path: self._filed(change.path, change.text)}
        return self._commit(files, change.message, line.tip)

    def _filed(self, path: str, text: str) -> tuple[int, ObjectID]:
        mode = EXECUTABLE if path.endswith(".sh") else PLAIN
        return mode, self._keep(Blob.from_string(text.encode("utf-8")))

    def _finished(self, line: Line) -> History:
        if line.tip is None:
            raise ValueError(f"{self._repository.slug} has no files")
        return History(line.tip, self._moment(), tuple(self._objects.values()))

    def _commit(self, files: Files, message: str, *parents: ObjectID | None) -> Line:
        self._commits += 1
        person = self._author()
        commit = Commit()
        commit.tree = self._tree(files)
        commit.parents = [parent for parent in parents if parent is not None]
        commit.author = commit.committer = person.signature.encode("utf-8")
        commit.author_time = commit.commit_time = int(self._moment().timestamp())
        commit.author_timezone = commit.commit_timezone = int(person.offset.total_seconds())
        commit.encoding = None
        commit.message = message.encode("utf-8")
        return Line(self._keep(commit), files)

    def _tree(self, files: Files) -> ObjectID:
        """Make the tree of a folder, and those of the folders in it."""
        tree = Tree()
        folders: dict[str, Files] = {}
        for path, (mode, blob) in files.items():
            name, slash, rest = path.partition("/")
            if slash:
                folders.setdefault(name, {})[rest] = (mode, blob)
            else:
                tree.add(name.encode("utf-8"), mode, blob)
        for name, inside in folders.items():
            tree.add(name.encode("utf-8"), FOLDER, self._tree(inside))
        return self._keep(tree)

    def _keep(self, made: ShaFile) -> ObjectID:
        self._objects.setdefault(made.id, made)
        return made.id

    def _author(self) -> Person:
        return self._people[self._commits % len(self._people)]

    def _moment(self) -> datetime:
        return BEGINNING + STEP * self._commits
