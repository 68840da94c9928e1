"""The grant by which an add-on swaps a JSON Web Token for an access token."""

from __future__ import annotations

import base64
import json
import time
from typing import Any

import pytest
from oauth_client import JWT_GRANT, SCOPES, TOKEN, OAuth, assertion, refused
from target_client import VARIABLES

HOUR = 3_600


def segment(value: object) -> str:
    """Encode one part of a token (RFC 7515 section 2)."""
    text = value if isinstance(value, bytes) else json.dumps(value).encode()
    return base64.urlsafe_b64encode(text).rstrip(b"=").decode()


def token(head: object, payload: object, signature: str = "x") -> str:
    """Put a token together, whatever is in it."""
    return f"{segment(head)}.{segment(payload)}.{signature}"


def claims(**members: Any) -> dict[str, Any]:
    """Return claims that are good for a minute."""
    now = int(time.time())
    return {"iss": "acme-addon", "iat": now, "exp": now + 60, **members}


def test_a_good_assertion_buys_a_token_of_the_team(oauth: OAuth) -> None:
    answer = oauth.exchange(oauth.signed())
    assert answer.status == 200
    assert answer.json.keys() == {"access_token", "token_type", "expires_in", "scope", "scopes"}
    assert (answer.json["token_type"], answer.json["scope"]) == ("bearer", SCOPES)
    assert (answer.headers["cache-control"], answer.headers["pragma"]) == ("no-store", "no-cache")
    assert oauth.use(answer.json["access_token"]).status == 200
    assert oauth.use(answer.json["access_token"], VARIABLES.replace("acme", "fallow")).status == 404


@pytest.mark.parametrize("scheme", ["jwt", "Jwt", "JWt", "Bearer", "Basic", "", "JWT:", "X-JWT"])
def test_the_scheme_is_case_sensitive(oauth: OAuth, scheme: str) -> None:
    answer = oauth.exchange(oauth.signed(), scheme=scheme)
    refused(answer, 401, "invalid_client")
    assert answer.headers["www-authenticate"].startswith('JWT realm="')


def test_the_header_is_the_only_place(oauth: OAuth) -> None:
    refused(oauth.post({"grant_type": JWT_GRANT}), 401, "invalid_client")
    refused(oauth.post({"grant_type": JWT_GRANT, "assertion": oauth.signed()}), 401, "invalid_client")


@pytest.mark.parametrize("fraction", [0, 0.75])
def test_times_may_have_a_fraction(oauth: OAuth, fraction: float) -> None:
    assert oauth.exchange(oauth.signed(iat=time.time() - fraction, exp=time.time() + 60.5)).status == 200


@pytest.mark.parametrize(
    ("claim", "offset"),
    [("exp", -1), ("exp", -HOUR), ("exp", 0), ("iat", HOUR), ("nbf", HOUR)],
)
def test_an_assertion_out_of_its_time_is_refused(oauth: OAuth, claim: str, offset: int) -> None:
    refused(oauth.exchange(oauth.signed(**{claim: int(time.time()) + offset})), 401, "invalid_client")


@pytest.mark.parametrize(
    "changed",
    [
        {"exp": None},
        {"iat": None},
        {"iss": None},
        {"iss": ""},
        {"iss": "acme-consumer"},
        {"iss": "ACME-ADDON"},
        {"iss": ["acme-addon"]},
        {"exp": "tomorrow"},
        {"exp": True},
        {"exp": []},
        {"exp": float("nan")},
        {"iat": {}},
        {"nbf": "x"},
        {"jti": 5},
        {"aud": 5},
        {"aud": ""},
        {"aud": []},
        {"aud": "https://elsewhere.example.com/site/oauth2/access_token"},
        {"aud": ["https://elsewhere.example.com", "x"]},
    ],
    ids=str,
)
def test_claims_that_are_not_right_are_refused(oauth: OAuth, changed: dict[str, object]) -> None:
    refused(oauth.exchange(oauth.signed(**changed)), 401, "invalid_client")


