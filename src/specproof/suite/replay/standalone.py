"""What every reproduction holds so that it needs nothing but Python: its source is copied into the file."""

import base64
import http.client
import json
import os
import subprocess
import time
from collections.abc import Sequence
from functools import reduce
from typing import Any
from unittest import SkipTest
from urllib.parse import parse_qsl, quote, urljoin, urlsplit

Pairs = Sequence[tuple[str, str]]

# --- copied from here -----------------------------------------------------------------------------


class Answer:
    """What came back for one request."""

    def __init__(
        self, method: str, url: str, headers: Pairs, sent: bytes | None, answer: http.client.HTTPResponse
    ) -> None:
        """Read it to its end, or as much of one without an end as is enough, and remember what was asked."""
        self.method, self.url, self.asked, self.sent = method, url, headers, sent
        self.status, self.headers = answer.status, answer.getheaders()
        self.body, self.stopped = body_of(answer)

    def header(self, name: str) -> str | None:
        """Return the values of a header, joined by a comma; or None."""
        return ", ".join(value for key, value in self.headers if key.lower() == name.lower()) or None

    @property
    def json(self) -> Any:
        """The body as JSON; None where it is none."""
        try:
            return json.loads(self.body)
        except ValueError:
            return None


def send(method: str, url: str, headers: Pairs = (), body: str | bytes | None = None) -> Answer:
    """Send one request exactly as it is written; follow nothing."""
    parts = urlsplit(url)
    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    connection = kind(parts.netloc, timeout=30)
    names = {name.lower() for name, _ in headers}
    target = url.partition("//")[2][len(parts.netloc) :] or "/"
    connection.putrequest(method, target, skip_host="host" in names, skip_accept_encoding=True)
    for name, value in (("User-Agent", "specproof"), ("Accept", "*/*")):
        if name.lower() not in names:
            connection.putheader(name, value)
    data = body.encode() if isinstance(body, str) else body
    if "content-length" not in names and (data is not None or method in {"POST", "PUT", "PATCH"}):
        connection.putheader("Content-Length", str(len(data or b"")))
    for name, value in headers:
        connection.putheader(name, value.encode("latin-1"))
    connection.endheaders(data)
    try:
        return Answer(method, url, tuple(headers), data, connection.getresponse())
    finally:
        connection.close()


def body_of(answer: http.client.HTTPResponse, seconds: float = 10.0) -> tuple[bytes, bool]:
    """Read until the end, for some seconds and 16 MiB at most; tell whether there may be more."""
    chunks: list[bytes] = []
    until = time.monotonic() + seconds
    while time.monotonic() < until and sum(map(len, chunks)) < 1 << 24:
        try:
            chunk = answer.read1(1 << 20)
        except TimeoutError:
            break
        if not chunk:
            return b"".join(chunks), False
        chunks.append(chunk)
    return b"".join(chunks), True


def go_on(answer: Answer) -> None:
    """End without a result where a request is refused that was accepted: what follows would show nothing."""
    if answer.status >= 400:
        where = answer.url.partition("?")[0]
        raise SkipTest(f"nothing to go on with: {answer.method} {where} answered {answer.status}")


def remove(answer: Answer, pointer: str, url: str, headers: Pairs = ()) -> None:
    """Delete what a request made, if it made anything; {} in the URL stands for its identity."""
    if 200 <= answer.status < 300 and isinstance(found := enter(answer.json, pointer), str | int):
        send("DELETE", url.replace("{}", quoted(str(found))), headers)


def enter(document: Any, pointer: str) -> Any:
    """Return what a JSON pointer leads to, or None (RFC 6901)."""
    steps = [step.replace("~1", "/").replace("~0", "~") for step in pointer.split("/")[1:]]
    try:
        return reduce(lambda node, step: node[int(step) if isinstance(node, list) else step], steps, document)
    except (LookupError, TypeError, ValueError):
        return None


def identities(answer: Answer, items: str, identity: str) -> list[str]:
    """Return what identifies each item of a page."""
    return [str(enter(item, identity)) for item in enter(answer.json, items) or ()]


def kept(answer: Answer, pointer: str) -> str:
    """Return an identity that a later request needs."""
    found = enter(answer.json, pointer)
    if not isinstance(found, str | int):
        raise SkipTest(f"nothing to go on with: {answer.url} answered {answer.status} without {pointer}")
    return str(found)


def given(answer: Answer, name: str) -> str | None:
    """Return a code or a token: a member of the answer, or a part of the address that it leads to."""
    document = answer.json
    found = document.get(name) if isinstance(document, dict) and name != "code" else None
    led = urlsplit(urljoin(answer.url, answer.header("Location") or ""))
    found = dict(parse_qsl(led.query) + parse_qsl(led.fragment)).get(name, found)
    return found if isinstance(found, str) and found else None


def needed(answer: Answer, name: str) -> str:
    """Return a code or a token that a later request needs."""
    found = given(answer, name)
    if found is None:
        where = answer.url.partition("?")[0]
        raise SkipTest(f"nothing to go on with: {where} answered {answer.status} without {name}")
    return found


def told(answer: Answer, name: str) -> str:
    """Return a header that a later request needs."""
    found = answer.header(name)
    if found is None:
        where = answer.url.partition("?")[0]
        raise SkipTest(f"nothing to go on with: {where} answered {answer.status} without {name}")
    return found


def quoted(text: str) -> str:
    """Return a text as it stands in a URL."""
    return quote(text, safe="")


def secret(variable: str) -> str:
    """Return what an environment variable holds."""
    if not os.environ.get(variable):
        raise LookupError(f"export {variable} first: the requests need it")
    return os.environ[variable]


def bash(word: str) -> str:
    """Return what bash makes of a word in which secrets are variables."""
    command = ["bash", "-uc", f"printf %s {word}"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - written above
    if done.returncode:
        raise LookupError(f"export the variables of {word} first: {done.stderr.strip()}")
    return done.stdout


def basic(user_and_password: str) -> tuple[str, str]:
    """Return the header of Basic authentication (RFC 7617)."""
    return "Authorization", "Basic " + base64.b64encode(user_and_password.encode()).decode()


def line(text: str) -> tuple[str, str]:
    """Return a header as a pair."""
    name, _, value = text.partition(": ")
    return name, value


def form(pair: str) -> str:
    """Return the beginning of a form: one name=value, which is percent-encoded."""
    name, _, value = pair.partition("=")
    return f"{name}={quoted(value)}&"


def with_query(url: str, pair: str) -> str:
    """Return a URL with one more name=value, which is percent-encoded."""
    name, _, value = pair.partition("=")
    return f"{url}{'&' if '?' in url else '?'}{name}={quoted(value)}"
