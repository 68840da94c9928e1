"""CPU time per request of our client and our checks, beside bare ``requests``, outside data generation.

Both send the same requests to the same mock target, in turns within one process. Ours builds the exchange,
keeps the ledger, looks for planted secrets and judges each answer by every check that holds for all answers;
theirs reads the body and parses it as JSON. Only CPU time of this process counts, so that a busy machine and
the server do not. Usage::

    python benchmarks/client_overhead.py [--rounds 20] [--each 25] [--profile]
"""

from __future__ import annotations

import argparse
import cProfile
import os
import pstats
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import requests

from specproof.contract.load import load_document
from specproof.environment.load import load_profile
from specproof.model.exchange import Request
from specproof.shipped import reference_contract, shipped
from specproof.suite.prove import Prover
from specproof.suite.session import Plan
from specproof.suite.setup import build_prover, preflight
from specproof.target.process import RunningTarget, start

LIST, SEARCH = "/teams/acme/pipelines_config/variables", "/teams/acme/search/code?search_query=parser"
ASKED: tuple[tuple[str, str, str | None], ...] = (
    ("GET /teams/{username}/pipelines_config/variables", LIST, "acme-admin"),
    ("GET /teams/{username}/pipelines_config/variables", f"{LIST}?pagelen=100", "acme-admin"),
    (
        "GET /teams/{username}/pipelines_config/variables",
        "/teams/nobody/pipelines_config/variables",
        "acme-admin",
    ),
    ("GET /teams/{username}/pipelines_config/variables", LIST, None),
    ("GET /teams/{username}/search/code", SEARCH, "acme-admin"),
)
"""Operation, path and credential of the requests: a short and a long list, refusals, a search."""


def prover_for(target: RunningTarget, folder: Path) -> Prover:
    """Return a prover that has said hello and planted a secret, as it has in most of a run."""
    profile = load_profile(
        shipped("environments") / "embedded.toml", environ={**os.environ, **target.variables}
    )
    document = load_document(str(reference_contract()))
    prover = build_prover(document, profile, Plan(seed=1, depth="standard"), ledger=folder / "ledger.jsonl")
    preflight(prover)
    prover.secrecy.plant()
    return prover


def ours(prover: Prover, base: str, each: int) -> None:
    """Send and judge every request some times."""
    for operation, path, credential in ASKED:
        for _ in range(each):
            request = Request(method="GET", url=base + path, credential=credential, operation=operation)
            prover.suite.send(request)


def theirs(session: requests.Session, base: str, secret: str, each: int) -> None:
    """Send every request some times and parse the answers."""
    for _, path, credential in ASKED:
        for _ in range(each):
            answer = session.get(base + path, auth=("ada", secret) if credential else None, timeout=10)
            answer.json()


def cpu(work: Callable[[], None]) -> float:
    """Return the seconds of CPU that something took in this process."""
    before = time.process_time()
    work()
    return time.process_time() - before


def main() -> None:
    """Measure in turns and print the ratio."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--each", type=int, default=25, help="how often each request is sent in a round")
    parser.add_argument("--profile", action="store_true", help="show where our time goes instead")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, start() as target, requests.Session() as session:
        prover, secret = prover_for(target, Path(folder)), target.variables["SPECPROOF_TARGET_ACME_ADMIN"]
        base = target.base_url
        if options.profile:
            profile = cProfile.Profile()
            profile.runcall(ours, prover, base, options.each * options.rounds)
            pstats.Stats(profile).sort_stats("tottime").print_stats(30)
            return
        theirs(session, base, secret, 2)
        ours(prover, base, 2)
        spent = {"ours": 0.0, "requests": 0.0}
        for number in range(options.rounds):
            turns = [
                ("ours", lambda: ours(prover, base, options.each)),
                ("requests", lambda: theirs(session, base, secret, options.each)),
            ]
            for name, work in turns if number % 2 else turns[::-1]:
                spent[name] += cpu(work)
        sent = options.rounds * options.each * len(ASKED)
        for name, seconds in spent.items():
            print(f"{name:10} {seconds / sent * 1000:6.3f} ms of CPU per request ({sent} requests)")
        print(f"ratio      {spent['ours'] / spent['requests']:6.2f} (goal: at most 1.5)")
        prover.suite.clear()


if __name__ == "__main__":
    main()
