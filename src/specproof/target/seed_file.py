"""One's own data instead of the demonstration data: ``--seed-file``."""

from __future__ import annotations

import re
import secrets
import sqlite3
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from pydantic import ValidationError

from specproof.target.administration import (
    SECRET_BYTES,
    Refused,
    Wish,
    fit_scopes,
    insert,
    lifetime_of,
)
from specproof.target.corpus import Repository
from specproof.target.filing import TEXT_MAXIMUM, text_of
from specproof.target.git.history import History, single_commit
from specproof.target.people import Person
from specproof.target.planting import (
    fixed_uuid,
    plant_person,
    plant_project,
    plant_repository,
    plant_team,
    plant_variables,
)
from specproof.target.problems import MockTargetError
from specproof.target.seed_model import VARIABLE, Credential, SeedFile
from specproof.target.seed_model import Repository as RepositoryTable
from specproof.target.seed_oauth import plant_form_key
from specproof.target.store import Store

SECRET = re.compile(r"[!-~]{8,200}")
PART = re.compile(r"(?!\.{1,2}$|\.git$)[^\x00-\x1f/\\]{1,200}", re.IGNORECASE)
LONGEST_PATH = 1_000
PLACE_IN_TOML = re.compile(r"(.*) \(at (?:line (\d+), column (\d+)|end of document)\)", re.DOTALL)


class UnfitSeed(MockTargetError):
    """The seed file cannot be used; one line with file, place and mend."""

    def __init__(self, source: Path, place: str, reason: str) -> None:
        self.source, self.place = source, place
        where = f"{source}: {place}" if place else str(source)
        super().__init__(f"{where}: {reason}{'' if reason.endswith('?') else '.'}")


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnCredential:
    """A credential of a seed file; ``secret`` is never shown by ``repr``."""

    name: str
    wish: Wish
    secret: str = field(repr=False)
    is_made_up: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnData:
    """What a seed file says, ready to be written; a ``Seed``.

    Args:
        source: The file.
        tables: What it says of users and teams.
        repositories: With the text of every file.
        credentials: With their secrets.
    """

    source: Path
    tables: SeedFile = field(repr=False)
    repositories: tuple[Repository, ...]
    credentials: tuple[OwnCredential, ...]

    def fill(self, connection: sqlite3.Connection, folder: Path | None) -> None:
        """Write everything; the repositories too, for the file is not there when they are asked for later.

        Raises:
            UnfitSeed: A credential belongs to nobody, or is bound to nothing.
        """
        plant_form_key(connection)
        for team in self.tables.teams:
            identity = team.uuid.strip("{}").lower() if team.uuid else fixed_uuid("team", team.name)
            plant_team(connection, team.name, identity, search_enabled=team.search)
        for person in self._people():
            plant_person(connection, person)
        for team in self.tables.teams:
            plant_variables(connection, team.name, ((v.key, v.value, v.secured) for v in team.variables))
            for project in team.projects:
                plant_project(connection, team.name, project.key, project.name or project.key)
        for repository in self.repositories:
            history = self.history(repository.team, repository.slug)
            plant_repository(connection, repository, history)
            if folder is not None:
                from specproof.target.git.bare import on_disk  # noqa: PLC0415 - see git/__init__.py

                on_disk(folder / repository.team / f"{repository.slug}.git", history)
        self._credentials(connection)

    def history(self, team: str, slug: str) -> History:
        """Return the one commit of a repository, by the first admin or member of its team."""
        repository = next(one for one in self.repositories if (one.team, one.slug) == (team, slug))
        people = [person for person in self._people() if team in person.roles]
        return single_commit(
            repository, people[0] if people else _person(team, team, f"{team}@users.invalid", {})
        )

    def secrets(self) -> dict[str, str]:
        """Return the secrets that were made up; who brought one along knows it."""
        return {one.name: one.secret for one in self.credentials if one.is_made_up}

    def _credentials(self, connection: sqlite3.Connection) -> None:
        now = datetime.now(UTC)
        for number, one in enumerate(self.credentials):
            try:
                insert(connection, one.wish, one.name, one.secret, now=now)
            except Refused as error:
                raise UnfitSeed(self.source, f"credentials[{number}]", str(error).rstrip(".")) from error

    def _people(self) -> Iterator[Person]:
        for user in self.tables.users:
            roles = {team.name: "admin" for team in self.tables.teams if user.name in team.admins}
            roles |= {team.name: "member" for team in self.tables.teams if user.name in team.members}
            yield _person(user.name, user.display_name or user.name, user.address, roles)


def load_seed(source: Path, environ: Mapping[str, str]) -> OwnData:
    """Read a seed file, the files that it names, and the environment variables; and try it out in memory.

    Args:
        source: The TOML file.
        environ: Where the secrets come from.

    Raises:
        UnfitSeed: Something in it cannot be used.
    """
    try:
        tables = SeedFile.model_validate(_read(source))
    except ValidationError as error:
        raise _first_of(source, error) from None
    own = OwnData(
        source=source,
        tables=tables,
        repositories=tuple(_repositories(source, tables)),
        credentials=tuple(
            _credential(source, f"credentials[{number}]", one, environ)
            for number, one in enumerate(tables.credentials)
        ),
    )
    rehearsal = Store(None)
    rehearsal.prepare(lambda connection: own.fill(connection, None))
    rehearsal.close()
    return own


