"""A link in an answer."""

from __future__ import annotations

from dataclasses import dataclass

from specproof.model.exchange import Exchange


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """Where an object says that something is to be found."""

    pointer: str  # where in the body it stands, list indexes included; "Link" or "Location" for a header
    relation: str
    href: object  # as it stands there; a text, if all is well
    holder: object  # the object that has the link
    exchange: Exchange  # the answer that it stands in
    templated: bool = False

    @property
    def place(self) -> str:
        """The pointer with a star for every list index: the same for all items of a list."""
        return "/".join("*" if step.isdigit() else step for step in self.pointer.split("/"))
