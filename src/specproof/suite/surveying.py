"""Look at what is there before anything is created."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from specproof.errors import TargetError
from specproof.generate.names import GENERATIONS, generation_of
from specproof.model.exchange import resolve_pointer
from specproof.model.operation import Resource
from specproof.suite.access import NotExercised
from specproof.suite.places import read_list
from specproof.suite.session import Suite


def survey(suite: Suite) -> Iterator[str]:
    """Look at every list in which the run is going to create something, before it does.

    What is there is remembered, so that it can be told from what the run made. Names that the run would use
    and that are there already, left by a run whose ledger is lost or made by one that goes on, get another
    generation: the same on every run that finds the same.

    Yields:
        A line about each list with such names.
    """
    run, taken = suite.plan.run_id(suite.profile.environment.name), set[str]()
    for operation in suite.contract.operations if suite.client.writes else ():
        resource = operation.resource
        if resource is None or resource.create != operation.label:
            continue
        try:
            place = suite.book.place_in(resource, suite.access.parents(operation))
            listed = read_list(place, suite.client.send)
        except (NotExercised, TargetError):
            continue
        if listed is None:
            continue
        suite.book.know_before(place.list, tuple(listed))
        found = [g for item in listed.values() for g in _generations(resource, item, run)]
        taken.update(found)
        if found:
            things = "thing" if len(found) == 1 else "things"
            yield (
                f"{place.list}: {len(found)} {things} of another run with this seed were there at the start, "
                "and no ledger here knows them; that run goes on, or was killed"
            )
    suite.generation = next((each for each in ("", *GENERATIONS) if each not in taken), GENERATIONS[-1])


def _generations(resource: Resource, item: Any, run: str) -> Iterator[str]:
    values = (resolve_pointer(item, pointer) for pointer in resource.unique)
    found = (generation_of(value, run) for value in values if isinstance(value, str))
    generation = next((each for each in found if each is not None), None)
    if generation is not None:
        yield generation
