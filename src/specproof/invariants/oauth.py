"""What must come of what an OAuth 2 client tries.

Each trial is judged by the promise it was made for, and by all those that hold for every answer of its kind.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any
from urllib.parse import urlsplit

from specproof.invariants import refusals
from specproof.model.exchange import Exchange
from specproof.model.finding import Breach
from specproof.model.oauth import (
    OAuthScheme,
    Token,
    Trial,
    came_back,
    error_of,
    redirect_of,
    token_in_redirect,
    token_of,
)

Verdicts = Iterator[tuple[str, list[Breach]]]  # promise, and how it was broken: not at all, where it is empty

_LATE_S = 5  # seconds that expires_in may be short of the lifetime: it may be counted down
_AWAY = frozenset({429, 502, 503, 504})  # they speak of other servers, or of overload
_OF_GRANTS = frozenset({"invalid_grant", "unsupported_grant_type"})
"""Errors of the token endpoint alone (RFC 6749 sections 4.1.2.1 and 5.2)."""

_EXCUSED = frozenset({
    "unauthorized_client", "access_denied", "temporarily_unavailable",
    "login_required", "consent_required", "interaction_required", "account_selection_required",
})  # fmt: skip


def verdicts(scheme: OAuthScheme, trial: Trial) -> Verdicts:
    """Yield every promise that a trial says something about, with the breaches that it shows."""
    if trial.evidence[-1].response.status not in _AWAY:
        yield from _KINDS[trial.kind](scheme, trial)


def breach(trial: Trial, expected: str, got: str, *, promise: str = "", detail: str = "") -> Breach:
    """Return a breach of the promise of a trial, or of another one."""
    return Breach(
        promise=promise or trial.promise,
        operation="",
        summary=f"expected {expected}; got {got}, with {trial.what}",
        evidence=trial.evidence,
        detail=f"{trial.what}: {detail}" if detail else trial.what,
    )


def _status(exchange: Exchange) -> str:
    error = error_of(exchange)
    said = f" and {error}" if error is not None and re.fullmatch(r"[a-z_]{1,40}", error) else ""
    return f"status {exchange.response.status}{said}"


# --- the token endpoint -----------------------------------------------------------------------


def _granted(scheme: OAuthScheme, trial: Trial) -> Verdicts:
    answer = trial.evidence[-1]
    token = token_of(answer)
    if token is None:
        if answer.response.status == 200 and error_of(answer) is None:
            got = f"{answer.response.media_type or 'no media type'} without one"
            wrong = breach(trial, "a JSON object with access_token", got, promise="oauth.token-answer")
            yield "oauth.token-answer", [wrong]
        elif error_of(answer) not in trial.errors:
            yield trial.promise, [breach(trial, "a token", _status(answer))]
        return
    yield trial.promise, []
    yield "oauth.token-answer", list(_well_formed(trial, token))
    yield "oauth.no-store", list(_not_kept(trial))
    yield from _about_token(scheme, trial, token)


def _about_token(scheme: OAuthScheme, trial: Trial, token: Token) -> Verdicts:
    """Judge what holds for tokens whichever way they come."""
    lifetime = token.members.get("expires_in")
    told = int(lifetime) if isinstance(lifetime, str) and lifetime.isdecimal() else lifetime
    if scheme.lifetime is not None and isinstance(told, int) and not isinstance(told, bool):
        right = scheme.lifetime - _LATE_S <= told <= scheme.lifetime
        wrong = breach(
            trial, f"expires_in {scheme.lifetime}", str(told), promise="oauth.lifetime", detail="lifetime"
        )
        yield "oauth.lifetime", [] if right else [wrong]
    gives = scheme.gives_refresh(trial.grant)
    if gives is False:
        given = breach(
            trial, "no refresh token", "one", promise="oauth.no-refresh", detail=f"refreshed {trial.grant}"
        )
        yield "oauth.no-refresh", [given] if token.members.get("refresh_token") else []
    elif gives and token.refresh is None:
        none = breach(trial, "a refresh token", "none", promise="oauth.refresh-works", detail="none given")
        yield "oauth.refresh-works", [none]


def _well_formed(trial: Trial, token: Token) -> Iterator[Breach]:
    """RFC 6749 section 5.1; only a type that is told can be wrong, for most members are optional."""
    wrong = partial(breach, trial, promise="oauth.token-answer")
    response = token.exchange.response
    if response.status != 200:
        yield wrong("status 200", str(response.status), detail="status")
    if not response.is_json:
        yield wrong("application/json", response.media_type or "no media type", detail="media type")
    yield from _members(wrong, token.members, number=lambda v: isinstance(v, int | float) and v is not True)


def _members(
    wrong: Callable[..., Breach], members: Any, *, number: Callable[[Any], bool]
) -> Iterator[Breach]:
    kind = members.get("token_type")
    if not isinstance(kind, str) or kind.lower() != "bearer":  # case does not matter: RFC 6749 section 5.1
        yield wrong("token_type Bearer", _shown(kind), detail="token_type")
    # null is as good as left out
    if members.get("expires_in") is not None and not number(members["expires_in"]):
        yield wrong("a number as expires_in", _shown(members["expires_in"]), detail="expires_in")
    for name in ("scope", "refresh_token"):
        if members.get(name) is not None and not isinstance(members[name], str):
            yield wrong(f"a text as {name}", type(members[name]).__name__, detail=name)


def _shown(value: Any) -> str:
    return "none" if value is None else repr(value)[:40]


def _not_kept(trial: Trial) -> Iterator[Breach]:
    control = trial.evidence[-1].response.header("Cache-Control") or ""
    if "no-store" not in {word.strip().lower() for word in control.split(",")}:
        yield breach(
            trial, "Cache-Control: no-store", control or "none", promise="oauth.no-store", detail="no-store"
        )


def _refused(scheme: OAuthScheme, trial: Trial) -> Verdicts:
    if token_of(trial.evidence[-1]) is not None:
        yield trial.promise, [breach(trial, "a refusal", "a token")]
        return
    yield trial.promise, []
    yield "oauth.error-codes", list(refusals.judge(trial, breach))


def _within(scheme: OAuthScheme, trial: Trial) -> Verdicts:
    token = token_of(trial.evidence[-1])
    if token is None:
        yield from _refused(scheme, trial)
    elif token.scopes is not None:
        more = sorted(set(token.scopes) - trial.scopes)
        grown = breach(trial, "no more scopes than before", f"{' '.join(more)} as well")
        yield trial.promise, [grown] if more else []


# --- the authorization endpoint ---------------------------------------------------------------


def _redirected(scheme: OAuthScheme, trial: Trial) -> Verdicts:
    answer = trial.evidence[-1]
    redirect, wanted = redirect_of(answer), "access_token" if trial.grant == "implicit" else "code"
    if redirect is None or not came_back(redirect):
        if answer.response.status >= 500:
            yield trial.promise, [breach(trial, f"a redirect with {wanted}", _status(answer))]
        return
    if trial.grant == "implicit":
        yield "oauth.fragment", list(_in_fragment(trial))
    if not redirect.said(wanted):
        if redirect.said("error") not in _EXCUSED:
            yield trial.promise, [breach(trial, f"a redirect with {wanted}", _status(answer))]
        yield from _state(trial)
        return
    yield trial.promise, []
    yield from _state(trial)
    if trial.grant == "implicit":
        token = token_in_redirect(answer)
        if token is not None:
            wrong = partial(breach, trial, promise="oauth.token-answer")
            digits = re.compile(r"\d+")
            yield (
                "oauth.token-answer",
                list(_members(wrong, token.members, number=lambda v: bool(digits.fullmatch(str(v))))),
            )
            yield from _about_token(scheme, trial, token)
    else:
        yield "oauth.code-answer", list(_code_answer(trial))


def _state(trial: Trial) -> Verdicts:
    redirect = redirect_of(trial.evidence[-1])
    if redirect is None or trial.state is None:
        return
    came = redirect.said("state")
    got = "none" if came is None else "another one"
    wrong = breach(trial, "the state that was sent", got, promise="oauth.state-echoed", detail="state")
    yield "oauth.state-echoed", [] if came == trial.state else [wrong]


def _in_fragment(trial: Trial) -> Iterator[Breach]:
    redirect = redirect_of(trial.evidence[-1])
    for name in ("access_token", "error") if redirect is not None else ():
        if redirect is None or name not in redirect.query:
            continue
        yield breach(
            trial,
            f"{name} in the fragment",
            "it in the query",
            promise="oauth.fragment",
            detail=f"{name} in query",
        )


def _code_answer(trial: Trial) -> Iterator[Breach]:
    redirect = redirect_of(trial.evidence[-1])
    if redirect is None:
        return
    wrong = partial(breach, trial, promise="oauth.code-answer")
    if "code" not in redirect.query:
        yield wrong("the code in the query", "it in the fragment", detail="fragment")
    if not trial.address:
        return
    if not same_place(redirect.address, trial.address):
        yield wrong(f"a redirect to {trial.address}", f"one to {redirect.address}", detail="address")
    own = urlsplit(trial.address).query
    lost = [pair for pair in own.split("&") if pair and pair.partition("=")[0] not in redirect.query]
    if lost:
        yield wrong(f"the registered query {own}", "an address without", detail="query")


def same_place(left: str, right: str) -> bool:
    """Tell whether two addresses are the same but for query and fragment (RFC 3986 section 6.2.2.1)."""
    one, other = urlsplit(left), urlsplit(right)
    return (one.scheme.lower(), one.netloc.lower(), one.path or "/") == (
        other.scheme.lower(),
        other.netloc.lower(),
        other.path or "/",
    )


def _unapproved(_: OAuthScheme, trial: Trial) -> Verdicts:
    answer = trial.evidence[-1]
    redirect = redirect_of(answer)
    brought = [n for n in ("code", "access_token") if redirect is not None and redirect.said(n)]
    brought += ["access_token"] if token_of(answer) is not None else []
    got = f"a redirect with {brought[0]}" if brought else ""
    yield trial.promise, [breach(trial, "neither a code nor a token", got)] if brought else []


def _elsewhere(_: OAuthScheme, trial: Trial) -> Verdicts:
    redirect = redirect_of(trial.evidence[-1])
    if redirect is None:
        led = False
    elif came_back(redirect):
        led = not trial.address or not same_place(redirect.address, trial.address)
    else:
        led = same_place(redirect.address, trial.stray)
    yield trial.promise, [breach(trial, "no redirect to there", "one")] if led else []


def _error(_: OAuthScheme, trial: Trial) -> Verdicts:
    """An error that leads back to the client is one; a server may as well show a page (section 4.1.2.1)."""
    redirect = redirect_of(trial.evidence[-1])
    if redirect is None or not trial.address or not same_place(redirect.address, trial.address):
        return
    none = breach(trial, "a redirect with an error", "one without", detail="no error")
    yield trial.promise, [] if redirect.said("error") else [none]
    if (said := redirect.said("error")) in _OF_GRANTS:
        yield trial.promise, [breach(trial, "an error of an authorization", said, detail="error of a grant")]
    yield from _state(trial)


# --- the API ----------------------------------------------------------------------------------


def _open(_: OAuthScheme, trial: Trial) -> Verdicts:
    status = trial.evidence[-1].response.status
    yield trial.promise, [breach(trial, "to be let in", f"status {status}")] if status in {401, 403} else []


def _known(_: OAuthScheme, trial: Trial) -> Verdicts:
    status = trial.evidence[-1].response.status
    yield trial.promise, [breach(trial, "to be known", f"status {status}")] if status == 401 else []


def _shut(_: OAuthScheme, trial: Trial) -> Verdicts:
    status = trial.evidence[-1].response.status
    yield trial.promise, [breach(trial, "to be refused", f"status {status}")] if status < 400 else []


_KINDS: dict[str, Callable[[OAuthScheme, Trial], Verdicts]] = {
    "granted": _granted,
    "refused": _refused,
    "within": _within,
    "redirected": _redirected,
    "unapproved": _unapproved,
    "elsewhere": _elsewhere,
    "error": _error,
    "open": _open,
    "known": _known,
    "shut": _shut,
}
