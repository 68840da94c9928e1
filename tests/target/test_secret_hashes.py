"""Which hash a secret is kept as, and that both are recognised."""

from __future__ import annotations

import pytest

from specproof.target.credentials import Recogniser, hash_random, hash_secret, new_salt


@pytest.mark.parametrize("hashed", [hash_secret, hash_random])
def test_the_right_secret_is_recognised_whatever_hash_is_kept(hashed):
    salt = new_salt()
    digest = hashed(b"the right one", salt)

    recogniser = Recogniser()

    assert recogniser.matches(b"the right one", salt, digest)
    assert recogniser.matches(b"the right one", salt, digest), "from memory this time"


@pytest.mark.parametrize("hashed", [hash_secret, hash_random])
@pytest.mark.parametrize("wrong", [b"", b"the right on", b"the right one.", b"The right one"])
def test_another_secret_is_not_recognised(hashed, wrong):
    salt = new_salt()
    digest = hashed(b"the right one", salt)

    assert not Recogniser().matches(wrong, salt, digest)


@pytest.mark.parametrize("hashed", [hash_secret, hash_random])
def test_equal_secrets_have_different_digests(hashed):
    assert hashed(b"secret", new_salt()) != hashed(b"secret", new_salt())


def test_the_two_hashes_differ_in_length():
    assert len(hash_secret(b"secret", new_salt())) != len(hash_random(b"secret", new_salt()))
