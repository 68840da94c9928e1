"""Where a finding points to: a place in the document, a page of the documentation, a line in a repository."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from urllib.parse import quote

VERSION = version("specproof")
DOCS = "https://specproof.readthedocs.io"

# Sign of the CI server, and where it shows one line of one file of the commit that is built.
_LINES: tuple[tuple[str, str], ...] = (
    ("GITHUB_ACTIONS", "{GITHUB_SERVER_URL}/{GITHUB_REPOSITORY}/blob/{GITHUB_SHA}/<path>#L<line>"),
    ("GITLAB_CI", "{CI_PROJECT_URL}/-/blob/{CI_COMMIT_SHA}/<path>#L<line>"),
    ("BITBUCKET_BUILD_NUMBER", "{BITBUCKET_GIT_HTTP_ORIGIN}/src/{BITBUCKET_COMMIT}/<path>#lines-<line>"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A line of a document.

    Args:
        uri: Relative to the folder in which the run was started where the file lies below it, else absolute.
        line: From 1 up; ``None`` where it is not known.
    """

    uri: str
    line: int | None

    @property
    def relative(self) -> bool:
        """Whether the file lies in the project."""
        return ":" not in self.uri.partition("/")[0]


def place_of(text: str) -> Place | None:
    """Read ``file:line`` or ``url:line``, as ``Finding.place`` has it; ``None`` where nothing is said."""
    found = re.fullmatch(r"(.*):(\d{1,9})", text, re.DOTALL)
    name, line = (found[1], int(found[2])) if found else (text, 0)
    if not name:
        return None
    return Place(uri=_uri(name), line=line or None)


def _uri(name: str) -> str:
    if re.match(r"https?://", name):
        return quote(name, safe="%/:?#[]@!$&'()*+,;=~")
    try:
        path = os.path.relpath(name)
        if path.startswith(".."):
            return Path(name).resolve().as_uri()
    except (ValueError, OSError):  # another drive; a null byte
        path = name
    return quote(path.replace(os.sep, "/"), errors="backslashreplace")


def promise_link(promise: str) -> str:
    """Return the page that explains a promise."""
    anchor = re.sub(r"[^a-z0-9_-]", "", promise.lower())
    return f"{DOCS}/promises.html#{anchor}"


def line_link(place: Place, environ: Mapping[str, str]) -> str | None:
    """Return where the repository shows a place, as far as the CI server says where that is."""
    if not place.relative:
        return place.uri if place.uri.startswith("http") else None
    for sign, template in _LINES:
        if environ.get(sign):
            try:
                link = template.format_map(environ)
            except KeyError:
                return None
            return link.replace("<path>", place.uri).replace("<line>", str(place.line or 1))
    return None
