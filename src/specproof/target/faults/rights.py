"""Faults of authorization: scopes, roles, bindings, other spellings."""
# ruff: noqa: D101, D102 - the decorator says what each class does

from __future__ import annotations

import sqlite3
import uuid
from collections.abc import Callable
from dataclasses import replace

from flask import Response, request

from specproof.target.access import Gate
from specproof.target.accounts import Credential, Need, Team
from specproof.target.answers import Answers
from specproof.target.faults.registry import fault
from specproof.target.incoming import Call, bare_uuid
from specproof.target.problems import Problem
from specproof.target.search.index import Search
from specproof.target.store import timestamp

ALLOWED, ENFORCED = "authorization.allowed", "authorization.scope-enforced"
STATUS, EFFECT = "authorization.refusal-status", "authorization.refused-without-effect"
BOUND, ALIAS = "authorization.bound", "alias.same-answer"
Who = Callable[[Credential, "str | None", Need], bool]


def addressed_by_uuid() -> bool:
    """Tell whether the team of the request is named by its UUID."""
    return bare_uuid((request.view_args or {}).get("username", "")) is not None


class Generous(Gate):
    """Permits more than it should."""

    def permits(self, credential: Credential, role: str | None, need: Need) -> bool:
        return super().permits(credential, role, need) or self.gives(credential, role, need)

    def gives(self, credential: Credential, role: str | None, need: Need) -> bool:
        return False


def generous(name: str, summary: str, gives: Who, promise: str = ENFORCED) -> None:
    """Register a gate that permits what the function tells."""

    def method(self: Gate, credential: Credential, role: str | None, need: Need) -> bool:
        return gives(credential, role, need)

    fault("gate", name, promise, summary)(type("Generous", (Generous,), {"gives": method}))


def _holds(credential: Credential, *scopes: str) -> bool:
    return bool({*scopes} & {*(credential.scopes or "").split()})


def _is_member(role: str | None, credential: Credential) -> bool:
    return role == "member" and _holds(credential, "pipeline:variable")


def _is_reader(role: str | None, credential: Credential) -> bool:
    return role != "member" and _holds(credential, "pipeline") and not credential.is_narrow


def _is_item() -> bool:
    return "variable_uuid" in (request.view_args or {})


generous(
    "repository-opens-pipeline",
    "The scope repository reads variables.",
    lambda c, _role, need: need.scope == "pipeline" and _holds(c, "repository"),
)
generous(
    "pipeline-opens-repository",
    "The scope pipeline searches code.",
    lambda c, _role, need: need.scope == "repository" and _holds(c, "pipeline"),
)
generous(
    "pipeline-writes",
    "The scope pipeline writes variables.",
    lambda c, role, need: need.scope == "pipeline:variable" and _is_reader(role, c),
)
generous(
    "any-scope-reads",
    "Any scope at all is enough to read.",
    lambda c, _role, _need: request.method == "GET" and c.kind == "app_password",
)
generous(
    "any-scope-lists",
    "Any scope at all is enough to list, not to read.",
    lambda c, _role, _need: request.method == "GET" and not _is_item() and c.kind == "app_password",
)
generous(
    "tokens-know-no-scopes",
    "The scopes of access tokens are not looked at.",
    lambda c, _role, _need: c.kind == "workspace_access_token",
)
generous(
    "no-scope-when-filtered-and-sorted",
    "With q and sort together, scopes are not looked at.",
    lambda _c, _role, _need: request.method == "GET" and {"q", "sort"} <= set(request.args),
)
generous(
    "bound-token-reads-variables",
    "A token of one repository reads the variables of the team.",
    lambda c, _role, need: c.is_narrow and c.may(need) and request.method == "GET",
)
generous(
    "bound-token-writes-variables",
    "A token of one project writes the variables of the team.",
    lambda c, _role, need: c.project_id is not None and c.may(need),
)
generous(
    "no-scope-by-uuid",
    "Scopes are not looked at where the team is addressed by UUID.",
    lambda c, _role, _need: addressed_by_uuid() and c.kind == "app_password",
    ALIAS,
)


def _on(method: str, whom: Callable[[str | None, Credential], bool]) -> Who:
    def gives(credential: Credential, role: str | None, _need: Need) -> bool:
        return request.method == method and whom(role, credential)

    return gives


for _method, _verb in (("POST", "create"), ("PUT", "update"), ("DELETE", "delete")):
    generous(f"member-may-{_verb}", f"A plain member may {_verb}.", _on(_method, _is_member))
    generous(f"reader-may-{_verb}", f"Who may read may {_verb}.", _on(_method, _is_reader))


class Strict(Gate):
    """Permits less than it should."""

    def permits(self, credential: Credential, role: str | None, need: Need) -> bool:
        return super().permits(credential, role, need) and not self.denies(credential, need)

    def denies(self, credential: Credential, need: Need) -> bool:
        return False


