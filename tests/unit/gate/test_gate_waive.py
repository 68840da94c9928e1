"""``specproof waive`` writes one waiver, keeps what is there, and refuses nonsense."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from specproof.errors import SpecproofError
from specproof.gate.command import waive
from specproof.gate.waiver_file import with_waiver, write_waiver
from specproof.gate.waivers import Waiver, load_waivers, parse_waivers

ONE, TWO, THREE = "0123456789abcdef", "fedcba9876543210", "00112233445566ff"
FAR = "2999-12-31"
COMMENTED = f"""\
# Accepted findings. Ask ada before you add one.

[[waivers]]  # the big one
fingerprint = "{ONE}"   # found in March
reason = '''
T-1: the
import'''
owner = "ada"
expires = 2999-01-01
environments = ["staging"]  # not in production

# The next one is older.
[[waivers]]
fingerprint = "{TWO}"
reason = "T-2"
owner = "eve"
expires = 2999-01-02
# end
"""


def waiver(fingerprint: str, **more: object) -> Waiver:
    """Build a waiver."""
    said = {"reason": "T-9", "owner": "bob", "expires": date(2999, 12, 31)}
    return Waiver.model_validate({"fingerprint": fingerprint, **said, **more})


def comments(text: str) -> list[str]:
    """Return the comments of a text that has no number sign elsewhere."""
    return [line.partition("#")[2] for line in text.splitlines() if "#" in line]


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project in which a run has found something, as the current folder."""
    found = {"promise": "status.documented", "operation": "GET /things", "unstable": None}
    about_waivers = {"fingerprint": THREE, "promise": "waivers.needed", "operation": ""}
    verdict = {
        "verdict": "fail", "contract": {"title": "Things"}, "environment": "staging", "seed": 7,
        "depth": "deep",
        "findings": [{"fingerprint": ONE, **found}, {"fingerprint": TWO, **found}, about_waivers],
    }  # fmt: skip
    (tmp_path / "reports").mkdir()
    (tmp_path / "reports" / "verdict.json").write_text(json.dumps(verdict))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def called(*arguments: str) -> str:
    """Call the command; return what it printed, or the one line of an error."""
    said = ("--reason", "T-1", "--owner", "ada", "--until", FAR)
    words = [*arguments, *(said if "--until" not in arguments else ())]
    result = CliRunner().invoke(waive, words, standalone_mode=False)
    if isinstance(result.exception, SpecproofError):
        return f"ERROR {result.exception}"
    assert result.exception is None, result.exception
    return result.output


def test_it_writes_what_the_verdict_knows(project: Path) -> None:
    said = called(ONE)
    [written] = load_waivers(project / "spec" / "waivers.toml").entries
    where = f"spec/waivers.toml:2: {ONE} is accepted in staging until {FAR}"
    assert said == f"{where}: status.documented GET /things\n"
    assert (written.reason, written.owner, written.environments) == ("T-1", "ada", ("staging",))
    assert written.seen is not None
    assert written.seen.model_dump() == {
        "contract": "Things", "promise": "status.documented", "operation": "GET /things", "depth": "deep",
        "seed": 7, "unstable": False,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("arguments", "environments"),
    [
        (("--everywhere",), None),
        (("--environment", "a", "--environment", "b"), ("a", "b")),
    ],
    ids=["everywhere", "named"],
)
def test_the_environments_can_be_given(
    project: Path, arguments: tuple[str, ...], environments: tuple[str, ...] | None
) -> None:
    called(ONE, *arguments)
    assert load_waivers(project / "spec" / "waivers.toml").entries[0].environments == environments


