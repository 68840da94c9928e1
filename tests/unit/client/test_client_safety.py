"""What the environment forbids is not sent, whoever asks for it."""

from __future__ import annotations

import pytest
from recording import recording_server

from specproof.client.client import Client, Settings
from specproof.client.safety import SAFE_METHODS, Safety, origin
from specproof.errors import RefusedBySafety
from specproof.model.exchange import Request

BASE = "https://api.example:8443/v1"


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "TRACE", "CONNECT", "get", "PURGE"])
def test_what_may_change_data_is_refused(method: str) -> None:
    safety = Safety(base_url=BASE, writes=False, source="staging.toml")
    with pytest.raises(RefusedBySafety) as caught:
        safety.check(Request(method=method, url=f"{BASE}/x"))
    assert str(caught.value) == f'staging.toml: writes = "forbidden": {method} was not sent'
    Safety(base_url=BASE, writes=True).check(Request(method=method, url=f"{BASE}/x"))


@pytest.mark.parametrize("method", sorted(SAFE_METHODS))
def test_reading_is_always_allowed(method: str) -> None:
    Safety(base_url=BASE, writes=False).check(Request(method=method, url=f"{BASE}/x"))


ELSEWHERE = {
    "other host": "https://evil.example:8443/v1",
    "subdomain": "https://x.api.example:8443/v1",
    "other port": "https://api.example:8444/v1",
    "default port": "https://api.example/v1",
    "other scheme": "http://api.example:8443/v1",
    "no host": "/v1/things",
    "user name in front": "https://api.example:8443@evil.example/v1",
    "user name behind": "https://evil.example@api.example:8443/v1",
    "backslash in front": "https://evil.example\\@api.example:8443/v1",
    "backslash behind": "https://api.example:8443\\.evil.example/v1",
    "tab in the host": "https://api.exam\tple:8443/v1",
    "line break": "https://api.example:8443/v1\r\nHost: evil.example",
    "bad port": "https://api.example:eight/v1",
    "huge port": "https://api.example:99999/v1",
    "bad bracket": "https://[api.example:8443/v1",
    "empty": "",
}


@pytest.mark.parametrize("url", ELSEWHERE.values(), ids=ELSEWHERE.keys())
def test_another_origin_is_refused(url: str) -> None:
    """Also a URL that two parsers could read in two ways."""
    with pytest.raises(RefusedBySafety, match=r"base_url is on https://api\.example:8443: a request to"):
        Safety(base_url=BASE, writes=True).check(Request(method="GET", url=url))


@pytest.mark.parametrize(
    ("base", "url"),
    [
        ("https://api.example/v1", "https://API.example:443/elsewhere"),
        ("http://api.example:80", "HTTP://api.example/?q={x}|y"),
        ("http://[::1]:8000/v1", "http://[::1]:8000/v1/\u00e9"),
    ],
)
def test_one_origin_may_be_spelt_in_many_ways(base: str, url: str) -> None:
    """Source: RFC 6454 section 4."""
    assert origin(base) == origin(url)
    Safety(base_url=base, writes=False).check(Request(method="GET", url=url))


def test_a_link_that_hides_another_host_leads_nowhere() -> None:
    """Neither server hears of it: the client and the rule read the URL alike."""
    with recording_server() as own, recording_server() as other:
        client = Client(Settings(safety=Safety(base_url=own.origin, writes=False)))
        url = f"{other.origin}\\@{own.origin.removeprefix('http://')}/x"
        with pytest.raises(RefusedBySafety):
            client.send(Request(method="GET", url=url))
        assert (own.seen, other.seen, client.sent) == ([], [], 0)


def test_a_refused_request_reaches_no_server_and_no_recorder() -> None:
    recorded: list[object] = []
    with recording_server() as server:
        client = Client(Settings(safety=Safety(base_url=server.origin, writes=False)), [recorded.append])
        with pytest.raises(RefusedBySafety, match="DELETE was not sent"):
            client.send(Request(method="DELETE", url=f"{server.origin}/x"))
        assert (server.seen, recorded, client.sent) == ([], [], 0)
