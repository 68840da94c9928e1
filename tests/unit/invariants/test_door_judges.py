"""Who was let in: each judge has a case that breaks its promise, and silent ones."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from builders import make_exchange, make_request

from specproof.invariants.doors import (
    asked_to_log_in,
    beyond,
    echoed,
    effect,
    let_in,
    of_others,
    other_answer,
    outside,
    same_items,
    shared,
    shut_out,
    unauthorized,
    unlike_absent,
    unseen,
)
from specproof.model.exchange import Exchange
from specproof.model.operation import Operation, Pagination

READ = Operation(method="GET", path="/things/{id}", pointer="#/paths/~1things~1{id}/get")


def seen(status: int = 200, document: Any = None) -> Exchange:
    """Return an answer."""
    return make_exchange(status, {} if document is None else document)


def refused(status: int, message: str) -> Exchange:
    """Return a refusal with a message."""
    return seen(status, {"error": {"message": message}})


@pytest.mark.parametrize(("status", "broken"), [(200, 1), (204, 1), (302, 1), (400, 0), (401, 0), (404, 0)])
def test_a_refusal_of_any_kind_is_enough(status: int, broken: int) -> None:
    assert len(list(let_in("credential.exact", READ, "with half a secret", seen(status)))) == broken


@pytest.mark.parametrize(("status", "broken"), [(403, 1), (401, 0), (404, 0), (429, 0)])
def test_a_bad_credential_is_not_known(status: int, broken: int) -> None:
    assert len(list(unauthorized(READ, "with an expired token", seen(status)))) == broken


@pytest.mark.parametrize(("status", "broken"), [(401, 1), (403, 1), (200, 0), (404, 0), (409, 0), (429, 0)])
def test_whoever_may_is_not_refused_for_who_they_are(status: int, broken: int) -> None:
    assert len(list(shut_out("authorization.allowed", READ, "with a token", seen(status)))) == broken


@pytest.mark.parametrize(("status", "usual", "broken"), [(404, 200, 1), (404, 404, 0), (200, 200, 0)])
def test_whoever_may_sees_what_others_see(status: int, usual: int, broken: int) -> None:
    assert len(list(unseen(READ, "with a token", seen(status), seen(usual)))) == broken


@pytest.mark.parametrize(("status", "broken"), [(401, 1), (403, 0), (404, 0), (400, 0)])
def test_who_is_known_is_not_asked_to_log_in(status: int, broken: int) -> None:
    assert len(list(asked_to_log_in(READ, "with a reader", seen(status)))) == broken


@pytest.mark.parametrize(
    ("body", "broken"), [({"you": "/x?access_token=s3cr3t-t0ken"}, 1), ({"you": "/x"}, 0)]
)
def test_a_token_from_the_query_is_not_told(body: dict[str, str], broken: int) -> None:
    assert len(list(echoed("credential.places", READ, "s3cr3t-t0ken", seen(200, body)))) == broken


def test_a_link_to_another_page_may_carry_the_token_on() -> None:
    """It is opaque, and has to work for whoever follows it."""
    paged = replace(READ, pagination=Pagination(style="page", items="/values", next="/next", pointer="#"))

    def told(**members: str) -> bool:
        return bool(list(echoed("credential.places", paged, "s3cr3t-t0ken", seen(200, members))))

    assert not told(next="/x?access_token=s3cr3t-t0ken")
    assert told(next="/x", you="s3cr3t-t0ken")


def test_an_alias_may_lead_to_other_links_and_to_members_that_nobody_declared() -> None:
    """``described`` takes what can be compared."""
    one, other = seen(200, {"a": 1, "took": 3}), seen(200, {"a": 1, "took": 4})

    def described(exchange: Exchange) -> Any:
        return exchange.response.document["a"]

    assert list(other_answer(READ, "by an alias", one, other, {}))
    assert not list(other_answer(READ, "by an alias", one, other, {}, described=described))


def test_a_refused_request_with_an_effect_is_found() -> None:
    assert list(effect(READ, "with a reader", {"a": 1}, {"a": 2}, seen(), seen(403), seen()))
    assert not list(effect(READ, "with a reader", {"a": 1}, {"a": 1}, seen(), seen(403), seen()))


@pytest.mark.parametrize(
    ("foreign", "absent", "broken"),
    [
        (refused(403, "not yours"), refused(404, "nothing"), 1),
        (refused(404, "not for you"), refused(404, "nothing"), 1),
        (refused(404, "no team rival"), refused(404, "no team nobody"), 0),
        (refused(404, "no team Rival"), refused(404, "no team nobody"), 0),
        (refused(429, "slow down"), refused(404, "nothing"), 0),
        (seen(200), refused(404, "nothing"), 0),
    ],
    ids=["status", "message", "echo", "echo in other case", "too many", "let in, which is another promise"],
)
def test_what_is_foreign_looks_like_what_is_absent(foreign: Exchange, absent: Exchange, broken: int) -> None:
    spellings = {"rival": "~", "nobody": "~"}

    found = unlike_absent(
        READ, "the foreign team", foreign, absent, spellings=spellings, message="/error/message"
    )

    assert len(list(found)) == broken


def test_messages_are_left_alone_where_the_contract_names_none() -> None:
    first, second = refused(404, "one text"), refused(404, "another")

    assert not list(unlike_absent(READ, "it", first, second, spellings={}, message=None))


def test_a_bound_credential_sees_at_most_what_others_see() -> None:
    assert list(beyond(READ, "a token", {"1", "2"}, {"1"}, seen()))
    assert not list(beyond(READ, "a token", {"1"}, {"1", "2"}, seen()))


def _in(place: str) -> dict[str, str]:
    return {"href": f"https://api.example/{place}/file"}


@pytest.mark.parametrize(
    ("items", "broken"),
    [([_in("book"), _in("other")], 1), ([_in("book"), _in("book")], 0), ([_in("a"), _in("b")], 0), ([], 0)],
    ids=["beyond it", "within it", "cannot be seen", "nothing"],
)
def test_a_bound_credential_sees_its_part_alone(items: list[Any], broken: int) -> None:
    assert len(list(outside(READ, "a token", items, {"book"}, seen()))) == broken


@pytest.mark.parametrize(
    ("items", "broken"),
    [([_in("rival")], 1), ([_in("acme")], 0), ([{"text": "a rival"}], 0), ([{"text": "/rival/"}], 0)],
    ids=["an address", "one's own", "a word", "no address"],
)
def test_addresses_of_others_are_in_no_own_list(items: list[Any], broken: int) -> None:
    assert len(list(of_others(READ, "in a list", items, {"rival"}, seen()))) == broken


def test_one_address_in_two_lists_belongs_to_others() -> None:
    assert list(shared(READ, [_in("x")], [_in("x")], seen()))
    assert not list(shared(READ, [_in("x")], [_in("y")], seen()))


@pytest.mark.parametrize(("identity", "broken"), [("{a-uuid}", 1), ("17", 0), (17, 0), (None, 0)])
def test_one_thing_in_two_lists_belongs_to_others(identity: Any, broken: int) -> None:
    """Numbers may be counted per parent."""
    item = {"id": identity}

    assert len(list(same_items(READ, "/id", [item], [item], seen()))) == broken


@pytest.mark.parametrize(
    ("alias", "broken"),
    [
        (seen(200, {"self": "/things/acme", "n": 1}), 0),
        (seen(200, {"self": "/things/%7BAB-1%7D", "n": 1}), 0),
        (seen(200, {"self": "/things/{ab-1}", "n": 2}), 1),
        (seen(404, {}), 1),
        (seen(429, {}), 0),
    ],
    ids=["same text", "its own spelling", "another value", "another status", "too many"],
)
def test_an_alias_gives_the_same_answer(alias: Exchange, broken: int) -> None:
    plain = seen(200, {"self": "/things/acme", "n": 1})

    found = other_answer(READ, "by an alias", alias, plain, {"{ab-1}": "~", "acme": "~"})

    assert len(list(found)) == broken


def test_every_breach_ends_with_the_exchange_that_shows_it() -> None:
    shown = make_exchange(200, {}, request=make_request("DELETE"))

    [breach] = let_in("credential.dead", READ, "with an expired token", shown)

    assert breach.evidence[-1] is shown
    assert breach.operation == READ.label
