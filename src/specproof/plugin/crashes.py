"""What goes wrong in the suite itself is told, and never looks like a proof."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import pytest

from specproof.model.promise import Promise
from specproof.model.verdict import Outcome, State
from specproof.suite.prove import Prover

DISTURBANCES: Mapping[int, str] = MappingProxyType({
    pytest.ExitCode.INTERRUPTED: "the run was interrupted",
    pytest.ExitCode.INTERNAL_ERROR: "pytest itself failed",
})
"""What an exit status of pytest says about a run that did not come to its end."""

_LONGEST = 300  # characters of an error's text


def note_crash(prover: Prover, test: str, promise: Promise | None, error: BaseException) -> None:
    """Note what an error means for a run: a trouble, and a promise that was not exercised.

    Args:
        prover: Where it is noted.
        test: The test that ended.
        promise: What it was to prove, if it was one promise.
        error: Why it ended; a failure that a test declares (``pytest.fail``) is none of ours.
    """
    if isinstance(error, pytest.fail.Exception):
        return
    said = " ".join(str(error).split())[:_LONGEST]
    what = f"{type(error).__name__}: {said}" if said else type(error).__name__
    why = f"the suite itself failed in {test}: {what}"
    prover.suite.trouble(why)
    if promise is not None and promise.key not in prover.outcomes:
        prover.outcomes[promise.key] = Outcome(promise=promise, state=State.NOT_EXERCISED, why=why)
