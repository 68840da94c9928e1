"""Share a run among machines: which subject belongs to which shard.

What shares evidence is one subject, so that no machine looks at what another one has looked at. The
division depends on what is tested and on the number of shards alone, so that machines agree without talking.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

from specproof.errors import OptionError
from specproof.model.operation import Operation
from specproof.model.promise import Promise
from specproof.model.verdict import IN_ANOTHER_SHARD, Shard
from specproof.suite.areas import LOOKED_AT, subject_of

# Tenths of a second on the mock target, roughly; they only have to put large things apart.
_COSTS = {
    "requests": 30, "search": 20, "history": 15, "filter": 14, "pagination": 9, "lifecycle": 8, "cloning": 7,
    "partial-response": 5, "oauth": 4, "secrets": 4, "authorization": 3,
}  # fmt: skip
_LITTLE = 2


def requests_to(label: str) -> str:
    """Return the subject of the generated requests to an operation, and of what is judged on them."""
    return f"requests {label}"


def subject(promise: Promise, operations: Mapping[str, Operation]) -> str:
    """Return what a promise is looked at together with."""
    area = promise.kind.area
    if area in LOOKED_AT:
        return f"{area} {subject_of(area, operations.get(promise.operation))}".strip()
    return requests_to(promise.operation) if promise.operation and area != "secrets" else area


def share(
    promises: Iterable[Promise], operations: Mapping[str, Operation], of: int, *, called: Iterable[str]
) -> Mapping[str, int]:
    """Return for every subject the number of its shard, from 1; the shards cost about the same.

    Args:
        promises: What is tested.
        operations: All operations of the contract, by label.
        of: How many shards there are.
        called: Labels of the operations that get generated requests.

    Raises:
        OptionError: There are fewer subjects than shards.
    """
    subjects = {subject(promise, operations) for promise in promises} | set(map(requests_to, called))
    if len(subjects) < of:
        raise OptionError(
            f"--shard: {of} shards are more than the {len(subjects)} subjects that are tested; share them "
            "among fewer"
        )
    loads = Counter(dict.fromkeys(range(1, of + 1), 0))
    shares: dict[str, int] = {}
    for each in sorted(subjects, key=lambda name: (-_cost(name), name)):
        number = min(loads, key=lambda n: (loads[n], n))
        shares[each] = number
        loads[number] += _cost(each)
    return shares


def in_other_shards(
    promises: Iterable[Promise], operations: Mapping[str, Operation], shares: Mapping[str, int], shard: Shard
) -> dict[tuple[str, str], str]:
    """Return for every promise that another shard looks at why this one does not."""
    numbers = {promise.key: shares[subject(promise, operations)] for promise in promises}
    return {
        key: f"{IN_ANOTHER_SHARD}: {number} of {shard.of}"
        for key, number in numbers.items()
        if number != shard.number
    }


def _cost(name: str) -> int:
    return _COSTS.get(name.partition(" ")[0], _LITTLE)
