"""``specproof target credentials``: make, list and revoke the credentials of a database."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path

import click

from specproof.target.administration import (
    KINDS,
    Listed,
    Wish,
    create,
    everything,
    is_basic,
    lifetime_of,
    revoke,
)  # fmt: skip
from specproof.target.problems import MockTargetError, NotOurDatabase
from specproof.target.store import Store

HEADING = ("name", "kind", "owner", "bound to", "scopes", "created", "last used", "expires", "state")
TO_THE_MINUTE = 16  # characters of a timestamp

_database = click.option(
    "--database",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="The data to work on; those of the server if not given.",
)
_as_json = click.option("--json", "as_json", is_flag=True, help="Print JSON instead of text.")


@contextmanager
def complaining() -> Iterator[None]:
    """Turn what cannot be done into one line and exit status 2."""
    try:
        yield
    except MockTargetError as error:
        click.echo(f"specproof target: {error}", err=True)
        sys.exit(2)


@click.group("credentials", short_help="Make, list and revoke credentials.")
def credentials() -> None:
    """Make, list and revoke credentials, whether a server runs on the database or not."""


@credentials.command("create", short_help="Make a credential and show its secret once.")
@_database
@click.option("--kind", required=True, metavar="KIND", help=f"One of {', '.join(KINDS)}.")
@click.option("--owner", required=True, help="The user of an app password; the team of any other kind.")
@click.option("--scope", "scopes", multiple=True, metavar="NAME", help="Grant a scope; may be repeated.")
@click.option("--project", metavar="KEY", help="The project that a project access token reaches.")
@click.option("--repository", metavar="SLUG", help="The repository that a repository access token reaches.")
@click.option("--expires-in", metavar="30d|12h|3600s", help="When it ends; never if not given.")
@click.option("--name", help="What it is called; made from owner and kind if not given.")
@click.option("--quiet", is_flag=True, help="Print the secret and nothing else.")
@_as_json
@click.pass_obj
def create_command(
    default: Path,
    *,
    database: Path | None,
    kind: str,
    owner: str,
    scopes: tuple[str, ...],
    project: str | None,
    repository: str | None,
    expires_in: str | None,
    name: str | None,
    quiet: bool,
    as_json: bool,
) -> None:
    """Make a credential. Its secret is shown now and never again: the database keeps a salted hash."""
    with complaining():
        wish = Wish(
            kind=kind,
            owner=owner,
            scopes=tuple(dict.fromkeys(scopes)),
            name=name,
            project=project,
            repository=repository,
            lifetime=lifetime_of(expires_in) if expires_in is not None else None,
        )
        made, secret = create(_store(database or default), wish)
    if quiet:
        click.echo(secret)
    elif as_json:
        click.echo(json.dumps({**asdict(made), "secret": secret}))
    else:
        for line in _introduction(made, secret):
            click.echo(line)


@credentials.command("list", short_help="Show every credential, but no secret.")
@_database
@_as_json
@click.pass_obj
def list_command(default: Path, *, database: Path | None, as_json: bool) -> None:
    """Show every credential with its scopes, its state and when it was used last; secrets are not kept."""
    with complaining():
        found = everything(_store(database or default))
    if as_json:
        click.echo(json.dumps([asdict(one) for one in found]))
        return
    rows = [HEADING, *(_row(one) for one in found)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(HEADING))]
    for row in rows:
        click.echo("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())


@credentials.command("revoke", short_help="End a credential for good.")
@_database
@click.argument("name")
@click.pass_obj
def revoke_command(default: Path, *, database: Path | None, name: str) -> None:
    """End a credential for good, from the next request on."""
    with complaining():
        was_live = revoke(_store(database or default), name)
    click.echo(f"{name} is revoked." if was_live else f"{name} was revoked before.")


def _store(database: Path) -> Store:
    """Open the data.

    Raises:
        NotOurDatabase: There is no such file, or it is something else.
    """
    if not database.is_file():
        raise NotOurDatabase(database, "there is no such file; a server makes it when it first starts")
    store = Store(database.resolve())
    store.check()
    return store


def _introduction(made: Listed, secret: str) -> Iterator[str]:
    """Yield what people want to know of a new credential."""
    bound = f", {made.bound_to}" if made.bound_to else ""
    scopes = "not limited by scopes" if made.scopes is None else " ".join(made.scopes)
    expiry = f"until {made.expires_on[:TO_THE_MINUTE]} UTC" if made.expires_on else "until it is revoked"
    yield f"{made.name}: {made.kind} of {made.owner}{bound}, {scopes}, {expiry}"
    yield f"Secret, shown only now: {secret}"
    how = f"-u {made.owner}:{secret}" if is_basic(made.kind) else f"-H 'Authorization: Bearer {secret}'"
    yield f"Send it as: curl {how} URL"


def _row(one: Listed) -> tuple[str, ...]:
    """Return the cells of one line, in the order of the heading."""
    scopes = "not limited" if one.scopes is None else " ".join(one.scopes)
    times = (one.created_on, one.last_used_on, one.expires_on)
    moments = (moment[:TO_THE_MINUTE] if moment else "-" for moment in times)
    return (one.name, one.kind, one.owner, one.bound_to or "-", scopes, *moments, one.state)
