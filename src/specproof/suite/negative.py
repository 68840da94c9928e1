"""What the document forbids to send: refused by the client where the profile says ``negative_data``."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from specproof.client.safety import SAFE_METHODS
from specproof.contract.contract import Contract
from specproof.contract.wire import judge_request
from specproof.model.exchange import Request
from specproof.model.operation import Operation


@dataclass(frozen=True, slots=True, kw_only=True)
class Negative:
    """Tells why a request is none that the document allows; where it goes counts, not what is said of it."""

    contract: Contract
    base_url: str
    _paths: list[tuple[re.Pattern[str], list[Operation]]] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Order the operations by path, those without parameters first: they are the closer match."""
        by_path: dict[str, list[Operation]] = {}
        for operation in self.contract.operations:
            by_path.setdefault(operation.path, []).append(operation)
        for path in sorted(by_path, key=lambda path: path.count("{")):
            pattern = re.sub(r"\\\{[^{}]+\\\}", "[^/]+", re.escape(path))
            self._paths.append((re.compile(pattern), by_path[path]))

    def __call__(self, request: Request) -> str:
        """Return the reason, or an empty text for a request that the document does not surely forbid.

        Reading where the document has no path is no negative data: links may lead there.
        """
        operations = self._operations(request)
        known = next((o for o in operations if o.method == request.method), None)
        if known is None:
            if request.method in SAFE_METHODS and (not operations or request.method != "GET"):
                return ""
            return f"{request.method} is not documented there"
        if (media := _strange_media(known, request)) is not None:
            return f"the media type {media} is not documented there"
        opinion = judge_request(known, self.contract.schemas, request, base_url=self.base_url)
        return opinion.why if opinion.valid is False else ""

    def _operations(self, request: Request) -> Sequence[Operation]:
        sent = urlsplit(request.url).path.removeprefix(urlsplit(self.base_url.rstrip("/")).path)
        return next((operations for pattern, operations in self._paths if pattern.fullmatch(sent)), [])


def _strange_media(operation: Operation, request: Request) -> str | None:
    body = operation.request_body
    if body is None or not request.body:
        return None
    sent = (request.header("Content-Type") or "").partition(";")[0].strip().lower()
    documented = {media.name.partition(";")[0].strip().lower() for media in body.content}
    fits = {sent, f"{sent.partition('/')[0]}/*", "*/*"} & documented
    return None if fits or not documented else sent or "(none)"
