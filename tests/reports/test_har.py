"""``exchanges.har`` has the structure of HTTP Archive 1.2 and nothing that should not be in it."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from reported import exchange

from specproof.model.verdict import Decision, Run
from specproof.reports.clean import clean
from specproof.reports.har import LIMIT, har, write_har

# HTTP Archive 1.2: the members that each object must have.
LOG = {"version", "creator", "entries"}
ENTRY = {"startedDateTime", "time", "request", "response", "cache", "timings"}
REQUEST = {
    "method", "url", "httpVersion", "cookies", "headers", "queryString", "headersSize", "bodySize",
}  # fmt: skip
RESPONSE = {
    "status", "statusText", "httpVersion", "cookies", "headers", "content", "redirectURL", "headersSize",
    "bodySize",
}  # fmt: skip


def entries(run: Run) -> list[dict[str, Any]]:
    """Return the entries of an archive, after a look at its structure."""
    log = json.loads(json.dumps(har(run)))["log"]
    assert set(log) >= LOG
    assert log["version"] == "1.2"
    for entry in log["entries"]:
        assert set(entry) >= ENTRY
        assert set(entry["request"]) >= REQUEST
        assert set(entry["response"]) >= RESPONSE
        assert set(entry["response"]["content"]) >= {"size", "mimeType"}
        assert set(entry["timings"]) >= {"send", "wait", "receive"}
        assert datetime.fromisoformat(entry["startedDateTime"]).tzinfo is not None
        pairs = entry["request"]["headers"] + entry["request"]["queryString"] + entry["response"]["headers"]
        assert all(isinstance(pair["name"], str) and isinstance(pair["value"], str) for pair in pairs)
    found = log["entries"]
    assert isinstance(found, list)
    return found


def test_an_exchange_of_a_finding_names_it(run: Run) -> None:
    outcome = run.outcomes[0]
    found = entries(replace(run, outcomes=(outcome,)))

    assert [entry["_findings"] for entry in found] == [[outcome.findings[0].fingerprint]] * 2
    assert found[0]["request"]["queryString"][0] == {"name": "page", "value": "1"}
    assert found[0]["_credential"] == "reader"


def test_others_are_there_as_a_sample_and_none_twice(run: Run, decision: Decision) -> None:
    shared = run.outcomes[0].findings[0].evidence[0]
    cleaned, _ = clean(
        replace(run, outcomes=run.outcomes[:1], sample=(shared, exchange(7, text="other"))), decision, str
    )

    found = entries(cleaned)

    assert sorted(bool(entry["_findings"]) for entry in found) == [False, True, True]


def test_too_many_are_counted(run: Run) -> None:
    outcome = run.outcomes[0]
    many = replace(outcome.findings[0], evidence=tuple(exchange(number) for number in range(LIMIT + 5)))
    run = replace(run, outcomes=(replace(outcome, findings=(many,)),), sample=(exchange(1),))

    assert len(entries(run)) == LIMIT
    assert har(run)["log"]["comment"].startswith(f"{LIMIT} of {LIMIT + 5} exchanges of findings")


def test_cookies_are_hidden_and_bytes_that_are_no_text_are_base64(run: Run) -> None:
    body = b"\xff\xfe\0" * 10_000
    [entry] = entries(replace(run, outcomes=(), sample=(exchange(1, text="sid", body=body),)))

    headers = {pair["name"]: pair["value"] for pair in entry["response"]["headers"]}
    content = entry["response"]["content"]

    assert headers["Set-Cookie"] == "sid=***"
    assert (content["encoding"], content["size"]) == ("base64", 30_000)
    assert body.startswith(base64.b64decode(content["text"]))
    assert "20000 more bytes" in content["comment"]


def test_hostile_texts_are_escaped_in_the_file(
    hostile_run: Callable[[str], Run], decision: Decision, tmp_path: Path
) -> None:
    run, _ = clean(hostile_run("\0\u202e\ud800 [::1 http://["), decision, str)

    write_har(run, tmp_path)
    written = (tmp_path / "exchanges.har").read_bytes()

    assert written.isascii()
    assert b"page=1&q=\\u0000\\u202e\\ud800 [::1 http://[" in written
    assert json.loads(written)["log"]["entries"] == entries(run)
