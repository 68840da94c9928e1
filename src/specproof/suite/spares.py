"""Things that one look left and that the next one may use, so that fewer have to be made."""

from __future__ import annotations

from dataclasses import dataclass, field

from specproof.generate.sequences import Stage
from specproof.model.life import Act


@dataclass(frozen=True, slots=True, kw_only=True)
class Spares:
    """Keeps the run's own things of one resource.

    Args:
        stage: Where they are made and deleted.
    """

    stage: Stage
    _left: list[Act] = field(default_factory=list)

    def take(self, subject: str) -> Act:
        """Return how a thing was made that nobody needs, or make one; without an identity it failed."""
        return self._left.pop() if self._left else self.stage.create_new(subject)

    def leave(self, *things: Act) -> None:
        """Keep things that are there still."""
        self._left.extend(each for each in things if each.identity is not None)

    def clear(self) -> None:
        """Delete what nobody took."""
        while self._left:
            self.stage.delete(self._left.pop(), "clear")
