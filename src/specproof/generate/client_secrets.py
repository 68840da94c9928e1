"""Trials of secrets that are almost those of the client, with every grant that asks for one.

They come after all others: a server may take many of them for an attack (RFC 6749 section 2.3.1).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from specproof.generate.authorizing import Desk, NearMiss, Trials, token_request
from specproof.generate.codes import CODE, ask, code_of, redeem
from specproof.generate.grants import OWN, refused
from specproof.generate.refreshing import REFRESH, refresh, supplies_of, take
from specproof.model.exchange import Exchange
from specproof.model.oauth import MISFIT, Trial, token_of

Story = tuple[Exchange, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Ware:
    """What a client swaps for a token: how one is got, and how it is offered."""

    name: str
    grant: str
    get: Callable[[str], Story | None]
    offer: Callable[[Story, str, NearMiss | None], Exchange]


def near_miss_trials(desk: Desk) -> Trials:
    """Try what the desk knows to be almost right.

    For the client's own grant everything is tried. A code or a refresh token is offered with every secret,
    over Basic and in the form by turns; at depth deep in both ways. At depth quick the client's own grant is
    tried only where the client has nothing to offer, and by turns: who compares secrets badly does so for
    codes as well.
    """
    misses = tuple(desk.near_misses())
    if not misses:
        return
    pairs = [misses[at : at + 2] for at in range(0, len(misses), 2)]
    wares, quick = _wares(desk), desk.depth == "quick"
    if OWN in desk.scheme.grants and not (quick and wares):
        for miss in _by_turns(pairs, 0) if quick else misses:
            form = {**desk.scope, **miss.form}
            answer = desk.send(token_request(desk, OWN, f"ask {miss.what}", form, party=miss.party))
            yield refused("client-authenticated", f"the client {miss.what}", (answer,), OWN, miss.errors)
    for turn, ware in enumerate(wares):
        yield from _offered(desk, ware, misses if desk.depth == "deep" else _by_turns(pairs, turn))


def _by_turns(pairs: Sequence[Sequence[NearMiss]], turn: int) -> list[NearMiss]:
    return [pair[(number + turn) % len(pair)] for number, pair in enumerate(pairs)]


def _wares(desk: Desk) -> list[_Ware]:
    wares: list[_Ware] = []
    if CODE in desk.scheme.grants and desk.authorize_url is not None and desk.user is not None:
        wares.append(_Ware(name="a code", grant=CODE, get=_code(desk), offer=_redeemer(desk)))
    supply = next(iter(supplies_of(desk).values()), None) if desk.scheme.refresh else None
    if supply is not None:

        def get(purpose: str) -> Story | None:
            held = take(supply, purpose)
            return held[0] if held is not None else None

        wares.append(_Ware(name="a refresh token", grant=REFRESH, get=get, offer=_refresher(desk)))
    return wares


def _code(desk: Desk) -> Callable[[str], Story | None]:
    def get(purpose: str) -> Story | None:
        asked = ask(desk, "code", purpose)
        return (asked,) if code_of(asked) is not None else None

    return get


def _redeemer(desk: Desk) -> Callable[[Story, str, NearMiss | None], Exchange]:
    def offer(story: Story, purpose: str, miss: NearMiss | None) -> Exchange:
        form, party = (miss.form, miss.party) if miss is not None else ({}, None)
        return redeem(desk, story[-1], purpose, form, party=party)

    return offer


def _refresher(desk: Desk) -> Callable[[Story, str, NearMiss | None], Exchange]:
    def offer(story: Story, purpose: str, miss: NearMiss | None) -> Exchange:
        form, party = (miss.form, miss.party) if miss is not None else ({}, None)
        token = token_of(story[-1])
        return refresh(desk, token.refresh if token is not None else None, purpose, form, party=party)

    return offer


def _offered(desk: Desk, ware: _Ware, misses: Sequence[NearMiss]) -> Trials:
    """Offer one code or refresh token with everything, until somebody gets a token for it.

    At the end it is used as it should be: if it is no longer good, then the first refusal ended it (which a
    server may do), and the others said nothing. Then each is tried with one of its own.
    """
    held: Story | None = None
    for miss in misses:
        held = held or ware.get(f"get {ware.name} for somebody {miss.what}")
        if held is None:
            return
        answer = ware.offer(held, f"use it {miss.what}", miss)
        yield _of(ware, miss, (*held, answer))
        held = None if token_of(answer) is not None else held
    if held is None or token_of(ware.offer(held, "use it as it should be", None)) is not None:
        return
    for miss in misses[1:]:
        held = ware.get(f"get {ware.name} for somebody {miss.what} alone")
        if held is None:
            return
        yield _of(ware, miss, (*held, ware.offer(held, f"use it {miss.what}", miss)))


def _of(ware: _Ware, miss: NearMiss, story: Story) -> Trial:
    errors = miss.errors | MISFIT  # of two things that are wrong either may be told
    return refused("client-authenticated", f"{ware.name} {miss.what}", story, ware.grant, errors)
