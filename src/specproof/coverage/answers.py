"""What an operation can answer: its documented statuses, and the media types of each."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from specproof.coverage.watch import Watch
from specproof.model.coverage import Point, PointKind
from specproof.model.exchange import Response
from specproof.model.operation import MediaType, Operation

NO_SERVER_ERROR = "the suite provokes no server error"
NO_RATE_LIMIT = "the suite keeps within the rate limit"
_REASONS = {"5": NO_SERVER_ERROR, "429": NO_RATE_LIMIT}


class Answers:
    """Everything that one operation can answer."""

    def __init__(self, operation: Operation) -> None:
        """Work out what can be seen."""
        self._operation = operation
        label, responses = operation.label, operation.responses
        self._statuses = Watch(PointKind.STATUSES, label, responses)
        self._media = Watch(
            PointKind.RESPONSE_MEDIA_TYPES,
            label,
            (f"{key} {media.name}" for key, found in responses.items() for media in found.content),
        )

    def look(self, response: Response) -> tuple[str, MediaType] | None:
        """Note what an answer shows; return under which documented status and media type it falls."""
        documented = self._operation.response_for(response.status)
        if documented is None:
            return None
        self._statuses.see(documented.status)
        media = _media_of(documented.content, response.media_type)
        if media is None:
            return None
        self._media.see(f"{documented.status} {media.name}")
        return documented.status, media

    def points(self) -> Iterator[Point]:
        """Yield every point, with the reason where it is known."""
        for point in self._statuses.points():
            why = _REASONS.get(point.what) or _REASONS.get(point.what[:1], "")
            yield point if point.seen else replace(point, why=why)
        for point in self._media.points():
            status = point.what.partition(" ")[0]
            came = status not in self._statuses.open
            why = "" if came else f"no answer with the status {status} came"
            yield point if point.seen else replace(point, why=why)


def _media_of(content: tuple[MediaType, ...], sent: str | None) -> MediaType | None:
    """Return the documented media type of an answer; the most exact one counts (OpenAPI 3.0.4, 4.8.14)."""
    if sent is None:
        return None
    for wanted in (sent, f"{sent.partition('/')[0]}/*", "*/*"):
        for media in content:
            if media.name.partition(";")[0].strip() == wanted:
                return media
    return None
