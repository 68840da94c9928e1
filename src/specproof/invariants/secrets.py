"""Watch for secrets in everything that comes back."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Callable
from urllib.parse import quote

from specproof.contract.secret import SecretRule
from specproof.model.exchange import Exchange
from specproof.model.finding import Breach

_PART = 8  # characters: so much of a made-up secret stands nowhere by chance
MASK_TELLS = "mask "  # the detail of a breach that only two secrets together show begins so
_TELLING: dict[str, Callable[[str], object]] = {
    "how long it is": len,
    "how it begins": lambda text: text[:1],
    "how it ends": lambda text: text[-1:],
}
_PARTS = 8  # how many of a long one are looked for, beside those at its beginning and end


class SecretWatch:
    """Remembers the secrets that the run sent, and finds them in any later answer of any operation.

    Only values that the run made up itself are watched: they are long and stand nowhere else.
    """

    def __init__(self) -> None:
        """Watch for nothing yet."""
        self._forms: dict[str, tuple[tuple[str, bytes], ...]] = {}
        self._sources: dict[str, Exchange] = {}
        self.breaches: list[Breach] = []
        self.looked_at: dict[str, int] = {}  # operation label -> answers that were searched

    @property
    def secrets(self) -> tuple[str, ...]:
        """The values that are watched for."""
        return tuple(self._forms)

    def expect_never(self, secret: str) -> None:
        """Watch for a value from now on."""
        self._forms[secret] = tuple(forms(secret))

    def remember_source(self, secret: str, exchange: Exchange) -> None:
        """Remember the exchange that sent a secret first, for the reproduction."""
        self._sources.setdefault(secret, exchange)

    def __call__(self, exchange: Exchange) -> None:
        """Search one answer: body, header values and reason phrase."""
        label = exchange.request.operation
        if not self._forms or label is None:
            return
        self.looked_at[label] = self.looked_at.get(label, 0) + 1
        sent = exchange.request.body or b""
        for secret in self._forms:
            if secret.encode() in sent:
                self.remember_source(secret, exchange)
        response = exchange.response
        head = "\n".join(f"{name}: {value}" for name, value in response.headers) + response.reason
        places = (("the body", response.body), ("a header", head.encode("utf-8", "replace")))
        for secret, known in self._forms.items():
            for place, data in places:
                found = next((form for form, needle in known if needle in data), None)
                if found is not None:
                    self._report(exchange, secret, place, found)

    def compare(
        self, rule: SecretRule, one: tuple[str, Exchange | None], other: tuple[str, Exchange | None]
    ) -> None:
        """Hold what stands in place of two secrets of one thing against each other: it tells neither."""
        masks = [mask for _, exchange in (one, other) if (mask := _in_place(rule, exchange)) is not None]
        exchange = other[1]
        if len(set(masks)) < len((one, other)) or exchange is None:
            return
        for what, of in _TELLING.items():
            told, secret = [of(mask) for mask in masks], [of(secret) for secret, _ in (one, other)]
            if told == secret and secret[0] != secret[1]:
                self._tell(exchange, what, tuple(each for _, each in (one, other) if each is not None))
                return

    def _tell(self, exchange: Exchange, what: str, evidence: tuple[Exchange, ...]) -> None:
        self.breaches.append(
            Breach(
                promise="secrets.never-exposed",
                operation=exchange.request.operation or "",
                summary=f"expected the same in place of every secret; got what tells {what}",
                evidence=evidence,
                detail=f"{MASK_TELLS}{what}",
            )
        )

    def _report(self, exchange: Exchange, secret: str, place: str, form: str) -> None:
        source = self._sources.get(secret)
        before = (source,) if source is not None and source.number != exchange.number else ()
        self.breaches.append(
            Breach(
                promise="secrets.never-exposed",
                operation=exchange.request.operation or "",
                summary=f"expected the secret nowhere; got it {form} in {place} "
                f"with status {exchange.response.status}",
                evidence=(*before, exchange),
                detail=f"{exchange.response.status} {place} {form}",
            )
        )


def _in_place(rule: SecretRule, exchange: Exchange | None) -> str | None:
    """Return the text that an answer shows where a secret is kept back."""
    shown = exchange.response.document if exchange is not None and exchange.response.status == 200 else None
    text = shown.get(rule.member) if isinstance(shown, dict) and rule.applies(shown) else None
    return text if isinstance(text, str) else None


def forms(secret: str) -> list[tuple[str, bytes]]:
    """Return how a secret may be written: plain, escaped, encoded, reversed, or as a digest."""
    raw = secret.encode()
    written = {
        "as it is": raw,
        "JSON-escaped": json.dumps(secret)[1:-1].encode(),
        "percent-encoded": quote(secret, safe="").encode(),
        "in hex": raw.hex().encode(),
        "reversed": raw[::-1],
    }
    written |= {f"in part ({start})": raw[start : start + _PART] for start in _starts(len(raw))}
    digests = {"MD5": hashlib.md5, "SHA-1": hashlib.sha1, "SHA-256": hashlib.sha256}
    for name, digest in digests.items():  # without salt a digest shows which secrets are equal
        written[f"as {name}"] = digest(raw, usedforsecurity=False).hexdigest().encode()
    for shift in range(3):  # base64 reads three bytes at a time: the text differs by position
        middle = base64.b64encode(b"\0" * shift + raw)[4 if shift else 0 : -4]
        written[f"in base64 ({shift})"] = middle
    unique: dict[bytes, str] = {}
    for name, needle in ((n, text) for n, text in written.items() if text):  # nothing stands everywhere
        unique.setdefault(needle, name.partition(" (")[0])
    return [(name, needle) for needle, name in unique.items()]


def _starts(length: int) -> list[int]:
    """Return where the parts of a secret begin that are looked for: of a short one no part slips through."""
    every = list(range(0, length - _PART + 1, 4))
    if len(every) <= 2 * _PARTS:
        return every
    return [*every[:2], *every[2:-1][:: len(every) // _PARTS], length - _PART]
