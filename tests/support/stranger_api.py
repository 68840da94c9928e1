"""Another server of the reference contract, written without the mock target, that decides differently.

It keeps variables and searches code for teams, and leaves out what the contract leaves open: no timestamps,
no links, no value of a secured variable, no ``size`` and no ``previous`` on pages, newest first, upper-case
UUIDs, scopes looked at before teams, other words in every refusal, HTTP/1.1 with many threads. The overlay
takes away what it does not promise. ``faults`` break it.
"""

from __future__ import annotations

import base64
import json
import re
import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, quote, unquote, urlsplit

OVERLAY = """
overlay: 1.0.0
info: {title: what the stranger does not promise, version: "1"}
actions:
  - {target: "$.paths.*.*.parameters[?@.name == 'q' || @.name == 'sort' || @.name == 'fields']", remove: true}
  - {target: "$.paths.*.*.parameters[?@['$ref'] == '#/components/parameters/fields']", remove: true}
  - {target: "$['x-cors']", remove: true}
  - {target: "$['x-hyperlinks']", remove: true}
  - {target: "$['x-cloning']", remove: true}
  - {target: "$.components.securitySchemes.oauth2['x-oauth']", remove: true}
  - {target: "$.paths['/teams/{username}/search/code'].get.parameters[?@.name == 'search_query']['x-search']",
     remove: true}
  - {target: "$.paths['/teams/{username}/search/code'].get['x-pagination']", remove: true}
  - {target: "$.paths['/teams/{username}/search/code'].get.parameters[?@.name == 'search_query']",
     update: {x-search: {implicit: and, ignores_case: true, modifiers: {extension: 'ext:'},
       matches: {items: /values, path: /file/path, count: /content_match_count, blocks: /content_matches,
         lines: /lines, number: /line, segments: /segments, text: /text, match: /match},
       malformed: 400, malformed_key: /error/data/key}}}
  - {target: "$.paths['/teams/{username}/search/code'].get",
     update: {x-pagination: {style: page, items: /values, next: /next, page: /page,
       parameters: {page: page, size: pagelen}, first: 1, size_minimum: 1, size_maximum: 100,
       size_default: 10, past_end: empty, identity: /file/path}}}
"""
PROFILE = """
[environment]
name = "stranger"
base_url = "{base_url}"
writes = "allowed"
exclusive = true
[parameters]
username = "north"
[aliases]
username = ["{{11111111-2222-4333-8444-555555555555}}"]
[foreign]
username = "south"
[foreign_aliases]
username = ["{{66666666-7777-4888-8999-aaaaaaaaaaaa}}"]
[empty]
username = "hollow"
[queries]
search_query = ["harbour", "gate ext:py"]
"""
CREDENTIALS = (  # name, scheme, user, scopes, state, reach
    ("writer", "basic", "wanda", "pipeline:variable repository", "valid", ("north", "hollow")),
    ("reader", "basic", "wanda", "pipeline", "valid", ("north", "hollow")),
    ("seeker", "bearer", "", "repository:write", "valid", ("north",)),
    ("token", "bearer", "", "pipeline:variable repository", "valid", ("north",)),
    ("stale", "bearer", "", "pipeline:variable repository", "expired", ("north",)),
    ("ended", "basic", "wanda", "pipeline:variable repository", "revoked", ("north",)),
    ("login", "basic", "wanda", "", "refused", ("north",)),
    ("southern", "basic", "saul", "pipeline:variable repository", "valid", ("south",)),
)
IMPLIED = {"pipeline:variable": {"pipeline"}, "repository:write": {"repository"}}
TEAMS = {
    "north": "{11111111-2222-4333-8444-555555555555}",
    "south": "{66666666-7777-4888-8999-AAAAAAAAAAAA}",
    "hollow": "{BBBBBBBB-CCCC-4DDD-8EEE-FFFFFFFFFFFF}",
}
CODE = {
    "north": {
        f"docks/{name}.{kind}": f"# {name}\nopen the harbour gate {number}\nclose it\nharbour: {name}\n"
        for number in range(12)
        for name, kind in ((f"pier{number}", "py" if number % 3 else "md"),)
    },
    "south": {"caves/harbour.py": "the southern harbour has no gate\n"},
    "hollow": {},
}
VARIABLES = re.compile(r"/api/teams/([^/]+)/pipelines_config/variables(?:/([^/]+))?")
SEARCH = re.compile(r"/api/teams/([^/]+)/search/code")


