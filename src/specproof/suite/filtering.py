"""Filters: ask a list with conditions and judge what it lists."""

from __future__ import annotations

from functools import partial

from specproof.contract.languages import Language, filtering
from specproof.contract.vocabulary import Filter
from specproof.generate.filters import ask_filter
from specproof.generate.guesses import Secret, guess_by_filter, make_up
from specproof.generate.literals import operand
from specproof.generate.sequences import Stage
from specproof.invariants.conditions import Reader
from specproof.invariants.filter_context import FilterContext
from specproof.invariants.filtering import JUDGES, is_wrong
from specproof.invariants.guessing import not_guessed
from specproof.model.condition import FilterEvidence
from specproof.model.life import Act
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

_SECRETS = "filter.secrets-hidden"


def judge_filter(suite: Suite, scratch: Scratch, operation: Operation, again: bool) -> Judgement:
    """Ask conditions of a list and judge what was listed by every promise about filters."""
    judgement, language = Judgement(), filtering(operation)
    promises = promised(suite, operation, "filter")
    with skipping(judgement, promises):
        if language is None or not promises:
            return judgement
        found = listing(suite, operation)
        fields, scope = language.terms.fields, f"filter{' again' if again else ''}"
        with varied(
            scratch,
            found,
            lambda name: fields.get(name) == "string",
            f"{scope} texts",
            is_written=lambda text: operand(language.terms, text) is not None,
        ) as more:
            _ask(judgement, [name for name in promises if name in JUDGES], more, language)
        if _SECRETS in promises:
            with skipping(judgement, [_SECRETS]):
                _guess(judgement, scratch, found, language, scope)
    return judgement


def _ask(judgement: Judgement, promises: list[str], found: Listing, language: Language[Filter]) -> None:
    terms = language.terms
    context = FilterContext(
        operation=found.operation,
        parameter=language.parameter,
        reader=Reader(terms=terms, secrets=found.secrets),
        malformed=terms.malformed,
    )
    seen = ask_filter(found.asker, found.plain, language, found.secrets, partial(is_wrong, context))
    changed = found.what_changed([tuple(name.split(terms.separator)) for name in terms.fields])
    for promise in promises:
        judge_or_skip(
            judgement,
            promise,
            told(found, JUDGES[promise](context, seen)),
            times=_times(promise.partition(".")[2], seen),
            why_not="the list shows no values from which such a condition could be made",
            changed=changed,
        )


def _times(topic: str, seen: FilterEvidence) -> int:
    """Count what was asked for a promise."""
    if topic == "pages":
        return sum(each.walk.complete for each in seen.asked.values()) + len(seen.paged)
    if topic == "malformed-refused":
        return len(seen.refused)
    if topic == "complement":
        return len(seen.asked) if seen.plain.complete else 0
    asked = (*seen.asked.values(), *seen.joined, *seen.together)
    return sum(each.question.topic == topic for each in asked)


def _guess(
    judgement: Judgement, scratch: Scratch, found: Listing, language: Language[Filter], scope: str
) -> None:
    suite, fields = found.suite, language.terms.fields
    if not suite.client.writes:
        raise NotExercised(WRITES_FORBIDDEN)
    rules = [rule for rule in found.secrets if fields.get(rule.member) == "string"]
    stage, rule = stage_for_secrets(suite, scratch, found.operation, rules, scope)
    secret = make_up(rule, f"{suite.plan.seed} {found.operation.label} {scope}")
    if not stage.is_valid(stage.plan.operation, stage.body(**secret.members)):
        raise NotExercised("no secret could be made up that the schema allows")
    instead = _hidden_later(stage, secret) if suite.plan.depth == "quick" else None  # one in place of two
    all_made = [instead or stage.create_new("secret", **secret.members)]
    if all_made[0].identity is None:
        raise NotExercised(f"nothing could be created: status {all_made[0].exchange.response.status}")
    history = "hidden later" if instead is not None else ""
    try:
        for guess in guess_by_filter(found.asker, found.plain, language, all_made[0], secret):
            judgement.judge(_SECRETS, not_guessed(found.operation, guess, history))
        judgement.skip(_SECRETS, "no condition with a secret is allowed by the schema of the parameter")
        secret = make_up(rule, f"{suite.plan.seed} {found.operation.label} {scope} later")
        later = _hidden_later(stage, secret) if suite.plan.depth != "quick" else None
        if later is not None:
            all_made.append(later)
            for guess in guess_by_filter(found.asker, found.plain, language, later, secret, few=True):
                judgement.judge(_SECRETS, not_guessed(found.operation, guess, "hidden later"))
    finally:
        remove(stage, tuple(all_made))


def _hidden_later(stage: Stage, secret: Secret) -> Act | None:
    """Make a thing with an open value and switch its flag on; ``None`` where that cannot be done."""
    when, plan = secret.rule.when, stage.update_plan
    if when is None or not isinstance(when[1], bool) or plan is None or "update" not in stage.operations:
        return None
    change = dict([when]) if stage.resource.keeps_omitted else secret.members
    if not stage.is_valid(plan.operation, change):
        return None
    made = stage.create_new("secret, later", **{**secret.members, when[0]: not when[1]})
    if made.identity is None:
        return None
    hidden = stage.call("update", identity=made.identity, body=change, purpose="hide its value")
    if 200 <= hidden.response.status < 300:
        return made
    remove(stage, (made,))
    return None
