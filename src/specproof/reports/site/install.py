"""Install Allure once, into a folder of the user's caches; its versions and checksums are ours."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path

from specproof.errors import SiteError
from specproof.reports.site.node import Node
from specproof.reports.text import one_line

_FILES = ("package.json", "package-lock.json")
_INSTALL_S = 300.0
_MODEST = (
    "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error",
    # where there is no network that is said within seconds
    "--fetch-retries=2", "--fetch-retry-mintimeout=500", "--fetch-retry-maxtimeout=2000",
)  # fmt: skip


def allure_script(node: Node, environ: Mapping[str, str]) -> Path:
    """Return the script that is Allure's command line; it is installed where it is not there yet.

    Raises:
        SiteError: It cannot be installed, most likely since there is no network.
    """
    wanted = {name: files(__package__).joinpath(name).read_bytes() for name in _FILES}
    digest = hashlib.sha256(wanted["package-lock.json"]).hexdigest()[:8]
    caches = cache_folder(environ)
    home = caches / f"allure-{allure_version()}-{digest}"
    script = home / "node_modules" / "allure" / "cli.js"
    if not script.is_file():
        try:
            _install(node, wanted, caches, home)
        except OSError as error:
            raise SiteError(f"Allure cannot be installed into {home} ({error.strerror or error})") from error
    return script


def allure_version() -> str:
    """Return the version of Allure that is pinned."""
    package = json.loads(files(__package__).joinpath("package.json").read_text(encoding="utf-8"))
    return str(package["dependencies"]["allure"])


def cache_folder(environ: Mapping[str, str]) -> Path:
    """Return where the caches of this user lie; ``SPECPROOF_CACHE_DIR`` names another place."""
    if given := environ.get("SPECPROOF_CACHE_DIR"):
        return Path(given)
    if sys.platform == "win32" and (local := environ.get("LOCALAPPDATA")):
        return Path(local, "specproof", "Cache")
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches" / "specproof"
    return Path(environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "specproof"


def _install(node: Node, wanted: Mapping[str, bytes], caches: Path, home: Path) -> None:
    """Install beside the goal, then rename: nobody meets half of it, and who comes second wins nothing."""
    caches.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="new-", dir=caches, ignore_cleanup_errors=True) as made:
        fresh = Path(made, "allure")
        fresh.mkdir()
        for name, content in wanted.items():
            (fresh / name).write_bytes(content)
        try:
            answer = node.npm(["ci", *_MODEST], fresh, _INSTALL_S)
        except subprocess.TimeoutExpired:
            raise SiteError(f"npm did not install Allure within {_INSTALL_S:.0f} s") from None
        if answer.returncode != 0:
            reason = next(iter((answer.stderr or answer.stdout).strip().splitlines()), "it said nothing")
            raise SiteError(f"npm cannot install Allure ({one_line(reason)[:200]})")
        try:
            os.replace(fresh, home)
        except OSError:
            if not (home / "node_modules").is_dir():
                raise
