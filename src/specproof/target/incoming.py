"""What a request says before its body is read: origin, query string, path parameters."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, quote, urlencode

from specproof.target.accounts import Credential, Team
from specproof.target.problems import Problem

URL_MAXIMUM = 8_192
HOST = re.compile(r"(?:[A-Za-z0-9._-]{1,255}|\[[0-9A-Fa-f:.]{2,45}\])(?::[0-9]{1,5})?")
BAD_ESCAPE = re.compile(r"%(?![0-9A-Fa-f]{2})")
BRACED_UUID = re.compile(r"\{([0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12})\}")


def origin_of(environ: dict[str, object]) -> str:
    """Return ``http://host:port`` as the client wrote it.

    Raises:
        Problem: 400, the Host header is not a host.
    """
    host = environ.get("HTTP_HOST") or f"{environ['SERVER_NAME']}:{environ['SERVER_PORT']}"
    if not HOST.fullmatch(str(host)):
        raise Problem(400, "Malformed Host header", detail="Expected a host name or address, and a port.")
    return f"{environ['wsgi.url_scheme']}://{host}"


def bare_uuid(segment: str) -> str | None:
    """Return the UUID of a ``{…}`` path segment in lower case, ``None`` for any other text."""
    found = BRACED_UUID.fullmatch(segment)
    return found[1].lower() if found else None


class Query:
    """The query string, decoded strictly: nothing is repaired, nothing is dropped."""

    __slots__ = ("pairs",)

    def __init__(self, raw: str) -> None:
        """Decode.

        Args:
            raw: The query string as a WSGI string: one character per byte.

        Raises:
            Problem: 400, a broken escape or text that is not UTF-8.
        """
        self.pairs: list[tuple[str, str]] = []
        if not raw:
            return
        try:
            if BAD_ESCAPE.search(raw):
                raise ValueError("a percent sign must be followed by two hexadecimal digits")
            text = raw.encode("latin-1").decode("utf-8")
            self.pairs = parse_qsl(text, keep_blank_values=True, errors="strict")
        except ValueError as error:
            raise Problem(
                400, "Malformed query string", detail="Query strings are percent-encoded UTF-8."
            ) from error

    def one(self, name: str) -> str | None:
        """Return the value of a parameter, ``None`` where it is absent.

        Raises:
            Problem: 400, the parameter is given twice.
        """
        values = [value for key, value in self.pairs if key == name]
        if len(values) > 1:
            raise Problem(
                400, f"Repeated parameter {name}", detail=f"Give {name} once.", data={"parameter": name}
            )
        return values[0] if values else None


@dataclass(frozen=True, slots=True)
class Place:
    """Where a collection was asked for: what its page links are made from."""

    origin: str
    path: str
    pairs: list[tuple[str, str]]

    def with_page(self, number: int) -> str:
        """Return the link to another page of the same question; every other parameter is kept."""
        return self.having("page", str(number))

    def having(self, name: str, text: str) -> str:
        """Return the link to the same question with one parameter changed, or added."""
        pairs = [(key, text if key == name else value) for key, value in self.pairs]
        if not any(key == name for key, _ in pairs):
            pairs.append((name, text))
        return f"{self.origin}{self.path}?{urlencode(pairs, quote_via=quote)}"


@dataclass(slots=True)
class Call:
    """One request as the operations see it: who asks, about which team, with which query."""

    operation: str
    origin: str
    query: Query
    credential: Credential
    team: Team
    path: dict[str, str] = field(default_factory=dict)
    base: str = "teams"  # the collection through which the team was addressed: teams, workspaces

    @property
    def home(self) -> str:
        """The canonical path of the team, by name, whatever alias the client used."""
        return f"/2.0/{self.base}/{quote(self.team.name)}"

    def place(self, path: str) -> Place:
        """Return where this collection stands; ``path`` is canonical, so that every alias answers alike."""
        pairs = [
            (key, value) for key, value in self.query.pairs if key != "access_token"
        ]  # no secret in a link
        return Place(self.origin, path, pairs)
