"""What no answer may tell: how the server is made."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import unquote_plus

from specproof.checks.context import Context
from specproof.model.exchange import MISSING, Exchange
from specproof.model.finding import Breach

# What the inside of a server looks like: stack traces, statements and messages of databases, source files.
_INTERNALS: tuple[tuple[str, str], ...] = (
    ("a Python stack trace", r"Traceback \(most recent call last\)|File \"[^\"\n]+\", line \d+, in "),
    ("a Java stack trace", r"\bat [\w$.]+\([\w$]+\.(?:java|kt|scala|groovy):\d+\)"),
    ("a .NET stack trace", r"\bat [\w.`<>]+\([^)\n]*\) in [^\n]+:line \d+"),
    ("a JavaScript stack trace", r"\bat [^\n]{0,200}?(?:node:[\w/]+|/[^\s:()]+\.[cm]?[jt]s):\d+:\d+"),
    ("a Ruby stack trace", r"\.rb:\d+:in [`']"),
    ("a PHP message", r"\b(?:error|warning|notice)\b[^\n]{0,200} in /[^\s]+\.php(?: on line |:)\d+"),
    ("a Go stack trace", r"goroutine \d+ \[[a-z ]+\]:"),
    ("a database message", r"SQLSTATE\b|\bORA-\d{5}\b|\bsqlite3\.\w+Error\b|\bpsycopg2?\.\w"),
    ("a database message", r"syntax error at or near|error in your SQL syntax|near \"[^\"]*\": syntax error"),
    ("a database message", r"(?:UNIQUE|NOT NULL|CHECK|FOREIGN KEY) constraint failed"),
    ("a database message", r"duplicate key value violates unique constraint|no such (?:table|column): \w"),
    (
        "an SQL statement",
        r"\b(?:SELECT\b.{1,200}\bFROM|INSERT INTO|UPDATE\b.{1,80}\bSET|DELETE FROM)\s+[\w.\"`]+",
    ),
    (
        "the path of a source file",
        r"(?:/(?:home|usr|var|opt|srv|root|app)/[\w./-]+|[A-Z]:\\[\w\\. -]+)"
        r"\.(?:py|java|js|ts|rb|php|go|cs|c)\b",
    ),
)
_PATTERNS = tuple((what, re.compile(pattern)) for what, pattern in _INTERNALS)


def no_internals(context: Context, exchange: Exchange) -> Iterator[Breach]:
    """A refusal, or a failure, tells nothing about how the server is made.

    What the client itself sent may come back.

    Source: OWASP Top 10 (2021), A05: errors must not reveal stack traces or other overly informative texts.
    """
    told, sent = _texts(exchange), _sent(exchange)
    for what, pattern in _PATTERNS:
        found = next((match[0] for match in pattern.finditer(told) if match[0] not in sent), None)
        if found is not None:
            text = f"expected an error without the inside of the server; got {what}: {found[:80]!r}"
            yield context.breach("errors.no-internals", exchange, text, detail=what, source="#/x-error")
            return


def _texts(exchange: Exchange) -> str:
    """Return every text of a body: the strings of JSON, unescaped, or all of it."""
    document = exchange.response.document
    if document is MISSING:
        return exchange.response.body.decode("utf-8", "replace")
    return "\n".join(strings(document))


def strings(node: Any) -> Iterator[str]:
    """Yield every text of a JSON document, names of members included."""
    if isinstance(node, str):
        yield node
    elif isinstance(node, Mapping):
        for name, child in node.items():
            yield name
            yield from strings(child)
    elif isinstance(node, list):
        for child in node:
            yield from strings(child)


def _sent(exchange: Exchange) -> str:
    """Return what the client sent, as it stands and decoded."""
    request = exchange.request
    body = (request.body or b"").decode("utf-8", "replace")
    try:
        members = list(strings(json.loads(body)))
    except (ValueError, RecursionError):
        members = []
    headers = [value for _, value in request.headers]
    return "\n".join([request.url, unquote_plus(request.url), body, unquote_plus(body), *members, *headers])
