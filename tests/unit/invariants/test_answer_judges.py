"""HEAD, OPTIONS, small lists, pages of other origins, links: broken cases and right ones that look odd."""

from __future__ import annotations

from typing import Any

import pytest
from builders import BASE, make_exchange, make_operation, make_request

from specproof.contract.vocabulary import Cors, Links
from specproof.generate.links import choose, header_links, links_of
from specproof.generate.walks import read_page
from specproof.invariants import cors, responses
from specproof.invariants.cors import CrossOrigin
from specproof.invariants.links import Followed, lead_somewhere, leads_to_itself, well_formed
from specproof.invariants.responses import Twin
from specproof.model.exchange import Exchange
from specproof.model.field_values import is_reference
from specproof.model.operation import Pagination, Resource
from specproof.model.walk import Page

OPERATION = make_operation("200", "404")


def said(status: int = 200, *, method: str = "GET", body: bytes = b"{}", **headers: str) -> Exchange:
    """Return an answer; underscores in names of headers are hyphens."""
    pairs = tuple((name.replace("_", "-"), value) for name, value in headers.items())
    return make_exchange(status, body=body, headers=pairs, request=make_request(method))


# --- HEAD ----------------------------------------------------------------------------------------------


def twin(get: Exchange, head: Exchange, again: Exchange | None = None) -> Twin:
    return Twin(name="something", get=get, head=head, again=again or get)


def heads(*twins: Twin) -> list[str]:
    return [breach.detail for breach in responses.head(OPERATION, twins)]


@pytest.mark.parametrize(
    ("get", "head", "expected"),
    [
        (said(), said(body=b""), []),
        (said(Content_Length="2"), said(Content_Length="2"), []),
        (said(Content_Length="2"), said(), []),
        (said(), said(Content_Length="7"), []),
        (said(404), said(404), []),
        (said(Content_Length="2"), said(Content_Length="0"), ["content-length"]),
        (said(), said(204), ["status of something"]),
        (said(404), said(200), ["status of something"]),
        (said(401), said(200), ["status of something"]),
    ],
)
def test_head_answers_what_get_answers(get: Exchange, head: Exchange, expected: list[str]) -> None:
    assert heads(twin(get, head)) == expected


def test_head_has_the_media_type_of_get() -> None:
    html = make_exchange(200, body=b"x", media_type="text/html")
    json_utf8 = make_exchange(200, body=b"x", media_type="application/json; charset=utf-8")

    assert heads(twin(said(), html)) == ["content-type"]
    assert heads(twin(said(), json_utf8)) == []


def test_what_changes_by_itself_is_not_compared() -> None:
    """The length of a page that shows the time of day, and what was deleted meanwhile."""
    assert heads(twin(said(Content_Length="2"), said(Content_Length="3"), said(Content_Length="4"))) == []
    assert heads(twin(said(), said(404), said(404))) == []


@pytest.mark.parametrize(
    ("status", "documented", "expected"),
    [(200, False, True), (405, False, False), (501, False, False), (405, True, True)],
)
def test_head_is_judged_where_the_server_has_it(status: int, documented: bool, expected: bool) -> None:
    assert responses.answers_head([twin(said(), said(status))], documented=documented) is expected


# --- OPTIONS -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("allow", "tried", "expected"),
    [
        ("GET, POST", [], []),
        ("get,post , HEAD", [], []),
        ("GET", [], ["lacks POST"]),
        ("", [], ["lacks GET", "lacks POST"]),
        ("GET, POST", [said(405)], ["refuses GET"]),
        ("GET, POST, PATCH", [said(501, method="PATCH")], ["refuses PATCH"]),
        ("GET, POST, PATCH", [said(404, method="PATCH"), said(401, method="POST")], []),
        ("GET, POST", [said(405, method="PATCH")], []),
    ],
)
def test_options_tells_the_truth(allow: str, tried: list[Exchange], expected: list[str]) -> None:
    options = said(204, method="OPTIONS", Allow=allow)
    breaches = responses.options_allow(OPERATION, frozenset({"GET", "POST"}), options, tried)

    assert [breach.detail for breach in breaches] == expected


@pytest.mark.parametrize("options", [said(200), said(405, Allow="GET"), said(404, Allow="")])
def test_options_that_names_no_methods_says_nothing(options: Exchange) -> None:
    assert responses.allowed(options) is None
    assert list(responses.options_allow(OPERATION, frozenset({"GET"}), options, [])) == []


