"""Keep the ledger: say before each creation what will be made, and afterwards what has become of it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from urllib.parse import urljoin

from specproof.client.ledger import Ledger
from specproof.client.ledger_entries import NOWHERE, Place
from specproof.client.safety import SAFE_METHODS
from specproof.errors import LedgerError, RefusedBySafety
from specproof.generate.addresses import path_values
from specproof.generate.request import fill_path
from specproof.generate.walks import same_host
from specproof.model.exchange import Exchange, Request, resolve_pointer
from specproof.model.operation import Operation, Resource
from specproof.suite.access import Access, NotExercised

_REFUSALS = range(400, 500)
_KNOWN = SAFE_METHODS | {"PUT", "PATCH", "DELETE", "TRACE"}
_UNCLEAR = frozenset({408})  # the request may have been carried out (RFC 9110 section 15.5.9)


def _may_create(method: str) -> bool:
    """Tell whether a method may create: POST, and those of which HTTP knows nothing."""
    return method == "POST" or method not in _KNOWN


@dataclass(kw_only=True)
class Bookkeeper:
    """Knows which requests create, and where what they make is found again."""

    ledger: Ledger
    operations: Mapping[str, Operation]
    access: Access
    base_url: str
    before: dict[str, tuple[str, ...]] = field(
        default_factory=dict
    )  # list URL -> what was there at the start
    _places: dict[tuple[str, str], Place] = field(default_factory=dict)
    _known: set[str] = field(default_factory=set)  # names that the ledger has already

    # --- before a request is sent ----------------------------------------------------------------

    def announce(self, request: Request) -> int | None:
        """Write down what a request is about to create; return the number of that entry.

        Raises:
            RefusedBySafety: The ledger cannot be written; the request must not be sent.
        """
        operation = self.operations.get(request.operation or "")
        if operation is None:
            return None
        try:
            return self._announce(operation, request)
        except LedgerError as error:
            raise RefusedBySafety(str(error)) from error

    def _announce(self, operation: Operation, request: Request) -> int | None:
        resource = operation.resource
        as_documented = request.method == operation.method
        if resource is not None and as_documented and resource.update == operation.label:
            names = {k: v for k, v in self._names(resource, request).items() if v not in self._known}
            if names and (place := self.place(operation, request)).item:
                self.ledger.about_to_rename(names, place)
                self._known.update(names.values())
        creates = resource is not None and as_documented and resource.create == operation.label
        if not creates and (
            not _may_create(request.method) or (as_documented and "201" not in operation.responses)
        ):
            return None
        names = self._names(resource, request) if creates and resource is not None else {}
        self._known.update(names.values())
        return self.ledger.about_to_create(
            request.url,
            operation=operation.label,
            credential=request.credential,
            names=names,
            place=self.place(operation, request) if creates else NOWHERE,
        )

    def _names(self, resource: Resource, request: Request) -> dict[str, str]:
        """Return the unique values of a body, by their JSON pointers."""
        try:
            body = json.loads(request.body or b"")
        except (ValueError, RecursionError):
            return {}
        found = {pointer: resolve_pointer(body, pointer) for pointer in resource.unique}
        return {pointer: value for pointer, value in found.items() if isinstance(value, str) and value}

    def unique_values(self, request: Request) -> dict[str, str]:
        """Return what a request wants for a thing that no other thing may have, by JSON pointers."""
        operation = self.operations.get(request.operation or "")
        resource = operation.resource if operation is not None else None
        if operation is None or resource is None or request.method != operation.method:
            return {}
        writes = operation.label in {resource.create, resource.update}
        return self._names(resource, request) if writes else {}

    # --- after it was answered -------------------------------------------------------------------

    def settle(self, number: int, exchange: Exchange, *, attempts: tuple[int, ...] = ()) -> str | None:
        """Write down what became of an intention; return the identity of what was made.

        Args:
            number: Of the entry.
            exchange: The last attempt and its answer.
            attempts: The statuses of earlier attempts at the same request: a 503 that was obeyed, say.
        """
        status, request = exchange.response.status, exchange.request
        operation = self.operations[request.operation or ""]
        resource = operation.resource
        if resource is None or resource.create != operation.label or request.method != operation.method:
            if status == 201:
                self.ledger.created(number, "")
            elif status < 500:
                self.ledger.refused(number, status)
            return None
        if 200 <= status < 300:
            found = resolve_pointer(exchange.response.document, resource.identity)
            identity = str(found) if isinstance(found, str | int) else None
            place = self.place(operation, request)
            url = place.url_of(identity) if identity is not None else self._location(exchange, place)
            if identity is not None or url:
                self.ledger.created(number, url)
            return identity
        if status in _REFUSALS and status not in _UNCLEAR and not any(each >= 500 for each in attempts):
            self.ledger.refused(number, status)
        return None

    def notice(self, exchange: Exchange) -> None:
        """Write down a creation that nobody expected."""
        request, label = exchange.request, exchange.request.operation or ""
        if label in self.operations and _may_create(request.method) and exchange.response.status == 201:
            number = self.ledger.about_to_create(
                request.url, operation=label, credential=request.credential, names={}, place=NOWHERE
            )
            self.ledger.created(number, "")

    def _location(self, exchange: Exchange, place: Place) -> str:
        """Return where the answer says that the new thing is, if it is one of that place."""
        url = urljoin(exchange.request.url, exchange.response.header("Location") or "")
        beginning = place.item.partition("{}")[0]
        inside = beginning and url.startswith(beginning) and url != beginning
        return url if inside and same_host(url, self.base_url) else ""

    # --- where things are ------------------------------------------------------------------------

    def place(self, operation: Operation, request: Request) -> Place:
        """Return where a thing that a request makes or changes can be listed, read and deleted."""
        resource = operation.resource
        if resource is None:
            return NOWHERE
        values = path_values(request, operation, self.base_url)
        return self.place_in(resource, {n: v for n, v in values.items() if n != resource.parameter})

    def place_in(self, resource: Resource, parents: dict[str, str]) -> Place:
        """Return where the things of a resource are, inside these parents."""
        key = (resource.create or "", json.dumps(parents, sort_keys=True))
        if key not in self._places:
            self._places[key] = self._find_place(resource, parents)
        return self._places[key]

    def _find_place(self, resource: Resource, parents: dict[str, str]) -> Place:
        delete, lists = self.operations.get(resource.delete or ""), self.operations.get(resource.list or "")
        read = self.operations.get(resource.read or "")
        item, listed = self._item(delete, resource, parents), self._url(lists, parents)
        pages = lists.pagination if lists is not None else None
        return Place(
            item=item,
            identity=resource.identity,
            reads=read is not None and delete is not None and read.path == delete.path,
            list=listed,
            pagination=json.dumps(asdict(pages)) if pages is not None and listed else "",
            credential=self._credential(delete, parents),
            before=self.before.get(listed),
        )

    def _item(self, delete: Operation | None, resource: Resource, parents: dict[str, str]) -> str:
        mark = "specproof-identity"
        return self._url(delete, {**parents, resource.parameter: mark}).replace(mark, "{}")

    def _url(self, operation: Operation | None, values: dict[str, str]) -> str:
        if operation is None:
            return ""
        try:
            return self.base_url + fill_path(operation, values)
        except KeyError:
            return ""  # its path needs more than the creation knows

    def _credential(self, delete: Operation | None, parents: dict[str, str]) -> str | None:
        try:
            return self.access.credential(delete, parents) if delete is not None else None
        except NotExercised:
            return None

    def know_before(self, url: str, identities: tuple[str, ...]) -> None:
        """Remember what a list showed before anything was created."""
        self.before[url] = identities
        self._places = {
            key: replace(place, before=identities) if place.list == url else place
            for key, place in self._places.items()
        }
