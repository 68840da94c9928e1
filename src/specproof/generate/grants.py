"""Trials of the token endpoint: the client's own grant, and grants that are not offered."""

from __future__ import annotations

from specproof.generate.authorizing import WRONG, Desk, Proof, Trials, opened, token_request
from specproof.model.exchange import Exchange
from specproof.model.oauth import NOBODY, TOO_MUCH, Trial, token_of, untried

OWN = "client_credentials"
_EXCUSED = frozenset({
    "unauthorized_client",
    "access_denied",
})  # this client may not: no word about the server
_UNKNOWN_GRANT = frozenset({"unsupported_grant_type", "unauthorized_client"})


def own_trials(desk: Desk) -> Trials:
    """Try the grant by which a client asks for itself (RFC 6749 section 4.4)."""
    if OWN not in desk.scheme.grants:
        return
    if desk.client.credential is None:
        yield from untried(("client-authenticated", "parameters-ignored"), "the client has no client_secret")
        return
    answer = desk.send(token_request(desk, OWN, "ask as the client itself", desk.scope))
    yield Trial(
        promise="oauth.grant-offered", kind="granted", what="the client itself", evidence=(answer,),
        grant=OWN, errors=_EXCUSED,
    )  # fmt: skip
    token = token_of(answer)
    if token is None:
        return
    yield from opened(desk, token, (answer,), "the token of the client itself")
    yield from _unproven(desk)
    yield from _ignored(desk)
    yield from _unregistered(desk)


def _unproven(desk: Desk) -> Trials:
    tries: dict[str, tuple[Proof, frozenset[str]]] = {
        "a wrong secret": ("wrong", frozenset({"invalid_client"})),
        "no secret": ("none", NOBODY),
        "an empty secret": ("empty", NOBODY),
    }
    for what, (proof, errors) in tries.items():
        answer = desk.send(token_request(desk, OWN, f"ask with {what}", desk.scope, proof=proof))
        yield refused("client-authenticated", f"the client with {what}", (answer,), OWN, errors)
    form = {**desk.scope, "client_secret": WRONG}
    answer = desk.send(token_request(desk, OWN, "ask with a wrong secret in the form", form, proof="none"))
    what = "the client with a wrong secret in the form"
    yield refused("client-authenticated", what, (answer,), OWN, NOBODY)


def _ignored(desk: Desk) -> Trials:
    """Unknown parameters are ignored; empty ones are as good as left out, which a scope may not be."""
    more = {"an unknown parameter": {"specproof": "1", **desk.scope}, "an empty scope": {"scope": ""}}
    for what, fields in more.items():
        answer = desk.send(token_request(desk, OWN, f"ask with {what}", fields))
        yield Trial(
            promise="oauth.parameters-ignored", kind="granted", what=what, evidence=(answer,), grant=OWN,
            errors=_EXCUSED | {"invalid_scope"},
        )  # fmt: skip


def _unregistered(desk: Desk) -> Trials:
    """Ask for a scope that the client is not registered for."""
    registered = desk.scheme.expanded(desk.client.scopes)
    more = next((scope for scope in desk.scheme.scopes if scope not in registered), None)
    if not registered or more is None:
        return
    answer = desk.send(token_request(desk, OWN, f"ask for the scope {more}", {"scope": more}))
    yield Trial(
        promise="oauth.scopes-never-grow", kind="within",
        what="a scope that the client is not registered for", evidence=(answer,), grant=OWN,
        scopes=registered, errors=TOO_MUCH,
    )  # fmt: skip


def foreign_trials(desk: Desk) -> Trials:
    """Try grants that the document does not list."""
    offered, public = desk.scheme.grants, desk.client.credential is None
    tries: list[tuple[str, str, dict[str, str]]] = []
    if "password" not in offered:
        fields = {
            "username": desk.username or "specproof",
            "password": desk.password or desk.made_up("password"),
        }
        tries.append(("the password of the user", "password", fields))
    if OWN not in offered and not public:
        tries.append(("the client itself", OWN, {}))
    tries.append(("a grant type that is made up", "urn:specproof:none", {}))
    for what, grant, fields in tries:
        answer = desk.send(token_request(desk, grant, f"ask with {what}", fields))
        yield refused("grant-refused", what, (answer,), grant, _UNKNOWN_GRANT)
    answer = desk.send(token_request(desk, "", "ask without a grant type", desk.scope))
    errors = frozenset({"invalid_request", "unsupported_grant_type"})
    yield refused("error-codes", "no grant type", (answer,), "", errors)


def refused(
    promise: str, what: str, story: tuple[Exchange, ...], grant: str, errors: frozenset[str]
) -> Trial:
    """Return the trial of a request that must give no token."""
    return Trial(
        promise=f"oauth.{promise}", kind="refused", what=what, evidence=story, grant=grant, errors=errors
    )
