"""A real git for the tests: cut off from the user's configuration, it asks nobody and remembers nothing."""

from __future__ import annotations

import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest
from target_client import Client

TOKEN_USER = "x-token-auth"
NO_GIT = pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")
ZERO = "0" * 40


@dataclass(frozen=True)
class Said:
    """How a git command ended."""

    status: int
    output: str
    complaint: str


@dataclass(frozen=True)
class Git:
    """Runs git in a folder of the test."""

    folder: Path

    def try_(self, *arguments: str, at: str = ".", stdin: bytes = b"") -> Said:
        """Run a command in a folder below; return how it ended."""
        identity = {"NAME": "Ben Okoye", "EMAIL": "ben@acme.example"}
        environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(self.folder),
            "LC_ALL": "C.UTF-8",
            "GIT_CONFIG_GLOBAL": os.devnull,
            "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_TERMINAL_PROMPT": "0",
            **{
                f"GIT_{who}_{what}": text
                for who in ("AUTHOR", "COMMITTER")
                for what, text in identity.items()
            },
        }
        ended = subprocess.run(
            [
                "git",
                "-c",
                "core.askPass=",
                "-c",
                "credential.helper=",
                "-c",
                "init.defaultBranch=main",
                *arguments,
            ],
            cwd=self.folder / at,
            env=environment,
            input=stdin,
            capture_output=True,
            timeout=120,
            check=False,
        )
        return Said(ended.returncode, ended.stdout.decode("utf-8", "replace"), ended.stderr.decode())

    def run(self, *arguments: str, at: str = ".", stdin: bytes = b"") -> str:
        """Run a command that must succeed; return what it printed."""
        said = self.try_(*arguments, at=at, stdin=stdin)
        assert said.status == 0, (arguments[0], said.complaint)
        return said.output.rstrip("\n")

    def bytes_of(self, *arguments: str, at: str, stdin: bytes = b"") -> bytes:
        """Run a command that prints bytes."""
        return subprocess.run(
            ["git", *arguments],
            cwd=self.folder / at,
            input=stdin,
            capture_output=True,
            timeout=60,
            check=True,
        ).stdout

    def write(self, path: str, content: str | bytes) -> None:
        """Write a file below."""
        target = self.folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content.encode() if isinstance(content, str) else content)

    def commit(self, at: str, message: str = "Change something") -> str:
        """Commit everything; return the hash."""
        self.run("add", "--all", at=at)
        self.run("commit", "--quiet", "--message", message, at=at)
        return self.run("rev-parse", "HEAD", at=at)


def address(client: Client, repository: str, name: str | None = None, user: str = TOKEN_USER) -> str:
    """Return what git clones from.

    Args:
        client: The target.
        repository: ``acme/handbook``.
        name: The credential whose secret goes along, ``None`` for none.
        user: The user name that goes along.
    """
    credentials = "" if name is None else f"{user}:{client.secret(name)}@"
    return f"http://{credentials}{client.host}:{client.port}/{repository}.git"
