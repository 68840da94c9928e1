"""Put what every request carries, and a credential, on a request as it goes out."""

from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import quote

import urllib3

from specproof.client.settings import Settings, Signature
from specproof.model.exchange import Request


@dataclass(frozen=True, slots=True, kw_only=True)
class Signed:
    """What goes over the wire, the secret included: it is never shown."""

    url: str = field(repr=False)
    headers: urllib3.HTTPHeaderDict = field(repr=False)
    body: bytes | None = field(repr=False)


def signed(request: Request, signature: Signature | None, settings: Settings) -> Signed:
    """Return a request as it goes over the wire: with what every request carries, and with a credential."""
    headers = urllib3.HTTPHeaderDict()
    headers["User-Agent"] = settings.user_agent
    headers["Accept"] = "*/*"
    if settings.run_id:
        headers["X-Specproof-Run"] = settings.run_id
    for name, value in request.headers:
        if name.lower() in {"user-agent", "accept"}:
            headers[name] = value
        else:
            headers.add(name, value)
    url, body = request.url, request.body
    if signature is None:
        return Signed(url=url, headers=headers, body=body)
    if signature.where == "form":
        body = None if body is None else f"{_pair(signature)}&".encode() + body
    elif signature.where == "query":
        url = _with_query(url, _pair(signature))
    elif signature.where == "cookie":
        headers.add("Cookie", f"{signature.name}={signature.value}")
    else:
        headers[signature.name] = signature.value
    return Signed(url=url, headers=headers, body=body)


def _with_query(url: str, pair: str) -> str:
    """Return a URL with one more query parameter; what it has already stays as it is."""
    before, _, fragment = url.partition("#")
    joint = "&" if "?" in before else "?"
    return f"{before}{joint}{pair}" + (f"#{fragment}" if fragment else "")


def _pair(signature: Signature) -> str:
    return f"{quote(signature.name, safe='')}={quote(signature.value, safe='')}"