def test_a_second_environment_is_added_to_the_first(project: Path) -> None:
    called(ONE, "--environment", "production")
    called(ONE)
    [renewed] = load_waivers(project / "spec" / "waivers.toml").entries
    assert renewed.environments == ("production", "staging")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((ONE[:-1] + "e",), f"there is no such finding in reports/verdict.json; did you mean {ONE}?"),
        (("cccccccccccccccc",), f"it has {ONE}, {TWO}, {THREE}"),
        ((THREE,), f"ERROR {THREE}: is about the file of waivers itself; mend that file"),
        ((ONE, "--until", "2020-01-01", "--reason", "r", "--owner", "o"),
         "ERROR --until: 2020-01-01 is over; give a day from today on"),
        ((ONE, "--until", FAR, "--reason", " ", "--owner", "o"),
         "ERROR reason: is empty; write at least a word"),
        ((ONE, "--until", FAR, "--reason", "r", "--owner", ""),
         "ERROR owner: is empty; write at least a word"),
        ((ONE, "--everywhere", "--environment", "a"), "ERROR --everywhere: does not go with --environment"),
        ((ONE, "--verdict", "nowhere.json"), "ERROR nowhere.json: cannot be read"),
        ((ONE, "--file", "reports/verdict.json"), "ERROR reports/verdict.json:1:1: is not TOML"),
        ((ONE, "--file", "reports/verdict.json/x.toml"), "ERROR reports/verdict.json/x.toml: cannot be"),
    ],
)  # fmt: skip
def test_nonsense_is_refused_in_one_line(project: Path, arguments: tuple[str, ...], said: str) -> None:
    assert said in called(*arguments)
    assert not (project / "spec" / "waivers.toml").exists()


def test_without_a_verdict_it_says_that_nobody_looked(project: Path) -> None:
    (project / "reports" / "verdict.json").unlink()
    assert "There is no reports/verdict.json, so nobody looked" in called("cccccccccccccccc")
    [written] = load_waivers(project / "spec" / "waivers.toml").entries
    assert (written.environments, written.seen) == (None, None)


@pytest.mark.parametrize("fingerprint", [ONE, TWO, THREE], ids=["the first", "the last", "a new one"])
def test_comments_and_other_waivers_stay(fingerprint: str) -> None:
    before = {each.fingerprint: each for each in parse_waivers(COMMENTED, "w").entries}
    wanted = waiver(fingerprint, environments=("production",), seen={"contract": "Things"})
    text = with_waiver(COMMENTED, wanted)
    after = {each.fingerprint: each for each in parse_waivers(text, "w").entries}
    assert after == before | {fingerprint: wanted}
    assert comments(text) == comments(COMMENTED)


def test_a_comment_stays_with_what_it_is_about() -> None:
    text = with_waiver(COMMENTED, waiver(ONE, environments=("a",), seen={"contract": "Things"}))
    lines = text.splitlines()
    assert lines[lines.index("# The next one is older.") + 1] == "[[waivers]]"


SHORT = f'{{fingerprint="{TWO}", reason="r", owner="o", expires=2999-01-01}}'


@pytest.mark.parametrize("text", ["waivers = []\n", f"waivers = [{SHORT}]\n"], ids=["empty", "one"])
def test_a_file_in_the_short_form_is_kept_in_it(text: str) -> None:
    after = with_waiver(text, waiver(ONE))
    assert "[[" not in after
    assert ONE in {each.fingerprint for each in parse_waivers(after, "w").entries}


words = st.text(st.characters(exclude_categories=("Cs",)), min_size=1, max_size=20).filter(str.strip)


places = st.none() | st.lists(words, min_size=1)
fingerprints = st.sampled_from([ONE, TWO, THREE])


@given(st.lists(st.tuples(fingerprints, words, words, places), max_size=5))
def test_whatever_is_written_is_read_again(said: list[tuple[str, str, str, list[str] | None]]) -> None:
    text, wanted = "", {}
    for fingerprint, reason, owner, environments in said:
        wanted[fingerprint] = waiver(fingerprint, reason=reason, owner=owner, environments=environments)
        text = with_waiver(text, wanted[fingerprint])
    assert {each.fingerprint: each for each in parse_waivers(text, "w").entries} == wanted


def test_a_file_that_cannot_be_used_stays_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "waivers.toml"
    path.write_text("[[waivers]]\n")
    with pytest.raises(SpecproofError, match=r"waivers\[0\]\.fingerprint: is missing"):
        write_waiver(path, waiver(ONE))
    assert path.read_text() == "[[waivers]]\n"
    assert [entry.name for entry in tmp_path.iterdir()] == ["waivers.toml"]
