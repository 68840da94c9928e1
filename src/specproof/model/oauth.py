"""OAuth 2 as a client sees it: what a document says, what was answered, and what was tried."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urljoin, urlsplit

from specproof.model.exchange import Exchange

# Which errors fit a refusal (RFC 6749 section 5.2); where servers may choose, there are several.
MISFIT = frozenset({"invalid_grant"})
MISMATCH = frozenset({"invalid_grant", "invalid_request"})
NOT_YOURS = frozenset({"invalid_grant", "invalid_client", "unauthorized_client"})
NOBODY = frozenset({"invalid_client", "invalid_request", "unauthorized_client"})
TOO_MUCH = frozenset({"invalid_scope", "invalid_request", "invalid_grant", "unauthorized_client"})


@dataclass(frozen=True, slots=True, kw_only=True)
class AssertionRule:
    """How the grant is asked for that swaps a signed assertion for a token."""

    grant: str
    scheme: str | None = None  # before the assertion in the Authorization header; None: in the form
    must_expire: bool = False  # an assertion without exp is refused (RFC 7523 section 3; free in RFC 7519)


@dataclass(frozen=True, slots=True, kw_only=True)
class OAuthScheme:
    """What a document says about one OAuth 2 security scheme."""

    name: str
    pointer: str  # to x-oauth
    grants: tuple[str, ...]
    lifetime: int | None = None  # seconds
    refresh: tuple[str, ...] | None = None  # None: nothing is said
    sent_in: tuple[str, ...] = ("header",)
    pkce: tuple[str, ...] = ()
    reuse_revokes: bool = False
    jwt: AssertionRule | None = None
    scopes: tuple[str, ...] = ()  # all that the flows declare
    implications: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def expanded(self, scopes: Iterable[str]) -> frozenset[str]:
        """Return scopes with everything that they imply, however indirectly."""
        known: set[str] = set()
        waiting = list(scopes)
        while waiting:
            if (scope := waiting.pop()) not in known:
                known.add(scope)
                waiting.extend(self.implications.get(scope, ()))
        return frozenset(known)

    def gives_refresh(self, grant: str) -> bool | None:
        """Tell whether a grant gives a refresh token; ``None`` where nothing is said."""
        if grant == "implicit":  # RFC 6749 section 4.2.2
            return False
        known = self.refresh is not None and grant in self.grants
        return grant in (self.refresh or ()) if known else None


@dataclass(frozen=True, slots=True, kw_only=True)
class CloningRule:
    """What a document says about cloning over HTTP."""

    pointer: str
    user: str  # the user name that goes with a token
    scope: str | None = None
    push: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Party:
    """A registered client, as requests know it; its secret is added on the wire."""

    client_id: str
    credential: str | None = None  # name under which its secret is known; None: a public client
    redirect_uri: str | None = None
    scopes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """What came as a token: the members as they are, whatever their types."""

    access: str = field(repr=False)
    members: Mapping[str, Any] = field(repr=False)
    exchange: Exchange = field(repr=False)

    @property
    def refresh(self) -> str | None:
        """The refresh token."""
        found = self.members.get("refresh_token")
        return found if isinstance(found, str) and found else None

    @property
    def scopes(self) -> tuple[str, ...] | None:
        """The scopes that the answer tells; ``None`` where it tells none (RFC 6749 section 5.1)."""
        found = self.members.get("scope")
        return tuple(found.split()) if isinstance(found, str) else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Redirect:
    """Where an answer of the authorization endpoint sends the browser."""

    address: str  # without query and fragment
    query: Mapping[str, str] = field(repr=False)
    fragment: Mapping[str, str] = field(repr=False)

    def said(self, name: str) -> str | None:
        """Return a parameter, wherever it stands."""
        return self.query.get(name, self.fragment.get(name))


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """Something that was tried, and what must come of it.

    ``kind`` says what the last exchange is judged for:

    - ``granted``: an answer of the token endpoint that must be a token; ``errors`` excuse,
    - ``refused``: one that must not; ``errors`` are those that fit, empty: any,
    - ``within``: one that may be a token for nothing but ``scopes``; ``errors`` as for ``refused``,
    - ``redirected``: an answer of the authorization endpoint that must bring a code or a token,
    - ``unapproved``: one that must bring neither,
    - ``elsewhere``: one that must not lead to ``stray``,
    - ``error``: one that must bring an error, where it leads back to the client,
    - ``open``: an answer of the API that must let the token in,
    - ``known``: one that may refuse it for its scopes alone,
    - ``shut``: one that must not.
    """

    promise: str
    kind: str
    what: str  # in words, the same on every run: it identifies what was tried
    evidence: tuple[Exchange, ...]
    grant: str = ""
    errors: frozenset[str] = frozenset()
    address: str = ""  # the registered one
    stray: str = ""  # elsewhere: the one that nobody registered
    state: str | None = None  # what was sent
    scopes: frozenset[str] = frozenset()  # what a token may have


@dataclass(frozen=True, slots=True, kw_only=True)
class Untried:
    """A promise that could not be tried, and why."""

    promise: str
    why: str


def token_of(exchange: Exchange) -> Token | None:
    """Return the token in the body of an answer (RFC 6749 section 5.1), whatever its status."""
    document = exchange.response.document
    access = document.get("access_token") if isinstance(document, dict) else None
    if not isinstance(access, str) or not access:
        return None
    return Token(access=access, members=document, exchange=exchange)


def redirect_of(exchange: Exchange) -> Redirect | None:
    """Return where an answer leads (RFC 9110 section 10.2.2), or ``None``."""
    location = exchange.response.header("Location")
    if not 300 <= exchange.response.status < 400 or not location:
        return None
    try:
        parts = urlsplit(urljoin(exchange.request.url, location))
    except ValueError:
        return None
    return Redirect(
        address=f"{parts.scheme}://{parts.netloc}{parts.path}",
        query=dict(parse_qsl(parts.query, keep_blank_values=True)),
        fragment=dict(parse_qsl(parts.fragment, keep_blank_values=True)),
    )


def token_in_redirect(exchange: Exchange) -> Token | None:
    """Return the token that an answer sends to the client (RFC 6749 section 4.2.2), in whatever part."""
    redirect = redirect_of(exchange)
    access = redirect.said("access_token") if redirect is not None else None
    if redirect is None or not access:
        return None
    return Token(access=access, members={**redirect.query, **redirect.fragment}, exchange=exchange)


def untried(promises: Iterable[str], why: str) -> Iterator[Untried]:
    """Say of several promises why they could not be tried; ``promises`` are names in the area oauth."""
    return (Untried(promise=f"oauth.{name}", why=why) for name in promises)


def came_back(redirect: Redirect) -> bool:
    """Tell whether a redirect carries an answer for a client: a code, a token or an error."""
    return any(redirect.said(name) for name in ("code", "access_token", "error"))


def error_of(exchange: Exchange) -> str | None:
    """Return the ``error`` of a refusal: of its body, or of the address that it leads to."""
    document = exchange.response.document
    found = document.get("error") if isinstance(document, dict) else None
    if not isinstance(found, str) and (redirect := redirect_of(exchange)) is not None:
        found = redirect.said("error")
    return found if isinstance(found, str) and found else None


def passed_on(exchange: Exchange) -> dict[str, str]:
    """Return the secrets that an answer gives away for later requests: codes and tokens, by their names."""
    found: dict[str, str] = {}
    document = exchange.response.document
    redirect = redirect_of(exchange)
    for name in ("code", "access_token", "refresh_token"):
        value = document.get(name) if isinstance(document, dict) and name != "code" else None
        value = value or (redirect.said(name) if redirect is not None else None)
        if isinstance(value, str) and value:
            found[name] = value
    return found