# --- small lists ---------------------------------------------------------------------------------------

PAGES = Pagination(style="page", items="/values", next="/next", identity="/id", pointer="#")
LISTS = make_operation("200", pagination=PAGES)


def page(body: Any, status: int = 200) -> Page:
    return read_page(PAGES, make_exchange(status, body))


@pytest.mark.parametrize(
    ("body", "status", "expected"),
    [
        ({"values": []}, 200, []),
        ({"values": [], "next": "/x"}, 200, ["next"]),
        ({"values": None}, 200, ["list"]),
        ({"values": {}}, 200, ["list"]),
        ({}, 200, ["list"]),
        ([], 200, ["list"]),
        ({}, 404, ["status"]),
    ],
)
def test_nothing_is_an_empty_list(body: Any, status: int, expected: list[str]) -> None:
    assert [breach.detail for breach in responses.empty_list(LISTS, page(body, status))] == expected


def test_no_content_is_right_where_it_is_documented() -> None:
    empty = read_page(PAGES, make_exchange(204))

    assert [b.detail for b in responses.empty_list(LISTS, empty)] == ["list"]
    assert list(responses.empty_list(make_operation("200", "204", pagination=PAGES), empty)) == []


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({"values": [{"id": 1, "a": 2}]}, []),
        ({"values": [{"id": 1, "a": 3}]}, []),
        ({"values": [{"id": 9}]}, []),
        ({"values": []}, []),
        ({"values": [{"id": 1}]}, ["members"]),
        ({"values": [{"id": 1, "a": 2, "b": 3}]}, ["members"]),
        ({"values": {"id": 1, "a": 2}}, ["list"]),
        ({"values": None}, ["list"]),
    ],
)
def test_one_item_is_a_list_of_one(body: Any, expected: list[str]) -> None:
    whole = page({"values": [{"id": 1, "a": 2}, {"id": 2, "a": 2}]})

    assert [breach.detail for breach in responses.single_item(LISTS, whole, page(body))] == expected


# --- pages of other origins ----------------------------------------------------------------------------

ORIGIN = "https://page.example"
PREFLIGHT = {
    "Access_Control_Allow_Origin": "*",
    "Access_Control_Allow_Methods": "GET, PUT, DELETE",
    "Access_Control_Allow_Headers": "authorization, content-type",
    "Access_Control_Max_Age": "600",
}


def seen(kind: str, exchange: Exchange, **rules: Any) -> CrossOrigin:
    rules = {"origins": ["*"], "max_age": 600, "exposed": ["ETag", "Content-Type"]} | rules
    return CrossOrigin(rules=Cors.model_validate(rules), origin=ORIGIN, **{kind: (exchange,)})


def preflight(
    method: str = "PUT", headers: str = "authorization", status: int = 204, **said_in_answer: str
) -> Exchange:
    asked = (
        ("Origin", ORIGIN),
        ("Access-Control-Request-Method", method),
        ("Access-Control-Request-Headers", headers),
    )
    request = make_request("OPTIONS", headers=asked)
    pairs = tuple(
        (name.replace("_", "-"), value) for name, value in (PREFLIGHT | said_in_answer).items() if value
    )
    return make_exchange(status, body=b"", headers=pairs, request=request)


@pytest.mark.parametrize(
    ("value", "credentials", "silent"),
    [
        ("*", False, True),
        (ORIGIN, False, True),
        (ORIGIN, True, True),
        ("*", True, False),
        (None, False, False),
        ("null", False, False),
        (f"{ORIGIN}, *", False, False),
        ("https://other.example", False, False),
    ],
)
@pytest.mark.parametrize(("kind", "judge"), [("simple", cors.origin), ("refusals", cors.refusals)])
def test_a_promised_origin_is_let_in(
    value: str | None, credentials: bool, silent: bool, kind: str, judge: Any
) -> None:
    headers = {"Access_Control_Allow_Origin": value} if value else {}
    breaches = list(judge(OPERATION, seen(kind, said(**headers), credentials=credentials)))

    assert (breaches == []) is silent


