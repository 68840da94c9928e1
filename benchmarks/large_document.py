"""How long specproof takes with a document of a thousand operations: ``python benchmarks/large_document.py``.

Prints seconds and the largest resident memory of each step. Nothing is sent but the harmless requests that
a collection begins with, and these go to a server on loopback that answers everything with ``{}``.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

OPERATIONS = 1_000
PER_RESOURCE = 5  # list, create, read, update, delete
ROOT = Path(__file__).resolve().parents[1]


def large_document(operations: int) -> dict[str, Any]:
    """Return a document with so many operations, each resource with schemas that refer to others."""
    resources = operations // PER_RESOURCE
    schemas = {f"Thing{n}": _thing(n, resources) for n in range(resources)}
    paths: dict[str, Any] = {}
    for number in range(resources):
        paths |= _paths(number)
    refused = {"description": "refused", "content": _json({"$ref": "#/components/schemas/Problem"})}
    schemas["Problem"] = {
        "type": "object",
        "required": ["detail"],
        "properties": {"detail": {"type": "string"}},
    }
    return {
        "openapi": "3.1.0",
        "info": {"title": "Large", "version": "1"},
        "paths": paths,
        "components": {"schemas": schemas, "responses": {"Refused": refused}},
    }


def _thing(number: int, of: int) -> dict[str, Any]:
    members: dict[str, Any] = {f"text{n}": {"type": "string", "maxLength": 20 + n} for n in range(8)}
    members |= {f"number{n}": {"type": "integer", "minimum": 0, "maximum": 1000 + n} for n in range(6)}
    members |= {"id": {"type": "string", "format": "uuid", "readOnly": True}}
    members["parent"] = {"$ref": f"#/components/schemas/Thing{(number * 7 + 1) % of}"}
    members["parts"] = {"type": "array", "items": {"$ref": f"#/components/schemas/Thing{(number + 1) % of}"}}
    return {"type": "object", "required": ["id", "text0"], "properties": members}


def _json(schema: Any) -> dict[str, Any]:
    return {"application/json": {"schema": schema}}


def _paths(number: int) -> dict[str, Any]:
    one = {"$ref": f"#/components/schemas/Thing{number}"}
    page = {
        "type": "object",
        "properties": {"items": {"type": "array", "items": one}, "total": {"type": "integer"}},
    }
    refused = {status: {"$ref": "#/components/responses/Refused"} for status in ("400", "401", "404")}
    body = {"required": True, "content": _json(one)}
    key = {"name": "id", "in": "path", "required": True, "schema": {"type": "string", "format": "uuid"}}
    pages = [
        {"name": name, "in": "query", "schema": {"type": "integer", "minimum": 1}}
        for name in ("page", "per_page")
    ]

    def operation(verb: str, status: str, schema: Any = None, **said: Any) -> dict[str, Any]:
        good = {"description": "done", **({"content": _json(schema)} if schema else {})}
        tags = [f"area{number % 20}"]
        return {
            "operationId": f"{verb}{number}",
            "tags": tags,
            "responses": {status: good, **refused},
            **said,
        }

    base = f"/area{number % 20}/things{number}"
    return {
        base: {
            "get": operation("list", "200", page, parameters=pages),
            "post": operation("create", "201", one, requestBody=body),
        },
        f"{base}/{{id}}": {
            "parameters": [key],
            "get": operation("read", "200", one),
            "put": operation("update", "200", one, requestBody=body),
            "delete": operation("delete", "204"),
        },
    }


class _Nothing(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"{}")

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def _server() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), _Nothing) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def _measure(title: str, command: list[str]) -> None:
    """Run a command and print how long it took and the most memory that any child had until now."""
    started = time.monotonic()
    environ = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}
    run = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT, env=environ)
    seconds = time.monotonic() - started
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    last = (run.stdout.strip() or run.stderr.strip()).splitlines()[-1:]
    memory = usage.ru_maxrss / 1024
    print(f"{title:34} {seconds:6.1f} s {memory:6.0f} MB  status {run.returncode}  {''.join(last)}")


def main() -> None:
    """Write the document and measure each step in a process of its own."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--operations", type=int, default=OPERATIONS)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, _server() as base_url:
        spec = Path(folder) / "large.json"
        spec.write_text(json.dumps(large_document(arguments.operations), indent=1), encoding="utf-8")
        profile = Path(folder) / "profile.toml"
        profile.write_text(f'[environment]\nname = "large"\nbase_url = "{base_url}"\nwrites = "allowed"\n')
        named = ["--spec", str(spec), "--environment", str(profile), "--reports-dir", f"{folder}/reports"]
        python = sys.executable
        print(f"{arguments.operations} operations, {spec.stat().st_size / 1e6:.1f} MB of JSON")
        read = (
            "import sys; from specproof.contract.load import load_document; "
            "from specproof.suite.setup import read_contract; "
            "c = read_contract(load_document(sys.argv[1])); "
            "print(len(c.operations), 'operations,', len(c.promises), 'promises')"
        )
        _measure("load and derive promises", [python, "-c", read, str(spec)])
        collect = [
            python,
            "-m",
            "pytest",
            "tests/contract",
            "--collect-only",
            "-q",
            "-p",
            "no:cacheprovider",
            *named,
        ]
        _measure("collect everything", collect)
        _measure("collect --only 'GET /area3/*'", [*collect, "--only", "GET /area3/*"])
        _measure("validate", [python, "-m", "specproof", "validate", str(spec)])
        _measure("diff with itself", [python, "-m", "specproof", "diff", str(spec), str(spec)])


if __name__ == "__main__":
    main()
