"""Servers that keep every promise in their own way give no finding; what cannot be tried says why."""
# ruff: noqa: D101, D102 - the name says what each class does otherwise

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import pytest
from authority import CALLBACK, JWT_GRANT, SCOPES, SECRETS, Authority, Code, Grant, Refusal, over_basic
from authority_contract import BEARERS, PROFILE, document
from guarded import broken, prove_all, prover_for, untried
from recording import Answer, Seen


class Plain(Authority):
    pass


class FormForPeople(Authority):
    """Shows a page for GET, and approves what is posted."""

    def authorize(self, seen: Seen) -> Answer:
        return Answer(200, body=b"<form>") if seen.method == "GET" else super().authorize(seen)

    def parameters(self, seen: Seen) -> dict[str, str]:
        return dict(parse_qsl(seen.body.decode(), keep_blank_values=True))


class Rotating(Authority):
    def next_refresh(self, token: str, held: Grant) -> str | None:
        del self.refreshes[token]
        fresh = self.new("refresh")
        self.refreshes[fresh] = held
        return fresh


class Told(Authority):
    def shown(self, access: str, grant: Grant, refresh: str | None) -> dict[str, Any]:
        return self.changed(super().shown(access, grant, refresh))

    def changed(self, members: dict[str, Any]) -> dict[str, Any]:
        return members


class ScopeNotTold(Told):
    def changed(self, members: dict[str, Any]) -> dict[str, Any]:
        return {name: value for name, value in members.items() if name != "scope"}


class CountedDown(Told):
    def changed(self, members: dict[str, Any]) -> dict[str, Any]:
        return {**members, "expires_in": 3598, "token_type": "bearer", "extra": None}


class ScopeIgnored(Authority):
    def wanted(self, client: str, asked: dict[str, str]) -> tuple[str, ...]:
        return SCOPES

    def refreshed(self, held: Grant, form: dict[str, str]) -> tuple[str, ...]:
        return held.scopes


class ScopeIgnoredInSilence(ScopeIgnored):
    def shown(self, access: str, grant: Grant, refresh: str | None) -> dict[str, Any]:
        shown = super().shown(access, grant, refresh)
        return {name: value for name, value in shown.items() if name != "scope"}


class ScopeNeeded(Authority):
    def wanted(self, client: str, asked: dict[str, str]) -> tuple[str, ...]:
        if not asked.get("scope"):
            raise Refusal("invalid_scope")
        return super().wanted(client, asked)


class OtherCodes(Authority):
    """Chooses other codes and statuses where the RFC lets servers choose."""

    def client(self, seen: Seen, form: dict[str, str]) -> str:
        if not over_basic(seen)[0]:
            raise Refusal("invalid_request")
        return super().client(seen, form)

    def redeem(self, client: str, form: dict[str, str]) -> tuple[str, Grant, str | None]:
        code = self.codes.get(form["code"])
        if code is not None and code.client != client:
            raise Refusal("unauthorized_client")
        if code is not None and "redirect_uri" not in form:
            raise Refusal("invalid_request")
        if code is not None and code.challenge is not None and "code_verifier" not in form:
            raise Refusal("invalid_request")
        return super().redeem(client, form)

    def may_refresh(self, held: Grant, client: str) -> bool:
        if held.client != client:
            raise Refusal("invalid_client", 401)
        return True

    def by_grant(self, grant: str, client: str, form: dict[str, str]) -> tuple[str, Grant, str | None]:
        if grant == "password":
            raise Refusal("unauthorized_client")
        return super().by_grant(grant, client, form)

    def assertion(self, seen: Seen) -> tuple[str, ...]:
        try:
            return super().assertion(seen)
        except Refusal:
            raise Refusal("invalid_request") from None


