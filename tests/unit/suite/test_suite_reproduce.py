"""The lines of a finding, run in a shell against a fresh server, show the breach again and clean up."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest
from recording import recording_server
from shell import run_lines
from things import Reply, Things, make_stage

from specproof.generate.sequences import Stage
from specproof.model.exchange import Exchange
from specproof.model.life import Act
from specproof.suite.reproduce import _picker, reproduction


class _Uuids(Things):
    """Identities in curly braces, with characters that a URL must not hold as they are."""

    def identity(self, sent: dict[str, Any]) -> str:
        return f"{{7d44 {self.count}/{len(self.base)}}}"


class _Numbers(Things):
    """Small numbers, which stand in hosts, ports and versions too."""

    def identity(self, sent: dict[str, Any]) -> str:
        return str(self.count)


class _Slugs(Things):
    """The identity is what the client sent."""

    def identity(self, sent: dict[str, Any]) -> str:
        return str(sent["key"])


KINDS = pytest.mark.parametrize("kind", [_Uuids, _Numbers, _Slugs], ids=lambda kind: kind.__name__.strip("_"))


def nobody(_: str | None) -> tuple[str, ...]:
    """Give the curl words of no credential."""
    return ()


def lines_for(stage: Stage, acts: list[Exchange], base: str, *, clean: bool = True) -> tuple[str, ...]:
    """Write the lines for some exchanges."""
    template = f"{base}/things/{{}}" if clean else None
    return reproduction(acts, words=nobody, resource=stage.resource, delete_template=template)


def created(stage: Stage, key: str) -> Act:
    """Create a thing with a note that holds no identity."""
    return stage.create("first", {"key": key, "note": 'it\'s "new"\n', "size": 1})


@KINDS
def test_captured_identities_lead_to_the_new_things(kind: type[Things], tmp_path: Path) -> None:
    """A fresh server that gives other identities is asked for those, and is empty in the end."""
    fresh = kind(count=40)
    with recording_server(fresh.respond) as server:
        fresh.base = server.origin
        seen = kind(base=server.origin)
        stage = make_stage(seen)
        first, second = created(stage, "one"), created(stage, "two")
        read = stage.read(second, "again")
        assert read is not None
        update = stage.call("update", identity=first.identity, body={"note": "changed"})
        evidence = [first.exchange, second.exchange, read.exchange, update]
        printed = run_lines(lines_for(stage, evidence, server.origin), tmp_path)
        targets = [(each.method, each.target.rpartition("/things")[2]) for each in server.seen]
    ids = [each["id"] for each in _made(fresh)]
    assert [method for method, _ in targets] == ["POST", "POST", "GET", "PUT", "DELETE", "DELETE"]
    assert targets[2][1] == targets[4][1]
    assert targets[3][1] == targets[5][1]
    assert targets[2][1] != targets[3][1]
    assert fresh.kept == {}
    assert ids == []
    assert printed.count("HTTP/1.1 200") == 2
    assert '"note": "changed"' in printed


def _made(things: Things) -> list[dict[str, Any]]:
    return list(things.kept.values())


def test_an_identity_inside_a_body_is_replaced_too(tmp_path: Path) -> None:
    """As it is, not percent-encoded."""
    fresh = _Uuids(count=40)
    with recording_server(fresh.respond) as server:
        seen = _Uuids(base=server.origin)
        stage = make_stage(seen)
        first = created(stage, "one")
        update = stage.call("update", identity=first.identity, body={"note": first.identity})
        run_lines(lines_for(stage, [first.exchange, update], server.origin, clean=False), tmp_path)
    [thing] = _made(fresh)
    assert thing["note"] == thing["id"] != first.identity


def test_a_chosen_value_is_not_captured(tmp_path: Path) -> None:
    """A conflict is shown with the same value twice."""
    fresh = Things()
    with recording_server(fresh.respond) as server:
        seen = Things(base=server.origin)
        stage = make_stage(seen)
        first = created(stage, "taken")
        again = stage.call("create", body={"key": "taken"})
        assert again.response.status == 409
        printed = run_lines(lines_for(stage, [first.exchange, again], server.origin), tmp_path)
    assert "HTTP/1.1 409" in printed


def test_what_nobody_asks_for_again_is_one_plain_line() -> None:
    things = Things()
    stage = make_stage(things)
    [line] = lines_for(stage, [created(stage, "one").exchange], things.base)
    assert line.startswith("curl -sS -i -X POST ")


def test_a_refused_creation_captures_nothing() -> None:
    class _Closed(Things):
        def create(self, sent: dict[str, Any]) -> Reply:
            return 400, {}, {"id": "x", "key": "x"}

    things = _Closed()
    stage = make_stage(things)
    first, second = created(stage, "one"), created(stage, "two")
    lines = lines_for(stage, [first.exchange, second.exchange], things.base)
    assert not [line for line in lines if "ID_" in line]


def test_credentials_come_by_the_environment_in_every_line(tmp_path: Path) -> None:
    """The lines that clean up are signed too."""
    fresh = Things()
    with recording_server(fresh.respond) as server:
        stage = make_stage(Things(base=server.origin))
        first = created(stage, "one")
        read = stage.read(first, "again")
        assert read is not None
        lines = reproduction(
            [first.exchange, read.exchange],
            words=lambda _: ("-u", 'ada:"$PW"'),
            resource=stage.resource,
            delete_template=f"{server.origin}/things/{{}}",
        )
        run_lines(lines, tmp_path, PW="s e'cret")
        assert [each.values("Authorization") for each in server.seen] == [["Basic YWRhOnMgZSdjcmV0"]] * 3
    assert not [line for line in lines if "cret" in line]


@pytest.mark.parametrize(
    ("pointer", "body"),
    [("/data/0/id", {"data": [{"id": "a/b"}]}), ("/a~1b", {"a/b": "a/b"}), ("/m~0n", {"m~n": "a/b"})],
    ids=["through a list", "a slash in the name", "a tilde in the name"],
)
def test_an_identity_is_captured_wherever_its_pointer_leads(
    pointer: str, body: dict[str, Any], tmp_path: Path
) -> None:
    """RFC 6901: numbers enter lists, and ~1 and ~0 are a slash and a tilde."""
    answer = tmp_path / "answer.json"
    answer.write_text(json.dumps(body))

    filtered = subprocess.run(
        ["bash", "-c", f"{_picker(pointer)} < answer.json"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )

    assert filtered.stdout == "a%2Fb\n"
