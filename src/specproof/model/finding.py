"""A broken promise, as people and machines see it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from specproof.model.exchange import Exchange
from specproof.model.promise import Severity, about


@dataclass(frozen=True, slots=True, kw_only=True)
class Breach:
    """What a check or an invariant yields: the promise was broken, and these exchanges show it."""

    promise: str  # id, e.g. "pagination.no-repeats"
    operation: str  # label; "" where it is about the API as a whole
    summary: str  # one sentence: expected, then got
    evidence: tuple[Exchange, ...] = ()  # in the order of sending; the last one shows the fault
    detail: str = ""  # what separates two bugs of one promise and operation: a schema pointer, a status
    source: str = ""  # pointer into the document, where it is more exact than the promise's
    severity: Severity | None = None  # where the promise leaves that to whoever judges


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """A confirmed breach with its identity and its reproduction."""

    promise: str
    operation: str  # label; "" where it is about the document or the API as a whole
    severity: Severity
    summary: str
    source: str  # "#/paths/..." pointer into the document
    place: str = ""  # "spec/file.yaml:123"
    excerpt: str = ""  # what stands there
    detail: str = ""
    reproduce: tuple[str, ...] = ()  # shell lines
    test: str = ""  # a pytest file that fails as long as it can be seen
    evidence: tuple[Exchange, ...] = ()
    waiver: str | None = None  # the reason, where somebody accepted it
    waiver_owner: str | None = None  # who answers for that
    waiver_until: str | None = None  # the last day on which it holds, "2026-12-31"
    unstable: str | None = None  # "2 of 3": how often it came back
    known_as: str = ""  # its fingerprint, where the detail that it is made of was masked

    @property
    def about(self) -> str:
        """What it is about, for people: the operation, ``the document`` or ``the API``."""
        return self.operation or f"the {about(self.promise, self.operation)}"

    @property
    def fingerprint(self) -> str:
        """16 hex digits: stable across runs, payloads and re-ordering of the document."""
        return self.known_as or fingerprint(self.promise, self.operation, self.detail)


def fingerprint(promise: str, operation: str, detail: str) -> str:
    """Return the identity of a bug: 16 hex digits."""
    text = "\n".join((promise, operation, detail))
    return hashlib.sha256(text.encode("utf-8", "backslashreplace")).hexdigest()[:16]
