"""From pointers into a document that was converted to pointers into the one that was read."""

from __future__ import annotations


class Origins:
    """Which object of the converted document was made from which object of the original."""

    def __init__(self) -> None:
        self._known: dict[str, str] = {}

    def add(self, here: str, origin: str) -> None:
        """Note where an object and everything inside it came from, unless something inside says otherwise."""
        self._known[here] = origin

    def of(self, pointer: str) -> str:
        """Return the pointer into the original; what was never noted kept its place."""
        above, rest = pointer, ""
        while above and above not in self._known:
            above, slash, step = above.rpartition("/")
            rest = f"{slash}{step}{rest}"
        return self._known.get(above, above) + rest
