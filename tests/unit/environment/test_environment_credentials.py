"""Who is let in where, and how a secret travels."""

from __future__ import annotations

import pytest

from specproof.environment import (
    Credential,
    Profile,
    authorization,
    credentials_for,
    default_credential,
    expand_scopes,
    fits,
    reaches,
)

SCHEMES = {
    "basic": {"type": "http", "scheme": "Basic"},
    "oauth2": {"type": "oauth2"},
    "api_key": {"type": "apiKey", "in": "header", "name": "X-API-Key"},
}
IMPLIED = {
    "pipeline:variable": ["pipeline"],
    "pullrequest": ["repository"],
    "pullrequest:write": ["pullrequest"],
}
SECURITY = [{"oauth2": ["pipeline"]}, {"basic": []}, {"api_key": []}]


def credential(name: str = "a", scheme: str = "basic", **members: object) -> Credential:
    """Build a credential that has what its scheme needs."""
    base = {"name": name, "scheme": scheme, "secret": "s3cret"}
    base |= {"basic": {"username": "ada"}, "bearer": {}}.get(scheme, {"header": "X-API-Key"})
    return Credential.model_validate(base | members)


def profile(*credentials: Credential) -> Profile:
    """Build a profile of a team, with another team next door."""
    return Profile.model_validate({
        "environment": {"name": "x", "base_url": "https://x/"},
        "parameters": {"username": "acme", "repo": "handbook"},
        "aliases": {"username": ["{a}"]},
        "foreign": {"username": "rival"},
        "foreign_aliases": {"username": ["{r}"]},
        "empty": {"username": "fallow"},
        "credentials": credentials,
    })


@pytest.mark.parametrize(
    ("who", "placement"),
    [
        (credential(), ("header", "Authorization", "Basic YWRhOnMzY3JldA==")),
        (credential(username="ädä", secret="ö"), ("header", "Authorization", "Basic w6Rkw6Q6w7Y=")),
        (credential(scheme="bearer"), ("header", "Authorization", "Bearer s3cret")),
        (credential(scheme="header"), ("header", "X-API-Key", "s3cret")),
        (credential(scheme="query"), ("query", "X-API-Key", "s3cret")),
        (credential(scheme="cookie"), ("cookie", "X-API-Key", "s3cret")),
    ],
)
def test_a_secret_travels_as_its_scheme_says(who: Credential, placement: tuple[str, str, str]) -> None:
    assert authorization(who) == placement
    assert placement[2] not in repr(authorization(who))


def test_an_oauth_credential_travels_as_the_token_it_got() -> None:
    who = credential(scheme="oauth2", header=None, secret=None)
    assert authorization(who, token="t0ken").value == "Bearer t0ken"
    with pytest.raises(ValueError, match='credential "a" is sent with a token that was not obtained yet'):
        authorization(who)


def test_scopes_imply_others_however_indirectly_and_in_circles() -> None:
    assert expand_scopes(["pullrequest:write"], IMPLIED) == {"pullrequest:write", "pullrequest", "repository"}
    assert expand_scopes(["a"], {"a": ["b"], "b": ["a"]}) == {"a", "b"}


@pytest.mark.parametrize(
    ("who", "fitting"),
    [
        (credential(), {"basic"}),
        (credential(scheme="bearer"), {"oauth2"}),
        (credential(scheme="oauth2"), {"oauth2"}),
        (credential(scheme="header"), {"api_key"}),
        (credential(scheme="header", header="x-api-key"), {"api_key"}),
        (credential(scheme="query"), set()),
        (credential(satisfies="api_key"), {"api_key"}),
    ],
)
def test_a_credential_fits_the_scheme_it_is_sent_like(who: Credential, fitting: set[str]) -> None:
    assert {name for name, scheme in SCHEMES.items() if fits(who, name, scheme)} == fitting


@pytest.mark.parametrize(
    ("scopes", "chosen"),
    [(None, True), (["pipeline"], True), (["pipeline:variable"], True), (["repository"], False), ([], False)],
)
@pytest.mark.parametrize("scheme", ["basic", "bearer"])
def test_scopes_must_do_also_where_the_scheme_knows_none(scheme: str, scopes: object, chosen: bool) -> None:
    """Scopes stand at the OAuth alternative only, but a scoped password over Basic is held to them."""
    found = default_credential(
        profile(credential(scheme=scheme, scopes=scopes)), SECURITY, schemes=SCHEMES, implications=IMPLIED
    )
    assert (found is not None) == chosen


@pytest.mark.parametrize("security", [[], [{}], [{}, {"oauth2": ["admin"]}]])
def test_where_nobody_is_asked_anybody_will_do(security: list[dict[str, list[str]]]) -> None:
    assert default_credential(profile(credential(scopes=[])), security, schemes=SCHEMES)


def test_two_schemes_at_once_are_more_than_one_credential() -> None:
    both = [{"basic": [], "api_key": []}]
    assert default_credential(profile(credential()), both, schemes=SCHEMES) is None


def test_the_first_valid_one_with_enough_scopes_and_reach_is_the_default() -> None:
    who = profile(
        credential("revoked", state="revoked"),
        credential("weak", scopes=["repository"]),
        credential("rival", reaches=["rival"]),
        credential("good", scopes=["pipeline"]),
        credential("better"),
    )
    found = credentials_for(who, SECURITY, schemes=SCHEMES, implications=IMPLIED)
    assert [each.name for each in found] == ["good", "better"]
    assert default_credential(who, SECURITY, schemes=SCHEMES) == found[0]
    assert [each.name for each in credentials_for(who, values=["rival"])] == ["rival"]
    assert [each.name for each in credentials_for(who, states=["revoked"])] == ["revoked"]


@pytest.mark.parametrize(
    ("listed", "values", "reached"),
    [
        (None, ["acme"], True),
        (None, ["fallow"], True),
        (None, ["{r}"], False),
        (None, ["some search text"], True),
        (["acme"], ["acme", "handbook"], True),
        (["acme"], ["{a}"], True),
        (["acme"], ["fallow"], False),
        (["acme"], ["rival", "acme"], False),
        (["rival"], ["{r}"], True),
        (["rival"], ["acme", "handbook"], False),
        (["acme"], ["some search text"], True),
    ],
)
def test_reach_is_about_the_resources_the_profile_knows(
    listed: list[str] | None, values: list[str], reached: bool
) -> None:
    assert reaches(profile(), credential(reaches=listed), values) == reached
