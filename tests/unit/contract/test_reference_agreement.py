"""Our contract says what the published one says, except where docs/reference-contract.md says so."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

REPOSITORY = Path(__file__).resolve().parents[3]
PUBLISHED = REPOSITORY.parent / "shared" / "reference" / "teams-closure.yml"
OURS = REPOSITORY / "spec" / "bitbucket-teams.yaml"
PAGE = REPOSITORY / "docs" / "reference-contract.md"
METHODS = ("get", "put", "post", "delete", "patch", "head", "options", "trace")
KEYWORDS = (
    "type", "format", "enum", "default", "pattern", "minimum", "maximum", "minLength", "maxLength",
    "minItems", "maxItems", "additionalProperties",
)  # fmt: skip
Difference = tuple[str, str]  # (place, what differs)

pytestmark = pytest.mark.skipif(
    not PUBLISHED.is_file(), reason="the published description is not beside the repository"
)


def read(path: Path) -> dict[str, Any]:
    return yaml.safe_load(path.read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def ours() -> dict[str, Any]:
    return read(OURS)


@pytest.fixture(scope="module")
def theirs() -> dict[str, Any]:
    return read(PUBLISHED)


def resolve(document: Mapping[str, Any], node: Any) -> Any:
    while isinstance(node, dict) and "$ref" in node:
        target: Any = document
        for token in node["$ref"].removeprefix("#/").split("/"):
            target = target[token]
        node = target
    return node


def operations(document: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield ``GET /path`` and the operation, with the parameters of the path item and references resolved."""
    for path, item in document["paths"].items():
        for method in METHODS:
            if method in item:
                shared = [resolve(document, p) for p in item.get("parameters", [])]
                own = [resolve(document, p) for p in item[method].get("parameters", [])]
                parameters = {(p["in"], p["name"]): p for p in shared + own}
                body = resolve(document, item[method].get("requestBody"))
                responses = {s: resolve(document, r) for s, r in item[method]["responses"].items()}
                operation = {"parameters": parameters, "requestBody": body, "responses": responses}
                yield f"{method.upper()} {path}", {**item[method], **operation}


def flat(document: Mapping[str, Any], schema: Any) -> dict[str, Any]:
    """Merge ``allOf`` into one object schema."""
    node = dict(resolve(document, schema))
    parts = [flat(document, part) for part in node.pop("allOf", [])]
    for part in parts:
        node["properties"] = {**part.get("properties", {}), **node.get("properties", {})}
        node["required"] = sorted({*part.get("required", []), *node.get("required", [])})
        node.setdefault("type", part.get("type"))
    return node


class Comparison:
    """Collects the differences between two documents."""

    def __init__(self, ours: Mapping[str, Any], theirs: Mapping[str, Any]) -> None:
        self.ours, self.theirs = ours, theirs
        self.found: set[Difference] = set()
        self.seen: set[tuple[str, str]] = set()

    def keywords(self, place: str, at: str, ours: Mapping[str, Any], theirs: Mapping[str, Any]) -> None:
        """Note each keyword with another value."""
        for keyword in KEYWORDS:
            absent: Any = {"additionalProperties": True, "minItems": 0, "minLength": 0}.get(keyword, "none")
            mine, published = ours.get(keyword, absent), theirs.get(keyword, absent)
            if mine != published:
                self.found.add((place, f"{at}: {keyword} {_text(published)} → {_text(mine)}"))

    def schemas(self, place: str, at: str, ours: Any, theirs: Any) -> None:
        """Note what two schemas say differently, each pair of named schemas once."""
        if isinstance(ours, dict) and "$ref" in ours:
            place, at = f"schema {ours['$ref'].rsplit('/', 1)[-1]}", ""
            pair = (place, str(theirs.get("$ref", id(theirs))))
            if pair in self.seen:
                return
            self.seen.add(pair)
        mine, published = flat(self.ours, ours), flat(self.theirs, theirs)
        self.keywords(place, at or "/", mine, published)
        for word, names, other in (
            ("members", mine.get("properties", {}), published.get("properties", {})),
            ("required", mine.get("required", []), published.get("required", [])),
        ):
            for verb, missing in (("added", set(names) - set(other)), ("left out", set(other) - set(names))):
                if missing:
                    self.found.add((place, f"{at or '/'}: {word} {verb}: {', '.join(sorted(missing))}"))
        for name in mine.get("properties", {}).keys() & published.get("properties", {}).keys():
            self.schemas(place, f"{at}/{name}", mine["properties"][name], published["properties"][name])
        if "items" in mine and "items" in published:
            self.schemas(place, f"{at}/*", mine["items"], published["items"])

    def contents(self, place: str, at: str, ours: Mapping[str, Any], theirs: Mapping[str, Any]) -> None:
        """Compare the media types of a body or an answer."""
        mine, published = ours.get("content", {}), theirs.get("content", {})
        for media in mine.keys() ^ published.keys():
            self.found.add((place, f"{at} {media}: {'added' if media in mine else 'left out'}"))
        for media in mine.keys() & published.keys():
            self.schemas(place, f"{at} {media}", mine[media]["schema"], published[media]["schema"])

    def members(
        self, place: str, kind: str, ours: Mapping[Any, Any], theirs: Mapping[Any, Any]
    ) -> Iterator[Any]:
        """Note what only one side has; yield the keys of both."""
        for key in ours.keys() ^ theirs.keys():
            name = key if isinstance(key, str) else " ".join(key)
            self.found.add((place, f"{kind} {name}: {'added' if key in ours else 'left out'}"))
        yield from ours.keys() & theirs.keys()

    def operation(self, ours: Mapping[str, Any], theirs: Mapping[str, Any]) -> None:
        """Note everything that two operations say differently."""
        place = ours["operationId"]
        for key in self.members(place, "parameter", ours["parameters"], theirs["parameters"]):
            mine, published = ours["parameters"][key], theirs["parameters"][key]
            self.required(place, f"parameter {' '.join(key)}", mine, published)
            self.keywords(
                place,
                f"parameter {' '.join(key)}",
                resolve(self.ours, mine["schema"]),
                resolve(self.theirs, published["schema"]),
            )
        for status in self.members(place, "status", ours["responses"], theirs["responses"]):
            mine, published = ours["responses"][status], theirs["responses"][status]
            self.contents(place, f"status {status}", mine, published)
            headers, others = mine.get("headers", {}), published.get("headers", {})
            for name in self.members(place, f"status {status} header", headers, others):
                self.required(place, f"status {status} header {name}", headers[name], others[name])
                at = f"status {status} header {name}"
                self.keywords(place, at, headers[name]["schema"], others[name]["schema"])
        mine, published = ours["requestBody"], theirs["requestBody"]
        assert (mine is None) == (published is None), f"{place}: only one side has a body"
        if mine:
            self.required(place, "body", mine, published)
            self.contents(place, "body", mine, published)

    def required(self, place: str, at: str, ours: Mapping[str, Any], theirs: Mapping[str, Any]) -> None:
        """Note whether only one side requires it."""
        mine, published = ours.get("required", False), theirs.get("required", False)
        if mine != published:
            self.found.add((place, f"{at}: required {_text(published)} → {_text(mine)}"))


