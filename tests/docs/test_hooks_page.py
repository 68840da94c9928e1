"""The example of docs/hooks.md, in a run of its own."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from typing import Any

import pytest
from pages import ROOT, blocks

sys.path.insert(0, str(ROOT / "tests" / "support"))
from recording import Seen, recording_server
from things_server import LIST, Things, document

from specproof.plugin import hookspecs

PAGE = ROOT / "docs" / "hooks.md"
EXAMPLE = next(block.text for block in blocks(PAGE) if block.text.startswith("# conftest.py"))
REPORT = "/boxes/{box}/report"


@dataclass(frozen=True)
class Ended:
    """How the run ended."""

    status: int
    output: str
    verdict: dict[str, Any]
    seen: list[Seen] = field(repr=False)
    written: str = field(repr=False)


@pytest.fixture(scope="module")
def ended(tmp_path_factory: pytest.TempPathFactory) -> Ended:
    """A run with the conftest.py of the page."""
    folder, things = tmp_path_factory.mktemp("hooks"), Things()
    described = document()
    box = described["paths"]["/boxes/{box}/things"]["parameters"]
    described["paths"][LIST]["get"]["responses"]["400"] = {"description": "no"}
    described["paths"][REPORT] = {
        "parameters": box,
        "get": {"operationId": "report", "responses": {"200": {"description": "fine"}}},
    }
    (folder / "things.json").write_text(json.dumps(described), encoding="utf-8")
    (folder / "conftest.py").write_text(EXAMPLE, encoding="utf-8")
    shutil.copytree(ROOT / "tests" / "contract", folder / "contract")

    with recording_server(things.respond_carefully) as server:
        things.origin = server.origin
        profile = (
            f'[environment]\nname = "things"\nbase_url = "{server.origin}"\n[parameters]\nbox = "full"\n'
        )
        (folder / "things.toml").write_text(profile, encoding="utf-8")
        command = [sys.executable, "-m", "pytest", "contract/test_conformance.py", "-q"]
        command += [
            "-p",
            "no:cacheprovider",
            "--environment",
            "things.toml",
            "--spec",
            "things.json",
            "--depth",
            "quick",
        ]
        command += ["--exclude", f"* {LIST}/*"]
        result = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    reports = folder / "reports"
    texts = (path.read_text("utf-8", "replace") for path in reports.rglob("*.*") if path.is_file())
    return Ended(
        status=result.returncode,
        output=result.stdout + result.stderr,
        verdict=json.loads((reports / "verdict.json").read_text(encoding="utf-8")),
        seen=server.seen,
        written="".join(texts),
    )


def test_every_hook_has_a_section() -> None:
    names = [name for name in vars(hookspecs) if name.startswith("specproof_")]

    assert [f"\n## `{name}`\n" in PAGE.read_text(encoding="utf-8") for name in names] == [True] * 4


def test_every_request_is_prepared(ended: Ended) -> None:
    assert {tuple(seen.values("X-Tenant")) for seen in ended.seen} == {("acme",)}


def test_the_operation_is_left_out_with_its_reason(ended: Ended) -> None:
    paths = [seen.target.partition("?")[0] for seen in ended.seen]

    assert paths
    assert [path for path in paths if "report" in path] == []
    assert "  6  left out by specproof_filter_operation: it is too slow for a gate\n" in ended.output


def test_the_own_finding_is_told_and_blocks(ended: Ended) -> None:
    """With its severity, as the page shows it."""
    shown = next(block.text for block in blocks(PAGE) if block.text.startswith("MINOR  own.checks"))
    [finding] = [each for each in ended.verdict["findings"] if each["promise"] == "own.checks"]

    assert shown.strip() in ended.output
    assert (finding["severity"], finding["unstable"]) == ("minor", None)
    assert (ended.verdict["verdict"], ended.status) == ("fail", 1)


def test_the_computed_credential_is_sent_and_not_written(ended: Ended) -> None:
    asked = {tuple(seen.values("Authorization")) for seen in ended.seen}

    assert ("Bearer token-for-127.0.0.1",) in asked
    assert "token-for-127.0.0.1" not in ended.written + ended.output
