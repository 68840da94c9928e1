"""``specproof environment check`` says what a profile is worth before a run is made of it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from specproof.plugin.environment_command import environment
from specproof.target.process import RunningTarget, start

PROFILE = Path(__file__).resolve().parents[1] / "environments" / "embedded.toml"
PAGE = Path(__file__).resolve().parents[2] / "docs" / "environments.md"


@pytest.fixture(scope="module")
def target() -> Iterator[RunningTarget]:
    """A target with all the credentials of the shipped profile."""
    with start(ephemeral=True) as running:
        yield running


def check(target: RunningTarget, *arguments: str, **variables: str) -> Result:
    """Run the command against that target."""
    environ = {**target.variables, "SPECPROOF_RATE_LIMIT": "900/s", **variables}
    return CliRunner().invoke(environment, ["check", str(PROFILE), *arguments], env=environ)


@pytest.fixture(scope="module")
def fine(target: RunningTarget) -> Result:
    """The check of a profile that is right."""
    return check(target, "--set", "writes=forbidden")


def line_about(result: Result, words: str) -> str:
    """Return the line that begins with these words."""
    return next(line for line in result.output.splitlines() if line.strip().startswith(words))


def test_a_profile_that_is_right_is_said_to_be(fine: Result) -> None:
    assert fine.exit_code == 0, fine.output
    assert "WRONG" not in fine.output


def test_every_value_stands_beside_the_place_it_came_from(fine: Result) -> None:
    assert re.fullmatch(r'  writes +"forbidden" +--set writes', line_about(fine, "writes "))
    assert re.fullmatch(r'  rate_limit +"900/s" +SPECPROOF_RATE_LIMIT', line_about(fine, "rate_limit "))
    assert re.fullmatch(r"  exclusive +true +\S+embedded\.toml", line_about(fine, "exclusive "))
    assert re.fullmatch(r"  concurrency +8 +default", line_about(fine, "concurrency "))


def test_no_secret_is_shown(target: RunningTarget, fine: Result) -> None:
    secrets: Mapping[str, str] = {n: v for n, v in target.variables.items() if not n.endswith("_URL")}
    assert len(secrets) > 20
    assert [name for name, value in secrets.items() if value in fine.output] == []
    assert "secret $SPECPROOF_TARGET_ACME_ADMIN" in fine.output


def test_each_credential_is_tried_as_what_it_is(fine: Result) -> None:
    assert " let in: 200 from GET " in line_about(fine, "ok     acme-admin ")
    assert " let in: 200 from GET " in line_about(fine, "ok     rival-admin ")
    assert " refused as it must be: 401 from GET " in line_about(fine, "ok     acme-expired ")
    assert " not tried: no operation that only reads is within " in line_about(fine, "-      acme-nothing ")


def test_what_a_run_could_prove_is_said_by_area(fine: Result) -> None:
    assert "  methods      GET, HEAD, OPTIONS, QUERY" in fine.output.splitlines()
    assert re.search(r"pagination +36 of 36$", line_about(fine, "pagination"))
    assert re.search(r"lifecycle +0 of 12 +12 not: writes are forbidden$", line_about(fine, "lifecycle"))


def test_a_credential_that_is_not_what_the_profile_says_is_wrong(target: RunningTarget) -> None:
    """Both ways: one that must be let in, and one that must not."""
    variables = target.variables
    wrong = check(
        target,
        SPECPROOF_TARGET_ACME_READER="made-up-by-a-test",
        SPECPROOF_TARGET_ACME_REVOKED=variables["SPECPROOF_TARGET_ACME_ADMIN"],
    )
    assert wrong.exit_code == 1
    reader = line_about(wrong, "WRONG  acme-reader ")
    assert " must be let in, got 401 from GET " in reader
    assert reader.endswith("; renew what SPECPROOF_TARGET_ACME_READER holds")
    revoked = line_about(wrong, "WRONG  acme-revoked ")
    assert revoked in PAGE.read_text(encoding="utf-8").splitlines()


@pytest.mark.parametrize("words", ["ok     acme-admin ", "-      acme-nothing ", "ok     acme-expired "])
def test_the_lines_of_the_page_are_real(fine: Result, words: str) -> None:
    assert line_about(fine, words) in PAGE.read_text(encoding="utf-8").splitlines()


def test_an_environment_that_cannot_be_reached_cannot_be_used(target: RunningTarget) -> None:
    result = check(target, SPECPROOF_TARGET_URL="http://127.0.0.1:9/2.0")
    assert "environment.base_url: http://127.0.0.1:9/2.0 cannot be reached" in str(result.exception)
    assert result.exit_code != 0


def test_the_embedded_target_is_not_taken_for_another_server(target: RunningTarget) -> None:
    """A base URL in the environment of a job would otherwise prove something about the wrong server."""
    result = check(target, SPECPROOF_BASE_URL="https://staging.example.com/2.0")
    assert str(result.exception) == (
        "SPECPROOF_BASE_URL: the embedded target has a URL of its own; "
        "name the environment that is meant with --environment"
    )
