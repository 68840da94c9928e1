"""Cloning: ask for the branches of a repository with every token of the profile."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, replace
from http import HTTPStatus
from urllib.parse import unquote, urlsplit

from specproof.client.settings import Signature
from specproof.contract.authorization import cloning_rule, usable_scheme
from specproof.environment.credentials import expand_scopes
from specproof.environment.profile import Cloning, Credential, Profile
from specproof.errors import TargetError
from specproof.generate.authorizing import WRONG, token_request
from specproof.generate.cloning import FETCH, PUSH, empty_pack, handshake
from specproof.generate.grants import OWN
from specproof.invariants.cloning import judge
from specproof.model.oauth import CloningRule, Trial, token_of
from specproof.suite.desk import open_desk
from specproof.suite.judgement import Judgement
from specproof.suite.reproduce import command_for
from specproof.suite.scratch import Scratch
from specproof.suite.session import Suite
from specproof.suite.signing import over_basic

_REPOSITORY = frozenset({"repository", "repo", "repo_slug"})  # keys of ``only`` that name repositories
_MOST = {"quick": 1, "standard": 4, "deep": 100}  # credentials that are tried for one promise
_STRANGE_USER = "specproof"
_ELSEWHERE = "x-oauth-basic"  # the password beside a token at other servers
_WHY_NOT = {
    "clone-works": "no valid token of the profile has the scope and reaches the repository",
    "challenge": "whoever has no token is refused otherwise than with 401",
    "scope": "no valid token of the profile lacks the scope, and no client gets one",
    "push-scope": "no valid token of the profile may clone and not push",
    "token-user": "no token clones under the documented user name",
    "foreign": "no valid token of the profile is bound to other resources, and [cloning] has no foreign_url",
}


def judge_cloning(suite: Suite, _scratch: Scratch, _again: bool) -> Judgement:
    """Try to clone the repository of the profile, and judge it by every promise about that."""
    judgement = Judgement()
    rule, cloning = cloning_rule(suite.contract.document), suite.profile.cloning
    mine = [promise for promise, _ in suite.promised if promise.startswith("cloning.")]
    if rule is None or cloning is None:
        for promise in mine:
            judgement.skip(promise, f"{suite.profile.source} has no [cloning]")
        return judgement
    try:
        for trial in _Cloner(suite=suite, rule=rule, cloning=cloning).trials():
            if (trial.promise, "") in suite.promised:
                judgement.judge(trial.promise, judge(trial))
    except TargetError as error:
        for promise in mine:
            judgement.skip(promise, str(error))
    for name, why in _WHY_NOT.items():
        judgement.skip(f"cloning.{name}", why)
    return judgement


@dataclass(frozen=True, slots=True, kw_only=True)
class _Cloner:
    suite: Suite
    rule: CloningRule
    cloning: Cloning
    service: str = FETCH
    packs: bool = False  # whether packs are asked for, not branches

    def trials(self) -> Iterator[Trial]:
        """Yield everything that is tried."""
        holders = [c for c in self.suite.profile.credentials if self._token(c) is not None]
        valid = [c for c in holders if c.state == "valid"]
        reaching = [c for c in valid if reaches(self.suite.profile, c, self.cloning.url)]
        good = [c for c in reaching if self._has(c, self.rule.scope)]
        most = _MOST[self.suite.plan.depth]
        nobody = self._try("requires-credentials", "kept", "no credential", None)
        yield nobody
        if nobody.evidence[-1].response.status == HTTPStatus.UNAUTHORIZED:
            yield replace(nobody, promise="cloning.challenge", kind="asked")
        for credential in good[:most]:
            yield self._try("clone-works", "cloned", credential.name, self._signed(credential))
        yield from self._without_scope(valid, most)
        yield from self._obtained()
        yield from self._bad(holders, most)
        yield from self._strange_users(good)
        yield from self._pushes(good, most)
        yield from self._foreign(valid, most)
        if self.rule.push is not None:
            yield from replace(self, service=PUSH).kept_from_pushing(holders, most)
        yield from replace(self, packs=True).kept_from_packs(holders, most)

    def kept_from_pushing(self, holders: list[Credential], most: int) -> Iterator[Trial]:
        """Ask for the branches as the first step of a push, with what must not be let in although it may."""
        able = [c for c in holders if self._has(c, self.rule.push)]
        valid = [c for c in able if c.state == "valid"]
        yield self._try("requires-credentials", "kept", "no credential", None)
        yield from self._bad(able, most)
        yield from self._strange_users([c for c in valid if reaches(self.suite.profile, c, self.cloning.url)])
        yield from self._foreign(valid, most)

    def kept_from_packs(self, holders: list[Credential], most: int) -> Iterator[Trial]:
        """Take the second step of a clone with what must not get that far."""
        valid = [c for c in holders if c.state == "valid"]
        yield self._try("requires-credentials", "kept", "no credential", None)
        yield from self._without_scope(valid, most)
        quick = self.suite.plan.depth == "quick"
        yield from itertools.islice(self._ended(holders, most), 1) if quick else self._bad(holders, most)
        yield from self._foreign(valid, most)

    def _without_scope(self, valid: list[Credential], most: int) -> Iterator[Trial]:
        reaching = [c for c in valid if reaches(self.suite.profile, c, self.cloning.url)]
        for credential in [c for c in reaching if not self._has(c, self.rule.scope)][:most]:
            what = f"{credential.name}, without the scope"
            yield self._try("scope", "kept", what, self._signed(credential))

    def _obtained(self) -> Iterator[Trial]:
        """Clone with tokens that the first client gets for itself: one with the scope, and one without."""
        desk, needed = open_desk(self.suite, self.suite.send), self.rule.scope
        if desk is None or needed is None or desk.client.credential is None or OWN not in desk.scheme.grants:
            return
        brings = {scope: needed in desk.scheme.expanded({scope}) for scope in desk.client.scopes}
        for promise, kind, wanted in (("clone-works", "cloned", True), ("scope", "kept", False)):
            scope = next((scope for scope, has in brings.items() if has is wanted), None)
            if scope is None:
                continue
            what = f"a token with the scope {scope}"
            answer = desk.send(token_request(desk, OWN, f"get {what}", {"scope": scope}))
            token = token_of(answer)
            has = token is not None and needed in desk.scheme.expanded(token.scopes or {scope})
            if token is not None and has is wanted:
                words, stand_ins = self.suite.client.shell_words, tuple(self.suite.stand_ins)
                command = command_for((answer,), words=words, stand_ins=stand_ins)
                sign = over_basic(self.rule.user, token.access, f"$({command})")
                yield self._try(promise, kind, what, sign)

    def _bad(self, holders: list[Credential], most: int) -> Iterator[Trial]:
        made_up = over_basic(self.rule.user, WRONG, WRONG)
        yield self._try("refuses-bad", "kept", "a token that is made up", made_up)
        yield from self._ended(holders, most)
        if self.service == PUSH:
            return
        passwords = [c for c in self.suite.profile.credentials if c.scheme == "basic"]
        for credential in [c for c in passwords if c.state in {"expired", "revoked"}][:most]:
            what = f"{credential.name}, {credential.state}"
            yield self._try("refuses-bad", "kept", what, credential.name)

    def _ended(self, holders: list[Credential], most: int) -> Iterator[Trial]:
        for credential in _of_each_state(holders, most):
            what = f"{credential.name}, {credential.state}"
            yield self._try("refuses-bad", "kept", what, self._signed(credential))

    def _strange_users(self, good: list[Credential]) -> Iterator[Trial]:
        """A token under another name, and in place of the name, must clone nothing."""
        token = self._token(good[0]) if good else None
        if token is None:
            return
        secret, shown = token
        yield self._try(
            "token-user", "kept", f"the user name {_STRANGE_USER}", over_basic(_STRANGE_USER, secret, shown)
        )
        yield self._try("token-user", "kept", "an empty user name", over_basic("", secret, shown))
        words = ("-u", f'"{shown}:"')
        alone = replace(over_basic(secret, "", ""), shell=words)
        yield self._try("token-user", "kept", "the token as user name", alone)
        if self.service == FETCH:
            words = ("-u", f'"{shown}:{_ELSEWHERE}"')
            elsewhere = replace(over_basic(secret, _ELSEWHERE, ""), shell=words)
            yield self._try("token-user", "kept", f"the token as user name of {_ELSEWHERE}", elsewhere)

    def _pushes(self, good: list[Credential], most: int) -> Iterator[Trial]:
        if self.rule.push is None:
            return
        for credential in [c for c in good if not self._has(c, self.rule.push)][:most]:
            what = f"{credential.name}, without the scope to push"
            pusher = replace(self, service=PUSH)
            yield pusher._try("push-scope", "kept", what, self._signed(credential))

    def _foreign(self, valid: list[Credential], most: int) -> Iterator[Trial]:
        profile, foreign = self.suite.profile, self.cloning.foreign_url
        able = [c for c in valid if self._has(c, self.rule.scope)]
        outside = [c for c in able if reaches(profile, c, self.cloning.url) is False]
        for credential in outside[:most]:
            what = f"{credential.name}, bound to others"
            yield self._try("foreign", "kept", what, self._signed(credential))
        for credential in [c for c in able if foreign and not reaches(profile, c, foreign)][:most]:
            what = f"{credential.name}, at the foreign repository"
            yield self._try("foreign", "kept", what, self._signed(credential), url=foreign or "")

    # --- means ------------------------------------------------------------------------------------

    def _try(
        self,
        promise: str,
        kind: str,
        what: str,
        sign: Signature | str | None,
        *,
        url: str = "",
    ) -> Trial:
        """Ask for the branches, or for packs, signed in some way, or as a credential of the profile signs."""
        what += ", to push" if self.service == PUSH and not what.endswith("to push") else ""
        what += ", for a pack" if self.packs else ""
        name = sign if isinstance(sign, str) else None
        if isinstance(sign, Signature):
            name = f"{what}, to clone"
            self.suite.client.know(name, sign)
        where = url or self.cloning.url
        if self.packs:
            request, kind = empty_pack(where, name, what), "no pack"
        else:
            request = handshake(where, name, what, service=self.service)
        return Trial(promise=f"cloning.{promise}", kind=kind, what=what, evidence=(self.suite.send(request),))

    def _token(self, credential: Credential) -> tuple[str, str] | None:
        """Return the token of a credential, and what the shell has in its place."""
        if credential.scheme not in {"bearer", "oauth2"}:
            return None
        signature = self.suite.client.signature(credential.name)
        return (signature.secret, signature.shown) if signature is not None and signature.secret else None

    def _signed(self, credential: Credential) -> Signature:
        secret, shown = self._token(credential) or ("", "")
        return over_basic(self.rule.user, secret, shown)

    def _has(self, credential: Credential, scope: str | None) -> bool:
        if scope is None or credential.scopes is None:
            return True
        implications = usable_scheme(self.suite.contract.document).implications
        return scope in expand_scopes(credential.scopes, implications)


def _of_each_state(holders: list[Credential], most: int) -> list[Credential]:
    """Return bad credentials: so many of each state."""
    states: dict[str, list[Credential]] = {}
    for credential in holders:
        states.setdefault(credential.state, []).append(credential)
    return [c for state, known in states.items() if state != "valid" for c in known[:most]]


def reaches(profile: Profile, credential: Credential, url: str) -> bool | None:
    """Tell whether a credential is meant to reach a repository; ``None`` where the profile does not say.

    The steps of the URL's path are compared with the values that the credential reaches, and its last one
    with the repositories that it is bound to.
    """
    steps = {unquote(step) for step in urlsplit(url).path.split("/") if step}
    name = unquote(url.rstrip("/").rpartition("/")[2]).removesuffix(".git")
    foreign = set(profile.foreign.values()).union(*profile.foreign_aliases.values())
    if credential.reaches is None:
        within: bool | None = not steps & foreign
    elif steps & set(credential.reaches):
        within = True
    else:
        within = False if set(credential.reaches) <= foreign or steps & foreign else None
    if not within or not credential.only or any(name in names for names in credential.only.values()):
        return within
    return False if set(credential.only) <= _REPOSITORY else None
