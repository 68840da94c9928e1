"""Which way the requests of an environment go: directly, or through a proxy."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

DIRECT = "none"  # what `proxy` says where there is to be none


@dataclass(frozen=True, slots=True, kw_only=True)
class Proxies:
    """The proxies of an environment.

    Args:
        by_scheme: Proxy URL by scheme of the server (``http``, ``https``); what is not there goes directly.
        named: Whether the profile or an option names them, not the variables that all programs read.
        not_for: Hosts that are asked directly, as in the variable ``NO_PROXY``.
    """

    by_scheme: Mapping[str, str] = field(default_factory=dict, repr=False)
    named: bool = False
    not_for: tuple[str, ...] = ()


def find_proxies(proxy: str | None, environ: Mapping[str, str]) -> Proxies:
    """Return the proxies that hold.

    Args:
        proxy: What the profile or an option says: a URL, ``"none"``, or ``None`` for the variables
            ``HTTPS_PROXY``, ``HTTP_PROXY``, ``ALL_PROXY`` and ``NO_PROXY``, in lower case or upper case.
        environ: The process environment.
    """
    if proxy == DIRECT:
        return Proxies(named=True)
    if proxy is not None:
        return Proxies(by_scheme={"http": proxy, "https": proxy}, named=True)

    def of(name: str) -> str:
        return environ.get(name) or environ.get(name.upper()) or ""

    found = {scheme: of(f"{scheme}_proxy") or of("all_proxy") for scheme in ("http", "https")}
    hosts = tuple(entry.strip() for entry in of("no_proxy").split(",") if entry.strip())
    # Without a scheme, as in proxy:3128, all programs take it for http.
    urls = {scheme: url if "://" in url else f"http://{url}" for scheme, url in found.items() if url}
    return Proxies(by_scheme=urls, not_for=hosts)


def is_loopback(host: str) -> bool:
    """Tell whether a host name or address is this machine."""
    return host in {"localhost", "::1"} or host.endswith(".localhost") or host.startswith("127.")


def covers(entry: str, host: str, port: int) -> bool:
    """Tell whether an entry of ``NO_PROXY`` covers a host: ``*``, a name, its end, with or without a port."""
    entry = entry.strip().lower()
    name, _, wanted = entry.partition(":") if entry.count(":") == 1 else (entry, "", "")
    name = name.lstrip("*").lstrip(".") or ("*" if name else "")
    fits = name in {"*", host} or host.endswith(f".{name}")
    return bool(name) and fits and wanted in {"", str(port)}
