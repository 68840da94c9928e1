"""``fetch`` in a browser, from a page of another origin: the browser decides what a script may see."""

from __future__ import annotations

import json
import queue
import shutil
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from target_client import VARIABLES, Client

NAMES = ("chromium", "chromium-browser", "google-chrome")
CHROMIUM = next(filter(None, map(shutil.which, NAMES)), None)
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium is installed")

PATIENCE_S = 120
QUIET = (  # no sandbox: it is not to be had as root or in containers, and the page is our own
    "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-sync",
    "--disable-background-networking", "--disable-component-update", "--disable-extensions",
    "--no-first-run", "--no-default-browser-check",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
)  # fmt: skip
PAGE = """<!doctype html><meta charset="utf-8"><title>page</title><script>
const facts = FACTS;
const json = {"Authorization": facts.authorization, "Content-Type": "application/json"};

async function call(url, options) {
  try {
    const answer = await fetch(url, options);
    const text = await answer.text();
    const seen = Object.fromEntries(facts.headers.map((name) => [name, answer.headers.get(name)]));
    return {status: answer.status, type: answer.type, text, seen};
  } catch (error) {
    return {error: error.name};
  }
}

(async () => {
  const results = {};
  for (const [name, request] of Object.entries(facts.requests)) {
    results[name] = await call(request.url, {...request.options, headers: {...json, ...request.headers}});
  }
  results.anonymous = await call(facts.list);
  await fetch("/results", {method: "POST", body: JSON.stringify(results)});
})();
</script>"""


class Site(BaseHTTPRequestHandler):
    """Serves the page, and takes what its script found out."""

    page: bytes
    results: queue.Queue[Any]

    def do_GET(self) -> None:
        """Answer with the page."""
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(self.page)))
        self.end_headers()
        self.wfile.write(self.page)

    def do_POST(self) -> None:
        """Take the results."""
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(204)
        self.end_headers()
        self.results.put(json.loads(body))

    def log_message(self, *args: object) -> None:
        """Say nothing."""


@contextmanager
def site(facts: dict[str, object]) -> Iterator[tuple[str, queue.Queue[Any]]]:
    """Serve the page from an origin of its own, with what its script has to do."""
    results: queue.Queue[Any] = queue.Queue()
    page = PAGE.replace("FACTS", json.dumps(facts)).encode()
    handler = type("Page", (Site,), {"page": page, "results": results})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/", results
        finally:
            server.shutdown()
            thread.join()


def browse(url: str, results: queue.Queue[Any], profile: Path) -> Any:
    """Open a page in a browser and return what its script reports."""
    assert CHROMIUM
    command = [CHROMIUM, *QUIET, f"--user-data-dir={profile}", url]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            return results.get(timeout=PATIENCE_S)
        finally:
            process.terminate()


@pytest.fixture(scope="module")
def seen(shared: Client, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """What a script in a browser saw of the target."""
    variable = shared.create("FROM A PAGE", "before")
    own = variable["links"]["self"]["href"]
    facts = {
        "authorization": shared.app_password("ada", "acme-admin"),
        "headers": ["content-length", "content-type", "deprecation"],
        "list": f"{shared.origin}{VARIABLES}",
        "requests": {
            "put": {"url": own, "options": {"method": "PUT", "body": '{"value": "after"}'}},
            "read": {"url": own},
            "missing": {"url": f"{shared.origin}{VARIABLES}/%7Bnone%7D"},
            "delete": {"url": own, "options": {"method": "DELETE"}},
            "foreign header": {"url": f"{shared.origin}{VARIABLES}", "headers": {"X-Unheard-Of": "1"}},
        },
    }
    with site(facts) as (url, results):
        yield browse(url, results, tmp_path_factory.mktemp("profile"))


def test_a_preflighted_put_with_authorization_succeeds(seen: Any) -> None:
    """Both the method and the header make the browser ask first."""
    assert (seen["put"]["status"], seen["put"]["type"]) == (200, "cors")
    assert json.loads(seen["put"]["text"])["value"] == "after"


def test_what_a_page_reads_is_what_was_written(seen: Any) -> None:
    assert json.loads(seen["read"]["text"])["value"] == "after"
    assert (seen["delete"]["status"], seen["delete"]["text"]) == (204, "")


def test_exposed_headers_can_be_read_and_others_cannot(seen: Any, shared: Client) -> None:
    read = seen["read"]

    assert "deprecation" in shared.get(VARIABLES).headers
    assert read["seen"]["content-length"] == str(len(read["text"].encode()))
    assert read["seen"]["content-type"] == "application/json"
    assert read["seen"]["deprecation"] is None


def test_refusals_can_be_read_too(seen: Any) -> None:
    """A script that gets no more than a network error cannot tell its user what to do."""
    assert seen["missing"]["status"] == 404
    assert json.loads(seen["missing"]["text"])["error"]["message"]
    assert seen["anonymous"]["status"] == 401
    assert json.loads(seen["anonymous"]["text"])["type"] == "error"


def test_a_header_that_is_not_allowed_is_not_sent(seen: Any) -> None:
    """So the browser did ask, and heeded the answer."""
    assert seen["foreign header"] == {"error": "TypeError"}
