"""``exchanges.har``: what was sent and came back, HTTP Archive 1.2, for browsers and proxies.

The exchanges of the findings, the worst first, and some of every other kind. Credentials never stand in a
request; cookies and the like are hidden here, and every text has passed the mask before.
"""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from specproof.model.exchange import Exchange, Pairs, Request, Response
from specproof.model.verdict import Run
from specproof.reports.links import VERSION
from specproof.reports.text import BODY_LIMIT, charset, one_line, shown_headers

NAME = "exchanges.har"
LIMIT = 1_000  # entries
_HTTP = "HTTP/1.1"  # the only version that the client speaks


def write_har(run: Run, folder: Path) -> None:
    """Write ``exchanges.har`` of a clean run."""
    archive = har(run)
    entries = archive["log"].pop("entries")
    # An entry is a line: one could read it with an indentation too, but writing that takes ten times as long.
    lines = ",\n".join(json.dumps(entry) for entry in entries)
    head = json.dumps(archive["log"])
    (folder / NAME).write_text(f'{{"log": {head[:-1]}, "entries": [\n{lines}\n]}}}}\n', encoding="ascii")


def har(run: Run) -> dict[str, Any]:
    """Return the archive; exchanges that do not fit are counted in its comment."""
    chosen: dict[int, tuple[Exchange, list[str]]] = {}
    for finding in run.findings:
        for exchange in finding.evidence:
            shown_for = chosen.setdefault(id(exchange), (exchange, []))[1]
            if finding.fingerprint not in shown_for:
                shown_for.append(finding.fingerprint)
    of_findings = len(chosen)
    for exchange in run.sample:
        chosen.setdefault(id(exchange), (exchange, []))
    kept = list(chosen.values())[:LIMIT]
    kept.sort(key=lambda pair: (pair[0].started, pair[0].number))
    comment = (
        f"{min(of_findings, LIMIT)} of {of_findings} exchanges of findings, and a sample of the "
        f"{run.traffic.requests} requests. Secrets are hidden; bodies are cut at {BODY_LIMIT} bytes."
    )
    return {
        "log": {
            "version": "1.2",
            "creator": {"name": "specproof", "version": VERSION},
            "pages": [],
            "entries": [_entry(run, exchange, findings) for exchange, findings in kept],
            "comment": comment,
        }
    }


def _entry(run: Run, exchange: Exchange, findings: list[str]) -> dict[str, Any]:
    request, response = exchange.request, exchange.response
    started = datetime.fromtimestamp(exchange.started or run.started, UTC)
    spent_ms = round(response.seconds * 1000, 3)
    return {
        "startedDateTime": started.isoformat(timespec="milliseconds"),
        "time": spent_ms,
        "request": _request(request),
        "response": _response(response),
        "cache": {},
        "timings": {"send": 0, "wait": spent_ms, "receive": 0},
        "comment": one_line(request.purpose),
        "_operation": one_line(request.operation or ""),
        "_credential": one_line(request.credential or ""),
        "_findings": findings,
    }


def _request(request: Request) -> dict[str, Any]:
    body = request.body or b""
    described: dict[str, Any] = {
        "method": request.method,
        "url": request.url,
        "httpVersion": _HTTP,
        "cookies": [],
        "headers": _pairs(shown_headers(request.headers)),
        "queryString": _pairs(_query(request.url)),
        "headersSize": -1,
        "bodySize": len(body),
    }
    if body:
        text = body[:BODY_LIMIT].decode(charset(request.headers) or "utf-8", "backslashreplace")
        described["postData"] = {
            "mimeType": request.header("Content-Type") or "",
            "params": [],
            "text": text,
            "comment": _cut(body),
        }
    return described


def _query(url: str) -> Pairs:
    try:
        return tuple(parse_qsl(urlsplit(url).query, keep_blank_values=True, errors="backslashreplace"))
    except ValueError:  # a URL that means harm
        return ()


def _response(response: Response) -> dict[str, Any]:
    return {
        "status": response.status,
        "statusText": one_line(response.reason),
        "httpVersion": _HTTP,
        "cookies": [],
        "headers": _pairs(shown_headers(response.headers)),
        "content": _content(response),
        "redirectURL": response.header("Location") or "",
        "headersSize": -1,
        "bodySize": len(response.body),
    }


def _content(response: Response) -> dict[str, Any]:
    shown = response.body[:BODY_LIMIT]
    content: dict[str, Any] = {
        "size": len(response.body),
        "mimeType": response.header("Content-Type") or "",
        "comment": _cut(response.body),
    }
    try:
        content["text"] = shown.decode(charset(response.headers) or "utf-8")
    except (UnicodeError, LookupError):
        content["text"] = base64.b64encode(shown).decode()
        content["encoding"] = "base64"
    return content


def _cut(body: bytes) -> str:
    left = len(body) - BODY_LIMIT
    return f"{left} more bytes were left out" if left > 0 else ""


def _pairs(pairs: Pairs) -> list[dict[str, str]]:
    return [{"name": one_line(name), "value": one_line(value)} for name, value in pairs]
