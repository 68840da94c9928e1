"""What the user's own code has to say in a run, and what it may not do."""

from __future__ import annotations

import traceback
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from specproof.contract.contract import Contract
from specproof.contract.wire import judge_request
from specproof.environment.profile import Profile
from specproof.errors import HookError
from specproof.model.exchange import Exchange, Request
from specproof.model.operation import Operation
from specproof.model.own import OwnFinding

PREPARE, FILTER = "specproof_prepare_request", "specproof_filter_operation"
JUDGE, CREDENTIALS = "specproof_judge", "specproof_credentials"
_SIGNING = frozenset({"authorization", "cookie", "proxy-authorization"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Own:
    """The user's own code, by what it is asked.

    Args:
        prepare: Returns a request as it is to be sent; ``None`` where it is fine as it is.
        judge: Returns what is wrong with an exchange of an operation.
        left_out: Why operations are not called, by label.
    """

    prepare: Callable[[Request, Operation | None], Request | None] | None = None
    judge: Callable[[Exchange, Operation], Iterable[OwnFinding]] | None = None
    left_out: Mapping[str, str] = field(default_factory=dict)

    def preparation(self, contract: Contract, profile: Profile) -> Callable[[Request], Request] | None:
        """Return what makes a request ready to be sent; ``None`` where nobody wants to."""
        prepare = self.prepare
        if prepare is None:
            return None
        operations = {operation.label: operation for operation in contract.operations}
        closed = _SIGNING | {
            c.header.lower() for c in profile.credentials if c.header and c.scheme == "header"
        }

        def prepared(request: Request) -> Request:
            operation = operations.get(request.operation or "")
            with telling(PREPARE):
                wanted = prepare(request, operation)
            if wanted is None or wanted == request:
                return request
            _check(request, wanted, closed)
            return _judged_anew(request, wanted, operation, contract, profile.environment.base_url)

        return prepared


class telling:  # noqa: N801  # reads like the function that it is used as
    """Turn whatever the user's code raises into one line that names the place in it."""

    def __init__(self, hook: str) -> None:
        self._hook = hook

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if not isinstance(error, Exception) or isinstance(error, HookError):
            return
        frames = traceback.extract_tb(error.__traceback__)
        place = next((f for f in reversed(frames) if f.name == self._hook), frames[-1])
        said = " ".join(str(error).split())
        what = f"{type(error).__name__}: {said}" if said else type(error).__name__
        raise HookError(f"{place.filename}:{place.lineno}: {self._hook}: {what}") from error


def found_by(own: Own, exchange: Exchange, operation: Operation) -> Iterator[OwnFinding]:
    """Yield what the user's checks say about an exchange.

    Raises:
        HookError: A check fails itself, or says something else.
    """
    with telling(JUDGE):
        for found in own.judge(exchange, operation) if own.judge is not None else ():
            if not isinstance(found, OwnFinding):
                raise HookError(f"{JUDGE}: gives {type(found).__name__}; yield OwnFinding")
            yield found


def _check(request: Request, wanted: object, closed: frozenset[str]) -> None:
    """Refuse what would make the suite say something wrong about the server.

    Raises:
        HookError: Something else than headers and body was changed, or who asks.
    """
    if not isinstance(wanted, Request):
        raise HookError(f"{PREPARE}: gives {type(wanted).__name__}; return a Request or None")
    if replace(wanted, headers=request.headers, body=request.body) != request:
        raise HookError(f"{PREPARE}: {request.method} {request.operation}: only headers and body may change")
    before, after = _by_name(request), _by_name(wanted)
    changed = {name for name in before.keys() | after.keys() if before.get(name) != after.get(name)}
    if changed & closed:
        raise HookError(
            f"{PREPARE}: sets the header {min(changed & closed)}, and who asks is part of what is tested; "
            f"give credentials by [[credentials]] or {CREDENTIALS}"
        )
    if "content-type" in changed:
        raise HookError(f"{PREPARE}: changes Content-Type, which is part of what is tested; leave it")


def _by_name(request: Request) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name, value in request.headers:
        found.setdefault(name.lower(), []).append(value)
    return found


def _judged_anew(
    before: Request, wanted: Request, operation: Operation | None, contract: Contract, base_url: str
) -> Request:
    """Return the request with an opinion that still holds: a server must not be blamed for what is mended."""
    if wanted.body != before.body or operation is None:
        return replace(wanted, valid=None)
    if before.valid is not False:
        return wanted
    opinion = judge_request(operation, contract.schemas, wanted, base_url=base_url)
    return replace(wanted, valid=False if opinion.valid is False else None)
