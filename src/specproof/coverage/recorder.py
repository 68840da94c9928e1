"""A recorder of the client: it notes which points of the contract each exchange shows."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import parse_qsl, urlsplit

from specproof.contract.contract import Contract
from specproof.coverage.answers import Answers
from specproof.coverage.doors import Doors
from specproof.coverage.inputs import Inputs
from specproof.coverage.schemas import ResponseSchemas
from specproof.environment.profile import Profile
from specproof.model.coverage import Point
from specproof.model.exchange import MISSING, Exchange, Request
from specproof.model.operation import MediaType, Operation

_REMEMBERED = 20_000  # bodies that are not looked at again


@dataclass(frozen=True, slots=True, kw_only=True)
class _Watched:
    operation: Operation
    inputs: Inputs
    answers: Answers
    doors: Doors
    selectors: frozenset[str]  # query parameters that ask for a part of the answer


class CoverageRecorder:
    """Sees every exchange; costs little once most of a contract was seen."""

    def __init__(self, contract: Contract, profile: Profile, base_url: str) -> None:
        """Work out everything that can be seen of a contract."""
        document = contract.document
        self._schemas = ResponseSchemas(document, contract.schemas)
        self._bodies: set[int] = set()
        self._watched: dict[str, _Watched] = {}
        for operation in contract.operations:
            self._watched[operation.label] = _Watched(
                operation=operation,
                inputs=Inputs(operation, document, contract.schemas, base_url),
                answers=Answers(operation),
                doors=Doors(operation, document, profile),
                selectors=_selectors(operation),
            )
            for media in (media for found in operation.responses.values() for media in found.content):
                if _is_json(media) and media.schema is not None:
                    self._schemas.add(media.schema, f"{media.pointer}/schema")

    def __call__(self, exchange: Exchange) -> None:
        """Note what an exchange shows; of another method than the operation's only that it is not allowed."""
        request, response = exchange.request, exchange.response
        watched = self._watched.get(request.operation or "")
        if watched is None:
            return
        if request.method == watched.operation.method:
            watched.inputs.look(request)
            watched.doors.look(exchange)
        elif response.status != 405:
            return
        found = watched.answers.look(response)
        if found is None or not response.is_json:
            return
        status, media = found
        whole = not (watched.selectors and _asks_for_part(request, watched.selectors))
        fresh = hash((media.pointer, status, whole, response.body))
        if media.schema is None or fresh in self._bodies:
            return
        if len(self._bodies) < _REMEMBERED:
            self._bodies.add(fresh)
        if response.document is not MISSING:
            self._schemas.look(media.schema, f"{media.pointer}/schema", response.document, whole=whole)

    def points(self) -> tuple[Point, ...]:
        """Return every point of the contract, in its order."""
        points: list[Point] = []
        for watched in self._watched.values():
            points += [*watched.inputs.points(), *watched.answers.points(), *watched.doors.points()]
        return (*points, *self._schemas.points())


def _selectors(operation: Operation) -> frozenset[str]:
    return frozenset(
        parameter.name
        for parameter in operation.parameters
        if parameter.location == "query" and "x-partial-response" in parameter.extensions
    )


def _asks_for_part(request: Request, selectors: frozenset[str]) -> bool:
    query = urlsplit(request.url).query
    return any(name in selectors for name, _ in parse_qsl(query, keep_blank_values=True))


def _is_json(media: MediaType) -> bool:
    name = media.name.partition(";")[0].strip()
    return name.endswith(("/json", "+json")) or name in {"*/*", "application/*"}