def _text(value: object) -> str:
    if isinstance(value, list):
        return "[" + ", ".join(map(str, value)) + "]"
    return {True: "true", False: "false"}.get(value, str(value)) if isinstance(value, bool) else str(value)


def listed_differences(ours: Mapping[str, Any]) -> set[Difference]:
    """Read the table; ``every operation`` stands for one row per operation, commas separate places."""
    everywhere = [operation["operationId"] for _, operation in operations(ours)]
    found: set[Difference] = set()
    section = PAGE.read_text(encoding="utf-8").partition("## Intended differences")[2]
    for line in section.splitlines():
        cells = [cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]]
        if len(cells) == 3 and cells[0] != "where" and not cells[0].startswith("--"):
            assert cells[2], f"the reason is missing: {line}"
            places = everywhere if cells[0] == "every operation" else re.split(r", *", cells[0])
            found |= {(place, cells[1].strip("`").replace("\\|", "|")) for place in places}
    return found


def test_paths_and_methods_are_those_of_the_published_contract(
    ours: dict[str, Any], theirs: dict[str, Any]
) -> None:
    assert dict(operations(ours)).keys() == dict(operations(theirs)).keys()


def test_scopes_and_schemes_are_those_of_the_published_contract(
    ours: dict[str, Any], theirs: dict[str, Any]
) -> None:
    published = dict(operations(theirs))
    for label, operation in operations(ours):
        assert operation["security"] == published[label]["security"], label
    mine, other = (d["components"]["securitySchemes"] for d in (ours, theirs))
    assert {name: scheme["type"] for name, scheme in mine.items()} == {
        name: scheme["type"] for name, scheme in other.items()
    }
    assert mine["oauth2"]["flows"].keys() == other["oauth2"]["flows"].keys()
    scopes = [d["oauth2"]["flows"]["authorizationCode"]["scopes"].keys() for d in (mine, other)]
    assert scopes[0] == scopes[1]


def test_deprecation_is_that_of_the_published_contract(ours: dict[str, Any], theirs: dict[str, Any]) -> None:
    published = {label: operation.get("deprecated", False) for label, operation in operations(theirs)}
    assert {label: o.get("deprecated", False) for label, o in operations(ours)} == published


def test_every_difference_is_listed_and_every_listed_difference_is_there(
    ours: dict[str, Any], theirs: dict[str, Any]
) -> None:
    comparison, published = Comparison(ours, theirs), dict(operations(theirs))
    for label, operation in operations(ours):
        comparison.operation(operation, published[label])
    listed = listed_differences(ours)
    unlisted, stale = comparison.found - listed, listed - comparison.found
    assert not unlisted, "not in the table:\n" + "\n".join(f"{p} | {d}" for p, d in sorted(unlisted))
    assert not stale, "in the table, but not there:\n" + "\n".join(f"{p} | {d}" for p, d in sorted(stale))


def test_words_are_our_own(ours: dict[str, Any], theirs: dict[str, Any]) -> None:
    """No description of more than a few words is the published one."""

    def texts(node: Any) -> Iterator[str]:
        if isinstance(node, dict):
            yield from (v for k, v in node.items() if k in {"description", "summary"} and isinstance(v, str))
        for child in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
            yield from texts(child)

    published = {" ".join(text.split()).rstrip(".").lower() for text in texts(theirs)}
    mine = {" ".join(text.split()).rstrip(".").lower() for text in texts(ours)}
    assert {text for text in mine & published if len(text.split()) > 3} == set()
