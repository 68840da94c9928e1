"""Clients that others wrote get along with the authorization server, through every grant they know."""

from __future__ import annotations

from typing import Any

import pytest
import requests
from authlib.integrations.base_client import OAuthError
from authlib.integrations.requests_client import OAuth2Session as AuthlibSession
from oauth_client import AUTHORIZE, CALLBACK, JWT_GRANT, PUBLIC_CALLBACK, SCOPES, TOKEN, VERIFIER, OAuth
from oauthlib.oauth2 import (
    BackendApplicationClient,
    InvalidClientError,
    InvalidGrantError,
    LegacyApplicationClient,
    MobileApplicationClient,
    UnsupportedGrantTypeError,
)
from requests_oauthlib import OAuth2Session as RequestsSession
from target_client import VARIABLES

LONG_AGO = 1


@pytest.fixture(autouse=True)
def _plain_http(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let both libraries speak to a server on loopback."""
    monkeypatch.setenv("AUTHLIB_INSECURE_TRANSPORT", "1")
    monkeypatch.setenv("OAUTHLIB_INSECURE_TRANSPORT", "1")


@pytest.fixture
def approve(oauth: OAuth) -> Any:
    """Be the browser of ada: go to an address, and return where that sends her."""

    def run(address: str) -> str:
        user = ("ada", oauth.client.secret("ada-account-password"))
        answer = requests.get(address, auth=user, allow_redirects=False, timeout=10)
        assert answer.status_code == 302, answer.text
        return answer.headers["Location"]

    return run


def at(oauth: OAuth, path: str) -> str:
    """Return an absolute address of the target."""
    return f"{oauth.client.origin}{path}"


def works(oauth: OAuth, session: Any) -> bool:
    """Tell whether the session reads variables with its token."""
    return bool(session.get(at(oauth, VARIABLES), timeout=10).status_code == 200)


def authlib_session(oauth: OAuth, name: str = "acme-consumer", **options: Any) -> AuthlibSession:
    """Return a session of Authlib's for a client with a secret."""
    return AuthlibSession(
        name, oauth.client.secret(name), token_endpoint=at(oauth, TOKEN), **{"scope": SCOPES, **options}
    )


@pytest.mark.parametrize("method", ["client_secret_basic", "client_secret_post"])
def test_authlib_code_with_proof_key_and_refresh(oauth: OAuth, approve: Any, method: str) -> None:
    options = {
        "redirect_uri": CALLBACK,
        "code_challenge_method": "S256",
        "token_endpoint_auth_method": method,
    }
    session = authlib_session(oauth, **options)
    address, state = session.create_authorization_url(at(oauth, AUTHORIZE), code_verifier=VERIFIER)
    back = approve(address)
    token = session.fetch_token(authorization_response=back, state=state, code_verifier=VERIFIER)
    assert (token["token_type"], token["scope"]) == ("bearer", SCOPES)
    assert works(oauth, session)
    assert session.refresh_token()["access_token"] != token["access_token"]
    assert works(oauth, session)
    with pytest.raises(OAuthError, match=r"^invalid_grant: "):
        session.fetch_token(authorization_response=back, state=state, code_verifier=VERIFIER)
    assert not works(oauth, session)


def test_authlib_public_client_is_known_by_its_verifier(oauth: OAuth, approve: Any) -> None:
    session = AuthlibSession(
        "acme-public",
        redirect_uri=PUBLIC_CALLBACK,
        code_challenge_method="S256",
        token_endpoint_auth_method="none",
        token_endpoint=at(oauth, TOKEN),
    )
    address, state = session.create_authorization_url(at(oauth, AUTHORIZE), code_verifier=VERIFIER)
    session.fetch_token(authorization_response=approve(address), state=state, code_verifier=VERIFIER)
    assert works(oauth, session)


def test_authlib_implicit_gives_no_refresh_token(oauth: OAuth, approve: Any) -> None:
    session = authlib_session(oauth, redirect_uri=CALLBACK)
    address, state = session.create_authorization_url(at(oauth, AUTHORIZE), response_type="token")
    session.fetch_token(authorization_response=approve(address), state=state)
    assert works(oauth, session)
    assert "refresh_token" not in session.token


def test_authlib_client_credentials_refreshes_by_itself(oauth: OAuth) -> None:
    session = authlib_session(oauth, grant_type="client_credentials")
    first = session.fetch_token()["access_token"]
    assert works(oauth, session)
    session.token["expires_at"] = LONG_AGO
    assert works(oauth, session)
    assert session.token["access_token"] != first


def test_authlib_swaps_an_assertion_for_a_token(oauth: OAuth) -> None:
    text = oauth.signed()

    def sign(client: Any, method: str, uri: str, headers: Any, body: str) -> tuple[str, Any, str]:
        headers["Authorization"] = f"JWT {text}"
        return uri, headers, body

    session = AuthlibSession("acme-addon", token_endpoint_auth_method="jwt", token_endpoint=at(oauth, TOKEN))
    session.register_client_auth_method(("jwt", sign))
    session.fetch_token(grant_type=JWT_GRANT)
    assert works(oauth, session)


def test_authlib_is_told_of_a_wrong_secret(oauth: OAuth) -> None:
    session = AuthlibSession("acme-consumer", "wrong", token_endpoint=at(oauth, TOKEN))
    with pytest.raises(OAuthError, match=r"^invalid_client: "):
        session.fetch_token(grant_type="client_credentials")


def test_requests_oauthlib_code_and_refresh(oauth: OAuth, approve: Any) -> None:
    secret = oauth.client.secret("acme-consumer")
    session = RequestsSession("acme-consumer", redirect_uri=CALLBACK, scope=SCOPES.split(), pkce="S256")
    address, _ = session.authorization_url(at(oauth, AUTHORIZE))
    back = approve(address)
    token = session.fetch_token(at(oauth, TOKEN), authorization_response=back, client_secret=secret)
    assert works(oauth, session)
    again = session.refresh_token(at(oauth, TOKEN), auth=("acme-consumer", secret))
    assert again["access_token"] != token["access_token"]
    assert works(oauth, session)
    with pytest.raises(InvalidGrantError, match="code"):
        session.fetch_token(at(oauth, TOKEN), authorization_response=back, client_secret=secret)


def test_requests_oauthlib_refreshes_by_itself(oauth: OAuth) -> None:
    secret = oauth.client.secret("acme-consumer")
    kept: list[Any] = []
    session = RequestsSession(
        "acme-consumer",
        token={**oauth.tokens(), "expires_in": -1},
        auto_refresh_url=at(oauth, TOKEN),
        auto_refresh_kwargs={"client_id": "acme-consumer", "client_secret": secret},
        token_updater=kept.append,
    )
    assert works(oauth, session)
    assert len(kept) == 1


def test_requests_oauthlib_implicit_gives_a_token_that_works(oauth: OAuth, approve: Any) -> None:
    client = MobileApplicationClient("acme-public")
    session = RequestsSession(client=client, redirect_uri=PUBLIC_CALLBACK, scope=SCOPES.split())
    address, _ = session.authorization_url(at(oauth, AUTHORIZE))
    session.token_from_fragment(approve(address))
    assert works(oauth, session)


def test_requests_oauthlib_client_gets_a_token_with_the_right_secret_only(oauth: OAuth) -> None:
    session = RequestsSession(client=BackendApplicationClient("acme-consumer"))
    session.fetch_token(at(oauth, TOKEN), client_secret=oauth.client.secret("acme-consumer"))
    assert works(oauth, session)
    with pytest.raises(InvalidClientError, match="invalid_client"):
        session.fetch_token(at(oauth, TOKEN), client_secret="wrong")


def test_requests_oauthlib_password_is_refused(oauth: OAuth) -> None:
    session = RequestsSession(client=LegacyApplicationClient("acme-consumer"))
    user = {"username": "ada", "password": oauth.client.secret("ada-account-password")}
    with pytest.raises(UnsupportedGrantTypeError, match="not offered"):
        session.fetch_token(at(oauth, TOKEN), client_secret=oauth.client.secret("acme-consumer"), **user)
