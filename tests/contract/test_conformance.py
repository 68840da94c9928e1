"""Single requests and answers: statuses, media types, bodies, headers, refusals."""

from collections.abc import Callable

import pytest


@pytest.mark.generated_requests
def test_generated_requests(case: object, send_case: Callable[[object], None]) -> None:
    """Examples, coverage and fuzzing, valid and invalid; every answer is judged, the promises below tell."""
    send_case(case)


@pytest.mark.promises("status", "media-type", "body", "headers", "errors")
@pytest.mark.promises("input", "method", "authentication", "timestamps", "deprecation", "own")
@pytest.mark.promises("content", "problem", "validators", "link-header")
def test_answers_keep_their_promises(promise: object, prove: Callable[[object], object]) -> None:
    """Judged on every answer of the whole run, whatever it was sent for."""
    assert prove(promise)
