"""What a seed file may say: one model per table, one description per key.

The descriptions are the text of ``docs/mock-target.md``; a test compares the two.
"""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterable
from typing import Annotated, Any, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from specproof.errors import did_you_mean
from specproof.target.administration import NAME

ACCOUNT = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,61}")
SLUG = re.compile(r"(?!.*\.git$)[A-Za-z0-9][A-Za-z0-9._-]{0,61}")
PROJECT = re.compile(r"[A-Z][A-Z0-9_]{0,39}")
UUID = re.compile(r"\{[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}\}")
EMAIL = re.compile(r"[^@\s<>]+@[^@\s<>]+")
VARIABLE = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}")


def _spelt(pattern: re.Pattern[str], rule: str) -> AfterValidator:
    """Build a validator that says in words what a text has to look like; it does not show the text."""

    def check(text: str) -> str:
        if not pattern.fullmatch(text):
            raise ValueError(rule)
        return text

    return AfterValidator(check)


Account = Annotated[str, _spelt(ACCOUNT, "use up to 62 letters, digits, '_' and '-'")]
Slug = Annotated[
    str, _spelt(SLUG, "use up to 62 letters, digits, '.', '_' and '-', and no '.git' at the end")
]
Key = Annotated[str, _spelt(PROJECT, "use up to 40 capitals, digits and '_'")]
Uuid = Annotated[str, _spelt(UUID, "write a UUID in curly braces")]
Email = Annotated[str, _spelt(EMAIL, "write an address with one '@'")]
Line = Annotated[str, _spelt(re.compile(r"[^\x00-\x1f<>]{1,255}"), "use 1 to 255 characters on one line")]
Text = Annotated[
    str,
    _spelt(re.compile(r"[^\x00]{0,4096}", re.DOTALL), "use at most 4,096 characters, none of them U+0000"),
]
Name = Annotated[
    str, _spelt(re.compile(r"[^\x00]{1,255}", re.DOTALL), "use 1 to 255 characters, none of them U+0000")
]
CredentialName = Annotated[str, _spelt(NAME, "use up to 64 of a-z, 0-9, '.', '_' and '-'")]
FromEnvironment = Annotated[
    str, _spelt(VARIABLE, "name an environment variable in ${…}, or leave it out: then one is made up")
]


def unique(what: str, values: Iterable[Hashable]) -> None:
    """Refuse what stands twice.

    Raises:
        ValueError: With the first such value.
    """
    seen = set()
    for value in values:
        if value in seen:
            raise ValueError(f"{what} {value!r} stands twice; use another one")
        seen.add(value)


class Table(BaseModel):
    """Base of all tables: nothing unknown is let through, and nothing is converted."""

    model_config = ConfigDict(frozen=True, strict=True, extra="forbid", use_attribute_docstrings=True)

    @model_validator(mode="before")
    @classmethod
    def _known(cls, table: Any) -> Any:
        for key in table if isinstance(table, dict) else ():
            if key not in cls.model_fields:
                known = ", ".join(cls.model_fields)
                raise ValueError(
                    f"no key is called {key!r}.{did_you_mean(key, cls.model_fields)} There are {known}"
                )
        return table


class User(Table):
    """Somebody with an account."""

    name: Account
    """the user name"""
    display_name: Line | None = None
    """what others read; the user name if not given"""
    email: Email | None = None
    """the address in commits; made from the name if not given"""

    @property
    def address(self) -> str:
        """The given address, or one that leads nowhere (RFC 6761 section 6.4)."""
        return self.email or f"{self.name}@users.invalid"


class Project(Table):
    """A part of a team that holds repositories."""

    key: Key
    """short name in capitals"""
    name: Line | None = None
    """what others read; the key if not given"""


class Repository(Table):
    """Files, in one commit on the branch `main`."""

    slug: Slug
    """its name in addresses"""
    name: Line | None = None
    """what others read; the slug if not given"""
    project: Key
    """key of a project of the team"""
    files: dict[str, str] | None = None
    """text by path; this or `folder`"""
    folder: str | None = None
    """folder with text files, relative to the seed file; hidden ones and links are left out"""

    @model_validator(mode="after")
    def _one_source(self) -> Self:
        if (self.files is None) == (self.folder is None):
            raise ValueError("give either files or a folder")
        return self


class Variable(Table):
    """A pipeline variable."""

    key: Name
    """its name, unique in the team"""
    value: Text
    """its value, as it stands"""
    secured: bool = False
    """true: the value is never shown again"""


class Team(Table):
    """An account that owns projects, repositories and variables."""

    name: Account
    """its name in addresses"""
    uuid: Uuid | None = None
    """its UUID in curly braces; made from the name if not given"""
    search: bool = True
    """false: search is not enabled"""
    admins: list[str] = Field(default_factory=list)
    """users who may do everything"""
    members: list[str] = Field(default_factory=list)
    """users who may read"""
    projects: list[Project] = Field(default_factory=list)
    repositories: list[Repository] = Field(default_factory=list)
    variables: list[Variable] = Field(default_factory=list)

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        unique("the user", [*self.admins, *self.members])
        unique("the project", (project.key for project in self.projects))
        unique("the repository", (repository.slug.lower() for repository in self.repositories))
        unique("the variable", (variable.key for variable in self.variables))
        keys = [project.key for project in self.projects]
        for repository in self.repositories:
            if repository.project not in keys:
                there_are = f" There are {', '.join(keys)}" if keys else " The team has none"
                near = did_you_mean(repository.project, keys)
                raise ValueError(f"no project of the team is called {repository.project!r}.{near}{there_are}")
        return self


class Credential(Table):
    """A credential of a user or a team."""

    name: CredentialName
    """what logs and lists call it"""
    kind: str
    """`app_password`, `api_key`, `forge_token`, or `repository_`, `project_`, `workspace_access_token`"""
    owner: str
    """the user of an app password, the team of any other kind"""
    scopes: list[str] = Field(default_factory=list)
    """what it is granted, of what the kind may carry"""
    project: str | None = None
    """key of the project that a project access token reaches"""
    repository: str | None = None
    """slug of the repository that a repository access token reaches"""
    secret: FromEnvironment | None = None
    """`${NAME}`, an environment variable; made up, and announced on the first start, if not given"""
    expires_in: str | None = None
    """`30d`, `12h`, `90min` or `3600s` after the first start; never if not given"""


class SeedFile(Table):
    """Everything that a seed file says."""

    users: list[User] = Field(default_factory=list)
    teams: list[Team]
    credentials: list[Credential] = Field(default_factory=list)

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        accounts = [*(user.name for user in self.users), *(team.name for team in self.teams)]
        unique("the name", (name.lower() for name in accounts))
        unique("the address", (user.address for user in self.users))
        unique("the UUID", (team.uuid.lower() for team in self.teams if team.uuid is not None))
        unique("the credential", (credential.name for credential in self.credentials))
        names = [user.name for user in self.users]
        for team in self.teams:
            for name in (*team.admins, *team.members):
                if name not in names:
                    raise ValueError(
                        f"team {team.name!r}: no user is called {name!r}.{did_you_mean(name, names)}"
                    )
        return self
