"""Repositories and what belongs to them as objects.

Every object has a full form, which is what its own address answers, and a condensed one, which stands inside
other objects: always the same few members, and the rest only where ``fields`` adds it.
"""

from __future__ import annotations

import html
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from typing import Protocol
from urllib.parse import quote

from specproof.target.partial import Hidden

Document = dict[str, object]

CONDENSED = {
    "commit": ("type", "hash", "links"),
    "project": ("type", "key", "name", "uuid", "links"),
    "repository": ("type", "uuid", "name", "full_name", "links"),
    "team": ("type", "username", "display_name", "uuid", "links"),
    "user": ("type", "username", "display_name", "nickname", "uuid", "links"),
    "workspace": ("type", "slug", "name", "uuid", "links"),
}
LATEST = datetime(9999, 12, 31, tzinfo=UTC).timestamp()


class Commit(Protocol):
    """What is shown of a commit: bytes are as git keeps them, times in seconds since 1970."""

    @property
    def id(self) -> bytes:
        """The hash, in hexadecimal digits."""

    @property
    def message(self) -> bytes:
        """The message."""

    @property
    def author(self) -> bytes:
        """Name and address of the author."""

    @property
    def commit_time(self) -> int:
        """When it was made."""

    @property
    def commit_timezone(self) -> int:
        """How far the committer's clock was from UTC, in seconds."""

    @property
    def parents(self) -> Sequence[bytes]:
        """The hashes of its parents."""


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where the things of one team are, in the words of the client that asked.

    Args:
        origin: ``http://host:port``.
        team: The team's name.
    """

    origin: str
    team: str

    def team_home(self, base: str) -> str:
        """Return the address of the team; ``base``: teams, workspaces, repositories."""
        return f"{self.origin}/2.0/{base}/{quote(self.team)}"

    def repository(self, slug: str) -> str:
        """Return the address of a repository."""
        return f"{self.team_home('repositories')}/{quote(slug)}"

    def commit(self, slug: str, identity: str) -> str:
        """Return the address of a commit."""
        return f"{self.repository(slug)}/commit/{identity}"

    def project(self, key: str) -> str:
        """Return the address of a project."""
        return f"{self.team_home('workspaces')}/projects/{quote(key)}"

    def clone(self, slug: str) -> str:
        """Return what ``git clone`` takes, without credentials."""
        return f"{self.origin}/{quote(self.team)}/{quote(slug)}.git"


def links(**targets: str) -> Document:
    """Build a links element, one address for each relation."""
    return {relation: {"href": address} for relation, address in targets.items()}


def braced(uuid: object) -> str:
    """Return a UUID as the API writes it."""
    return f"{{{uuid}}}"


def condensed(document: Document) -> Document:
    """Return the form that stands inside other objects; what it leaves out is hidden, not gone."""
    usual = CONDENSED[str(document["type"])]
    result = {name: value if name in usual else Hidden(value) for name, value in document.items()}
    related = document["links"]
    if isinstance(related, dict):
        result["links"] = {
            name: value if name == "self" else Hidden(value) for name, value in related.items()
        }
    return result


def condensed_repository(row: sqlite3.Row, at: Addresses) -> Document:
    """Build a repository as it stands inside other objects."""
    return {
        "type": "repository",
        "uuid": braced(row["repository_uuid"]),
        "name": row["repository_name"],
        "full_name": f"{at.team}/{row['slug']}",
        "links": links(self=at.repository(row["slug"])),
    }


def condensed_commit(identity: str, slug: str, at: Addresses) -> Document:
    """Build a commit as it stands inside other objects."""
    return {"type": "commit", "hash": identity, "links": links(self=at.commit(slug, identity))}


class Objects:
    """Builds full objects from rows."""

    def team(self, row: sqlite3.Row, at: Addresses) -> Document:
        """Build the object of a team."""
        return {
            "type": "team",
            "uuid": braced(row["team_uuid"]),
            "username": row["team_name"],
            "display_name": row["team_name"].title(),
            "created_on": row["team_created_on"],
            "links": links(
                self=at.team_home("teams"),
                repositories=at.team_home("repositories"),
                projects=f"{at.team_home('workspaces')}/projects",
            ),
        }

    def workspace(self, row: sqlite3.Row, at: Addresses) -> Document:
        """Build the object of a workspace: the team by its newer name."""
        return {
            "type": "workspace",
            "uuid": braced(row["team_uuid"]),
            "slug": row["team_name"],
            "name": row["team_name"].title(),
            "is_private": True,
            "created_on": row["team_created_on"],
            "links": links(
                self=at.team_home("workspaces"),
                repositories=at.team_home("repositories"),
                projects=f"{at.team_home('workspaces')}/projects",
            ),
        }

    def project(self, row: sqlite3.Row, at: Addresses) -> Document:
        """Build the object of a project."""
        return {
            "type": "project",
            "uuid": braced(row["project_uuid"]),
            "key": row["project_key"],
            "name": row["project_name"],
            "description": "",
            "is_private": True,
            "created_on": row["project_created_on"],
            "updated_on": row["project_created_on"],
            "owner": condensed(self.team(row, at)),
            "workspace": condensed(self.workspace(row, at)),
            "links": links(self=at.project(row["project_key"])),
        }

    def repository(self, row: sqlite3.Row, at: Addresses) -> Document:
        """Build the object of a repository."""
        slug = row["slug"]
        return condensed_repository(row, at) | {
            "slug": slug,
            "description": "",
            "is_private": True,
            "scm": "git",
            "fork_policy": "no_forks",
            "has_issues": False,
            "has_wiki": False,
            "mainbranch": {"type": "branch", "name": "main"},
            "created_on": row["created_on"],
            "updated_on": row["updated_on"],
            "owner": condensed(self.team(row, at)),
            "workspace": condensed(self.workspace(row, at)),
            "project": condensed(self.project(row, at)),
            "links": {
                **links(self=at.repository(slug), commits=f"{at.repository(slug)}/commits"),
                "clone": [{"name": at.origin.partition(":")[0], "href": at.clone(slug)}],
            },
        }

    def user(self, row: sqlite3.Row, origin: str) -> Document:
        """Build the object of a user."""
        return {
            "type": "user",
            "uuid": braced(row["uuid"]),
            "username": row["name"],
            "nickname": row["name"],
            "display_name": row["display_name"],
            "account_status": "active",
            "created_on": row["created_on"],
            "links": links(self=f"{origin}/2.0/users/{quote(braced(row['uuid']))}"),
        }

    def commit(
        self, row: sqlite3.Row, made: Commit, at: Addresses, people: Mapping[str, sqlite3.Row]
    ) -> Document:
        """Build the object of a commit.

        Args:
            row: The repository.
            made: The commit.
            at: Where the things of the team are.
            people: Users by e-mail address.
        """
        message, slug = made.message.decode("utf-8", "replace"), row["slug"]
        return condensed_commit(made.id.decode("ascii"), slug, at) | {
            "date": moment_of(made.commit_time, made.commit_timezone),
            "message": message,
            "summary": {"raw": message, "markup": "plaintext", "html": self.rendered(message)},
            "author": self.author(made.author.decode("utf-8", "replace"), at.origin, people),
            "parents": [condensed_commit(parent.decode("ascii"), slug, at) for parent in made.parents],
            "repository": condensed(self.repository(row, at)),
        }

    def author(self, raw: str, origin: str, people: Mapping[str, sqlite3.Row]) -> Document:
        """Build the author of a commit; with the user, where there is one with that address."""
        author: Document = {"type": "author", "raw": raw}
        user = people.get(raw.rpartition("<")[2].rstrip("> "))
        if user is not None:
            author["user"] = condensed(self.user(user, origin))
        return author

    def rendered(self, message: str) -> str:
        """Return a message as HTML: one paragraph for each of its own."""
        paragraphs = [part.strip() for part in message.split("\n\n") if part.strip()]
        return "".join(f"<p>{html.escape(part)}</p>" for part in paragraphs)


def moment_of(seconds: int, offset_s: int) -> str:
    """Return the time of a commit in ISO 8601, with the offset it was written with.

    Git takes any number for either; what is no time or no offset becomes the nearest, or UTC.
    """
    offset = timedelta(seconds=offset_s)
    zone = timezone(offset) if abs(offset) < timedelta(hours=24) else UTC
    return datetime.fromtimestamp(min(max(seconds, 86_400), LATEST), UTC).astimezone(zone).isoformat()
