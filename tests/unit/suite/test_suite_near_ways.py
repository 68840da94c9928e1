"""Rarer ways to be almost right: none of them is right, and none tells a secret in the shell."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from authority import Authority
from guarded import prover_for

from specproof.environment.profile import Credential
from specproof.suite.near_ways import NearWay, near_ways, near_ways_in_query
from specproof.suite.session import Suite

PROFILE = """
[environment]
name = "near"
base_url = "ORIGIN/v1"

[[credentials]]
name = "ann"
scheme = "basic"
satisfies = "login"
username = "ann"
secret = "${ANN_PASSWORD}"

[[credentials]]
name = "bob"
scheme = "basic"
satisfies = "login"
username = "bob"
secret = "${BOB}"

[[credentials]]
name = "token"
scheme = "bearer"
secret = "${FULL}"
"""


@pytest.fixture
def suite(tmp_path: Path) -> Iterator[Suite]:
    with prover_for(Authority(), tmp_path, profile=PROFILE.replace("${BOB}", "${READER}")) as prover:
        yield prover.suite


def ways(suite: Suite) -> list[NearWay]:
    """Return every way for an operation without aliases."""
    known = list(suite.profile.credentials)
    in_header = near_ways(suite, suite.operations["GET /things"], known)
    return [*in_header, *near_ways_in_query(suite, known)]


def secret_of(credential: Credential) -> str:
    """Return the secret itself."""
    return credential.secret.get_secret_value() if credential.secret else ""


def test_no_way_is_signed_as_a_credential_of_the_profile(suite: Suite) -> None:
    right = {suite.client.signature(c.name) for c in suite.profile.credentials}
    values = {signature.value for signature in right if signature}
    tried = [suite.client.signature(way.credential) for way in ways(suite)]

    assert len(tried) == len({signature.value for signature in tried if signature}) == 11
    assert not values & {signature.value for signature in tried if signature}


def test_no_shell_line_tells_a_secret(suite: Suite) -> None:
    shown = " ".join(" ".join(suite.client.shell_words(way.credential)) for way in ways(suite))

    assert "READER" not in shown  # the second credential of a kind is not tried
    assert "${ANN_PASSWORD" in shown
    assert not [c.name for c in suite.profile.credentials if secret_of(c) in shown]


def test_only_tokens_are_tried_in_the_query(suite: Suite) -> None:
    known = list(suite.profile.credentials)
    tokens = [credential for credential in known if credential.scheme == "bearer"]

    assert len(list(near_ways_in_query(suite, known))) == 3 * len(tokens) > 0
    assert not [
        way for way in near_ways(suite, suite.operations["GET /things"], known) if "query" in way.what
    ]


def test_two_users_with_one_password_are_not_taken_for_each_other(tmp_path: Path) -> None:
    """The name of the other would make a right credential."""
    profile = PROFILE.replace("${BOB}", "${ANN_PASSWORD}")
    with prover_for(Authority(), tmp_path, profile=profile) as prover:
        tried = [way.what for way in ways(prover.suite)]

    assert "with another last character of the secret (basic)" in tried
    assert "with the name of another known user" not in tried
