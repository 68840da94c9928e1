"""The grants: Authlib's flows, with our storage underneath and our rules at each decision."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Any

from authlib.oauth2 import OAuth2Error
from authlib.oauth2.rfc6749 import InvalidRequestError, grants
from authlib.oauth2.rfc6749.grants import BaseGrant, TokenEndpointMixin
from authlib.oauth2.rfc7636 import CodeChallenge

from specproof.target.oauth.applicant import Applicant
from specproof.target.oauth.assertions import Unfit
from specproof.target.oauth.records import JWT_GRANT, Code, Owner, RefreshToken
from specproof.target.oauth.rules import Rules

Answer = tuple[int, Any, list[tuple[str, str]]]


class Unproven(OAuth2Error):
    """Client authentication failed: 401, with a challenge of the scheme to use (RFC 6749 section 5.2)."""

    error = "invalid_client"
    status_code = 401

    def __init__(self, description: str, scheme: str = "Basic") -> None:
        super().__init__(description)
        self.scheme = scheme


def answered(grant: Any, answer: Answer) -> Answer:
    """Put a token answer into the form that the rules give it."""
    rules, grant_type = grant.server.rules, grant.GRANT_TYPE
    return *rules.answer(grant_type, answer[1]), list(rules.headers(grant_type))


def sent_back(grant: Any, answer: Answer) -> Answer:
    """Let the rules decide where the user goes with the approval."""
    (response_type,) = grant.RESPONSE_TYPES
    status, body, headers = answer
    ways = {"Location": lambda location: grant.server.rules.way_back(response_type, location)}
    return status, body, [(name, ways.get(name, str)(value)) for name, value in headers]


class CodeGrant(grants.AuthorizationCodeGrant):
    """Authorization code (RFC 6749 section 4.1)."""

    TOKEN_ENDPOINT_AUTH_METHODS = ("client_secret_basic", "client_secret_post", "none")

    def create_authorization_response(self, redirect_uri: str, grant_user: Owner | None) -> Answer:
        """Send the user back with a code."""
        return sent_back(self, super().create_authorization_response(redirect_uri, grant_user))

    def create_token_response(self) -> Answer:
        """Answer with tokens."""
        return answered(self, super().create_token_response())

    def generate_authorization_code(self) -> str:
        """Return a fresh code."""
        return str(self.server.rules.fresh("code"))

    def save_authorization_code(self, code: str, request: Any) -> None:
        """Write down for whom the code is, where it goes, and what proves its redemption."""
        client, data, vault = request.client.record, request.payload.data, self.server.vault
        named = request.payload.redirect_uri
        challenge = data.get("code_challenge")
        method = data.get("code_challenge_method", CodeChallenge.DEFAULT_CODE_CHALLENGE_METHOD)
        vault.keep_code(
            code,
            vault.open_grant(client, request.user, request.scope),
            redirect=(named or client.redirect_uri, named is not None),
            challenge=(challenge, method if challenge else None),
            lifetime_s=self.server.rules.code_lifetime_s,
        )

    def query_authorization_code(self, code: str, client: Any) -> Code | None:
        """Return the code if this client may redeem it now."""
        rules, vault = self.server.rules, self.server.vault
        found: Code | None = rules.code(vault, code)
        if found is None or not rules.code_belongs(found, client.record):
            return None
        if rules.is_used(found):
            rules.used_again(vault, found)
            return None
        fits = rules.redirect_repeated(found, self.request.payload.redirect_uri)
        return found if fits and not rules.is_expired(found) else None

    def delete_authorization_code(self, authorization_code: Code) -> None:
        """Remember that the code was redeemed: a second attempt has to be noticed."""
        self.server.vault.use_code(authorization_code)

    def authenticate_user(self, authorization_code: Code) -> Owner:
        """Return who approved."""
        return authorization_code.grant.owner


class Proof(CodeChallenge):
    """Proof keys (RFC 7636), which clients without a secret must use."""

    def __init__(self, rules: Rules) -> None:
        super().__init__(required=True)
        self._rules = rules
        self.CODE_CHALLENGE_METHODS = {
            method: partial(rules.proves, method) for method in self.SUPPORTED_CODE_CHALLENGE_METHOD
        }

    def validate_code_challenge(self, grant: Any, redirect_uri: str) -> None:
        """Check the challenge with which a code is asked for."""
        super().validate_code_challenge(grant, redirect_uri)
        missing = not grant.request.payload.data.get("code_challenge")
        if missing and self._rules.needs_challenge(grant.request.client.record):
            raise InvalidRequestError("This client must send a code_challenge.")

    def validate_code_verifier(self, grant: Any, result: object) -> None:
        """Check the verifier with which a code is redeemed."""
        verifier = grant.request.form.get("code_verifier")
        if self._rules.asks_for_proof(grant.request.authorization_code, verifier):
            super().validate_code_verifier(grant, result)


class ImplicitGrant(grants.ImplicitGrant):
    """Implicit (RFC 6749 section 4.2): the token stands in the fragment, where no server sees it."""

    def authenticate_token_endpoint_client(self) -> Applicant:
        """Return the client by its name alone: a browser cannot keep a secret."""
        client: Applicant = self.server.query_client(self.request.payload.client_id)
        return client

    def create_authorization_response(self, redirect_uri: str, grant_user: Owner | None) -> Answer:
        """Send the user back with a token."""
        return sent_back(self, super().create_authorization_response(redirect_uri, grant_user))


class ClientCredentialsGrant(grants.ClientCredentialsGrant):
    """Client credentials (RFC 6749 section 4.4): the token represents the owner of the client."""

    TOKEN_ENDPOINT_AUTH_METHODS = ("client_secret_basic", "client_secret_post")

    def create_token_response(self) -> Answer:
        """Answer with tokens."""
        self.request.user = self.request.client.record.owner
        return answered(self, super().create_token_response())


class RefreshTokenGrant(grants.RefreshTokenGrant):
    """Refreshing (RFC 6749 section 6). The refresh token stays the same."""

    TOKEN_ENDPOINT_AUTH_METHODS = ("client_secret_basic", "client_secret_post", "none")

    def create_token_response(self) -> Answer:
        """Answer with a new access token, beside the refresh token that was presented."""
        return answered(self, super().create_token_response())

    def issue_token(self, user: Owner, refresh_token: RefreshToken) -> dict[str, Any]:
        """Make the answer."""
        token: dict[str, Any] = super().issue_token(user, refresh_token)
        return token | {"refresh_token": refresh_token.secret}

    def authenticate_refresh_token(self, refresh_token: str) -> RefreshToken | None:
        """Return the refresh token if it is good."""
        rules = self.server.rules
        found: RefreshToken | None = self.server.vault.refresh_token(refresh_token)
        if found is None or not rules.refresh_is_live(found):
            return None
        scopes = rules.refreshed_scopes(found, self.request.client.record)
        return replace(found, grant=replace(found.grant, scopes=scopes))

    def authenticate_user(self, refresh_token: RefreshToken) -> Owner:
        """Return who approved."""
        return refresh_token.grant.owner

    def revoke_old_credential(self, refresh_token: RefreshToken) -> None:
        """Let the rules say what becomes of it."""
        self.server.rules.refreshed(refresh_token, self.server.vault)


class JwtGrant(BaseGrant, TokenEndpointMixin):
    """An add-on's assertion for a token that represents the account it is installed for."""

    GRANT_TYPE = JWT_GRANT

    def validate_token_request(self) -> None:
        """Verify the assertion, which stands in the Authorization header."""
        server = self.server
        scheme, _, text = (self.request.authorization or "").partition(" ")
        if not server.assertions.scheme_fits(scheme):
            raise Unproven("Send the assertion as Authorization: JWT, in capitals.", "JWT")
        client = server.assertions.signer(server.assertions.issuer(text), server.vault)
        if client is None:
            raise Unproven("The issuer of the assertion is not known.", "JWT")
        try:
            server.assertions.accept(text, client, server.audiences, server.vault)
        except Unfit as error:
            raise Unproven(str(error), "JWT") from error
        self.request.client = Applicant(client, server.rules)
        self.request.user = client.owner

    def create_token_response(self) -> Answer:
        """Answer with an access token."""
        token = self.generate_token(user=self.request.user, scope=self.request.payload.scope)
        self.save_token(token)
        return answered(self, (200, token, []))


GRANTS: dict[str, type[BaseGrant]] = {
    "authorization_code": CodeGrant,
    "implicit": ImplicitGrant,
    "client_credentials": ClientCredentialsGrant,
    "refresh_token": RefreshTokenGrant,
    JWT_GRANT: JwtGrant,
}
