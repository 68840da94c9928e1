"""Trials of refresh tokens: what they give, to whom, and how much."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

from specproof.generate.authorizing import Desk, Proof, Trials, misplaced, opened, token_request, with_token
from specproof.generate.codes import CODE, NOTHING, token_by_code
from specproof.generate.grants import OWN, refused
from specproof.model.exchange import Exchange
from specproof.model.oauth import MISFIT, NOBODY, NOT_YOURS, TOO_MUCH, Party, Token, Trial, token_of, untried

REFRESH = "refresh_token"

Supply = Callable[[str, Mapping[str, str]], tuple[Exchange, ...]]
Held = tuple[tuple[Exchange, ...], Token]  # how a token with a refresh token was got, and the token


@dataclass(frozen=True, slots=True, kw_only=True)
class OldToken:
    """A refresh token that the profile knows to be worth nothing."""

    token: str
    state: str
    party: Party


def refresh_trials(desk: Desk, old: tuple[OldToken, ...]) -> Trials:
    """Try refresh tokens, where the document says that a grant gives them."""
    if not desk.scheme.refresh:
        return
    tries = [(f"one that is {each.state}", each.token, each.party) for each in old]
    tries.append(("one that is made up", desk.made_up("refresh"), desk.client))
    for what, token, party in tries:
        answer = desk.send(
            token_request(
                desk, REFRESH, f"use a refresh token, {what}", {"refresh_token": token}, party=party
            )
        )
        yield refused("refresh-revoked", what, (answer,), REFRESH, MISFIT)
    supplies = supplies_of(desk)
    why = "no grant that gives a refresh token can be tried with the profile"
    for grant, supply in supplies.items():
        yield from _used(desk, grant, supply)
    for supply in supplies.values():
        if take(supply, "get a refresh token") is None:
            why = "no refresh token was given"
            continue
        yield from _strangers(desk, supply)
        yield from _growth(desk, supply)
        return
    yield from untried(("refresh-works", "refresh-bound-to-client", "scopes-never-grow"), why)


def supplies_of(desk: Desk) -> dict[str, Supply]:
    """Return how tokens are got, for each grant that gives refresh tokens; the cheapest first."""
    supplies: dict[str, Supply] = {}
    if desk.scheme.gives_refresh(OWN) and desk.client.credential is not None:
        supplies[OWN] = partial(_by_itself, desk)
    if desk.scheme.gives_refresh(CODE) and desk.authorize_url is not None and desk.user is not None:
        supplies[CODE] = partial(token_by_code, desk)
    return supplies


def _by_itself(desk: Desk, purpose: str, form: Mapping[str, str]) -> tuple[Exchange, ...]:
    return (desk.send(token_request(desk, OWN, purpose, {**desk.scope, **form})),)


def take(supply: Supply, purpose: str, form: Mapping[str, str] = NOTHING) -> Held | None:
    """Get a token that has a refresh token; ``None`` where none is given."""
    story = supply(purpose, form)
    token = token_of(story[-1])
    return (story, token) if token is not None and token.refresh is not None else None


def refresh(
    desk: Desk,
    token: str | None,
    purpose: str,
    form: Mapping[str, str] = NOTHING,
    *,
    party: Party | None = None,
    proof: Proof = "own",
) -> Exchange:
    """Swap a refresh token for a token."""
    fields = {"refresh_token": token or "", **form}
    return desk.send(token_request(desk, REFRESH, purpose, fields, party=party, proof=proof))


def _used(desk: Desk, grant: str, supply: Supply) -> Trials:
    held = take(supply, f"get a refresh token by {grant}")
    if held is None:
        return  # that none was given is judged where the grant itself is tried
    story, token = held
    answer = refresh(desk, token.refresh, "use the refresh token")
    story = (*story, answer)
    what = f"the refresh token of {grant}"
    yield Trial(promise="oauth.refresh-works", kind="granted", what=what, evidence=story, grant=REFRESH)
    fresh = token_of(answer)
    if fresh is None:
        return
    yield from opened(desk, fresh, story, f"the token that {what} gave", promise="oauth.refresh-works")
    if fresh.refresh is not None:
        again = refresh(desk, fresh.refresh, "use the refresh token that came with it")
        yield Trial(
            promise="oauth.refresh-works",
            kind="granted",
            what=f"the refresh token that {what} gave",
            evidence=(*story, again),
            grant=REFRESH,
        )


def _strangers(desk: Desk, supply: Supply) -> Trials:
    """Others, and those who cannot show who they are, must get nothing."""
    if desk.other is None:
        yield from untried(("refresh-bound-to-client",), "the profile has no second client with a secret")
    elif (held := take(supply, "get a refresh token that another client uses")) is not None:
        answer = refresh(desk, held[1].refresh, "use it as another client", party=desk.other)
        what = "a refresh token of another client"
        yield refused("refresh-bound-to-client", what, (*held[0], answer), REFRESH, NOT_YOURS)
    if (held := take(supply, "get an access token that is used to refresh")) is not None:
        if held[1].refresh != held[1].access:
            yield from misplaced(desk, held[1].refresh or "", held[0], "a refresh token")
        answer = refresh(desk, held[1].access, "use the access token as a refresh token")
        what = "an access token in its place"
        yield refused("refresh-revoked", what, (*held[0], answer), REFRESH, MISFIT)
    if desk.client.credential is not None:
        held = take(supply, "get a refresh token that is used without the secret")
        if held is not None:
            answer = refresh(desk, held[1].refresh, "use it without the secret", proof="none")
            what = "a refresh token with no secret"
            yield refused("client-authenticated", what, (*held[0], answer), REFRESH, NOBODY)
            if token_of(answer) is None:
                yield from _bare(desk, *held)


def _bare(desk: Desk, story: tuple[Exchange, ...], token: Token) -> Trials:
    """Use a refresh token without any client (RFC 6749 section 6)."""
    answer = refresh(desk, token.refresh, "use it without a client", proof="nobody")
    yield refused("client-authenticated", "a refresh token with no client", (*story, answer), REFRESH, NOBODY)


def _growth(desk: Desk, supply: Supply) -> Trials:
    """Get a token with one scope of the client, and refresh it for another one."""
    scheme, scopes = desk.scheme, desk.client.scopes
    narrow = next((s for s in scopes if set(scopes) - scheme.expanded({s})), None)
    if narrow is None:
        yield from untried(("scopes-never-grow",), "the client of the profile has no two scopes")
        return
    held = take(supply, f"get a token with the scope {narrow} alone", {"scope": narrow})
    if held is None:
        yield from untried(("scopes-never-grow",), "no token is given for one scope alone")
        return
    story, token = held
    had = scheme.expanded(token.scopes if token.scopes is not None else (narrow,))
    wide = next((s for s in scopes if s not in had), None)
    beyond = desk.beyond(had)
    before = (
        desk.send(with_token(beyond, token.access, "ask for more than the scope allows")) if beyond else None
    )
    if before is not None and token.scopes is not None:
        yield Trial(
            promise="oauth.scopes-never-grow",
            kind="shut",
            what="a token that is told to have one scope",
            evidence=(*story, before),
        )
    if wide is None or (before is not None and before.response.status < 400):
        yield from untried(("scopes-never-grow",), "the server gives all scopes, whatever is asked for")
        return
    plain = refresh(desk, token.refresh, "use the refresh token as it is")
    fresh = token_of(plain)
    yield _within("a refresh that asks for nothing", (*story, plain), had)
    latest = (fresh.refresh if fresh is not None else None) or token.refresh
    asked = refresh(desk, latest, f"use the refresh token for {wide} as well", {"scope": f"{narrow} {wide}"})
    rotated = (plain,) if latest != token.refresh else ()
    yield _within("a refresh that asks for more", (*story, *rotated, asked), had)
    grown = token_of(asked)
    if grown is not None and grown.scopes is None and beyond is not None:
        after = desk.send(with_token(beyond, grown.access, "ask for what the refresh asked for"))
        yield Trial(
            promise="oauth.scopes-never-grow", kind="shut", what="the token of a refresh that asks for more",
            evidence=(*story, *rotated, asked, after),
        )  # fmt: skip


def _within(what: str, story: tuple[Exchange, ...], had: frozenset[str]) -> Trial:
    return Trial(
        promise="oauth.scopes-never-grow", kind="within", what=what, evidence=story, grant=REFRESH,
        scopes=had, errors=TOO_MUCH,
    )  # fmt: skip
