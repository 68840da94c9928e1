"""The ledger knows what the run made, also when the run is killed."""

from __future__ import annotations

import json
import os
import resource
import signal
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from specproof.client.ledger import Ledger
from specproof.client.ledger_entries import Heading, Place, State, read_ledger
from specproof.errors import LedgerError

URL = "http://api.example/v1/things"
PLACE = Place(item=f"{URL}/{{}}", identity="/id", list=URL, credential="admin")
HEADING = Heading(run="ab12cd34", environment="staging", base_url="http://api.example/v1")


def lines(path: Path) -> list[dict[str, object]]:
    """Read the entries after the heading."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()][1:]


def events(path: Path) -> list[tuple[object, object]]:
    """Return number and event of each entry."""
    return [(entry["n"], entry["event"]) for entry in lines(path) if entry["event"] != "place"]


def intend(ledger: Ledger, name: str = "kettle") -> int:
    """Note an intention."""
    return ledger.about_to_create(
        f"{URL}?x=1", operation="POST /things", credential="admin", names={"/key": name}, place=PLACE
    )


def make(ledger: Ledger, name: str) -> None:
    """Note the whole creation of one thing."""
    ledger.created(intend(ledger, name), f"{URL}/{name}")


def test_the_intention_is_written_before_the_request_is_sent(tmp_path: Path) -> None:
    """Whoever reads the file now, without the ledger being closed, finds it, and where to look."""
    path = tmp_path / "deep" / "ledger.jsonl"
    with closing(Ledger(path, HEADING)) as ledger:
        intend(ledger, "\ud800 \x00")
        [place, entry] = lines(path)
    assert (place["event"], place["item"], place["list"]) == ("place", PLACE.item, PLACE.list)
    assert entry == {
        "n": 1,
        "event": "intent",
        "operation": "POST /things",
        "url": URL,
        "credential": "admin",
        "names": {"/key": "\ud800 \x00"},
        "place": 1,
    }


def test_a_killed_process_leaves_its_lines(tmp_path: Path) -> None:
    path = tmp_path / "ledger.jsonl"
    code = (
        "import os, signal, sys; from pathlib import Path\n"
        "from specproof.client.ledger import Ledger\n"
        "from specproof.client.ledger_entries import Heading, NOWHERE\n"
        "ledger = Ledger(Path(sys.argv[1]), Heading(run='r'))\n"
        "what = {'operation': '', 'credential': None, 'names': {}, 'place': NOWHERE}\n"
        "def intend(): return ledger.about_to_create('u', **what)\n"
        "ledger.created(intend(), 'u/1')\n"
        "intend()\n"
        "os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    done = subprocess.run([sys.executable, "-c", code, str(path)], check=False, env={**os.environ})
    assert done.returncode == -signal.SIGKILL
    assert events(path) == [(1, "intent"), (1, "created"), (2, "intent")]


def test_the_newest_is_left_first(tmp_path: Path) -> None:
    with closing(Ledger(tmp_path / "ledger.jsonl", HEADING)) as ledger:
        for name in "abc":
            make(ledger, name)
        ledger.removed(f"{URL}/b")
        assert [entry.delete_url for entry in ledger.open_entries()] == [f"{URL}/c", f"{URL}/a"]


def test_removing_what_is_unknown_or_gone_is_nothing(tmp_path: Path) -> None:
    path = tmp_path / "ledger.jsonl"
    with closing(Ledger(path, HEADING)) as ledger:
        make(ledger, "a")
        for url in (f"{URL}/a", f"{URL}/a", f"{URL}/other"):
            ledger.removed(url)
        assert list(ledger.open_entries()) == []
        assert events(path) == [(1, "intent"), (1, "created"), (1, "removed")]


def test_a_refusal_leaves_nothing(tmp_path: Path) -> None:
    path = tmp_path / "ledger.jsonl"
    ledger = Ledger(path, HEADING)
    ledger.refused(intend(ledger), 409)
    assert (list(ledger.open_entries()), lines(path)[-1]) == (
        [],
        {"n": 1, "event": "refused", "status": 409},
    )
    ledger.close()
    assert not path.exists()


def test_the_file_goes_when_everything_is_gone(tmp_path: Path) -> None:
    path = tmp_path / "ledger.jsonl"
    ledger = Ledger(path, HEADING)
    make(ledger, "a")
    ledger.removed(f"{URL}/a")
    ledger.close()
    assert not path.exists()


@pytest.mark.parametrize("answered", [True, False], ids=["something is there", "an answer is missing"])
def test_the_file_stays_while_something_may_be_there(tmp_path: Path, answered: bool) -> None:
    path = tmp_path / "ledger.jsonl"
    ledger = Ledger(path, HEADING)
    if answered:
        make(ledger, "a")
    else:
        intend(ledger)
    ledger.close()
    assert path.exists()


def test_a_ledger_of_an_earlier_run_is_never_written_over(tmp_path: Path) -> None:
    path = tmp_path / "ledger.jsonl"
    earlier = Ledger(path, HEADING)
    make(earlier, "a")
    earlier.close()
    before = path.read_bytes()
    ledger = Ledger(path, HEADING)
    ledger.close()
    assert (ledger.path.name, path.read_bytes()) == ("ledger-2.jsonl", before)


def test_a_ledger_that_is_taken_over_knows_everything(tmp_path: Path) -> None:
    path = tmp_path / "ledger.jsonl"
    earlier = Ledger(path, HEADING)
    make(earlier, "a")
    intend(earlier, "lost")
    earlier.about_to_rename({"/key": "other"}, PLACE)
    earlier.refused(intend(earlier, "taken"), 409)
    earlier.close()
    ledger = Ledger.reopen(path)
    assert ledger is not None
    assert ledger.heading == HEADING
    assert [(e.number, e.state, e.names["/key"], e.status) for e in ledger.entries] == [
        (1, State.CREATED, "a", 0),
        (2, State.INTENT, "lost", 0),
        (3, State.RENAMED, "other", 0),
        (4, State.REFUSED, "taken", 409),
    ]
    assert {entry.place for entry in ledger.entries} == {PLACE}
    ledger.close()


def test_a_ledger_in_use_is_left_alone(tmp_path: Path) -> None:
    with closing(Ledger(tmp_path / "ledger.jsonl", HEADING)) as ledger:
        intend(ledger)
        assert Ledger.reopen(ledger.path) is None


@pytest.mark.parametrize("cut", range(1, 40, 3))
def test_half_a_line_at_the_end_is_passed_over(tmp_path: Path, cut: int) -> None:
    """What a full disk leaves; and what is written after it begins on a line of its own."""
    path = tmp_path / "ledger.jsonl"
    earlier = Ledger(path, HEADING)
    make(earlier, "a")
    earlier.close()
    path.write_bytes(path.read_bytes()[:-cut])
    ledger = Ledger.reopen(path)
    assert ledger is not None
    [entry] = ledger.entries
    assert entry.state in {State.INTENT, State.CREATED}
    ledger.settle(entry)
    assert [entry.state for entry in read_ledger(path).entries] == [State.REMOVED]
    ledger.close()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('{"event": "intent", "n": 1, "names": {}, "place": 7}', "is no ledger of specproof"),
        ("[1]", "is no ledger of specproof"),
        ("hello", "does not begin with the run"),
    ],
)
def test_another_file_is_refused(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "ledger.jsonl"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(LedgerError, match=message):
        Ledger.reopen(path)


def test_a_file_that_is_not_there_is_not_made(tmp_path: Path) -> None:
    path = tmp_path / "leger.jsonl"
    with pytest.raises(LedgerError, match=r"leger\.jsonl: does not exist; check the path$"):
        Ledger.reopen(path)
    assert not path.exists()


def test_what_cannot_be_written_is_not_sent(tmp_path: Path) -> None:
    """The disk is full; here it is a limit on the size of files that does it."""
    ledger = Ledger(tmp_path / "ledger.jsonl", HEADING)
    make(ledger, "a")
    number = intend(ledger, "b")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    try:
        resource.setrlimit(resource.RLIMIT_FSIZE, (ledger.path.stat().st_size + 20, hard))
        with pytest.raises(LedgerError, match=r"cannot be written .*so nothing was created"):
            intend(ledger, "c")
        ledger.created(number, f"{URL}/b")  # it was sent before: that it was created is still known here
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        signal.signal(signal.SIGXFSZ, handler)
    assert [entry.delete_url for entry in ledger.open_entries()] == [f"{URL}/b", f"{URL}/a"]
    assert "cannot be written" in ledger.trouble
    ledger.close()
    assert [entry.state for entry in read_ledger(ledger.path).entries] == [State.CREATED, State.INTENT]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.sampled_from("abcd"), st.booleans())))
def test_what_is_left_is_what_was_made_and_not_removed(tmp_path: Path, steps: list[tuple[str, bool]]) -> None:
    """In memory, and for whoever reads the file."""
    ledger = Ledger(tmp_path / "ledger.jsonl", HEADING)
    there: list[str] = []
    for name, creates in steps:
        if creates:
            make(ledger, name)
            there.append(f"{URL}/{name}")
        else:
            ledger.removed(f"{URL}/{name}")
            there = [url for url in there if url != f"{URL}/{name}"]
    assert [entry.delete_url for entry in ledger.open_entries()] == there[::-1]
    read = [e.delete_url for e in read_ledger(ledger.path).entries if e.state is State.CREATED]
    assert read == there
    ledger.close()
    ledger.path.unlink(missing_ok=True)
