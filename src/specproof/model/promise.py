"""One statement of the contract that can be broken."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """How bad a broken promise is; ``CRITICAL`` is the worst."""

    CRITICAL = "critical"
    MAJOR = "major"
    MINOR = "minor"

    @property
    def rank(self) -> int:
        """0 is the worst, so that sorting by rank puts the worst first."""
        return ["critical", "major", "minor"].index(self.value)


def about(promise: str, operation: str) -> str:
    """Return what a promise is about, for people: the operation, ``document``, ``API`` or ``waiver file``."""
    subjects = {"document": "document", "waivers": "waiver file"}
    return operation or subjects.get(promise.partition(".")[0], "API")


@dataclass(frozen=True, slots=True, kw_only=True)
class PromiseKind:
    """A promise as the catalogue lists it, before it is bound to an operation."""

    id: str  # "pagination.no-repeats"
    sentence: str  # what is promised, in words
    severity: Severity
    broken_when: str
    source: str  # "OpenAPI 3.0.4 section ...", "RFC 9110 section ..."
    needs: frozenset[str] = frozenset()  # writes, exclusive, negative

    @property
    def area(self) -> str:
        """The part before the dot: ``pagination``."""
        return self.id.partition(".")[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """A promise bound to an operation of a contract."""

    kind: PromiseKind
    operation: str  # label; "" for promises about the document or the API as a whole
    source: str  # RFC 6901 pointer into the document, with "#"
    inferred: bool = False

    @property
    def id(self) -> str:
        """The id of its kind."""
        return self.kind.id

    @property
    def about(self) -> str:
        """What it is about, for people: the operation, ``document`` or ``API``."""
        return about(self.id, self.operation)

    @property
    def key(self) -> tuple[str, str]:
        """What identifies it in a run: ``(promise id, operation)``."""
        return self.kind.id, self.operation
