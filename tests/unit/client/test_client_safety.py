"""What the environment forbids is not sent, whoever asks for it."""

from __future__ import annotations

import pytest
from recording import Answer, recording_server

from specproof.client.client import Client
from specproof.client.safety import SAFE_METHODS, Elsewhere, Safety, origin
from specproof.client.settings import Settings
from specproof.errors import RefusedBySafety
from specproof.model.exchange import Request

BASE = "https://api.example:8443/v1"


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "TRACE", "CONNECT", "get", "PURGE"])
def test_what_may_change_data_is_refused(method: str) -> None:
    safety = Safety(base_url=BASE, writes=False, source="staging.toml")
    request = Request(method=method, url=f"{BASE}/x")
    with pytest.raises(
        RefusedBySafety, match=rf'^staging\.toml: writes = "forbidden": {method} was not sent$'
    ):
        safety.check(request)
    assert Safety(base_url=BASE, writes=True).door(request) == BASE


@pytest.mark.parametrize("method", sorted(SAFE_METHODS))
def test_reading_is_always_allowed(method: str) -> None:
    assert Safety(base_url=BASE, writes=False).door(Request(method=method, url=f"{BASE}/x")) == BASE


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
    assert Safety(base_url=base, writes=False).door(Request(method="GET", url=url)) == base


def test_a_link_that_hides_another_host_leads_nowhere() -> None:
    """Neither server hears of it: the client and the rule read the URL alike."""
    with recording_server() as own, recording_server() as other:
        client = Client(Settings(safety=Safety(base_url=own.origin, writes=False)))
        url = f"{other.origin}\\@{own.origin.removeprefix('http://')}/x"
        with pytest.raises(RefusedBySafety, match=r"a request to no host was not sent"):
            client.send(Request(method="GET", url=url))
        assert (own.seen, other.seen, client.sent) == ([], [], 0)


TOKENS = Elsewhere(url="https://login.example/oauth/token", methods=frozenset({"POST"}))
NAMED = Safety(base_url=BASE, writes=False, elsewhere=(TOKENS,))


@pytest.mark.parametrize("url", [TOKENS.url, f"{TOKENS.url}?a=b", "https://LOGIN.example:443/oauth/token"])
def test_a_url_that_the_profile_names_may_be_asked(url: str) -> None:
    """Another origin than that of the API, and a POST where writes are forbidden: getting a token is none."""
    assert NAMED.door(Request(method="POST", url=url)) == TOKENS.url


@pytest.mark.parametrize(
    "url",
    [
        "https://login.example/oauth/token/",
        "https://login.example/oauth/tokens",
        "https://login.example/oauth/token/../revoke",
        "https://login.example/oauth/%74oken",
        "https://login.example/",
        "https://login.example:8443/oauth/token",
        "http://login.example/oauth/token",
        "https://login.example\\@login.example/oauth/token",
        "https://login.example@evil.example/oauth/token",
    ],
)
def test_nothing_beside_a_named_url_may_be_asked(url: str) -> None:
    with pytest.raises(RefusedBySafety, match="POST was not sent"):
        NAMED.check(Request(method="POST", url=url))


def test_a_named_url_takes_its_own_methods_alone() -> None:
    with pytest.raises(RefusedBySafety, match='writes = "forbidden": DELETE was not sent'):
        NAMED.check(Request(method="DELETE", url=TOKENS.url))
    with pytest.raises(RefusedBySafety, match=r"a request to https://login\.example:443 was not sent"):
        NAMED.check(Request(method="GET", url=TOKENS.url))


def test_a_url_without_a_sure_origin_is_nowhere() -> None:
    """Two that cannot be read are not the same place."""
    safety = Safety(
        base_url=BASE, writes=False, elsewhere=(Elsewhere(url="nowhere", methods=frozenset({"POST"})),)
    )
    with pytest.raises(RefusedBySafety, match="POST was not sent"):
        safety.check(Request(method="POST", url="nowhere"))


def test_a_request_to_a_named_url_goes_there_and_not_to_the_api() -> None:
    with recording_server() as api, recording_server() as login:
        named = Elsewhere(url=f"{login.origin}/token", methods=frozenset({"POST"}))
        client = Client(Settings(safety=Safety(base_url=api.origin, writes=False, elsewhere=(named,))))
        client.send(Request(method="POST", url=named.url, body=b"a=b"))
        client.send(Request(method="GET", url=f"{api.origin}/token"))
        assert [(each.method, each.target, each.body) for each in login.seen] == [("POST", "/token", b"a=b")]
        assert [(each.method, each.target) for each in api.seen] == [("GET", "/token")]


def test_a_redirect_is_not_followed() -> None:
    """Not even to a place that may be asked: what it says is parsed."""
    with recording_server() as other:
        answer = Answer(302, (("Location", f"{other.origin}/x"),))
        with recording_server(lambda _: answer) as server:
            client = Client(Settings(safety=Safety(base_url=server.origin, writes=False)))
            exchange = client.send(Request(method="GET", url=f"{server.origin}/x"))
        assert (exchange.response.status, other.seen) == (302, [])


def test_a_refused_request_reaches_no_server_and_no_recorder() -> None:
    recorded: list[object] = []
    with recording_server() as server:
        client = Client(Settings(safety=Safety(base_url=server.origin, writes=False)), [recorded.append])
        with pytest.raises(RefusedBySafety, match="DELETE was not sent"):
            client.send(Request(method="DELETE", url=f"{server.origin}/x"))
        assert (server.seen, recorded, client.sent) == ([], [], 0)
