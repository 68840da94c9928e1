"""Trials of the authorization endpoint: who approves, where the answer goes, and what it carries."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from dataclasses import replace
from urllib.parse import urlsplit

from specproof.generate import codes
from specproof.generate.authorizing import (
    Desk,
    Trials,
    authorization_request,
    opened,
    sent_back,
    with_wrong_password,
    without_user,
)
from specproof.generate.codes import ask, nobody_approves, redirected, state_for
from specproof.model.oauth import Trial, Untried, token_in_redirect, untried

# Every VSCHAR of RFC 6749 appendix A.5, and what looks encoded already.
_ALL_CHARACTERS = "".join(map(chr, range(0x20, 0x7F))) + "%41%2B&amp;"
# Without the percent sign that stands alone: some who decode once too often leave all as it is for that.
_ALL_ENCODED = _ALL_CHARACTERS.replace("%&", "&", 1)
_BOTH = ("state-echoed", "owner-authenticated", "redirect-exact")


def authorization_trials(desk: Desk) -> Trials:
    """Try everything that begins at the authorization endpoint."""
    grants = desk.scheme.grants
    if codes.CODE not in grants and "implicit" not in grants:
        return
    why = "the profile has no [oauth] authorize_url" if desk.authorize_url is None else ""
    why = why or ("the profile has no [oauth] user who approves" if desk.user is None else "")
    if why:
        yield from untried((*codes.PROMISES, *_BOTH, "fragment"), why)
        return
    by_code = (yield from codes.code_trials(desk)) if codes.CODE in grants else False
    by_token = (yield from _implicit(desk)) if "implicit" in grants else False
    if not by_code and not by_token:
        yield from untried(_BOTH, "no authorization request was approved")
        return
    kind = "code" if by_code else "token"
    yield from _strangers(desk, kind)
    yield from _addresses(desk, kind)
    yield from _states(desk, by_code=by_code, by_token=by_token)
    yield from _not_offered(desk)


def _implicit(desk: Desk) -> Generator[Trial | Untried, None, bool]:
    purpose = "ask for a token"
    asked = ask(desk, "token", purpose)
    if not sent_back(asked) and asked.response.status < 500:
        yield from untried(("fragment",), nobody_approves(asked))
        return False
    yield redirected(desk, asked, "a token", "implicit", state=state_for(desk, purpose))
    token = token_in_redirect(asked)
    if token is None:
        return False
    yield from opened(desk, token, (asked,), "the token of a fragment")
    return True


def _strangers(desk: Desk, kind: str) -> Trials:
    """Nobody, and somebody who does not know the password, must approve nothing."""
    request = authorization_request(desk, kind, "ask without a user", {"state": "stranger", **desk.scope})
    tries = {"nobody": without_user(request)}
    wrong = with_wrong_password(desk, request)
    tries["a wrong password"] = replace(wrong, purpose="ask with a wrong password")
    for what, each in tries.items():
        yield Trial(
            promise="oauth.owner-authenticated", kind="unapproved", what=what, evidence=(desk.send(each),)
        )


def _addresses(desk: Desk, kind: str) -> Trials:
    """Ask for answers to other addresses; the query stays, for a client may register it in part."""
    own = desk.client.redirect_uri
    if own is None:
        yield from untried(("redirect-exact",), "the profile has no redirect_uri of the client")
        return
    stranger = replace(desk.client, client_id=desk.made_up("client"))
    tries = [(what, desk.client, address) for what, address in _unregistered(own)]
    tries.append(("an unknown client", stranger, "https://specproof.example/callback"))
    for what, party, address in tries:
        elsewhere = replace(party, redirect_uri=address)
        query = {"state": "elsewhere", **desk.scope}
        request = authorization_request(desk, kind, f"ask with {what}", query, party=elsewhere)
        asked = desk.send(request)
        yield Trial(
            promise="oauth.redirect-exact",
            kind="elsewhere",
            what=what,
            evidence=(asked,),
            stray=address,
            address="" if party is stranger else own,
        )


def _unregistered(own: str) -> Iterator[tuple[str, str]]:
    """Yield addresses that look like a registered one and are not; its query stays."""
    parts = urlsplit(own)
    plain, host = parts.path or "/", parts.netloc
    query = f"?{parts.query}" if parts.query else ""
    path = f"{plain}{query}"
    yield "another host", f"{parts.scheme}://specproof.example{path}"
    yield "a longer path", f"{parts.scheme}://{host}{plain.rstrip('/')}/specproof{query}"
    yield "a host that begins alike", f"{parts.scheme}://{parts.hostname}.specproof.example{path}"
    yield "the own host as user name", f"{parts.scheme}://{parts.hostname}@specproof.example{path}"
    yield "a host that ends alike", f"{parts.scheme}://specproof-{host}{path}"
    yield "a character more", f"{own}x"
    if plain.swapcase() != plain:
        yield "other capitals in the path", f"{parts.scheme}://{host}{plain.swapcase()}{query}"
    yield "a roundabout path", f"{parts.scheme}://{host}/specproof/..{path}"
    if parts.scheme == "https":
        yield "another scheme", f"http://{host}{path}"


def _states(desk: Desk, *, by_code: bool, by_token: bool) -> Trials:
    """Let every character that a state may have come back, with a success and with an error."""
    kinds = [*(["code"] if by_code else []), *(["token"] if by_token else [])]
    hard = {"state": _ALL_CHARACTERS}
    for kind in kinds:
        asked = ask(desk, kind, f"ask for a {kind} with a hard state", hard)
        grant = codes.CODE if kind == "code" else "implicit"
        yield redirected(desk, asked, f"a {kind} with a hard state", grant, state=_ALL_CHARACTERS)
    encoded = {"state": _ALL_ENCODED}
    asked = ask(desk, "specproof", "ask for what does not exist", encoded)
    yield Trial(
        promise="oauth.error-codes", kind="error", what="an unknown response type", evidence=(asked,),
        state=_ALL_ENCODED, address=desk.client.redirect_uri or "",
    )  # fmt: skip


def _not_offered(desk: Desk) -> Trials:
    for kind, grant in (("code", codes.CODE), ("token", "implicit")):
        if grant not in desk.scheme.grants:
            asked = ask(desk, kind, f"ask for a {kind}, which is not offered")
            yield Trial(promise="oauth.grant-refused", kind="unapproved", what=f"a {kind}", evidence=(asked,))
