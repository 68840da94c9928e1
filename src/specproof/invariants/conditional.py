"""Conditional requests do what their conditions say."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from specproof.model.exchange import Exchange
from specproof.model.field_values import entity_tag
from specproof.model.finding import Breach
from specproof.model.operation import Operation
from specproof.model.promise import Severity

REQUIRED = "conditional.required"
_GONE = frozenset({404, 410})


@dataclass(frozen=True, slots=True, kw_only=True)
class Revalidation:
    """A GET with a condition, and the plain GET whose validator stands in it."""

    name: str  # of the condition: "If-None-Match with the ETag just seen"
    detail: str
    plain: Exchange
    asked: Exchange


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """A change with a condition, and what was there before and after it."""

    name: str  # of the condition: "If-Match with a tag that it never had"
    detail: str
    before: Exchange
    tried: Exchange
    after: Exchange
    was: Any = None  # what of the reads can be compared
    now: Any = None
    earlier: tuple[Exchange, ...] = ()  # what led there: the creation, and the change that made a tag old

    @property
    def status(self) -> int:
        """How the change was answered."""
        return self.tried.response.status

    @property
    def evidence(self) -> tuple[Exchange, ...]:
        """The exchanges, in the order of sending."""
        return *self.earlier, self.before, self.tried, self.after


def _breach(
    name: str,
    operation: Operation,
    summary: str,
    *evidence: Exchange,
    detail: str,
    severity: Severity | None = None,
) -> Breach:
    return Breach(
        promise=f"conditional.{name}",
        operation=operation.label,
        summary=summary,
        evidence=evidence,
        detail=detail,
        severity=severity,
    )


# --- reading -------------------------------------------------------------------------------------------


def steady_tag(operation: Operation, reads: Sequence[Exchange]) -> Iterator[Breach]:
    """What stays the same keeps its tag: a client could never use one that changes each time.

    Args:
        operation: What was asked.
        reads: The same plain GET, three times or more.

    Source: RFC 9110 section 8.8.1.
    """
    tags = [each.response.header("ETag") for each in reads]
    same = len({each.response.body for each in reads}) == 1
    if same and len(reads) > 2 and None not in tags and len(set(tags)) == len(tags):
        text = f"expected one ETag for {len(reads)} equal answers; got {' and '.join(map(str, tags[:2]))}"
        yield _breach("steady-tag", operation, text, *reads, detail="tag")


def not_modified(
    operation: Operation, asked: Revalidation, *, promise: str = "not-modified"
) -> Iterator[Breach]:
    """Who has it already gets a 304, with the tag that a 200 would have.

    Source: RFC 9110 sections 13.1.2, 13.1.3, 13.2.2 and 15.4.5.
    """
    status = asked.asked.response.status
    if status != 304:
        text = f"expected 304 for {asked.name}; got status {status}"
        yield _breach(promise, operation, text, asked.plain, asked.asked, detail=asked.detail)
        return
    own, told = (each.response.header("ETag") for each in (asked.plain, asked.asked))
    if own is not None and own != told and promise == "not-modified":
        text = f"expected the 304 to have the ETag {own}; got {told or 'none'}"
        detail = "no tag" if told is None else "other tag"
        minor = Severity.MINOR if told is None else None
        yield _breach(promise, operation, text, asked.plain, asked.asked, detail=detail, severity=minor)


def modified(operation: Operation, asked: Revalidation, *, promise: str = "modified") -> Iterator[Breach]:
    """Who has something else gets what there is.

    Source: RFC 9110 sections 13.1.2, 13.1.3 and 13.2.2.
    """
    expected, status = asked.plain.response.status, asked.asked.response.status
    if status != expected:
        text = f"expected status {expected} for {asked.name}; got status {status}"
        yield _breach(promise, operation, text, asked.plain, asked.asked, detail=asked.detail)


# --- changing ------------------------------------------------------------------------------------------


def refused(operation: Operation, trial: Trial, *, promise: str, exact: bool) -> Iterator[Breach]:
    """A change is refused whose condition does not hold, or is missing where one is asked for.

    Args:
        operation: What was asked.
        trial: The change.
        promise: Which promise it is about; that of a missing condition has a status of its own.
        exact: Whether nothing else can be wrong with the request, so that another refusal says something.

    Source: RFC 9110 sections 13.1.1, 13.1.2, 13.1.4 and 15.5.13; RFC 6585 section 3.
    """
    name, status = promise.partition(".")[2], 428 if promise == REQUIRED else 412
    text = f"expected {status} for {trial.name}; got status {trial.status}"
    if 200 <= trial.status < 300:
        yield _breach(name, operation, text, *trial.evidence, detail=trial.detail)
    elif 400 <= trial.status < 500 and trial.status != status and exact:
        detail = f"{trial.detail}: {trial.status}"
        yield _breach(name, operation, text, *trial.evidence, detail=detail, severity=Severity.MINOR)


def without_effect(operation: Operation, trial: Trial) -> Iterator[Breach]:
    """What was refused has changed nothing.

    Source: RFC 9110 section 13.1.1: the method must not be performed.
    """
    gone = trial.after.response.status in _GONE
    if 400 <= trial.status < 500 and (gone or trial.was != trial.now):
        became = "it is gone" if gone else "it is changed"
        text = f"expected no effect of {trial.name}, refused with status {trial.status}; got: {became}"
        yield _breach("refused-without-effect", operation, text, *trial.evidence, detail=trial.detail)


def current_accepted(operation: Operation, trial: Trial) -> Iterator[Breach]:
    """A change is not refused over a tag that is the current one.

    Source: RFC 9110 section 13.1.1.
    """
    if trial.status in {412, 428}:
        text = f"expected success for {trial.name}; got status {trial.status}"
        evidence = trial.evidence[:-1]
        yield _breach("current-accepted", operation, text, *evidence, detail=trial.detail)


def tag_changes(operation: Operation, trial: Trial) -> Iterator[Breach]:
    """A strong tag changes with what it stands for.

    Source: RFC 9110 section 8.8.1.
    """
    before, after = (entity_tag(each.response.header("ETag")) for each in (trial.before, trial.after))
    changed = 200 <= trial.status < 300 and trial.was != trial.now
    if changed and before is not None and before == after and not before.weak:
        text = f"expected another ETag than {before.value} after a change; got the same"
        yield _breach("tag-changes", operation, text, *trial.evidence, detail="tag")
