"""Faults that show in one corner alone: one way to ask, one kind of answer, one kind of text."""
# ruff: noqa: D101, D102 - the decorator says what each class does

from __future__ import annotations

import json
import re
import sqlite3
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import replace

from flask import Response, g, request
from lark import Token

from specproof.target.access import Gate
from specproof.target.accounts import Credential
from specproof.target.answers import Answers
from specproof.target.columns import Column
from specproof.target.faults.access import EXPOSED
from specproof.target.faults.cors import ALLOW_ORIGIN, ORIGIN, REFUSALS, Finished
from specproof.target.faults.credentials import EXACT, Careless, Obliging
from specproof.target.faults.histories import Remembering
from specproof.target.faults.registry import fault
from specproof.target.filtering import Filter
from specproof.target.incoming import Call, Place
from specproof.target.intake import Intake
from specproof.target.oauth.records import Client
from specproof.target.oauth.rules import Rules
from specproof.target.oauth.vault import Vault
from specproof.target.paging import Page, Pager, Values, Window
from specproof.target.problems import Problem
from specproof.target.search.index import Search
from specproof.target.search.syntax import Node
from specproof.target.variables import Draft, Variables


@fault("variables", "flag-lost-with-value", EXPOSED, "A new value without secured switches secured off.")
class FlagLostWithValue(Variables):
    def write(self, connection: sqlite3.Connection, row: sqlite3.Row, draft: Draft) -> None:
        bare = draft.value is not None and draft.secured is None
        super().write(connection, row, replace(draft, secured=False) if bare else draft)


@fault("variables", "flag-lost-with-nothing", EXPOSED, "A change that names nothing switches secured off.")
class FlagLostWithNothing(Variables):
    def write(self, connection: sqlite3.Connection, row: sqlite3.Row, draft: Draft) -> None:
        nothing = draft == Draft(key=None, value=None, secured=None)
        opened = replace(draft, value=row["value"], secured=False)
        super().write(connection, row, opened if nothing else draft)


@fault(
    "variables",
    "renamed-alike-at-once",
    "history.concurrent-create",
    "Until one is read, two get the same key.",
)
class RenamedAlikeAtOnce(Remembering):
    def update(self, team: int, identity: str | None, draft: Draft) -> sqlite3.Row:
        if draft.key is not None and self.counts.pop(draft.key, 0):
            draft = replace(draft, key=None)
        elif draft.key is not None:
            self.counts[draft.key] = 1
        return super().update(team, identity, draft)

    def read(self, team: int, identity: str | None) -> sqlite3.Row:
        self.counts.clear()
        return super().read(team, identity)

    def create(self, team: int, draft: Draft) -> sqlite3.Row:
        self.counts.clear()
        return super().create(team, draft)


@fault("answers", "secret-alone-on-page", EXPOSED, "A secured variable alone on a page shows its value.")
class SecretAloneOnPage(Answers):
    def listed(self, call: Call, rows: Iterable[sqlite3.Row]) -> list[dict[str, object]]:
        kept = list(rows)
        values = super().listed(call, kept)
        if call.query.one("pagelen") != "1":
            return values
        return [value | {"value": row["value"]} for value, row in zip(values, kept, strict=True)]


@fault("answers", "secret-of-lines-shown", EXPOSED, "Secured values of several lines are shown.")
class SecretOfLinesShown(Answers):
    def readable(self, row: sqlite3.Row) -> str:
        return str(row["value"]) if "\n" in row["value"] else super().readable(row)


@fault("answers", "cors-missing-on-deletions", ORIGIN, "A 204 has no Access-Control-Allow-Origin.")
class CorsMissingOnDeletions(Finished):
    def change(self, operation: str, response: Response) -> None:
        if response.status_code == 204 and request.method == "DELETE":
            response.headers.pop(ALLOW_ORIGIN, None)


@fault("answers", "cors-missing-on-conflicts", REFUSALS, "A 409 has no Access-Control-Allow-Origin.")
class CorsMissingOnConflicts(Finished):
    def change(self, operation: str, response: Response) -> None:
        if response.status_code == 409:
            response.headers.pop(ALLOW_ORIGIN, None)


@fault("intake", "secret-in-media-refusal", EXPOSED, "What comes under a wrong media type is quoted.")
class SecretInMediaRefusal(Intake):
    def media_type(self, content_type: str, body: bytes) -> str:
        try:
            return super().media_type(content_type, body)
        except Problem as problem:
            quoted = body.decode("utf-8", "replace")
            raise Problem(problem.status, problem.message, detail=quoted) from problem


@fault("answers", "cors-missing-on-invalid", REFUSALS, "A 400 to a write has no Access-Control-Allow-Origin.")
class CorsMissingOnInvalid(Finished):
    def change(self, operation: str, response: Response) -> None:
        if response.status_code == 400 and request.method in {"POST", "PUT"}:
            response.headers.pop(ALLOW_ORIGIN, None)