def _person(name: str, display_name: str, address: str, roles: dict[str, str]) -> Person:
    return Person(name=name, display_name=display_name, email=address, offset=timedelta(0), roles=roles)


def _read(source: Path) -> dict[str, object]:
    try:
        text = source.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise UnfitSeed(source, "", f"cannot be read ({error.strerror})") from error
    except UnicodeDecodeError as error:
        raise UnfitSeed(source, "", "is not UTF-8; save it as UTF-8") from error
    try:
        return tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        found = PLACE_IN_TOML.fullmatch(str(error))
        what, line, column = found.groups() if found else (str(error), None, None)
        raise UnfitSeed(source, f"{line}:{column}" if line else "", f"is not TOML: {what}") from error


def _first_of(source: Path, error: ValidationError) -> UnfitSeed:
    """Say the first thing that is wrong, and how many more there are; what was written is not shown."""
    first, *others = error.errors(include_url=False, include_input=False)
    place = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in first["loc"])
    reason = first["msg"].removeprefix("Value error, ")
    reason = {"missing": "is missing"}.get(first["type"], reason[:1].lower() + reason[1:])
    more = f" ({len(others)} more)" if others else ""
    return UnfitSeed(source, place.removeprefix("."), f"{reason}{more}")


def _repositories(source: Path, tables: SeedFile) -> Iterator[Repository]:
    for number, team in enumerate(tables.teams):
        for index, table in enumerate(team.repositories):
            place = f"teams[{number}].repositories[{index}]"
            files = _folder(source, f"{place}.folder", table) if table.files is None else table.files
            if not files:
                raise UnfitSeed(source, place, "holds no file; a repository needs at least one")
            for path in files:
                _require_path(source, f"{place}.files", path, files)
            yield Repository(
                team.name,
                table.slug,
                table.name or table.slug,
                table.project,
                files=dict(sorted(files.items())),
            )


def _folder(source: Path, place: str, table: RepositoryTable) -> dict[str, str]:
    """Read the text files of a folder, whatever is hidden or a link left out."""
    folder = source.parent / (table.folder or "")
    if not folder.is_dir():
        raise UnfitSeed(source, place, f"there is no folder {str(folder)!r}")
    files = {}
    for path in sorted(folder.rglob("*")):
        inside = path.relative_to(folder)
        if path.is_symlink() or not path.is_file() or any(part.startswith(".") for part in inside.parts):
            continue
        text = text_of(path.read_bytes())
        if text is None:
            limit = f"{TEXT_MAXIMUM // 1024} KiB"
            raise UnfitSeed(
                source, place, f"{str(inside)!r} is no text in UTF-8 of at most {limit}; leave it out"
            )
        files[inside.as_posix()] = text
    return files


def _require_path(source: Path, place: str, path: str, files: Mapping[str, str]) -> None:
    parts = path.split("/")
    if len(path) > LONGEST_PATH or not all(PART.fullmatch(part) for part in parts):
        raise UnfitSeed(source, place, f"{path!r} is no path; write for example 'src/main.py'")
    for end in range(1, len(parts)):
        if (folder := "/".join(parts[:end])) in files:
            raise UnfitSeed(source, place, f"{folder!r} is a file and a folder; use another name for one")


def _credential(source: Path, place: str, table: Credential, environ: Mapping[str, str]) -> OwnCredential:
    try:
        fit_scopes(table.kind, table.scopes)
        lifetime = None if table.expires_in is None else lifetime_of(table.expires_in)
    except Refused as error:
        raise UnfitSeed(source, place, str(error).rstrip(".")) from error
    wish = Wish(
        kind=table.kind,
        owner=table.owner,
        scopes=tuple(dict.fromkeys(table.scopes)),
        name=table.name,
        project=table.project,
        repository=table.repository,
        lifetime=lifetime,
    )
    secret = _secret(source, f"{place}.secret", table.secret, environ)
    return OwnCredential(
        name=table.name,
        wish=wish,
        secret=secret or secrets.token_urlsafe(SECRET_BYTES),
        is_made_up=secret is None,
    )


def _secret(source: Path, place: str, reference: str | None, environ: Mapping[str, str]) -> str | None:
    """Return the value of the environment variable; no message shows it."""
    if reference is None:
        return None
    [name] = VARIABLE.findall(reference)
    if name not in environ:
        raise UnfitSeed(source, place, f"environment variable {name} is not set; export it before the start")
    if not SECRET.fullmatch(environ[name]):
        rule = "needs 8 to 200 ASCII characters, and no spaces"
        raise UnfitSeed(source, place, f"the secret in environment variable {name} {rule}")
    return environ[name]