class PageForErrors(Authority):
    """Shows people what is wrong, in place of sending them back with it."""

    def approved(self, client: str, asked: dict[str, str]) -> tuple[dict[str, Any], bool]:
        if asked.get("response_type") not in {"code", "token"}:
            raise _Page
        return super().approved(client, asked)

    def authorize(self, seen: Seen) -> Answer:
        try:
            return super().authorize(seen)
        except _Page:
            return Answer(400, body=b"<p>no such thing</p>")


class _Page(Exception):
    """Something that people are shown."""


class Firewalled(Authority):
    def authorize(self, seen: Seen) -> Answer:
        return Answer(403, body=b"blocked") if "%3C" in seen.target else super().authorize(seen)


class OwnAddressOnly(Authority):
    """Takes no notice of redirect_uri, and sends everybody to the registered address."""

    def parameters(self, seen: Seen) -> dict[str, str]:
        asked = super().parameters(seen)
        named = asked.pop("redirect_uri", None)
        return {**asked, "was": named or ""}

    def is_same_address(self, code: Code, form: dict[str, str]) -> bool:
        return form.get("redirect_uri") == CALLBACK


class KnownByAnotherName(Authority):
    def audience(self) -> str:
        return "https://guarded.example"


class ChallengeNeeded(Authority):
    def approved(self, client: str, asked: dict[str, str]) -> tuple[dict[str, Any], bool]:
        if asked.get("response_type") == "code" and "code_challenge" not in asked:
            raise Refusal("invalid_request")
        return super().approved(client, asked)


class NullForNothing(Told):
    """Writes null for what it does not tell."""

    def changed(self, members: dict[str, Any]) -> dict[str, Any]:
        nothing = {"refresh_token": members.get("refresh_token"), "scope": None}
        return {**members, **nothing} if "expires_in" in members else members

    def back(
        self, address: str, given: dict[str, Any], state: str | None, *, fragment: bool = False
    ) -> Answer:
        some = {name: value for name, value in given.items() if value is not None}
        return super().back(address, some, state, fragment=fragment)


class IssuerOfLittle(ScopeNotTold):
    """Gives the issuer other scopes than the client has, and tells nobody."""

    def assertion(self, seen: Seen) -> tuple[str, ...]:
        return ("write",) if super().assertion(seen) else ()


class OneTryForCodes(Authority):
    """Ends a code, or a refresh token, with the first client that cannot show who it is."""

    def client(self, seen: Seen, form: dict[str, str]) -> str:
        try:
            return super().client(seen, form)
        except Refusal:
            self.codes.pop(form.get("code", ""), None)
            self.refreshes.pop(form.get("refresh_token", ""), None)
            raise


class Busy(Authority):
    def by_grant(self, grant: str, client: str, form: dict[str, str]) -> tuple[str, Grant, str | None]:
        if grant == "password":
            raise Refusal("temporarily_unavailable", 503)
        return super().by_grant(grant, client, form)


ALIKE = (
    Plain,
    FormForPeople,
    Rotating,
    ScopeNotTold,
    ScopeIgnored,
    CountedDown,
    ScopeNeeded,
    OtherCodes,
    PageForErrors,
    Firewalled,
    OwnAddressOnly,
    KnownByAnotherName,
    IssuerOfLittle,
    NullForNothing,
    ChallengeNeeded,
    OneTryForCodes,
    Busy,
)


