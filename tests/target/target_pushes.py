"""Pushes to the repository of the push token, by git and by hand, and what they must leave alone."""

from __future__ import annotations

from typing import Any

from target_client import SEARCH, Client
from target_git import TOKEN_USER, Git, address

DEPLOY = "/2.0/repositories/acme/deploy"
PUSHED = "application/x-git-receive-pack-request"


def packet(line: str) -> bytes:
    """Return a line as the git protocol frames it."""
    data = line.encode("utf-8")
    return f"{len(data) + 4:04x}".encode("ascii") + data


def push_body(
    *commands: tuple[str, str, str], pack: bytes = b"", capabilities: str = "report-status"
) -> bytes:
    """Return the body of a push: old hash, new hash and reference of each command, then the pack."""
    lines = [f"{old} {new} {name}" for old, new, name in commands]
    lines[0] += f"\0{capabilities}"
    return b"".join(map(packet, lines)) + b"0000" + pack


def found(client: Client, query: str) -> list[str]:
    """Return the paths that search finds in the repository that is pushed to."""
    answer = client.get(f"{SEARCH}?pagelen=100&search_query={query}+repo:deploy")
    assert answer.status == 200, answer.body
    return [item["file"]["path"] for item in answer.json["values"]]


def cloned(client: Client, git: Git, folder: str = "clone", name: str = "acme-push-token") -> None:
    """Clone the repository that the push token belongs to."""
    git.run("clone", "--quiet", address(client, "acme/deploy", name), folder)


def push(client: Client, body: bytes, name: str = "acme-push-token", **options: Any) -> Any:
    """Send a push that git would not send."""
    headers = {"Content-Type": PUSHED}
    path = "/acme/deploy.git/git-receive-pack"
    authorization = client.app_password(TOKEN_USER, name)
    return client.send("POST", path, body=body, headers=headers, authorization=authorization, **options)


def state(client: Client) -> tuple[Any, ...]:
    """Return everything that a refused push must leave as it was."""
    repository = client.get(DEPLOY).json
    commits = client.get(f"{DEPLOY}/commits?pagelen=100").json
    return (
        repository,
        [item["hash"] for item in commits["values"]],
        found(client, "deploy"),
        found(client, "host"),
    )


def pack_of(git: Git, revisions: str, folder: str = "clone") -> bytes:
    """Return a pack of what revisions select, as ``git rev-list`` reads them."""
    return git.bytes_of("pack-objects", "--revs", "--stdout", "-q", at=folder, stdin=revisions.encode())


def empty_pack(git: Git) -> bytes:
    """Return a pack of nothing."""
    git.run("init", "--quiet", "empty")
    return git.bytes_of("pack-objects", "--stdout", "-q", at="empty")


def pack_without(git: Git, kind: str, new: str, old: str) -> bytes:
    """Return a pack of the objects between two commits, without those of one kind."""
    listed = git.run("rev-list", "--objects", new, f"^{old}", at="clone").splitlines()
    names = [line.split(" ")[0] for line in listed]
    kept = [name for name in names if git.run("cat-file", "-t", name, at="clone") != kind]
    assert 0 < len(kept) < len(names)
    stdin = "".join(f"{name}\n" for name in kept).encode()
    return git.bytes_of("pack-objects", "--stdout", "-q", at="clone", stdin=stdin)


def damaged(pack: bytes, how: str) -> bytes:
    """Return a pack that is broken in one way."""
    return {
        "cut": pack[:-30],
        "flipped": pack[:40] + bytes([pack[40] ^ 0xFF]) + pack[41:],
        "checksum": pack[:-1] + bytes([pack[-1] ^ 1]),
        "missing": b"",
        "no-pack": b"this is no pack at all" * 10,
        "count": pack[:11] + bytes([pack[11] + 3]) + pack[12:],
        "version": pack[:7] + b"\x09" + pack[8:],
    }[how]
