"""``specproof validate``: everything that is wrong with a document, one line each."""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from dataclasses import asdict

import click

from specproof.contract.load import load_document
from specproof.contract.validate import Judgement, judge


@click.command()
@click.argument("source", metavar="FILE|URL")
@click.option(
    "--overlay", "overlays", multiple=True, metavar="FILE|URL", help="Apply an overlay first; repeatable."
)
@click.option(
    "--format",
    "style",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="What to print.",
)
@click.pass_context
def validate(context: click.Context, source: str, overlays: Sequence[str], style: str) -> None:
    """Say everything that is wrong with an OpenAPI document.

    One line each: file:line: pointer: what is wrong; how to mend it. Exit status: 0 valid, 1 problems,
    4 unreadable. Warnings do not count.
    """
    started = time.monotonic()
    document = load_document(source, overlays=overlays)
    judgement = judge(document)
    if style == "json":
        click.echo(_as_json(source, judgement))
    else:
        for problem in judgement.problems:
            click.echo(str(problem))
        for warning in judgement.warnings:
            click.echo(f"warning: {warning}")
        seconds = time.monotonic() - started
        found = f"{_count(judgement.problems, 'problem')}, {_count(judgement.warnings, 'warning')}"
        click.echo(f"{found} in {source} ({seconds:.1f} s)")
    context.exit(1 if judgement.problems else 0)


def _count(found: Sequence[object], word: str) -> str:
    return f"{len(found)} {word}" if len(found) == 1 else f"{len(found)} {word}s"


def _as_json(source: str, judgement: Judgement) -> str:
    lists = {"problems": judgement.problems, "warnings": judgement.warnings}
    shown = {name: [asdict(problem) for problem in found] for name, found in lists.items()}
    return json.dumps(
        {"source": source, "valid": not judgement.problems, **shown}, indent=2, ensure_ascii=False
    )
