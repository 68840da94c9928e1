"""The rate limit of search counts in the database, across processes and restarts."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from target_client import SEARCH, Client

from specproof.target.limits import Limiter, Rate
from specproof.target.seed import fill
from specproof.target.store import Store

NOON = 1_700_000_000.0


def at(moment: float) -> Callable[[], float]:
    """A clock that stands still."""
    return lambda: moment


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """A database with the demonstration data."""
    store = Store(tmp_path / "data.sqlite")
    store.prepare(fill)
    return store


def test_so_many_pass_in_a_period_and_the_next_waits_for_the_first(store: Store) -> None:
    limiter = Limiter(store, Rate.parse("2/min"))

    waits = [limiter.wait_s(1, at(NOON + second)) for second in (0, 10, 20, 59, 60, 61)]

    assert waits == [0, 0, 40, 1, 0, 9]


def test_callers_are_counted_apart(store: Store) -> None:
    limiter = Limiter(store, Rate.parse("1/min"))

    assert [limiter.wait_s(caller, at(NOON)) for caller in (1, 2, 1)] == [0, 0, 60]


def test_two_processes_count_together(store: Store) -> None:
    one, other = (Limiter(Store(store.path), Rate.parse("2/min")) for _ in range(2))

    assert [one.wait_s(1, at(NOON)), other.wait_s(1, at(NOON)), one.wait_s(1, at(NOON))] == [0, 0, 60]


def test_a_clock_that_was_put_back_locks_nobody_out(store: Store) -> None:
    limiter = Limiter(store, Rate.parse("1/min"))
    limiter.wait_s(1, at(NOON + 3_600))

    assert limiter.wait_s(1, at(NOON)) == 0


def test_the_clock_is_read_when_nobody_else_may_write(store: Store) -> None:
    """Otherwise who waits for the lock takes those who passed meanwhile for the future, and forgets them."""
    locked: list[bool] = []

    def clock() -> float:
        with closing(sqlite3.connect(str(store.path), timeout=0)) as other:
            try:
                other.execute("BEGIN IMMEDIATE")
            except sqlite3.OperationalError:
                locked.append(True)
            else:
                locked.append(False)
        return NOON

    Limiter(store, Rate.parse("1/min")).wait_s(1, clock)

    assert locked == [True]


def test_two_servers_on_one_database_count_together(tmp_path: Path, serve: Callable[..., Client]) -> None:
    arguments = ("--database", str(tmp_path / "data.sqlite"), "--rate-limit", "3/min")
    one, other = (serve(ephemeral=False, arguments=arguments) for _ in range(2))

    answers = [client.get(f"{SEARCH}?search_query=x") for client in (one, other, one, other)]

    assert [answer.status for answer in answers] == [200, 200, 200, 429]
    assert 1 <= int(answers[-1].headers["retry-after"]) <= 60
