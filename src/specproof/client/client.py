"""Send requests over HTTP and hand what comes back to the recorders."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import urllib3
from urllib3.exceptions import HTTPError, LocationParseError

from specproof.client.connections import Connections, unreachable
from specproof.client.guard import Guard
from specproof.client.reading import read_body
from specproof.client.safety import SAFE_METHODS
from specproof.client.settings import Keeper, Settings, Signature
from specproof.client.signing import Signed, signed
from specproof.client.throttle import Throttle, asked_to_wait_s, spread
from specproof.errors import Forbidden, HookError, RefusedBySafety, Stopped, Unreachable
from specproof.model.exchange import Exchange, Request, Response


class Client:
    """A connection to one environment."""

    def __init__(self, settings: Settings, recorders: Sequence[Callable[[Exchange], None]] = ()) -> None:
        """Open no connection yet; ``recorders`` see every exchange in the order of sending."""
        self._settings = settings
        self._recorders = list(recorders)
        self._throttle = Throttle(settings.rate)
        self._connections = Connections(settings.network)
        self._guard = Guard(
            source=settings.safety.source,
            max_requests=settings.max_requests,
            error_share=settings.error_share,
            whole=settings.budget,
        )
        self._pulse: Request | None = None
        self._signatures = dict(settings.signatures)
        self._keeper: Keeper | None = None
        self.sent = 0

    def signature(self, credential: str) -> Signature | None:
        """Return how a credential is signed with at the moment."""
        return self._signatures.get(credential)

    def know(self, credential: str, signature: Signature) -> None:
        """Sign every later request of a credential in this way."""
        self._signatures[credential] = signature

    def have_kept(self, keeper: Keeper) -> None:
        """Let a keeper obtain and renew tokens from now on."""
        self._keeper = keeper

    def add_recorder(self, recorder: Callable[[Exchange], None]) -> None:
        """Show every later exchange to one more recorder."""
        self._recorders.append(recorder)

    @property
    def base_url(self) -> str:
        """The base URL without a slash at the end."""
        return self._settings.safety.base_url.rstrip("/")

    @property
    def writes(self) -> bool:
        """Whether things can be made and removed again."""
        return self._settings.safety.makes_things

    def allows(self, method: str) -> bool:
        """Tell whether a method may be sent to the API."""
        return self._settings.safety.allows(method)

    def may_be_led_to(self, url: str) -> bool:
        """Tell whether a link may be followed: it stays on the API, or leads to a host of the profile."""
        return self._settings.safety.server_of(url) is not None

    @property
    def failing_since(self) -> int | None:
        """Number of the exchange since which the service was failing, where the run was stopped for that."""
        return self._guard.failing_since

    def feel_pulse_with(self, request: Request) -> None:
        """Take a harmless request that worked: where it fails too, it is the service, not an operation."""
        self._pulse = request

    def begin_cleaning(self) -> None:
        """From now on let through what removes and what looks, whatever was spent, and nothing else."""
        self._guard.begin_cleaning()

    def shell_words(self, credential: str | None) -> tuple[str, ...]:
        """Return the curl words that add a credential, the secret as a variable."""
        signature = self._signatures.get(credential or "")
        return signature.shell if signature else ()

    def prepared(self, request: Request) -> Request:
        """Return a request as it is going to be sent.

        Raises:
            HookError: Code of the user's fails.
        """
        settings = self._settings
        if settings.prepare is None or settings.safety.names(request) is not None:
            return request
        try:
            return settings.prepare(request)
        except HookError:
            if self._guard.cleaning:
                return request  # better unprepared than left behind
            raise

    def send(self, request: Request, *, prepared: bool = False) -> Exchange:
        """Send one request; obey 429 with Retry-After up to three times.

        Where a token was obtained for its credential, a 401 is taken for its end: another one is obtained and
        the request sent once more. What comes then is the answer.

        Raises:
            RefusedBySafety: The environment forbids it; nothing was sent.
            Stopped: The run is over; nothing was sent.
            Unreachable: No answer came.
            HookError: Code of the user's fails; nothing was sent.
        """
        request = request if prepared else self.prepared(request)
        self.admit(request)
        keeper, credential = self._keeper, request.credential
        if keeper is None or credential is None:
            return self._send_patiently(request)
        keeper.keep_fresh(credential)
        exchange = self._send_patiently(request)
        if exchange.response.status == 401 and keeper.renew(credential):
            return self._send_patiently(request)
        return exchange

    def admit(self, request: Request) -> None:
        """Refuse what the environment forbids; send nothing.

        Raises:
            RefusedBySafety: It forbids this request.
        """
        settings = self._settings
        settings.safety.check(request)
        forbids = settings.forbids if not self._guard.cleaning else None
        if forbids is not None and settings.safety.names(request) is None:
            why = forbids(request)
            if why:
                source = settings.safety.source
                raise Forbidden(f'{source}: negative_data = "forbidden": {why}; nothing was sent')

    def _send_patiently(self, request: Request) -> Exchange:
        exchange = self._send_once(request)
        for _ in range(3):
            wait_s = _asked_to_wait_s(exchange)
            if wait_s is None:
                break
            time.sleep(spread(wait_s, chance=random.random()))  # noqa: S311  # no secret
            exchange = self._send_once(request)
        return exchange

    def send_together(self, requests: Sequence[Request], *, prepared: bool = False) -> list[Exchange]:
        """Send requests at the same time, each on a connection of its own; answers come in their order.

        Raises:
            RefusedBySafety: The environment forbids one of them; none was sent.
            Stopped: The run is over, or the budget too small for all of them; none was sent.
            Unreachable: No answer came to one of them; the others were sent.
        """
        requests = requests if prepared else [self.prepared(request) for request in requests]
        for request in requests:
            self.admit(request)
            if self._keeper is not None and request.credential is not None:
                self._keeper.keep_fresh(request.credential)
        for request in requests[:1]:
            self._guard.take(request.method, number=len(requests))
        most = min(len(requests), self._settings.network.concurrency)
        with ThreadPoolExecutor(max_workers=max(1, most)) as threads:
            waiting = [threads.submit(self._answer, request) for request in requests]
        self.sent += len(requests)
        failures = [answer.exception() is not None or answer.result().status >= 500 for answer in waiting]
        for failed in failures:
            self._watch(failed=failed)
        exchanges = [
            self._record(request, answer.result(), self.sent - len(requests) + place)
            for place, (request, answer) in enumerate(zip(requests, waiting, strict=True), start=1)
        ]
        # Whoever is told to come later comes later, alone.
        return [self._send_patiently(e.request) if _asked_to_wait_s(e) is not None else e for e in exchanges]

    def _send_once(self, request: Request) -> Exchange:
        self._guard.take(request.method, named=self._settings.safety.names(request) is not None)
        self.sent += 1
        number = self.sent
        try:
            response = self._answer(request)
        except Unreachable:
            self._watch(failed=True)
            raise
        self._watch(failed=response.status >= 500)
        return self._record(request, response, number)

    def _watch(self, *, failed: bool) -> None:
        """Stop the run where too many answers fail, and not only because one operation does."""
        if failed:
            # A server whose code has failed may close the connection after its answer without having said so:
            # the next request would be lost in it.
            self._connections.forget()
        if self._pulse is None or not self._guard.note(failed=failed):
            return
        last = self.sent
        if self._is_alive(self._pulse):
            self._guard.find_alive()
        else:
            self._guard.find_failing(last)

    def _is_alive(self, pulse: Request) -> bool:
        try:
            self._guard.take(pulse.method)
            self.sent += 1
            return self._answer(pulse).status < 500
        except Unreachable:
            return False
        except Stopped:
            return True  # the budget is spent: that is reason enough

    def _record(self, request: Request, response: Response, number: int) -> Exchange:
        started = time.time() - response.seconds
        exchange = Exchange(request=request, response=response, number=number, started=started)
        for recorder in self._recorders:
            recorder(exchange)
        return exchange

    def _answer(self, request: Request) -> Response:
        self._throttle.wait()
        signature = self._signatures.get(request.credential or "")
        wired = signed(request, signature, self._settings)
        started = time.perf_counter()
        try:
            answer = self._open(request, wired)
            body, stopped = read_body(answer, seconds=self._settings.network.timeout_s)
        except (HTTPError, OSError) as error:
            raise unreachable(f"{request.method} {request.url.partition('?')[0]}", error) from error
        response = Response(
            status=answer.status,
            reason=answer.reason or "",
            headers=tuple((str(k), str(v)) for k, v in answer.headers.items()),
            body=body,
            seconds=time.perf_counter() - started,
            stopped=stopped,
        )
        if not stopped:
            answer.drain_conn()
            answer.release_conn()
        return response

    def _open(self, request: Request, wired: Signed) -> urllib3.response.BaseHTTPResponse:
        try:
            return self._request(request, wired)
        except urllib3.exceptions.ProtocolError:
            # A server may close an idle connection at any time (RFC 9112 section 9.3.1); only what changes
            # nothing is sent again.
            if request.method not in SAFE_METHODS:
                raise
            self._guard.take(request.method)
            return self._request(request, wired)

    def _request(self, request: Request, wired: Signed) -> urllib3.response.BaseHTTPResponse:
        if any("\0" in value for value in wired.headers.values()):  # RFC 9110 section 5.5
            raise RefusedBySafety("cannot be sent over HTTP: NUL in a header")
        try:
            door = self._settings.safety.door(request)
            return self._connections.open(
                request.method, door, wired.url, headers=wired.headers, body=wired.body
            )
        except (LocationParseError, UnicodeError, ValueError) as error:
            raise RefusedBySafety(f"cannot be sent over HTTP: {error}") from error


def _asked_to_wait_s(exchange: Exchange) -> float | None:
    return asked_to_wait_s(exchange.response, now=datetime.now(UTC))
