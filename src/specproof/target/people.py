"""The people of the demonstration data: who they are, and in which teams they are what."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody with an account.

    Args:
        name: The user name.
        display_name: What others read.
        email: The address in the commits; it leads from a commit to the account.
        offset: How far the clock on the wall is from UTC; commits keep it.
        roles: The role in each team.
    """

    name: str
    display_name: str
    email: str
    offset: timedelta
    roles: dict[str, str]

    @property
    def signature(self) -> str:
        """Name and address, as git writes them."""
        return f"{self.display_name} <{self.email}>"


PEOPLE = (
    Person(
        name="ada",
        display_name="Ada Berg",
        email="ada@acme.example",
        offset=timedelta(hours=1),
        roles={"acme": "admin", "fallow": "admin", "quiet": "admin"},
    ),
    Person(
        name="ben",
        display_name="Ben Okoye",
        email="ben@acme.example",
        offset=timedelta(hours=-3, minutes=-30),
        roles={"acme": "member"},
    ),
    Person(
        name="rita",
        display_name="Rita Sørensen",
        email="rita@rival.example",
        offset=timedelta(0),
        roles={"rival": "admin"},
    ),
)


def members_of(team: str) -> list[Person]:
    """Return everybody who is in a team."""
    return [person for person in PEOPLE if team in person.roles]
