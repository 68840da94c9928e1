"""What could not be exercised is noted for the promises concerned, and the look goes on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

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
