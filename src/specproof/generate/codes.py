"""Trials of the authorization code grant: what a code is good for, and what it is not."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Mapping
from types import MappingProxyType

from specproof.generate.authorizing import (
    Desk,
    Proof,
    Trials,
    approve,
    challenge,
    misplaced,
    opened,
    sent_back,
    token_request,
)
from specproof.model.exchange import Exchange
from specproof.model.oauth import (
    MISFIT,
    MISMATCH,
    NOBODY,
    NOT_YOURS,
    Party,
    Token,
    Trial,
    Untried,
    error_of,
    redirect_of,
    token_of,
    untried,
)

CODE = "authorization_code"
NOTHING: Mapping[str, str] = MappingProxyType({})
NONE = frozenset[str]()
PROMISES = (
    "code-answer", "code-single-use", "code-bound-to-client", "code-bound-to-redirect", "reuse-revokes",
    "pkce",
)  # fmt: skip


def ask(desk: Desk, response_type: str, purpose: str, query: Mapping[str, str] = NOTHING) -> Exchange:
    """Send an authorization request for all scopes of the client, with a state of its own.

    A server may ask every client for a challenge (RFC 7636 section 4.4.1): then all codes are asked with one.
    """
    plain = {"state": state_for(desk, purpose), **desk.scope, **query}
    if response_type != "code" or "code_challenge" in query:
        return approve(desk, response_type, purpose, plain)
    with_challenge = {**plain, "code_challenge": challenge(_verifier(desk)), "code_challenge_method": "S256"}
    answer = approve(desk, response_type, purpose, with_challenge if desk.challenges else plain)
    if not desk.challenges and code_of(answer) is None and error_of(answer) == "invalid_request":
        again = approve(desk, response_type, purpose, with_challenge)
        desk.challenges = code_of(again) is not None
        return again if desk.challenges else answer
    return answer


def _verifier(desk: Desk) -> str:
    return desk.made_up("verifier")


def state_for(desk: Desk, purpose: str) -> str:
    """Return the state that goes with a request."""
    return desk.made_up("state", purpose)[:12]


def code_trials(desk: Desk) -> Generator[Trial | Untried, None, bool]:
    """Try codes; returns whether one was given."""
    asked = ask(desk, "code", "ask for a code")
    if not sent_back(asked) and asked.response.status < 500:
        yield from untried(PROMISES, nobody_approves(asked))
        return False
    yield redirected(desk, asked, "a code", CODE, state=state_for(desk, "ask for a code"))
    if code_of(asked) is None:
        yield from untried(PROMISES, f"no code was given: {error_of(asked) or asked.response.status}")
        return False
    yield from misplaced(desk, code_of(asked) or "", (asked,), "a code")
    redeemed = redeem(desk, asked, "redeem the code")
    story = (asked, redeemed)
    yield Trial(promise="oauth.grant-offered", kind="granted", what="a code", evidence=story, grant=CODE)
    token = token_of(redeemed)
    if token is None:
        yield from untried(PROMISES[1:], "a code gives no token even where it is used as it should be")
        return True
    yield from opened(desk, token, story, "the token of a code")
    yield from _used_twice(desk, token, story)
    yield from _by_another_client(desk)
    yield from _made_up(desk)
    yield from _by_another_address(desk)
    yield from _without_secret(desk)
    yield from _challenged(desk)
    return True


def nobody_approves(asked: Exchange) -> str:
    """Say why nothing that needs an approval can be tried."""
    return f"the server lets nobody approve over Basic: it answers {asked.response.status}"


def redirected(desk: Desk, asked: Exchange, what: str, grant: str, *, state: str) -> Trial:
    """Return the trial of an authorization request that was approved."""
    return Trial(
        promise="oauth.grant-offered", kind="redirected", what=what, evidence=(asked,), grant=grant,
        address=desk.client.redirect_uri or "", state=state,
    )  # fmt: skip


def token_by_code(desk: Desk, purpose: str, query: Mapping[str, str]) -> tuple[Exchange, ...]:
    """Ask for a code and redeem it; the last exchange is the answer of the token endpoint."""
    asked = ask(desk, "code", f"approve: {purpose}", query)
    return (asked, redeem(desk, asked, purpose)) if code_of(asked) is not None else (asked,)


def code_of(asked: Exchange) -> str | None:
    """Return the code that an answer brings."""
    redirect = redirect_of(asked)
    return redirect.said("code") if redirect is not None else None


def redeem(
    desk: Desk,
    asked: Exchange,
    purpose: str,
    form: Mapping[str, str] = NOTHING,
    *,
    party: Party | None = None,
    proof: Proof = "own",
) -> Exchange:
    """Swap a code for a token; an empty parameter is left out."""
    fields = {"code": code_of(asked) or "", "redirect_uri": desk.client.redirect_uri or "", **form}
    if desk.challenges:
        fields = {"code_verifier": _verifier(desk), **fields}
    given = {name: value for name, value in fields.items() if value}
    return desk.send(token_request(desk, CODE, purpose, given, party=party, proof=proof))


def _refused(promise: str, what: str, story: tuple[Exchange, ...], errors: frozenset[str]) -> Trial:
    return Trial(
        promise=f"oauth.{promise}", kind="refused", what=what, evidence=story, grant=CODE, errors=errors
    )


def _used_twice(desk: Desk, token: Token, story: tuple[Exchange, ...]) -> Trials:
    again = redeem(desk, story[0], "redeem the code again")
    yield _refused("code-single-use", "a code that was redeemed already", (*story, again), MISFIT)
    if desk.scheme.reuse_revokes:
        what = "the token of a code that was used twice"
        answer = desk.open_with(token, what)
        if answer is None:
            yield from untried(("reuse-revokes",), "no GET of the API tells whether a token is valid")
        else:
            yield Trial(
                promise="oauth.reuse-revokes", kind="shut", what=what, evidence=(*story, again, answer)
            )
        yield from _refreshed_after_all(desk, token, (*story, again))


def _refreshed_after_all(desk: Desk, token: Token, story: tuple[Exchange, ...]) -> Trials:
    """Use the refresh token of a code that was used twice: it is one of the tokens that the code gave."""
    if token.refresh is not None:
        what = "the refresh token of a code that was used twice"
        answer = desk.send(token_request(desk, "refresh_token", what, {"refresh_token": token.refresh}))
        yield Trial(
            promise="oauth.reuse-revokes", kind="refused", what=what, evidence=(*story, answer),
            grant="refresh_token", errors=MISFIT,
        )  # fmt: skip


def _made_up(desk: Desk) -> Trials:
    fields = {"code": desk.made_up("code"), "redirect_uri": desk.client.redirect_uri or ""}
    given = {name: value for name, value in fields.items() if value}
    answer = desk.send(token_request(desk, CODE, "redeem a code that was never given", given))
    yield _refused("code-single-use", "a code that was never given", (answer,), MISFIT)


def _by_another_client(desk: Desk) -> Trials:
    if desk.other is None:
        yield from untried(("code-bound-to-client",), "the profile has no second client with a secret")
        return
    asked = ask(desk, "code", "ask for a code that another client redeems")
    if code_of(asked) is not None:
        answer = redeem(desk, asked, "redeem it as another client", party=desk.other)
        yield _refused("code-bound-to-client", "a code of another client", (asked, answer), NOT_YOURS)
        longer = redeem(desk, asked, "redeem it with a character more", {"code": f"{code_of(asked)}x"})
        yield _refused("code-single-use", "a code with a character more", (asked, longer), MISFIT)


def _by_another_address(desk: Desk) -> Trials:
    own = desk.client.redirect_uri
    if own is None:
        yield from untried(("code-bound-to-redirect",), "the profile has no redirect_uri of the client")
        return
    for what, address in (("another address", f"{own.partition('?')[0]}/specproof"), ("no address", "")):
        asked = ask(desk, "code", f"ask for a code that is redeemed with {what}")
        if code_of(asked) is not None:
            answer = redeem(desk, asked, f"redeem it with {what}", {"redirect_uri": address})
            yield _refused("code-bound-to-redirect", f"a code with {what}", (asked, answer), MISMATCH)


def _without_secret(desk: Desk) -> Trials:
    if desk.client.credential is None:
        return
    tries: dict[str, tuple[Proof, frozenset[str]]] = {
        "a wrong secret": ("wrong", frozenset({"invalid_client"})),
        "no secret": ("none", NOBODY),
    }
    for what, (proof, errors) in tries.items():
        asked = ask(desk, "code", f"ask for a code that is redeemed with {what}")
        if code_of(asked) is not None:
            answer = redeem(desk, asked, f"redeem it with {what}", proof=proof)
            yield _refused("client-authenticated", f"a code with {what}", (asked, answer), errors)
            if proof == "none" and token_of(answer) is None:  # the code may still be good
                answer = redeem(desk, asked, "redeem it without a client", proof="nobody")
                yield _refused("client-authenticated", "a code with no client", (asked, answer), errors)


def _challenged(desk: Desk) -> Trials:
    """Try challenges; a server that shows nowhere that it looks at them promises nothing."""
    methods = [m for m in ("S256", "plain") if m in desk.scheme.pkce] or ["S256"]
    tried = [trial for method in methods for trial in _challenged_by(desk, method)]
    trials = [trial for trial in tried if trial.promise == "oauth.pkce"]
    yield from (trial for trial in tried if trial.promise != "oauth.pkce")
    wrong = [trial for trial in trials if trial.kind != "granted"]
    looks = any(token_of(t.evidence[-1]) is None and code_of(t.evidence[-1]) is None for t in wrong)
    if desk.scheme.pkce or looks:
        yield from trials
    else:
        why = "the document lists no method in x-oauth: pkce, and the server takes no notice of challenges"
        yield from untried(("pkce",), why)


def _challenged_by(desk: Desk, method: str) -> Iterator[Trial]:
    verifier = desk.made_up("verifier", method)
    sent = challenge(verifier) if method == "S256" else verifier
    asking = {"code_challenge": sent, "code_challenge_method": method}
    offers = {"the right verifier": verifier, "a wrong verifier": desk.made_up("wrong"), "no verifier": ""}
    if method == "S256":
        offers["the challenge as verifier"] = sent
    for what, offer in offers.items():
        asked = ask(desk, "code", f"ask for a code with a challenge: {method}, {what}", asking)
        if code_of(asked) is None:
            continue
        story = (asked, redeem(desk, asked, f"redeem it with {what}", {"code_verifier": offer}))
        kind, errors = ("granted", NONE) if offer == verifier else ("refused", MISFIT if offer else MISMATCH)
        yield Trial(
            promise="oauth.pkce",
            kind=kind,
            what=f"{what}, {method}",
            evidence=story,
            grant=CODE,
            errors=errors,
        )
        if offer == verifier and token_of(story[-1]) is not None:
            again = redeem(desk, asked, f"redeem it again with {what}", {"code_verifier": offer})
            used = f"a code with a challenge, {method}, that was redeemed already"
            yield _refused("code-single-use", used, (*story, again), MISFIT)
    if method == "S256":
        unknown = {"code_challenge": sent, "code_challenge_method": "S000"}
        asked = ask(desk, "code", "ask for a code with an unknown method of challenge", unknown)
        yield Trial(promise="oauth.pkce", kind="unapproved", what="an unknown method", evidence=(asked,))
