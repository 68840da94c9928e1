"""Routes, pages, errors, other origins: what makes a server of the parts."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import quote, unquote, urlencode

from antipode import cloning, granting, keeping
from antipode.asking import Condition, Unreadable, ordered, partial
from antipode.codesearch import BadQuery, search, text_of
from antipode.doors import Refusal, authorise, identify
from antipode.wire import Answer, Request, listening
from antipode.world import Manner, World

HIDDEN = ("values.file.commit", "values.file.commit.repository")
_METHODS = "GET, POST, PUT, PATCH, DELETE, OPTIONS"
_HEADERS = (
    "accept, authorization, content-type, if-match, if-modified-since, if-none-match, if-unmodified-since,"
    " origin, range, x-csrftoken, x-requested-with"
)
_EXPOSED = "accept-ranges, content-encoding, content-length, content-type, etag, last-modified"
_OPENING = 5  # segments of a path up to and including ``variables``


class App:
    """One server."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.places: dict[str, tuple[dict[str, str], int]] = {}
        keeping.stock(world)

    # --- around every request ------------------------------------------------------------------------

    async def handle(self, request: Request) -> Answer:
        """Answer a request."""
        world = self.world
        if request.path.startswith("/git/"):
            return cloning.answer(world, request)
        if request.path in ("/authorize", "/token"):
            serve = granting.authorize if request.path == "/authorize" else granting.token
            return serve(world, request)
        head = request.method == "HEAD"
        asked = Request("GET", request.target, request.headers, request.body) if head else request
        if head and world.on("foreign-head"):
            asked.method = "HEAD"
        try:
            answer = self.preflight(request) or await self.route(asked)
        except Refusal as refusal:
            answer = self.refused(refusal)
        except (Unreadable, BadQuery) as error:
            more = {"data": {"key": str(error)}} if isinstance(error, BadQuery) else {}
            answer = self.refused(Refusal(400, "Unlesbar", **({} if world.on("query-key-missing") else more)))
        if head and world.on("head-differs"):
            answer = Answer(204, headers=answer.headers)
        if not (world.on("cors-not-on-refusals") and answer.status >= 400):
            answer.headers += self.shared(request)
        return answer

    def shared(self, request: Request) -> list[tuple[str, str]]:
        """Return what pages of other origins need."""
        origin = request.headers.get("origin")
        if self.world.on("cors-one-origin"):
            return [("access-control-allow-origin", "https://app.example")]
        if not self.world.manner.lean:
            allowed = [("access-control-allow-origin", "*"), ("access-control-expose-headers", _EXPOSED)]
            return allowed[:1] if self.world.on("cors-exposes-nothing") else allowed
        if origin is None:
            return [("vary", "origin")]
        return [
            ("access-control-allow-origin", origin),
            ("vary", "origin"),
            ("access-control-expose-headers", _EXPOSED),
        ]

    def preflight(self, request: Request) -> Answer | None:
        """Answer the question of a browser; None where it is none."""
        wanted = request.headers.get("access-control-request-method")
        if request.method != "OPTIONS" or wanted is None:
            return None
        if self.world.on("preflight-needs-login"):
            identify(self.world, request)
        methods = "GET, POST" if self.world.on("preflight-few-methods") else _METHODS
        headers = [("access-control-allow-methods", methods), ("access-control-max-age", "86400")]
        asked = request.headers.get("access-control-request-headers")
        allowed = asked if self.world.manner.lean and asked else _HEADERS
        if self.world.on("preflight-no-authorization"):
            allowed = "accept, content-type"
        headers.append(("access-control-allow-headers", allowed))
        return Answer(204 if self.world.manner.lean else 200, headers=headers)

    def refused(self, refusal: Refusal) -> Answer:
        """Return a refusal as it is sent."""
        world, error = self.world, {"message": refusal.text, **refusal.more}
        if not world.manner.lean:
            error.setdefault("detail", f"This is a {refusal.status}.")
            if refusal.text:
                error["message"] = f"{refusal.text} (number {secrets.token_hex(4)})"
        if isinstance(refusal, Options):
            return Answer(204, headers=refusal.headers)
        body = {"type": "error", "error": error}
        if world.on("error-typeless"):
            del body["type"]
        if world.on("error-bare-404") and refusal.status == 404:
            body = {"error": refusal.text}
        media = "application/json;charset=UTF-8" if world.manner.lean else "application/json"
        if world.on("error-as-text") and refusal.status in (403, 405):
            media = "text/plain"
        return Answer(refusal.status, json.dumps(body).encode(), media, refusal.headers)

    def refuse_unread(self, status: int) -> Answer:
        """Answer what was too long to be read."""
        return self.refused(Refusal(status, "Zu lang"))

    # --- the operations ------------------------------------------------------------------------------

    async def route(self, request: Request) -> Answer:
        """Find the operation and carry it out."""
        steps = request.steps
        shape = [*steps[:2], "*", *steps[3:5]]
        if shape == ["api", "teams", "*", "search", "code"] and len(steps) == 5:
            self.allow(request, ("GET",))
            return self.searched(request, steps[2])
        if shape == ["api", "teams", "*", "pipelines_config", "variables"] and len(steps) in (5, 6):
            item = len(steps) == 6
            self.allow(request, ("GET", "PUT", "DELETE") if item else ("GET", "POST"))
            return await self.kept(request, steps[2], steps[5] if item else None)
        if steps[0] == "api" and (file := text_of(self.world, steps[1:])):
            self.allow(request, ("GET",))
            authorise(self.world, identify(self.world, request), file.team, "repository", "GET")
            return Answer(200, file.text.encode(), "text/plain; charset=utf-8")
        if self.world.on("unknown-path-web-page"):
            return Answer(404, b"<html>Not here</html>", "text/html")
        raise Refusal(404, "Hier ist nichts" if self.world.manner.lean else "There is nothing here")

    def allow(self, request: Request, methods: tuple[str, ...]) -> None:
        """Refuse other methods, and say which there are."""
        told = ", ".join((*methods, "HEAD", "OPTIONS"))
        if self.world.on("allow-lies"):
            told = ", ".join((*methods, "PATCH"))
        headers = [] if self.world.on("allow-missing") else [("allow", told)]
        if request.method == "OPTIONS":
            raise Options(headers)
        if request.method not in (*methods, "HEAD"):
            raise Refusal(404 if self.world.on("method-404") else 405, "Nicht so", headers)

    async def kept(self, request: Request, segment: str, identity: str | None) -> Answer:
        """Do something with variables."""
        world, method = self.world, request.method
        reads = method in ("GET", "HEAD")
        who = identify(world, request)
        body = None
        if method in ("POST", "PUT") and world.manner.lean:
            body = keeping.read_body(world, request, whole=method == "POST")
        team = authorise(world, who, segment, "pipeline" if reads else "pipeline:variable", method)
        if method in ("POST", "PUT") and body is None:
            body = keeping.read_body(world, request, whole=method == "POST")
        if identity is None and reads:
            return self.list_of(request, team, alias=segment.startswith("{"))
        if identity is None:
            row = await keeping.create(world, team, body or {})
            return self.created(request, team, row)
        if method == "DELETE":
            keeping.delete(world, team, identity, alias=segment.startswith("{"))
            return Answer(200, b"{}") if world.on("delete-200") else Answer(204, headers=self.aged())
        where = "read"
        if method == "PUT":
            row, where = await keeping.update(world, team, identity, body or {}), "update"
        else:
            row = keeping.find(world, team, identity)
        fields = (
            None if method == "PUT" or world.on("fields-ignored-on-item") else request.query.get("fields")
        )
        seen = keeping.shown(world, team, row, where=where)
        if world.on("secret-in-header") and row["secured"]:
            hint = ("x-value-digest", quote(row.get("value", "")))
            return self.json(200, partial(world, seen, fields), [*self.aged(), hint])
        return self.json(200, partial(world, seen, fields), self.aged())

    def created(self, request: Request, team: str, row: keeping.Row) -> Answer:
        """Say what was created, and where."""
        world = self.world
        place = f"{world.base}{quote(unquote(request.path.removeprefix('/api')))}/{quote(row['uuid'])}"
        if world.on("location-of-list"):
            place = place.rpartition("/")[0]
        if world.on("location-relative"):
            place = place.removeprefix(world.root)
        seen = keeping.shown(world, team, row, where="create")
        if world.on("created-shows-other") and len(row["key"]) > 100:
            seen["key"] = seen["key"][:100]
        return self.json(201, seen, [("location", place), *self.aged()])

    def list_of(self, request: Request, team: str, *, alias: bool) -> Answer:
        """List variables."""
        world = self.world
        query, page = self.resumed(request)
        rows = keeping.listed(world, team)
        if alias and world.on("alias-lists-open"):
            rows = [row for row in rows if not row["secured"]]
        where = "list"

        def seen(row: keeping.Row) -> keeping.Row:
            return keeping.shown(world, team, row)

        if "q" in query:
            try:
                test = Condition(world, query["q"]).read()
            except Unreadable:
                if not world.on("q-malformed-ignored"):
                    raise
            else:
                oracle = world.on("secret-filter-oracle")
                rows = [row for row in rows if test(row if oracle else seen(row))]
        rows = ordered(world, rows, query.get("sort"), seen)
        if "fields" in query and world.on("secret-in-fields"):
            where = "fields"
        items = [keeping.shown(world, team, row, where=where) for row in rows]
        whole = len(world.variables[team]) if world.on("size-ignores-q") else len(items)
        return self.paged(request, items, query, page, whole, {}, ())

    def searched(self, request: Request, segment: str) -> Answer:
        """Search code."""
        who = identify(self.world, request)
        team = authorise(self.world, who, segment, "repository", request.method)
        query, page = self.resumed(request)
        text = query.get("search_query", "")
        long = len(text) > 250 and not self.world.on("long-query-accepted")
        if not text.strip() or long:
            raise BadQuery("query.length")
        if text.count('"') % 2 and self.world.on("search-quote-500"):
            return Answer(500, b'{"type": "error", "error": {"message": "oops"}}')
        items, other = search(self.world, team, text)
        if self.world.on("search-page-2-shuffled") and page > 1:
            items = items[1:] + items[:1]
        count = len(items)
        if self.world.on("size-counts-matches"):
            count = sum(item["content_match_count"] for item in items)
        return self.paged(request, items, query, page, count, {"query_substituted": other}, HIDDEN)

    # --- pages ---------------------------------------------------------------------------------------

    def resumed(self, request: Request) -> tuple[dict[str, str], int]:
        """Return the query that counts, and the number of the page that is wanted."""
        query = request.query
        if query.get("more") in self.places:
            query, page = self.places[query["more"]]
            return query, page
        return query, self.number(query, "page", 1, None)

    def number(self, query: dict[str, str], name: str, default: int, most: int | None) -> int:
        """Return a number of the query."""
        text = query.get(name, str(default))
        loose = self.world.on(f"{name}-unchecked")
        if not text.isascii() or not text.isdigit() or int(text[:30]) < 1:
            if loose and text.isascii() and text.lstrip("-").isdigit():
                return default
            raise Refusal(400, f"{name}?")
        if most and int(text[:30]) > most:
            if loose:
                return most
            raise Refusal(400, f"{name}!")
        return int(text[:30])

    def paged(  # noqa: PLR0917
        self, request: Request, items: list[Any], query: dict[str, str], page: int, whole: int,
        more: dict[str, Any], hidden: tuple[str, ...],
    ) -> Answer:  # fmt: skip
        """Cut a page out of items."""
        world, on = self.world, self.world.on
        size = self.number(query, "pagelen", 20 if on("default-20") else 10, 100)
        start, end = (page - 1) * size, page * size
        last = start < len(items) <= end
        cut = items[start - 1 : end - 1] if on("page-3-repeats") and page == 3 else items[start:end]
        if on("pagelen-100-loses") and size == 100:
            cut = cut[:30]
        if on("last-page-loses-one") and last and page > 1:
            cut = cut[:-1]
        if on("past-end-repeats") and not cut and items:
            cut = items[-1:]
        if on("past-end-404") and not cut and page > 1:
            raise Refusal(404, "no such page")
        body: dict[str, Any] = {"values": cut, **more}
        there = end < len(items) or (on("last-page-has-next") and last)
        if there and not (on("next-stops-at-3") and page == 3):
            body["next"] = self.link(request, query, page + 1)
        if not world.manner.lean:
            body.update(page=1 if on("page-number-stuck") else page, pagelen=size, size=whole)
            if page > 1 or on("previous-on-first"):
                back = 1 if on("previous-is-first") else max(page - 1, 1)
                body["previous"] = self.link(request, query, back)
            if on("size-off") or (on("size-off-on-last") and last and page > 1):
                body["size"] += 1
            if on("pagelen-wrong-on-last") and last:
                body["pagelen"] = 101
            # Often the same twice: two answers do not tell that it changes.
            body["_took_ms"], body["facets"] = secrets.randbelow(2), {"kinds": ["team"]}
        if on("empty-is-null") and not items:
            body["values"] = None
        answer = partial(world, body, query.get("fields"), hidden)
        if on("fields-drop-envelope") and "fields" in query and query["fields"].startswith("-"):
            answer = {"values": answer.get("values", [])}
        return self.json(200, answer, [] if hidden else self.aged())

    def link(self, request: Request, query: dict[str, str], page: int) -> str:
        """Return the address of a page: opaque in the lean manner."""
        kept = {n: v for n, v in query.items() if not self.world.on(f"next-loses-{n}") and n != "page"}
        path = request.path.removeprefix("/api")
        base = "" if self.world.on("next-relative") else self.world.base
        if self.world.manner.lean:
            name = secrets.token_urlsafe(9)
            self.places[name] = (kept, page)
            return f"{base}{path}?more={name}"
        return f"{base}{path}?{urlencode({'page': page, **kept})}"

    def aged(self) -> list[tuple[str, str]]:
        """Return what says that an operation is deprecated."""
        if self.world.manner.lean:
            return []
        return [
            ("deprecation", "true" if self.world.on("deprecation-undated") else "@1688169600"),
            ("sunset", "Wed, 31 Dec 2036 23:59:59 GMT"),
            ("link", f'<{self.world.base}/workspaces>; rel="successor-version", <x:y>; rel="help"'),
        ]

    def json(self, status: int, body: Any, headers: list[tuple[str, str]]) -> Answer:
        """Return an answer with a body."""
        media = "text/html" if self.world.on("json-as-html") and status == 201 else "application/json"
        return Answer(status, json.dumps(body, ensure_ascii=self.world.manner.lean).encode(), media, headers)


class Options(Refusal):
    """Not a refusal: what there is."""

    def __init__(self, headers: list[tuple[str, str]]) -> None:
        super().__init__(204, "", headers)


@contextmanager
def antipode(*faults: str, manner: Manner = Manner()) -> Iterator[World]:  # noqa: B008 - frozen
    """Serve it on a free port of loopback; yields its world, with ``base`` as the base URL."""
    world = World(manner, frozenset(faults))
    app = App(world)
    old = manner.http_1_0
    with listening(app.handle, app.refuse_unread, chunked=manner.lean and not old, old=old) as port:
        world.root = f"http://127.0.0.1:{port}"
        world.base = f"{world.root}/api"
        yield world
