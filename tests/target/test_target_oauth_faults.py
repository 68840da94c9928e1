"""Every fault of the authorization server can be seen from outside."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from oauth_transcript import OAuthTranscript

from specproof.contract.catalogue import CATALOGUE
from specproof.target.app import Settings, create_app
from specproof.target.faults import FAULTS

OAUTH_FAULTS = {name: fault for name, fault in FAULTS.items() if fault.area == "oauth"}


@contextmanager
def talking(seeded: Path, folder: Path, *faults: str) -> Iterator[OAuthTranscript]:
    """Begin a conversation with a target in this process."""
    app = create_app(Settings(database=Path(shutil.copy(seeded, folder)), faults=faults))
    try:
        yield OAuthTranscript(app.test_client())
    finally:
        app.extensions["store"].close()


@pytest.fixture(scope="module")
def clean(seeded: Path, tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """What a target without faults says."""
    with talking(seeded, tmp_path_factory.mktemp("clean")) as transcript:
        return transcript.run()


def test_the_clean_target_says_the_same_twice(seeded: Path, clean: list[str], tmp_path: Path) -> None:
    """The control: without it, a difference would prove nothing."""
    with talking(seeded, tmp_path) as transcript:
        assert not transcript.differs_from(clean)
    statuses = Counter(line.split()[2] for line in clean)
    assert statuses.keys() == {"200", "302", "400", "401", "403"}
    assert statuses["200"] > 20


@pytest.mark.parametrize("name", OAUTH_FAULTS)
def test_a_fault_is_visible(
    name: str, seeded: Path, clean: list[str], tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """The conversation differs somewhere, and the difference is not an accident in the server."""
    with talking(seeded, tmp_path, name) as transcript:
        assert transcript.differs_from(clean)
    assert not caplog.records, "the fault makes the target fail in a way that it does not describe"


def test_every_promise_has_a_fault() -> None:
    """The other tests of faults look at their names and summaries."""
    promised = {promise for promise in CATALOGUE if promise.startswith("oauth.")}
    assert {fault.promise for fault in OAUTH_FAULTS.values()} == promised
