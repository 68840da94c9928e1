"""What could not be exercised is noted for the promises concerned, and the look goes on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from specproof.contract.catalogue import CATALOGUE
from specproof.model.finding import Breach
from specproof.suite.access import NotExercised
from specproof.suite.judgement import Judgement


@contextmanager
def skipping(judgement: Judgement, promises: Iterable[str]) -> Iterator[None]:
    """Note for promises that are not judged inside why they could not be exercised."""
    try:
        yield
    except NotExercised as error:
        for promise in promises:
            judgement.skip(promise, str(error))


def judge_or_skip(
    judgement: Judgement, promise: str, breaches: Iterable[Breach], *, times: int, why_not: str, changed: str
) -> None:
    """Judge a promise for which something was asked, unless it needs that nobody else changes anything.

    Args:
        judgement: Takes what is found.
        promise: Its id.
        breaches: What is wrong with what was seen; not looked at where the promise is skipped.
        times: How often something was asked for it.
        why_not: Why nothing was.
        changed: What changed meanwhile; empty where nothing did.
    """
    if changed and "exclusive" in CATALOGUE[promise].needs:
        judgement.skip(promise, changed)
    elif not times:
        judgement.skip(promise, why_not)
    else:
        judgement.judge(promise, breaches, times=times)
