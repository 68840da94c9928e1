"""Faults of the second step of a clone: the branches are kept from whom they should be, the packs are not."""
# ruff: noqa: D101, D102 - the decorator says what each class does

from __future__ import annotations

import sqlite3
from dataclasses import replace

from flask import request

from specproof.target.access import Gate
from specproof.target.accounts import Credential, Need, Team
from specproof.target.faults.cloning import BAD, FOREIGN, REQUIRED, SCOPE, CloneForeign, somebody
from specproof.target.faults.registry import fault


def _is_pack() -> bool:
    return request.method == "POST"


@fault("gate", "pack-without-credentials", REQUIRED, "Packs are given to who has no token.")
class PackWithoutCredentials(Gate):
    def identify_git(self, operation: str, authorization: str | None) -> Credential:
        if authorization is None and _is_pack():
            return somebody(self)
        return super().identify_git(operation, authorization)


@fault("gate", "pack-for-ended-token", BAD, "Packs are given for a token that has ended.")
class PackForEndedToken(Gate):
    def is_live_for_git(self, row: sqlite3.Row) -> bool:
        return _is_pack() or super().is_live_for_git(row)


@fault("gate", "pack-without-scope", SCOPE, "Packs are given whatever the scopes of a token are.")
class PackWithoutScope(Gate):
    def admit_git(self, credential: Credential, username: str, need: Need) -> Team:
        lifted = replace(credential, scopes=None) if _is_pack() else credential
        return super().admit_git(lifted, username, need)


@fault("gate", "pack-of-any-team", FOREIGN, "A token gets the packs of every team.")
class PackOfAnyTeam(CloneForeign):
    def admit_git(self, credential: Credential, username: str, need: Need) -> Team:
        if _is_pack():
            return super().admit_git(credential, username, need)
        return Gate.admit_git(self, credential, username, need)