def test_an_audience_may_be_ours(oauth: OAuth) -> None:
    origin = oauth.client.origin
    for audience in (origin, f"{origin}{TOKEN}", ["https://elsewhere.example.com", f"{origin}{TOKEN}"]):
        assert oauth.exchange(oauth.signed(aud=audience)).status == 200


def test_a_far_end_is_no_failure(oauth: OAuth) -> None:
    assert oauth.exchange(oauth.signed(exp=10**30, jti="the end of time")).status == 200


def test_an_identity_counts_once(oauth: OAuth) -> None:
    text = oauth.signed(jti="only once")
    assert oauth.exchange(text).status == 200
    refused(oauth.exchange(text), 401, "invalid_client")
    refused(oauth.exchange(oauth.signed(jti="only once", sub="x")), 401, "invalid_client")
    assert oauth.exchange(oauth.signed(jti="only once more")).status == 200


def test_a_refused_assertion_does_not_use_its_identity_up(oauth: OAuth) -> None:
    refused(oauth.exchange(oauth.signed(jti="kept", aud="x")), 401, "invalid_client")
    refused(oauth.exchange(assertion("y" * 32, jti="kept")), 401, "invalid_client")
    assert oauth.exchange(oauth.signed(jti="kept")).status == 200


@pytest.mark.parametrize("algorithm", ["none", "None", "NONE", "nOnE", ""])
@pytest.mark.parametrize("signature", ["", "x"])
def test_an_unsigned_assertion_is_refused(oauth: OAuth, algorithm: str, signature: str) -> None:
    text = token({"alg": algorithm, "typ": "JWT"}, claims(), signature)
    refused(oauth.exchange(text), 401, "invalid_client")


@pytest.mark.parametrize("algorithm", ["HS384", "HS512"])
def test_another_algorithm_is_refused_even_with_the_right_key(oauth: OAuth, algorithm: str) -> None:
    refused(oauth.exchange(oauth.signed(header={"alg": algorithm})), 401, "invalid_client")


@pytest.mark.parametrize("name", ["acme-consumer", "acme-admin"])
def test_a_signature_with_another_key_is_refused(oauth: OAuth, name: str) -> None:
    refused(oauth.exchange(assertion(oauth.client.secret(name))), 401, "invalid_client")


def test_a_signature_belongs_to_its_claims(oauth: OAuth) -> None:
    head, _, signature = oauth.signed(scope="x").split(".")
    changed = f"{head}.{segment(claims(scope='y'))}.{signature}"
    refused(oauth.exchange(changed), 401, "invalid_client")
    whole = oauth.signed()
    for cut in (whole[:-1], whole[:-20], whole.rpartition(".")[0], f"{whole}A", f"{whole}."):
        refused(oauth.exchange(cut), 401, "invalid_client")


@pytest.mark.parametrize(
    "text",
    [
        "",
        ".",
        "..",
        "...",
        "x.y.z",
        "e30.e30.e30",
        "\xff\xfe",
        "{}",
        token([], claims()),
        token(["alg"], claims()),
        token(5, claims()),
        token({"alg": []}, claims()),
        token({"alg": {}}, claims()),
        token({"alg": None}, claims()),
        token({"alg": "HS256", "crit": ["exp"]}, claims()),
        token({"alg": "HS256", "crit": 5}, claims()),
        token({"alg": "HS256", "b64": False, "crit": ["b64"]}, claims()),
        token({"alg": "HS256"}, [1]),
        token({"alg": "HS256"}, 5),
        token({"alg": "HS256"}, None),
        token({"alg": "HS256"}, b"[" * 2_000),
        token({"alg": "HS256"}, b"\xff"),
    ],
    ids=range(22),
)
def test_what_is_no_token_is_refused(oauth: OAuth, text: str) -> None:
    refused(oauth.exchange(text), 401, "invalid_client")