def secret_of(name: str) -> str:
    """Return the secret of a credential: made up, and worth nothing."""
    return base64.b32encode(f"stranger {name}".encode()).decode().strip("=").lower() + "Zq7"


class Refused(Exception):
    """A refusal: status, words, further members of the error, headers."""

    def __init__(self, status: int, text: str, headers: dict[str, str] | None = None, **more: Any) -> None:
        super().__init__(text)
        self.status, self.headers = status, headers or {}
        self.body = {"type": "error", "error": {"message": text, **more}}


@dataclass
class Stranger:
    """The whole state, and every rule as a method."""

    faults: frozenset[str] = frozenset()
    lock: threading.RLock = field(default_factory=threading.RLock)
    kept: dict[str, dict[str, dict[str, Any]]] = field(default_factory=lambda: {name: {} for name in TEAMS})

    def __post_init__(self) -> None:
        for team, number in (("north", 23), ("south", 2)):
            for index in range(number):
                self._store(team, {"key": f"{team.upper()}_{index}", "value": f"v{index}", "secured": False})
        self._store("north", {"key": "LOCKED", "value": "north-secret-9d1", "secured": True})

    def _store(self, team: str, body: dict[str, Any]) -> str:
        identity = "{" + str(uuid.uuid4()).upper() + "}"
        self.kept[team][identity] = {"uuid": identity, **body}
        return identity

    # --- who, and may they -----------------------------------------------------------------------

    def identify(self, header: str | None, method: str) -> tuple[Any, ...]:
        """Return the credential that a header names."""
        challenge = {"WWW-Authenticate": 'Basic realm="stranger"'}
        scheme, _, rest = (header or "").partition(" ")
        given: tuple[str, str] = ("", "")
        if scheme.lower() == "basic":
            try:
                user, _, password = base64.b64decode(rest.strip(), validate=True).decode().partition(":")
                given = (user, password)
            except ValueError:
                raise Refused(401, "who are you?", challenge) from None
        elif scheme.lower() == "bearer":
            given = ("", rest.strip())
        for found in CREDENTIALS:
            name, kind, user, _, state, _ = found
            good = state == "valid" or (state == "expired" and "expired-accepted" in self.faults)
            if good and kind == scheme.lower() and user == given[0] and self.fits(given[1], secret_of(name)):
                return found
        raise Refused(401, "who are you?", challenge)

    def fits(self, given: str, secret: str) -> bool:
        """Tell whether a secret is the right one."""
        return given == secret or ("secret-cut" in self.faults and bool(given) and secret.startswith(given))

    def team(self, text: str, credential: tuple[Any, ...], scope: str, method: str) -> str:
        """Return the team that somebody may do this with."""
        held = set(credential[3].split())
        held |= {implied for each in held for implied in IMPLIED.get(each, ())}
        if scope not in held and not ("delete-needs-no-scope" in self.faults and method == "DELETE"):
            raise Refused(403, f"scope {scope} wanted")
        found = next((n for n, each in TEAMS.items() if text == n or text.upper() == each.upper()), None)
        by_uuid = "foreign-by-uuid" in self.faults and text.startswith("{")
        if found is None or (found not in credential[5] and not by_uuid):
            raise Refused(404, "no team")
        return found

    # --- variables -------------------------------------------------------------------------------

    def shown(self, row: dict[str, Any]) -> dict[str, Any]:
        """Return what anybody may see of a variable."""
        members = {"type": "pipeline_variable", **row}
        if row["secured"]:
            del members["value"]
        return members

    def body(self, media: str, raw: bytes, *, whole: bool) -> dict[str, Any]:
        """Read a body."""
        if media.partition(";")[0].strip().lower() != "application/json":
            raise Refused(415, "JSON please")
        try:
            body = json.loads(raw.decode(), parse_constant=int)
        except (ValueError, RecursionError):
            raise Refused(400, "that is no JSON") from None
        if not isinstance(body, dict):
            raise Refused(400, "an object, please")
        wrong = {
            name: ["no"]
            for name, fits in (
                ("key", _is_key),
                ("value", _is_value),
                ("secured", lambda v: v in (True, False) and isinstance(v, bool)),
            )
            if (name in body and not fits(body[name])) or (whole and name != "secured" and name not in body)
        }
        if body.get("type", "pipeline_variable") != "pipeline_variable":
            wrong["type"] = ["no"]
        if wrong:
            raise Refused(400, "wrong members", fields=wrong)
        return {name: body[name] for name in ("key", "value", "secured") if name in body}

    def taken(self, team: str, key: Any, besides: str | None) -> bool:
        """Tell whether another variable has the key."""
        return any(r["key"] == key and r["uuid"] != besides for r in self.kept[team].values())

    def create(self, team: str, body: dict[str, Any]) -> dict[str, Any]:
        """Add a variable."""
        if self.taken(team, body["key"], None):
            raise Refused(409, "there is one")
        return self.kept[team][self._store(team, {"secured": False, **body})]

    def update(self, team: str, identity: str, body: dict[str, Any]) -> dict[str, Any]:
        """Change a variable."""
        row = self.find(team, identity)
        if "key" in body and self.taken(team, body["key"], row["uuid"]):
            raise Refused(409, "there is one")
        if row["secured"] and body.get("secured") is False and "value" not in body:
            body = {**body, "value": ""}
        row.update(body if "update-drops-secured" not in self.faults else {**body, "secured": False})
        return row

    def find(self, team: str, identity: str) -> dict[str, Any]:
        """Return one variable."""
        teams = self.kept if "item-of-any-team" in self.faults else {team: self.kept[team]}
        for rows in teams.values():
            if identity.upper() in rows:
                return rows[identity.upper()]
        raise Refused(404, "no variable")

    # --- pages and search ------------------------------------------------------------------------

    def page(self, items: list[Any], query: dict[str, str], address: str) -> dict[str, Any]:
        """Cut one page."""
        numbers = {}
        for name, default, most in (("page", 1, None), ("pagelen", 10, 100)):
            text = query.get(name, str(default))
            if not re.fullmatch(r"[1-9][0-9]{0,30}", text) or (most and int(text) > most):
                raise Refused(400, f"{name} is wrong")
            numbers[name] = int(text)
        start = (numbers["page"] - 1) * numbers["pagelen"]
        if "page-3-repeats" in self.faults and numbers["page"] == 3:
            start -= 1
        page: dict[str, Any] = {"page": numbers["page"], "values": items[start : start + numbers["pagelen"]]}
        if start + numbers["pagelen"] < len(items):
            kept = {**query, "page": str(numbers["page"] + 1)}
            page["next"] = address + "?" + "&".join(f"{quote(k)}={quote(v)}" for k, v in kept.items())
        return page

    def search(self, team: str, query: dict[str, str]) -> list[Any]:
        """Return the files in which every word stands."""
        text = query.get("search_query", "")
        words = [word for word in text.lower().split() if not word.startswith("ext:")]
        endings = [word[4:] for word in text.lower().split() if word.startswith("ext:")]
        if not words or len(text) > 250:
            raise Refused(400, "search for what?", data={"key": "search.bad"})
        found = []
        for path, content in sorted(self._code(team).items(), reverse=True):
            hit = all(word in content.lower() for word in words)
            if hit and all(path.endswith("." + each) for each in endings):
                found.append(self._match(path, content, words))
        return found

    def _code(self, team: str) -> dict[str, str]:
        if "search-leaks" in self.faults:
            return {path: text for files in CODE.values() for path, text in files.items()}
        return CODE[team]

    def _match(self, path: str, content: str, words: list[str]) -> dict[str, Any]:
        marks = re.compile("|".join(map(re.escape, words)), re.IGNORECASE)
        lines, count = [], 0
        for number, line in enumerate(content.splitlines(), start=1):
            spans = list(marks.finditer(line))
            if spans:
                count += len(spans)
                lines.append({"line": number, "segments": _segments(line, spans)})
        count += "count-off" in self.faults
        file = {
            "type": "commit_file",
            "path": path,
            "links": {"self": {"href": f"{self.base}/code/{quote(path)}"}},
        }
        return {
            "type": "code_search_result",
            "content_match_count": count,
            "content_matches": [{"lines": lines}],
            "path_matches": [],
            "file": file,
        }

    base: str = ""


