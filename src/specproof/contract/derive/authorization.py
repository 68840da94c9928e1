"""Promises about OAuth 2 and about cloning: they speak of the API as a whole."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from specproof.contract.authorization import cloning_rule, oauth_scheme
from specproof.contract.derive.build import promise
from specproof.model.oauth import OAuthScheme
from specproof.model.promise import Promise


def derive(document: Mapping[str, Any]) -> Iterator[Promise]:
    """Yield the promises of ``x-oauth`` and ``x-cloning``; their operation is empty."""
    scheme, cloning = oauth_scheme(document), cloning_rule(document)
    if scheme is not None:
        for name, made in _oauth(scheme).items():
            if made:
                yield promise(f"oauth.{name}", "", scheme.pointer)
    if cloning is not None:
        said = {
            "clone-works": True,
            "requires-credentials": True,
            "challenge": True,
            "refuses-bad": True,
            "scope": cloning.scope is not None,
            "push-scope": cloning.push is not None,
            "token-user": True,
            "foreign": True,
        }
        for name, made in said.items():
            if made:
                yield promise(f"cloning.{name}", "", cloning.pointer)


def _oauth(scheme: OAuthScheme) -> dict[str, bool]:
    code, implicit = "authorization_code" in scheme.grants, "implicit" in scheme.grants
    by_form = any(grant != "implicit" for grant in scheme.grants)
    refreshed = bool(scheme.refresh)
    not_refreshed = any(scheme.gives_refresh(grant) is False for grant in scheme.grants)
    return {
        "grant-offered": True,
        "grant-refused": True,
        "token-answer": True,
        "no-store": by_form,
        "token-works": True,
        "only-access-tokens": code or refreshed,
        "unguessable": True,
        "lifetime": scheme.lifetime is not None,
        "expired-refused": True,
        "owner-authenticated": code or implicit,
        "code-answer": code,
        "state-echoed": code or implicit,
        "fragment": implicit,
        "redirect-exact": code or implicit,
        "code-single-use": code,
        "code-bound-to-client": code,
        "code-bound-to-redirect": code,
        "reuse-revokes": code and scheme.reuse_revokes,
        "client-authenticated": by_form,
        "pkce": code,
        "parameters-ignored": by_form,
        "no-refresh": not_refreshed,
        "refresh-works": refreshed,
        "refresh-bound-to-client": refreshed,
        "refresh-revoked": refreshed,
        "scopes-never-grow": by_form,
        "error-codes": True,
        **dict.fromkeys(
            ("jwt-signature", "jwt-none", "jwt-expired", "jwt-audience", "jwt-issuer"), scheme.jwt is not None
        ),
        "jwt-scheme": scheme.jwt is not None and scheme.jwt.scheme is not None,
    }
