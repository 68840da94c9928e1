"""Requests go through the proxy that is meant, and to this machine only through one that is named."""

from __future__ import annotations

import socket
from collections.abc import Mapping
from pathlib import Path

import pytest
import trustme
from certificates import tls_server
from proxying import proxy_server
from recording import recording_server

from specproof.client.client import Client
from specproof.client.connections import Connections, Network
from specproof.client.safety import Safety
from specproof.client.settings import Settings
from specproof.environment.network import covers, find_proxies
from specproof.errors import Unreachable
from specproof.model.exchange import Request

CORPORATE = {"HTTPS_PROXY": "http://proxy.example:3128", "http_proxy": "http://old.example:80"}


def ask(
    origin: str, *, proxy: str | None, environ: Mapping[str, str] | None = None, **network: object
) -> int:
    """Ask a server once; return the status."""
    settings = Settings(
        safety=Safety(base_url=origin, writes=False),
        network=Network(proxies=find_proxies(proxy, environ or {}), **network),  # type: ignore[arg-type]
    )
    return Client(settings).send(Request(method="GET", url=f"{origin}/x")).response.status


def way(url: str, proxy: str | None = None, **environ: str) -> str:
    """Return the proxy that a URL is asked through."""
    return Connections(Network(proxies=find_proxies(proxy, environ))).proxy_for(url)


def test_a_plain_request_goes_through_a_named_proxy() -> None:
    """Host and path stay those of the server; user and password go to the proxy alone."""
    with recording_server() as server, proxy_server() as proxy:
        named = proxy.url.replace("//", "//ci:se%2Fcret@")
        assert ask(server.origin, proxy=named) == 200
        assert proxy.asked == [f"GET {server.origin}/x"]
        assert proxy.credentials == ["Basic Y2k6c2UvY3JldA=="]
        [seen] = server.seen
        assert (seen.target, seen.values("Host")) == ("/x", [server.origin.removeprefix("http://")])
        assert seen.values("Proxy-Authorization") == []


def test_a_request_over_tls_goes_through_a_tunnel(tmp_path: Path) -> None:
    authority = trustme.CA(key_type=trustme.KeyType.ECDSA)
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    with tls_server(authority) as origin, proxy_server() as proxy:
        assert ask(origin, proxy=proxy.url, ca_file=str(tmp_path / "ca.pem")) == 200
        assert proxy.asked == [f"CONNECT {origin.removeprefix('https://')}"]


def test_this_machine_is_asked_directly_whatever_the_variables_say() -> None:
    with recording_server() as server, proxy_server() as proxy:
        assert ask(server.origin, proxy=None, environ={"HTTP_PROXY": proxy.url}) == 200
        assert (proxy.asked, len(server.seen)) == ([], 1)


@pytest.mark.parametrize(
    "url", ["http://localhost:80", "http://127.0.0.9:1", "http://[::1]:1", "https://a.localhost"]
)
def test_this_machine_is_never_asked_through_another(url: str) -> None:
    """A proxy elsewhere would ask itself."""
    assert way(url, **CORPORATE) == ""
    assert way(url, "http://proxy.example:3128") == ""
    assert way(url, "http://127.0.0.1:3128") == "http://127.0.0.1:3128"


def test_the_variables_of_all_programs_are_obeyed_where_the_profile_says_nothing() -> None:
    assert way("https://api.example.com", **CORPORATE) == "http://proxy.example:3128"
    assert way("http://api.example.com", **CORPORATE) == "http://old.example:80"
    assert way("https://api.example.com", ALL_PROXY="http://all.example") == "http://all.example"
    assert way("https://api.example.com", HTTPS_PROXY="proxy:3128") == "http://proxy:3128"
    assert way("https://api.example.com", NO_PROXY="other.com, example.com", **CORPORATE) == ""
    assert way("https://api.example.com") == ""


def test_the_profile_comes_before_the_variables() -> None:
    mine = "http://mine.example:3128"
    assert way("https://api.example.com", mine, NO_PROXY="*", **CORPORATE) == mine
    assert way("https://api.example.com", "none", **CORPORATE) == ""


@pytest.mark.parametrize(
    ("entry", "covered"),
    [
        ("*", True),
        ("example.com", True),
        (".example.com", True),
        ("*.example.com", True),
        ("API.Example.com", True),
        ("api.example.com:443", True),
        ("api.example.com:8443", False),
        ("ample.com", False),
        ("example.com.evil", False),
        ("", False),
    ],
)
def test_an_entry_of_no_proxy_covers_a_name_and_what_ends_in_it(entry: str, covered: bool) -> None:
    assert covers(entry, "api.example.com", 443) is covered


def test_a_proxy_that_is_away_is_one_line() -> None:
    with recording_server() as server, socket.socket() as held:
        held.bind(("127.0.0.1", 0))  # nobody listens here
        with pytest.raises(Unreachable, match=r"the proxy does not let it through, .*refused") as caught:
            ask(server.origin, proxy=f"http://127.0.0.1:{held.getsockname()[1]}")
    assert caught.value.mend == "check proxy, or the variables HTTPS_PROXY, HTTP_PROXY and NO_PROXY"
    assert "\n" not in str(caught.value)
