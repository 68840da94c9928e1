"""What trials of OAuth 2 need, put together from profile and document."""

from __future__ import annotations

import time
from collections.abc import Callable

from specproof.client.curl import Captured
from specproof.contract.authorization import usable_scheme
from specproof.environment.profile import Client, OAuth
from specproof.generate import assertions
from specproof.generate.authorizing import Desk
from specproof.generate.recipes import recipe
from specproof.generate.request import build_request
from specproof.model.exchange import Exchange, Request
from specproof.model.oauth import Party
from specproof.model.operation import Operation
from specproof.suite.access import NotExercised
from specproof.suite.near_misses import near_misses
from specproof.suite.session import Suite
from specproof.suite.signing import USER, client_name, variable_with


def open_desk(suite: Suite, send: Callable[[Request], Exchange]) -> Desk | None:
    """Return a desk for the first client of the profile; ``None`` where there is none."""
    oauth = suite.profile.oauth
    if oauth is None or not oauth.clients:
        return None
    user = oauth.user
    others = [n for n, client in enumerate(oauth.clients[1:], 1) if client.client_secret is not None]
    return Desk(
        scheme=usable_scheme(suite.contract.document),
        send=send,
        token_url=oauth.token_url,
        authorize_url=oauth.authorize_url,
        client=party(oauth, 0),
        other=party(oauth, others[0]) if others else None,
        user=USER if user is not None else None,
        username=user.username if user is not None else "",
        password=user.password.get_secret_value() if user is not None else None,
        inside=lambda scopes: api_request(suite, scopes),
        beyond=lambda scopes: api_request(suite, scopes, enough=False),
        mint=_minter(suite),
        near_misses=near_misses(suite, oauth, party(oauth, 0)),
        depth=suite.plan.depth,
        seed=f"{suite.plan.seed}",
        challenges=oauth.clients[0].client_secret is None,
    )


def party(oauth: OAuth, index: int) -> Party:
    """Return a client of the profile as requests know it."""
    client: Client = oauth.clients[index]
    return Party(
        client_id=client.client_id,
        credential=client_name(index) if client.client_secret is not None else None,
        redirect_uri=client.redirect_uri,
        scopes=client.scopes,
    )


def api_request(suite: Suite, scopes: frozenset[str] | None, *, enough: bool = True) -> Request | None:
    """Return a GET that scopes are enough for, or are not; any protected one where they are not known."""
    name = usable_scheme(suite.contract.document).name
    for operation in suite.contract.operations:
        needed = [frozenset(each[name]) for each in operation.security if set(each) == {name}]
        if operation.method != "GET" or not needed or not all(operation.security):
            continue
        open_to = scopes is None or any(each <= scopes for each in needed)
        if open_to is enough and (request := _request(suite, operation)) is not None:
            return request
    return None


def _request(suite: Suite, operation: Operation) -> Request | None:
    """Return a GET that needs nothing but the profile, without a credential."""
    resource = operation.resource
    if resource is not None and operation.parameter(resource.parameter, "path") is not None:
        return None
    try:
        path, query = suite.access.parents(operation), suite.access.required_query(operation)
    except NotExercised:
        return None
    return build_request(operation, base_url=suite.client.base_url, path=path, query=query)


def _minter(suite: Suite) -> Callable[[str, str | None], str] | None:
    """Return what makes assertions: each is kept secret, and shell lines make their own."""
    jwt = suite.profile.oauth.jwt if suite.profile.oauth is not None else None
    if jwt is None:
        return None
    secret = jwt.secret.get_secret_value()
    variable = variable_with(suite.profile, secret) or "***"

    def mint(kind: str, audience: str | None) -> str:
        made_of = recipe(kind, issuer=jwt.issuer, algorithm=jwt.algorithm, audience=audience)
        assertion = assertions.mint(made_of, secret, now=int(time.time()))
        suite.secrets[assertion] = None
        suite.stand_ins.append(Captured(value=assertion, command=assertions.command(made_of, variable)))
        return assertion

    return mint
