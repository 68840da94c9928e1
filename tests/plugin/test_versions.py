"""A run takes documents of every version, and from the environment itself."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from suite_runs import ROOT, SuiteRun, run_suite, write_profile

from specproof.contract.selection import Wish
from specproof.plugin.options import Options, read_options
from specproof.plugin.session import Session

sys.path.insert(0, str(ROOT / "tests" / "support"))
from orders_api import orders_api

SWAGGER = ROOT / "tests" / "support" / "documents" / "orders-2.0.yaml"
DEFECTS = ROOT / "tests" / "support" / "documents" / "defects.yaml"


class _Documented(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        body = f"openapi: 3.0.3\ninfo: {{title: '{self.path}', version: '1'}}\npaths: {{}}\n".encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Stay silent."""


@pytest.fixture
def documented() -> Iterator[str]:
    """The base URL of a server that describes itself, under any path."""
    with ThreadingHTTPServer(("127.0.0.1", 0), _Documented) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/api/v1"
        server.shutdown()


@pytest.mark.parametrize(
    ("spec", "path"),
    [("environment:/openapi.json", "/openapi.json"), ("environment:openapi.json", "/api/v1/openapi.json")],
)
def test_the_document_may_come_from_the_environment(
    spec: str, path: str, documented: str, options: Options, tmp_path: Path
) -> None:
    """A path that begins with a slash counts from the host, any other from the base URL."""
    profile = write_profile(tmp_path, documented)
    chosen = {name: getattr(options, name) for name in Options.__slots__}
    session = Session(options=Options(**{**chosen, "spec": spec, "environment": str(profile)}), root=tmp_path)

    assert session.document.data["info"]["title"] == path
    assert session.document.source.endswith(path)


@pytest.fixture
def options(pytestconfig: pytest.Config) -> Options:
    """The options of a run in which nothing was said."""
    found = read_options(pytestconfig)
    assert found.wish == Wish()
    return found


@pytest.fixture(scope="module")
def swagger(tmp_path_factory: pytest.TempPathFactory) -> SuiteRun:
    """A run by a Swagger 2.0 document, on a server that trims what it is given."""
    folder = tmp_path_factory.mktemp("swagger")
    with orders_api("trims") as base_url:
        profile = write_profile(folder, base_url, writes="allowed", exclusive=True)
        named = ("--spec", str(SWAGGER), "--environment", str(profile))
        return run_suite(folder / "reports", *named, "--depth", "quick")


def test_a_swagger_document_is_run_from_end_to_end(swagger: SuiteRun) -> None:
    """What is broken is found, nothing else is."""
    exercised, _ = swagger.verdict["coverage"]["promises"]

    assert {finding["promise"] for finding in swagger.verdict["findings"]} == {
        "lifecycle.echo",
        "lifecycle.update",
    }
    assert exercised > 50, swagger.output[-3000:]
    assert swagger.verdict["document_notes"] == []


def test_its_findings_lead_to_the_lines_of_the_original(swagger: SuiteRun) -> None:
    finding = swagger.verdict["findings"][0]
    text = SWAGGER.read_text(encoding="utf-8").splitlines()

    file, _, line = finding["place"].rpartition(":")
    assert file == str(SWAGGER)
    assert "post:" in text[int(line) - 1]
    assert finding["source"] == "#/paths/~1orders/post"


def test_a_document_with_defects_is_run_leniently(tmp_path: Path) -> None:
    """What was left out stands in the reports; the run says what it saw of the rest."""
    with orders_api() as base_url:
        profile = write_profile(tmp_path, base_url)
        named = ("--spec", str(DEFECTS), "--environment", str(profile), "--depth", "quick")
        run = run_suite(tmp_path / "reports", *named, "--lenient")

    noted = {note["pointer"]: note["effect"] for note in run.verdict["document_notes"]}
    document = {n["why"] for n in run.verdict["coverage"]["not_exercised"] if n["operation"] == ""}
    assert noted["#/components/schemas/Pet/required"] == "the keyword was ignored"
    assert any("taken leniently" in why for why in document)
    assert "notes on the document, see summary.md" in run.output
    assert "Notes on the document" in (run.reports / "summary.md").read_text(encoding="utf-8")
    assert "Error" not in run.output