@pytest.mark.parametrize(
    ("exchange", "expected"),
    [
        (preflight(), []),
        (preflight(status=200, Access_Control_Allow_Methods="put"), []),
        (preflight(Access_Control_Allow_Methods="*"), []),
        (preflight("POST"), []),
        (preflight("GET", Access_Control_Allow_Methods=""), []),
        (preflight(headers="content-type,authorization"), []),
        (preflight(headers="content-type", Access_Control_Allow_Headers="*"), []),
        (preflight(headers="authorization", Access_Control_Allow_Headers="*"), ["header authorization"]),
        (preflight(headers="x-other"), ["header x-other"]),
        (preflight("PATCH"), ["method PATCH"]),
        (preflight(status=401), ["status PUT"]),
        (preflight(status=405), ["status PUT"]),
        (preflight(Access_Control_Allow_Origin=""), ["OPTIONS 204"]),
    ],
)
def test_a_preflight_allows_what_is_promised(exchange: Exchange, expected: list[str]) -> None:
    assert [b.detail for b in cors.preflight(OPERATION, seen("preflights", exchange))] == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [("ETag", []), ("etag, x", []), ("*", []), ("Content-Type", ["etag"]), ("", ["etag"])],
)
def test_promised_headers_may_be_read(value: str, expected: list[str]) -> None:
    """Content-Type may always be read."""
    exchange = said(Access_Control_Expose_Headers=value)

    assert [b.detail for b in cors.exposed(OPERATION, seen("simple", exchange))] == expected


@pytest.mark.parametrize(("value", "silent"), [("600", True), ("60", False), ("", False), ("10 min", False)])
def test_a_preflight_is_kept_as_long_as_promised(value: str, silent: bool) -> None:
    breaches = list(cors.max_age(OPERATION, seen("preflights", preflight(Access_Control_Max_Age=value))))

    assert (breaches == []) is silent


@pytest.mark.parametrize(
    ("promised", "value", "silent"),
    [
        (False, None, True),
        (False, "false", True),
        (False, "true", False),
        (True, "true", True),
        (True, None, False),
    ],
)
def test_cookies_are_sent_where_that_is_promised(promised: bool, value: str | None, silent: bool) -> None:
    headers = {"Access_Control_Allow_Origin": ORIGIN} | (
        {"Access_Control_Allow_Credentials": value} if value else {}
    )
    breaches = list(cors.credentials(OPERATION, seen("simple", said(**headers), credentials=promised)))

    assert (breaches == []) is silent


@pytest.mark.parametrize(
    ("value", "silent"),
    [(None, True), ("https://page.example", True), ("*", False), ("https://evil.example", False)],
)
def test_a_stranger_is_not_let_in(value: str | None, silent: bool) -> None:
    pairs = (("Access-Control-Allow-Origin", value),) if value else ()
    request = make_request(headers=(("Origin", "https://evil.example"),))
    exchange = make_exchange(200, {}, headers=pairs, request=request)
    breaches = list(cors.strangers(OPERATION, seen("strange", exchange, origins=[ORIGIN])))

    assert (breaches == []) is silent


# --- links ---------------------------------------------------------------------------------------------

RULES = Links.model_validate({"member": "links", "templated": "templated"})
THINGS = {
    "values": [
        {"id": 1, "links": {"self": {"href": f"{BASE}/things/1"}, "mirror": [{"href": "a"}, {"href": "b"}]}},
        {"id": 2, "links": {"self": f"{BASE}/things/2", "find": {"href": "/x{?q}", "templated": "true"}}},
    ],
    "links": {"up": {"href": None}, "empty": []},
    "other": {"links": "none"},
}


def test_links_are_found_wherever_they_stand() -> None:
    found = {(link.place, link.href, link.templated) for link in links_of(RULES, make_exchange(200, THINGS))}

    assert found == {
        ("/values/*/links/self", f"{BASE}/things/1", False),
        ("/values/*/links/mirror/*", "a", False),
        ("/values/*/links/mirror/*", "b", False),
        ("/values/*/links/self", f"{BASE}/things/2", False),
        ("/values/*/links/find", "/x{?q}", True),
        ("/links/up", None, False),
    }


def test_only_links_with_an_address_are_well_formed() -> None:
    links = list(links_of(RULES, make_exchange(200, THINGS)))

    assert [breach.detail for breach in well_formed(OPERATION, links)] == ["/links/up"]


@pytest.mark.parametrize(
    ("href", "expected"),
    [
        ("https://api.example/things/%7B1%7D?a=b#c", True),
        ("/things", True),
        ("?page=2", True),
        ("urn:x:1", True),
        ("/a b", False),
        ("/Küste", False),
        ("/{id}", False),
        ("http://[broken", False),
        ("/a\n", False),
    ],
)
def test_what_an_address_is(href: str, expected: bool) -> None:
    assert is_reference(href) is expected


