"""HEAD, OPTIONS, what is not there, and lists of nothing and of one thing."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from specproof.contract.searching import search_parameter
from specproof.errors import RefusedBySafety
from specproof.generate.walks import Collection, Send, read_page
from specproof.invariants.responses import (
    Twin,
    absent_found,
    allowed,
    answers_head,
    empty_list,
    head,
    options_allow,
    single_item,
)
from specproof.model.exchange import Exchange, Request
from specproof.model.operation import Operation
from specproof.suite.absent import absent_request
from specproof.suite.access import NotExercised
from specproof.suite.judgement import Judgement
from specproof.suite.listing import promised
from specproof.suite.paging import collections
from specproof.suite.scratch import Scratch, valid_request
from specproof.suite.session import Suite

_OTHER_TWINS = 1  # at depth quick
_SAFE = frozenset({"GET", "HEAD"})


@dataclass(frozen=True, slots=True, kw_only=True)
class _Look:
    suite: Suite
    scratch: Scratch
    operation: Operation
    judgement: Judgement
    send: Send  # what was asked for one promise need not be asked again for another one


def judge_responses(suite: Suite, scratch: Scratch, operation: Operation, _again: bool) -> Judgement:
    """Ask in the ways that HTTP defines for every resource, and for collections of nothing and of one."""
    judgement = Judgement()
    look = _Look(suite=suite, scratch=scratch, operation=operation, judgement=judgement, send=suite.looking())
    for promise in promised(suite, operation, "responses"):
        try:
            LOOKS[promise](look)
        except NotExercised as error:
            judgement.skip(promise, str(error))
    return judgement


# --- HEAD ----------------------------------------------------------------------------------------------


def _look_at_head(look: _Look) -> None:
    suite, operation, judgement = look.suite, look.operation, look.judgement
    twins = list(_twins(look))
    documented = any(o.path == operation.path and o.method == "HEAD" for o in suite.contract.operations)
    if answers_head(twins, documented=documented):
        judgement.judge("responses.head", head(operation, twins), times=len(twins))
    else:
        status = twins[0].head.response.status
        judgement.skip("responses.head", f"the server does not answer HEAD: status {status}")


def _twins(look: _Look) -> Iterator[Twin]:
    suite, operation = look.suite, look.operation
    plain = valid_request(suite, look.scratch, operation, purpose="to compare with HEAD")
    yield _twin(look, "something that is there", plain)
    others: list[tuple[str, Request]] = []
    absent = absent_request(suite, operation, plain)
    if absent is not None:
        others.append(("something absent", absent))
    if operation.security and all(operation.security):
        others.append(("something protected", replace(plain, credential=None, valid=None)))
    for name, request in suite.sampler(operation).some(others, _OTHER_TWINS):
        yield _twin(look, name, request)


def _twin(look: _Look, name: str, request: Request) -> Twin:
    get = look.send(request)
    other = look.send(replace(request, method="HEAD", operation=None, purpose=f"HEAD of {name}"))
    # Another GET tells a HEAD that is wrong from an answer that changes by itself.
    again = look.suite.send(request) if _differ(get, other) else get
    return Twin(name=name, get=get, head=other, again=again)


def _differ(one: Exchange, other: Exchange) -> bool:
    compared = ("Content-Type", "Content-Length")
    return one.response.status != other.response.status or any(
        one.response.header(name) != other.response.header(name) for name in compared
    )


# --- what is not there ---------------------------------------------------------------------------------


def _look_at_absent(look: _Look) -> None:
    suite, operation, judgement = look.suite, look.operation, look.judgement
    plain = valid_request(suite, look.scratch, operation, purpose="something that is there")
    absent = absent_request(suite, operation, plain)
    if absent is None:
        raise NotExercised("no value could be made up that names nothing")
    judgement.judge("responses.absent", absent_found(operation, look.send(absent)))


# --- OPTIONS -------------------------------------------------------------------------------------------


def _look_at_options(look: _Look) -> None:
    suite, operation, judgement = look.suite, look.operation, look.judgement
    plain = valid_request(
        suite, look.scratch, _readable(suite, operation), purpose="a method that Allow names"
    )
    bare = replace(plain, body=None, headers=(), operation=None, valid=None)
    options = look.send(replace(bare, method="OPTIONS", purpose="which methods are there?"))
    named = allowed(options)
    if named is None:
        status = options.response.status
        judgement.skip("responses.options", f"OPTIONS names no methods: status {status}, no Allow")
        return
    tried = [look.send(replace(bare, method=method)) for method in sorted(named & _SAFE)]
    tried += _on_what_is_absent(suite, operation, bare, named - _SAFE)
    methods = suite.contexts[operation.label].methods
    judgement.judge("responses.options", options_allow(operation, methods, options, tried))


def _on_what_is_absent(
    suite: Suite, operation: Operation, request: Request, methods: frozenset[str]
) -> Iterator[Exchange]:
    """Try methods that may change something on what is not there, without a body."""
    absent = absent_request(suite, operation, request)
    if absent is None:
        return
    for method in sorted(methods - {"OPTIONS", "TRACE", "CONNECT"}):
        try:
            yield suite.send(replace(absent, method=method))
        except RefusedBySafety:
            return  # writes are forbidden


def _readable(suite: Suite, operation: Operation) -> Operation:
    """Return the GET of a path, where there is one: its valid request changes nothing."""
    return suite.operations.get(f"GET {operation.path}", operation)


# --- lists ---------------------------------------------------------------------------------------------


def _look_at_empty_lists(look: _Look) -> None:
    suite, operation, judgement = look.suite, look.operation, look.judgement
    asked = list(_empty_collections(suite, operation))
    if not asked:
        where = suite.profile.source
        raise NotExercised(f"no collection is known to be empty: name one under [empty] of {where}")
    for collection in asked:
        exchange = look.send(collection.request(purpose="a collection without items"))
        page = read_page(collection.pagination, exchange)
        if page.items:
            judgement.skip("responses.empty-list", "what [empty] names has items")
        else:
            judgement.judge("responses.empty-list", empty_list(operation, page))


def _empty_collections(suite: Suite, operation: Operation) -> Iterator[Collection]:
    known = next(collections(suite, operation))
    empty = suite.access.empty_parents(operation)
    if empty is not None:
        yield replace(known, path=empty, credential=suite.access.credential(operation, empty))
    searched = search_parameter(operation)
    if searched is not None:
        name = searched[0].name
        others = tuple(pair for pair in known.query if pair[0] != name)
        nonsense = hashlib.sha256(f"{suite.plan.seed} nothing".encode()).hexdigest()[:16]
        yield replace(known, query=((name, f"specproof{nonsense}"), *others))


def _look_at_single_items(look: _Look) -> None:
    suite, operation, judgement = look.suite, look.operation, look.judgement
    collection = next(collections(suite, operation))
    whole = read_page(collection.pagination, look.send(collection.request(purpose="a page of items")))
    if not whole.items:
        raise NotExercised("the collection has no item")
    request = collection.request(*collection.sized(1), purpose="a page for one item")
    single = read_page(collection.pagination, look.send(request))
    if 400 <= single.exchange.response.status < 500:
        raise NotExercised(f"pages of one item are refused: status {single.exchange.response.status}")
    judgement.judge("responses.single-item", single_item(operation, whole, single))


LOOKS: dict[str, Callable[[_Look], None]] = {
    "responses.head": _look_at_head,
    "responses.absent": _look_at_absent,
    "responses.options": _look_at_options,
    "responses.empty-list": _look_at_empty_lists,
    "responses.single-item": _look_at_single_items,
}
"""How each promise is found out about."""
