"""How a token endpoint says no."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

from specproof.model.finding import Breach
from specproof.model.oauth import Trial, error_of


def judge(trial: Trial, breach: Callable[..., Breach]) -> Iterator[Breach]:
    """Yield what is wrong with a refusal.

    Only the status and the code are judged, and the code only where the RFC leaves no choice or a few.

    Args:
        trial: Its last exchange is the refusal, ``errors`` are the codes that fit.
        breach: Makes a breach of the trial.

    Source:
        RFC 6749 section 5.2.
    """
    wrong = partial(breach, trial, promise="oauth.error-codes")
    answer = trial.evidence[-1]
    status, error = answer.response.status, error_of(answer)
    if status not in {400, 401}:
        yield wrong("status 400 or 401", str(status), detail="status")
        return
    if status == 401 and trial.errors and "invalid_client" not in {*trial.errors, error}:
        yield wrong("status 400, for the client is not at fault", "401", detail="401")
    if error is None:
        yield wrong("a JSON object with an error", "none", detail="no error")
    elif trial.errors and error not in trial.errors:
        fits = " or ".join(sorted(trial.errors))
        yield wrong(fits, error if error.isidentifier() else "something else", detail="code")
    over_basic = (answer.request.header("Authorization") or "").startswith("Basic ")
    if trial.errors == {"invalid_client"} and over_basic:
        if status != 401:
            yield wrong("status 401, for the client came over Basic", str(status), detail="not 401")
        elif answer.response.header("WWW-Authenticate") is None:
            yield wrong("WWW-Authenticate beside the 401", "none", detail="no challenge")
