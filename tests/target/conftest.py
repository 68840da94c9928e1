"""Targets for the tests: one that every test may read and write, and a factory for special ones."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from oauth_client import OAuth
from target_client import Client
from target_git import Git

from specproof.target.process import start
from specproof.target.seed import fill
from specproof.target.store import Store


@pytest.fixture(scope="session")
def shared() -> Iterator[Client]:
    """One target for the whole session. Tests that write use keys of their own and clean up."""
    with start() as running:
        yield Client(running.base_url, running.variables)


@pytest.fixture(scope="session")
def seeded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A seeded database; each test takes a copy, which is quicker than seeding anew."""
    path = tmp_path_factory.mktemp("seeded") / "seeded.sqlite"
    store = Store(path)
    store.prepare(fill)
    store.close()
    return path


@pytest.fixture
def oauth(shared: Client) -> OAuth:
    """An OAuth 2 client of the shared target. What it is given lies beside what others are given."""
    return OAuth(shared)


@pytest.fixture
def serve() -> Iterator[Callable[..., Client]]:
    """Start targets with faults or arguments; each one is stopped when the test ends."""
    with ExitStack() as stack:

        def run(*faults: str, ephemeral: bool = True, arguments: tuple[str, ...] = ()) -> Client:
            running = stack.enter_context(start(*faults, ephemeral=ephemeral, arguments=arguments))
            return Client(running.base_url, running.variables)

        yield run


@pytest.fixture
def git(tmp_path: Path) -> Git:
    """A git that works in the folder of the test."""
    return Git(tmp_path)
