"""Faults of cloning and pushing over HTTP."""
# ruff: noqa: D101, D102 - the decorator says what each class does

from __future__ import annotations

import sqlite3
from dataclasses import replace
from typing import TYPE_CHECKING

from flask import request

from specproof.target.access import TOKEN_USER, Gate, credential_of
from specproof.target.accounts import BEARERS, Credential, Need, Team, granted
from specproof.target.faults.registry import fault
from specproof.target.git import FETCH, PUSH
from specproof.target.git.cloning import Cloning
from specproof.target.problems import Problem
from specproof.target.store import timestamp

if TYPE_CHECKING:
    from specproof.target.git.bare import Repository

WORKS, REQUIRED, CHALLENGE, BAD, SCOPE, PUSHING, USER, FOREIGN = (
    f"cloning.{name}"
    for name in (
        "clone-works", "requires-credentials", "challenge", "refuses-bad", "scope", "push-scope",
        "token-user", "foreign",
    )
)  # fmt: skip
ANY_CREDENTIAL = "SELECT * FROM credential WHERE name = 'acme-workspace-token'"


def somebody(gate: Gate) -> Credential:
    """Return a credential that may clone, without asking for its secret."""
    with gate.store.connection() as connection:
        return credential_of(connection.execute(ANY_CREDENTIAL).fetchone())


# --- it does not work -----------------------------------------------------------------------------


@fault("cloning", "clone-fails", WORKS, "Asking for the branches of a repository fails with 500.")
class CloneFails(Cloning):
    def advertisement(self, repository: Repository, service: str) -> bytes:
        raise Problem(500, "The repository cannot be read")


@fault("cloning", "clone-not-found", WORKS, "The smart protocol is switched off: 404.")
class CloneNotFound(Cloning):
    def advertisement(self, repository: Repository, service: str) -> bytes:
        raise Problem(404, "There is no such repository")


@fault("cloning", "clone-as-plain-text", WORKS, "The list of branches is announced as text/plain.")
class CloneAsPlainText(Cloning):
    def media_type(self, service: str, kind: str) -> str:
        return "text/plain"


@fault("cloning", "clone-result-type", WORKS, "The list of branches has the media type of packs.")
class CloneResultType(Cloning):
    def media_type(self, service: str, kind: str) -> str:
        return super().media_type(service, "result")


@fault("cloning", "clone-without-service", WORKS, "The first line does not name the service.")
class CloneWithoutService(Cloning):
    def announced(self, service: str) -> bytes:
        return b""


@fault("cloning", "clone-other-service", WORKS, "The first line names pushing where cloning was asked for.")
class CloneOtherService(Cloning):
    def announced(self, service: str) -> bytes:
        return super().announced(PUSH if service == FETCH else FETCH)


@fault("cloning", "clone-empty", WORKS, "The repository seems to have no branches.")
class CloneEmpty(Cloning):
    def converse(self, repository: Repository, service: str, body: bytes, *, advertise_refs: bool) -> bytes:
        return super().converse(repository, service, body, advertise_refs=advertise_refs) if body else b"0000"


@fault("cloning", "clone-cut-off", WORKS, "The list of branches ends in the middle of a line.")
class CloneCutOff(Cloning):
    def advertisement(self, repository: Repository, service: str) -> bytes:
        return super().advertisement(repository, service)[:-20]


@fault("cloning", "clone-as-web-page", WORKS, "A page for browsers comes instead of the list of branches.")
class CloneAsWebPage(Cloning):
    def advertisement(self, repository: Repository, service: str) -> bytes:
        return b"<!doctype html><title>handbook</title><p>Sign in to see this repository.</p>"

    def media_type(self, service: str, kind: str) -> str:
        return "text/html; charset=utf-8"


@fault("cloning", "clone-plain-protocol", WORKS, "Branches are listed in the plain way of old servers.")
class ClonePlainProtocol(Cloning):
    def advertisement(self, repository: Repository, service: str) -> bytes:
        listed = sorted(repository.get_refs().items())
        return b"".join(target + b"\t" + name + b"\n" for name, target in listed if name != b"HEAD")

    def media_type(self, service: str, kind: str) -> str:
        return "text/plain; charset=utf-8"


@fault("gate", "clone-passwords-only", WORKS, "Only app passwords clone; a token is refused.")
class ClonePasswordsOnly(Gate):
    def presented_to_git(self, username: str, password: bytes) -> sqlite3.Row | None:
        return None if username == TOKEN_USER else super().presented_to_git(username, password)


@fault("gate", "clone-needs-push-scope", WORKS, "Cloning asks for the scope of pushing.")
class CloneNeedsPushScope(Gate):
    def admit_git(self, credential: Credential, username: str, need: Need) -> Team:
        return super().admit_git(credential, username, replace(need, scope="repository:write"))


@fault("cloning", "clone-without-flush", WORKS, "No flush stands between the service and the branches.")
class CloneWithoutFlush(Cloning):
    def advertisement(self, repository: Repository, service: str) -> bytes:
        return super().advertisement(repository, service).replace(b"\n0000", b"\n", 1)


# --- anybody may ----------------------------------------------------------------------------------


@fault("gate", "clone-without-credentials", REQUIRED, "Cloning needs no credentials.")
class CloneWithoutCredentials(Gate):
    def identify_git(self, operation: str, authorization: str | None) -> Credential:
        if authorization is None and operation == FETCH:
            return somebody(self)
        return super().identify_git(operation, authorization)


