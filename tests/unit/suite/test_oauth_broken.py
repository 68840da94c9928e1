"""Each promise about OAuth is seen to be broken by a server that breaks it, and by nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest
from authority import Authority
from authority_contract import document
from careless_authorities import (
    AnyAddress,
    AnyAddressRedeems,
    AnyAudience,
    AnyClientRedeems,
    AnyClientRefreshes,
    AnyIssuer,
    AnyPassword,
    AnyScheme,
    AnyScope,
    AnySecret,
    AudienceBegins,
    ChallengeIsEnough,
    CodeBegins,
    CodeIsEnough,
    CodeOpens,
    CodesForCapitals,
    Counted,
    DeadAfterRefresh,
    DeadTokens,
    EmptyKey,
    EndOptional,
    ImplicitRefreshed,
    InFragment,
    InQuery,
    Kept,
    ListOfScopes,
    LivesLonger,
    LongerPath,
    NameIsEnough,
    NarrowOpensAll,
    NoAddressRedeems,
    NobodyApproves,
    NoChallenge,
    NoImplicit,
    NoKind,
    NoneIsFine,
    NoOwnGrant,
    NothingToRefresh,
    OldRefreshes,
    OldTokensLive,
    PasswordGrant,
    PlainText,
    Premature,
    QueryLost,
    RefreshForgets,
    RefreshGrows,
    RefreshOpens,
    RefreshOutlives,
    RefusedWith200,
    RefusedWithOneCode,
    RefusedWithoutError,
    RightVerifierRefused,
    SecondUse,
    SecretBegins,
    SecretOfAnybody,
    StateLost,
    StateUnescaped,
    StrangersRefused,
    Timeless,
    TokensOutlive,
    Unsigned,
    VerifierOptional,
    WrongSecret400,
)
from guarded import broken, prove_all, prover_for

from specproof.contract.catalogue import CATALOGUE

CASES: tuple[tuple[type[Authority], str, str], ...] = (
    (StateLost, "state-echoed", "a code: state"),
    (StateUnescaped, "state-echoed", "a code with a hard state: state"),
    (AnyAddress, "redirect-exact", "another host"),
    (LongerPath, "redirect-exact", "a longer path"),
    (SecondUse, "code-single-use", "a code that was redeemed already"),
    (CodeBegins, "code-single-use", "a code with a character more"),
    (CodeIsEnough, "client-authenticated", "a code with no client"),
    (AnyClientRedeems, "code-bound-to-client", "a code of another client"),
    (AnyAddressRedeems, "code-bound-to-redirect", "a code with another address"),
    (NoAddressRedeems, "code-bound-to-redirect", "a code with no address"),
    (AnySecret, "client-authenticated", "the client with a wrong secret"),
    (SecretBegins, "client-authenticated", "a refresh token with half of the secret"),
    (SecretOfAnybody, "client-authenticated", "a code with the secret of another client"),
    (CodesForCapitals, "client-authenticated", "a code with the secret in other case"),
    (RefreshOpens, "only-access-tokens", "a refresh token"),
    (CodeOpens, "only-access-tokens", "a code"),
    (Counted, "unguessable", "codes"),
    (NameIsEnough, "client-authenticated", "a refresh token with no secret"),
    (NobodyApproves, "owner-authenticated", "nobody"),
    (AnyPassword, "owner-authenticated", "a wrong password"),
    (VerifierOptional, "pkce", "no verifier, S256"),
    (ChallengeIsEnough, "pkce", "the challenge as verifier, S256"),
    (RightVerifierRefused, "pkce", "the right verifier, S256"),
    (PasswordGrant, "grant-refused", "the password of the user"),
    (NoOwnGrant, "grant-offered", "the client itself"),
    (NoImplicit, "grant-offered", "a token"),
    (InQuery, "fragment", "a token: access_token in query"),
    (InFragment, "code-answer", "a code: fragment"),
    (QueryLost, "code-answer", "a code: query"),
    (ImplicitRefreshed, "no-refresh", "a token: refreshed implicit"),
    (NothingToRefresh, "refresh-works", "the client itself: none given"),
    (AnyClientRefreshes, "refresh-bound-to-client", "a refresh token of another client"),
    (OldRefreshes, "refresh-revoked", "one that is expired"),
    (
        DeadAfterRefresh,
        "refresh-works",
        "the refresh token that the refresh token of client_credentials gave",
    ),
    (RefreshGrows, "scopes-never-grow", "a refresh that asks for more"),
    (RefreshForgets, "scopes-never-grow", "a refresh that asks for nothing"),
    (AnyScope, "scopes-never-grow", "a scope that the client is not registered for"),
    (NarrowOpensAll, "scopes-never-grow", "a token that is told to have one scope"),
    (OldTokensLive, "expired-refused", "the expired credential old"),
    (DeadTokens, "token-works", "the token of a code"),
    (LivesLonger, "lifetime", "an assertion: lifetime"),
    (NoKind, "token-answer", "a token: token_type"),
    (ListOfScopes, "token-answer", "a code: scope"),
    (Kept, "no-store", "a code: no-store"),
    (PlainText, "token-answer", "a code: media type"),
    (RefusedWith200, "error-codes", "a code that was redeemed already: status"),
    (RefusedWithoutError, "error-codes", "a code that was redeemed already: no error"),
    (RefusedWithOneCode, "error-codes", "a code that was redeemed already: code"),
    (WrongSecret400, "error-codes", "the client with a wrong secret: not 401"),
    (NoChallenge, "error-codes", "the client with a wrong secret: no challenge"),
    (StrangersRefused, "parameters-ignored", "an unknown parameter"),
    (Unsigned, "jwt-signature", "an assertion changed afterwards"),
    (NoneIsFine, "jwt-none", "an assertion of alg none"),
    (EmptyKey, "jwt-signature", "an assertion signed with an empty key"),
    (EndOptional, "jwt-expired", "an assertion without exp"),
    (Premature, "jwt-expired", "an assertion not valid before an hour"),
    (AudienceBegins, "jwt-audience", "an assertion for an address that begins alike"),
    (Timeless, "jwt-expired", "an assertion expired"),
    (AnyAudience, "jwt-audience", "an assertion for somebody else"),
    (AnyIssuer, "jwt-issuer", "an assertion of an unknown issuer"),
    (AnyScheme, "jwt-scheme", "the scheme in small letters"),
    (TokensOutlive, "reuse-revokes", "the token of a code that was used twice"),
    (RefreshOutlives, "reuse-revokes", "the refresh token of a code that was used twice"),
)  # fmt: skip
# What else such a server must break: a token that opens nothing does so after a refresh too.
ALSO = {
    "DeadTokens": {"oauth.refresh-works", "cloning.clone-works"},
    "SecondUse": {"oauth.reuse-revokes"},
    "NarrowOpensAll": {"cloning.scope", "cloning.push-scope"},
    "OldTokensLive": {"cloning.refuses-bad"},
}


@pytest.mark.parametrize(("kind", "name", "detail"), CASES, ids=lambda each: getattr(each, "__name__", None))
def test_a_server_that_breaks_a_promise_is_found_out(
    kind: type[Authority], name: str, detail: str, tmp_path: Path
) -> None:
    """Nothing else is reported, and what is reported came back."""
    said = document(reuse_revokes=True)
    with prover_for(kind(), tmp_path, described=said) as prover:
        outcomes = prove_all(prover)

    found = broken(outcomes)
    assert set(found) == {f"oauth.{name}"} | ALSO.get(kind.__name__, set())
    assert detail in found[f"oauth.{name}"]
    assert [f.unstable for f in outcomes[f"oauth.{name}"].findings if f.unstable] == []


@pytest.mark.parametrize("kind", [SecretBegins, SecretOfAnybody, CodesForCapitals])
def test_a_quick_run_offers_codes_with_secrets_that_are_almost_right(
    kind: type[Authority], tmp_path: Path
) -> None:
    with prover_for(kind(), tmp_path, depth="quick") as prover:
        found = broken(prove_all(prover, "oauth"))

    assert set(found) == {"oauth.client-authenticated"}


def test_there_is_a_broken_case_for_every_promise() -> None:
    promises = {promise for promise in CATALOGUE if promise.startswith("oauth.")}
    assert promises == {f"oauth.{name}" for _, name, _ in CASES}


def test_an_assertion_may_go_on_for_ever_where_nothing_else_is_said(tmp_path: Path) -> None:
    """RFC 7519 section 4.1.4 leaves exp free; RFC 7523 speaks of another grant."""
    described = document()
    del described["components"]["securitySchemes"]["login"]["x-oauth"]["jwt"]["must_expire"]
    with prover_for(EndOptional(), tmp_path, described=described) as prover:
        assert broken(prove_all(prover, "oauth")) == {}
