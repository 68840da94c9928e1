"""``specproof sensitivity``: which faults of the mock target the suite notices."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TimeElapsedColumn

from specproof.errors import OptionError, did_you_mean
from specproof.sensitivity.matrix import Control, Look, Matrix
from specproof.sensitivity.partition import Part, read_part
from specproof.sensitivity.render import complaint, render
from specproof.sensitivity.words import count
from specproof.sensitivity.write import NAMES, check_folder, write

if TYPE_CHECKING:
    from specproof.sensitivity.campaign import Campaign

_WIDTH = 120  # columns where the output is no terminal: a log can be wide


@click.command(short_help="Show which faults of the mock target the suite notices.")
@click.option("--fault", "faults", multiple=True, metavar="NAME", help="Only this fault; may be repeated.")
@click.option("--area", "areas", multiple=True, metavar="AREA", help="Only its faults; may be repeated.")
@click.option(
    "--part",
    "part_text",
    default="all",
    metavar="K/N|auto|auto/N|all",
    show_default=True,
    help="The K-th of N parts of the faults; auto: one of three, which depends on the commit.",
)
@click.option(
    "--depth",
    type=click.Choice(["quick", "standard", "deep"]),
    default="standard",
    show_default=True,
    help="How hard the suite looks.",
)
@click.option("--seed", type=click.IntRange(0), default=1, show_default=True, help="Seed of the suite.")
@click.option(
    "--seeds",
    type=click.IntRange(0),
    default=3,
    show_default=True,
    help="How many runs without a fault, with seeds from --seed on.",
)
@click.option("--full-matrix", is_flag=True, help="Look at every promise for every fault; slow.")
@click.option("--jobs", type=click.IntRange(1), help="How many at the same time; as many as cores if absent.")
@click.option(
    "--write",
    "folder",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("reports", "sensitivity"),
    show_default=True,
    help="Folder for the matrix.",
)
@click.pass_context
def sensitivity(
    context: click.Context,
    *,
    faults: Sequence[str],
    areas: Sequence[str],
    part_text: str,
    depth: str,
    seed: int,
    seeds: int,
    full_matrix: bool,
    jobs: int | None,
    folder: Path,
) -> None:
    """Show which faults of the mock target the suite notices.

    The target is started with one fault after another, and the suite must report the promise that the fault
    breaks; then without any, and it must report nothing. Exit status: 0 every fault was found and there was
    no false alarm, 1 otherwise, 4 something given cannot be used.
    """
    from specproof.sensitivity.campaign import Campaign  # noqa: PLC0415 - loads the whole suite

    part = read_part(part_text, folder=Path.cwd())
    campaign = Campaign(
        faults=choose(faults, areas, part),
        part=part,
        depth=depth,
        seed=seed,
        seeds=seeds,
        full=full_matrix,
        jobs=jobs or os.cpu_count() or 1,
    )
    check_folder(folder)
    matrix = _with_progress(campaign)
    write(matrix, folder)
    render(matrix, Console(width=None if sys.stdout.isatty() else _WIDTH, highlight=False))
    click.echo(f"Reports: {', '.join(str(folder / name) for name in NAMES)}")
    context.exit(0 if matrix.good else 1)


def choose(names: Sequence[str], areas: Sequence[str], part: Part) -> tuple[str, ...]:
    """Return the faults with these names and of these areas that are in a part; all, where none are given.

    Raises:
        UnknownFault: A name that no fault has.
        OptionError: An area without a fault, or nothing is left.
    """
    from specproof.target.faults import FAULTS, named  # noqa: PLC0415 - loads the target

    known = sorted({fault.area for fault in FAULTS.values()})
    for area in areas:
        if area not in known:
            hint = did_you_mean(area, known)
            raise OptionError(f"--area: no fault belongs to {area!r}.{hint} Areas: {', '.join(known)}.")
    wanted = named(names) if names else list(FAULTS.values())
    chosen = tuple(f.name for f in wanted if (not areas or f.area in areas) and part.holds(f.name))
    if not chosen:
        raise OptionError(f"no fault fits --fault, --area and --part together ({part}); leave one out")
    return chosen


def _with_progress(campaign: Campaign) -> Matrix:
    from specproof.sensitivity.campaign import run  # noqa: PLC0415 - loads the whole suite

    console = Console(stderr=True, highlight=False)
    looks = f"{count(len(campaign.faults), 'fault')} ({campaign.part})"
    runs = f"{count(campaign.seeds, 'clean run')}, {campaign.jobs} at the same time"
    console.print(f"{looks}, {runs}", markup=False, soft_wrap=True)
    columns = (BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True) as progress:
        bar = progress.add_task("looking", total=len(campaign.tasks))

        def tell(answer: Look | Control) -> None:
            progress.advance(bar)
            if (line := complaint(answer)) is not None:
                progress.console.print(line, markup=False, soft_wrap=True)

        return run(campaign, tell=tell)
