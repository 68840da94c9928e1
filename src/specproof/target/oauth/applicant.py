"""A client in the shape that Authlib asks questions of; the rules answer them."""

from __future__ import annotations

from authlib.oauth2.rfc6749 import ClientMixin, InvalidScopeError

from specproof.target.oauth.records import JWT_GRANT, Client, RefreshToken
from specproof.target.oauth.rules import Rules


class Applicant(ClientMixin):
    """A client that asks for something."""

    def __init__(self, record: Client, rules: Rules) -> None:
        self.record = record
        self._rules = rules

    def get_client_id(self) -> str:
        """Return the public identifier."""
        return self.record.client_id

    def get_default_redirect_uri(self) -> str:
        """Return the registered address; empty where there is none."""
        return self.record.redirect_uri or ""

    def get_allowed_scope(self, scope: object) -> str:
        """Return what is granted.

        Raises:
            InvalidScopeError: More was asked for than is registered.
        """
        scopes = self._rules.narrowed(str(scope) if scope else None, self.record.scopes)
        if scopes is None:
            raise InvalidScopeError("More scopes are asked for than this client is registered for.")
        return scopes

    def check_redirect_uri(self, redirect_uri: str) -> bool:
        """Tell whether users may be sent there."""
        return self._rules.redirect_fits(self.record, redirect_uri)

    def proves(self, method: str, secret: str) -> bool:
        """Tell whether the client is who it says it is.

        Args:
            method: ``client_secret_basic``, ``client_secret_post`` or ``none``.
            secret: What was presented, empty with ``none``.
        """
        if method == "none":
            return self._rules.needs_no_secret(self.record)
        return self._rules.secret_fits(self.record, secret, method)

    def check_response_type(self, response_type: str) -> bool:
        """Tell whether the client may ask users: every one that has somewhere to send them back to."""
        return self.record.redirect_uri is not None

    def check_grant_type(self, grant_type: str) -> bool:
        """Tell whether the client may use a grant; one that signs assertions uses nothing else."""
        return (self.record.jwt_secret is not None) == (grant_type == JWT_GRANT)

    def was_given(self, token: RefreshToken) -> bool:
        """Tell whether a refresh token is this client's."""
        return self._rules.refresh_belongs(token, self.record)
