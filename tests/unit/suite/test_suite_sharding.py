"""The work is divided so that every machine knows its part, and nothing is done twice or by nobody."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from things import contract_of, document

from specproof.contract.contract import Contract
from specproof.contract.load import load_document
from specproof.errors import OptionError
from specproof.model.verdict import IN_ANOTHER_SHARD, Shard
from specproof.shipped import reference_contract
from specproof.suite.setup import read_contract
from specproof.suite.sharding import in_other_shards, requests_to, share, subject

SMALL = contract_of(document())
LARGE = read_contract(load_document(str(reference_contract())))
CONTRACTS = pytest.mark.parametrize("contract", [SMALL, LARGE], ids=["small", "large"])


def divide(contract: Contract, of: int) -> Mapping[str, int]:
    """Share the whole contract."""
    operations = {operation.label: operation for operation in contract.operations}
    return share(contract.promises, operations, of, called=operations)


def others(contract: Contract, shard: Shard) -> dict[tuple[str, str], str]:
    """Return what a shard leaves to the others."""
    operations = {operation.label: operation for operation in contract.operations}
    return in_other_shards(contract.promises, operations, divide(contract, shard.of), shard)


def subjects(contract: Contract) -> set[str]:
    """Return everything that is looked at as one."""
    operations = {operation.label: operation for operation in contract.operations}
    found = {subject(promise, operations) for promise in contract.promises}
    return found | {requests_to(label) for label in operations}


@CONTRACTS
@pytest.mark.parametrize("of", [1, 2, 3, 7])
def test_every_promise_belongs_to_exactly_one_shard(contract: Contract, of: int) -> None:
    mine = [
        {promise.key for promise in contract.promises} - others(contract, Shard(number=number, of=of)).keys()
        for number in range(1, of + 1)
    ]

    assert sum(map(len, mine)) == len(contract.promises)
    assert set().union(*mine) == {promise.key for promise in contract.promises}
    assert all(mine) or of > 5


@CONTRACTS
def test_every_shard_has_something_to_do_up_to_the_last_subject(contract: Contract) -> None:
    most = len(subjects(contract))

    assert sorted(divide(contract, most).values()) == list(range(1, most + 1))
    with pytest.raises(OptionError, match=f"--shard: {most + 1} shards are more than the {most} subjects"):
        divide(contract, most + 1)


@given(st.randoms(use_true_random=False), st.integers(1, 9))
def test_the_order_of_the_document_does_not_matter(random: object, of: int) -> None:
    """Machines agree without talking to each other."""
    promises, operations = list(LARGE.promises), list(LARGE.operations)
    random.shuffle(promises)  # type: ignore[attr-defined]
    random.shuffle(operations)  # type: ignore[attr-defined]
    other = replace(LARGE, promises=tuple(promises), operations=tuple(operations))

    assert divide(other, of) == divide(LARGE, of)


def test_what_one_look_answers_stays_together() -> None:
    """A life is played once for all operations of a thing; requests and their judgements belong together."""
    operations = {operation.label: operation for operation in SMALL.operations}
    lives = {subject(p, operations) for p in SMALL.promises if p.kind.area == "lifecycle"}
    statuses = {subject(p, operations) for p in SMALL.promises if p.id == "status.documented"}

    assert lives == {"lifecycle POST /things"}
    assert statuses == {requests_to(label) for label in operations}


def test_large_subjects_are_put_apart() -> None:
    """The generated requests of six operations go to six machines."""
    shares = divide(LARGE, 6)

    assert len({shares[requests_to(operation.label)] for operation in LARGE.operations}) == 6


def test_what_others_look_at_says_who() -> None:
    assert set(others(SMALL, Shard(number=1, of=2)).values()) == {f"{IN_ANOTHER_SHARD}: 2 of 2"}
