"""Find out about one promise: exercise it, judge, and confirm what was found by looking again."""

from __future__ import annotations

import time
from collections.abc import Callable, Container, Sequence
from dataclasses import dataclass, field, replace

from specproof.contract.lines import Problem
from specproof.contract.load import Document
from specproof.contract.validate import problems
from specproof.errors import Forbidden, NeverAnswered, TargetError
from specproof.model.exchange import NO_ANSWER, Exchange
from specproof.model.finding import Breach, Finding, fingerprint
from specproof.model.operation import Operation
from specproof.model.promise import Promise, Severity
from specproof.model.verdict import NEGATIVE_FORBIDDEN, WRITES_FORBIDDEN, Outcome, State
from specproof.suite.about_document import defects_noted, findings_of
from specproof.suite.access import NotExercised
from specproof.suite.areas import LOOKED_AT, look_at, subject_of
from specproof.suite.bounds import SECRETS, SINGLE
from specproof.suite.confirming import Confirmation
from specproof.suite.conformance import Conformance
from specproof.suite.excerpt import excerpt
from specproof.suite.finding import find_values
from specproof.suite.judgement import Judgement
from specproof.suite.replay.choose import test_of
from specproof.suite.reproduce import reproduction
from specproof.suite.scratch import Scratch
from specproof.suite.secrecy import Secrecy
from specproof.suite.session import CONFORMANCE, Suite
from specproof.suite.setting_up import set_up
from specproof.suite.tokens import Tokens

_NO_ANSWER = "no answer of the kind that it is about was seen"
_NOTHING_SEEN = {
    "input.invalid-refused": "no request could be made that the document surely forbids",
    "timestamps.not-in-future": "no answer said in a Date header when it was given",
}
_WHILE_FAILING = "only while the service was failing"
MOST_FINDINGS = 20  # per promise and operation, beside those that are accepted; more help nobody


