"""What a search was asked, and what it answered."""

from __future__ import annotations

from dataclasses import dataclass, field

from specproof.model.exchange import Exchange


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A part of a line or of a path; ``match`` tells whether the server marked it."""

    text: str
    match: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of a file as a result shows it."""

    number: int | None
    pieces: tuple[Piece, ...]

    @property
    def text(self) -> str:
        """The pieces together."""
        return "".join(piece.text for piece in self.pieces)


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """One result."""

    identity: str
    exchange: Exchange  # the page that it stands on
    path: str | None = None
    source: str | None = None  # address of the text
    count: int | None = None
    blocks: tuple[tuple[Line, ...], ...] = ()
    path_pieces: tuple[Piece, ...] = ()

    @property
    def lines(self) -> tuple[Line, ...]:
        """Every line that is shown, in the order of the answer."""
        return tuple(line for block in self.blocks for line in block)

    @property
    def marks(self) -> tuple[Piece, ...]:
        """The marked pieces of the text, without those of the path."""
        return tuple(piece for line in self.lines for piece in line.pieces if piece.match)

    @property
    def is_marked(self) -> bool:
        """Whether anything is marked."""
        return bool(self.marks or self.path_marks)

    @property
    def path_marks(self) -> tuple[Piece, ...]:
        """The marked pieces of the path."""
        return tuple(piece for piece in self.path_pieces if piece.match)


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """A query, and what is known of it."""

    text: str
    words: tuple[str, ...]  # what the results may be marked for
    restrictions: tuple[tuple[str, str], ...] = ()  # kind and value of each modifier
    phrases: tuple[tuple[str, ...], ...] = ()  # words that must stand side by side


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """Everything that one query found."""

    query: Query
    pages: tuple[Exchange, ...]
    found: tuple[Found, ...] = ()
    complete: bool = False  # the server said that this is all, and that it answered this question

    @property
    def identities(self) -> frozenset[str]:
        """What was found."""
        return frozenset(found.identity for found in self.found)

    @property
    def status(self) -> int:
        """The status of the last page."""
        return self.pages[-1].response.status

    def page_of(self, identity: str) -> tuple[Exchange, ...]:
        """Return the page that shows a result; nothing where none does."""
        return next(((found.exchange,) for found in self.found if found.identity == identity), ())


@dataclass(frozen=True, slots=True, kw_only=True)
class Law:
    """What must hold between the results of several queries.

    ``relation`` says what the first query must find, given what the others find:

    - within: nothing but what the second finds
    - equal: what the second finds
    - union: what the second or the third finds
    - intersection: what the second and the third find
    - difference: what the second finds and the third does not
    - sample: among others ``sample``, which the second found
    - keeps: of what the second finds, all that obviously fits the restrictions of the first
    - nothing: nothing

    A law may stand for several: they are asked one by one only where it does not hold.
    """

    promise: str
    name: str  # what separates it from the other laws of the promise
    relation: str
    queries: tuple[Query, ...]
    sample: str = ""
    paged: bool = False  # walk the first query in pages of the usual size
    may_refuse: bool = False  # a 4xx to the first query is right too
    parts: tuple[Law, ...] = ()  # what follows from it, each simpler to read


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceText:
    """The text of a file, as its address gave it."""

    exchange: Exchange
    lines: tuple[str, ...] = field(default=())
