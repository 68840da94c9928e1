"""What a fault is, and the list of all of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

T = TypeVar("T", bound=type[Any])


@dataclass(frozen=True, slots=True)
class Fault:
    """One violation that can be switched on.

    Args:
        name: What ``--fault`` takes.
        area: The topic, the first half of the promise.
        promise: The promise that it breaks.
        summary: What the server does instead.
        part: The part of the target it changes, a member of ``parts.Parts``.
        behaviour: A subclass of that part.
        beyond: It shows only in what the target does beyond the reference contract, such as taking forms.
    """

    name: str
    area: str
    promise: str
    summary: str
    part: str
    behaviour: type[Any]
    beyond: bool = False


FAULTS: dict[str, Fault] = {}


def fault(part: str, name: str, promise: str, summary: str, *, beyond: bool = False) -> Callable[[T], T]:
    """Register a class as a fault; see ``Fault`` for what the arguments mean.

    Raises:
        ValueError: The name is taken.
    """

    def register(behaviour: T) -> T:
        if name in FAULTS:
            raise ValueError(f"two faults are called {name!r}")
        FAULTS[name] = Fault(name, promise.partition(".")[0], promise, summary, part, behaviour, beyond)
        return behaviour

    return register


def paging(name: str, promise: str, summary: str) -> Callable[[T], T]:
    """Register a pager twice, once for each paginated operation.

    Args:
        name: What ``--fault`` takes for the list of variables; ``search-`` before it for search.
        promise: The promise that it breaks.
        summary: What the server does instead, as the second half of a sentence.
    """

    def register(behaviour: T) -> T:
        fault("variable_pager", name, promise, f"List: {summary}")(behaviour)
        return fault("search_pager", f"search-{name}", promise, f"Search: {summary}")(behaviour)

    return register
