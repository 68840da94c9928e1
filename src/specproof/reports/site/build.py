"""Build the site of one or several reports folders."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from specproof.errors import SiteError
from specproof.reports.site.config import configuration
from specproof.reports.site.front import read_sources
from specproof.reports.site.history import forget, moments
from specproof.reports.site.install import allure_script
from specproof.reports.site.node import Node, find_node
from specproof.reports.site.quiet import quieten
from specproof.reports.text import one_line

SITE, HISTORY = "site", "history.jsonl"
HISTORY_LIMIT = 20  # runs; a line holds every result, about 1 kB each
_BUILD_S = 600.0
_LEFT_OUT = ("artifacts.json", "summary.json", "test-results.json")  # for other tools of Allure


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """A site that was built."""

    page: Path
    files: int
    size: int  # bytes

    def __str__(self) -> str:
        files = f"{self.files} files, " if self.files > 1 else ""
        return f"{self.page} ({files}{self.size / 1_000_000:.1f} MB)"


def build_site(
    folders: Sequence[Path],
    *,
    environ: Mapping[str, str],
    output: Path | None = None,
    history: Path | None = None,
    history_limit: int = HISTORY_LIMIT,
    single_file: bool = False,
) -> Site:
    """Build the site, and put it in the place of the one before once it is whole.

    Args:
        folders: Reports folders, each of another environment.
        environ: Tells where the caches of the user lie.
        output: Where the site goes; default: ``site`` in the first folder.
        history: One line for each run; default: ``history.jsonl`` in the first folder.
        history_limit: How many runs it keeps.
        single_file: Make one page that can be opened from a disk.

    Raises:
        SiteError: There is no Node.js, Allure cannot be installed, or it fails; one line says why.
    """
    sources = read_sources(folders)
    shown = output or folders[0] / SITE
    goal = shown.absolute()
    past = (history or folders[0] / HISTORY).absolute()
    node = find_node()
    script = allure_script(node, environ)
    try:
        goal.parent.mkdir(parents=True, exist_ok=True)
        past.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".specproof-site-", dir=goal.parent) as made:
            fresh, config, lines = (Path(made, name) for name in ("site", "allurerc.mjs", "history.jsonl"))
            if past.is_file():
                shutil.copyfile(past, lines)
            forget(lines, moments(source.results for source in sources))
            text = configuration(
                sources, output=fresh, history=lines, history_limit=history_limit, single_file=single_file
            )
            config.write_text(text, encoding="ascii")
            _generate(node, script, config, Path(made))
            quieten(fresh)
            for name in _LEFT_OUT:
                (fresh / name).unlink(missing_ok=True)
            site = _measured(fresh, shown)
            if lines.is_file():
                os.replace(lines, past)
            _swap(fresh, goal, Path(made))
    except OSError as error:
        raise SiteError(f"the site cannot be written to {goal} ({error.strerror or error})") from error
    return site


def _generate(node: Node, script: Path, config: Path, folder: Path) -> None:
    try:
        answer = node.node([str(script), "generate", "--config", str(config)], folder, _BUILD_S)
    except subprocess.TimeoutExpired:
        raise SiteError(f"Allure did not build the site within {_BUILD_S:.0f} s") from None
    if answer.returncode != 0 or not (folder / "site" / "index.html").is_file():
        lines = (answer.stderr + answer.stdout).strip().splitlines()
        raise SiteError(
            f"Allure cannot build the site ({one_line(lines[0] if lines else 'no reason')[:200]})"
        )


def _measured(fresh: Path, shown: Path) -> Site:
    sizes = [path.stat().st_size for path in fresh.rglob("*") if path.is_file()]
    return Site(page=shown / "index.html", files=len(sizes), size=sum(sizes))


def _swap(fresh: Path, goal: Path, made: Path) -> None:
    """Replace the site; the old one goes with the temporary folder."""
    if goal.exists():
        os.replace(goal, made / "old")
    os.replace(fresh, goal)
