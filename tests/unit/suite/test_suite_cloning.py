"""Each promise about cloning is seen broken and kept, by a server over HTTP."""
# ruff: noqa: D101, D102 - the name says what each class gets wrong

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

import pytest
from authority import FULL, OLD_TOKEN, REVOKED, SCOPES, STRANGER, Authority, over_basic, pkt
from authority_contract import BEARERS, PROFILE, document
from guarded import broken, prove_all, prover_for, untried
from recording import Answer, Seen

from specproof.contract.catalogue import CATALOGUE
from specproof.environment.profile import Credential, Environment, Profile
from specproof.suite.cloning import reaches


class NobodyClones(Authority):
    def refs(self, seen: Seen) -> Answer:
        return Answer(404)


class AsText(Authority):
    def advertised(self, service: str) -> Answer:
        good = super().advertised(service)
        return Answer(200, (("Content-Type", "text/plain"),), good.body)


class Unframed(Authority):
    def advertised(self, service: str) -> Answer:
        good = super().advertised(service)
        return Answer(200, good.headers, f"{'a' * 40}\trefs/heads/main\n".encode())


class NoBranch(Authority):
    def advertised(self, service: str) -> Answer:
        good = super().advertised(service)
        body = pkt(f"# service={service}\n") + b"0000" + pkt(f"{'0' * 40} capabilities^{{}}\0x\n") + b"0000"
        return Answer(200, good.headers, body)


class Unflushed(Authority):
    def advertised(self, service: str) -> Answer:
        good = super().advertised(service)
        return Answer(200, good.headers, good.body.replace(b"0000", b"", 1))


class Silent(Authority):
    def refs(self, seen: Seen) -> Answer:
        answer = super().refs(seen)
        return Answer(401) if answer.status == 401 else answer


class OnlyBearers(Authority):
    def refs(self, seen: Seen) -> Answer:
        answer = super().refs(seen)
        return (
            Answer(401, (("WWW-Authenticate", 'Bearer realm="basic"'),)) if answer.status == 401 else answer
        )


class OpenToAll(Authority):
    def refs(self, seen: Seen) -> Answer:
        return super().refs(seen) if seen.values("Authorization") else self.advertised("git-upload-pack")


class AnyToken(Authority):
    def scopes_of(self, token: str) -> tuple[str, ...] | None:
        return super().scopes_of(token) or (SCOPES if token not in {OLD_TOKEN, REVOKED} else None)


class Revoked(Authority):
    def scopes_of(self, token: str) -> tuple[str, ...] | None:
        return SCOPES if token == REVOKED else super().scopes_of(token)


class AnyScope(Authority):
    def refs(self, seen: Seen) -> Answer:
        _, token = over_basic(seen)
        if self.scopes_of(token) == ("write",) and self.is_reached(token, seen.target):
            return self.advertised("git-upload-pack")
        return super().refs(seen)


class ReadersPush(Authority):
    def refs(self, seen: Seen) -> Answer:
        user, token = over_basic(seen)
        known = user == "token" and self.scopes_of(token) is not None and self.is_reached(token, seen.target)
        if known and "receive" in seen.target:
            return self.advertised("git-receive-pack")
        return super().refs(seen)


class AnybodyPushes(Authority):
    def refs(self, seen: Seen) -> Answer:
        nobody = not seen.values("Authorization") and "receive" in seen.target
        return self.advertised("git-receive-pack") if nobody else super().refs(seen)


class MadeUpPushes(Authority):
    def scopes_of(self, token: str) -> tuple[str, ...] | None:
        return super().scopes_of(token) or (("write",) if token.startswith("specproof") else None)


class PushedAnywhere(Authority):
    def is_reached(self, token: str, target: str) -> bool:
        return (token == FULL and "receive" in target) or super().is_reached(token, target)


class GivesPacks(Authority):
    """Keeps the branches from whom it should, and not the packs."""

    def refs(self, seen: Seen) -> Answer:
        if seen.method == "POST" and self.is_let_in(seen):
            return Answer(200, (("Content-Type", "application/x-git-upload-pack-result"),))
        return super().refs(seen)

    def is_let_in(self, seen: Seen) -> bool:
        return not seen.values("Authorization")


class PacksForRevoked(GivesPacks):
    def is_let_in(self, seen: Seen) -> bool:
        return over_basic(seen)[1] == REVOKED


