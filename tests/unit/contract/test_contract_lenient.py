"""The sound part of a document with defects is read, and what was done to the rest is said."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from diff_pairs import loaded

from specproof.contract.load import load_document
from specproof.contract.readable import readable
from specproof.contract.schema import Schemas
from specproof.contract.validate import problems
from specproof.suite.setup import read_contract

DEFECTS = Path(__file__).parents[2] / "support" / "documents" / "defects.yaml"


@pytest.fixture(scope="module")
def effects() -> dict[str, str]:
    """What was done, by pointer."""
    return {note.pointer: note.effect for note in readable(load_document(str(DEFECTS), lenient=True)).notes}


@pytest.mark.parametrize(
    ("pointer", "effect"),
    [
        ("#/paths/~1pets/get/parameters/0", "the parameter was left out"),
        ("#/paths/~1pets/get/parameters/1", "it may have any value"),
        ("#/paths/~1pets/get/parameters/2", "it was left out"),
        ("#/paths/~1pets/get/parameters/3/schema/type", "the keyword was ignored"),
        ("#/paths/~1pets/get/parameters/3/schema/pattern", "the keyword was ignored"),
        ("#/paths/~1pets/get/responses/404", "taken as a response whose content nothing is known of"),
        ("#/paths/~1pets/post/requestBody", "its operation was left out, for its body is not known"),
        ("#/paths/~1pets~1{id}/get", "taken as any text"),
        ("#/paths/~1pets~1{id}/delete", "the operation was left out"),
        ("#/components/schemas/Pet/required", "the keyword was ignored"),
        ("#/components/schemas/Pet/properties/name/maxLength", "the keyword was ignored"),
        ("#/components/schemas/Pet/properties/owner", "taken as a schema that allows everything"),
        ("#/components/schemas/Circle", "taken as a schema that allows everything"),
        ("#/paths/~1pets/get/tags/0", "read all the same"),
        ("#/info/version", "read all the same"),
    ],
)
def test_each_defect_is_noted_with_what_was_done(pointer: str, effect: str, effects: dict[str, str]) -> None:
    assert effects[pointer] == effect


def test_every_problem_of_the_document_is_noted(effects: dict[str, str]) -> None:
    """Under its own pointer, or that of the object it is in."""
    found = {problem.pointer.removesuffix("/$ref") for problem in problems(load_document(str(DEFECTS)))}
    assert found
    assert found <= effects.keys()


def test_the_sound_part_is_what_is_run() -> None:
    contract = read_contract(load_document(str(DEFECTS), lenient=True))

    assert [operation.label for operation in contract.operations] == [
        "GET /pets", "GET /pets/{id}", "PUT /pets/{id}",
    ]  # fmt: skip
    assert [p.name for p in contract.operation("GET /pets").parameters] == ["size", "sort"]
    assert [p.name for p in contract.operation("GET /pets/{id}").parameters] == ["id"]
    assert [p.name for p in contract.operation("PUT /pets/{id}").parameters] == ["id"]
    assert contract.operation("PUT /pets/{id}").response_for(299) is not None


def test_its_schemas_can_be_judged() -> None:
    contract = read_contract(load_document(str(DEFECTS), lenient=True))
    schemas: Schemas = contract.schemas
    schema = contract.operation("GET /pets").responses["200"].content[0].schema

    assert schemas.is_valid(schema, [{"name": "a", "owner": 5, "circle": None}], direction="response")
    assert not schemas.is_valid(schema, [{"name": 5}], direction="response")


def test_a_sound_document_is_left_as_it_is() -> None:
    spec = str(Path(__file__).parents[3] / "spec" / "bitbucket-teams.yaml")
    whole = readable(load_document(spec, lenient=True))

    assert whole.notes == ()
    assert whole.data == load_document(spec).data


NEW: dict[str, Any] = {
    "openapi": "3.2.0",
    "info": {"title": "a", "version": "1"},
    "paths": {
        "/a": {
            "query": {"responses": {"200": {"description": "found"}}},
            "additionalOperations": {"COPY": {"responses": {"200": {"description": "copied"}}}},
            "get": {
                "parameters": [
                    {"name": "q", "in": "querystring", "content": {"application/json": {"schema": {}}}}
                ],
                "responses": {
                    "200": {"summary": "no description", "content": {
                        "text/event-stream": {"itemSchema": {"type": "object"}},
                        "application/json": {"$ref": "#/components/mediaTypes/Thing"},
                    }}
                },
            },
        }
    },
    "components": {"mediaTypes": {"Thing": {"schema": {"type": "integer"}}}},
}  # fmt: skip


def test_what_3_2_added_is_valid_and_read_or_said_to_be_left_out(tmp_path: Path) -> None:
    document = loaded(NEW, tmp_path, "new")
    contract = read_contract(document)

    assert problems(document) == []
    assert [operation.label for operation in contract.operations] == ["GET /a", "QUERY /a", "COPY /a"]
    assert contract.operations[2].pointer == "#/paths/~1a/additionalOperations/COPY"
    media = {each.name: each.schema for each in contract.operations[0].responses["200"].content}
    assert "content.items" in {promise.id for promise in contract.promises}
    assert media["application/json"] == {"type": "integer"}
    assert {(note.pointer, note.effect) for note in contract.notes} == {
        ("#/paths/~1a/get/parameters/0", "it is sent, but its values are not judged"),
    }
