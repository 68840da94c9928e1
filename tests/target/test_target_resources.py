"""Teams, projects, repositories and users: reachable through links, by every name, for who may see them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from target_client import SEARCH, VARIABLES, Client
from target_git import TOKEN_USER

from specproof.target.seed import TEAMS

ACME, RIVAL = (f"%7B{TEAMS[name][0]}%7D" for name in ("acme", "rival"))
HANDBOOK = "/2.0/repositories/acme/handbook"
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?[+-]\d\d:\d\d")
PATHS = {
    "team": "/2.0/teams/acme",
    "workspace": "/2.0/workspaces/acme",
    "projects": "/2.0/workspaces/acme/projects",
    "project": "/2.0/workspaces/acme/projects/DOCS",
    "repositories": "/2.0/repositories/acme",
    "repository": HANDBOOK,
    "commits": f"{HANDBOOK}/commits",
    "user": "/2.0/users/ada",
}


def everything(node: Any) -> Iterator[dict[str, Any]]:
    """Yield every object inside a document, the document itself included."""
    if isinstance(node, dict):
        yield node
        for value in node.values():
            yield from everything(value)
    elif isinstance(node, list):
        for value in node:
            yield from everything(value)


def links_in(document: Any) -> set[str]:
    """Return every address in a document: links, and the neighbours of a page."""
    found = {str(node["href"]) for node in everything(document) if "href" in node}
    return found | {str(document[name]) for name in ("next", "previous") if name in document}


def test_every_link_leads_somewhere_from_everywhere(shared: Client) -> None:
    """A walk over all links that there are, from every kind of object."""
    owner = shared.app_password("acme", "acme-api-key")
    starts = [
        *PATHS.values(),
        VARIABLES,
        f"{SEARCH}?search_query=parser&fields=%2Bvalues.file.commit.repository",
    ]
    waiting = [shared.origin + path for path in starts]
    seen: set[str] = set()
    while waiting:
        link = waiting.pop()
        if link in seen:
            continue
        seen.add(link)
        assert link.startswith(shared.origin)
        path = link + "/info/refs?service=git-upload-pack" if link.endswith(".git") else link
        answer = shared.get(path, authorization=owner)
        assert answer.status == 200, (link, answer.body)
        if answer.headers["content-type"] == "application/json":
            waiting.extend(links_in(answer.json) - seen)
    kinds = {urlsplit(link).path.split("/")[2] for link in seen if "/2.0/" in link}
    assert kinds == {"teams", "workspaces", "repositories", "users"}
    assert len(seen) > 150


def test_no_link_holds_credentials(shared: Client) -> None:
    secrets = [secret for secret in shared.variables.values() if "://" not in secret]
    for path in PATHS.values():
        links = links_in(shared.get(path, authorization=shared.app_password("acme", "acme-api-key")).json)
        assert links
        for link in links:
            assert "@" not in link
            assert not any(secret in link for secret in secrets)


def test_links_have_the_origin_that_the_client_used(shared: Client) -> None:
    headers = {"Host": "api.example.com:8443"}
    links = links_in(shared.get(HANDBOOK, headers=headers).json)
    assert {link[: link.index("/", 8)] for link in links} == {"http://api.example.com:8443"}


@pytest.mark.parametrize("path", PATHS.values())
def test_every_moment_has_an_offset_and_every_object_a_type(shared: Client, path: str) -> None:
    document = shared.get(path, authorization=shared.app_password("acme", "acme-api-key")).json
    for node in everything(document):
        for name, value in node.items():
            if name.endswith("_on") or name == "date":
                assert MOMENT.fullmatch(value), value
        if "links" in node:
            assert node["type"]
            assert node["links"]["self"]["href"]


CONDENSED = {
    "commit": {"type", "hash", "links"},
    "project": {"type", "key", "name", "uuid", "links"},
    "repository": {"type", "uuid", "name", "full_name", "links"},
    "team": {"type", "username", "display_name", "uuid", "links"},
    "user": {"type", "username", "display_name", "nickname", "uuid", "links"},
    "workspace": {"type", "slug", "name", "uuid", "links"},
}


def test_an_object_inside_another_has_always_the_same_members(shared: Client) -> None:
    paths = [*PATHS.values(), f"{SEARCH}?search_query=parser&fields=%2Bvalues.file.commit"]
    seen = set()
    for path in paths:
        document = shared.get(path, authorization=shared.app_password("acme", "acme-api-key")).json
        for outer in document.get("values", [document]):
            for node in everything(outer):
                if node is not outer and "links" in node and node["type"] in CONDENSED:
                    assert node.keys() == CONDENSED[node["type"]]
                    assert node["links"].keys() == {"self"}
                    seen.add(node["type"])
    assert seen == CONDENSED.keys()


def test_the_whole_object_says_the_same_and_more(shared: Client) -> None:
    owner = shared.app_password("acme", "acme-api-key")
    document = shared.get(HANDBOOK, authorization=owner).json
    inside = [node for node in everything(document) if node.get("type") in CONDENSED and node is not document]
    assert {node["type"] for node in inside} == {"project", "team", "workspace"}
    for node in inside:
        whole = shared.get(node["links"]["self"]["href"], authorization=owner).json
        same = CONDENSED[node["type"]] - {"links"}
        assert {name: whole[name] for name in same} == {name: node[name] for name in same}
        assert whole.keys() > CONDENSED[node["type"]]


def test_fields_adds_what_the_condensed_form_leaves_out(shared: Client) -> None:
    assert "created_on" not in shared.get(HANDBOOK).json["owner"]
    team = shared.get("/2.0/teams/acme").json
    added = shared.get(f"{HANDBOOK}?fields=%2Bowner.created_on").json
    assert added["owner"]["created_on"] == team["created_on"]
    assert added["name"] == "Handbook"
    deep = shared.get(f"{HANDBOOK}/commits?pagelen=1&fields=values.repository.owner.username").json
    assert deep == {"values": [{"repository": {"owner": {"username": "acme"}}}]}


@pytest.mark.parametrize("path", PATHS.values())
def test_fields_works_on_every_read(shared: Client, path: str) -> None:
    owner = shared.app_password("acme", "acme-api-key")
    whole = shared.get(path, authorization=owner).json
    prefix = "values." if "values" in whole else ""
    first = whole["values"][0] if prefix else whole
    part = shared.get(f"{path}?fields={prefix}type", authorization=owner).json
    assert (part["values"][0] if prefix else part) == {"type": first["type"]}
    rest = shared.get(f"{path}?fields=-{prefix}links", authorization=owner).json
    assert (rest["values"][0] if prefix else rest) == {
        name: value for name, value in first.items() if name != "links"
    }
    assert shared.get(f"{path}?fields=nothing", authorization=owner).json == {}


@pytest.mark.parametrize(
    ("named", "identified"),
    [
        ("/2.0/teams/acme", f"/2.0/teams/{ACME}"),
        ("/2.0/workspaces/acme", f"/2.0/workspaces/{ACME}"),
        ("/2.0/workspaces/acme/projects", f"/2.0/workspaces/{ACME}/projects"),
        ("/2.0/repositories/acme", f"/2.0/repositories/{ACME}"),
        (HANDBOOK, f"/2.0/repositories/{ACME}/handbook"),
        (HANDBOOK, "/2.0/repositories/acme/{handbook}"),
        (HANDBOOK, "/2.0/repositories/%7B%7D/{handbook}"),
        (f"{HANDBOOK}/commits", "/2.0/repositories/{}/{handbook}/commits"),
        ("/2.0/workspaces/acme/projects/DOCS", "/2.0/workspaces/acme/projects/{project}"),
        ("/2.0/users/ada", "/2.0/users/{ada}"),
        ("/2.0/users/ada", "/2.0/users/{ADA}"),
    ],
)
def test_names_and_uuids_lead_to_the_same_answer(shared: Client, named: str, identified: str) -> None:
    owner = shared.app_password("acme", "acme-api-key")
    things = {
        "handbook": shared.get(HANDBOOK).json["uuid"],
        "project": shared.get(HANDBOOK).json["project"]["uuid"],
        "ada": shared.get("/2.0/users/ada").json["uuid"],
    }
    things["ADA"] = things["ada"].upper()
    for name, uuid in things.items():
        identified = identified.replace(f"{{{name}}}", uuid.replace("{", "%7B").replace("}", "%7D"))
    first, second = (shared.get(path, authorization=owner) for path in (named, identified))
    assert first.status == second.status == 200
    assert first.body == second.body


def test_repositories_come_in_pages(shared: Client) -> None:
    first = shared.get("/2.0/repositories/acme?pagelen=4").json
    assert {name: first[name] for name in ("page", "pagelen", "size")} == {"page": 1, "pagelen": 4, "size": 6}
    second = shared.get(first["next"]).json
    names = [item["full_name"] for item in first["values"] + second["values"]]
    assert names == sorted(names)
    assert len(names) == 6
    assert "next" not in second
    assert shared.get(second["previous"]).json == first
    assert shared.get(first["values"][0]["links"]["self"]["href"]).json == first["values"][0]


def test_a_team_without_repositories_has_an_empty_page(shared: Client) -> None:
    page = shared.get("/2.0/repositories/fallow").json
    assert page == {"page": 1, "pagelen": 10, "size": 0, "values": []}


ALL = frozenset(PATHS)
CODE = frozenset({"repositories", "repository", "commits"})
OPEN = frozenset({"team", "workspace", "user"})


@pytest.mark.parametrize(
    ("user", "name", "allowed"),
    [
        ("acme", "acme-api-key", ALL),
        ("ada", "acme-owner", ALL),
        ("ada", "acme-admin", CODE | OPEN),
        ("ben", "acme-reader", CODE | OPEN),
        ("ada", "acme-nothing", OPEN),
        (None, "acme-workspace-token", CODE | OPEN),
        (None, "acme-repository-token", CODE | {"user"}),
        (None, "acme-forge-token", CODE),
        (None, "acme-forge-admin", frozenset[str]()),
    ],
)
def test_who_may_read_what(shared: Client, user: str | None, name: str, allowed: frozenset[str]) -> None:
    authorization = shared.app_password(user, name) if user else shared.bearer(name)
    statuses = {kind: shared.get(path, authorization=authorization).status for kind, path in PATHS.items()}
    assert statuses == {kind: 200 if kind in allowed else 403 for kind in PATHS}


@pytest.mark.parametrize("path", [*PATHS.values(), f"{HANDBOOK}/src/x/README.md", f"{HANDBOOK}/commit/x"])
def test_strangers_and_neighbours_learn_nothing(shared: Client, path: str) -> None:
    assert shared.get(path, authorization=None).status == 401
    assert shared.get(path, authorization=shared.app_password("ada", "acme-expired")).status == 401
    rita = shared.app_password("rita", "rival-admin")
    foreign = shared.get(path, authorization=rita)
    absent = shared.get(path.replace("acme", "nobody").replace("ada", "nobody"), authorization=rita)
    assert foreign.status == absent.status == 404
    assert foreign.body == absent.body


def test_a_bound_token_sees_its_own_repositories_only(shared: Client) -> None:
    one, some = shared.bearer("acme-repository-token"), shared.bearer("acme-project-token")
    for token, expected in ((one, {"handbook"}), (some, {"ledger", "station-parser", "tidewatch"})):
        page = shared.get("/2.0/repositories/acme", authorization=token).json
        assert {item["slug"] for item in page["values"]} == expected
        assert page["size"] == len(expected)
        for item in shared.get("/2.0/repositories/acme").json["values"]:
            answer = shared.get(item["links"]["self"]["href"], authorization=token)
            assert answer.status == (200 if item["slug"] in expected else 404)
            commits = shared.get(item["links"]["commits"]["href"], authorization=token)
            assert commits.status == answer.status
        assert shared.get("/2.0/teams/acme", authorization=token).status == 403
        assert shared.get("/2.0/workspaces/acme", authorization=token).status == 403
    absent = shared.get(f"{HANDBOOK}x", authorization=some)
    assert shared.get(HANDBOOK, authorization=some).body == absent.body


def test_users_see_whom_they_share_a_team_with(shared: Client) -> None:
    assert shared.get("/2.0/users/ben").json["display_name"] == "Ben Okoye"
    token = shared.bearer("acme-workspace-token")
    assert shared.get("/2.0/users/ben", authorization=token).status == 200
    for name in ("rita", "nobody", "acme", TOKEN_USER, "%7B%7D"):
        assert shared.get(f"/2.0/users/{name}").status == 404


@pytest.mark.parametrize("path", PATHS.values())
def test_head_says_what_get_would(shared: Client, path: str) -> None:
    owner = shared.app_password("acme", "acme-api-key")
    got, head = (shared.send(method, path, authorization=owner) for method in ("GET", "HEAD"))
    assert (head.status, head.body) == (200, b"")
    assert head.headers["content-length"] == str(len(got.body))


@pytest.mark.parametrize("path", PATHS.values())
def test_other_methods_are_not_allowed(shared: Client, path: str) -> None:
    answer = shared.send("POST", path, authorization=shared.app_password("acme", "acme-api-key"))
    assert answer.status == 405
    assert "GET" in answer.headers["allow"]


@pytest.mark.parametrize("path", ["/2.0/repositories/acme/none", "/2.0/workspaces/acme/projects/NONE"])
def test_what_does_not_exist_is_not_found(shared: Client, path: str) -> None:
    answer = shared.get(path, authorization=shared.app_password("acme", "acme-api-key"))
    assert answer.status == 404
    assert answer.json["error"]["message"]
