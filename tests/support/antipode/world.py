"""What the antipode holds: teams, people, tokens, files; and how it behaves where the contract is silent."""

from __future__ import annotations

import base64
import uuid
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Manner:
    """Everything that the contract leaves open, decided one way.

    ``lean`` leaves out all that is optional, hides tokens in ``next``, finds parts of words, answers 403 for
    what others own. ``lavish`` sends more than anybody documented, finds whole words, says 404.
    """

    name: str = "lean"
    http_1_0: bool = False

    @property
    def lean(self) -> bool:
        """Whether it leaves out what it may."""
        return self.name == "lean"


@dataclass
class Who:
    """A credential: how it is sent, what it may do, and where."""

    name: str
    scheme: str
    user: str
    scopes: frozenset[str] | None
    teams: tuple[str, ...]
    state: str = "valid"
    kind: str = "app_password"
    repository: str = ""

    @property
    def secret(self) -> str:
        """Made up, and worth nothing."""
        mixed = base64.b32encode(f"antipode/{self.name}".encode()).decode().strip("=")
        return mixed[:10].lower() + mixed[10:] + "x9"


TEAMS = {
    "lund": "{0b6f3c1e-64ad-4d0b-9a55-3f1a86a0c7d1}",
    "moss": "{9d2e7a44-05c8-4b61-8a3f-77e0b1c5f2e8}",
    "heath": "{4e1c9b70-8f2d-49a6-b7c3-d5a2e6f90113}",
}
FULL = frozenset({"pipeline:variable", "repository"})
READING = frozenset({"pipeline", "repository"})
PEOPLE = (
    Who("boss", "basic", "ulla", FULL, ("lund", "heath")),
    Who("viewer", "basic", "ulla", frozenset({"pipeline"}), ("lund", "heath")),
    Who("finder", "basic", "sven", frozenset({"repository:write"}), ("lund", "heath")),
    Who("keeper", "basic", "sven", frozenset({"repository:admin", "pipeline:write"}), ("lund", "heath")),
    Who("mailer", "basic", "sven", frozenset({"email", "account"}), ("lund", "heath")),
    Who("old", "basic", "ulla", FULL, ("lund", "heath"), "expired"),
    Who("gone", "basic", "ulla", FULL, ("lund", "heath"), "revoked"),
    Who("website", "basic", "ulla", None, ("lund", "heath"), "refused", "account_password"),
    Who("space", "bearer", "", FULL, ("lund",), kind="access_token"),
    Who("peek", "bearer", "", READING, ("lund",), kind="access_token"),
    Who("project", "bearer", "", frozenset({"project"}), ("lund",), kind="access_token"),
    Who("stale", "bearer", "", FULL, ("lund",), "expired", "oauth_token"),
    Who("dropped", "bearer", "", FULL, ("lund",), "revoked", "access_token"),
    Who("moss-boss", "basic", "mats", FULL, ("moss",)),
    Who("moss-space", "bearer", "", FULL, ("moss",), kind="access_token"),
)
KEY = Who("key", "basic", "lund", None, ("lund",), kind="api_key")  # the lavish one has it
CLIENTS = {
    "lund-app": ("s3cr3t-Of-Lund-App", "https://app.lund.example/back", FULL),
    "lund-tool": ("s3cr3t-Of-Lund-Tool", "https://tool.lund.example/back?from=tool", FULL),
    "lund-page": ("", "http://127.0.0.1:8977/back", FULL),  # public; only the lavish one has it
}
ADDON, ADDON_SECRET = "lund-addon", "an-addon-secret-of-32-characters!"
USER, PASSWORD = "ulla", "website"  # who approves: the account password of the credential "website"
LANGUAGES = {"py": "python", "go": "go", "md": "markdown", "rs": "rust"}
IMPLIED = {
    "pipeline:variable": {"pipeline"}, "pipeline:write": {"pipeline"}, "repository:write": {"repository"},
    "project": {"repository"}, "pullrequest": {"repository"},
    "pullrequest:write": {"pullrequest", "repository:write", "repository"}, "account:write": {"account"},
}  # fmt: skip


@dataclass(frozen=True)
class File:
    """A file of a repository, as it is at its only commit."""

    team: str
    repository: str
    project: str
    path: str
    text: str

    @property
    def ending(self) -> str:
        """What stands behind the last dot."""
        return self.path.rpartition(".")[2]


def _files() -> tuple[File, ...]:
    found = []
    for number in range(27):
        ending = ("py", "go", "md")[number % 3]
        repository, project = (("atlas", "MAP"), ("ferry", "SEA"))[number % 2]
        folder = ("src", "src/ferry", "docs")[number % 3]
        lines = [
            f"# Harbour {number}: open gate",
            "",
            f"def moor_{number}(ferry, gate):",
            "    open the gate; Open the GATE again" if number % 4 == 0 else "    close the gate",
            "" if number % 5 else "\tlantern  light: ferry lantern",
            f"    return ferry.berth({number})",
            *(f"filler {line}" for line in range(6)),
            "open" if number % 2 else "gate then open",
            "the end — naïve 灯 𝔘 of it",
        ]
        found.append(File("lund", repository, project, f"{folder}/berth{number}.{ending}", "\n".join(lines)))
    found += [
        File("lund", "atlas", "MAP", "src/lantern.py", "class Lantern:\n    colour = 'red'\n"),
        File("lund", "ferry", "SEA", "README.md", "Ferry\n=====\nThe ferry leaves at noon.\n"),
        File("moss", "bog", "WET", "src/gate.py", "the gate of the moss ferry is open\nlantern\n"),
    ]
    return tuple(found)


@dataclass
class World:
    """All state of one server."""

    manner: Manner
    faults: frozenset[str]
    base: str = ""
    root: str = ""
    files: tuple[File, ...] = field(default_factory=_files)
    variables: dict[str, dict[str, dict[str, Any]]] = field(default_factory=dict)
    tokens: dict[str, Who] = field(default_factory=dict)
    used: set[str] = field(default_factory=set)
    reads: int = 0

    def on(self, fault: str) -> bool:
        """Tell whether a fault is switched on."""
        return fault in self.faults

    @property
    def people(self) -> tuple[Who, ...]:
        """Everybody with a credential from the profile."""
        return PEOPLE if self.manner.lean else (*PEOPLE, KEY)

    def new_uuid(self) -> str:
        """Return a UUID in braces, in the letters that this manner likes."""
        text = "{" + str(uuid.uuid4()) + "}"
        return text if self.manner.lean else text.upper()

    def team(self, text: str) -> str | None:
        """Return the name of the team that a path segment names."""
        return next((n for n, each in TEAMS.items() if text == n or text.lower() == each), None)
