"""The same server and seed get the same requests, byte for byte, alone and divided over processes."""

from __future__ import annotations

import json
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from recording import Answer, Seen, recording_server
from suite_runs import SuiteRun, run_suite, write_profile
from things import Things, contract_of, document

Sent = tuple[str, str, tuple[tuple[str, str], ...], bytes]


CONTRACT = contract_of(document())


class Careful(Things):
    """Refuses what the document forbids, and gives the same identities in every run."""

    def respond(self, seen: Seen) -> Answer:
        """Answer a request that came over HTTP."""
        label = f"{seen.method} /things" + ("/{id}" if seen.target.partition("?")[0] != "/things" else "")
        operation = next((o for o in CONTRACT.operations if o.label == label), None)
        if operation is None:
            return Answer(405, (("Allow", "GET, POST, PUT, DELETE"),))
        page = parse_qs(urlsplit(seen.target).query).get("page", ["1"])[0]
        if not (page.isascii() and page.isdigit() and 0 < int(page) < 1000):
            return Answer(400)
        if operation.request_body is None:
            return super().respond(seen)
        try:
            body = json.loads(seen.body)
        except ValueError:
            return Answer(400)
        schema = operation.request_body.content[0].schema
        valid = CONTRACT.schemas.is_valid(schema, body, direction="request")
        return super().respond(seen) if valid else Answer(400)


def recorded(folder: Path, *arguments: str, writes: str = "allowed") -> tuple[SuiteRun, list[Sent]]:
    """Run the suite on a fresh server; return what was sent, without the port."""
    folder.mkdir()
    things = Careful()
    with recording_server(things.respond) as server:
        things.base = server.origin
        for number in range(3):
            things.create({"key": f"there before {number}"})
        (folder / "things.json").write_text(json.dumps(document()), encoding="utf-8")
        profile = write_profile(folder, server.origin, writes=writes, exclusive=True)
        run = run_suite(
            folder / "reports", "--environment", str(profile), "--spec", str(folder / "things.json"),
            "--depth", "quick", "-k", "generated or lifecycle or pagination or both-kept", *arguments,
        )  # fmt: skip
        port = server.origin.rpartition(":")[2]
        sent = [
            (
                seen.method,
                seen.target.replace(port, "PORT"),
                tuple((name, value.replace(port, "PORT")) for name, value in seen.headers if name != "Date"),
                seen.body,
            )
            for seen in server.seen
        ]
    return run, sent


def test_two_processes_send_the_same_bytes_as_one(tmp_path: Path) -> None:
    """In the same order, too: on a server that may be written to, one of them does it all.

    Each process asks once whether anybody is there, so these questions are left out of the order. Requests
    that are sent at the same time on purpose may overtake each other.
    """
    alone, sent = recorded(tmp_path / "alone")
    divided, sent_divided = recorded(tmp_path / "divided", "-n", "2")

    assert len(sent) > 300
    assert alone.verdict["verdict"] == divided.verdict["verdict"]
    assert _told(alone) == _told(divided)
    assert set(sent) == set(sent_divided)
    assert _settled(sent) == _settled(sent_divided)


def _told(run: SuiteRun) -> list[str]:
    return [finding["fingerprint"] for finding in run.verdict["findings"]]


def _settled(sent: list[Sent]) -> list[Sent]:
    """Leave out plain lists; sort neighbours that differ in nothing but their bodies."""
    settled = [each for each in sent if each[:2] != ("GET", "/things")]
    for place in range(1, len(settled)):
        left, right = settled[place - 1 : place + 1]
        if left[0] == right[0] == "PUT" and left[1] == right[1] and left[3] > right[3]:
            settled[place - 1 : place + 1] = [right, left]
    return settled
