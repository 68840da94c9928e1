"""The part of a URL that goes over the wire, the same for the client and for the curl line."""

from __future__ import annotations

import re

_ORIGIN = re.compile(r"[^/?#]*//[^/?#]*")
_OTHERS = re.compile(r"%[0-9A-Fa-f]{2}|[^A-Za-z0-9\-._~!$&'()*+,;=:@/?]")


def split_target(url: str) -> tuple[str, str]:
    """Split an absolute URL into origin and request target.

    The path stays as it is, dot segments included. What no target may hold is percent-encoded, and hex digits
    are written in upper case.

    Source:
        RFC 9112 section 3.2.1, RFC 3986 sections 2.1 and 3.4.
    """
    found = _ORIGIN.match(url)
    origin = found[0] if found else ""
    rest = url[len(origin) :].partition("#")[0]
    return origin, _OTHERS.sub(_encoded, rest if rest.startswith("/") else f"/{rest}")


def _encoded(found: re.Match[str]) -> str:
    text = found[0]
    if len(text) == 3:
        return text.upper()
    return "".join(f"%{byte:02X}" for byte in text.encode("utf-8", "surrogatepass"))