@dataclass(kw_only=True)
class Prover:
    """Answers one question: what about this promise?"""

    suite: Suite
    document: Document
    tokens: Tokens
    accepted: frozenset[str] = frozenset()  # fingerprints that must not take the place of others
    outcomes: dict[tuple[str, str], Outcome] = field(default_factory=dict)
    is_set_up: bool = False  # the set-up of the profile was done, or is taken for done
    find_problems: Callable[[Document], Sequence[Problem]] = problems  # in the document
    _problems: list[Problem] | None = None

    def __post_init__(self) -> None:
        """Share one set of scratch things between all areas."""
        self.scratch = Scratch(suite=self.suite)
        self.conformance = Conformance(suite=self.suite, scratch=self.scratch)
        self.secrecy = Secrecy(suite=self.suite, scratch=self.scratch)
        self.confirmation = Confirmation(
            suite=self.suite, scratch=self.scratch, conformance=self.conformance, secrecy=self.secrecy
        )

    def prove(self, promise: Promise) -> Outcome:
        """Exercise a promise and return what was found out; an outcome is found once."""
        if promise.key not in self.outcomes:
            self.suite.look = look_of(promise, self.suite.operations.get(promise.operation))
            started, clock = time.time(), time.perf_counter()
            outcome = self._outcome(promise, started)
            self.outcomes[promise.key] = replace(outcome, seconds=time.perf_counter() - clock)
        return self.outcomes[promise.key]

    def begin(self) -> None:
        """Do once what comes before everything else: the set-up of the profile, and secrets to watch for.

        Raises:
            TargetError: The set-up failed, or nothing can be sent.
        """
        if not self.is_set_up:
            self.is_set_up = True
            set_up(self.suite)
        find_values(self.suite, self.scratch)
        self.secrecy.plant()

    def finish(self, *, asked: Container[tuple[str, str]] = ()) -> None:
        """Look again at what was judged on the side after its promise had been answered.

        What was seen while the service was failing, and for which the run was stopped, confirms nothing.

        Args:
            asked: Keys of promises that are asked about, here or in another process of the run: of those
                about secrets each process answers for what it received itself.
        """
        for promise in self.suite.contract.promises:
            aside = promise.kind.area != "document" and promise.kind.area not in LOOKED_AT
            if aside and (self._has_news(promise) or (promise.key in asked and self._searched(promise))):
                before = self.outcomes.get(promise.key)
                outcome = self._settle(promise, self._on_the_side(promise), time.time())
                self.outcomes[promise.key] = replace(outcome, seconds=before.seconds if before else 0.0)
        since = self.suite.client.failing_since
        if since is not None:
            self.outcomes = {key: doubted(outcome, since) for key, outcome in self.outcomes.items()}

    def _on_the_side(self, promise: Promise) -> Judgement:
        """Return what came by, without sending anything for it."""
        if promise.kind.area == "secrets":
            return self._secrets(self.suite.operations[promise.operation])
        return self.suite.judgements[CONFORMANCE, promise.operation]

    def _searched(self, promise: Promise) -> bool:
        """Tell whether answers were searched for secrets without anybody asking in this process."""
        mine = promise.kind.area == "secrets" and promise.key not in self.outcomes
        return mine and promise.operation in self.suite.watch.looked_at

    def _has_news(self, promise: Promise) -> bool:
        if promise.id == "secrets.never-exposed":
            return any(breach.operation == promise.operation for breach in self.suite.watch.breaches)
        judgement = self.suite.judgements.get((CONFORMANCE, promise.operation))
        return judgement is not None and any(True for _ in judgement.of(promise.id))

    # --- exercising ------------------------------------------------------------------------------

    def _outcome(self, promise: Promise, started: float) -> Outcome:
        if promise.kind.area == "document":
            return self._about_document(promise, started)
        if promise.operation in self.suite.own.left_out:
            return _not_exercised(promise, self.suite.own.left_out[promise.operation], started)
        if "writes" in promise.kind.needs and not self.suite.client.writes:
            return _not_exercised(promise, WRITES_FORBIDDEN, started)
        if "negative" in promise.kind.needs and self.suite.profile.environment.negative_data == "forbidden":
            return _not_exercised(promise, NEGATIVE_FORBIDDEN, started)
        try:
            self.begin()
            judgement = self._judgement(promise)
        except (NotExercised, Forbidden, NeverAnswered) as error:
            return _not_exercised(promise, str(error), started)
        except TargetError as error:
            self.suite.trouble(str(error))
            return _not_exercised(promise, str(error), started)
        return self._settle(promise, judgement, started)

    def _about_document(self, promise: Promise, started: float) -> Outcome:
        if self._problems is None:
            self._problems = list(self.find_problems(self.document))
        if self.document.lenient and self._problems:
            return _not_exercised(promise, defects_noted(self._problems), started)
        findings = findings_of(promise, self._problems)
        state = State.BROKEN if findings else State.PROVEN
        return Outcome(promise=promise, state=state, times=1, findings=findings, started=started)

    def _judgement(self, promise: Promise) -> Judgement:
        if promise.kind.area in LOOKED_AT:
            return self._looked(promise)
        operation = self.suite.operations[promise.operation]
        if promise.kind.area == "secrets":
            self.secrecy.tell()
            return self._secrets(operation)
        if not self.suite.dead:
            self.conformance.probe(operation)
        return self.suite.judgements[CONFORMANCE, operation.label]

    def _looked(self, promise: Promise) -> Judgement:
        """Return what a look at an area found out about the subject of a promise; it is looked at once."""
        area, operation = promise.kind.area, self.suite.operations.get(promise.operation)
        key, known = (area, subject_of(area, operation)), self.suite.judgements
        if key not in known:
            known[key] = look_at(area, self.suite, self.scratch, operation, again=False)
        return known[key]

    def _secrets(self, operation: Operation) -> Judgement:
        judgement, watch = Judgement(), self.suite.watch
        seen = [breach for breach in watch.breaches if breach.operation == operation.label]
        mine = list(self.suite.origins.put_before(seen))  # before the shortest one is chosen
        if watch.looked_at.get(operation.label):
            judgement.judge("secrets.never-exposed", mine, times=watch.looked_at[operation.label])
        judgement.skip(
            "secrets.never-exposed", self.secrecy.why_not or "nothing was answered while a secret existed"
        )
        return judgement

    # --- judging ---------------------------------------------------------------------------------

    def _settle(self, promise: Promise, judgement: Judgement, started: float) -> Outcome:
        breaches = self._worth_telling(promise, judgement)
        findings = tuple(self._finding(promise, breach) for breach in breaches)
        times = judgement.counts.get(promise.id, 0)
        if findings:
            state = State.BROKEN
        elif any(True for _ in judgement.of(promise.id)):  # and each shows an answer of something in between
            self.suite.trouble(self.suite.disturbances.told)
            return _not_exercised(promise, self.suite.disturbances.told, started)
        elif times:
            state = State.PROVEN
        else:
            why = judgement.why_not.get(promise.id) or _NOTHING_SEEN.get(promise.id, _NO_ANSWER)
            return _not_exercised(promise, why, started)
        return Outcome(promise=promise, state=state, times=times, findings=findings, started=started)

    def _worth_telling(self, promise: Promise, judgement: Judgement) -> list[Breach]:
        """Return what is reported: everything that was accepted, and as many others as help."""
        suite = self.suite
        clear = [b for b in judgement.of(promise.id) if not suite.disturbances.spoil(b.evidence)]
        breaches = sorted(clear, key=lambda breach: breach.detail)
        accepted = [
            fingerprint(promise.id, promise.operation, breach.detail) in self.accepted for breach in breaches
        ]
        fresh = [breach for breach, known in zip(breaches, accepted, strict=True) if not known]
        told = {breach.detail for breach in fresh[:MOST_FINDINGS]}
        return [
            breach for breach, known in zip(breaches, accepted, strict=True) if known or breach.detail in told
        ]

    def _finding(self, promise: Promise, breach: Breach) -> Finding:
        suite = self.suite
        source = breach.source or promise.source
        operation = suite.operations.get(promise.operation)
        severity = Severity.MINOR if promise.inferred else breach.severity or promise.kind.severity
        breach = next(suite.origins.put_before(iter((breach,)))) if breach.evidence else breach
        finding = Finding(
            promise=promise.id,
            operation=promise.operation,
            severity=severity,
            summary=breach.summary + (" (inferred)" if promise.inferred else ""),
            source=suite.contract.origin(source),
            place=suite.contract.place(source),
            detail=breach.detail,
            excerpt=excerpt(suite.contract.document, source),
            reproduce=reproduction(
                breach.evidence,
                words=suite.client.shell_words,
                stand_ins=tuple(suite.stand_ins),
                resource=operation.resource if operation else None,
                delete_template=self._delete_template(operation, breach) if operation else None,
            ),
            evidence=breach.evidence,
            unstable=self.confirmation.rate(promise, breach),
        )
        return replace(finding, test=test_of(suite, self.document, finding, breach))

    def _delete_template(self, operation: Operation, breach: Breach) -> str | None:
        resource = operation.resource
        if resource is None or resource.delete not in self.suite.operations:
            return None
        made = next((e.request for e in breach.evidence if e.request.operation == resource.create), None)
        return f"{made.url.partition('?')[0].rstrip('/')}/{{}}" if made else None


def look_of(promise: Promise, operation: Operation | None) -> tuple[str, str]:
    """Return what is looked at for a promise: kind and subject, the same for all promises that share it."""
    area = promise.kind.area
    if area == "document":
        return area, ""
    if area in LOOKED_AT:
        return area, subject_of(area, operation)
    return (SECRETS, "") if area == "secrets" else (SINGLE, promise.operation)


def doubted(outcome: Outcome, since: int) -> Outcome:
    """Return an outcome whose findings are unstable where they rest on a 5xx of a failing service.

    Args:
        outcome: What was found out.
        since: Number of the first exchange of the time in which the service was failing.
    """
    findings = tuple(
        replace(finding, unstable=_WHILE_FAILING)
        if any(each.number >= since and _failed(each) for each in finding.evidence)
        else finding
        for finding in outcome.findings
    )
    return replace(outcome, findings=findings)


def _failed(exchange: Exchange) -> bool:
    return exchange.response.status >= 500 or exchange.response.status == NO_ANSWER


def _not_exercised(promise: Promise, why: str, started: float) -> Outcome:
    return Outcome(promise=promise, state=State.NOT_EXERCISED, why=why, started=started)
