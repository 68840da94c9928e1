"""What was seen when somebody tried to learn a secret that the run made up itself."""

from __future__ import annotations

from dataclasses import dataclass

from specproof.model.life import Act
from specproof.model.walk import Walk


@dataclass(frozen=True, slots=True, kw_only=True)
class Guess:
    """Two walks with one operator: a condition with the secret, and one with another text like it."""

    operator: str
    made: Act  # the creation of the thing that has the secret
    right: Walk
    wrong: Walk

    @property
    def tells(self) -> bool:
        """Whether the thing is listed for one of the two texts alone, in lists walked to their ends."""
        listed = {self.made.identity in walk.identities for walk in (self.right, self.wrong)}
        return self.right.complete and self.wrong.complete and len(listed) == 2


@dataclass(frozen=True, slots=True, kw_only=True)
class SortedSecrets:
    """Things with secrets, and the list sorted by the secret member.

    Args:
        made: Their creations, in an order that has nothing to do with the secrets.
        by_secret: Their identities in the order of their secrets.
        walks: Ascending, and descending where that can be asked.
    """

    made: tuple[Act, ...]
    by_secret: tuple[str, ...]
    walks: tuple[Walk, ...]
