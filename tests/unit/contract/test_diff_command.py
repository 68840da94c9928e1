"""``specproof diff``: what it prints, and with which status it ends."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner, Result
from diff_pairs import TEXT, having, skeleton, with_schema

from specproof.cli import specproof

SAFE = (having(), having(a=TEXT))
RISKY = (having(a={"enum": ["x"]}), having(a={"enum": ["x", "y|z"]}))
BREAKING = (having(a=TEXT), having())


@pytest.fixture
def diff(tmp_path: Path) -> Any:
    """Compare two schemas of answers with the command."""

    def run(old: Any, new: Any, *options: str) -> Result:
        for name, schema in (("old", old), ("new", new)):
            text = json.dumps(with_schema(schema, "response"), indent=1)
            (tmp_path / f"{name}.json").write_text(text, encoding="utf-8")
        return call(str(tmp_path / "old.json"), str(tmp_path / "new.json"), *options)

    return run


def call(*arguments: str) -> Result:
    """Run the command in this process."""
    return CliRunner().invoke(specproof, ["diff", *arguments], standalone_mode=False)


def status(result: Result) -> int:
    """Return the status that the command line would end with."""
    assert result.exception is None, result.exception
    return result.return_value or 0


@pytest.mark.parametrize(
    ("pair", "limit", "expected"),
    [
        (BREAKING, "breaking", 1), (BREAKING, "risky", 1), (BREAKING, "never", 0),
        (RISKY, "breaking", 0), (RISKY, "risky", 1), (RISKY, "never", 0),
        (SAFE, "breaking", 0), (SAFE, "risky", 0),
    ],
)  # fmt: skip
def test_the_status_follows_the_level(diff: Any, pair: Any, limit: str, expected: int) -> None:
    assert status(diff(*pair, "--fail-on", limit)) == expected


def test_the_text_names_level_kind_operation_place_and_what_was(diff: Any) -> None:
    run = diff(*BREAKING)

    first, last = run.output.splitlines()
    assert first.startswith("breaking  response-property-removed  GET /things  ")
    assert "old.json:" in first
    assert first.endswith(": response 200: the property 'a' is gone")
    assert last.startswith("1 breaking, 0 risky, 0 safe changes from ")


def test_json_holds_everything(diff: Any, tmp_path: Path) -> None:
    answer = json.loads(diff(*BREAKING, "--format", "json").output)

    assert (answer["breaking"], answer["risky"], answer["safe"]) == (1, 0, 0)
    (change,) = answer["changes"]
    assert change.pop("place").startswith(f"{tmp_path / 'old.json'}:")
    assert change == {
        "kind": "response-property-removed",
        "level": "breaking",
        "side": "response",
        "said": "response 200: the property 'a' is gone",
        "document": "old",
        "pointer": "#/paths/~1things/get/responses/200/content/application~1json/schema/properties/a",
        "operations": ["GET /things"],
    }


def test_markdown_is_a_table_whatever_the_document_says(diff: Any) -> None:
    lines = diff(*RISKY, "--format", "markdown").output.splitlines()

    (row,) = (line for line in lines if "response-enum-value-added" in line)
    assert row.count("|") - row.count("\\|") == 5
    assert "## Risky" in lines


def test_an_overlay_is_applied_to_both(diff: Any, tmp_path: Path) -> None:
    overlay = tmp_path / "overlay.yaml"
    action = "{target: $.paths..properties, remove: true}"
    overlay.write_text(
        f"overlay: 1.0.0\ninfo: {{title: a, version: '1'}}\nactions: [{action}]\n", encoding="utf-8"
    )

    assert diff(*BREAKING, "--overlay", str(overlay)).output.startswith("0 breaking, 0 risky, 0 safe")


@pytest.mark.parametrize(
    ("text", "said"), [("", "empty"), ("[]", "holds a list"), ("asyncapi: 3.0.0", "is no OpenAPI document")]
)
def test_what_cannot_be_read_is_one_line_and_status_2(text: str, said: str, tmp_path: Path) -> None:
    good, bad = tmp_path / "good.json", tmp_path / "bad.json"
    good.write_text(json.dumps(skeleton()), encoding="utf-8")
    bad.write_text(text, encoding="utf-8")

    run = call(str(good), str(bad))

    assert status(run) == 2
    assert len(run.stderr.splitlines()) == 1
    assert run.stderr.startswith(f"specproof: {bad}")
    assert said in run.stderr


def test_a_missing_argument_ends_with_2_as_well() -> None:
    run = call("only-one.yaml")

    assert status(run) == 2
    assert "NEW" in run.stderr


def test_the_command_is_listed() -> None:
    assert isinstance(specproof, click.Group)
    assert "diff" in specproof.list_commands(click.Context(specproof))
