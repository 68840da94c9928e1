"""An example of a parameter is judged where the request is accepted without it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from recording import Answer, Seen, recording_server
from things_server import said

from specproof.contract.load import load_document
from specproof.environment.load import load_profile
from specproof.suite.session import CONFORMANCE, Plan
from specproof.suite.setup import build_prover

LABEL, PROMISE = "GET /things", "input.examples-accepted"
SORT = {"name": "sort", "in": "query", "schema": {"type": "string"}, "example": "by-name"}
DOCUMENT: dict[str, Any] = {
    "openapi": "3.0.3",
    "info": {"title": "Things", "version": "1"},
    "paths": {"/things": {"get": {"parameters": [SORT], "responses": {"200": {"description": "x"}}}}},
}


@pytest.mark.parametrize(("plain", "found"), [(200, 1), (400, 0)], ids=["the example alone", "everything"])
def test_an_example_is_to_blame_where_it_alone_is_refused(tmp_path: Path, plain: int, found: int) -> None:
    def respond(seen: Seen) -> Answer:
        return said(400 if "sort" in seen.target else plain, {})

    spec, profile = tmp_path / "things.json", tmp_path / "things.toml"
    spec.write_text(json.dumps(DOCUMENT), encoding="utf-8")
    with recording_server(respond) as server:
        profile.write_text(
            f'[environment]\nname = "things"\nbase_url = "{server.origin}"\n', encoding="utf-8"
        )
        prover = build_prover(
            load_document(str(spec)),
            load_profile(profile, environ={}),
            Plan(seed=1, depth="quick"),
            ledger=tmp_path / "ledger.jsonl",
        )
        prover.begin()
        prover.conformance.probe(prover.suite.operations[LABEL])
        judged = prover.suite.judgements[CONFORMANCE, LABEL]
        prover.suite.clear()
    assert len(list(judged.of(PROMISE))) == found
