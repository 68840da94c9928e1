"""Keep a site to itself: take out what it would load from elsewhere when it is opened."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

from specproof.errors import SiteError

# Allure's own statistics: a script from another host, and the one that feeds it.
_FOREIGN_SCRIPT = re.compile(r"<script\b[^>]*\bsrc=[\"']?(?:https?:)?//[^>]*>\s*</script>\s*", re.IGNORECASE)
_DATA_LAYER = re.compile(r"<script>\s*window\.dataLayer\b.*?</script>\s*", re.IGNORECASE | re.DOTALL)
_HEAD = re.compile(r"<head[^>]*>", re.IGNORECASE)
# Whatever a later version does: a browser refuses to ask another host. Inline scripts are how the site works.
_POLICY = (
    "default-src 'self' data: blob: 'unsafe-inline' 'unsafe-eval'; form-action 'none'; base-uri 'self' data:"
)
_LOADS = {
    "script": "src", "link": "href", "img": "src", "iframe": "src", "source": "src", "embed": "src",
    "object": "data",
}  # fmt: skip


def quieten(site: Path) -> None:
    """Take out of every page of a site what asks other hosts.

    Raises:
        SiteError: Something is left; the site must not be published like that.
    """
    for page in sorted(site.rglob("*.html")):
        if "attachments" in page.parts:
            continue  # shown as they were attached, and only when somebody asks for them
        text = page.read_text(encoding="utf-8")
        quiet = quietened(text)
        if outside := loaded_from_elsewhere(quiet):
            raise SiteError(f"{page.name} of the Allure site would load {outside[0]}; it was not built")
        page.write_text(quiet, encoding="utf-8")


def quietened(text: str) -> str:
    """Return a page without scripts of other hosts, and with a policy against them."""
    text = _DATA_LAYER.sub("", _FOREIGN_SCRIPT.sub("", text))
    meta = f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">'
    return _HEAD.sub(lambda head: head[0] + meta, text, count=1)


def loaded_from_elsewhere(text: str) -> list[str]:
    """Return the addresses of other hosts that a page loads by itself."""
    parser = _Loads()
    parser.feed(text)
    return parser.found


class _Loads(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        address = dict(attrs).get(_LOADS.get(tag, "")) or ""
        if re.match(r"(?:https?:)?//", address.strip(), re.IGNORECASE):
            self.found.append(address)
