"""A run to report about: promises in every state, and a server that means harm."""

from __future__ import annotations

import base64
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from specproof.model.promise import Severity
from specproof.model.verdict import Decision, Effect, Ruling, Run, Verdict

SUPPORT = str(Path(__file__).parents[1] / "support")
if SUPPORT not in sys.path:
    sys.path.insert(0, SUPPORT)

from reported import CREATE, LIST, changed, exchange, finding, make_run, note, outcome  # noqa: E402 - from the line above


@pytest.fixture
def run() -> Run:
    """A run of two operations with one promise in every state."""
    return make_run(
        outcome("pagination.no-repeats", LIST, finding("pagination.no-repeats", LIST)),
        outcome("pagination.no-gaps", LIST),
        outcome(
            "status.documented", LIST, finding("status.documented", LIST, unstable="1 of 3"), inferred=True
        ),
        outcome(
            "status.documented",
            CREATE,
            finding(
                "status.documented",
                CREATE,
                waiver="known, see T-1",
                waiver_owner="ada",
                waiver_until="2026-12-31",
            ),
        ),
        outcome("lifecycle.create", CREATE, why="writes are forbidden"),
        outcome("document.valid", ""),
    )


@pytest.fixture
def decision() -> Decision:
    """A failed gate."""
    said = ("1 major finding blocks at minor", "1 finding is waived")
    rulings = (
        Ruling(rule="findings.confirmed", effect=Effect.FAIL, sentence=said[0], numbers={"major": 1}),
        Ruling(rule="findings.waived", effect=Effect.NOTE, sentence=said[1]),
    )
    return Decision(verdict=Verdict.FAIL, reasons=said, rulings=rulings, policy="gate-policy.toml")


@pytest.fixture
def hostile_run() -> Callable[[str], Run]:
    """Return a run in which a text stands wherever a server or a document can put one."""

    def build(text: str) -> Run:
        broken = finding(
            "status.documented", LIST, summary=f"expected {text}; got {text}", source=text, place=text,
            detail=text.replace("\ud800", ""), waiver=None,
            evidence=(exchange(1, text=text), exchange(2, text=text)),
            reproduce=(f"curl '{text}'",), severity=Severity.CRITICAL,
        )  # fmt: skip
        encoded = base64.b64encode(f"ada:{text}".encode("utf-8", "surrogatepass"))
        more = exchange(3, body=b'{"token": "' + encoded + b'"}')
        return make_run(
            outcome("status.documented", LIST, broken, replace(broken, detail="2", evidence=(more,))),
            outcome("status.documented", CREATE, replace(broken, waiver=text, unstable="1 of 2")),
            outcome("lifecycle.create", CREATE, why=text),
            contract_title=text, contract_version=text, contract_source=text, base_url=text,
            base=text, document_notes=(note(text),), changes=(changed(text),),
            left_behind=(text,), troubles=(text,), inferred=(text,),
        )  # fmt: skip

    return build
