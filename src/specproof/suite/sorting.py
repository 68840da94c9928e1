"""Orders: sort a list by everything that it can be sorted by, and judge the order."""

from __future__ import annotations

from specproof.contract.languages import Language, filtering, sorting
from specproof.contract.vocabulary import Sort
from specproof.generate.guesses import guess_by_order, keeping_secrets, make_up_several
from specproof.generate.orders import ask_sort
from specproof.invariants.guessing import not_ranked
from specproof.invariants.sorting import JUDGES, SortContext
from specproof.model.condition import SortEvidence
from specproof.model.operation import Operation
from specproof.model.verdict import WRITES_FORBIDDEN
from specproof.suite.access import NotExercised
from specproof.suite.judgement import Judgement
from specproof.suite.listing import (
    Listing,
    listing,
    promised,
    remove,
    stage_for_secrets,
)
from specproof.suite.samples import told, varied
from specproof.suite.scratch import Scratch
from specproof.suite.session import Suite
from specproof.suite.skipping import judge_or_skip, skipping

_SECRETS = "sort.secrets-hidden"


def judge_sort(suite: Suite, scratch: Scratch, operation: Operation, again: bool) -> Judgement:
    """Sort a list and judge the orders by every promise about sorting."""
    judgement, language = Judgement(), sorting(operation)
    promises = promised(suite, operation, "sort")
    with skipping(judgement, promises):
        if language is None or not promises:
            return judgement
        found = listing(suite, operation)
        fields, scope = language.terms.fields, f"sort{' again' if again else ''}"
        with varied(scratch, found, fields.__contains__, f"{scope} texts") as more:
            _ask(judgement, [name for name in promises if name in JUDGES], more, language)
        if _SECRETS in promises:
            with skipping(judgement, [_SECRETS]):
                _guess(judgement, scratch, found, language, scope)
    return judgement


def _ask(judgement: Judgement, promises: list[str], found: Listing, language: Language[Sort]) -> None:
    operation, terms = found.operation, language.terms
    seen = ask_sort(found.asker, found.plain, language, filtering(operation), found.secrets)
    context = SortContext(
        operation=operation, parameter=language.parameter, terms=terms, secrets=found.secrets
    )
    changed = found.what_changed([tuple(name.split(".")) for name in terms.fields])
    for promise in promises:
        judge_or_skip(
            judgement,
            promise,
            told(found, JUDGES[promise](context, seen)),
            times=_times(promise.partition(".")[2], seen),
            why_not="the list is too long, or nothing of it could be chosen",
            changed=changed,
        )


def _times(topic: str, seen: SortEvidence) -> int:
    """Count what was asked for a promise."""
    return {
        "order": sum(not each.descending for each in seen.whole),
        "descending": sum(each.descending for each in seen.whole),
        "same-items": sum(each.walk.complete for each in seen.whole) if seen.plain.complete else 0,
        "pages": len(seen.paged),
        "with-filter": len(seen.filtered),
        "unknown-refused": len(seen.unknown),
    }[topic]


def _guess(
    judgement: Judgement, scratch: Scratch, found: Listing, language: Language[Sort], scope: str
) -> None:
    suite = found.suite
    if not suite.client.writes:
        raise NotExercised(WRITES_FORBIDDEN)
    rules = [rule for rule in found.secrets if rule.member in language.terms.fields]
    stage, rule = stage_for_secrets(suite, scratch, found.operation, rules, scope)
    secrets = make_up_several(rule, f"{suite.plan.seed} {found.operation.label} {scope}")
    if not stage.is_valid(stage.plan.operation, stage.body(**secrets[0].members)):
        raise NotExercised("no secret could be made up that the schema allows")
    beside = keeping_secrets(found.asker, filtering(found.operation), rule)
    made, seen = guess_by_order(found.asker, found.plain, language, stage, secrets, conditions=beside)
    remove(stage, made)
    if not seen:
        raise NotExercised("not all things with secrets could be created")
    if not all(walk.complete for walk in seen[0].walks):
        raise NotExercised("the list is too long to find a few things in it")
    for order in seen:
        judgement.judge(_SECRETS, not_ranked(found.operation, order))
