"""The replaceable parts of the target, and how faults are mixed into them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Protocol

from specproof.target.access import Gate
from specproof.target.answers import Answers
from specproof.target.filtering import Filter
from specproof.target.git.cloning import Cloning
from specproof.target.git.iteration import CommitPager
from specproof.target.intake import Intake
from specproof.target.oauth.assertions import Assertions
from specproof.target.oauth.rules import Rules
from specproof.target.paging import Pager
from specproof.target.partial import Fields
from specproof.target.representations import Objects
from specproof.target.search.index import Search
from specproof.target.search.results import Results
from specproof.target.sorting import Sort
from specproof.target.variables import Variables


class Mixin(Protocol):
    """A change to one part: which part, and the subclass that behaves differently."""

    @property
    def part(self) -> str:
        """The name of a member of ``Parts``."""

    @property
    def behaviour(self) -> type[Any]:
        """A subclass of that part."""


@dataclass(frozen=True, slots=True)
class Parts:
    """The classes that the server is put together from.

    Variables and search have a pager each, so that a fault can concern one of them alone.
    """

    gate: type[Gate] = Gate
    intake: type[Intake] = Intake
    variables: type[Variables] = Variables
    variable_pager: type[Pager] = Pager
    search: type[Search] = Search
    results: type[Results] = Results
    search_pager: type[Pager] = Pager
    repository_pager: type[Pager] = Pager
    commit_pager: type[CommitPager] = CommitPager
    cloning: type[Cloning] = Cloning
    objects: type[Objects] = Objects
    filter: type[Filter] = Filter
    sort: type[Sort] = Sort
    fields: type[Fields] = Fields
    answers: type[Answers] = Answers
    oauth: type[Rules] = Rules
    assertions: type[Assertions] = Assertions


def assemble(mixins: Iterable[Mixin]) -> Parts:
    """Return the parts, each with the changes that concern it; the one named first overrides the others."""
    chosen: dict[str, list[type[Any]]] = {}
    for mixin in mixins:
        chosen.setdefault(mixin.part, []).append(mixin.behaviour)
    clean = Parts()
    changed: dict[str, Any] = {
        part: type(getattr(clean, part).__name__, (*behaviours,), {}) for part, behaviours in chosen.items()
    }
    return Parts(**changed)
