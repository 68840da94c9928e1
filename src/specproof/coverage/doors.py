"""Which ways in an operation offers, and which of them were taken."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from specproof.coverage.watch import Watch
from specproof.environment.credentials import Schemes, fits
from specproof.environment.profile import Profile
from specproof.model.coverage import Point, PointKind
from specproof.model.exchange import Exchange
from specproof.model.operation import Operation

ANONYMOUS = "no credential"
SEVERAL = "it takes several credentials at once, and the suite sends one"
NONE_FITS = "the profile has no valid credential for it"


class Doors:
    """The security alternatives of one operation; one is used where a 2xx answer came through it."""

    def __init__(self, operation: Operation, document: Mapping[str, Any], profile: Profile) -> None:
        """Work out which alternatives there are."""
        self._profile = profile
        self._schemes: Schemes = (document.get("components") or {}).get("securitySchemes") or {}
        self._alternatives = {_words(each): each for each in operation.security}
        self._watch = Watch(PointKind.SECURITY, operation.label, self._alternatives)
        self._through: dict[str | None, tuple[str, ...]] = {}

    def look(self, exchange: Exchange) -> None:
        """Note through which alternatives an answer came."""
        if not self._watch.open or not 200 <= exchange.response.status < 300:
            return
        name = exchange.request.credential
        if name not in self._through:
            self._through[name] = tuple(
                w for w, needed in self._alternatives.items() if self._opens(name, needed)
            )
        self._watch.see(*self._through[name])

    def points(self) -> Iterator[Point]:
        """Yield every alternative, with the reason where it could not be used."""
        for point in self._watch.points():
            yield point if point.seen else replace(point, why=self._why_not(self._alternatives[point.what]))

    def _opens(self, name: str | None, needed: Mapping[str, Any]) -> bool:
        credential = self._profile.credential(name) if name else None
        if credential is None:
            return name is None and not needed
        return len(needed) == 1 and all(
            fits(credential, scheme, self._schemes.get(scheme, {})) for scheme in needed
        )

    def _why_not(self, needed: Mapping[str, Any]) -> str:
        if len(needed) > 1:
            return SEVERAL
        usable = [each.name for each in self._profile.credentials if each.state == "valid"]
        return NONE_FITS if needed and not any(self._opens(name, needed) for name in usable) else ""


def _words(alternative: Mapping[str, tuple[str, ...]]) -> str:
    named = (f"{name} ({', '.join(scopes)})" if scopes else name for name, scopes in alternative.items())
    return " and ".join(named) or ANONYMOUS
