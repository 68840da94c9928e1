"""Found cases are kept in a folder, in Redis, or in both; whoever only reads changes nothing."""

from __future__ import annotations

import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path
from shutil import which

import pytest

from specproof.errors import OptionError
from specproof.generate.examples import open_examples
from specproof.generate.histories import SCENARIOS, plan_case, read_plan

KEY = ("Things 1.0", "requests", "POST /things")
CASES = [{"target": "/things", "body": "e30="}, {"target": "/things?x=1"}]


@pytest.fixture(scope="module")
def redis_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Start a Redis or Valkey server on loopback, with a password."""
    program = which("redis-server") or which("valkey-server")
    pytest.importorskip("redis", reason="the extra specproof[redis] is not installed")
    if program is None:
        pytest.skip("no redis-server and no valkey-server is installed")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    settings = ("--bind", "127.0.0.1", "--port", str(port), "--save", "", "--requirepass", "open-sesame")
    server = subprocess.Popen(
        [program, *settings], cwd=tmp_path_factory.mktemp("redis"), stdout=subprocess.PIPE, text=True
    )
    try:
        assert server.stdout is not None
        assert any("Ready to accept connections" in line for line in server.stdout)
        yield f"redis://:open-sesame@127.0.0.1:{port}/0"
    finally:
        server.terminate()
        server.communicate()


@pytest.fixture(params=["folder", "redis", "valkey", "both"])
def places(request: pytest.FixtureRequest, tmp_path: Path) -> list[str]:
    """Where cases are kept."""
    if request.param == "folder":
        return [str(tmp_path / "deep" / "examples")]
    url = request.getfixturevalue("redis_url").replace(
        "/0", f"/{1 + ['redis', 'valkey', 'both'].index(request.param)}"
    )
    if request.param == "valkey":
        return [url.replace("redis://", "valkey://")]
    return [url] if request.param == "redis" else [url, str(tmp_path / "examples")]


def test_what_one_run_keeps_all_later_ones_find(places: list[str]) -> None:
    """In the same order, however they were kept; and each key by itself."""
    first = open_examples(places, writes=True)
    for case in reversed(CASES):
        first.keep(case, *KEY)
    second = open_examples(places, writes=False)
    assert list(second.found(*KEY)) == list(open_examples(places, writes=True).found(*KEY)) == CASES
    assert list(second.found("Things 1.0", "requests", "GET /things")) == []
    second.drop(CASES[0], *KEY)  # it only reads
    assert list(second.found(*KEY)) == CASES
    first.drop(CASES[0], *KEY)
    assert list(second.found(*KEY)) == CASES[1:]
    assert (first.trouble, second.trouble) == ("", "")


def test_without_a_place_nothing_is_kept() -> None:
    examples = open_examples([], writes=True)
    examples.keep(CASES[0], *KEY)
    assert list(examples.found(*KEY)) == []


def test_a_folder_that_is_only_read_need_not_exist(tmp_path: Path) -> None:
    assert list(open_examples([str(tmp_path / "none")], writes=False).found(*KEY)) == []
    assert list(tmp_path.iterdir()) == []


def test_what_is_no_case_is_passed_over(tmp_path: Path) -> None:
    """Others write to the database too."""
    examples = open_examples([str(tmp_path)], writes=True)
    assert examples.database is not None
    examples.database.save("\n".join(KEY).encode(), b"\xff{")
    examples.keep(CASES[0], *KEY)
    assert list(examples.found(*KEY)) == CASES[:1]


@pytest.mark.parametrize(
    ("place", "message"),
    [
        ("mongodb://x", "mongodb:// is neither redis://, rediss:// nor valkey://"),
        ("redis://:hush-hush@127.0.0.1:1/0", r"redis://127\.0\.0\.1:1 cannot be used \(ConnectionError\)"),
        ("redis://:hush-hush@127.0.0.1:none/0", "cannot be used"),
    ],
)
def test_a_place_that_cannot_be_used_is_named_without_its_password(place: str, message: str) -> None:
    pytest.importorskip("redis", reason="the extra specproof[redis] is not installed")
    with pytest.raises(OptionError, match=f"--examples-db: .*{message}") as caught:
        open_examples([place], writes=False)
    assert "hush-hush" not in str(caught.value)


def test_a_file_is_no_folder(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    for writes in (True, False):
        with pytest.raises(OptionError, match="file cannot be used"):
            open_examples([str(tmp_path / "file")], writes=writes)


def test_a_server_that_goes_away_is_a_trouble(redis_url: str, tmp_path: Path) -> None:
    """It is told once, and nothing is found or kept any more."""
    examples = open_examples([redis_url], writes=True)
    assert examples.database is not None
    wrong = open_examples([redis_url.replace("/0", "/9")], writes=True)
    examples.keep(CASES[0], "x")
    import redis  # noqa: PLC0415 - may be absent

    redis.Redis.from_url(redis_url).set("specproof-example:text", "no set")
    assert list(examples.found("text")) == []
    assert examples.trouble == "--examples-db: cannot be read (ResponseError)"
    assert (list(examples.found("x")), wrong.trouble) == ([], "")


@pytest.mark.parametrize("plan", SCENARIOS)
def test_plans_survive_the_way(plan: tuple[object, ...]) -> None:
    assert read_plan(plan_case(plan)) == plan  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "case", [None, [], 7, "create", [["destroy", 0, 0, 0, 0]], [["create", -1, 0, 0, 0]], [["create"]],
             [["create", 0, 0, 0, 0]] * 100]
)  # fmt: skip
def test_what_is_no_plan_is_not_played(case: object) -> None:
    assert read_plan(case) is None