def test_links_of_headers_without_those_of_pages() -> None:
    links = '</v2/things>; rel="successor-version", </x?page=2>; rel=next, </y>; title=z'
    exchange = make_exchange(200, {}, headers=(("Link", links), ("Location", "/things/1")))

    assert [(link.pointer, link.relation, link.href) for link in header_links(exchange)] == [
        ("Link", "successor-version", "/v2/things"),
        ("Location", "location", "/things/1"),
    ]


def test_some_of_each_place_are_followed_odd_ones_first() -> None:
    many = {"values": [{"links": {"self": {"href": f"{BASE}/{n}"}}} for n in ("a", "b", "c%20d", "e")]}
    links = list(links_of(RULES, make_exchange(200, many)))
    elsewhere = [*links_of(RULES, make_exchange(200, THINGS))]

    chosen = [link.href for link in choose([*links, *elsewhere], seed="1", base_url=BASE, number=2)]

    assert chosen[0] == f"{BASE}/c%20d"
    assert len([href for href in chosen if str(href).startswith(BASE)]) == 2
    assert {"a", "b"} <= set(chosen)
    assert "/x{?q}" not in chosen


@pytest.mark.parametrize(
    ("relation", "href", "followed"),
    [
        ("clone", f"{BASE}/git/handbook", False),
        ("source", f"{BASE}/acme/handbook.git", False),
        ("source", f"{BASE}/acme/handbook.git/", False),
        ("source", f"{BASE}/acme/handbook.github", True),
    ],
)
def test_what_git_clones_from_is_not_followed(relation: str, href: str, followed: bool) -> None:
    """Git asks below the address; nothing need be at it."""
    links = links_of(RULES, make_exchange(200, {"links": {relation: [{"href": href}]}}))

    assert bool(choose(list(links), seed="1", base_url=BASE, number=9)) is followed


@pytest.mark.parametrize(
    ("status", "broken"),
    [
        (200, False),
        (302, False),
        (401, False),
        (403, False),
        (405, False),
        (404, True),
        (410, True),
        (500, True),
    ],
)
def test_a_link_leads_to_what_is_there(status: int, broken: bool) -> None:
    """Who may see it is another matter."""
    link = next(links_of(RULES, make_exchange(200, THINGS)))
    breaches = list(lead_somewhere(OPERATION, [Followed(link=link, exchange=said(status))]))

    assert [breach.detail for breach in breaches] == ["/values/*/links/self"] * broken


def test_the_own_link_that_lacks_the_identity_of_its_thing_is_followed_first() -> None:
    """Also where another thing has the same link; relations of other kinds decide nothing."""
    named = [(f"{{A-{n}}}", f"{BASE}/things/%7Ba-{n}%7D") for n in range(9)]
    told = [*named[:5], ("{A-5}", named[4][1]), *named[6:]]
    things = {"values": [{"id": n, "links": {"self": {"href": href}}} for n, href in told]}
    found = list(links_of(RULES, make_exchange(200, things)))

    [first] = choose(found, seed="1", base_url=BASE, number=1, identity="/id")
    assert first.holder == things["values"][5]
    assert len(choose(found, seed="1", base_url=BASE, number=99, identity="/id")) == 9
    assert len(choose(found, seed="1", base_url=BASE, number=99)) == 8


@pytest.mark.parametrize(
    ("there", "inferred", "broken"),
    [
        ({"id": 1}, False, False), ({"id": 2}, False, True), ({"id": 2}, True, True),
        ({"name": "x"}, False, True), ([], False, True), ({"name": "x"}, True, False), ([], True, False),
    ],
)  # fmt: skip
def test_the_own_link_of_a_thing_leads_to_it(there: Any, inferred: bool, broken: bool) -> None:
    """Whether what it leads to has an identity is known where the document says so itself."""
    link = next(links_of(RULES, make_exchange(200, THINGS)))
    resource = Resource(identity="/id", parameter="id", pointer="#", inferred=inferred)
    operation = make_operation("200", resource=resource)
    followed = [Followed(link=link, exchange=make_exchange(200, there))]

    assert len(list(leads_to_itself(operation, followed))) == broken
    assert list(leads_to_itself(OPERATION, followed)) == []