def _is_key(value: Any) -> bool:
    return _is_value(value) and 1 <= len(value) <= 255


def _is_value(value: Any) -> bool:
    return isinstance(value, str) and len(value) <= 4096 and "\x00" not in value and _encodes(value)


def _encodes(text: str) -> bool:
    return not any(0xD800 <= ord(letter) < 0xE000 for letter in text)


def _segments(line: str, spans: list[re.Match[str]]) -> list[dict[str, Any]]:
    pieces, place = [], 0
    for span in spans:
        if span.start() > place:
            pieces.append({"text": line[place : span.start()]})
        pieces.append({"text": span[0], "match": True})
        place = span.end()
    return [*pieces, {"text": line[place:]}] if place < len(line) else pieces


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version, sys_version = "stranger", ""
    wbufsize = 65_536  # head and body in one packet
    state: Stranger

    def _route(self) -> tuple[int, dict[str, str], Any]:
        raw = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        parts = urlsplit(self.path)
        if len(self.path) > 6000:
            raise Refused(414, "too long")
        for pattern, methods in ((VARIABLES, None), (SEARCH, ("GET",))):
            found = pattern.fullmatch(parts.path)
            if found:
                groups = [unquote(each) if each else each for each in found.groups()]
                allowed = methods or (("GET", "PUT", "DELETE") if groups[1] else ("GET", "POST"))
                method = "GET" if self.command == "HEAD" else self.command
                if method not in allowed:
                    raise Refused(405, "not here", {"Allow": ", ".join((*allowed, "HEAD"))})
                return self._answer(method, groups, dict(parse_qsl(parts.query, keep_blank_values=True)), raw)
        raise Refused(404, "nothing here")

    def _answer(
        self, method: str, groups: list[Any], query: dict[str, str], raw: bytes
    ) -> tuple[int, dict[str, str], Any]:
        state, search = self.state, len(groups) == 1
        who = state.identify(self.headers.get("Authorization"), method)
        scope = "repository" if search else "pipeline" if method == "GET" else "pipeline:variable"
        with state.lock:
            team = state.team(groups[0], who, scope, method)
            address = f"{state.base}{quote(urlsplit(self.path).path.removeprefix('/api'), safe='/%')}"
            if search:
                return 200, {}, state.page(state.search(team, query), query, address)
            if method == "GET" and not groups[1]:
                rows = [state.shown(row) for row in reversed(state.kept[team].values())]
                return 200, {}, state.page(rows, query, address)
            if method == "POST":
                row = state.create(team, state.body(self.headers.get("Content-Type", ""), raw, whole=True))
                return 201, {"Location": f"{address}/{quote(row['uuid'])}"}, state.shown(row)
            if method == "PUT":
                body = state.body(self.headers.get("Content-Type", ""), raw, whole=False)
                return 200, {}, state.shown(state.update(team, groups[1], body))
            row = state.find(team, groups[1])
            if method == "DELETE":
                for rows in state.kept.values():
                    rows.pop(row["uuid"], None)
                return 204, {}, None
            return 200, {}, state.shown(row)

    def _serve(self) -> None:
        try:
            status, headers, body = self._route()
        except Refused as refused:
            status, headers, body = refused.status, refused.headers, refused.body
        data = b"" if body is None else json.dumps(body).encode()
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        if body is not None:
            self.send_header("Content-Type", "application/json; charset=utf-8")
        if status != 204:
            self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(data)

    do_GET = do_HEAD = do_POST = do_PUT = do_DELETE = do_PATCH = do_OPTIONS = do_TRACE = _serve  # noqa: N815

    def log_message(self, *args: object) -> None:
        """Say nothing."""


@contextmanager
def stranger_api(*faults: str) -> Iterator[str]:
    """Serve it on a free port of loopback; yields the base URL."""
    state = Stranger(faults=frozenset(faults))
    handler = type("Handler", (_Handler,), {"state": state})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    state.base = f"http://127.0.0.1:{server.server_address[1]}/api"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield state.base
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def stranger_profile(base_url: str) -> str:
    """Return the profile, and leave the secrets to variables."""
    text = PROFILE.format(base_url=base_url)
    for name, scheme, user, scopes, state, reach in CREDENTIALS:
        text += f'\n[[credentials]]\nname = "{name}"\nscheme = "{scheme}"\nstate = "{state}"\n'
        text += f'secret = "${{STRANGER_{name.upper()}}}"\nreaches = {json.dumps(list(reach))}\n'
        text += f'username = "{user}"\n' if user else ""
        text += f"scopes = {json.dumps(scopes.split())}\n" if scopes else ""
    return text


def stranger_variables() -> dict[str, str]:
    """Return the environment variables with the secrets."""
    return {f"STRANGER_{name.upper()}": secret_of(name) for name, *_ in CREDENTIALS}
