"""``specproof report``: the Allure site of reports that lie there."""

from __future__ import annotations

import os
from pathlib import Path

import click

from specproof.reports.site.build import HISTORY, HISTORY_LIMIT, SITE, build_site


@click.command(short_help="Build the Allure site of a run.")
@click.argument("reports", nargs=-1, type=click.Path(file_okay=False, path_type=Path), metavar="[REPORTS]...")
@click.option(
    "--output",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="DIR",
    help=f"Where the site goes; default: {SITE} in the first reports folder.",
)
@click.option("--single-file", is_flag=True, help="Make one page that can be opened from a disk.")
@click.option(
    "--history",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help=f"One line for each run; default: {HISTORY} in the first reports folder.",
)
@click.option(
    "--history-limit",
    type=click.IntRange(1),
    default=HISTORY_LIMIT,
    show_default=True,
    help="How many runs the history keeps.",
)
def report(
    reports: tuple[Path, ...],
    output: Path | None,
    single_file: bool,
    history: Path | None,
    history_limit: int,
) -> None:
    """Build the Allure site of reports folders (default: reports), each of another environment.

    It needs Node.js 20 or newer, of the machine or from specproof[report]. Allure itself is installed once,
    into the caches of the user. The site loads nothing from elsewhere when it is opened.
    """
    site = build_site(
        reports or (Path("reports"),),
        environ=os.environ,
        output=output,
        history=history,
        history_limit=history_limit,
        single_file=single_file,
    )
    click.echo(f"Site: {site}")
