"""What a test may ask for: the outcome of a promise, and a way to send a generated request."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from specproof.errors import TargetError
from specproof.model.exchange import Request
from specproof.model.promise import Promise
from specproof.model.verdict import Outcome, State
from specproof.plugin.session import SESSION
from specproof.suite.access import NotExercised


@pytest.fixture
def prove(pytestconfig: pytest.Config) -> Callable[[Promise], Outcome]:
    """Exercise a promise: return what was found out; fail where it is broken, skip where it could not be."""

    def run(promise: Promise) -> Outcome:
        session = pytestconfig.stash[SESSION]
        outcome = session.prover.prove(promise)
        if outcome.state is State.NOT_EXERCISED:
            pytest.skip(f"not exercised: {outcome.why}")
        if outcome.state is State.BROKEN:
            text = "\n".join(f"{finding.fingerprint} {finding.summary}" for finding in outcome.findings)
            if not session.gate.blocks(outcome, environment=session.profile.environment.name):
                pytest.xfail(text)  # it does not block, so it does not fail
            pytest.fail(text, pytrace=False)
        return outcome

    return run


@pytest.fixture(scope="session")
def send_case(pytestconfig: pytest.Config) -> Callable[[Request], None]:
    """Send one generated request; the answer is judged, and what was found is told by the promises."""
    prover = pytestconfig.stash[SESSION].prover

    def send(case: Request) -> None:
        try:
            prover.begin()
            prover.conformance.send_generated(case, str(case.operation))
        except NotExercised as error:
            pytest.skip(f"not exercised: {error}")
        except TargetError as error:
            prover.suite.trouble(str(error))

    return send
