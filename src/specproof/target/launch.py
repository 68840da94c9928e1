"""What the command line does once its options are read; imported only then, for the sake of ``--help``."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import click

from specproof.target.app import Settings
from specproof.target.faults import FAULTS, named
from specproof.target.latency import Latency
from specproof.target.limits import Rate
from specproof.target.planting import Seed
from specproof.target.seed import Demonstration
from specproof.target.server import Listening, serve

__all__ = ["Latency", "Listening", "fault_lines", "launch"]


def fault_lines() -> Iterator[str]:
    """Yield the table of faults, heading first."""
    heading = ("name", "area", "promise", "what the server does instead")
    rows = [heading, *((fault.name, fault.area, fault.promise, fault.summary) for fault in FAULTS.values())]
    widths = [max(len(row[column]) for row in rows) for column in range(3)]
    for row in rows:
        yield "  ".join([*(cell.ljust(width) for cell, width in zip(row[:3], widths, strict=True)), row[3]])


def launch(
    listening: Listening,
    *,
    database: Path | None,
    faults: tuple[str, ...],
    rate_limit: str | None,
    token_lifetime_s: int,
    seed_file: Path | None,
) -> None:
    """Serve until told to stop.

    Raises:
        MockTargetError: An option cannot be used, the address is taken, or the database is not ours.
    """
    named(faults)
    settings = Settings(
        database=database and database.resolve(),
        faults=faults,
        rate=Rate.parse(rate_limit) if rate_limit else None,
        token_lifetime_s=token_lifetime_s,
        seed=Demonstration() if seed_file is None else _own(seed_file, database),
    )
    serve(settings, listening)


def _own(seed_file: Path, database: Path | None) -> Seed:
    """Read a seed file, and say so if it will not count."""
    from specproof.target.seed_file import load_seed  # noqa: PLC0415 - pydantic takes its time

    seed = load_seed(seed_file, os.environ)
    if database is not None and database.exists():
        click.echo(f"specproof target: {database} is kept; a seed file fills new databases only.", err=True)
    return seed
