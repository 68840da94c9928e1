"""What cannot be used ends with one line that names the place and the mend, and with status 4."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from suite_runs import ROOT, run_suite, write_profile

from specproof.target.process import start


class _Page(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        body = b"<!DOCTYPE html><html><title>Sign in</title></html>"
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Stay silent."""


@pytest.fixture
def web_page() -> Iterator[str]:
    """The URL of a server that answers everything with a web page."""
    with ThreadingHTTPServer(("127.0.0.1", 0), _Page) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/2.0"
        server.shutdown()


@pytest.fixture
def free_port() -> int:
    """A port on which nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _add_parameters(profile: Path) -> Path:
    profile.write_text(profile.read_text() + '[parameters]\nusername = "acme"\n', encoding="utf-8")
    return profile


def test_an_unknown_environment_names_the_known_ones(tmp_path: Path) -> None:
    """A misspelt name."""
    run = run_suite(tmp_path, "--environment", "embeded")

    assert run.status == 4
    assert len(run.error_lines) == 1
    assert '"embeded"' in run.error_lines[0]
    assert "embedded" in run.error_lines[0]
    assert "Traceback" not in run.output


def test_a_missing_variable_names_the_file_the_key_and_the_mend(tmp_path: Path) -> None:
    """A secret that was not exported."""
    profile = write_profile(tmp_path, "http://127.0.0.1:9/2.0")
    profile.write_text(
        profile.read_text()
        + '[[credentials]]\nname = "a"\nscheme = "bearer"\nsecret = "${NOT_SET_ANYWHERE}"\n'
    )

    run = run_suite(tmp_path / "reports", "--environment", str(profile))

    assert run.status == 4
    assert (
        "profile.toml: credentials[0].secret: environment variable NOT_SET_ANYWHERE is not set" in run.output
    )
    assert "export NOT_SET_ANYWHERE" in run.output
    assert "Traceback" not in run.output


def test_an_unreachable_target_names_the_base_url(tmp_path: Path, free_port: int) -> None:
    """Nobody listens."""
    profile = _add_parameters(write_profile(tmp_path, f"http://127.0.0.1:{free_port}/2.0"))

    run = run_suite(tmp_path / "reports", "--environment", str(profile))

    assert run.status == 4
    assert len(run.error_lines) == 1
    assert f"environment.base_url: http://127.0.0.1:{free_port}/2.0 cannot be reached" in run.error_lines[0]
    assert "Traceback" not in run.output


def test_a_base_url_that_answers_a_web_page_is_named(tmp_path: Path, web_page: str) -> None:
    """The address of the site instead of the API."""
    profile = _add_parameters(write_profile(tmp_path, web_page))

    run = run_suite(tmp_path / "reports", "--environment", str(profile))

    assert run.status == 4
    assert len(run.error_lines) == 1
    assert f"{web_page} answers with a web page" in run.error_lines[0]


def test_an_expired_credential_names_its_variable(tmp_path: Path) -> None:
    """The server says 401 to what should be valid."""
    with start() as target:
        variables = {
            **target.variables,
            "SPECPROOF_TARGET_ACME_ADMIN": target.variables["SPECPROOF_TARGET_ACME_EXPIRED"],
        }
        run = run_suite(tmp_path, "--environment", "embedded", variables=variables)

    assert run.status == 4
    assert len(run.error_lines) == 1
    assert 'credentials "acme-admin": refused with 401' in run.error_lines[0]
    assert "SPECPROOF_TARGET_ACME_ADMIN" in run.error_lines[0]
    assert target.variables["SPECPROOF_TARGET_ACME_EXPIRED"] not in run.output


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a: b: c", "is not YAML"),
        ("just a sentence", "mapping"),
        ("", "empty"),
        ("openapi: 3.0.3\npaths: {}\n", "no operation"),
    ],
    ids=["no YAML", "no mapping", "empty", "no operation"],
)
def test_a_document_that_cannot_be_used_is_one_line(tmp_path: Path, text: str, said: str) -> None:
    """Nothing is sent, nothing is written."""
    document = tmp_path / "api.yaml"
    document.write_text(text)

    run = run_suite(tmp_path / "reports", "--spec", str(document))

    assert run.status == 4
    assert len(run.error_lines) == 1
    assert f"{document}" in run.error_lines[0]
    assert said in run.error_lines[0]
    assert "Traceback" not in run.output


@pytest.mark.parametrize(
    ("option", "value"), [("--depth", "hard"), ("--seed", "-1"), ("--overlay", "nowhere.yaml")]
)
def test_an_option_with_an_impossible_value_is_one_line(tmp_path: Path, option: str, value: str) -> None:
    """The option or the file is named."""
    run = run_suite(tmp_path, f"{option}={value}")

    assert run.status == 4
    assert len(run.error_lines) == 1
    assert option in run.error_lines[0] or value in run.error_lines[0]


def test_the_reports_of_the_previous_run_survive_a_run_that_cannot_start(tmp_path: Path) -> None:
    """Until there are new results, the old ones stay."""
    old = tmp_path / "verdict.json"
    old.write_text('{"verdict": "pass"}')

    run = run_suite(tmp_path, "--environment", "nowhere")

    assert run.status == 4
    assert old.read_text() == '{"verdict": "pass"}'


def test_other_test_runs_are_left_alone(tmp_path: Path) -> None:
    """The plugin is installed everywhere; it starts nothing where no promise is asked for."""
    test = tmp_path / "test_other.py"
    test.write_text("def test_nothing():\n    assert True\n")

    run = run_suite(tmp_path / "reports", "--rootdir", str(ROOT), tests=str(test))

    assert run.status == 0
    assert "1 passed" in run.output
    assert "specproof" not in run.output
    assert not (tmp_path / "reports").exists()
