"""``specproof target``: the command line of the mock target."""

from __future__ import annotations

from pathlib import Path

import click
from click.core import ParameterSource

from specproof.target.credential_command import complaining, credentials
from specproof.target.problems import MockTargetError

DATABASE = "specproof-target.sqlite"


def print_faults(context: click.Context, parameter: click.Parameter, wanted: bool) -> None:
    """List every fault, one a line, and end."""
    if not wanted or context.resilient_parsing:
        return
    from specproof.target.launch import fault_lines  # noqa: PLC0415 - see launch.py

    for line in fault_lines():
        click.echo(line)
    context.exit(0)


def refuse_serving(context: click.Context) -> None:
    """Refuse options that mean nothing to a command that does not serve.

    Raises:
        MockTargetError: One was given.
    """
    for parameter in context.command.params:
        given = context.get_parameter_source(parameter.name or "")
        if given is ParameterSource.COMMANDLINE and parameter.name != "database":
            raise MockTargetError(
                f"{parameter.opts[0]} is for serving, not for {context.invoked_subcommand}."
            )


@click.group("target", invoke_without_command=True, short_help="Serve the mock target.")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option(
    "--port",
    default=8080,
    show_default=True,
    type=click.IntRange(0, 65_535),
    help="Port; 0: any free one.",
)
@click.option(
    "--database",
    type=click.Path(dir_okay=False, path_type=Path),
    default=Path(DATABASE),
    show_default=True,
    help="File that holds the data; made if it is not there.",
)
@click.option("--ephemeral", is_flag=True, help="Keep the data in memory: nothing survives.")
@click.option(
    "--seed-file",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="Fill a new database with this instead of the demonstration data.",
)
@click.option("--fault", "faults", multiple=True, metavar="NAME", help="Break one promise; may be repeated.")
@click.option(
    "--list-faults",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=print_faults,
    help="Show what can be broken, and end.",
)
@click.option("--rate-limit", metavar="N/s|N/min", help="Answer 429 to searches beyond this rate.")
@click.option(
    "--token-lifetime",
    "token_lifetime_s",
    metavar="SECONDS",
    default=3_600,
    show_default=True,
    type=click.IntRange(1, 31_536_000),
    help="How long access tokens from OAuth grants are good.",
)
@click.option(
    "--workers", default=1, show_default=True, type=click.IntRange(1, 64), help="Processes that answer."
)
@click.option("--latency", metavar="20ms|10ms-50ms", help="Let each request wait.")
@click.option("--access-log", metavar="FILE|-", help="Write a line of JSON for each request; -: to stdout.")
@click.option("--json", "as_json", is_flag=True, help="Announce with one line of JSON instead of text.")
@click.option(
    "--ready-file",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write the JSON announcement there when the target listens.",
)
@click.option("--stop-with-stdin", is_flag=True, help="Stop when standard input is closed.")
@click.pass_context
def target(
    context: click.Context,
    *,
    host: str,
    port: int,
    database: Path,
    ephemeral: bool,
    seed_file: Path | None,
    faults: tuple[str, ...],
    rate_limit: str | None,
    token_lifetime_s: int,
    workers: int,
    latency: str | None,
    access_log: str | None,
    as_json: bool,
    ready_file: Path | None,
    stop_with_stdin: bool,
) -> None:
    """Serve a real, stateful implementation of the reference contract.

    The data live in a file in the current folder unless --database or --ephemeral says otherwise.
    Stop it with Ctrl-C.
    """
    if context.invoked_subcommand is not None:
        with complaining():
            refuse_serving(context)
        context.obj = database
        return
    from specproof.target.launch import Latency, Listening, launch  # noqa: PLC0415 - see launch.py

    with complaining():
        listening = Listening(
            host=host,
            port=port,
            as_json=as_json,
            ready_file=ready_file,
            stop_with_stdin=stop_with_stdin,
            workers=workers,
            latency=Latency.parse(latency) if latency is not None else None,
            access_log=access_log,
        )
        launch(
            listening,
            database=None if ephemeral else database,
            faults=faults,
            rate_limit=rate_limit,
            token_lifetime_s=token_lifetime_s,
            seed_file=seed_file,
        )


target.add_command(credentials)
