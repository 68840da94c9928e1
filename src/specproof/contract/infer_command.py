"""``specproof infer``: what a document does not say but its names show, and an overlay that says it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import click

from specproof.contract.contract import Contract, build_contract
from specproof.contract.infer_overlay import ASIDE, as_overlay, said_of_life, said_of_pages
from specproof.contract.load import load_document
from specproof.contract.readable import readable
from specproof.contract.syntax import to_yaml
from specproof.errors import OptionError


@click.command()
@click.argument("source", metavar="FILE|URL")
@click.option(
    "--overlay", "overlays", multiple=True, metavar="FILE|URL", help="Apply an overlay first; repeatable."
)
@click.option("--lenient", is_flag=True, help="Read the sound part of a document with defects.")
@click.option(
    "--write",
    "target",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Write an overlay that says all of it; an existing file is left alone.",
)
def infer(source: str, overlays: Sequence[str], lenient: bool, target: Path | None) -> None:
    """Say what specproof infers from an OpenAPI document, such as pages and life cycles, how surely, and why.

    What is inferred makes minor findings; with the overlay the same promises count in full. Exit status: 0,
    4 where the document or the options cannot be used.
    """
    document = load_document(source, overlays=overlays, lenient=lenient)
    whole = readable(document)
    contract = build_contract(
        whole.data, source=source, sha256=document.sha256, place=whole.place, origin=whole.origin
    )
    lines = list(_lines(contract))
    for line in lines:
        click.echo(line)
    count = sum(not line.startswith(" ") for line in lines)
    click.echo(f"{count or 'nothing'} inferred from {source}")
    if target is not None:
        _write(target, to_yaml(as_overlay(contract)))
        click.echo(f"wrote {target}: correct it, then run with --overlay {target}")


def _lines(contract: Contract) -> Iterator[str]:
    names: Mapping[str, str] = {each.label: each.label for each in contract.operations}
    for operation in contract.operations:
        pages, resource = operation.pagination, operation.resource
        if pages is not None and pages.inferred:
            place = contract.place(pages.pointer)
            yield f"{operation.label}: pages, confidence {pages.confidence:g} ({place})"
            yield f"  because of {'; '.join(pages.because)}"
            yield f"  x-pagination: {_flat(said_of_pages(pages))}"
        if resource is not None and resource.inferred and resource.create == operation.label:
            place = contract.place(resource.pointer)
            yield f"{operation.label}: life cycle, confidence {resource.confidence:g} ({place})"
            yield f"  because of {'; '.join(resource.because)}"
            yield f"  x-resource: {_flat(said_of_life(resource, names))}"
    for promise in contract.promises:
        if promise.inferred and promise.id in ASIDE:
            extension, word, confidence, why = ASIDE[promise.id]
            place = contract.place(promise.source)
            yield f"{promise.operation}: {promise.id}, confidence {confidence:g} ({place})"
            yield f"  because of {why}"
            yield f"  {extension}: {word}"


def _flat(said: Mapping[str, object]) -> str:
    shown = (f"{name}: {_flat(v) if isinstance(v, Mapping) else _plain(v)}" for name, v in said.items())
    return "{" + ", ".join(shown) + "}"


def _plain(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value) if value != "" else "''"


def _write(target: Path, text: str) -> None:
    try:
        with target.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError as error:
        raise OptionError(f"--write: {target} is there already; give another name or remove it") from error
    except OSError as error:
        raise OptionError(f"--write: {target} cannot be written ({error.strerror}); give another") from error