class PacksForAnyScope(GivesPacks):
    def is_let_in(self, seen: Seen) -> bool:
        _, token = over_basic(seen)
        return self.scopes_of(token) == ("write",) and self.is_reached(token, seen.target)


class PacksAnywhere(GivesPacks):
    def is_let_in(self, seen: Seen) -> bool:
        return over_basic(seen)[1] == FULL and "theirs" in seen.target


class AnyUser(Authority):
    def refs(self, seen: Seen) -> Answer:
        _, token = over_basic(seen)
        mine = token == FULL and self.is_reached(token, seen.target)
        return self.advertised("git-upload-pack") if mine else super().refs(seen)


class NoNameNeeded(Authority):
    def refs(self, seen: Seen) -> Answer:
        user, token = over_basic(seen)
        return self.advertised("git-upload-pack") if not user and token == FULL else super().refs(seen)


class TokenAsUser(Authority):
    def refs(self, seen: Seen) -> Answer:
        user, _ = over_basic(seen)
        return self.advertised("git-upload-pack") if user in {FULL, "reader"} else super().refs(seen)


class AnyRepository(Authority):
    def is_reached(self, token: str, target: str) -> bool:
        return token != STRANGER


class StrangersClone(Authority):
    def is_reached(self, token: str, target: str) -> bool:
        return token == STRANGER or super().is_reached(token, target)


CASES: tuple[tuple[type[Authority], str, str], ...] = (
    (NobodyClones, "clone-works", "full: status"),
    (AsText, "clone-works", "full: media type"),
    (Unframed, "clone-works", "full: pkt-lines"),
    (NoBranch, "clone-works", "reader: no branch"),
    (Unflushed, "clone-works", "full: flush"),
    (Silent, "challenge", "no credential"),
    (OnlyBearers, "challenge", "no credential"),
    (OpenToAll, "requires-credentials", "no credential"),
    (AnyToken, "refuses-bad", "a token that is made up"),
    (Revoked, "refuses-bad", "revoked, revoked"),
    (AnyScope, "scope", "narrow, without the scope"),
    (AnyScope, "scope", "a token with the scope write"),
    (ReadersPush, "push-scope", "reader, without the scope to push"),
    (AnybodyPushes, "requires-credentials", "no credential, to push"),
    (MadeUpPushes, "refuses-bad", "a token that is made up, to push"),
    (PushedAnywhere, "foreign", "full, at the foreign repository, to push"),
    (GivesPacks, "requires-credentials", "no credential, for a pack"),
    (PacksForRevoked, "refuses-bad", "revoked, revoked, for a pack"),
    (PacksForAnyScope, "scope", "narrow, without the scope, for a pack"),
    (PacksAnywhere, "foreign", "full, at the foreign repository, for a pack"),
    (AnyUser, "token-user", "the user name specproof, to push"),
    (AnyUser, "token-user", "the user name specproof"),
    (NoNameNeeded, "token-user", "an empty user name"),
    (TokenAsUser, "token-user", "the token as user name"),
    (TokenAsUser, "token-user", "the token as user name of x-oauth-basic"),
    (AnyRepository, "foreign", "full, at the foreign repository"),
    (StrangersClone, "foreign", "stranger, bound to others"),
)


@pytest.mark.parametrize(("kind", "name", "detail"), CASES, ids=lambda each: getattr(each, "__name__", None))
def test_a_server_that_breaks_a_promise_is_found_out(
    kind: type[Authority], name: str, detail: str, tmp_path: Path
) -> None:
    with prover_for(kind(), tmp_path) as prover:
        found = broken(prove_all(prover, "cloning"))

    assert set(found) == {f"cloning.{name}"}
    assert detail in found[f"cloning.{name}"]


def test_there_is_a_broken_case_for_every_promise() -> None:
    promises = {promise for promise in CATALOGUE if promise.startswith("cloning.")}
    assert promises == {f"cloning.{name}" for _, name, _ in CASES}


class PageForStrangers(Authority):
    """Shows people a page where they may not clone, with status 200."""

    def refs(self, seen: Seen) -> Answer:
        answer = super().refs(seen)
        return answer if answer.status == 200 else Answer(200, body=b"<h1>Sign in</h1>")


class Hidden(Authority):
    """Says of what is not theirs that it is not there."""

    def refs(self, seen: Seen) -> Answer:
        answer = super().refs(seen)
        return Answer(404) if answer.status == 403 else answer


