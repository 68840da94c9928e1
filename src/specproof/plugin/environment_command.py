"""``specproof environment check``: what a profile says, whether it is so, and what a run could prove."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import click

from specproof.environment.overrides import overrides_help
from specproof.environment.profile import Credential, Profile
from specproof.environment.secrets import Masker
from specproof.environment.server import Environment
from specproof.plugin.options import DEFAULT_SEED, DEPTHS, Options
from specproof.plugin.plan_text import area_lines, permission_lines
from specproof.plugin.session import Session
from specproof.suite.checkup import Trial, try_credentials
from specproof.suite.signing import variable_of

_TABLES = ("parameters", "aliases", "foreign", "foreign_aliases", "empty", "absent", "queries")


@click.group()
def environment() -> None:
    """Look at the environments that are described in profiles."""


@environment.command()
@click.argument("environment", metavar="NAME|FILE")
@click.option("--spec", metavar="FILE|URL", help="The OpenAPI document; default: the reference contract.")
@click.option(
    "--overlay", "overlays", multiple=True, metavar="FILE|URL", help="Apply an overlay; repeatable."
)
@click.option(
    "--depth", type=click.Choice(DEPTHS), default="standard", show_default=True, help="As for the run."
)
@click.option("--set", "overrides", multiple=True, metavar="KEY=VALUE", help=overrides_help())
@click.pass_context
def check(
    context: click.Context,
    *,
    environment: str,
    spec: str | None,
    overlays: Sequence[str],
    depth: str,
    overrides: Sequence[str],
) -> None:
    """Say what a profile holds, reach its server, and try its credentials.

    Sends GET requests only, one for each credential, and what is needed to obtain tokens. Exit status: 0 the
    environment is as described, 1 a credential is not, 4 it cannot be used.
    """
    with TemporaryDirectory(prefix="specproof-check-") as folder:
        session = Session(
            options=Options(
                environment=environment,
                spec=spec,
                overlays=tuple(overlays),
                depth=depth,
                seed=DEFAULT_SEED,
                reports_dir=Path(folder),
                overrides=tuple(overrides),
            ),
            root=Path.cwd(),
        )
        try:
            context.exit(0 if _told(session) else 1)
        finally:
            session.close()


def _told(session: Session) -> bool:
    """Print everything; tell whether all credentials are what the profile says."""
    profile = session.profile
    mask = Masker(profile.secrets)
    for line in profile_lines(profile):
        click.echo(mask(line))
    click.echo()
    prover = session.prover  # reaches the server, and obtains tokens
    client, harmless = prover.suite.client, prover.suite.harmless
    where = harmless.operation or harmless.url if harmless is not None else client.base_url
    click.echo(mask(f"Server: {client.base_url} answers {where}"))
    click.echo()
    trials = list(try_credentials(prover))
    click.echo("Credentials:" if trials else "Credentials: none")
    for trial in trials:
        click.echo(mask(_trial_line(trial)))
    click.echo()
    plan, _ = session.planned()
    click.echo("A run:")
    for line in (*permission_lines(plan, profile), "", *area_lines(plan)):
        click.echo(mask(line))
    for warning in profile.warnings:
        click.echo(mask(f"warning: {warning}"))
    prover.suite.ledger.close()
    return all(trial.fine is not False for trial in trials)


def profile_lines(profile: Profile) -> Iterator[str]:
    """Yield what a profile says and where each value came from; secrets are shown by their variables."""
    yield f"Profile: {profile.source}"
    for key in Environment.model_fields:
        value = getattr(profile.environment, key)
        shown = "" if value is None or value == () else _toml(value)
        yield f"  {key:<22}{shown:<36}{profile.origins.get(key, '')}".rstrip()
    for table in _TABLES:
        for name, value in getattr(profile, table).items():
            yield f"  {table}.{name} = {_toml(value)}"
    for step in profile.setup:
        yield f"  setup {step.operation}"
    for credential in profile.credentials:
        yield f"  credential {_described(profile, credential)}"


def _described(profile: Profile, credential: Credential) -> str:
    variable = variable_of(profile, credential.name)
    secret = f"${variable}" if variable else "***"
    held = "obtained from [oauth]" if credential.secret is None else f"secret {secret}"
    scopes = "any scope" if credential.scopes is None else " ".join(credential.scopes) or "no scope"
    return f"{credential.name}: {credential.scheme}, {credential.state}, {held}, {scopes}"


def _toml(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list | tuple):
        return f"[{', '.join(_toml(item) for item in value)}]"
    if isinstance(value, Mapping):
        return f"{{{', '.join(f'{name} = {_toml(item)}' for name, item in value.items())}}}"
    return f'"{value}"' if isinstance(value, str) else str(value)


def _trial_line(trial: Trial) -> str:
    mark = {True: "ok", False: "WRONG", None: "-"}[trial.fine]
    who = trial.credential
    return f"  {mark:<7}{who.name:<26}{who.state:<9}{trial.sentence}"
