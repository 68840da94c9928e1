"""What is read out of a document about OAuth and cloning, and what is promised for it."""

from __future__ import annotations

from typing import Any

import pytest

from specproof.contract.authorization import cloning_rule, oauth_scheme, usable_scheme
from specproof.contract.derive.authorization import derive
from specproof.model.oauth import AssertionRule

GRANTS = ["authorization_code", "client_credentials"]
RFC_7523 = "urn:ietf:params:oauth:grant-type:jwt-bearer"


def described(said: dict[str, Any] | None, **schemes: Any) -> dict[str, Any]:
    """Return a document with a scheme that says something in x-oauth."""
    flow = {"tokenUrl": "https://x/token", "scopes": {"read": "", "write": ""}}
    scheme = {"type": "oauth2", "flows": {"clientCredentials": flow, "implicit": flow}}
    scheme |= {"x-oauth": said} if said is not None else {}
    return {"components": {"securitySchemes": {**schemes, "login": scheme}}}


def names(document: dict[str, Any]) -> set[str]:
    """Return the promises that are made."""
    promises = list(derive(document))
    assert {promise.operation for promise in promises} <= {""}
    return {promise.id for promise in promises}


def test_a_scheme_is_read_with_its_defaults() -> None:
    scheme = oauth_scheme(described({"grants": GRANTS}))

    assert scheme is not None
    assert (scheme.name, scheme.pointer) == ("login", "#/components/securitySchemes/login/x-oauth")
    assert (scheme.grants, scheme.scopes) == (tuple(GRANTS), ("read", "write"))
    assert (scheme.lifetime, scheme.refresh, scheme.sent_in) == (None, None, ("header",))
    assert (scheme.pkce, scheme.reuse_revokes, scheme.jwt) == ((), False, None)


def test_the_first_scheme_that_says_something_counts() -> None:
    """Others, and those without flows, are passed over."""
    others = {"key": {"type": "apiKey"}, "empty": {"type": "oauth2"}, "odd": {"$ref": "#/nowhere"}}
    scheme = oauth_scheme(described({"grants": GRANTS, "jwt": {"grant": "client_credentials"}}, **others))

    assert scheme is not None
    assert scheme.name == "login"
    assert scheme.jwt == AssertionRule(grant="client_credentials", scheme=None, must_expire=True)


def test_a_scheme_may_be_referred_to() -> None:
    document = described({"grants": GRANTS})
    document["components"]["securitySchemes"]["login"], document["x-kept"] = (
        {"$ref": "#/x-kept"},
        document["components"]["securitySchemes"]["login"],
    )
    scheme = oauth_scheme(document)

    assert scheme is not None
    assert scheme.pointer == "#/x-kept/x-oauth"


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ({}, True),
        ({"scheme": "JWT"}, False),
        ({"scheme": "JWT", "must_expire": True}, True),
        ({"must_expire": False}, False),
    ],
)
def test_an_assertion_must_expire_where_rfc_7523_holds_or_the_document_says_so(
    said: dict[str, Any], expected: bool
) -> None:
    scheme = oauth_scheme(described({"grants": GRANTS, "jwt": {"grant": "client_credentials", **said}}))

    assert scheme is not None
    assert scheme.jwt is not None
    assert scheme.jwt.must_expire is expected


def test_the_grant_of_rfc_7523_needs_no_explanation() -> None:
    scheme = oauth_scheme(described({"grants": [RFC_7523]}))

    assert scheme is not None
    assert scheme.jwt == AssertionRule(grant=RFC_7523, scheme=None, must_expire=True)


@pytest.mark.parametrize(
    ("document", "grants"),
    [
        (described(None), ("client_credentials",)),
        ({}, ("client_credentials", "authorization_code")),
        (described({"grants": ["authorization_code"]}), ("authorization_code",)),
    ],
)
def test_tokens_can_be_obtained_where_nothing_is_promised(
    document: dict[str, Any], grants: tuple[str, ...]
) -> None:
    """By what the flows say; where there are none, by whatever the profile allows."""
    assert usable_scheme(document).grants == grants


@pytest.mark.parametrize("document", [{}, described(None), described({}), {"x-cloning": True}])
def test_a_document_that_says_nothing_promises_nothing(document: dict[str, Any]) -> None:
    assert names(document) == set()


@pytest.mark.parametrize(
    ("said", "made", "not_made"),
    [
        ({}, {"grant-offered", "no-store", "scopes-never-grow"}, {"lifetime", "refresh-works", "no-refresh"}),
        ({"lifetime": 60}, {"lifetime"}, set()),
        ({"refresh": ["authorization_code"]}, {"refresh-works", "refresh-revoked", "no-refresh"}, set()),
        ({"refresh": GRANTS}, {"refresh-works"}, {"no-refresh"}),
        ({"refresh": []}, {"no-refresh"}, {"refresh-works"}),
        (
            {"grants": ["implicit"]},
            {"fragment", "no-refresh", "redirect-exact"},
            {"no-store", "pkce", "code-answer"},
        ),
        (
            {"grants": ["client_credentials"]},
            {"client-authenticated"},
            {"state-echoed", "owner-authenticated"},
        ),
        ({"reuse_revokes": True}, {"reuse-revokes"}, set()),
        ({"reuse_revokes": True, "grants": ["implicit"]}, set(), {"reuse-revokes"}),
        ({"jwt": {"grant": "client_credentials"}}, {"jwt-none", "jwt-audience"}, {"jwt-scheme"}),
        ({"jwt": {"grant": "client_credentials", "scheme": "JWT"}}, {"jwt-scheme"}, set()),
    ],
)
def test_what_is_said_is_promised(said: dict[str, Any], made: set[str], not_made: set[str]) -> None:
    found = {name.partition(".")[2] for name in names(described({"grants": GRANTS, **said}))}

    assert made <= found
    assert not not_made & found


def test_cloning_promises_what_it_names() -> None:
    assert cloning_rule({"x-cloning": {"user": "token"}}) is not None
    plain = names({"x-cloning": {"user": "token"}})
    scoped = names({"x-cloning": {"user": "token", "scope": "read", "push": "write"}})

    assert scoped - plain == {"cloning.scope", "cloning.push-scope"}
    assert "cloning.token-user" in plain
