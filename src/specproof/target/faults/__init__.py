"""Switchable violations: each breaks one promise of the contract and nothing else."""

from __future__ import annotations

from collections.abc import Iterable

from specproof.target.faults.registry import FAULTS, Fault
from specproof.target.problems import UnknownFault

__all__ = ["FAULTS", "Fault", "named"]


def named(names: Iterable[str]) -> list[Fault]:
    """Return the faults with these names, each once.

    Raises:
        UnknownFault: One does not exist.
    """
    chosen: dict[str, Fault] = {}
    for name in names:
        if name not in FAULTS:
            raise UnknownFault(name, FAULTS)
        chosen[name] = FAULTS[name]
    return list(chosen.values())
