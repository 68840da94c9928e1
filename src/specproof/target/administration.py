"""What an administrator does with credentials: make one, list them, revoke one.

Works on the database alone. A server that runs on the same file notices at its next request, since the
gate reads the state of a credential anew each time.
"""

from __future__ import annotations

import re
import secrets
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from specproof.errors import did_you_mean
from specproof.target.accounts import BEARERS, CARRIES
from specproof.target.credentials import hash_secret, hint_of, new_salt
from specproof.target.problems import MockTargetError
from specproof.target.store import Store, timestamp

MADE_ELSEWHERE = frozenset({"account_password", "oauth_token"})
KINDS = tuple(kind for kind in CARRIES if kind not in MADE_ELSEWHERE)
OF_USERS = frozenset({"app_password", "account_password"})
BOUND_TO = {"repository_access_token": "repository", "project_access_token": "project"}
NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")
SECRET_BYTES = 32  # 43 URL-safe characters
LIFETIME = re.compile(r"([1-9][0-9]{0,6})(s|min|h|d)")
UNIT_S = {"s": 1, "min": 60, "h": 3_600, "d": 86_400}
LONGEST = timedelta(days=36_500)

KNOWN = {  # what there is, by the word for it
    "user": "SELECT name, id FROM user ORDER BY id",
    "team": "SELECT name, id FROM team ORDER BY id",
    "project": "SELECT key, id FROM project WHERE team_id = ? ORDER BY id",
    "repository": "SELECT slug, id FROM repository WHERE team_id = ? ORDER BY id",
}
LIST = """
    SELECT credential.*, user.name AS user_name, team.name AS team_name, project.key AS project_key,
        repository.slug AS repository_slug FROM credential
    LEFT JOIN user ON user.id = credential.user_id LEFT JOIN team ON team.id = credential.team_id
    LEFT JOIN project ON project.id = credential.project_id
    LEFT JOIN repository ON repository.id = credential.repository_id ORDER BY credential.id
"""


class Refused(MockTargetError):
    """What was asked for cannot be done; the text says why, and what can."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """A credential that somebody wants.

    Args:
        owner: Name of the user (app passwords) or of the team (every other kind).
        scopes: What it is to be granted; none for API keys.
        name: What it is called; ``None``: made from owner and kind.
        project: Key of the project that a project token is bound to.
        repository: Slug of the repository that a repository token is bound to.
        lifetime: After which it expires; ``None``: never.
    """

    kind: str
    owner: str
    scopes: tuple[str, ...] = ()
    name: str | None = None
    project: str | None = None
    repository: str | None = None
    lifetime: timedelta | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A credential as an administrator may see it: neither its secret nor the hash of it."""

    name: str
    kind: str
    owner: str
    bound_to: str | None
    scopes: tuple[str, ...] | None
    created_on: str
    last_used_on: str | None
    expires_on: str | None
    state: str  # valid, expired, revoked


def lifetime_of(text: str) -> timedelta:
    """Read ``30d``, ``12h``, ``90min`` or ``3600s``; a hundred years are enough.

    Raises:
        Refused: It is none of these.
    """
    found = LIFETIME.fullmatch(text)
    lifetime = timedelta(seconds=int(found[1]) * UNIT_S[found[2]]) if found else None
    if lifetime is None or lifetime > LONGEST:
        example = f"Write for example 30d, 12h, 90min or 3600s, at most {LONGEST.days}d."
        raise Refused(f"{text!r} is not a time. {example}")
    return lifetime


def create(store: Store, wish: Wish) -> tuple[Listed, str]:
    """Make a credential; return it, and its secret, which can never be read again.

    Raises:
        Refused: There is no such kind, owner, project or repository; the kind may not carry a scope; the name
            is taken; the team has an API key.
    """
    fit_scopes(wish.kind, wish.scopes)
    secret = secrets.token_urlsafe(SECRET_BYTES)
    with store.writing() as connection:
        name = _free_name(connection, wish)
        insert(connection, wish, name, secret, now=datetime.now(UTC))
        row = next(row for row in connection.execute(LIST) if row["name"] == name)
    return listed(row), secret


def insert(
    connection: sqlite3.Connection, wish: Wish, name: str, secret: str, *, now: datetime, salt: bytes = b""
) -> None:
    """Write a credential, created ``now``, within the caller's transaction; no salt means a fresh one.

    Raises:
        Refused: The owner, or what it is to be bound to, does not exist; the team has an API key.
    """
    user, team = _owner(connection, wish)
    project, repository = _binding(connection, wish, team)
    if wish.kind == "api_key":
        _refuse_second_key(connection, wish.owner, team)
    salt = salt or new_salt()
    connection.execute(
        "INSERT INTO credential (name, kind, user_id, team_id, project_id, repository_id, scopes, hint, salt,"
        " digest, created_on, expires_on) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            name,
            wish.kind,
            user,
            team,
            project,
            repository,
            None if CARRIES[wish.kind] is None else " ".join(wish.scopes),
            hint_of(secret.encode()),
            salt,
            hash_secret(secret.encode(), salt),
            timestamp(now),
            None if wish.lifetime is None else timestamp(now + wish.lifetime),
        ),
    )


def everything(store: Store) -> list[Listed]:
    """Return every credential, the oldest first."""
    with store.connection() as connection:
        return [listed(row) for row in connection.execute(LIST)]


