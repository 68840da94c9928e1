"""Authlib's authorization server for one request, in one transaction."""

from __future__ import annotations

import json
from collections.abc import Collection
from typing import Any

from authlib.oauth2 import OAuth2Error
from authlib.oauth2.rfc6749 import AuthorizationServer, InvalidClientError, InvalidRequestError
from flask import Response

from specproof.target.access import REALM
from specproof.target.oauth.applicant import Applicant
from specproof.target.oauth.assertions import Assertions
from specproof.target.oauth.grants import GRANTS, CodeGrant, Proof, Unproven
from specproof.target.oauth.incoming import claimed
from specproof.target.oauth.rules import Rules
from specproof.target.oauth.vault import Vault
from specproof.target.presented import FORM

FRAGMENT = "token"  # the response type whose answer, errors included, stands in the fragment
DESCRIPTIONS = {
    "invalid_grant": "The code or token expired, was used or revoked, or belongs to somebody else.",
    "invalid_request": "The request is malformed.",
    "unsupported_grant_type": "This grant type is not offered.",
}


class Server(AuthorizationServer):
    """Answers one request.

    Args:
        rules: What is allowed.
        assertions: How assertions are verified.
        vault: The stored state, in the transaction of this request.
        audiences: Names under which assertions may address this server.
    """

    def __init__(
        self, rules: Rules, assertions: Assertions, vault: Vault, audiences: Collection[str]
    ) -> None:
        super().__init__()
        self.rules, self.assertions, self.vault, self.audiences = rules, assertions, vault, audiences
        for name in rules.grants:
            grant = GRANTS[name]
            self.register_grant(grant, [Proof(rules)] if grant is CodeGrant else None)
        offered = (getattr(GRANTS[name], "RESPONSE_TYPES", ()) for name in rules.grants)
        self._response_types = {response_type for types in offered for response_type in types}

    def query_client(self, client_id: str | None) -> Applicant:
        """Return a client.

        Raises:
            InvalidClientError: There is none of this name.
        """
        found = self.vault.client(client_id) if client_id else None
        if found is None:
            raise InvalidClientError("There is no such client.")
        return Applicant(found, self.rules)

    def authenticate_client(
        self, request: Any, methods: Collection[str], endpoint: str = "token"
    ) -> Applicant:
        """Return the client that proves who it is.

        Raises:
            Unproven: It does not, or not in a way that this grant allows.
            InvalidRequestError: It tries in two ways at once.
        """
        claim = claimed(request)
        name, form = claim.client_id, request.payload.data
        found = self.vault.client(name) if name else self.rules.unnamed(self.vault, form)
        applicant = Applicant(found, self.rules) if found else None
        if (
            applicant is None
            or claim.method not in methods
            or not applicant.proves(claim.method, claim.secret)
        ):
            raise Unproven("The client is not known, or its credentials are wrong or missing.")
        request.auth_method = claim.method
        return applicant

    def get_authorization_grant(self, request: Any) -> Any:
        """Find the grant behind a request for authorization, once it is known where its answer goes.

        Raises:
            OAuth2Error: With a redirect URI where the client should be told, without one where it must not.
        """
        client, given = self.query_client(request.payload.client_id), request.payload.redirect_uri
        if {"client_id", "redirect_uri"} & request.payload.repeated:
            raise InvalidRequestError("client_id and redirect_uri may be given once.")
        if given is not None and not client.check_redirect_uri(given):
            raise InvalidRequestError("The redirect_uri is not the one that the client registered.")
        back = given or client.get_default_redirect_uri()
        if not back:
            raise InvalidRequestError("The client has no redirect_uri.")
        asked = request.payload.response_type
        where = {"redirect_uri": back, "redirect_fragment": asked == FRAGMENT}
        if request.payload.repeated or not asked:
            raise InvalidRequestError("response_type is missing, or a parameter is given twice.", **where)
        if asked not in self._response_types:
            where["error"] = self.rules.unknown_response_type
            raise OAuth2Error("This response type is not offered.", **where)
        return super().get_authorization_grant(request)

    def create_oauth2_request(self, request: Any) -> Any:
        """Return the request, which is in Authlib's shape already."""
        return request

    def create_token_response(self, request: Any = None) -> Response:
        """Answer a request to the token endpoint."""
        payload = request.payload
        if payload.repeated or not payload.grant_type:
            error = InvalidRequestError("grant_type is missing, or a parameter is given twice.")
            return self.handle_error_response(request, error)
        response: Response = super().create_token_response(request)
        return response

    def generate_token(  # noqa: PLR0917 - Authlib's signature
        self,
        grant_type: str,
        client: Any,
        user: Any = None,
        scope: str | None = None,
        expires_in: int | None = None,
        include_refresh_token: bool = True,
    ) -> dict[str, Any]:
        """Make the members of a token answer; the rules say which grants come with a refresh token."""
        scopes = client.get_allowed_scope(scope)
        token = {
            "access_token": self.rules.fresh("access_token"),
            "token_type": "bearer",
            "expires_in": self.rules.told_lifetime_s(),
            "scope": scopes,
            "scopes": scopes,
        }
        if self.rules.gives_refresh_token(grant_type):
            token["refresh_token"] = self.rules.fresh("refresh_token")
        return token

    def save_token(self, token: dict[str, Any], request: Any) -> None:
        """Write the tokens of an answer down; they join the family of the code or token they were got for."""
        source = request.authorization_code or request.refresh_token
        client, owner, scopes = request.client.record, request.user, token["scope"]
        family = source.grant.id if source else self.vault.open_grant(client, owner, scopes)
        carried = self.rules.carried(scopes, client)
        self.vault.keep_access_token(token["access_token"], family, owner, carried, self.rules.lifetime_s)
        if "refresh_token" in token and request.refresh_token is None:
            self.vault.keep_refresh_token(token["refresh_token"], family)

    def handle_response(self, status: int, body: Any, headers: Any) -> Response:
        """Send what a grant answers: an object as JSON, text as it is."""
        if isinstance(body, dict):
            return Response(json.dumps(body), status, headers, content_type="application/json")
        return Response(body, status, headers, content_type=FORM if body else None)

    def handle_error_response(self, request: Any, error: OAuth2Error) -> Response:
        """Tell the client what went wrong: by sending the user back, or in the body."""
        error.description = error.description or DESCRIPTIONS.get(str(error.error), "")
        if error.redirect_uri:
            return self.handle_response(*error())
        status, body = self.rules.refusal(error.status_code, str(error.error), error.description)
        headers = list(self.rules.headers(None))
        if isinstance(error, Unproven):
            headers.append(("WWW-Authenticate", f'{error.scheme} realm="{REALM}"'))
        return self.handle_response(status, body, headers)

    def send_signal(self, name: Any, *args: object, **kwargs: object) -> None:
        """Tell nobody: nobody listens."""
