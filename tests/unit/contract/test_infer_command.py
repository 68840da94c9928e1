"""``specproof infer`` says what was inferred, and its overlay says the same without inference."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from specproof.contract.contract import Contract, build_contract
from specproof.contract.infer_command import infer
from specproof.contract.load import load_document
from specproof.contract.readable import readable
from specproof.errors import OptionError

REPOSITORY = Path(__file__).resolve().parents[3]
ITEM = """
      type: object
      required: [id]
      properties: {id: {type: integer}}
"""
SPEC = f"""\
openapi: 3.0.3
info: {{title: Things, version: '1'}}
paths:
  /it's/things:
    get:
      parameters:
        - {{name: page, in: query, schema: {{type: integer, minimum: 0}}}}
        - {{name: size, in: query, schema: {{type: integer, maximum: 40}}}}
      responses:
        '200':
          description: Things
          headers: {{X-Total-Count: {{schema: {{type: integer}}}}}}
          content:
            application/json:
              schema: {{type: array, items: {{$ref: '#/components/schemas/Thing'}}}}
    post:
      operationId: make
      responses:
        '201':
          description: Made
          content: {{application/json: {{schema: {{$ref: '#/components/schemas/Thing'}}}}}}
  /it's/things/{{id}}:
    parameters: [{{name: id, in: path, required: true, schema: {{type: integer}}}}]
    get:
      responses:
        '200':
          description: The thing
          content: {{application/json: {{schema: {{$ref: '#/components/schemas/Thing'}}}}}}
components:
  schemas:
    Thing:{ITEM}
"""


def run(*arguments: str) -> Result:
    return CliRunner().invoke(infer, arguments)


def contract(source: Path, *overlays: Path) -> Contract:
    document = load_document(str(source), overlays=[str(each) for each in overlays])
    whole = readable(document)
    return build_contract(whole.data, source=str(source), sha256="0", place=str)


def bare(found: Any) -> Any:
    """Forget how something came to be known."""
    return found and replace(found, inferred=False, confidence=1.0, because=(), pointer="")


@pytest.fixture
def spec(tmp_path: Path) -> Path:
    """A document that says nothing about pages and life cycles."""
    path = tmp_path / "openapi.yaml"
    path.write_text(SPEC, encoding="utf-8")
    return path


def test_it_says_what_was_inferred_how_surely_and_why(spec: Path) -> None:
    lines = run(str(spec)).output.splitlines()
    assert lines == [
        f"GET /it's/things: pages, confidence 0.9 ({spec}:5)",
        "  because of the query parameters page and size; the body is a list; a total in X-Total-Count; "
        "bounds of size",
        "  x-pagination: {style: page, items: '', total_header: X-Total-Count, size_maximum: 40, "
        "identity: /id, parameters: {page: page, size: size}, first: 0}",
        f"POST /it's/things: life cycle, confidence 0.9 ({spec}:16)",
        "  because of /it's/things/{id} below /it's/things; the 201 shows id",
        "  x-resource: {identity: /id, parameter: id, create: POST /it's/things, "
        "read: GET /it's/things/{id}, list: GET /it's/things, keeps_omitted: true}",
        f"2 inferred from {spec}",
    ]


@pytest.mark.parametrize("shipped", [False, True])
def test_the_overlay_says_the_same_in_full(spec: Path, tmp_path: Path, shipped: bool) -> None:
    source = REPOSITORY / "spec" / "bitbucket-workspaces.yaml" if shipped else spec
    overlay = tmp_path / "overlay.yaml"

    assert run(str(source), "--write", str(overlay)).exit_code == 0

    before, after = contract(source), contract(source, overlay)
    assert after.inferred == ()
    assert not any(promise.inferred for promise in after.promises)
    assert [(bare(o.pagination), bare(o.resource)) for o in after.operations] == [
        (bare(o.pagination), bare(o.resource)) for o in before.operations
    ]
    assert {promise.key for promise in before.promises} <= {promise.key for promise in after.promises}


def test_the_overlay_fits_the_document(spec: Path, tmp_path: Path) -> None:
    run(str(spec), "--write", str(tmp_path / "overlay.yaml"))
    document = load_document(str(spec), overlays=[str(tmp_path / "overlay.yaml")])
    assert document.warnings == ()


def test_with_its_overlay_nothing_is_inferred(spec: Path, tmp_path: Path) -> None:
    overlay = str(tmp_path / "overlay.yaml")
    run(str(spec), "--write", overlay)
    assert run(str(spec), "--overlay", overlay).output == f"nothing inferred from {spec}\n"


def test_an_existing_file_is_left_alone(spec: Path) -> None:
    result = run(str(spec), "--write", str(spec))
    assert isinstance(result.exception, OptionError)
    assert str(result.exception) == f"--write: {spec} is there already; give another name or remove it"
    assert spec.read_text(encoding="utf-8") == SPEC


HINTS = """\
openapi: 3.1.0
info: {title: Things, version: '1'}
paths:
  /thing:
    get:
      responses:
        '200': {description: It, headers: {ETag: {}}, content: {application/json: {}, text/csv: {}}}
    put:
      responses: {'204': {description: Done}, '412': {description: Somebody else was here}}
"""


def test_hints_at_headers_are_shown_and_confirmed(tmp_path: Path) -> None:
    """Several media types, and 412 beside an ETag."""
    source, overlay = tmp_path / "hints.yaml", tmp_path / "overlay.yaml"
    source.write_text(HINTS, encoding="utf-8")

    lines = run(str(source), "--write", str(overlay)).output.splitlines()

    assert lines[:6] == [
        f"GET /thing: negotiation.honoured, confidence 0.7 ({source}:7)",
        "  because of several media types for the same data",
        "  x-negotiation: accept",
        f"PUT /thing: conditional.stale-refused, confidence 0.7 ({source}:9)",
        "  because of the documented 412, and the ETag of the GET on the same path",
        "  x-conditions: if-match",
    ]
    before, after = contract(source), contract(source, overlay)
    assert len(before.inferred) == 2
    assert after.inferred == ()
    assert {p.key for p in before.promises} == {p.key for p in after.promises}
