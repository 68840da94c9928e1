"""Send first what showed something in an earlier run, and keep what shows something in this one."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from specproof.client.safety import SAFE_METHODS
from specproof.generate.addresses import path_values, with_path_values
from specproof.generate.examples import Examples
from specproof.model.exchange import Request
from specproof.model.operation import Operation

FOUND = "found by an earlier run"  # the purpose of one that is sent again


@dataclass(frozen=True, kw_only=True)
class Memory:
    """Requests of one operation as they are kept: without host and credential, known path values as names."""

    examples: Examples
    contract: str  # title of the document: one database may serve several
    operation: Operation
    base_url: str

    def keep(self, request: Request, known: Mapping[str, str]) -> None:
        """Keep a request that showed something."""
        self.examples.keep(self._case(request, known), *self._key)

    def forget(self, request: Request, known: Mapping[str, str]) -> None:
        """Forget a request that shows nothing any more."""
        self.examples.drop(self._case(request, known), *self._key)

    def requests(
        self, known: Callable[[], Mapping[str, str]], credential: Callable[[Mapping[str, str]], str | None]
    ) -> Iterator[Request]:
        """Yield the requests that are kept, each for the things that there are when it is its turn.

        What comes out of a database that others write to is no more trusted than what a generator made: the
        method is that of the operation, and only a request that can change nothing keeps path values.

        Args:
            known: Gives values for the path that name something.
            credential: Gives the credential for these values.
        """
        for case in self.examples.found(*self._key):
            there = known()
            request = self._request(case, credential(there))
            if request is None:
                continue
            values = path_values(request, self.operation, self.base_url)
            if self.operation.method not in SAFE_METHODS and "{" in self.operation.path and not values:
                continue
            fine = {name: value for name, value in there.items() if self._is_known(name, values)}
            yield with_path_values(request, self.operation, self.base_url, fine)

    @property
    def _key(self) -> tuple[str, ...]:
        return self.contract, "requests", self.operation.label

    def _is_known(self, name: str, values: Mapping[str, str]) -> bool:
        return self.operation.method not in SAFE_METHODS or values.get(name) == f"{{{name}}}"

    def _case(self, request: Request, known: Mapping[str, str]) -> dict[str, Any]:
        values = path_values(request, self.operation, self.base_url)
        own = {name: f"{{{name}}}" for name, value in values.items() if known.get(name) == value}
        named = with_path_values(request, self.operation, self.base_url, own)
        case: dict[str, Any] = {"target": named.url.removeprefix(self.base_url)}
        if request.headers:
            case["headers"] = [list(pair) for pair in request.headers]
        if request.body is not None:
            case["body"] = base64.b64encode(request.body).decode()
        return case

    def _request(self, case: Any, credential: str | None) -> Request | None:
        try:
            target, body = case["target"], case.get("body")
            if not isinstance(target, str) or not target.startswith("/"):
                return None
            return Request(
                method=self.operation.method,
                url=self.base_url + target,
                headers=tuple((str(name), str(value)) for name, value in case.get("headers", [])),
                body=base64.b64decode(body, validate=True) if body is not None else None,
                credential=credential,
                operation=self.operation.label,
                purpose=FOUND,
            )
        except (AttributeError, KeyError, TypeError, ValueError):
            return None
