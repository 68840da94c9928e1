"""``specproof waive`` and ``specproof gate-policy``."""

from __future__ import annotations

import difflib
import json
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path

import click
from pydantic import ValidationError

from specproof.errors import OptionError
from specproof.gate.older import OldFinding, OldVerdict, read_verdict
from specproof.gate.policy import DEFAULT, as_toml, schema
from specproof.gate.waiver_file import write_waiver
from specproof.gate.waivers import FILE, Waiver, load_waivers
from specproof.model.verdict import WAIVERS
from specproof.strict import problems, shown

_SHOWN = 5  # findings named where a fingerprint is unknown


@click.command("gate-policy")
@click.option("--schema", "as_schema", is_flag=True, help="Print the JSON Schema of a policy instead.")
def gate_policy(as_schema: bool) -> None:
    """Print the policy that holds without --gate-policy, every key explained.

    To change it: specproof gate-policy > gate-policy.toml, then pytest … --gate-policy gate-policy.toml.
    """
    click.echo(json.dumps(schema(), indent=2) if as_schema else as_toml(DEFAULT), nl=as_schema)


@click.command()
@click.argument("fingerprint")
@click.option("--reason", required=True, help="Why the finding may stay for now.")
@click.option("--owner", required=True, help="Who answers for that.")
@click.option(
    "--until",
    required=True,
    type=click.DateTime(["%Y-%m-%d"]),
    metavar="YYYY-MM-DD",
    help="Last day on which it is accepted.",
)
@click.option(
    "--environment",
    "environments",
    multiple=True,
    metavar="NAME",
    help="Where it is accepted; repeatable. Default: the environment of the verdict.",
)
@click.option("--everywhere", is_flag=True, help="Accept it in every environment.")
@click.option(
    "--file",
    "path",
    type=click.Path(dir_okay=False, path_type=Path),
    default=Path("spec") / FILE,
    show_default=True,
    help="File of waivers; made if there is none.",
)
@click.option(
    "--verdict",
    "verdict_path",
    type=click.Path(dir_okay=False, path_type=Path),
    default=Path("reports") / "verdict.json",
    show_default=True,
    help="Verdict in which the finding was seen.",
)
@click.pass_context
def waive(
    context: click.Context,
    *,
    fingerprint: str,
    reason: str,
    owner: str,
    until: datetime,
    environments: Sequence[str],
    everywhere: bool,
    path: Path,
    verdict_path: Path,
) -> None:
    """Accept a finding until a day: write it into the file of waivers, or renew it there.

    Comments in the file stay. Exit status: 0 written, 4 something cannot be used.
    """
    if everywhere and environments:
        raise OptionError("--everywhere: does not go with --environment; give one of the two")
    if until.date() < date.today():
        raise OptionError(f"--until: {until.date().isoformat()} is over; give a day from today on")
    given = context.get_parameter_source("verdict_path") is not click.core.ParameterSource.DEFAULT
    verdict = read_verdict(verdict_path) if given or verdict_path.exists() else None
    finding = _finding(verdict, fingerprint, shown(verdict_path)) if verdict else None
    old = _entry(path, fingerprint)
    where = None if everywhere else tuple(environments) or _environments(old, verdict)
    waiver = _waiver({
        "fingerprint": fingerprint,
        "reason": reason,
        "owner": owner,
        "expires": until.date(),
        "environments": where,
        "seen": _seen(verdict, finding) if verdict and finding else old.seen if old else None,
    })
    written = write_waiver(path, waiver)
    scope = ", ".join(waiver.environments) if waiver.environments else "every environment"
    about = f": {finding.promise} {finding.operation}".rstrip() if finding else ""
    click.echo(
        f"{written.place(waiver)}: {fingerprint} is accepted in {scope} until "
        f"{waiver.expires.isoformat()}{about}"
    )
    if verdict is None:
        click.echo(f"There is no {shown(verdict_path)}, so nobody looked whether there is such a finding.")


def _finding(verdict: OldVerdict, fingerprint: str, source: str) -> OldFinding:
    for finding in verdict.findings:
        if finding.fingerprint == fingerprint:
            if finding.promise.startswith(f"{WAIVERS}."):
                raise OptionError(f"{fingerprint}: is about the file of waivers itself; mend that file")
            return finding
    known = [finding.fingerprint for finding in verdict.findings]
    near = difflib.get_close_matches(fingerprint, known, n=1)
    hint = f"; did you mean {near[0]}?" if near else ""
    more = f" and {len(known) - _SHOWN} more" if len(known) > _SHOWN else ""
    listed = f"; it has {', '.join(known[:_SHOWN])}{more}" if known else "; it has none"
    raise OptionError(f"{fingerprint}: there is no such finding in {source}{hint or listed}")


def _entry(path: Path, fingerprint: str) -> Waiver | None:
    entries = load_waivers(path).entries if path.exists() else ()
    return next((waiver for waiver in entries if waiver.fingerprint == fingerprint), None)


def _environments(old: Waiver | None, verdict: OldVerdict | None) -> tuple[str, ...] | None:
    """Return where a waiver holds if nothing was said: as before, and where the finding was seen now."""
    if old is not None and old.environments is None:
        return None
    before = old.environments if old is not None and old.environments else ()
    seen = (verdict.environment,) if verdict is not None else ()
    return tuple(dict.fromkeys((*before, *seen))) or None


def _seen(verdict: OldVerdict, finding: OldFinding) -> dict[str, object]:
    return {
        "contract": verdict.contract.title,
        "promise": finding.promise,
        "operation": finding.operation,
        "depth": verdict.depth,
        "seed": verdict.seed,
        "unstable": finding.unstable is not None,
    }


def _waiver(values: dict[str, object]) -> Waiver:
    try:
        return Waiver.model_validate(values)
    except ValidationError as error:
        raise OptionError("\n".join(problems(error, Waiver, name="waiver"))) from None