@pytest.mark.parametrize("kind", ALIKE, ids=lambda kind: kind.__name__)
def test_a_correct_server_gives_no_finding(
    kind: type[Authority], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    authority, asked = kind(), list[str]()
    answer = authority.respond

    def respond(seen: Seen) -> Answer:
        asked.append(seen.target)
        return answer(seen)

    monkeypatch.setattr(authority, "respond", respond)
    with prover_for(authority, tmp_path) as prover:
        outcomes = prove_all(prover)
        troubles = prover.suite.troubles

    assert broken(outcomes) == {}
    assert troubles == []
    logins = sum(target.startswith("/login/") for target in asked)
    assert logins <= (156 if kind is OneTryForCodes else 134), "a code for each secret, or one for all"
    assert untried(outcomes) == {}


class Unhelpful(Authority):
    """Lets nobody approve without a browser."""

    def login(self) -> Answer:
        return Answer(302, (("Location", "/login?next=authorize"),))

    def knows_user(self, seen: Seen) -> bool:
        return False


class ChallengesIgnored(Authority):
    def methods(self) -> tuple[str, ...]:
        return ("S256", "plain", "S000")

    def is_proven(self, code: Code, form: dict[str, str]) -> bool:
        return True


class ImplicitForbidden(Authority):
    """Offers the grant, but not to this client."""

    def approved(self, client: str, asked: dict[str, str]) -> tuple[dict[str, Any], bool]:
        if asked.get("response_type") == "token":
            raise Refusal("unauthorized_client")
        return super().approved(client, asked)


class NoExpiry(Told):
    def changed(self, members: dict[str, Any]) -> dict[str, Any]:
        return {name: value for name, value in members.items() if name != "expires_in"}


APPROVED = {
    "code-answer", "code-single-use", "code-bound-to-client", "code-bound-to-redirect", "pkce",
    "state-echoed", "owner-authenticated", "redirect-exact", "fragment",
}  # fmt: skip
UNTRIED: tuple[tuple[type[Authority], set[str], str], ...] = (
    (Unhelpful, APPROVED, "the server lets nobody approve over Basic: it answers 302"),
    (ChallengesIgnored, {"pkce"}, "the document lists no method in x-oauth: pkce, and the server takes no"),
    (NoExpiry, {"lifetime"}, "no answer told when the token expires"),
    (ScopeIgnoredInSilence, {"scopes-never-grow"}, "the server gives all scopes, whatever is asked for"),
)


@pytest.mark.parametrize(("kind", "names", "why"), UNTRIED, ids=lambda each: getattr(each, "__name__", None))
def test_what_a_server_does_not_let_be_tried_is_told(
    kind: type[Authority], names: set[str], why: str, tmp_path: Path
) -> None:
    with prover_for(kind(), tmp_path) as prover:
        outcomes = prove_all(prover, "oauth")

    assert broken(outcomes) == {}
    found = untried(outcomes)
    assert {name.partition(".")[2] for name in found} == names
    assert any(text.startswith(why) for text in found.values())


def test_a_grant_that_this_client_may_not_use_breaks_nothing(tmp_path: Path) -> None:
    with prover_for(ImplicitForbidden(), tmp_path) as prover:
        outcomes = prove_all(prover, "oauth")

    assert broken(outcomes) == {}
    assert outcomes["oauth.grant-offered"].times > 0


NOBODY = "the profile has no [oauth] user who approves"
LESS = {
    'user = {username = "ann", password = "${ANN_PASSWORD}"}\n': NOBODY,
    'authorize_url = "ORIGIN/login/authorize"\n': "the profile has no [oauth] authorize_url",
}


@pytest.mark.parametrize(("text", "why"), LESS.items(), ids=["user", "authorize_url"])
def test_what_the_profile_lacks_is_told(text: str, why: str, tmp_path: Path) -> None:
    assert text in PROFILE
    with prover_for(Authority(), tmp_path, profile=PROFILE.replace(text, "") + BEARERS) as prover:
        outcomes = prove_all(prover, "oauth")

    found = untried(outcomes)
    assert broken(outcomes) == {}
    assert {each.partition(".")[2] for each in found} == APPROVED
    assert set(found.values()) == {why}


def test_without_clients_nothing_but_old_credentials_is_tried(tmp_path: Path) -> None:
    head = PROFILE.partition("[oauth]")[0]
    with prover_for(Authority(), tmp_path, profile=head + BEARERS) as prover:
        outcomes = prove_all(prover)

    found = untried(outcomes)
    assert set(outcomes) - set(found) == {"oauth.expired-refused"}
    assert found["oauth.grant-offered"].endswith("has no [[oauth.clients]]")
    assert found["cloning.clone-works"].endswith("has no [cloning]")


def test_without_a_key_and_a_second_client_the_rest_is_tried(tmp_path: Path) -> None:
    first, _, rest = PROFILE.partition('[[oauth.clients]]\nclient_id = "two"')
    profile = first + "\n[cloning]" + rest.partition("[cloning]")[2] + BEARERS
    with prover_for(Authority(), tmp_path, profile=profile) as prover:
        outcomes = prove_all(prover, "oauth")

    found = untried(outcomes)
    assert broken(outcomes) == {}
    assert found["oauth.jwt-signature"] == "the profile has no [oauth.jwt]"
    assert found["oauth.code-bound-to-client"] == "the profile has no second client with a secret"
    assert len(found) == 8


class PublicClient(ChallengeNeeded):
    """Asks no client for a secret, and every code for its verifier."""

    def client(self, seen: Seen, form: dict[str, str]) -> str:
        if form.get("client_id") != "one":
            return super().client(seen, form)
        return "one"


def test_a_client_without_a_secret_is_tried_with_challenges(tmp_path: Path) -> None:
    profile = PROFILE.replace('client_secret = "${ONE_SECRET}"\n', "") + BEARERS
    described = document(grants=["authorization_code", "implicit"], refresh=["authorization_code"])
    del described["components"]["securitySchemes"]["login"]["x-oauth"]["jwt"]
    with prover_for(PublicClient(), tmp_path, profile=profile, described=described) as prover:
        outcomes = prove_all(prover, "oauth")

    assert broken(outcomes) == {}
    assert {name.partition(".")[2] for name in untried(outcomes)} == {
        "client-authenticated", "parameters-ignored",
    }  # fmt: skip


def test_a_document_that_says_less_promises_less(tmp_path: Path) -> None:
    """A server of that one grant keeps all that is left."""

    class OwnGrantOnly(Authority):
        def by_grant(self, grant: str, client: str, form: dict[str, str]) -> tuple[str, Grant, str | None]:
            if grant != "client_credentials":
                raise Refusal("unsupported_grant_type")
            return super().by_grant(grant, client, form)

        def token(self, seen: Seen) -> Answer:
            if JWT_GRANT.replace(":", "%3A") in seen.body.decode():
                return self.refused(Refusal("unsupported_grant_type"), seen)
            return super().token(seen)

    described = document(grants=["client_credentials"], refresh=None, jwt=None, lifetime=None)
    oauth = described["components"]["securitySchemes"]["login"]["x-oauth"]
    for name in ("refresh", "jwt", "lifetime"):
        del oauth[name]
    with prover_for(OwnGrantOnly(), tmp_path, described=described) as prover:
        outcomes = prove_all(prover, "oauth")

    assert broken(outcomes) == {}
    assert set(untried(outcomes)) == set()
    assert {name.partition(".")[2] for name in outcomes} == {
        "grant-offered", "grant-refused", "token-answer", "no-store", "token-works", "expired-refused",
        "client-authenticated", "parameters-ignored", "scopes-never-grow", "error-codes", "unguessable",
    }  # fmt: skip


def test_a_server_that_is_away_is_no_finding(tmp_path: Path) -> None:
    """The API answers, the authorization server does not."""
    profile = PROFILE.replace("ORIGIN/login", "http://127.0.0.1:1/login") + BEARERS
    with prover_for(Authority(), tmp_path, profile=profile) as prover:
        outcomes = prove_all(prover, "oauth")
        dead, secrets = prover.suite.dead, prover.suite.troubles

    assert broken(outcomes) == {}
    assert outcomes["oauth.expired-refused"].times == 1
    assert "127.0.0.1:1/login/token" in untried(outcomes)["oauth.grant-offered"]
    assert dead == ""
    assert not any(secret in text for text in secrets for secret in SECRETS.values())
