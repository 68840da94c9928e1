"""Names of things that a run makes: recognisable, with the run's id, and legal for the schema."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from specproof.generate.bodies import BodyPlan
from specproof.model.operation import Operation

GENERATIONS = "rstuvwxyz"  # letters that neither hex digits nor their letters use
_SHORTEST = 6  # characters of a run's id: shorter ones might stand in other names by chance
_LARGE = 10_000  # as long as a number gets
_LETTERS = str.maketrans("0123456789", "ghijklmnop")  # hex digits as letters, one for one


# Tried in this order; the first that the schema takes is used. ``{run}`` is the run's id and the part of the
# run, ``{n}`` the number.
_STYLES: tuple[Callable[[str, int], str], ...] = (
    lambda run, n: f"SPECPROOF_{run}_{n}",
    lambda run, n: f"specproof_{run}_{n}",
    lambda run, n: f"specproof-{run.replace('_', '-')}-{n}",
    lambda run, n: f"specproof{run.replace('_', '')}x{n}",
    lambda run, n: f"specproof-{run.replace('_', '-')}-{n}@example.com",
    lambda run, n: f"https://example.com/specproof-{run.replace('_', '-')}-{n}",
    lambda run, n: f"specproof-{run.replace('_', '-')}-{n}.example.com.",
    lambda run, n: f"specproof{_letters(run)}q{_letters(str(n))}",
    lambda run, n: f"SPECPROOF{_letters(run)}q{_letters(str(n))}".upper(),
    lambda run, n: f"sp{run.replace('_', '')}x{n}",
    lambda run, n: f"SP{run.replace('_', '')}X{n}".upper(),
)


_PLAIN = 2  # small letters, digits and hyphens


def _letters(text: str) -> str:
    return text.replace("_", "").translate(_LETTERS)


class Names:
    """Unique values of a run."""

    def __init__(self, run: str) -> None:
        """Count from 1; ``run`` is the id of the run, and after an underscore the part of it."""
        self._run, self._count = run, 0
        self._styles: dict[tuple[str, str], int] = {}

    def next(self, style: int = 0) -> str:
        """Return a value that this run did not use before."""
        self._count += 1
        return _STYLES[style](self._run, self._count)

    def for_member(
        self, plan: BodyPlan, member: str, is_valid: Callable[[Operation, Any], bool], *, said: bool = True
    ) -> str:
        """Return a new value for one member of a body, in the first style that its schema takes.

        Where nobody ``said`` that it is unique, the schema may not say all of its form either: small letters
        and hyphens are what most servers take.
        """
        key = (plan.operation.label, member)
        if key not in self._styles:
            order = range(len(_STYLES)) if said else (_PLAIN, *range(len(_STYLES)))
            tried = (
                number
                for number in order
                if is_valid(plan.operation, {**plan.base, member: _STYLES[number](self._run, _LARGE)})
            )
            self._styles[key] = next(tried, 0)
        return self.next(self._styles[key])


def is_name(text: str, run: str) -> bool:
    """Tell whether a text is a name that the run of this id made up."""
    return generation_of(text, run) is not None


def generation_of(text: str, run: str) -> str | None:
    """Return the generation that a name belongs to; ``None`` where it is no name of the run of this id."""
    plain = re.sub(r"[^a-z0-9]", "", text.lower())
    for beginning in ("specproof", "sp", "httpsexamplecomspecproof"):
        for written in (run, _letters(run)):
            if len(run) >= _SHORTEST and plain.startswith(beginning + written):
                following = plain[len(beginning + written) :][:1]
                return following if following and following in GENERATIONS else ""
    return None
