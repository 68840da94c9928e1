"""``specproof merge``: one verdict, and one set of reports, of what several machines found out."""

from __future__ import annotations

import os
from pathlib import Path

import click
from rich.console import Console

from specproof.contract.catalogue import CATALOGUE
from specproof.errors import OptionError
from specproof.gate.gate import Gate, load_gate
from specproof.gate.older import require_same_contract
from specproof.merging.merge import merge_runs
from specproof.model.verdict import Run, Verdict
from specproof.reports.run_json import read_run
from specproof.reports.terminal import render
from specproof.reports.write import write_all

_FILE = click.Path(path_type=Path)


@click.command()
@click.argument("folders", nargs=-1, required=True, metavar="DIR...", type=_FILE)
@click.option("--into", required=True, metavar="DIR", type=_FILE, help="Where the reports go.")
@click.option("--gate-policy", metavar="FILE", type=_FILE, help="What blocks, as in a run.")
@click.option("--waivers", metavar="FILE", type=_FILE, help="Accepted findings, as in a run.")
@click.option("--compare-with", metavar="FILE", type=_FILE, help="verdict.json of an older run, as in a run.")
def merge(
    folders: tuple[Path, ...],
    into: Path,
    gate_policy: Path | None,
    waivers: Path | None,
    compare_with: Path | None,
) -> int:
    """Merge the reports of several machines into one verdict.

    Each DIR is the reports folder that a machine left (--reports-dir): of one shard, or of a run of some
    tests. All reports are written anew, Allure results too. The exit status is that of a run: 0 for pass, 1
    for fail and inconclusive, 4 where parts cannot be used or do not belong together.
    """
    resolved = [folder.resolve() for folder in folders]
    if into.resolve() in resolved:
        raise OptionError(f"--into: {into} is one of the folders to merge; name another one")
    if len(set(resolved)) < len(folders):
        raise OptionError("the same folder is named twice; name each once")
    run = merge_runs({str(folder): read_run(folder) for folder in folders})
    gate = _gate(run, gate_policy, waivers, compare_with)
    run, decision = gate.judge(run)
    write_all(run, decision, into, mask=str, environ=os.environ, compare_with=compare_with)
    render(run, decision, Console(highlight=False), reports=into)
    return 0 if decision.verdict is Verdict.PASS else 1


def _gate(run: Run, policy: Path | None, waivers: Path | None, older: Path | None) -> Gate:
    """Read what the gate goes by, as a run does."""
    document = Path(run.contract_source)
    homes = (*((document.parent,) if document.is_file() else ()), Path("spec"))
    gate = load_gate(policy=policy, waivers=waivers, older=older, promises=CATALOGUE, folders=homes)
    if gate.older is not None:
        require_same_contract(gate.older, run.contract_title)
    return gate
