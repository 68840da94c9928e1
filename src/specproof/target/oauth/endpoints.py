"""The two addresses of the authorization server: where users approve, and where tokens are made."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from authlib.oauth2 import OAuth2Error
from flask import Flask, Response, request

from specproof.target.access import REALM
from specproof.target.incoming import origin_of
from specproof.target.oauth.assertions import Assertions
from specproof.target.oauth.incoming import Incoming, authorization_request, basic_pair, token_request
from specproof.target.oauth.pages import COOKIE, PATH, ask, guard, is_ours, refuse
from specproof.target.oauth.records import Owner
from specproof.target.oauth.rules import Rules
from specproof.target.oauth.server import Server
from specproof.target.oauth.vault import Vault
from specproof.target.parts import Parts
from specproof.target.store import Store

TOKEN_PATH = "/site/oauth2/access_token"  # noqa: S105 - an address
FORM_FIELDS = frozenset({"csrf_token", "decision", "password", "username"})
STRANGER = "The user name or the account password is wrong. App passwords are not for this page."
STALE = "This page was open for too long, or was not opened by you. Look at it once more."


class Endpoints:
    """Answers both addresses.

    Args:
        parts: The classes to build from.
        store: Where everything is remembered.
        lifetime_s: Seconds until an access token ends.
    """

    def __init__(self, parts: Parts, store: Store, lifetime_s: int) -> None:
        self._rules: Rules = parts.oauth(lifetime_s)
        self._assertions: Assertions = parts.assertions()
        self._store = store

    def token(self) -> Response:
        """Answer a request for a token. Everything it does is one transaction: a code counts once."""
        with self._server(writing=True) as server:
            try:
                incoming = token_request(request, self._rules)
            except OAuth2Error as error:
                return server.handle_error_response(None, error)
            return server.create_token_response(incoming)

    def authorize(self) -> Response:
        """Answer a request for approval: with a page, or by sending the user back."""
        basic = basic_pair(request.environ.get("HTTP_AUTHORIZATION"))
        with self._server(writing=basic is not None or request.method == "POST") as server:
            try:
                incoming = authorization_request(request, self._rules)
                grant = server.get_consent_grant(incoming)
            except OAuth2Error as error:
                if not error.redirect_uri:
                    return refuse(400, error.description)
                return guard(server.handle_error_response(None, error))
            user = self._rules.approver(server.vault, basic)
            if user is not None:
                return self._decided(server, incoming, grant, user)
            return self._asked(server, incoming, grant) if basic is None else self._stranger()

    @contextmanager
    def _server(self, *, writing: bool) -> Iterator[Server]:
        origin = origin_of(request.environ)
        audiences = (origin, f"{origin}{TOKEN_PATH}")
        with self._store.writing() if writing else self._store.reading() as connection:
            vault = Vault(connection, self._rules.recogniser)
            yield Server(self._rules, self._assertions, vault, audiences)

    def _stranger(self) -> Response:
        """Refuse a Basic header that does not hold an account password."""
        response = refuse(401, STRANGER)
        response.headers["WWW-Authenticate"] = f'Basic realm="{REALM}", charset="UTF-8"'
        return response

    def _asked(self, server: Server, incoming: Incoming, grant: Any) -> Response:
        """Ask the user, or act on what the user said."""
        said = incoming.payload.data
        key, cookie, complaint = server.vault.form_key(), request.cookies.get(COOKIE), ""
        if request.method == "POST" and "decision" in said:
            if not is_ours(key, cookie, said.get("csrf_token")):
                complaint = STALE
            elif said["decision"] == "deny":
                return self._decided(server, incoming, grant, None)
            else:
                shown = said.get("username", ""), said.get("password", "")
                user = self._rules.approver(server.vault, shown)
                if user is not None and said["decision"] == "allow":
                    return self._decided(server, incoming, grant, user)
                complaint = STRANGER
        parameters = {name: value for name, value in said.items() if name not in FORM_FIELDS}
        return ask(
            grant.client.record,
            back=grant.redirect_uri,
            scopes=grant.request.scope,
            parameters=parameters,
            key=key,
            cookie=cookie,
            complaint=complaint,
        )

    def _decided(self, server: Server, incoming: Incoming, grant: Any, user: Owner | None) -> Response:
        """Send the user back: with an approval, or without."""
        response: Response = server.create_authorization_response(incoming, user, grant)
        return guard(response)


def install(app: Flask, parts: Parts, store: Store, lifetime_s: int) -> None:
    """Add the authorization server to the application."""
    endpoints = Endpoints(parts, store, lifetime_s)
    for path, methods, view in (
        (PATH, ("GET", "POST"), endpoints.authorize),
        (TOKEN_PATH, ("POST",), endpoints.token),
    ):
        app.add_url_rule(path, f"oauth.{view.__name__}", view, methods=methods, strict_slashes=True)
