"""The ledger knows what the run made, also when the run is killed."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from contextlib import closing
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from specproof.client.ledger import Created, Ledger

URL = "http://api.example/v1/things"


def lines(path: Path) -> list[dict[str, object]]:
    """Read the entries."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def make(ledger: Ledger, name: str) -> None:
    """Note the whole creation of one thing."""
    number = ledger.about_to_create(URL, credential="admin", body=b"{}")
    ledger.created(number, f"{URL}/{name}", "admin")


def test_the_intention_is_written_before_the_request_is_sent(tmp_path: Path) -> None:
    """Whoever reads the file now, without the ledger being closed, finds it."""
    path = tmp_path / "deep" / "ledger.jsonl"
    with closing(Ledger(path)) as ledger:
        ledger.about_to_create(URL, credential="admin", body=b'{"key": "\xff"}')
        [entry] = lines(path)
    assert entry == {
        "n": 1,
        "event": "intent",
        "url": URL,
        "credential": "admin",
        "body": '{"key": "\ufffd"}',
    }


def test_a_killed_process_leaves_its_lines(tmp_path: Path) -> None:
    path = tmp_path / "ledger.jsonl"
    code = (
        "import os, signal, sys; from pathlib import Path; from specproof.client.ledger import Ledger\n"
        "ledger = Ledger(Path(sys.argv[1]))\n"
        "number = ledger.about_to_create('u', credential=None, body=None)\n"
        "ledger.created(number, 'u/1', None)\n"
        "ledger.about_to_create('u', credential=None, body=None)\n"
        "os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    done = subprocess.run([sys.executable, "-c", code, str(path)], check=False, env={**os.environ})
    assert done.returncode == -signal.SIGKILL
    assert [(entry["n"], entry["event"]) for entry in lines(path)] == [
        (1, "intent"),
        (1, "created"),
        (2, "intent"),
    ]


def test_the_newest_is_left_first(tmp_path: Path) -> None:
    with closing(Ledger(tmp_path / "ledger.jsonl")) as ledger:
        for name in "abc":
            make(ledger, name)
        ledger.removed(f"{URL}/b")
    assert ledger.left() == (
        Created(number=3, delete_url=f"{URL}/c", credential="admin"),
        Created(number=1, delete_url=f"{URL}/a", credential="admin"),
    )


def test_removing_what_is_unknown_or_gone_is_nothing(tmp_path: Path) -> None:
    path = tmp_path / "ledger.jsonl"
    with closing(Ledger(path)) as ledger:
        make(ledger, "a")
        for url in (f"{URL}/a", f"{URL}/a", f"{URL}/other"):
            ledger.removed(url)
        assert ledger.left() == ()
        assert [entry["event"] for entry in lines(path)] == ["intent", "created", "removed"]


def test_a_refusal_leaves_nothing(tmp_path: Path) -> None:
    path = tmp_path / "ledger.jsonl"
    ledger = Ledger(path)
    ledger.nothing_created(ledger.about_to_create(URL, credential=None, body=None))
    assert (ledger.left(), lines(path)[-1]) == ((), {"n": 1, "event": "refused"})
    ledger.close()
    assert not path.exists()


def test_the_file_goes_when_everything_is_gone(tmp_path: Path) -> None:
    path = tmp_path / "ledger.jsonl"
    ledger = Ledger(path)
    make(ledger, "a")
    ledger.removed(f"{URL}/a")
    ledger.close()
    assert not path.exists()


def test_the_file_stays_while_something_is_there(tmp_path: Path) -> None:
    path = tmp_path / "ledger.jsonl"
    ledger = Ledger(path)
    make(ledger, "a")
    ledger.close()
    assert [entry["event"] for entry in lines(path)] == ["intent", "created"]


def test_the_file_stays_while_an_answer_is_missing(tmp_path: Path) -> None:
    """The connection broke: nobody knows whether the thing exists."""
    path = tmp_path / "ledger.jsonl"
    ledger = Ledger(path)
    ledger.about_to_create(URL, credential=None, body=None)
    ledger.close()
    assert [entry["event"] for entry in lines(path)] == ["intent"]


def test_what_an_earlier_run_left_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "ledger.jsonl"
    earlier = Ledger(path)
    make(earlier, "a")
    earlier.close()
    Ledger(path).close()
    assert [entry["event"] for entry in lines(path)] == ["intent", "created"]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.sampled_from("abcd"), st.booleans())))
def test_what_is_left_is_what_was_made_and_not_removed(tmp_path: Path, steps: list[tuple[str, bool]]) -> None:
    ledger = Ledger(tmp_path / "ledger.jsonl")
    there: list[str] = []
    for name, creates in steps:
        if creates:
            make(ledger, name)
            there.append(f"{URL}/{name}")
        else:
            ledger.removed(f"{URL}/{name}")
            there = [url for url in there if url != f"{URL}/{name}"]
    assert [entry.delete_url for entry in ledger.left()] == there[::-1]
    ledger.close()