@fault("gate", "secret-first-character-ignored", EXACT, "The first character of a secret is not compared.")
class SecretFirstCharacterIgnored(Careless):
    def resembles(self, given: str, right: str) -> bool:
        return len(given) > 1 and given[1:] == right[1:]


@fault("gate", "unverified-token-accepted", EXACT, "Whatever looks like a JSON Web Token is one.")
class UnverifiedTokenAccepted(Obliging):
    def obliges(self, operation: str, authorization: str) -> bool:
        return bool(re.fullmatch(r"(?i:bearer) +eyJ[\w-]+\.eyJ[\w-]+\.[\w-]*", authorization))


@fault("gate", "basic-without-colon-fails", "status.no-server-error", "Basic without a colon is a 500.")
class BasicWithoutColonFails(Obliging):
    def identify(self, operation: str, authorization: str | None) -> Credential:
        if authorization is not None and authorization.lower() == "basic c3bly3byb29m":
            raise Problem(500, "The credentials could not be taken apart")
        return super().identify(operation, authorization)


@fault("oauth", "refresh-names-no-client", "oauth.client-authenticated", "A refresh needs no client at all.")
class RefreshNamesNoClient(Rules):
    def unnamed(self, vault: Vault, form: Mapping[str, str]) -> Client | None:
        token = vault.refresh_token(form.get("refresh_token") or "")
        g.unnamed = token is not None and "client_id" not in form
        return vault.client("acme-consumer") if token is not None else None

    def needs_no_secret(self, client: Client) -> bool:
        return g.get("unnamed", False) or super().needs_no_secret(client)


class _Forgetful(Pager):
    name = ""

    def wrap(self, window: Window, total: int, values: Values, place: Place) -> Page:
        page = super().wrap(window, total, values, place)
        pairs = [pair for pair in place.pairs if pair[0] != self.name]
        if "previous" in page and pairs != place.pairs:
            page["previous"] = replace(place, pairs=pairs).with_page(window.number - 1)
        return page


@fault("variable_pager", "previous-forgets-order", "sort.pages", "The previous link of a page loses sort.")
class PreviousForgetsOrder(_Forgetful):
    name = "sort"


@fault("variable_pager", "previous-forgets-filter", "filter.pages", "The previous link of a page loses q.")
class PreviousForgetsFilter(_Forgetful):
    name = "q"


@fault("answers", "secret-shown-to-readers", EXPOSED, "Who may only read is shown secured values.")
class SecretShownToReaders(Answers):
    def read(self, call: Call, row: sqlite3.Row, shown: dict[str, object]) -> Response:
        reads = "pipeline:variable" not in (call.credential.scopes or "pipeline:variable")
        return super().read(call, row, shown | {"value": row["value"]} if reads else shown)


@fault("intake", "secret-in-refused-creation", EXPOSED, "A creation that is refused is quoted in the 400.")
class SecretInRefusedCreation(Intake):
    def variable(self, document: dict[str, object], *, creating: bool) -> Draft:
        try:
            return super().variable(document, creating=creating)
        except Problem as problem:
            quoted = json.dumps(document) if creating else problem.detail
            raise Problem(problem.status, problem.message, detail=quoted, fields=problem.fields) from problem


@fault("filter", "filter-odd-day-fails", "filter.malformed-refused", "A day that does not exist is a 500.")
class FilterOddDayFails(Filter):
    def moment(self, literal: Token) -> str:
        try:
            return super().moment(literal)
        except Problem as problem:
            raise Problem(500, "There is no such day") from problem


@fault("filter", "filter-equals-composes", "filter.equality", "A text of = is composed (NFC) before.")
class FilterEqualsComposes(Filter):
    def bound(self, column: Column, literal: Token) -> object:
        found = super().bound(column, literal)
        return unicodedata.normalize("NFC", found) if isinstance(found, str) else found


@fault("search", "search-mark-of-modifier-ignored", "search.negation", "A - before a modifier is ignored.")
class SearchMarkOfModifierIgnored(Search):
    def understand(self, text: str | None) -> Node:
        return super().understand(text and re.sub(r"(^|\s)-(?=[a-z]+:)", r"\1", text))


@fault("gate", "clone-github-user", "cloning.token-user", "A token clones as the user of x-oauth-basic.")
class CloneGithubUser(Gate):
    def presented_to_git(self, username: str, password: bytes) -> sqlite3.Row | None:
        found = super().presented_to_git(username, password)
        elsewhere = password == b"x-oauth-basic"
        return self._find(username.encode(), bearer=True, owner=None) if elsewhere and not found else found
