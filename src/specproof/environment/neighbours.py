"""The profiles beside a profile: what one of them protects, no other one may write to."""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

from specproof.environment.profile import Profile
from specproof.strict import shown

_VARIABLE = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}")


def protected_by(profile: Profile, path: Path, environ: Mapping[str, str]) -> str:
    """Return the file beside a profile that protects the same server; an empty string where none does.

    A copied profile, or a base URL given for one run, may lead to production by mistake. Files that cannot be
    read, or whose base URL needs a variable that is not set, are passed over: they are not what is run.

    Args:
        profile: What is about to be run.
        path: Its file.
        environ: The process environment.
    """
    mine = _server(profile.environment.base_url)
    for other in sorted(path.parent.glob("*.toml")):
        if os.path.samefile(other, path):
            continue
        try:
            section = tomllib.loads(other.read_text(encoding="utf-8-sig")).get("environment")
        except (OSError, ValueError):
            continue
        if not isinstance(section, dict) or section.get("protected") is not True:
            continue
        url = _VARIABLE.sub(lambda found: environ.get(found[1], ""), str(section.get("base_url")))
        if _server(url) == mine:
            return shown(other)
    return ""


def _server(url: str) -> tuple[str, int] | None:
    try:
        parts = urlsplit(url)
        port = parts.port or {"http": 80, "https": 443}.get(parts.scheme, 0)
    except ValueError:
        return None
    return ((parts.hostname or "").lower(), port) if parts.hostname else None
