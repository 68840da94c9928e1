"""Every fault can be seen from outside, and the target without faults always says the same."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from target_client import VARIABLES, Client
from target_transcript import Transcript

from specproof.target.app import Settings, create_app
from specproof.target.faults import FAULTS, named
from specproof.target.faults.registry import fault
from specproof.target.parts import Parts, assemble
from specproof.target.problems import UnknownFault


def held(settings: Settings) -> list[str]:
    """Hold the conversation with a target in this process."""
    app = create_app(settings)
    try:
        return Transcript(app.test_client()).run()
    finally:
        app.extensions["store"].close()


@pytest.fixture
def transcript_of(seeded: Path, tmp_path: Path) -> Callable[..., list[str]]:
    """Hold the conversation with a target that has these faults."""

    def run(*faults: str) -> list[str]:
        database = tmp_path / f"{'-'.join(faults) or 'clean'}.sqlite"
        shutil.copy(seeded, database)
        return held(Settings(database=database, faults=faults))

    return run


@pytest.fixture(scope="module")
def clean(seeded: Path, tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """What a target without faults says."""
    database = tmp_path_factory.mktemp("clean") / "clean.sqlite"
    shutil.copy(seeded, database)
    return held(Settings(database=database))


def test_the_clean_target_says_the_same_twice(
    clean: list[str], transcript_of: Callable[..., list[str]]
) -> None:
    """The control: without it, a difference would prove nothing."""
    assert transcript_of() == clean
    assert not [line for line in clean if " 500 [" in line]


@pytest.mark.looks_at_fault
@pytest.mark.parametrize(
    "fault", [name for name, fault in FAULTS.items() if fault.area not in {"cloning", "oauth"}]
)
def test_a_fault_is_visible(
    fault: str, clean: list[str], transcript_of: Callable[..., list[str]], caplog: pytest.LogCaptureFixture
) -> None:
    """The conversation differs somewhere, and the difference is not an accident in the server.

    OAuth is talked about in ``test_target_oauth_faults.py``, cloning in ``test_target_git_faults.py``.
    """
    said = transcript_of(fault)
    assert said != clean
    assert not caplog.records, "the fault makes the target fail in a way that it does not describe"


def test_there_are_many_faults_and_each_is_described() -> None:
    assert len(FAULTS) >= 50
    parts = set(Parts.__dataclass_fields__)
    for name, record in FAULTS.items():
        assert record.name == name
        assert record.name == record.name.lower()
        assert record.promise.startswith(f"{record.area}.")
        assert record.summary.endswith(".")
        assert record.part in parts


def test_a_name_can_be_taken_only_once() -> None:
    with pytest.raises(ValueError, match="two faults are called 'order-random'"):
        fault("variable_pager", "order-random", "pagination.stable-order", "Again.")(object)


def test_an_unknown_fault_is_refused_with_the_nearest_name() -> None:
    with pytest.raises(
        UnknownFault, match=r"no fault is called 'order-ramdom'\. Did you mean 'order-random'\?"
    ):
        named(["order-ramdom"])


def test_faults_of_one_part_work_together() -> None:
    parts = assemble(named(["default-size-20", "page-number-stuck", "search-page-too-long"]))
    assert parts.variable_pager.size_default == 20
    assert parts.variable_pager.__mro__[1:3] == (
        FAULTS["default-size-20"].behaviour,
        FAULTS["page-number-stuck"].behaviour,
    )
    assert parts.search_pager.size_default == 10


def test_faults_act_in_a_process_of_their_own(serve: Callable[..., Client]) -> None:
    client = serve("default-size-20", "created-200")
    page = client.get(VARIABLES).json
    assert (page["pagelen"], len(page["values"])) == (20, 20)
    assert client.send("POST", VARIABLES, document={"key": "K", "value": "v"}).status == 200
