"""The life of variables, as the contract describes it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import count

import pytest
from target_client import VARIABLES, Client

STAMP = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}\+00:00")
NUMBERS = count()


@pytest.fixture
def key() -> str:
    """A key that no other test uses."""
    return f"TEST KEY {next(NUMBERS)}"


@pytest.fixture
def variable(shared: Client, key: str) -> Iterator[dict[str, object]]:
    """A variable of its own, removed afterwards if it is still there."""
    made = shared.create(key, "first")
    yield made
    shared.send("DELETE", shared.of(made))


def test_a_creation_answers_the_object_and_where_it_is(shared: Client, key: str) -> None:
    answer = shared.send("POST", VARIABLES, document={"key": key, "value": "v"})
    made = answer.json
    assert answer.status == 201
    assert set(made) == {
        "type",
        "uuid",
        "key",
        "value",
        "secured",
        "created_on",
        "updated_on",
        "links",
    }
    assert (made["type"], made["key"], made["value"], made["secured"]) == (
        "pipeline_variable",
        key,
        "v",
        False,
    )
    assert STAMP.fullmatch(made["created_on"])
    assert made["created_on"] == made["updated_on"]
    assert answer.headers["location"] == shared.origin + shared.of(made) == made["links"]["self"]["href"]
    assert shared.get(answer.headers["location"]).json == made
    assert shared.send("DELETE", shared.of(made)).status == 204


@pytest.mark.parametrize(
    "value",
    [
        "",
        " ",
        "  around  ",
        "a\r\nb\n\tc",
        "e\u0301",
        "\u00e9",
        "\U0001f30a\U0001f469\u200d\U0001f680",
        "\x01\x7f\x80\ufeff\uffff",
        '"\\<&>%2B+',
        "007",
        "null",
        "v" * 4_096,
        "\U0001f30a" * 4_096,
    ],
)
def test_values_come_back_exactly(shared: Client, key: str, value: str) -> None:
    made = shared.create(key, value)
    assert made["value"] == value
    assert shared.get(shared.of(made)).json["value"] == value
    shared.send("DELETE", shared.of(made))


@pytest.mark.parametrize("length", [1, 255])
def test_keys_of_extreme_length_are_kept(shared: Client, length: int) -> None:
    made = shared.create("\U0001f511" * length, "v")
    assert shared.get(shared.of(made)).json["key"] == "\U0001f511" * length
    shared.send("DELETE", shared.of(made))


def test_an_update_keeps_what_is_left_out(shared: Client, variable: dict[str, str], key: str) -> None:
    path = shared.of(variable)
    changed = shared.send("PUT", path, document={"value": "second"}).json
    assert (changed["key"], changed["value"], changed["secured"]) == (key, "second", False)
    renamed = shared.send("PUT", path, document={"key": f"{key} renamed"}).json
    assert (renamed["key"], renamed["value"]) == (f"{key} renamed", "second")
    assert renamed["updated_on"] >= renamed["created_on"] == variable["created_on"]
    assert shared.get(path).json == renamed
    assert shared.send("PUT", path, document={}).status == 200


def test_what_the_server_decides_is_ignored_in_bodies(shared: Client, variable: dict[str, str]) -> None:
    path = shared.of(variable)
    sent = {
        "uuid": "{00000000-0000-4000-8000-000000000000}",
        "created_on": "1999",
        "links": {},
        "unknown": [1],
    }
    changed = shared.send("PUT", path, document=sent).json
    assert {name: changed[name] for name in ("uuid", "created_on", "links")} == {
        name: variable[name] for name in ("uuid", "created_on", "links")
    }
    assert "unknown" not in changed


def test_deleting_twice_is_not_found(shared: Client, variable: dict[str, str]) -> None:
    path = shared.of(variable)
    answer = shared.send("DELETE", path)
    assert (answer.status, answer.body) == (204, b"")
    assert "content-type" not in answer.headers
    for method in ("DELETE", "GET"):
        assert shared.send(method, path).status == 404
    assert shared.send("PUT", path, document={"value": "v"}).status == 404


def test_keys_are_unique_by_code_points(shared: Client, variable: dict[str, str], key: str) -> None:
    clash = shared.send("POST", VARIABLES, document={"key": key, "value": "other"})
    assert clash.status == 409
    assert list(clash.json["error"]["fields"]) == ["key"]
    for different in (key.lower(), f"{key} ", f"{key}\u0301"):
        made = shared.create(different, "v")
        assert shared.send("PUT", shared.of(made), document={"key": key}).status == 409
        assert shared.send("PUT", shared.of(made), document={"key": different}).status == 200
        shared.send("DELETE", shared.of(made))


def test_teams_do_not_share_keys(shared: Client) -> None:
    rita = shared.app_password("rita", "rival-admin")
    page = shared.get("/2.0/teams/rival/pipelines_config/variables", authorization=rita).json
    assert page["size"] == 5
    assert "BUILD_FLAGS" in {item["key"] for item in page["values"]}


def test_a_variable_of_another_team_is_not_found(shared: Client) -> None:
    rita = shared.app_password("rita", "rival-admin")
    page = shared.get("/2.0/teams/rival/pipelines_config/variables", authorization=rita).json
    assert [shared.get(shared.of(item)).status for item in page["values"]] == [404] * 5


@pytest.mark.parametrize(
    "spelling",
    [
        str.upper,
        lambda text: text.replace("%7B", "{").replace("%7D", "}"),
        lambda text: text.replace("-", "%2D"),
    ],
    ids=["upper case", "raw braces", "encoded hyphens"],
)
def test_a_uuid_may_be_spelled_differently(
    shared: Client, variable: dict[str, str], spelling: object
) -> None:
    prefix, _, identity = shared.of(variable).rpartition("/")
    assert callable(spelling)
    assert shared.get(f"{prefix}/{spelling(identity)}").json == variable


@pytest.mark.parametrize("identity", ["x", "%7B%7D", "%00", "%ff", "a" * 36, "%7B{}%7D", "~"])
def test_what_is_no_uuid_is_not_found(shared: Client, identity: str) -> None:
    assert shared.get(f"{VARIABLES}/{identity}").status == 404


def test_a_uuid_without_braces_is_not_found(shared: Client, variable: dict[str, str]) -> None:
    assert shared.get(f"{VARIABLES}/{variable['uuid'].strip('{}')}").status == 404


def test_a_secret_is_never_shown(shared: Client, key: str) -> None:
    secret = "hush-5b21-hush"
    made = shared.create(key, secret, secured=True)
    path = shared.of(made)
    answers = [
        shared.get(path),
        shared.get(f"{VARIABLES}?pagelen=100"),
        shared.get(f"{VARIABLES}?q=value+~+%22hush%22"),
        shared.send("PUT", path, document={"key": f"{key} renamed"}),
        shared.send("PUT", path, document={"value": f"{secret}-2"}),
        shared.send("PUT", path, document={"value": 5}),
        shared.send("POST", VARIABLES, document={"key": f"{key} renamed", "value": "v"}),
        shared.send("PUT", path, document={"secured": False}),
        shared.get(path),
        shared.send("DELETE", path),
    ]
    assert made["value"] == ""
    for answer in answers:
        assert b"hush" not in answer.body.replace(b"%22hush%22", b"")
        assert "hush" not in str(answer.headers)
    assert answers[2].json["size"] == 0
    assert (answers[7].json["secured"], answers[7].json["value"]) == (False, "")


def test_unsecuring_with_a_new_value_shows_the_new_value(shared: Client, key: str) -> None:
    path = shared.of(shared.create(key, "old", secured=True))
    changed = shared.send("PUT", path, document={"secured": False, "value": "new"}).json
    assert (changed["secured"], changed["value"]) == (False, "new")
    hidden = shared.send("PUT", path, document={"secured": True}).json
    assert (hidden["secured"], hidden["value"]) == (True, "")
    shared.send("DELETE", path)


def test_a_flat_form_does_as_well(shared: Client, key: str) -> None:
    form = {"Content-Type": "application/x-www-form-urlencoded; charset=UTF-8"}
    body = f"key={key.replace(' ', '+')}&value=%C3%A9%0D%0A&secured=false&other=1".encode()
    answer = shared.send("POST", VARIABLES, body=body, headers=form)
    assert (answer.status, answer.json["key"], answer.json["value"]) == (201, key, "\u00e9\r\n")
    changed = shared.send("PUT", shared.of(answer.json), body=b"secured=true", headers=form)
    assert (changed.json["secured"], changed.json["value"]) == (True, "")
    shared.send("DELETE", shared.of(answer.json))
