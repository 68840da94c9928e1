"""The command line: ``specproof COMMAND``. Each command is imported when it is called."""

from __future__ import annotations

import importlib
import sys

import click

from specproof import __version__
from specproof.errors import SpecproofError

_COMMANDS = {
    "diff": "specproof.contract.diff.command:diff",
    "cleanup": "specproof.suite.cleanup_command:cleanup",
    "environment": "specproof.plugin.environment_command:environment",
    "infer": "specproof.contract.infer_command:infer",
    "gate-policy": "specproof.gate.command:gate_policy",
    "init": "specproof.init.command:init",
    "merge": "specproof.merging.command:merge",
    "report": "specproof.reports.site.command:report",
    "sensitivity": "specproof.sensitivity.command:sensitivity",
    "target": "specproof.target.command:target",
    "validate": "specproof.contract.command:validate",
    "waive": "specproof.gate.command:waive",
}
_UNUSABLE = 4  # pytest's status for a usage error, so that both entries speak alike


class _Group(click.Group):
    """Finds commands by name without importing the others."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of all commands, for the help page."""
        return sorted(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import one command."""
        if cmd_name not in _COMMANDS:
            return None
        module, _, name = _COMMANDS[cmd_name].partition(":")
        command: click.Command = getattr(importlib.import_module(module), name)
        return command


@click.group(cls=_Group, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="specproof")
def specproof() -> None:
    """Prove that a running server keeps the promises of its OpenAPI document."""


def main() -> None:
    """Run the command line; whatever cannot be used is one line and exit status 4."""
    try:
        status = specproof.main(standalone_mode=False)
    except click.Abort:
        sys.exit(130)
    except click.ClickException as error:
        error.show()
        sys.exit(_UNUSABLE)
    except SpecproofError as error:
        click.echo(f"specproof: {error}", err=True)
        sys.exit(_UNUSABLE)
    sys.exit(status if isinstance(status, int) else 0)
