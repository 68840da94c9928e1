"""The values in the path of a request, and others in their place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from urllib.parse import quote, unquote, urlsplit, urlunsplit

from specproof.contract.styles import path_values_of
from specproof.generate.styles import path_text
from specproof.model.exchange import Request
from specproof.model.operation import Operation


def path_values(request: Request, operation: Operation, base_url: str) -> dict[str, str]:
    """Return the path values of a request, decoded; none where the path has another shape."""
    pairs = _segments(request, operation, base_url)
    named = {t[1:-1]: s for t, s in pairs if t.startswith("{") and t.endswith("}")}
    return {name: _plain(operation, name, segment) for name, segment in named.items()}


def _plain(operation: Operation, name: str, segment: str) -> str:
    """Return what a segment says, without what its style puts before it and between the values of a list."""
    parameter = operation.parameter(name, "path")
    try:
        values = path_values_of(parameter, segment) if parameter is not None else None
    except UnicodeDecodeError:
        values = None
    return unquote(segment) if values is None else ",".join(values)


def with_path_values(
    request: Request, operation: Operation, base_url: str, known: Mapping[str, str]
) -> Request:
    """Return the request with known values in place of generated ones: random identities only meet 404."""
    filled = []
    for pattern, segment in _segments(request, operation, base_url):
        name = pattern[1:-1] if pattern.startswith("{") and pattern.endswith("}") else ""
        parameter = operation.parameter(name, "path")
        if name in known and parameter is not None:
            filled.append(path_text(parameter, known[name]))
        else:
            filled.append(quote(known[name], safe="") if name in known else segment)
    if not filled:
        return request
    path = urlsplit(base_url.rstrip("/")).path + "/".join(filled)
    return replace(request, url=urlunsplit(urlsplit(request.url)._replace(path=path)))


def _segments(request: Request, operation: Operation, base_url: str) -> list[tuple[str, str]]:
    sent = urlsplit(request.url).path.removeprefix(urlsplit(base_url.rstrip("/")).path).split("/")
    template = operation.path.split("/")
    return list(zip(template, sent, strict=True)) if len(sent) == len(template) else []
