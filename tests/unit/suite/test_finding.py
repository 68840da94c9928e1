"""Values for parameters that nobody gave: of the document, and of what lists answer."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from proving import prover_of
from recording import Recorder, Seen, recording_server
from things_server import said

from specproof.suite.access import NotExercised
from specproof.suite.finding import values_in
from specproof.suite.prove import Prover
from specproof.suite.scratch import valid_request

RACKS_ONE = "/racks/{rack}"
TAGS, ONE_TAG = "/racks/{rack}/tags", "/racks/{rack}/tags/{tag}"
SHELF, BOOK = "/shelves/{shelf_id}/books", "/shelves/{shelf_id}/books/{isbn}"
LISTS = {
    "/shelves": {"shelves": [{"name": "x", "id": 7}, {"id": 8}], "total": 2},
    "/shelves/7/books": [{"isbn": None}, {"isbn": "978 0"}],
    "/empty": [],
}
Make = Callable[..., Prover]


def parameter(name: str, location: str = "path", schema: Any = None, **more: Any) -> dict[str, Any]:
    """Describe a required parameter."""
    return {"name": name, "in": location, "required": True, "schema": schema or {}, **more}


def document(*asked: dict[str, Any]) -> dict[str, Any]:
    """Describe shelves with books; ``asked`` are parameters of the list of shelves."""
    shelf, isbn = (
        parameter("shelf_id", schema={"type": "integer"}),
        parameter("isbn", schema={"type": "string"}),
    )

    def answers(*parameters: dict[str, Any]) -> dict[str, Any]:
        return {"parameters": list(parameters), "responses": {"200": {"description": "fine"}}}

    return {
        "openapi": "3.1.0",
        "info": {"title": "Shelves", "version": "1"},
        "components": {"schemas": {"Tone": {"type": "string", "enum": ["loud", "soft"]}}},
        "paths": {
            "/shelves": {"get": answers(*asked)},
            SHELF: {"get": answers(shelf)},
            BOOK: {
                "get": answers(shelf, isbn),
                "patch": answers(shelf, isbn),
                "delete": answers(shelf, isbn),
            },
            "/empty": {"get": answers()},
            "/empty/{id}": {"get": answers(parameter("id"))},
        },
    }


def answer(seen: Seen) -> Any:
    """Answer lists; nothing else is there."""
    found = LISTS.get(urlsplit(seen.target).path)
    return said(404, {}) if found is None else said(200, found)


@pytest.fixture
def server() -> Iterator[Recorder]:
    with recording_server(answer) as server:
        yield server


@pytest.fixture
def begun(server: Recorder, tmp_path: Path) -> Iterator[Make]:
    """Begin runs on the shelves."""
    with ExitStack() as stack:

        def make(*lines: str, asked: tuple[dict[str, Any], ...] = ()) -> Prover:
            head = ["[environment]", 'name = "shelves"', f'base_url = "{server.origin}"']
            prover = prover_of(tmp_path, document(*asked), "\n".join([*head, *lines]) + "\n")
            stack.callback(prover.suite.clear)
            prover.begin()
            return prover

        yield make


def path_of(prover: Prover, label: str) -> dict[str, str]:
    """Return the path values that an operation gets."""
    return prover.scratch.path(prover.suite.operations[label])


def test_a_list_gives_the_value_and_the_list_inside_it_the_next(begun: Make, server: Recorder) -> None:
    """What cannot be one is passed over, and each list is asked once."""
    prover = begun()

    for _ in range(2):
        assert path_of(prover, f"GET {BOOK}") == {"shelf_id": "7", "isbn": "978 0"}

    assert [seen.target for seen in server.seen] == ["/shelves", "/shelves/7/books"]


def test_what_is_given_is_not_looked_for(begun: Make, server: Recorder) -> None:
    prover = begun("[parameters]", "shelf_id = 9")

    assert path_of(prover, f"GET {SHELF}") == {"shelf_id": "9"}
    assert server.seen == []


@pytest.mark.parametrize(
    "label", ["GET /empty/{id}", f"PATCH {BOOK}"], ids=["nothing there", "it would change it"]
)
def test_without_a_value_it_is_said_so(begun: Make, label: str) -> None:
    """What a list shows was not made by the run, so nothing that changes it gets it."""
    prover = begun('writes = "allowed"')

    with pytest.raises(
        NotExercised, match=r"^no value for the path parameter \w+: give one under \[parameters\]"
    ):
        path_of(prover, label)


def test_where_nobody_else_uses_the_data_it_may_be_changed(begun: Make) -> None:
    prover = begun('writes = "allowed"', "exclusive = true")

    assert path_of(prover, f"PATCH {BOOK}") == {"shelf_id": "7", "isbn": "978 0"}
    with pytest.raises(NotExercised, match="it would change what the run did not make"):
        path_of(prover, f"DELETE {BOOK}")


def test_the_account_of_a_credential_is_read_and_never_changed(begun: Make) -> None:
    """Nobody could sign in any more, and everything after it would say nothing."""
    lines = (
        "exclusive = true",
        'writes = "allowed"',
        "[[credentials]]",
        'name = "owner"',
        'scheme = "basic"',
    )
    prover = begun(*lines, 'username = "978 0"', 'secret = "of the shelf"')

    assert path_of(prover, f"GET {BOOK}")["isbn"] == "978 0"
    with pytest.raises(NotExercised, match="isbn"):
        path_of(prover, f"PATCH {BOOK}")


@pytest.mark.parametrize(
    ("item", "name", "pointer", "expected"),
    [
        ({"id": 1, "thing_id": 2}, "thingId", None, ["2", "1"]),
        ({"uuid": "u", "id": 3}, "thing_uuid", None, ["u"]),
        ({"id": True, "name": "n"}, "name", None, ["n"]),
        ({"id": "", "other": 1}, "thing_id", None, []),
        ({"meta": {"ref": "r"}, "id": 1}, "id", "/meta/ref", ["r"]),
        ("plain", "tag", None, ["plain"]),
        ({"label": "x"}, "tag", None, []),
    ],
    ids=[
        "its own name first",
        "uuid",
        "name",
        "empty",
        "as the document says",
        "no object",
        "nothing like it",
    ],
)
def test_what_an_item_is_called_by(item: Any, name: str, pointer: str | None, expected: list[str]) -> None:
    assert list(values_in(item, name, pointer)) == expected


@pytest.mark.parametrize(
    ("asked", "query"),
    [
        (parameter("q", "query", {"$ref": "#/components/schemas/Tone"}), "q=loud"),
        (parameter("q", "query", {"type": "boolean", "default": True}), "q=true"),
        (parameter("q", "query", {"const": 5}), "q=5"),
        (parameter("q", "query", {"type": "string", "examples": ["a b"]}), "q=a%20b"),
        (parameter("q", "query", {"type": "array"}, example=["a", "b"]), "q=a&q=b"),
        (parameter("q", "query", {"type": "object"}, example={"a": 1}, style="deepObject"), "q%5Ba%5D=1"),
    ],
    ids=["enum behind a reference", "default", "constant", "example of the schema", "list", "object"],
)
def test_the_documents_values_are_written_as_it_says(begun: Make, asked: dict[str, Any], query: str) -> None:
    prover = begun(asked=(asked,))
    request = valid_request(prover.suite, prover.scratch, prover.suite.operations["GET /shelves"], purpose="")

    assert urlsplit(request.url).query == query


def test_a_required_header_is_sent(begun: Make) -> None:
    prover = begun("[parameters]", '"X-Tenant" = "acme"', asked=(parameter("X-Tenant", "header"),))
    request = valid_request(prover.suite, prover.scratch, prover.suite.operations["GET /shelves"], purpose="")

    assert request.headers == (("X-Tenant", "acme"),)


def test_a_required_header_without_a_value_is_said(begun: Make) -> None:
    """A request without it would not be valid."""
    prover = begun(asked=(parameter("X-Tenant", "header"), parameter("Accept", "header")))

    with pytest.raises(
        NotExercised, match=r"^no value for the header X-Tenant: give one under \[parameters\]"
    ):
        valid_request(prover.suite, prover.scratch, prover.suite.operations["GET /shelves"], purpose="")


TAG = {"identity": "/id", "parameter": "tag", "create": "tag", "read": "readTag", "delete": "dropTag"}
RACK = {"identity": "/id", "parameter": "rack", "create": "make", "read": "read", "delete": "drop"}


def racks() -> dict[str, Any]:
    """Describe racks, which can be made and removed, with tags inside."""
    sent = {"type": "object", "required": ["label"], "properties": {"label": {"type": "string"}}}
    made = {"type": "object", "properties": {"id": {"type": "integer"}}}
    rack = parameter("rack", schema={"type": "integer"})

    def answers(status: str, name: str, **more: Any) -> dict[str, Any]:
        content = {"content": {"application/json": {"schema": made}}} if status < "204" else {}
        return {"operationId": name, "responses": {status: {"description": "fine", **content}}, **more}

    body = {"required": True, "content": {"application/json": {"schema": sent}}}
    return {
        "openapi": "3.1.0",
        "info": {"title": "Racks", "version": "1"},
        "paths": {
            "/racks": {"x-resource": RACK, "post": answers("201", "make", requestBody=body)},
            RACKS_ONE: {
                "x-resource": RACK,
                "parameters": [rack],
                "get": answers("200", "read"),
                "delete": answers("204", "drop"),
            },
            TAGS: {"x-resource": TAG, "parameters": [rack], "post": answers("201", "tag", requestBody=body)},
            ONE_TAG: {
                "x-resource": TAG,
                "parameters": [rack, parameter("tag", schema={"type": "integer"})],
                "get": answers("200", "readTag"),
                "delete": answers("204", "dropTag"),
            },
        },
    }


@pytest.mark.parametrize("status", [201, 422], ids=["made", "refused"])
def test_what_can_be_made_is_made_once_and_removed(tmp_path: Path, status: int) -> None:
    """Things inside it may be changed then; nothing else in the run touches it."""

    def made(seen: Seen) -> Any:
        return said({"POST": status, "DELETE": 204}.get(seen.method, 404), {"id": 5})

    with recording_server(made) as server:
        lines = ["[environment]", 'name = "racks"', f'base_url = "{server.origin}"', 'writes = "allowed"']
        prover = prover_of(tmp_path, racks(), "\n".join(lines))
        prover.begin()
        found = []
        for label in (f"POST {TAGS}", f"GET {ONE_TAG}"):
            try:
                found.append(path_of(prover, label))
            except NotExercised:
                found.append({})
        prover.suite.clear()

    asked = [(seen.method, seen.target) for seen in server.seen]
    if status == 201:
        assert found == [{"rack": "5"}, {"rack": "5", "tag": "5"}]
        assert asked[:2] == [("POST", "/racks"), ("POST", "/racks/5/tags")]
        removed = [each for each in asked if each[0] == "DELETE"]
        assert removed == [("DELETE", "/racks/5/tags/5"), ("DELETE", "/racks/5")]
    else:
        assert (found, asked) == ([{}, {}], [("POST", "/racks")])
