"""Areas that are looked at as a whole: one look answers every promise of an area about its subject."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from specproof.model.operation import Operation
from specproof.suite.aliasing import judge_aliases
from specproof.suite.authorizing import judge_oauth
from specproof.suite.cloning import judge_cloning
from specproof.suite.conditional import judge_conditions
from specproof.suite.cross_origin import judge_cors
from specproof.suite.doors import judge_credentials
from specproof.suite.entitlements import judge_rights
from specproof.suite.filtering import judge_filter
from specproof.suite.history import judge_history
from specproof.suite.judgement import Judgement
from specproof.suite.linking import judge_links
from specproof.suite.living import judge_life
from specproof.suite.negotiating import judge_negotiation
from specproof.suite.paging import judge_pages
from specproof.suite.patching import judge_patches
from specproof.suite.responding import judge_responses
from specproof.suite.scratch import Scratch
from specproof.suite.searching import judge_search
from specproof.suite.selecting import judge_selections
from specproof.suite.session import Suite
from specproof.suite.sorting import judge_sort
from specproof.suite.spelling import judge_parameters
from specproof.suite.uploading import judge_uploads

Look = Callable[[Suite, Scratch, Operation, bool], Judgement]
LookAtAll = Callable[[Suite, Scratch, bool], Judgement]


def _label(operation: Operation) -> str:
    return operation.label


@dataclass(frozen=True, slots=True, kw_only=True)
class Area:
    """How the promises of one area are found out about.

    Args:
        look: Sends what is needed and judges it by every promise of the area. Called with the suite, the
            things made to try things on, the operation that a promise is about, and whether this is the
            second look, which confirms what the first one found: new names, the same questions.
        subject: What one look answers for: operations with the same subject share it.
    """

    look: Look
    subject: Callable[[Operation], str] = _label


def _pages(suite: Suite, scratch: Scratch, operation: Operation, _again: bool) -> Judgement:
    return judge_pages(suite, scratch, operation)


def _lives(suite: Suite, scratch: Scratch, operation: Operation, again: bool) -> Judgement:
    if operation.resource is None:
        return Judgement()
    return judge_life(suite, scratch, operation.resource, scope="life again" if again else "life")


def _selections(suite: Suite, scratch: Scratch, operation: Operation, _again: bool) -> Judgement:
    return judge_selections(suite, scratch, operation)


def _searches(suite: Suite, _scratch: Scratch, operation: Operation, _again: bool) -> Judgement:
    return judge_search(suite, operation)


def _resource(operation: Operation) -> str:
    return (operation.resource.create if operation.resource else None) or operation.label


AREAS: dict[str, Area] = {
    "pagination": Area(look=_pages),
    "partial-response": Area(look=_selections),
    "filter": Area(look=judge_filter),
    "sort": Area(look=judge_sort),
    "search": Area(look=_searches),
    "credential": Area(look=judge_credentials),
    "authorization": Area(look=judge_rights),
    "alias": Area(look=judge_aliases),
    "responses": Area(look=judge_responses),
    "cors": Area(look=judge_cors),
    "links": Area(look=judge_links),
    "negotiation": Area(look=judge_negotiation),
    "conditional": Area(look=judge_conditions),
    "lifecycle": Area(look=_lives, subject=_resource),
    "patch": Area(look=judge_patches),
    "form": Area(look=judge_uploads),
    "parameter": Area(look=judge_parameters),
    "history": Area(look=judge_history, subject=_resource),
}

WHOLE: dict[str, LookAtAll] = {
    "oauth": judge_oauth,
    "cloning": judge_cloning,
}
"""Areas whose promises are about the API as a whole: called with the suite, the things made to try things on,
and whether this is the second look."""

LOOKED_AT = AREAS.keys() | WHOLE.keys()


def subject_of(area: str, operation: Operation | None) -> str:
    """Return what one look at an area answers for; empty for the API as a whole."""
    return AREAS[area].subject(operation) if operation is not None else ""


def look_at(
    area: str, suite: Suite, scratch: Scratch, operation: Operation | None, *, again: bool
) -> Judgement:
    """Find out about all promises of an area about one operation, or about the API as a whole."""
    if operation is None:
        return WHOLE[area](suite, scratch, again)
    return AREAS[area].look(suite, scratch, operation, again)
