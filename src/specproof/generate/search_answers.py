"""Ask search queries, and read what their results show."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

from specproof.contract.vocabulary import Matches, Search
from specproof.generate.walks import Collection, Send, walk
from specproof.model.exchange import MISSING, Exchange, resolve_pointer
from specproof.model.search import Answer, Found, Line, Piece, Query

_MOST_PAGES = {"quick": 2, "standard": 8, "deep": 20}


@dataclass(kw_only=True)
class Asker:
    """Asks each query once and remembers the answer."""

    collection: Collection  # the operation with its path; its query holds the other required parameters
    parameter: str
    rules: Search
    send: Send
    depth: str
    _answers: dict[tuple[str, bool], Answer] = field(default_factory=dict)

    @property
    def answers(self) -> tuple[Answer, ...]:
        """Everything that was answered so far."""
        return tuple(self._answers.values())

    def ask(self, query: Query, *, paged: bool = False, size: int | None = None) -> Answer:
        """Return what a query finds.

        In a quick run one that was walked to its end in smaller pages is not asked again in large ones.

        Args:
            query: What to ask.
            paged: Walk in smaller pages; else in pages as large as may be.
            size: Of the smaller pages; ``None`` for the usual one.
        """
        key, walked = (query.text, paged), self._answers.get((query.text, True))
        if self.depth == "quick" and walked is not None and walked.complete:
            key = (query.text, True)
        if key not in self._answers:
            self._answers[key] = self.ask_anew(query, paged=paged, size=size)
        return replace(self._answers[key], query=query)

    def ask_anew(self, query: Query, *, paged: bool = False, size: int | None = None) -> Answer:
        """Ask, whatever is remembered."""
        pages = self.collection.pagination
        others = tuple(pair for pair in self.collection.query if pair[0] != self.parameter)
        collection = replace(self.collection, query=((self.parameter, query.text), *others))
        asked = size if paged else pages.size_maximum
        seen = walk(collection, self.send, size=asked, max_pages=_MOST_PAGES[self.depth])
        exchanges = tuple(page.exchange for page in seen.pages)
        if any(self._is_substituted(exchange) for exchange in exchanges):
            return Answer(query=query, pages=exchanges)
        found = tuple(
            read_found(self.rules.matches, item, identity, page.exchange)
            for page in seen.pages
            for item, identity in zip(page.items, page.identities, strict=True)
        )
        total = seen.pages[-1].total or 0
        # Many servers let nobody walk beyond some thousand results; what fits on a page is never too much.
        whole = total <= max(len(set(seen.identities)), pages.size_maximum or pages.size_default or 0)
        return Answer(query=query, pages=exchanges, found=found, complete=seen.complete and whole)

    def _is_substituted(self, exchange: Exchange) -> bool:
        pointer = self.rules.substituted
        return pointer is not None and resolve_pointer(exchange.response.document, pointer) is True


def read_found(matches: Matches | None, item: Any, identity: str, exchange: Exchange) -> Found:
    """Read one result; what is missing or of another type is left out."""
    if matches is None:
        return Found(identity=identity, exchange=exchange)
    count = _at(item, matches.count)
    return Found(
        identity=identity,
        exchange=exchange,
        path=_text(_at(item, matches.path)),
        source=_text(_at(item, matches.source)),
        count=count if isinstance(count, int) and not isinstance(count, bool) else None,
        blocks=tuple(_lines(matches, block) for block in _list(_at(item, matches.blocks))),
        path_pieces=_pieces(matches, _at(item, matches.path_segments)),
    )


def _lines(matches: Matches, block: Any) -> tuple[Line, ...]:
    lines = []
    for line in _list(_at(block, matches.lines)):
        number = _at(line, matches.number)
        whole = number if isinstance(number, int) and not isinstance(number, bool) else None
        lines.append(Line(number=whole, pieces=_pieces(matches, _at(line, matches.segments))))
    return tuple(lines)


def _pieces(matches: Matches, found: Any) -> tuple[Piece, ...]:
    return tuple(
        Piece(text=_text(_at(each, matches.text)) or "", match=_at(each, matches.match) is True)
        for each in _list(found)
    )


def _at(node: Any, pointer: str | None) -> Any:
    return MISSING if pointer is None else resolve_pointer(node, pointer)


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) else None


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