class Sha256(Authority):
    def advertised(self, service: str) -> Answer:
        good = super().advertised(service)
        lines = (f"# service={service}\n", f"{'b' * 64} refs/heads/trunk\0 object-format=sha256\n")
        return Answer(200, good.headers, pkt(lines[0]) + b"0000" + pkt(lines[1]) + b"0000")


@pytest.mark.parametrize("kind", [Authority, PageForStrangers, Hidden, Sha256], ids=lambda k: k.__name__)
@pytest.mark.parametrize("depth", ["quick", "standard", "deep"])
def test_a_correct_server_gives_no_finding(kind: type[Authority], depth: str, tmp_path: Path) -> None:
    with prover_for(kind(), tmp_path, depth=depth) as prover:
        outcomes = prove_all(prover, "cloning")

    assert broken(outcomes) == {}
    assert set(untried(outcomes)) == ({"cloning.challenge"} if kind is PageForStrangers else set())


class Noting(Authority):
    """Notes what it is asked for."""

    def respond(self, seen: Seen) -> Answer:
        self.asked = [*getattr(self, "asked", []), seen]
        return super().respond(seen)


@pytest.mark.parametrize("depth", ["quick", "standard"])
def test_no_data_move_and_nothing_is_pushed(depth: str, tmp_path: Path) -> None:
    """The second step of a clone is taken by who must not get that far, and asks for nothing."""
    authority = Noting()
    with prover_for(authority, tmp_path, depth=depth) as prover:
        prove_all(prover, "cloning")

    git = [(seen, urlsplit(seen.target)) for seen in authority.asked if seen.target.startswith("/git/")]
    steps = {(seen.method, target.path.rpartition(".git")[2], seen.body) for seen, target in git}
    packs = {("POST", "/git-upload-pack", b"0000")}
    assert steps == {("GET", "/info/refs", b""), *packs}
    services = {target.query for seen, target in git if seen.method == "GET"}
    assert services == {"service=git-upload-pack", "service=git-receive-pack"}


def test_a_document_that_names_no_scope_promises_none(tmp_path: Path) -> None:
    described = document()
    described["x-cloning"] = {"user": "token"}
    with prover_for(AnyScope(), tmp_path, described=described) as prover:
        outcomes = prove_all(prover, "cloning")

    assert broken(outcomes) == {}
    assert not {"cloning.scope", "cloning.push-scope"} & set(outcomes)


def test_a_profile_without_tokens_tries_what_is_left(tmp_path: Path) -> None:
    profile = PROFILE.replace('client_secret = "${ONE_SECRET}"\n', "")
    with prover_for(Authority(), tmp_path, profile=profile) as prover:
        outcomes = prove_all(prover, "cloning")

    assert BEARERS not in profile
    tried = set(outcomes) - set(untried(outcomes))
    assert tried == {"cloning.requires-credentials", "cloning.challenge", "cloning.refuses-bad"}


PLACE = "https://git.example/acme/handbook.git"


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ({}, True),
        ({"reaches": ("acme",)}, True),
        ({"reaches": ("acme",), "only": {"repository": ("handbook", "other")}}, True),
        ({"reaches": ("acme",), "only": {"repository": ("other",)}}, False),
        ({"reaches": ("acme",), "only": {"project": ("CORE",)}}, None),
        ({"only": {"project": ("CORE",), "repository": ("handbook",)}}, True),
        ({"reaches": ("rival",)}, False),
        ({"reaches": ("rival", "{7}")}, False),
        ({"reaches": ("elsewhere",)}, None),
    ],
)
def test_the_profile_says_who_reaches_a_repository(more: dict[str, object], expected: bool | None) -> None:
    """What it does not say is not taken for anything."""
    profile = Profile(
        environment=Environment(name="x", base_url="https://api.example"),
        parameters={"owner": "acme"},
        foreign={"owner": "rival"},
        foreign_aliases={"owner": ("{7}",)},
    )
    credential = Credential(name="c", scheme="bearer", secret="long-enough", **more)

    assert reaches(profile, credential, PLACE) is expected


def test_a_repository_of_others_is_not_reached_without_saying_so() -> None:
    profile = Profile(
        environment=Environment(name="x", base_url="https://api.example"), foreign={"owner": "rival"}
    )
    credential = Credential(name="c", scheme="bearer", secret="long-enough")

    assert reaches(profile, credential, "https://git.example/rival/cargo.git") is False
