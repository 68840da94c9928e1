"""``specproof diff``: what changed between two documents, and whether clients break."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import click

from specproof.contract.diff.compare import compare
from specproof.contract.diff.render import as_json, as_markdown, as_text
from specproof.contract.load import Document, load_document
from specproof.contract.validate import version_of
from specproof.errors import DocumentError, SpecproofError
from specproof.model.change import Level

_STYLES = {"text": as_text, "json": as_json, "markdown": as_markdown}
_TROUBLE = 2  # as with diff(1): 0 the same, 1 a difference, 2 trouble


class _Comparing(click.Command):
    """Ends with 2 on whatever cannot be used, so that 1 always means a change."""

    def make_context(self, *arguments: Any, **extra: Any) -> click.Context:
        """Parse the command line."""
        try:
            return super().make_context(*arguments, **extra)
        except click.UsageError as error:
            error.show()
            raise click.exceptions.Exit(_TROUBLE) from error

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command."""
        try:
            return super().invoke(ctx)
        except SpecproofError as error:
            click.echo(f"specproof: {error}", err=True)
            raise click.exceptions.Exit(_TROUBLE) from error


@click.command(cls=_Comparing)
@click.argument("old", metavar="OLD")
@click.argument("new", metavar="NEW")
@click.option(
    "--overlay",
    "overlays",
    multiple=True,
    metavar="FILE|URL",
    help="Apply an overlay to both documents first; repeatable.",
)
@click.option(
    "--format",
    "style",
    type=click.Choice(list(_STYLES)),
    default="text",
    show_default=True,
    help="What to print.",
)
@click.option(
    "--fail-on",
    type=click.Choice(["breaking", "risky", "never"]),
    default="breaking",
    show_default=True,
    help="The mildest level that ends with status 1.",
)
@click.pass_context
def diff(
    context: click.Context, old: str, new: str, *, overlays: Sequence[str], style: str, fail_on: str
) -> None:
    """Say what changed between two OpenAPI documents, and what it does to clients of the old one.

    OLD and NEW are files or URLs. One line each: level, kind, operation, file:line, what was and what is.
    Exit status: 0 nothing of that level, 1 changes that break clients, 2 something cannot be read.
    """
    before, after = _read(old, overlays), _read(new, overlays)
    changes = compare(before, after, today=datetime.now(UTC).date())
    click.echo(_STYLES[style](changes, old, new).rstrip("\n"))
    limit = -1 if fail_on == "never" else Level(fail_on).rank
    context.exit(1 if any(change.level.rank <= limit for change in changes) else 0)


def _read(source: str, overlays: Sequence[str]) -> Document:
    document = load_document(source, overlays=overlays)
    if version_of(document.data) is None:
        mend = "it begins with openapi: 3.0.x, 3.1.x or 3.2.x, or swagger: '2.0'"
        raise DocumentError(f"{source}: is no OpenAPI document of a version that is understood; {mend}")
    return document
