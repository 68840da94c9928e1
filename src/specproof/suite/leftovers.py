"""Finish the job of runs that were killed: read the ledgers that they left, and remove what is in them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from specproof.client.ledger import Ledger
from specproof.errors import LedgerError
from specproof.suite.cleaning import Cleaner
from specproof.suite.session import Suite

PATTERN = "ledger-*.jsonl"


def ledgers_in(folder: Path) -> list[Path]:
    """Return the ledgers that lie in a reports folder."""
    return sorted(folder.glob(PATTERN))


def take_over(suite: Suite, folder: Path) -> Iterator[str]:
    """Remove what earlier runs on the same environment left, before this one begins.

    Ledgers of runs that still go on, of other environments and of broken files stay as they are.

    Yields:
        A line about each thing that stays, and about each ledger that could not be used.
    """
    for path in ledgers_in(folder):
        try:
            ledger = Ledger.reopen(path)
        except LedgerError as error:
            yield f"an earlier run: {error}"
            continue
        if ledger is None:
            continue  # its process is alive
        try:
            if ledger.heading.own_target or not any(True for _ in ledger.open_entries()):
                continue  # what it created ended with its server, or nothing is left
            if suite.client.writes and suite.profile.environment.base_url == ledger.heading.base_url:
                left = Cleaner(ledger=ledger, send=suite.client.send).clean()
                yield from (f"an earlier run ({path.name}): {line}" for line in left)
            else:
                number, where = sum(1 for _ in ledger.open_entries()), ledger.heading.base_url
                yield f"an earlier run ({path.name}): {number} created on {where} may still be there"
        finally:
            _put_back(ledger)


def _put_back(ledger: Ledger) -> None:
    """Close a ledger; the server of one whose run started its own is gone, and so is everything in it."""
    if ledger.heading.own_target:
        for entry in list(ledger.open_entries()):
            ledger.settle(entry)
    ledger.close()


def left_open(folder: Path) -> Iterator[str]:
    """Yield a line about each ledger in which something is open and whose process is gone."""
    for path in ledgers_in(folder):
        try:
            ledger = Ledger.reopen(path)
        except LedgerError as error:
            yield str(error)
            continue
        if ledger is None:
            continue
        number = sum(1 for _ in ledger.open_entries())
        own = ledger.heading.own_target
        _put_back(ledger)
        if number and not own:
            yield f"{path.name}: {number} created by a process that was lost may still be there"
