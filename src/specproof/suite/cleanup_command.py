"""``specproof cleanup``: remove what runs left that were killed or could not reach the server any more."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

import click

from specproof.client.ledger import Ledger
from specproof.client.ledger_entries import Entry, Heading, State
from specproof.contract.load import load_document
from specproof.environment.load import find_profile, load_profile
from specproof.environment.overrides import read_overrides
from specproof.errors import OptionError
from specproof.suite.cleaning import Cleaner
from specproof.suite.leftovers import ledgers_in
from specproof.suite.prove import Prover
from specproof.suite.session import Plan
from specproof.suite.setup import build_prover


@click.command()
@click.argument("ledgers", metavar="[LEDGER]...", nargs=-1, type=click.Path(path_type=Path))
@click.option(
    "--reports-dir",
    metavar="DIR",
    default=Path("reports"),
    show_default=True,
    type=click.Path(path_type=Path),
    help="Where ledgers are looked for if none is named.",
)
@click.option(
    "--environment",
    metavar="NAME|FILE",
    help="The profile with the credentials; default: the one that the ledger names.",
)
@click.option("--spec", metavar="FILE|URL", help="The document; default: the one that the ledger names.")
@click.option("--list", "only_list", is_flag=True, help="Show what is left, and send nothing.")
@click.pass_context
def cleanup(
    context: click.Context,
    *,
    ledgers: Sequence[Path],
    reports_dir: Path,
    environment: str | None,
    spec: str | None,
    only_list: bool,
) -> None:
    """Remove what earlier runs created and could not remove.

    A run notes in a ledger what it is about to create. A ledger that still lies in the reports folder
    belongs to a run that was killed, or that could not delete everything. Credentials come from the
    profile, whose safety rules hold. A ledger in which nothing is left is deleted.

    Exit status: 0 nothing is left, 1 something is left, 4 something cannot be used.
    """
    paths = list(ledgers) or ledgers_in(reports_dir)
    if not paths:
        click.echo(f"no ledger in {reports_dir}: nothing is left")
    left = [_one(path, environment, spec, only_list=only_list) for path in paths]
    context.exit(1 if any(left) and not only_list else 0)


def _one(path: Path, environment: str | None, spec: str | None, *, only_list: bool) -> bool:
    """Clean up after one ledger; tell whether anything stays."""
    ledger = Ledger.reopen(path)
    if ledger is None:
        click.echo(f"{path}: its run still goes on, so it is left alone")
        return True
    heading = ledger.heading
    entries = list(ledger.open_entries())
    click.echo(
        f"{path}: {_shown(len(entries))} of run {heading.run} on {heading.environment} ({heading.base_url})"
    )
    try:
        if only_list:
            for line in _lines(entries):
                click.echo(f"  {line}")
            return bool(entries)
        if not entries:
            return False
        if heading.own_target:
            for entry in entries:
                ledger.settle(entry)
            click.echo("  the run had started the server itself, and all data ended with it")
            return False
        return _clean(ledger, environment, spec)
    finally:
        ledger.close(keep=only_list)


def _clean(ledger: Ledger, environment: str | None, spec: str | None) -> bool:
    prover = _prover(ledger.path, ledger.heading, environment, spec)
    try:
        prover.suite.client.begin_cleaning()
        prover.tokens.obtain_all()
        cleaner = Cleaner(ledger=ledger, send=prover.suite.client.send)
        left = cleaner.clean()
    finally:
        prover.suite.ledger.close()
    for url in cleaner.removed:
        click.echo(f"  removed {url}")
    for line in left:
        click.echo(f"  left {line}")
    click.echo(f"  {len(cleaner.removed)} removed, {len(left)} left")
    return bool(left)


def _prover(path: Path, heading: Heading, environment: str | None, spec: str | None) -> Prover:
    """Return what sends the requests; the ledger of its own stays empty."""
    here = Path.cwd()
    folders = [here / "tests" / "environments", here / "environments"]
    found = find_profile(environment or heading.profile, folders=folders)
    environ = dict(os.environ)
    profile = load_profile(found, environ=environ, overrides=read_overrides((), environ))
    if profile.environment.base_url != heading.base_url:
        raise OptionError(
            f"{path}: was written for {heading.base_url}, and {profile.source} leads to "
            f"{profile.environment.base_url}; name the right profile with --environment"
        )
    overlays = () if spec else heading.overlays
    document = load_document(spec or heading.spec, overlays=overlays)
    own = path.with_name(f".cleanup-{path.name}")
    return build_prover(document, profile, Plan(seed=0, depth="quick"), ledger=own)


def _shown(number: int) -> str:
    return "1 thing" if number == 1 else f"{number} things"


def _lines(entries: Sequence[Entry]) -> Iterator[str]:
    for entry in entries:
        names = " ".join(entry.names.values())
        if entry.state is State.CREATED:
            yield f"created {entry.delete_url or entry.url} {names}".rstrip()
        else:
            yield f"perhaps created by {entry.operation} at {entry.url} {names}".rstrip()