@fault("gate", "write-scope-does-not-read", ALLOWED, "pipeline:variable no longer implies pipeline.")
class WriteScopeDoesNotRead(Strict):
    def denies(self, credential: Credential, need: Need) -> bool:
        return (
            need.scope == "pipeline" and credential.scopes is not None and not _holds(credential, "pipeline")
        )


@fault("gate", "api-key-may-not-search", ALLOWED, "API keys are refused by search.")
class ApiKeyMayNotSearch(Strict):
    def denies(self, credential: Credential, need: Need) -> bool:
        return need.scope == "repository" and credential.kind == "api_key"


@fault("gate", "token-may-not-update", ALLOWED, "PUT refuses access tokens.")
class TokenMayNotUpdate(Strict):
    def denies(self, credential: Credential, need: Need) -> bool:
        return request.method == "PUT" and credential.kind == "workspace_access_token"


@fault("gate", "missing-scope-is-unauthorized", STATUS, "A missing scope is a 401.")
class MissingScopeIsUnauthorized(Gate):
    def require(self, credential: Credential, role: str | None, need: Need) -> None:
        try:
            super().require(credential, role, need)
        except Problem:
            raise self.unauthorized("The credentials are not enough") from None


class Hasty(Gate):
    """Does something before it refuses."""

    def require(self, credential: Credential, role: str | None, need: Need) -> None:
        try:
            super().require(credential, role, need)
        except Problem:
            identity = bare_uuid((request.view_args or {}).get("variable_uuid", ""))
            with self.store.writing() as connection:
                self.act(connection, identity)
            raise

    def act(self, connection: sqlite3.Connection, identity: str | None) -> None:
        raise NotImplementedError


@fault("gate", "delete-before-refusal", EFFECT, "DELETE deletes, and then looks at the scopes.")
class DeleteBeforeRefusal(Hasty):
    def act(self, connection: sqlite3.Connection, identity: str | None) -> None:
        if request.method == "DELETE":
            connection.execute("DELETE FROM variable WHERE uuid = ?", (identity,))


@fault("gate", "update-before-refusal", EFFECT, "PUT writes, and then looks at the scopes.")
class UpdateBeforeRefusal(Hasty):
    def act(self, connection: sqlite3.Connection, identity: str | None) -> None:
        if request.method == "PUT":
            now = timestamp()
            connection.execute("UPDATE variable SET updated_on = ? WHERE uuid = ?", (now, identity))


@fault("gate", "create-before-refusal", EFFECT, "POST creates, and then looks at the scopes.")
class CreateBeforeRefusal(Hasty):
    def act(self, connection: sqlite3.Connection, identity: str | None) -> None:
        if request.method == "POST":
            now = timestamp()
            connection.execute(
                "INSERT INTO variable (team_id, uuid, key, value, secured, created_on, updated_on)"
                " SELECT id, ?, ?, '', 0, ?, ? FROM team WHERE name = 'acme'",
                (str(uuid.uuid4()), f"LEFT {now}", now, now),
            )


@fault("search", "bound-token-searches-all", BOUND, "Search does not know that a token is bound to a part.")
class BoundTokenSearchesAll(Search):
    def bounds(self, credential: Credential, parameters: list[object]) -> str:
        return ""


@fault("search", "repository-token-searches-others", BOUND, "A token of one repository searches others too.")
class RepositoryTokenSearchesProject(Search):
    def bounds(self, credential: Credential, parameters: list[object]) -> str:
        if credential.repository_id is None:
            return super().bounds(credential, parameters)
        parameters.append(credential.repository_id)
        return "repository.id >= ? AND "


@fault("search", "project-token-searches-all", BOUND, "A token of one project searches others too.")
class ProjectTokenSearchesAll(Search):
    def bounds(self, credential: Credential, parameters: list[object]) -> str:
        return "" if credential.project_id is not None else super().bounds(credential, parameters)


@fault("gate", "uuid-unknown", ALIAS, "The UUID of a team is a 404.")
class UuidUnknown(Gate):
    def admit(self, credential: Credential, username: str, need: Need) -> Team:
        if bare_uuid(username) is not None:
            raise self.no_team()
        return super().admit(credential, username, need)


@fault("answers", "uuid-shows-less", ALIAS, "By UUID, lists lack their total.")
class UuidShowsLess(Answers):
    def page(self, call: Call, page: dict[str, object]) -> Response:
        if addressed_by_uuid():
            page = {name: value for name, value in page.items() if name != "size"}
        return super().page(call, page)


@fault("answers", "uuid-reads-another", ALIAS, "By UUID, secured is turned round in a read.")
class UuidReadsOther(Answers):
    def read(self, call: Call, row: sqlite3.Row, shown: dict[str, object]) -> Response:
        if addressed_by_uuid() and "secured" in shown:
            shown = shown | {"secured": not shown["secured"]}
        return super().read(call, row, shown)


@fault("gate", "uuid-without-search", ALIAS, "By UUID, search is not enabled.")
class UuidWithoutSearch(Gate):
    def admit(self, credential: Credential, username: str, need: Need) -> Team:
        team = super().admit(credential, username, need)
        return replace(team, search_enabled=False) if bare_uuid(username) is not None else team