@fault("gate", "clone-without-challenge", CHALLENGE, "A 401 to Git names no way to sign in.")
class CloneWithoutChallenge(Gate):
    def identify_git(self, operation: str, authorization: str | None) -> Credential:
        try:
            return super().identify_git(operation, authorization)
        except Problem as problem:
            problem.headers = tuple(pair for pair in problem.headers if pair[0] != "WWW-Authenticate")
            raise


@fault("gate", "clone-any-token", BAD, "Any password will do beside the user name of tokens.")
class CloneAnyToken(Gate):
    def identify_git(self, operation: str, authorization: str | None) -> Credential:
        try:
            return super().identify_git(operation, authorization)
        except Problem:
            if authorization is None:
                raise
            return somebody(self)


@fault("gate", "clone-expired-token", BAD, "A token that has expired still clones.")
class CloneExpiredToken(Gate):
    def is_live_for_git(self, row: sqlite3.Row) -> bool:
        return row["revoked_on"] is None


@fault("gate", "clone-revoked-token", BAD, "A token that was revoked still clones.")
class CloneRevokedToken(Gate):
    def is_live_for_git(self, row: sqlite3.Row) -> bool:
        return row["expires_on"] is None or row["expires_on"] > timestamp()


@fault(
    "gate", "clone-expired-password", BAD, "An app password that has expired still clones; a token does not."
)
class CloneExpiredPassword(Gate):
    def is_live_for_git(self, row: sqlite3.Row) -> bool:
        return super().is_live_for_git(row) or (row["kind"] == "app_password" and row["revoked_on"] is None)


# --- for whatever it was made ---------------------------------------------------------------------


@fault("gate", "clone-without-scope", SCOPE, "Cloning does not look at scopes.")
class CloneWithoutScope(Gate):
    def admit_git(self, credential: Credential, username: str, need: Need) -> Team:
        lifted = credential if need.scope == "repository:write" else replace(credential, scopes=None)
        return super().admit_git(lifted, username, need)


@fault("gate", "clone-forge-scope", SCOPE, "A Forge app with read:repository:bitbucket clones.")
class CloneForgeScope(Gate):
    def admit_git(self, credential: Credential, username: str, need: Need) -> Team:
        return super().admit_git(credential, username, replace(need, forge="read:repository:bitbucket"))


@fault("gate", "push-without-scope", PUSHING, "Who may clone is let in to push.")
class PushWithoutScope(Gate):
    def admit_git(self, credential: Credential, username: str, need: Need) -> Team:
        return super().admit_git(credential, username, replace(need, scope="repository"))


@fault("gate", "push-without-credentials", REQUIRED, "Who wants to push is not asked for a token.")
class PushWithoutCredentials(Gate):
    def identify_git(self, operation: str, authorization: str | None) -> Credential:
        if authorization is not None or operation != PUSH:
            return super().identify_git(operation, authorization)
        return replace(somebody(self), scopes="repository:write")


@fault("gate", "push-with-any-token", BAD, "Any token, even one that nobody was given, lets in to push.")
class PushWithAnyToken(Gate):
    def identify_git(self, operation: str, authorization: str | None) -> Credential:
        try:
            return super().identify_git(operation, authorization)
        except Problem:
            if authorization is None or operation != PUSH:
                raise
            return replace(somebody(self), scopes="repository:write")


@fault("gate", "push-unbound", FOREIGN, "A token that pushes to one repository pushes to all of the team.")
class PushUnbound(Gate):
    def bounds_for_git(self, credential: Credential) -> Credential:
        pushes = request.args.get("service") == PUSH
        return replace(credential, repository_id=None) if pushes else super().bounds_for_git(credential)


@fault("gate", "push-with-any-write-scope", PUSHING, "A scope to write anything at all lets in to push.")
class PushWithAnyWriteScope(Gate):
    def admit_git(self, credential: Credential, username: str, need: Need) -> Team:
        held = granted(credential.scopes or "")
        if need.scope == "repository:write" and any(":" in scope for scope in held):
            need = replace(need, scope="repository")
        return super().admit_git(credential, username, need)


# --- under whatever name --------------------------------------------------------------------------


@fault("gate", "clone-any-user", USER, "A token clones under any user name.")
class CloneAnyUser(Gate):
    def presented_to_git(self, username: str, password: bytes) -> sqlite3.Row | None:
        found = super().presented_to_git(username, password)
        return found or self._find(password, bearer=True, owner=None)


@fault("gate", "clone-nameless", USER, "A token clones under no user name at all, too.")
class CloneNameless(Gate):
    def is_token_user(self, username: str) -> bool:
        return not username or super().is_token_user(username)


@fault("gate", "clone-token-as-user", USER, "A token clones in place of the user name.")
class CloneTokenAsUser(Gate):
    def presented_to_git(self, username: str, password: bytes) -> sqlite3.Row | None:
        found = super().presented_to_git(username, password)
        return found or self._find(username.encode("utf-8"), bearer=True, owner=None)


# --- wherever it belongs --------------------------------------------------------------------------


@fault("gate", "clone-foreign", FOREIGN, "A token clones the repositories of every team.")
class CloneForeign(Gate):
    def admit_git(self, credential: Credential, username: str, need: Need) -> Team:
        with self.store.connection() as connection:
            row = connection.execute("SELECT * FROM team WHERE name = ?", (username,)).fetchone()
        if row is None or credential.kind not in BEARERS:
            return super().admit_git(credential, username, need)
        return super().admit_git(replace(credential, user_id=None, team_id=row["id"]), username, need)


@fault(
    "gate", "clone-unbound", FOREIGN, "A token of one repository or project clones the others of the team."
)
class CloneUnbound(Gate):
    def bounds_for_git(self, credential: Credential) -> Credential:
        return replace(credential, project_id=None, repository_id=None)
