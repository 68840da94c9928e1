"""A correct paginator in memory: cuts a list into pages in every style, behind a plain ``send``."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from builders import BASE, make_operation, make_parameter, make_response

from specproof.generate.walks import Collection
from specproof.model.exchange import Exchange, Request, Response
from specproof.model.operation import Operation, Pagination

STYLES = ("page", "offset", "cursor", "link-header", "bare")
Change = Callable[
    ["Paginator", dict[str, str], dict[str, Any]], None
]  # (paginator, query, body in the making)


@dataclass
class Paginator:
    """One collection; ``break_body`` may spoil what it is about to answer."""

    items: Sequence[Any]
    style: str = "page"
    default: int = 10
    maximum: int = 100
    first: int = 1
    strict: bool = True  # sizes out of bounds are refused, not cut
    past_end: str = "empty"
    optional: bool = True  # previous, total, page and size are shown
    kept: tuple[tuple[str, str], ...] = ()
    break_body: Change | None = None
    numbers: list[int] = field(default_factory=list)  # of the requests so far

    def operation(self) -> Operation:
        """Return ``GET /things`` as a contract would describe it."""
        wrapped, numbered = self.style != "bare", self.style in {"page", "link-header", "bare"}
        linked = self.style in {"page", "offset", "cursor"}
        shown = self.optional and wrapped
        pages = Pagination(
            style="link-header"
            if self.style == "link-header"
            else "page"
            if self.style == "bare"
            else self.style,
            items="/values" if wrapped else "",
            pointer="#/paths/~1things/get/x-pagination",
            next="/next" if linked else None,
            previous="/previous" if shown and linked and self.style != "cursor" else None,
            total="/total" if shown else None,
            page="/page" if shown and numbered else None,
            size="/size" if shown else None,
            page_parameter="page" if numbered else None,
            offset_parameter="offset" if self.style == "offset" else None,
            cursor_parameter="cursor" if self.style == "cursor" else None,
            size_parameter="limit",
            first=self.first,
            size_minimum=1,
            size_maximum=self.maximum,
            size_default=self.default,
            past_end=self.past_end,
            identity="/id",
        )
        bounds = {"minimum": 1, "maximum": self.maximum} if self.strict else {}
        size = make_parameter("limit", {"type": "integer", **bounds})
        return make_operation("200", "400", pagination=pages, parameters=(size,))

    def collection(self) -> Collection:
        """Return what the explorer takes."""
        return Collection(operation=self.operation(), base_url=BASE, path={}, query=self.kept)

    def send(self, request: Request) -> Exchange:
        """Answer one request."""
        self.numbers.append(len(self.numbers) + 1)
        query = dict(parse_qsl(urlsplit(request.url).query, keep_blank_values=True))
        return Exchange(request=request, response=self._answer(query), number=self.numbers[-1])

    def _answer(self, query: dict[str, str]) -> Response:
        try:
            size, start = self._size(query), self._start(query)
        except ValueError as error:
            return make_response(400, {"error": str(error)})
        beyond = start > 0 and start >= len(self.items)
        if beyond and self.past_end == "error" and "cursor" not in query:
            return make_response(404, {"error": "past the end"})
        chosen = [{"id": item} for item in self.items[start : start + size]]
        body: dict[str, Any] = {"values": chosen}
        if self.optional:
            body |= {"total": len(self.items), "size": size, "page": self.first + start // size}
        if start + size < len(self.items):
            body["next"] = self._link(query, start + size, size)
        if start > 0 and not beyond:
            body["previous"] = self._link(query, max(0, start - size), size)
        if self.break_body is not None:
            self.break_body(self, query, body)
        return self._written(body)

    def _size(self, query: dict[str, str]) -> int:
        size = int(query.get("limit", self.default))
        if self.strict and not 1 <= size <= self.maximum:
            raise ValueError("limit")
        return min(max(size, 1), self.maximum)

    def _start(self, query: dict[str, str]) -> int:
        size = self._size(query)
        if self.style == "cursor":
            return int(query.get("cursor", "c0").removeprefix("c"))
        if self.style == "offset":
            return int(query.get("offset", 0))
        return (int(query.get("page", self.first)) - self.first) * size

    def _link(self, query: dict[str, str], start: int, size: int) -> str:
        moved = {"cursor": ("cursor", f"c{start}"), "offset": ("offset", str(start))}
        name, value = moved.get(self.style, ("page", str(self.first + start // size)))
        return f"{BASE}/things?{urlencode({**query, name: value})}"

    def _written(self, body: dict[str, Any]) -> Response:
        if self.style == "bare":
            return make_response(200, body["values"])
        if self.style != "link-header":
            return make_response(200, body)
        links = [
            f'<{body.pop(n)}>; rel="{r}"' for n, r in (("next", "next"), ("previous", "prev")) if n in body
        ]
        return make_response(200, body, headers=(("Link", ", ".join(links)),) if links else ())
