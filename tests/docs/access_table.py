"""Writes the tables of docs/reference-contract.md: ``python tests/docs/access_table.py``.

They say who may do what. Every seeded credential sends every operation of both documents to a running
target; the cells are what came back.
"""

from __future__ import annotations

import base64
import http.client
import json
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote, urlsplit

from specproof.contract.load import load_document
from specproof.model.operation import Operation
from specproof.suite.setup import read_contract
from specproof.target.process import RunningTarget, start
from specproof.target.seed import CREDENTIALS, Demo, variable_of

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "reference-contract.md"
DOCUMENTS = ("bitbucket-teams.yaml", "bitbucket-workspaces.yaml")
BEGIN = "<!-- Written by tests/docs/access_table.py. -->"
END = "<!-- Up to here. -->"
TEAM = "acme"
BASIC = {"app_password", "account_password", "api_key"}
NOBODY = "(none)"
BODIES = {"PUT": {"value": "changed"}}


class Target:
    """Sends to a running target, and makes what the operations need."""

    def __init__(self, running: RunningTarget) -> None:
        self._base = urlsplit(running.base_url)
        self._variables = running.variables
        self._made = 0

    def authorization(self, demo: Demo) -> str:
        """Return how a credential is presented: Basic with its owner's name, or Bearer."""
        secret = self._variables[variable_of(demo.name)]
        if demo.kind not in BASIC:
            return f"Bearer {secret}"
        return f"Basic {base64.b64encode(f'{demo.owner}:{secret}'.encode()).decode()}"

    def status(self, operation: Operation, authorization: str | None) -> int:
        """Send a request that nothing is wrong with, about something of the team, and return the status."""
        path = operation.path
        if "{variable_uuid}" in path:
            path = path.replace("{variable_uuid}", quote(str(self._make()["uuid"])))
        path = path.replace("{username}", TEAM).replace("{workspace}", TEAM)
        if any(parameter.name == "search_query" for parameter in operation.parameters):
            path += "?search_query=parser"
        body: object = self._new() if operation.method == "POST" else BODIES.get(operation.method)
        return self._send(operation.method, path, body, authorization)[0]

    def _new(self) -> dict[str, str]:
        self._made += 1
        return {"key": f"MADE_{self._made}", "value": "v"}

    def _make(self) -> dict[str, object]:
        admin = self.authorization(CREDENTIALS[0])
        status, made = self._send("POST", f"/teams/{TEAM}/pipelines_config/variables", self._new(), admin)
        if status != 201:
            raise RuntimeError(f"{CREDENTIALS[0].name} could not make a variable: {status}")
        found: dict[str, object] = json.loads(made)
        return found

    def _send(self, method: str, path: str, body: object, authorization: str | None) -> tuple[int, bytes]:
        headers = {"Content-Type": "application/json"} if body is not None else {}
        headers |= {"Authorization": authorization} if authorization else {}
        connection = http.client.HTTPConnection(str(self._base.hostname), self._base.port, timeout=30)
        try:
            data = None if body is None else json.dumps(body)
            connection.request(method, self._base.path + path, data, headers)
            answer = connection.getresponse()
            return answer.status, answer.read()
        finally:
            connection.close()


def tables() -> str:
    """Return a table for each document: credentials down, operations across."""
    with start() as running:
        target = Target(running)
        return "\n".join(line for name in DOCUMENTS for line in _table(target, name))


def _table(target: Target, name: str) -> Iterator[str]:
    operations = read_contract(load_document(str(ROOT / "spec" / name))).operations
    heading = ["credential", *(operation.operation_id or operation.label for operation in operations)]
    yield from (f"`spec/{name}`:", "", _row(heading), _row(["---"] * len(heading)))
    for who, authorization in [(NOBODY, None), *((d.name, target.authorization(d)) for d in CREDENTIALS)]:
        statuses = [str(target.status(operation, authorization)) for operation in operations]
        yield _row([who if authorization is None else f"`{who}`", *statuses])
    yield ""


def _row(cells: list[str]) -> str:
    return f"| {' | '.join(cells)} |"


def page(text: str) -> str:
    """Return a page with its tables written anew."""
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}\n\n{tables()}\n{END}{after}"


if __name__ == "__main__":
    PAGE.write_text(page(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
