"""What an OAuth 2 client sends: authorization requests, token requests, and requests with a token."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Literal
from urllib.parse import quote, urlencode

from specproof.model.exchange import Exchange, Request
from specproof.model.oauth import OAuthScheme, Party, Token, Trial, Untried, came_back, redirect_of, untried

FORM = "application/x-www-form-urlencoded"
WRONG = "specproof-does-not-know-the-secret"

Proof = Literal["own", "wrong", "empty", "none", "nobody", "assertion"]
Trials = Iterator[Trial | Untried]
ForScopes = Callable[[frozenset[str] | None], Request | None]  # None: the scopes are not known


@dataclass(frozen=True, slots=True, kw_only=True)
class NearMiss:
    """A client that shows a secret which is almost right.

    Args:
        what: What is wrong with it, in words.
        party: The client; its credential is the name under which the secret is known.
        form: What goes into the form beside the secret.
        errors: Which errors fit the refusal.
    """

    what: str
    party: Party
    form: Mapping[str, str]
    errors: frozenset[str]


@dataclass(kw_only=True)
class Desk:
    """Where everything is that trials need.

    Args:
        scheme: What the document says.
        send: Sends a request.
        token_url: The token endpoint.
        authorize_url: The authorization endpoint, where it is known.
        client: Who asks.
        other: Another client, which must not redeem what the first was given.
        user: Name under which the user who approves is known.
        username: That user's name, for the request with a wrong password.
        password: The user's password, for the grant that must be refused.
        inside: Makes an API request that these scopes are enough for.
        beyond: Makes an API request that these scopes are not enough for.
        mint: Makes an assertion of a kind for an audience; absent where the profile has no key.
        near_misses: Yields what the client must not get through with: in pairs, over Basic and in the form.
        depth: How hard to look.
        seed: What states and verifiers are made from.
    """

    scheme: OAuthScheme
    send: Callable[[Request], Exchange]
    token_url: str
    client: Party
    inside: ForScopes
    beyond: ForScopes
    authorize_url: str | None = None
    other: Party | None = None
    user: str | None = None
    username: str = ""
    password: str | None = None
    mint: Callable[[str, str | None], str] | None = None
    near_misses: Callable[[], Iterator[NearMiss]] = lambda: iter(())
    depth: str = "standard"
    seed: str = ""
    posts: bool = False  # the server takes an approval by POST alone
    challenges: bool = False  # the server gives no code without a challenge

    def made_up(self, *scope: str) -> str:
        """Return 43 characters that nobody else sends, the same on every run with this seed."""
        digest = hashlib.sha256(" ".join((self.seed, *scope)).encode()).digest()
        return base64.urlsafe_b64encode(digest).decode().rstrip("=")

    @property
    def scope(self) -> dict[str, str]:
        """The parameter that asks for all scopes of the client; none where they are not known."""
        return {"scope": " ".join(self.client.scopes)} if self.client.scopes else {}

    def scopes_of(self, token: Token, *, of_client: bool = True) -> frozenset[str] | None:
        """Return what a token may open: its scopes as told, or the client's; ``None``: not known.

        ``of_client`` is false for a token that was not given to the client of the desk.
        """
        known = (
            token.scopes if token.scopes is not None else (self.client.scopes if of_client else ()) or None
        )
        return self.scheme.expanded(known) if known is not None else None

    def open_with(self, token: Token, what: str, *, of_client: bool = True) -> Exchange | None:
        """Send an API request that a token should be enough for; ``None`` where there is none."""
        request = self.inside(self.scopes_of(token, of_client=of_client))
        return self.send(with_token(request, token.access, what)) if request is not None else None


def opened(
    desk: Desk,
    token: Token,
    story: tuple[Exchange, ...],
    what: str,
    *,
    promise: str = "oauth.token-works",
    of_client: bool = True,
) -> Trials:
    """Try a token at the API; ``story`` is how it was got."""
    answer = desk.open_with(token, what, of_client=of_client)
    if answer is None:
        yield from untried(("token-works",), "no GET of the API can be tried with the scopes of the client")
    else:
        kind = "known" if desk.scopes_of(token, of_client=of_client) is None else "open"
        yield Trial(promise=promise, kind=kind, what=what, evidence=(*story, answer))


def misplaced(desk: Desk, value: str, story: tuple[Exchange, ...], what: str) -> Trials:
    """Send to the API what is no access token (RFC 6749 section 1.5), but was given."""
    scopes = desk.scheme.expanded(desk.client.scopes) if desk.client.scopes else None
    request = desk.inside(scopes)
    if request is not None:
        answer = desk.send(with_token(request, value, f"{what} in place of an access token"))
        yield Trial(promise="oauth.only-access-tokens", kind="shut", what=what, evidence=(*story, answer))


def token_request(
    desk: Desk,
    grant: str,
    purpose: str,
    form: Mapping[str, str],
    *,
    party: Party | None = None,
    proof: Proof = "own",
) -> Request:
    """Return a request to the token endpoint (RFC 6749 section 4.1.3).

    Args:
        desk: Where the endpoint and the client are.
        grant: ``grant_type``; empty leaves it out.
        purpose: A few words for people.
        form: Further parameters.
        party: Who asks; the client of the desk if not given.
        proof: By which secret the client shows who it is; an assertion shows who asks by itself,
            and with ``nobody`` the client is not even named.
    """
    who = party or desk.client
    fields = {**({"grant_type": grant} if grant else {}), **form}
    headers: tuple[tuple[str, str], ...] = (("Content-Type", FORM), ("Accept", "application/json"))
    if proof == "none" or (who.credential is None and proof not in {"nobody", "assertion"}):
        fields["client_id"] = who.client_id
    if proof in {"wrong", "empty"}:
        headers += (("Authorization", basic(who.client_id, WRONG if proof == "wrong" else "")),)
    return Request(
        method="POST",
        url=desk.token_url,
        headers=headers,
        body=urlencode(fields, quote_via=quote, safe="").encode(),
        credential=who.credential if proof == "own" else None,
        purpose=purpose,
    )


def authorization_request(
    desk: Desk, response_type: str, purpose: str, query: Mapping[str, str], *, party: Party | None = None
) -> Request:
    """Return an authorization request that the user of the desk approves (RFC 6749 section 4.1.1)."""
    who = party or desk.client
    fields = {"response_type": response_type, "client_id": who.client_id}
    if who.redirect_uri is not None:
        fields["redirect_uri"] = who.redirect_uri
    pairs = urlencode({**fields, **query}, quote_via=quote, safe="")
    if desk.posts:
        return Request(
            method="POST",
            url=desk.authorize_url or "",
            headers=(("Content-Type", FORM),),
            body=pairs.encode(),
            credential=desk.user,
            purpose=purpose,
        )
    return Request(method="GET", url=f"{desk.authorize_url}?{pairs}", credential=desk.user, purpose=purpose)


def approve(desk: Desk, response_type: str, purpose: str, query: Mapping[str, str]) -> Exchange:
    """Ask for a code or a token as the user; a server that shows a form is sent the form."""
    answer = desk.send(authorization_request(desk, response_type, purpose, query))
    if desk.posts or sent_back(answer) or answer.response.status not in {200, 405}:
        return answer
    desk.posts = True  # RFC 6749 section 3.1: POST may be supported as well
    posted = desk.send(authorization_request(desk, response_type, purpose, query))
    desk.posts = sent_back(posted)
    return posted if desk.posts else answer


def sent_back(exchange: Exchange) -> bool:
    """Tell whether an answer of the authorization endpoint sends the user back to a client."""
    redirect = redirect_of(exchange)
    return redirect is not None and came_back(redirect)


def without_user(request: Request) -> Request:
    """Return an authorization request that nobody approves."""
    return replace(request, credential=None)


def with_wrong_password(desk: Desk, request: Request) -> Request:
    """Return an authorization request of somebody who does not know the password of the user."""
    header = ("Authorization", basic(desk.username, WRONG))
    return replace(request, credential=None, headers=(*request.headers, header))


def with_token(request: Request, access: str, purpose: str) -> Request:
    """Return an API request with a bearer token (RFC 6750 section 2.1) in place of a credential."""
    headers = (*request.headers, ("Authorization", f"Bearer {access}"))
    return replace(request, credential=None, headers=headers, purpose=purpose, valid=None)


def basic(name: str, secret: str) -> str:
    """Return a header value for Basic authentication (RFC 7617)."""
    return "Basic " + base64.b64encode(f"{name}:{secret}".encode()).decode()


def challenge(verifier: str) -> str:
    """Return the S256 challenge of a verifier (RFC 7636 section 4.2)."""
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("=")
