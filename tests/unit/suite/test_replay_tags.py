"""Shell lines and files that show a finding again use the ETag of today, not that of the run."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from notes_server import Notes, prover_of
from recording import Recorder, recording_server
from shell import run_lines

from specproof.model.exchange import Exchange, Request, Response
from specproof.model.finding import Finding
from specproof.suite.prove import Prover
from specproof.suite.tags_seen import TagsSeen


@pytest.fixture
def notes() -> Notes:
    """A server whose tags differ from run to run."""
    return Notes()


@pytest.fixture
def server(notes: Notes) -> Iterator[Recorder]:
    with recording_server(notes.respond) as recorder:
        yield recorder


def found(prover: Prover, promise: str, operation: str) -> Finding:
    """Prove one promise; return its finding."""
    [mine] = [p for p in prover.suite.contract.promises if p.key == (promise, operation)]
    finding = prover.prove(mine).findings[0]
    assert prover.suite.clear() == ()
    return finding


def statuses(text: str) -> list[str]:
    return re.findall(r"HTTP/1.1 (\d+)", text)


def test_the_lines_show_that_an_outdated_tag_is_taken(notes: Notes, server: Recorder, tmp_path: Path) -> None:
    """As long as it is; the thing that they make is removed again."""
    notes.fault = "outdated-accepted"
    finding = found(prover_of(tmp_path, server.origin), "conditional.stale-refused", "PUT /notes/{id}")

    assert statuses(run_lines(finding.reproduce, tmp_path)) == ["200", "200", "200", "200", "200"]
    notes.fault = ""
    assert statuses(run_lines(finding.reproduce, tmp_path)) == ["200", "200", "200", "412", "200"]
    assert notes.kept == {}


def test_a_condition_by_date_uses_the_date_of_today(notes: Notes, server: Recorder, tmp_path: Path) -> None:
    notes.fault = "deaf-to-dates"
    prover = prover_of(tmp_path, server.origin)
    finding = found(prover, "conditional.not-modified-since", "GET /notes/{id}")

    assert "-H 'If-Modified-Since: '\"${MODIFIED_2}\"" in finding.reproduce[2]


def test_a_file_about_a_change_reads_the_tag_before(notes: Notes, server: Recorder, tmp_path: Path) -> None:
    """The PATCH would be refused with the tag that it had in the run."""
    notes.fault = "number-for-title"
    prover = prover_of(tmp_path, server.origin)
    finding = found(prover, "body.schema", "PATCH /notes/{id}")

    with pytest.raises(AssertionError, match="expected a valid /title"):
        run_file(finding.test, "test_body_schema")
    notes.fault = ""
    run_file(finding.test, "test_body_schema")


def run_file(text: str, name: str) -> None:
    names: dict[str, Any] = {}
    exec(compile(text, "test_file.py", "exec"), names)
    names[name]()


def read(url: str, tag: str) -> Exchange:
    response = Response(status=200, headers=(("ETag", tag),), body=b"", seconds=0.0)
    return Exchange(request=Request(method="GET", url=url), response=response)


def change(url: str, tag: str) -> Exchange:
    request = Request(method="PATCH", url=url, headers=(("If-Match", tag),))
    return Exchange(request=request, response=Response(status=200, headers=(), body=b"", seconds=0.0))


def test_a_read_is_put_before_the_change_that_needs_its_tag() -> None:
    """Not where the tag was of something else, is not known, or is shown already."""
    tags, url = TagsSeen(), "http://a.example/things/1"
    first = read(f"{url}?full=1", '"1"')
    tags.note(first)
    tags.note(read("http://a.example/things/2", '"2"'))

    assert tags.led_to([change(url, '"1"')]) == (first, change(url, '"1"'))
    for evidence in ([change(url, '"2"')], [change(url, '"3"')], [first, change(url, '"1"')]):
        assert tags.led_to(evidence) == tuple(evidence)
