"""Keep secrets out of everything that people read."""

from __future__ import annotations

import base64
import html
import json
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from urllib.parse import quote, quote_plus

MASK = "***"
_SHORT = 4  # characters; shorter ones stand in too many innocent words
_REPEATED = 300  # characters; longer texts hardly come twice
_BASE64_CORE = 8  # characters of base64 that no innocent text is likely to hold


@dataclass(frozen=True, slots=True, kw_only=True)
class Secret:
    """One value that must not be shown, with the variable that shell lines name in its place."""

    value: str = field(repr=False)
    variable: str | None = None  # set where the whole value is that environment variable
    username: str | None = None  # for the base64 form of Basic authentication
    credential: str | None = None  # name of the credential it belongs to


class Masker:
    """Replace secrets in texts, in every form in which servers and tools write them.

    The secret itself becomes ``$NAME`` where its variable is known, so that shell lines still work
    after ``export NAME``; its encoded forms (percent, base64, JSON, HTML, shell) become ``***``.
    """

    def __init__(self, secrets: Iterable[Secret | str]) -> None:
        self._secrets = tuple(Secret(value=item) if isinstance(item, str) else item for item in secrets)
        replacements: dict[str, str] = {}
        words: dict[str, str] = {}
        for secret in self._secrets:
            if not secret.value:
                continue
            shown = f"${secret.variable}" if secret.variable else MASK
            (words if len(secret.value) < _SHORT else replacements).setdefault(secret.value, shown)
            for form in _forms(secret):
                replacements.setdefault(form, MASK)
        self._replacements = sorted(replacements.items(), key=lambda pair: (-len(pair[0]), pair[0]))
        self._bytes = [
            (form.encode(errors="surrogatepass"), shown.encode()) for form, shown in self._replacements
        ]
        self._words = [(_standing_alone(word), _constant(shown)) for word, shown in words.items()]
        self._known: dict[str, str] = {}  # reports say the same short texts over and over

    def __repr__(self) -> str:
        return f"Masker({len(self._secrets)} secrets)"

    def __call__(self, text: str) -> str:
        """Same as ``mask``, so that a masker is a mask function."""
        return self.mask(text)

    def mask(self, text: str) -> str:
        """Return the text without secrets; the longest form of a secret is replaced first."""
        if len(text) > _REPEATED:
            return self._masked(text)
        if text not in self._known:
            self._known[text] = self._masked(text)
        return self._known[text]

    def _masked(self, text: str) -> str:
        for form, shown in self._replacements:
            if form in text:
                text = text.replace(form, shown)
        for pattern, replacement in self._words:
            text = pattern.sub(replacement, text)
        return text

    def mask_bytes(self, data: bytes) -> bytes:
        """Return the bytes without secrets (as UTF-8); those under four characters are left alone."""
        for form, shown in self._bytes:
            if form in data:
                data = data.replace(form, shown)
        return data

    def extended(self, secrets: Iterable[Secret | str]) -> Masker:
        """Return a masker that also knows secrets found during the run: tokens, secured values."""
        return Masker((*self._secrets, *secrets))


def _forms(secret: Secret) -> Iterator[str]:
    """Yield the encoded forms of a secret that are long enough to be told from innocent text."""
    value = secret.value
    raw = value.encode(errors="surrogatepass")
    candidates = {quote(raw, safe=""), quote(raw), quote_plus(raw), quote(quote(raw, safe=""), safe="")}
    candidates |= {re.sub(r"%[0-9A-F]{2}", lambda hexa: hexa[0].lower(), form) for form in candidates}
    candidates |= {json.dumps(value)[1:-1], json.dumps(value, ensure_ascii=False)[1:-1]}
    candidates |= {json.dumps(value)[1:-1].replace("/", "\\/")}
    candidates |= {html.escape(value), html.escape(value, quote=False)}
    candidates |= {html.escape(value).replace("&#x27;", "&#39;").replace("&quot;", "&#34;")}
    candidates |= {value.replace("'", "'\"'\"'"), value.replace("'", "'\\''"), repr(value)[1:-1]}
    candidates |= {raw.hex()} if len(raw) >= _SHORT else set()
    yield from (form for form in candidates if form != value and len(form) >= _SHORT)
    if secret.username is not None:
        yield from _base64(f"{secret.username}:{value}".encode(errors="surrogatepass"))
    if len(raw) >= _SHORT:
        yield from _base64(raw)
        yield from _base64_cores(raw)


def _base64(data: bytes) -> Iterator[str]:
    for encode in (base64.b64encode, base64.urlsafe_b64encode):
        text = encode(data).decode()
        yield text
        yield text.rstrip("=")
        yield quote(text, safe="")


def _base64_cores(data: bytes) -> Iterator[str]:
    """Yield what base64 makes of the data wherever it stands in a longer text (three alignments)."""
    for offset in range(3):
        padded = bytes(offset) + data
        whole = len(padded) // 3 * 4
        start = 0 if offset == 0 else 4
        for encode in (base64.b64encode, base64.urlsafe_b64encode):
            core = encode(padded).decode()[start:whole]
            if len(core) >= _BASE64_CORE:
                yield core


def _standing_alone(word: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![A-Za-z0-9]){re.escape(word)}(?![A-Za-z0-9])")


def _constant(text: str) -> Callable[[re.Match[str]], str]:
    return lambda _: text
