"""What no client can bring about on purpose: a repository that goes while somebody pushes to it."""

from __future__ import annotations

import pytest
from dulwich.errors import HookError
from dulwich.objects import ZERO_SHA
from dulwich.refs import Ref

from specproof.target import corpus
from specproof.target.git.bare import in_memory
from specproof.target.git.guard import Guard
from specproof.target.git.history import history_of
from specproof.target.seed import fill
from specproof.target.store import Store

BRANCH = Ref(b"refs/heads/new")


def test_a_push_to_what_was_deleted_meanwhile_is_refused() -> None:
    store, history = Store(None), history_of(corpus.read("acme", "deploy"))
    store.prepare(fill)
    repository = in_memory(history)
    with store.writing() as connection:
        identity = connection.execute("SELECT id FROM repository WHERE slug = 'deploy'").fetchone()[0]
        guard = Guard(repository, identity, lambda: connection)
        assert guard.execute(BRANCH, ZERO_SHA, history.head) == (b"", b"")
        connection.execute("DELETE FROM file")
        connection.execute("DELETE FROM repository WHERE id = ?", (identity,))
        with pytest.raises(HookError, match="the repository was deleted"):
            guard.execute(BRANCH, ZERO_SHA, history.head)
    store.close()


@pytest.mark.parametrize("found", list(corpus.repositories()), ids=lambda found: f"{found.team}/{found.slug}")
def test_a_history_is_the_same_every_time(found: corpus.Repository) -> None:
    first, second = history_of(found), history_of(found)
    assert first.head == second.head
    assert [made.id for made in first.objects] == [made.id for made in second.objects]


def test_another_file_makes_another_history() -> None:
    found = corpus.read("acme", "handbook")
    before = history_of(found).head
    found.files["docs/style.md"] += "One more line.\n"
    assert history_of(found).head != before