def revoke(store: Store, name: str) -> bool:
    """End a credential for good; tell whether it was not revoked already.

    Raises:
        Refused: There is none of this name.
    """
    with store.writing() as connection:
        names = {row["name"]: row["revoked_on"] for row in connection.execute(LIST)}
        if name not in names:
            raise Refused(f"no credential is called {name!r}.{did_you_mean(name, names)}")
        connection.execute(
            "UPDATE credential SET revoked_on = ? WHERE name = ? AND revoked_on IS NULL", (timestamp(), name)
        )
    return names[name] is None


def listed(row: sqlite3.Row) -> Listed:
    """Take what may be seen from a row of ``LIST``."""
    bound = [row[column] for column in ("project_key", "repository_slug") if row[column] is not None]
    expired = row["expires_on"] is not None and row["expires_on"] <= timestamp()
    return Listed(
        name=row["name"],
        kind=row["kind"],
        owner=row["user_name"] or row["team_name"],
        bound_to=bound[0] if bound else None,
        scopes=None if row["scopes"] is None else tuple(row["scopes"].split()),
        created_on=row["created_on"],
        last_used_on=row["last_used_on"],
        expires_on=row["expires_on"],
        state="revoked" if row["revoked_on"] is not None else "expired" if expired else "valid",
    )


def is_basic(kind: str) -> bool:
    """Tell whether credentials of a kind travel with Basic; the others are Bearer tokens."""
    return kind not in BEARERS


def fit_scopes(kind: str, scopes: Iterable[str]) -> None:
    """Refuse an unknown kind, and scopes that it may not carry.

    Raises:
        Refused: With the scopes that it may carry.
    """
    if kind not in KINDS:
        raise Refused(f"{kind!r} is no kind.{did_you_mean(kind, KINDS)} There are {', '.join(KINDS)}.")
    scopes, allowed = tuple(scopes), CARRIES[kind]
    if allowed is None:
        if scopes:
            raise Refused(f"{kind}: knows no scopes, it may do everything in its team. Leave the scopes out.")
        return
    if not scopes:
        raise Refused(f"{kind}: may do nothing without a scope. Give at least one.")
    for scope in scopes:
        if scope not in allowed:
            known = ", ".join(sorted(allowed))
            raise Refused(
                f"{kind}: cannot carry {scope!r}.{did_you_mean(scope, allowed)} It may carry {known}."
            )


def _owner(connection: sqlite3.Connection, wish: Wish) -> tuple[int | None, int | None]:
    """Return the id of the user, or of the team."""
    word, other = ("user", "team") if wish.kind in OF_USERS else ("team", "user")
    owners = _known(connection, word)
    if wish.owner not in owners:
        if wish.owner in _known(connection, other):
            raise Refused(f"{wish.kind}: belongs to a {word}, and {wish.owner!r} is a {other}.")
        raise _unknown(word, wish.owner, owners)
    identity = owners[wish.owner]
    return (identity, None) if word == "user" else (None, identity)


def _binding(connection: sqlite3.Connection, wish: Wish, team: int | None) -> tuple[int | None, int | None]:
    """Return the id of the project, or of the repository, that the credential is bound to."""
    found: dict[str, int | None] = {"project": None, "repository": None}
    for word, value in (("project", wish.project), ("repository", wish.repository)):
        if BOUND_TO.get(wish.kind) == word:
            if value is None:
                raise Refused(f"{wish.kind}: is bound to a {word}. Name the {word}.")
            known = _known(connection, word, team)
            if value not in known:
                raise _unknown(word, value, known)
            found[word] = known[value]
        elif value is not None:
            raise Refused(f"{wish.kind}: is not bound to a {word}. Leave the {word} out.")
    return found["project"], found["repository"]


def _refuse_second_key(connection: sqlite3.Connection, owner: str, team: int | None) -> None:
    """Refuse: an account has one API key, and an old one that is in use must not end unnoticed."""
    for row in connection.execute(LIST):
        if row["kind"] == "api_key" and row["team_id"] == team and listed(row).state == "valid":
            raise Refused(f"{owner!r} has an API key, {row['name']!r}. Revoke that one first.")


def _free_name(connection: sqlite3.Connection, wish: Wish) -> str:
    """Return the wanted name, or ``acme-workspace-token-2`` where none is wanted."""
    taken = {row["name"] for row in connection.execute("SELECT name FROM credential")}
    if wish.name is None:
        stem = f"{wish.owner}-{wish.kind.replace('access_', '')}".replace("_", "-").lower()
        return next(name for number in range(1, len(taken) + 2) if (name := f"{stem}-{number}") not in taken)
    if not NAME.fullmatch(wish.name):
        raise Refused(f"{wish.name!r} is no name. Up to 64 of a-z, 0-9, '.', '_' and '-'.")
    if wish.name in taken:
        raise Refused(f"a credential is called {wish.name!r} already. Choose another name.")
    return wish.name


def _known(connection: sqlite3.Connection, word: str, *parameters: object) -> dict[str, int]:
    return {row[0]: row[1] for row in connection.execute(KNOWN[word], parameters)}


def _unknown(word: str, name: str, known: Iterable[str]) -> Refused:
    known = list(known)
    there_are = f" There are {', '.join(known)}." if known else " There are none."
    return Refused(f"no {word} is called {name!r}.{did_you_mean(name, known)}{there_are}")
