"""A server that gives the same answers in every run, and what was sent to it, comparable byte for byte."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from recording import Answer, Recorder, Seen, recording_server
from things import Things, contract_of, document

Sent = tuple[str, str, tuple[tuple[str, str], ...], bytes]  # method, target, headers, body; without the port
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


@contextmanager
def careful_server(spec: Path) -> Iterator[Recorder]:
    """Serve things of which three are there, until the block ends; write the document that describes them."""
    things = Careful()
    with recording_server(things.respond) as server:
        things.base = server.origin
        for number in range(3):
            things.create({"key": f"there before {number}"})
        spec.write_text(json.dumps(document()), encoding="utf-8")
        yield server


def sent_to(server: Recorder) -> list[Sent]:
    """Return what was sent, without the port, which differs from run to run, and the time."""
    port = server.origin.rpartition(":")[2]
    return [
        (
            seen.method,
            seen.target.replace(port, "PORT"),
            tuple((name, value.replace(port, "PORT")) for name, value in seen.headers if name != "Date"),
            seen.body,
        )
        for seen in list(server.seen)
    ]


def in_settled_order(sent: Sequence[Sent]) -> list[Sent]:
    """Sort neighbours that update one thing: what is sent at the same time may overtake each other."""
    settled = list(sent)
    for place in range(1, len(settled)):
        left, right = settled[place - 1 : place + 1]
        if left[0] == right[0] == "PUT" and left[1] == right[1] and left[3] > right[3]:
            settled[place - 1 : place + 1] = [right, left]
    return settled
