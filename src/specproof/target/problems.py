"""How the target says no: one exception for answers, one family for reasons not to start."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping, Sequence

from specproof.errors import SpecproofError


class Problem(Exception):
    """A refusal on its way to the client, as the contract's error object.

    Args:
        status: HTTP status, 4xx or 5xx.
        message: One short sentence; never contains anything the client sent.
        detail: What to do about it, or which rule was broken.
        fields: Names of rejected body members, each with its complaints.
        data: Facts for programs, e.g. ``{"key": "search.query.missing"}``.
        headers: Further response headers.
    """

    def __init__(
        self,
        status: int,
        message: str,
        *,
        detail: str | None = None,
        fields: Mapping[str, Sequence[str]] | None = None,
        data: Mapping[str, object] | None = None,
        headers: Sequence[tuple[str, str]] = (),
    ) -> None:
        super().__init__(message)
        self.status, self.message, self.detail = status, message, detail
        self.fields, self.data, self.headers = fields, data, tuple(headers)

    def as_object(self) -> dict[str, object]:
        """Return the body that the contract promises for every refusal."""
        error: dict[str, object] = {"message": self.message}
        if self.detail is not None:
            error["detail"] = self.detail
        if self.fields:
            error["fields"] = {name: list(complaints) for name, complaints in self.fields.items()}
        if self.data:
            error["data"] = dict(self.data)
        return {"type": "error", "error": error}


class MockTargetError(SpecproofError):
    """The mock target cannot start, or did not."""


class UnknownFault(MockTargetError):
    """A fault was asked for that does not exist."""

    def __init__(self, name: str, known: Iterable[str]) -> None:
        self.name, self.known = name, sorted(known)
        near = difflib.get_close_matches(name, self.known, n=1)
        hint = f" Did you mean {near[0]!r}?" if near else ""
        super().__init__(f"no fault is called {name!r}.{hint} --list-faults shows all {len(self.known)}.")


class AddressUnavailable(MockTargetError):
    """The socket cannot be bound."""

    def __init__(self, host: str, port: int, reason: str) -> None:
        self.host, self.port = host, port
        super().__init__(f"cannot listen on {host}:{port}: {reason}. Try another --port, or 0.")


class NotOurDatabase(MockTargetError):
    """The file given as database cannot be opened, or belongs to something else."""

    def __init__(self, path: object, reason: str) -> None:
        super().__init__(f"{path}: cannot be used as database ({reason}). Name another file.")


class DidNotStart(MockTargetError):
    """The server process ended, or stayed silent, before it listened."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"the mock target did not start: {reason}")
