"""The same server and seed get the same requests, byte for byte, alone and divided over processes."""

from __future__ import annotations

from pathlib import Path

from careful import Sent, careful_server, in_settled_order, sent_to
from suite_runs import SuiteRun, run_suite, write_profile


def recorded(folder: Path, *arguments: str, writes: str = "allowed") -> tuple[SuiteRun, list[Sent]]:
    """Run the suite on a fresh server; return what was sent, without the port."""
    folder.mkdir()
    with careful_server(folder / "things.json") as server:
        profile = write_profile(folder, server.origin, writes=writes, exclusive=True)
        run = run_suite(
            folder / "reports", "--environment", str(profile), "--spec", str(folder / "things.json"),
            "--depth", "standard", "-k", "generated or lifecycle or pagination or both-kept", *arguments,
        )  # fmt: skip
        return run, sent_to(server)


def test_two_processes_send_the_same_bytes_as_one(tmp_path: Path) -> None:
    """In the same order, too: on a server that may be written to, one of them does it all.

    Each process asks once whether anybody is there, so these questions are left out of the order. Requests
    that are sent at the same time on purpose may overtake each other.
    """
    alone, sent = recorded(tmp_path / "alone")
    divided, sent_divided = recorded(tmp_path / "divided", "-n", "2")

    assert len(sent) > 300
    assert alone.verdict["verdict"] == divided.verdict["verdict"]
    assert _told(alone) == _told(divided)
    assert set(sent) == set(sent_divided)
    assert in_settled_order(_asked(sent)) == in_settled_order(_asked(sent_divided))


def _told(run: SuiteRun) -> list[str]:
    return [finding["fingerprint"] for finding in run.verdict["findings"]]


def _asked(sent: list[Sent]) -> list[Sent]:
    """Leave out plain lists."""
    return [each for each in sent if each[:2] != ("GET", "/things")]
