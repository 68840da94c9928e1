"""The recipes of ``docs/publish.md`` can be read, and call commands as they are."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
import yaml
from pages import ROOT

from specproof.reports.site.command import report

TEXT = (ROOT / "docs" / "publish.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```(\w+)\n(.*?)^```", TEXT, re.MULTILINE | re.DOTALL)
CALLS = re.findall(r"specproof report((?: (?:--[a-z-]+|[\w./]+))*)", "".join(text for _, text in BLOCKS))


@pytest.mark.parametrize("text", [text for kind, text in BLOCKS if kind == "yaml"])
def test_yaml_is_a_mapping_with_steps(text: str) -> None:
    assert isinstance(yaml.safe_load(text), dict)
    assert "specproof.contract_tests" in text


@pytest.mark.parametrize("text", [text for kind, text in BLOCKS if kind == "json"])
def test_json_is_json(text: str) -> None:
    assert json.loads(text)


@pytest.mark.parametrize("call", CALLS)
def test_the_command_takes_these_arguments(call: str) -> None:
    words = call.split()
    understood = report.make_context("report", list(words)).params
    assert understood["single_file"] is ("--single-file" in words)
    assert understood["output"] == (Path("public") if "--output" in words else None)
    assert understood["reports"] == ((Path("reports"),) if words == ["reports"] else ())


def test_every_kind_of_place_has_a_recipe() -> None:
    assert len(CALLS) >= 4
    assert {kind for kind, _ in BLOCKS} == {"yaml", "json", "sh"}
