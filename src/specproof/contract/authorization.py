"""Read what a document says about OAuth 2 and about cloning: ``x-oauth`` and ``x-cloning``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from specproof.contract.lines import escape
from specproof.contract.operations import follow
from specproof.model.oauth import AssertionRule, CloningRule, OAuthScheme

_RFC_7523 = "urn:ietf:params:oauth:grant-type:jwt-bearer"

_FLOWS = {"clientCredentials": "client_credentials", "authorizationCode": "authorization_code"}


def oauth_scheme(document: Mapping[str, Any]) -> OAuthScheme | None:
    """Return the first OAuth 2 security scheme that has ``x-oauth``."""
    schemes = (document.get("components") or {}).get("securitySchemes") or {}
    for name, raw in schemes.items():
        at = f"#/components/securitySchemes/{escape(name)}"
        node, pointer = follow(document, raw, at)
        if isinstance(node, Mapping) and node.get("type") == "oauth2" and _said(node):
            return _scheme(name, node, f"{pointer}/x-oauth")
    return None


def usable_scheme(document: Mapping[str, Any]) -> OAuthScheme:
    """Return what is known about getting tokens: ``x-oauth``, or else what the flows of a scheme say."""
    found = oauth_scheme(document)
    if found is not None:
        return found
    schemes = (document.get("components") or {}).get("securitySchemes") or {}
    nodes = [follow(document, raw, "#")[0] for raw in schemes.values()]
    flows = {n for node in nodes if isinstance(node, Mapping) for n in node.get("flows") or {}}
    grants = tuple(grant for flow, grant in _FLOWS.items() if flow in flows)
    return OAuthScheme(name="", pointer="#", grants=grants or tuple(_FLOWS.values()))


def _said(node: Mapping[str, Any]) -> bool:
    said = node.get("x-oauth")
    return isinstance(said, Mapping) and bool(said.get("grants"))


def _scheme(name: str, node: Mapping[str, Any], pointer: str) -> OAuthScheme:
    said: Mapping[str, Any] = node["x-oauth"]
    flows = [flow for flow in (node.get("flows") or {}).values() if isinstance(flow, Mapping)]
    refresh = said.get("refresh")
    return OAuthScheme(
        name=name,
        pointer=pointer,
        grants=tuple(said["grants"]),
        lifetime=said.get("lifetime"),
        refresh=None if refresh is None else tuple(refresh),
        sent_in=tuple(said.get("sent_in") or ("header",)),
        pkce=tuple(said.get("pkce") or ()),
        reuse_revokes=said.get("reuse_revokes") is True,
        jwt=_assertion(said),
        scopes=tuple(dict.fromkeys(scope for flow in flows for scope in flow.get("scopes") or {})),
        implications={k: tuple(v) for k, v in (node.get("x-scope-implications") or {}).items()},
    )


def _assertion(said: Mapping[str, Any]) -> AssertionRule | None:
    if jwt := said.get("jwt"):
        must_expire = jwt.get("must_expire", jwt.get("scheme") is None)
        return AssertionRule(grant=jwt["grant"], scheme=jwt.get("scheme"), must_expire=must_expire is True)
    return AssertionRule(grant=_RFC_7523, must_expire=True) if _RFC_7523 in said["grants"] else None


def cloning_rule(document: Mapping[str, Any]) -> CloningRule | None:
    """Return what ``x-cloning`` says."""
    said = document.get("x-cloning")
    if not isinstance(said, Mapping) or not said.get("user"):
        return None
    return CloningRule(
        pointer="#/x-cloning", user=said["user"], scope=said.get("scope"), push=said.get("push")
    )
