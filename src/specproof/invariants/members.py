"""Compare what was sent with what is shown, member by member."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from specproof.contract.secret import SecretRule
from specproof.model.exchange import MISSING


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """Which members of a representation can be compared with what was sent."""

    shown: frozenset[str]  # a representation documents them and a client may write them
    secrets: tuple[SecretRule, ...] = ()


def differences(known: Known, sent: Any, shown: Any) -> list[tuple[str, Any, Any]]:
    """Return ``(member, sent, got)`` for every member that reads back as another value.

    Members that the representation does not document, and secrets, are not compared.
    """
    if not isinstance(sent, Mapping) or not isinstance(shown, Mapping):
        return []
    compared = [
        name for name in sent if name in known.shown and name not in secret_members(known, sent, shown)
    ]
    return [
        (name, sent[name], shown.get(name, MISSING))
        for name in compared
        if not same(sent[name], shown.get(name, MISSING))
    ]


def secret_members(known: Known, *bodies: Mapping[str, Any]) -> frozenset[str]:
    """Return the members that are secrets in one of the bodies: they are not compared."""
    return frozenset(
        rule.member
        for rule in known.secrets
        for body in bodies
        if rule.when is None or body.get(rule.when[0]) == rule.when[1]
    )


def same(sent: Any, got: Any) -> bool:
    """Tell whether two JSON values are equal; ``true`` and ``1`` are not."""
    if isinstance(sent, bool) or isinstance(got, bool):
        return sent is got
    return bool(sent == got)


def shorten(value: Any) -> str:
    """Return a value for a sentence: its beginning and its length where it is long."""
    text = "nothing" if value is MISSING else repr(value)
    return text if len(text) <= 60 else f"{text[:40]}… ({len(text) - 2} characters)"
