"""What ``docs/reports.md`` shows is what the reports hold."""

from __future__ import annotations

import io
import re
from pathlib import Path

import pytest
from rich.console import Console

from specproof.model.verdict import Decision, Run
from specproof.reports import OWNED, render, write_all

PAGE = Path(__file__).parents[2] / "docs" / "reports.md"
BLOCKS = re.findall(r"^```(\w+)\n(.*?)^```", PAGE.read_text(encoding="utf-8"), re.M | re.S)


@pytest.mark.parametrize("block", [text for _, text in BLOCKS], ids=[kind for kind, _ in BLOCKS])
def test_every_line_shown_is_real(run: Run, decision: Decision, tmp_path: Path, block: str) -> None:
    write_all(run, decision, tmp_path, mask=str)
    screen = io.StringIO()
    render(run, decision, Console(file=screen, width=120), reports=Path("reports"))
    texts = [path.read_text(encoding="utf-8") for path in tmp_path.rglob("*") if path.is_file()]
    everything = "\n".join([screen.getvalue(), *texts])
    assert [line for line in block.splitlines() if line.strip() not in everything] == []


def test_every_entry_is_described() -> None:
    text = PAGE.read_text(encoding="utf-8")
    assert [name for name in OWNED if f"| `{name}` " not in text and f"| `{name}/` " not in text] == []
