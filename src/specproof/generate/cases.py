"""Generated requests: the examples, coverage and fuzzing phases of schemathesis."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl, quote, urlencode, urlsplit, urlunsplit

import schemathesis
from schemathesis import Case, Config

from specproof.generate.request import json_body
from specproof.generate.styles import as_text
from specproof.generate.uploads import BOUNDARY, part
from specproof.model.exchange import Request
from specproof.model.media import parameter_of
from specproof.model.operation import Operation

_EXAMPLES = {"quick": 5, "standard": 25, "deep": 200}
# Added by schemathesis for its own purposes, or settled by the client.
_OWN_HEADERS = {
    "accept", "accept-encoding", "authorization", "connection", "content-length", "host", "transfer-encoding",
    "user-agent", "x-schemathesis-testcaseid",
}  # fmt: skip


def case_schema(document: Mapping[str, Any], *, seed: int, depth: str) -> Any:
    """Return the schemathesis schema of a document, set up so that one seed gives one sequence of cases.

    Nothing that is learned from answers or kept from earlier runs takes part in the generation.
    """
    config = Config.from_dict({
        "seed": seed,
        "generation": {
            "max-examples": _EXAMPLES[depth],
            "database": "none",
            "no-shrink": True,
            "with-security-parameters": False,
        },
        "phases": {
            "coverage": {"unexpected-methods": []},
            "fuzzing": {"error-feedback": {"enabled": False}, "extra-data-sources": {"responses": False}},
        },
        "suppress-health-check": ["all"],
    })
    return schemathesis.openapi.from_dict(dict(document), config=config)


def keeping(schema: Any, operation: Operation, *, base_url: str, found: list[Request]) -> Any:
    """Return a test for schemathesis to run, that keeps the request of each case.

    Args:
        schema: What ``case_schema`` returned.
        operation: The one whose requests are made.
        base_url: The environment's base URL.
        found: Where they are put.
    """

    def keep(case: Case[Any]) -> None:
        found.append(case_request(case, operation, base_url=base_url))

    return schema.include(path=operation.path, method=operation.method).parametrize()(keep)


def case_request(case: Case[Any], operation: Operation, *, base_url: str) -> Request:
    """Turn a case into the request that goes over the wire.

    Args:
        case: A generated case.
        operation: The operation it is meant for.
        base_url: The environment's base URL.

    Returns:
        The request, signed by nobody; ``purpose`` names the phase.
    """
    wanted: dict[str, Any] = case.as_transport_kwargs(base_url=base_url)
    headers = [(k, v) for k, v in (wanted.get("headers") or {}).items() if k.lower() not in _OWN_HEADERS]
    body = _body(wanted, headers)
    cookies = [f"{name}={as_text(value)}" for name, value in (wanted.get("cookies") or {}).items()]
    headers += [("Cookie", "; ".join(cookies))] if cookies else []
    return Request(
        method=str(wanted["method"]).upper(),
        url=_url(wanted, base_url),
        headers=tuple((_header_text(k), _header_text(v)) for k, v in headers),
        body=body,
        operation=operation.label,
        purpose=f"generated, {_phase(case)}",
    )


def _phase(case: Case[Any]) -> str:
    return str(case.meta.phase.name.value) if case.meta is not None else "fuzzing"


def _url(wanted: Mapping[str, Any], base_url: str) -> str:
    parts = urlsplit(str(wanted["url"]))
    base = urlsplit(base_url.rstrip("/"))
    pairs = parse_qsl(parts.query, keep_blank_values=True)
    params = wanted.get("params") or {}
    if isinstance(params, str):  # a query whose lists are joined is written by schemathesis itself
        query = "&".join(part for part in (_encode(pairs), params) if part)
        return urlunsplit((base.scheme, base.netloc, parts.path, query, ""))
    for name, value in params.items():
        pairs += [(name, as_text(v)) for v in value] if isinstance(value, list) else [(name, as_text(value))]
    return urlunsplit((base.scheme, base.netloc, parts.path, _encode(pairs), ""))


def _encode(pairs: list[tuple[str, str]]) -> str:
    return urlencode(pairs, quote_via=quote, errors="surrogatepass")


def _body(wanted: Mapping[str, Any], headers: list[tuple[str, str]]) -> bytes | None:
    if "json" in wanted:
        try:
            return json_body(wanted["json"])
        except ValueError:  # NaN and Infinity are no JSON (RFC 8259 section 6); they are sent all the same
            return json.dumps(wanted["json"]).encode()
    if "files" in wanted:
        return _multipart(wanted, headers)
    data = wanted.get("data")
    if isinstance(data, Mapping):
        pairs = [(k, as_text(v)) for k, vs in data.items() for v in (vs if isinstance(vs, list) else [vs])]
        return _encode(pairs).encode()
    if isinstance(data, str):
        return data.encode("utf-8", "surrogatepass")
    return _with_steady_boundary(data, headers) if isinstance(data, bytes) else None


def _with_steady_boundary(body: bytes, headers: list[tuple[str, str]]) -> bytes:
    """Put our boundary in the place of one that is made up anew for each request."""
    for number, (name, value) in enumerate(headers):
        found = parameter_of(str(value), "boundary") if name.lower() == "content-type" else None
        if found and found.encode() in body:
            headers[number] = (name, str(value).replace(found, BOUNDARY))
            return body.replace(found.encode(), BOUNDARY.encode())
    return body


def _multipart(wanted: Mapping[str, Any], headers: list[tuple[str, str]]) -> bytes:
    """Write multipart/form-data with a boundary that is the same on every run (RFC 7578)."""
    files, data = wanted["files"], wanted.get("data")
    plain = list(data.items()) if isinstance(data, Mapping) else []  # bytes are a form without parts
    fields = list(files.items()) if isinstance(files, Mapping) else list(files or [])
    chunks = []
    for name, value in [*plain, *fields]:
        content, filename, media_type = value, "", ""
        if isinstance(value, tuple):
            content = value[1]
            filename = f'; filename="{value[0]}"' if value[0] else ""
            media_type = str(value[2]) if len(value) > 2 else ""
        raw = content if isinstance(content, bytes) else as_text(content).encode("utf-8", "surrogatepass")
        chunks.append(part(name, raw, filename=filename, media_type=media_type))
    headers[:] = [(k, v) for k, v in headers if k.lower() != "content-type"]
    headers.append(("Content-Type", f"multipart/form-data; boundary={BOUNDARY}"))
    return b"".join(chunks) + f"--{BOUNDARY}--\r\n".encode()


def _header_text(value: Any) -> str:
    text = value.decode("latin-1") if isinstance(value, bytes) else str(value)
    return text.replace("\r", "").replace("\n", "")
