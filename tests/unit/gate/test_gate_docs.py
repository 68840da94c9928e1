"""The pages about the gate say what the code says."""

from __future__ import annotations

import ast
import json
import re
from pathlib import Path

import pytest
from pydantic import BaseModel

from specproof.errors import OptionError
from specproof.gate.policy import DEFAULT, as_toml, load_policy
from specproof.gate.stale import KINDS
from specproof.gate.waivers import Seen, Waiver, parse_waivers

ROOT = Path(__file__).parents[3]
GATE = (ROOT / "docs" / "gate.md").read_text(encoding="utf-8")
WAIVERS = (ROOT / "docs" / "waivers.md").read_text(encoding="utf-8")
ERRORS = re.findall(r"^ERROR: gate-policy\.toml: (.*)$", GATE, re.M)
PROMISES = ("pagination.no-gaps", "deprecation.valid", "body.schema", *(kind.id for kind in KINDS))


def blocks(page: str, language: str) -> list[str]:
    """Return the fenced blocks of a language."""
    return re.findall(rf"^```{language}\n(.*?)^```", page, re.M | re.S)


def test_the_page_prints_the_default_policy() -> None:
    assert blocks(GATE, "toml")[0] == as_toml(DEFAULT)


@pytest.mark.parametrize("text", [*blocks(GATE, "toml"), blocks(WAIVERS, "toml")[-1]])
def test_every_policy_on_the_pages_can_be_used(tmp_path: Path, text: str) -> None:
    path = tmp_path / "gate-policy.toml"
    path.write_text(text, encoding="utf-8")
    assert load_policy(path, promises=PROMISES).source.endswith("gate-policy.toml")


def test_the_waiver_on_the_page_can_be_used() -> None:
    [waiver] = parse_waivers(blocks(WAIVERS, "toml")[0], "waivers.toml").entries
    assert waiver.seen is not None


WRONG = (
    "[findings]\nblok_at = 'major'",
    "[findings]\nblock_at = 'mayor'",
    "[[overrides]]\npromise = 'pagnation.*'\nfindings = 'report'",
)


@pytest.mark.parametrize(("text", "said"), list(zip(WRONG, ERRORS, strict=True)))
def test_the_errors_on_the_page_are_real(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "gate-policy.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(OptionError, match=re.escape(said)):
        load_policy(path, promises=PROMISES)


@pytest.mark.parametrize("model", [Waiver, Seen])
def test_every_key_of_a_waiver_is_explained(model: type[BaseModel]) -> None:
    for name, field in model.model_fields.items():
        if field.is_required():
            written = "needed"
        else:
            written = "" if field.default is None else f"`{json.dumps(field.default)}`"
        row = f"| `{name}` | {written} | {field.description} |".replace("|  |", "| |")
        assert row in WAIVERS, row


def test_every_rule_is_explained() -> None:
    """Rules are texts in the code; those of the policy's shares have one row together."""
    texts: set[str] = set()
    for path in (ROOT / "src" / "specproof" / "gate").glob("*.py"):
        nodes = ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        texts |= {n.value for n in nodes if isinstance(n, ast.Constant) and isinstance(n.value, str)}
    rules = {
        text
        for text in texts
        if re.fullmatch(r"(findings|run|operations|coverage|durations)\.[a-z0-9-]+", text)
    }
    assert len(rules) >= 12
    assert {rule for rule in rules if f"`{rule}`" not in GATE} == set()


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.id)
def test_every_promise_of_the_waiver_file_is_explained(kind: object) -> None:
    assert f"| `{kind.id}` |" in WAIVERS
