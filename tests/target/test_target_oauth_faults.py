"""Every fault of the authorization server can be seen from outside.

Where its modules are not in ``faults.MODULES``, for want of a suite that finds them, they are in the
register for the length of these tests.
"""

from __future__ import annotations

import importlib
import shutil
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from oauth_transcript import OAuthTranscript

from specproof.target.app import Settings, create_app
from specproof.target.faults import FAULTS
from specproof.target.faults.registry import Fault
from specproof.target.parts import Parts
from specproof.target.seed import fill
from specproof.target.store import Store

MODULES = ("oauth", "oauth_tokens", "assertions")
PROMISES = frozenset({
    "oauth.token-answer", "oauth.no-store", "oauth.token-works", "oauth.lifetime", "oauth.state-echoed",
    "oauth.code-single-use", "oauth.code-bound-to-client", "oauth.code-bound-to-redirect",
    "oauth.redirect-exact", "oauth.client-authenticated", "oauth.pkce", "oauth.no-refresh",
    "oauth.refresh-works", "oauth.refresh-bound-to-client", "oauth.refresh-revoked",
    "oauth.scopes-never-grow", "oauth.grant-offered", "oauth.grant-refused", "oauth.jwt-signature",
    "oauth.jwt-none", "oauth.jwt-expired", "oauth.jwt-audience", "oauth.jwt-scheme", "oauth.error-codes",
    "oauth.reuse-revokes", "oauth.fragment", "oauth.expired-refused", "oauth.code-answer",
    "oauth.owner-authenticated", "oauth.parameters-ignored", "oauth.jwt-issuer",
})  # fmt: skip


def collected() -> dict[str, Fault]:
    """Import the modules of faults, and leave the register as it was."""
    before = dict(FAULTS)
    for name in MODULES:
        importlib.import_module(f"specproof.target.faults.{name}")
    found = {name: fault for name, fault in FAULTS.items() if fault.area == "oauth"}
    for name in FAULTS.keys() - before.keys():
        del FAULTS[name]
    return found


OAUTH_FAULTS = collected()


@pytest.fixture(scope="module")
def seeded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A seeded database; each test takes a copy, which is quicker than seeding anew."""
    path = tmp_path_factory.mktemp("seeded") / "seeded.sqlite"
    store = Store(path)
    store.prepare(fill)
    store.close()
    return path


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


@pytest.fixture(params=OAUTH_FAULTS)
def name(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """The name of a fault, which is in the register for the length of a test."""
    found: str = request.param
    monkeypatch.setitem(FAULTS, found, OAUTH_FAULTS[found])
    return found


def test_a_fault_is_visible(
    name: str, seeded: Path, clean: list[str], tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """The conversation differs somewhere, and the difference is not an accident in the server."""
    with talking(seeded, tmp_path, name) as transcript:
        assert transcript.differs_from(clean)
    assert not caplog.records, "the fault makes the target fail in a way that it does not describe"


def test_every_promise_has_a_fault_and_every_fault_is_described() -> None:
    assert {fault.promise for fault in OAUTH_FAULTS.values()} == PROMISES
    for name, fault in OAUTH_FAULTS.items():
        assert fault.name == name == name.lower()
        assert fault.area == "oauth"
        assert fault.summary.endswith(".")
        assert fault.part in Parts.__dataclass_fields__
