"""Partial responses: ask for members of an answer and judge what comes back."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from specproof.contract.languages import (
    Language,
    filtering,
    is_declared,
    is_unnamed,
    item_secrets,
    partial_response,
)
from specproof.contract.shapes import success_schema
from specproof.contract.vocabulary import PartialResponse
from specproof.generate.filters import Asker, plain_conditions
from specproof.generate.selection_mixes import selections
from specproof.generate.selection_walks import walked_selections
from specproof.generate.selections import Chooser
from specproof.generate.styles import write_query
from specproof.generate.walks import Collection
from specproof.invariants.projection import differences
from specproof.invariants.selections import JUDGES, SelectionContext, path_of
from specproof.model.condition import comparisons
from specproof.model.exchange import MISSING, Exchange, Request
from specproof.model.operation import Operation
from specproof.model.selection import Path, Selected, Selection, SelectionEvidence, members
from specproof.model.walk import Walk
from specproof.suite.absent import absent_request
from specproof.suite.access import NotExercised
from specproof.suite.judgement import Judgement
from specproof.suite.listing import asker_of, promised
from specproof.suite.paging import collections
from specproof.suite.scratch import Scratch
from specproof.suite.session import Suite
from specproof.suite.skipping import judge_or_skip, skipping

_CHANGED = "the full answer changed while parts of it were asked for"
_PAGES = {"quick": 2, "standard": 4, "deep": 4}  # of the walks that are compared
_CONDITIONS = {"quick": 1, "standard": 2, "deep": 2}  # that a list is filtered by


def judge_selections(suite: Suite, scratch: Scratch, operation: Operation) -> Judgement:
    """Ask for members of an answer and judge what came back by every promise about partial responses."""
    judgement, language = Judgement(), partial_response(operation)
    promises = promised(suite, operation, "partial-response")
    with skipping(judgement, promises):
        if language is None or not promises:
            return judgement
        subject = _subject(suite, scratch, operation)
        full = suite.send(subject.request(purpose="the full answer"))
        if full.response.status != 200 or full.response.document in (MISSING, {}, []):
            raise NotExercised(f"there is no full answer to compare with: status {full.response.status}")
        chooser = Chooser(
            terms=language.terms,
            document=full.response.document,
            depth=suite.plan.depth,
            seed=suite.plan.seed,
        )
        allows = asker_of(suite, subject).allows
        asked = tuple(
            Selected(
                selection=selection,
                exchange=suite.send(
                    subject.request((language.parameter, selection.text), purpose=selection.topic)
                ),
            )
            for selection in selections(chooser)
            if allows(language.parameter, selection.text)
        )
        seen = SelectionEvidence(full=full, asked=asked)
        if operation.pagination is not None:
            seen = _with_walks(suite, subject, chooser, language, seen)
        after = suite.send(subject.request(purpose="the full answer again"))
        _ask_for_nothing(suite, operation, chooser, after.request, language.parameter)
        context, steady = _steadied(_context(suite, operation, language), full, after)
        for promise in promises:
            judge_or_skip(
                judgement,
                promise,
                JUDGES[promise](context, seen),
                times=_times(promise.partition(".")[2], seen),
                why_not="the answer has no members from which it could be asked",
                changed="" if steady else _CHANGED,
            )
    return judgement


def _subject(suite: Suite, scratch: Scratch, operation: Operation) -> Collection:
    """Return what is asked: a list as it is walked elsewhere, or a thing that exists."""
    if operation.pagination is not None:
        return next(collections(suite, operation))
    path = scratch.path(operation)
    return Collection(
        operation=operation,
        base_url=suite.client.base_url,
        path=path,
        query=suite.access.required_query(operation),
        credential=suite.access.credential(operation, path),
    )


def _context(suite: Suite, operation: Operation, language: Language[PartialResponse]) -> SelectionContext:
    document, schema = suite.contract.document, success_schema(operation)

    def declared(path: Path) -> bool:
        return is_declared(document, schema, path)

    def volatile(path: Path) -> bool:
        return is_unnamed(document, schema, path)

    return SelectionContext(
        operation=operation,
        parameter=language.parameter,
        terms=language.terms,
        declared=declared,
        volatile=volatile,
    )


def _steadied(context: SelectionContext, full: Exchange, after: Exchange) -> tuple[SelectionContext, bool]:
    """Leave out what changed by itself, and tell whether that is none of the members that a schema names."""
    moved = differences(full.response.document, after.response.document, context.sameness())
    changed, unnamed = frozenset(each.path for each in moved), context.volatile
    left = replace(context, volatile=lambda path: path in changed or unnamed(path))
    return left, not any(context.declared(path) for path in changed)


def _times(topic: str, seen: SelectionEvidence) -> int:
    """Count what was asked for a promise."""
    asked = sum(each.selection.topic == topic for each in seen.asked)
    return {"pages": len(seen.walks), "with-filter": len(seen.filtered)}.get(topic, asked)


def _with_walks(
    suite: Suite,
    subject: Collection,
    chooser: Chooser,
    language: Language[PartialResponse],
    seen: SelectionEvidence,
) -> SelectionEvidence:
    """Walk with and without a selection, and filter by a member that is not shown."""
    pages = subject.pagination
    if pages.identity is None or not language.terms.include:
        return seen
    asker = asker_of(suite, subject)
    items = path_of(pages.items)
    identity = (*items, *path_of(pages.identity))
    links = [path_of(pages.next)] if pages.next is not None else []
    walked = list(walked_selections(chooser, items=items, identity=identity, links=links))
    first = asker.walk(max_pages=1)
    walks: list[tuple[Walk, Selection, Walk]] = []
    size = asker.small(len(first.identities))
    if links and first.identities:
        pages_most = _PAGES[suite.plan.depth]
        whole = asker.walk(size=size, max_pages=pages_most)
        for selection, most in zip(walked, (pages_most, *([2] * len(walked))), strict=False):
            asked = (language.parameter, selection.text)
            cut = asker.walk(asked, size=size, max_pages=most)
            walks.append((replace(whole, pages=whole.pages[:most]), selection, cut))
    filtered = tuple(_filtered(suite, asker, first, (language.parameter, walked[0].text)))
    second = subject.numbered(1, size) if walks and suite.plan.depth != "quick" else ()
    later = (suite.send(subject.request(*subject.sized(size), *second, purpose="page 2")),) if second else ()
    return replace(seen, walks=tuple(walks), later=later, filtered=filtered)


def _ask_for_nothing(suite: Suite, operation: Operation, chooser: Chooser, plain: Request, name: str) -> None:
    """Ask for a member of what is not there: the error is to be whole, as every answer is judged.

    A quick run asks this of one operation.
    """
    shown = next((path for path, _ in members(chooser.document) if chooser.can_write(path)), None)
    absent = absent_request(suite, operation, plain)
    labels = [label for label, each in suite.operations.items() if partial_response(each)]
    chosen = replace(suite.sampler(operation), turn=0).some(labels, 1)
    if shown is None or absent is None or not chooser.terms.include or operation.label not in chosen:
        return
    text = chooser.write("include", ("include", shown)).text
    sign = "&" if "?" in absent.url else "?"
    url = f"{absent.url}{sign}{write_query([(name, text)])}"
    suite.send(replace(absent, url=url, purpose="a member of what is not there"))


def _filtered(suite: Suite, asker: Asker, first: Walk, asked: tuple[str, str]) -> Iterator[tuple[Walk, Walk]]:
    """Yield walks with a condition: with all members, and with those alone that are asked for."""
    operation = asker.collection.operation
    condition = filtering(operation)
    if condition is None or not first.identities:
        return
    shown = path_of(asker.collection.pagination.identity or "")
    secrets = item_secrets(suite.contract.document, operation, suite.operations)
    questions = [
        question
        for question in plain_conditions(asker, first, condition, secrets)
        if not any(
            tuple(each.field.split(condition.terms.separator)) == shown
            for each in comparisons(question.condition)
        )
    ]
    for question in questions[: _CONDITIONS[suite.plan.depth]]:
        query = (condition.parameter, question.text)
        yield asker.walk(query, max_pages=1), asker.walk(query, asked, max_pages=1)
