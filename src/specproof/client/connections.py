"""Connections: how TLS is trusted, and which way through a proxy."""

from __future__ import annotations

import ssl
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote, urlsplit

import urllib3
from urllib3.exceptions import DecodeError, HTTPError, ProtocolError, ProxyError

from specproof.client.safety import origin
from specproof.client.target import split_target
from specproof.environment.network import Proxies, covers, is_loopback
from specproof.errors import Unreachable

_POOLS = 4  # the API, and what the profile names beside it


@dataclass(frozen=True, slots=True, kw_only=True)
class Network:
    """How an environment is reached.

    Args:
        timeout_s: Seconds to wait for an answer.
        concurrency: Connections that are kept for each host.
        verify_tls: Whether certificates are checked.
        ca_file: PEM file of the authorities that are trusted instead of those of the system.
        certificate: PEM file that the client shows; may hold the key as well.
        key: PEM file of its key.
        proxies: Which way the requests go.
    """

    timeout_s: float = 10.0
    concurrency: int = 8
    verify_tls: bool = True
    ca_file: str | None = None
    certificate: str | None = None
    key: str | None = None
    proxies: Proxies = field(default_factory=Proxies)


class Connections:
    """Opens connections; keeps them for the next request."""

    def __init__(self, network: Network) -> None:
        self._network = network
        self._managers: dict[str, urllib3.PoolManager] = {}

    def open(
        self, method: str, door: str, url: str, *, headers: urllib3.HTTPHeaderDict, body: bytes | None
    ) -> urllib3.response.BaseHTTPResponse:
        """Send a request to the origin of ``door``, whatever its own URL says; redirects are not followed.

        Args:
            method: Of the request.
            door: The URL whose origin the request goes to.
            url: Of the request: path and query count.
            headers: All of them.
            body: Its bytes.
        """
        proxy = self.proxy_for(door)
        # Through the pool of the door nothing can go elsewhere, and the target goes out as it is; the manager
        # would resolve dot segments.
        pool = self._manager(proxy).connection_from_url(door)
        target = split_target(url)[1]
        whole = bool(proxy) and pool.scheme == "http"
        if whole:
            target = split_target(door)[0] + target  # RFC 9112 section 3.2.2
        return pool.urlopen(
            method,
            target,
            body=body,
            headers=headers,
            redirect=False,
            assert_same_host=not whole,  # the pool is the proxy's then
            preload_content=False,
        )

    def forget(self) -> None:
        """Close the connections that are kept; no request may be under way."""
        for manager in self._managers.values():
            manager.clear()

    def proxy_for(self, url: str) -> str:
        """Return the proxy that a URL is asked through, or an empty string.

        A server on this machine is asked directly, whatever the variables of the process say; only a proxy on
        this machine that the profile names is taken, for one elsewhere would ask its own machine.
        """
        scheme, host, port = origin(url)
        proxies = self._network.proxies
        proxy = proxies.by_scheme.get(scheme, "")
        if is_loopback(host):
            return proxy if proxies.named and is_loopback(urlsplit(proxy).hostname or "") else ""
        return "" if any(covers(each, host, port) for each in proxies.not_for) else proxy

    def _manager(self, proxy: str) -> urllib3.PoolManager:
        if proxy not in self._managers:
            self._managers[proxy] = self._new_manager(proxy)
        return self._managers[proxy]

    def _new_manager(self, proxy: str) -> urllib3.PoolManager:
        network = self._network
        timeout = urllib3.Timeout(total=network.timeout_s)
        tls: dict[str, Any] = {
            "cert_reqs": "CERT_REQUIRED" if network.verify_tls else "CERT_NONE",
            "ca_certs": network.ca_file,
            "cert_file": network.certificate,
            "key_file": network.key,
        }
        if not proxy:
            return urllib3.PoolManager(
                num_pools=_POOLS, maxsize=network.concurrency, retries=False, timeout=timeout, **tls
            )
        parts = urlsplit(proxy)
        who = f"{unquote(parts.username)}:{unquote(parts.password or '')}" if parts.username else None
        return urllib3.ProxyManager(
            f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}",
            proxy_headers=urllib3.make_headers(proxy_basic_auth=who) if who else None,
            num_pools=_POOLS,
            maxsize=network.concurrency,
            retries=False,
            timeout=timeout,
            **tls,
        )


def unreachable(what: str, error: HTTPError | OSError) -> Unreachable:
    """Say in one line why no answer came, and what can be done where that is known."""
    cause = _cause(error)
    if isinstance(error, ProxyError):
        mend = "check proxy, or the variables HTTPS_PROXY, HTTP_PROXY and NO_PROXY"
        return Unreachable(f"{what}: the proxy does not let it through, {_last_words(cause)}", mend=mend)
    if isinstance(cause, ssl.SSLCertVerificationError):
        return Unreachable(
            f"{what}: its certificate is not trusted, {cause.verify_message}",
            mend="name the authority that signed it in ca_file, or mend the certificate",
        )
    if isinstance(cause, ssl.SSLError):
        name = (cause.reason or _last_words(cause)).lower().replace("_", " ")
        wants = "certificate required" in name or "handshake failure" in name  # TLS 1.3, TLS 1.2
        mend = "where it wants to know its client, give client_certificate and client_key" if wants else ""
        return Unreachable(f"{what}: TLS failed, {name}", mend=mend)
    broken = isinstance(error, ProtocolError | DecodeError)
    return Unreachable(f"{what}: {_last_words(cause)}", broken=broken)


def _last_words(cause: BaseException) -> str:
    text = str(cause).strip() or type(cause).__name__
    return text.rpartition(": ")[2] or text


def _cause(error: BaseException) -> BaseException:
    cause: BaseException = error
    while True:
        inner = next(
            (
                each
                for each in (getattr(cause, "reason", None), cause.__cause__, *cause.args)
                if isinstance(each, BaseException)
            ),
            None,
        )
        if inner is None:
            return cause
        cause = inner
