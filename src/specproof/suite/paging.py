"""Pages: explore every paginated operation and judge what was seen."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from specproof.contract.catalogue import CATALOGUE
from specproof.generate.explore import explore
from specproof.generate.walks import Collection, walk
from specproof.invariants.pagination import INVARIANTS
from specproof.model.operation import Operation
from specproof.model.verdict import NEGATIVE_FORBIDDEN
from specproof.model.walk import PagedEvidence, Walk
from specproof.suite.access import NotExercised
from specproof.suite.filling import walk_full
from specproof.suite.judgement import Judgement
from specproof.suite.scratch import Scratch
from specproof.suite.session import Suite
from specproof.suite.skipping import skipping

_QUERIES = {"quick": 1, "standard": 3, "deep": 10}
# What must have been seen for a promise to count as exercised.
_NEEDS_LINKS = {
    "no-repeats", "no-gaps", "stable-order", "size-independent", "last-page", "no-loops", "same-origin",
    "parameters-kept",
}  # fmt: skip
_NEEDS_PROBE = {
    "size-maximum": "size-maximum", "size-minimum": "size-minimum", "past-end": "past-end",
    "non-integer-refused": "no-integer",
}  # fmt: skip


def judge_pages(suite: Suite, scratch: Scratch, operation: Operation) -> Judgement:
    """Explore the collections of an operation and judge them by every promise about pages."""
    judgement = Judgement()
    negative = suite.profile.environment.negative_data == "allowed"
    promises = [name for name in INVARIANTS if (name, operation.label) in suite.promised]
    with skipping(judgement, promises):
        for number, collection in enumerate(collections(suite, operation)):
            brief = suite.plan.depth == "quick" and number > 0
            quiet = suite.profile.environment.exclusive
            seen = explore(collection, suite.send, depth=suite.plan.depth, brief=brief, quiet=quiet)
            steady = quiet or _is_steady(suite, collection, seen)
            _judge(judgement, operation, promises, seen, steady=steady, negative=negative)
            items = len(seen.walks[0].identities)
            full = walk_full(suite, scratch, collection, items=items) if number == 0 else None
            if full is not None:
                steady = quiet or _is_same(*full.walks)
                _judge(judgement, operation, promises, full, steady=steady, negative=negative)
    return judgement


def _is_same(one: Walk, other: Walk) -> bool:
    return set(one.identities) == set(other.identities)


def _is_steady(suite: Suite, collection: Collection, seen: PagedEvidence) -> bool:
    """Walk once more at the end: only where nothing changed meanwhile may the walks be compared."""
    again = walk(collection, suite.send)
    return set(again.identities) == set(seen.walks[0].identities)


def _judge(
    judgement: Judgement,
    operation: Operation,
    promises: list[str],
    seen: PagedEvidence,
    *,
    steady: bool,
    negative: bool,
) -> None:
    first = seen.walks[0].pages[0]
    if not first.readable:
        status = first.exchange.response.status
        for promise in promises:
            judgement.skip(promise, f"the first page could not be read: status {status}")
        return
    for promise in promises:
        if not steady and "exclusive" in CATALOGUE[promise].needs:
            judgement.skip(promise, "the collection changed while it was walked (exclusive = false)")
            continue
        missing = _missing(promise.partition(".")[2], seen, negative=negative)
        breaches = list(INVARIANTS[promise](operation, seen))
        if missing and not breaches:
            judgement.skip(promise, missing)
        else:
            judgement.judge(promise, breaches, times=sum(len(walk.pages) for walk in seen.walks))


def _missing(name: str, seen: PagedEvidence, *, negative: bool) -> str:
    """Tell why a promise cannot be judged from what was seen; empty where it can."""
    longest = max(len(walk.pages) for walk in seen.walks)
    items = len(seen.walks[0].identities)
    if name in _NEEDS_LINKS and longest < 2:
        return f"everything fits on one page ({items} items), so no link was followed"
    if name == "previous" and not seen.backward:
        return "no page had a previous link"
    if name in {"total", "page-number", "page-size"}:
        member = {"total": "total", "page-number": "number", "page-size": "size"}[name]
        if all(getattr(page, member) is None for walk in seen.walks for page in walk.pages):
            return "the optional member was on no page"
    wanted = _NEEDS_PROBE.get(name)
    if wanted and not any(probe.kind == wanted for probe in seen.probes):
        return "the collection offers nothing to ask for" if negative else NEGATIVE_FORBIDDEN
    return ""


def collections(suite: Suite, operation: Operation) -> Iterator[Collection]:
    """Yield the collections to explore: known-good values with each known query, and the empty ones.

    Raises:
        NotExercised: A value that is needed is not known.
    """
    path = suite.access.parents(operation)
    for query in _queries(suite, operation):
        yield _collection(suite, operation, path, query)
    empty = suite.access.empty_parents(operation)
    if empty is not None:
        try:
            yield _collection(suite, operation, empty, suite.access.required_query(operation))
        except NotExercised:
            return


def _collection(
    suite: Suite, operation: Operation, path: Mapping[str, str], query: tuple[tuple[str, str], ...]
) -> Collection:
    return Collection(
        operation=operation,
        base_url=suite.client.base_url,
        path=dict(path),
        query=query,
        credential=suite.access.credential(operation, dict(path)),
    )


def _queries(suite: Suite, operation: Operation) -> Iterator[tuple[tuple[str, str], ...]]:
    """Yield the query parameters of each collection: one known value after the other."""
    required = suite.access.required_query(operation)
    known = [name for name, _ in required if suite.profile.queries.get(name)]
    if not known:
        yield required
        return
    name, most = known[0], _QUERIES[suite.plan.depth]
    for value in (
        suite.profile.queries[name][:most] if most == 1 else unlike(suite.profile.queries[name], most)
    ):
        yield tuple((n, str(value) if n == name else v) for n, v in required)


def unlike(values: Sequence[object], most: int) -> list[object]:
    """Return the first value, and of the others those first that links have to escape in other ways."""
    first, *others = values
    met, fresh, alike = _escaped(first), list[object](), list[object]()
    for value in others:
        (alike if _escaped(value) <= met else fresh).append(value)
        met |= _escaped(value)
    return [first, *fresh, *alike][:most]


def _escaped(value: object) -> set[str]:
    return set(re.findall(r"[^\w.-]", str(value)))
