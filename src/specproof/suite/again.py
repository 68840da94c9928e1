"""Judge again what a finding was about: one answer, or everything that belongs to its promise."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Sequence
from contextlib import ExitStack
from functools import cache
from pathlib import Path

from specproof.checks.context import context_of
from specproof.contract.contract import Contract
from specproof.contract.load import load_document
from specproof.environment.load import load_profile
from specproof.environment.secrets import Masker
from specproof.model.exchange import Exchange, Request, Response
from specproof.serving.process import serving
from specproof.suite.conformance import SPECIAL
from specproof.suite.every_answer import EVERY_ANSWER
from specproof.suite.session import Plan
from specproof.suite.setup import build_prover, preflight, read_contract


def judge_answer(
    promise: str,
    operation: str,
    request: Request,
    response: Response,
    *,
    spec: str,
    overlays: Sequence[str] = (),
    lenient: bool = False,
) -> list[str]:
    """Return how one answer breaks a promise, one sentence for each way; empty where it keeps it.

    Args:
        promise: One that a check of single answers judges.
        operation: Label of the operation that was called.
        request: What was sent.
        response: What came back.
        spec: File or URL of the document.
        overlays: Files or URLs of overlays.
        lenient: Take the sound part of the document, as the run did.

    Raises:
        DocumentError: The document cannot be read.
        KeyError: It has no such operation.
    """
    contract = _contract(spec, tuple(overlays), lenient)
    context = context_of(contract, contract.operation(operation))
    check = SPECIAL.get(promise) or EVERY_ANSWER[promise][0]
    return [breach.summary for breach in check(context, Exchange(request=request, response=response))]


@cache
def _contract(spec: str, overlays: tuple[str, ...], lenient: bool) -> Contract:
    """Read a document once for all the files of one pytest run."""
    return read_contract(load_document(spec, overlays=overlays, lenient=lenient))


def look_again(
    promise: str,
    operation: str,
    *,
    spec: str,
    environment: str,
    overlays: Sequence[str] = (),
    seed: int,
    depth: str,
    lenient: bool = False,
) -> dict[str, str]:
    """Exercise one promise as a run does; return its findings: fingerprint and sentence.

    Args:
        promise: Any promise of the catalogue.
        operation: Label of the operation that it is about; empty for the API as a whole.
        spec: File or URL of the document.
        environment: File of the profile.
        overlays: Files or URLs of overlays.
        seed: Of the run.
        depth: Of the run.
        lenient: Take the sound part of the document, as the run did.

    Raises:
        SpecproofError: Document, profile or server cannot be used.
        LookupError: The promise could not be exercised, or the document does not make it; the text says why.
    """
    profile = load_profile(Path(environment), environ=os.environ)
    here = profile.environment
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="specproof-again-"))
        if here.app is not None:
            served = serving(here.app, here.interface, source=profile.source, mask=Masker(profile.secrets))
            profile = profile.served_at(stack.enter_context(served))
        prover = build_prover(
            load_document(spec, overlays=overlays, lenient=lenient),
            profile,
            Plan(seed=seed, depth=depth),
            ledger=Path(folder) / "ledger.jsonl",
        )
        try:
            preflight(prover)
            mine = [each for each in prover.suite.contract.promises if each.key == (promise, operation)]
            outcome = prover.prove(mine[0]) if mine else None
        finally:
            prover.suite.clear()
    if outcome is None or outcome.why:
        raise LookupError(outcome.why if outcome else f"{spec} does not promise {promise} for {operation}")
    return {finding.fingerprint: finding.summary for finding in outcome.findings}
