"""Notes with a life over HTTP: problem details, validators, conditions, links and several media types.

Right in all of it, until ``fault`` names something to do wrong.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from recording import Answer, Seen

from specproof.contract.load import load_document
from specproof.environment.load import load_profile
from specproof.model.field_values import as_http_date, entity_tag, http_date
from specproof.suite.prove import Prover
from specproof.suite.session import Plan
from specproof.suite.setup import build_prover

PROBLEM = "application/problem+json"
_BEGIN = datetime(2026, 1, 1, tzinfo=UTC)
TITLE = {"type": "string", "minLength": 1, "maxLength": 200}
NOTE = {
    "type": "object",
    "required": ["id", "title"],
    "properties": {"id": {"type": "integer", "readOnly": True}, "title": TITLE},
}


@dataclass
class Note:
    """What is kept of a note."""

    title: str
    version: int = 1
    changed: datetime = _BEGIN


@dataclass
class Notes:
    """Answers ``/notes`` and ``/notes/{id}``."""

    fault: str = ""
    strict: bool = False  # every change asks for If-Match
    kept: dict[int, Note] = field(default_factory=dict)
    made: int = 1000
    answered: int = 0

    def respond(self, seen: Seen) -> Answer:
        """Answer one request."""
        self.answered += 1
        steps = urlsplit(seen.target).path.strip("/").split("/")
        if steps[0] != "notes" or len(steps) > 2:
            return self._problem(404)
        if len(steps) == 1:
            return self._collection(seen)
        note = self.kept.get(int(steps[1])) if steps[1].isdigit() else None
        return self._problem(404) if note is None else self._item(seen, int(steps[1]), note)

    # --- what there is ---------------------------------------------------------------------------

    def _collection(self, seen: Seen) -> Answer:
        if seen.method == "POST":
            title = self._title(seen)
            if title is None:
                return self._problem(400)
            self.made += 1
            self.kept[self.made] = Note(title=title)
            shown = self._shown(self.made, self.kept[self.made])
            return replace(shown, status=201, headers=(*shown.headers, ("Location", f"/notes/{self.made}")))
        if seen.method not in {"GET", "HEAD"}:
            return self._problem(405, ("Allow", "GET, HEAD, POST"))
        body = [{"id": number, "title": note.title} for number, note in self.kept.items()]
        answer = self._negotiated(seen, body, [f"{item['id']},{item['title']}" for item in body])
        return replace(answer, headers=(*answer.headers, ("Link", self._links())))

    def _links(self) -> str:
        faulty = {
            "bare-link": "/notes; rel=item",
            "no-rel": "</notes>",
            "dead-link": '</notes/999999>; rel="item"',
        }
        first = next(iter(self.kept), None)
        item = f', </notes/{first}>; rel="item"; title="the first, of all"' if first else ""
        return faulty.get(self.fault, f'</notes>; rel="self collection"{item}')

    def _item(self, seen: Seen, number: int, note: Note) -> Answer:
        if seen.method in {"GET", "HEAD"}:
            answer = self._negotiated(seen, {"id": number, "title": note.title}, [f"{number},{note.title}"])
            if answer.status != 200:
                return answer
            answer = replace(answer, headers=(*answer.headers, *self._validators(number, note)))
            return self._not_modified(seen, answer) or answer
        if seen.method not in {"PUT", "PATCH", "DELETE"}:
            return self._problem(405, ("Allow", "GET, HEAD, PUT, PATCH, DELETE"))
        title = None if seen.method == "DELETE" else self._title(seen)
        refusal = self._precondition(seen, number, note)
        if seen.method != "DELETE" and title is None:
            return self._problem(400)
        if refusal and self.fault != "refused-but-done":
            return refusal
        if title is None:
            del self.kept[number]
            return refusal or Answer(204, body=b"")
        moment = note.changed + timedelta(seconds=1)
        self.kept[number] = Note(title=title, version=note.version + 1, changed=moment)
        return refusal or self._shown(number, self.kept[number])

    def _title(self, seen: Seen) -> str | None:
        try:
            sent = json.loads(seen.body)
        except ValueError:
            return None
        title = sent.get("title") if isinstance(sent, dict) else None
        return title if isinstance(title, str) and 0 < len(title) <= 200 else None

    def _shown(self, number: int, note: Note) -> Answer:
        title: object = 7 if self.fault == "number-for-title" else note.title
        return said(200, {"id": number, "title": title}, *self._validators(number, note))

    # --- validators and conditions ---------------------------------------------------------------

    def _validators(self, number: int, note: Note) -> tuple[tuple[str, str], ...]:
        tag = f'"{number}-{note.version}"'
        if self.fault == "same-tag":
            tag = f'"{number}"'
        if self.fault == "restless-tag":
            tag = f'"{number}-{note.version}-{self.answered}"'
        moment = as_http_date(note.changed)
        return (
            ("ETag", tag.strip('"') if self.fault == "bare-etag" else tag),
            ("Last-Modified", note.changed.isoformat() if self.fault == "iso-modified" else moment),
        )

    def _not_modified(self, seen: Seen, answer: Answer) -> Answer | None:
        """Return a 304 where a condition says that the client has it already (RFC 9110 section 13.2.2)."""
        own, modified = header(answer, "ETag"), header(answer, "Last-Modified")
        asked, since = "".join(seen.values("If-None-Match")), "".join(seen.values("If-Modified-Since"))
        if asked:
            has = self._has(asked, own)
        else:
            there = http_date(since)
            has = there is not None and (http_date(modified) or _BEGIN) <= there
            has = (bool(since) if self.fault == "any-date" else has) and self.fault != "deaf-to-dates"
        if not has or self.fault == "never-304":
            return None
        kept = {"ETag": own, "Last-Modified": modified}
        if self.fault == "304-without-tag":
            del kept["ETag"]
        if self.fault == "304-other-tag":
            kept["ETag"] = '"other"'
        return Answer(304, tuple(kept.items()), b"")

    def _has(self, asked: str, own: str) -> bool:
        if self.fault == "always-304":
            return True
        if asked == "*":
            return self.fault != "no-star"
        listed = asked.split(",")
        if self.fault == "first-only":
            listed = listed[:1]
        tags = [entity_tag(each) for each in listed]
        if self.fault == "strong-only":
            return own in [tag.value for tag in tags if tag]
        mine = entity_tag(own)
        return mine is not None and mine.opaque in [tag.opaque for tag in tags if tag]

    def _precondition(self, seen: Seen, number: int, note: Note) -> Answer | None:
        own = dict(self._validators(number, note))["ETag"]
        match, none = "".join(seen.values("If-Match")), "".join(seen.values("If-None-Match"))
        before = http_date("".join(seen.values("If-Unmodified-Since")))
        asks = (seen.method == "PATCH" or self.strict) and self.fault != "no-428"
        if not match and asks:
            return self._problem(428)
        stale = bool(match) and match != "*" and own not in [each.strip() for each in match.split(",")]
        if (self.fault == "stale-accepted" or self.fault == f"stale-{seen.method.lower()}") and stale:
            return None
        if self.fault == "outdated-accepted" and stale and match.startswith(f'"{number}-'):
            return None
        if self.fault == "current-refused" and match:
            return self._problem(412)
        if stale:
            return self._problem(409 if self.fault == "409-for-412" else 412)
        if before is not None and note.changed > before and self.fault != "deaf-to-dates":
            return self._problem(412)
        return self._problem(412) if none == "*" and self.fault != "overwrites" else None

    # --- media types and problems ----------------------------------------------------------------

    def _negotiated(self, seen: Seen, body: Any, lines: list[str]) -> Answer:
        wanted = ("".join(seen.values("Accept")) or "*/*").split(",")[0].partition(";")[0].strip()
        if self.fault == "json-only":
            return said(200, body)
        if self.fault == "csv-refused" and wanted == "text/csv":
            return self._problem(406)
        if wanted == "text/csv":
            return Answer(200, (("Content-Type", "text/csv; charset=utf-8"),), "\r\n".join(lines).encode())
        fits = wanted in {"application/json", "application/*", "*/*"} or self.fault == "takes-anything"
        return said(200, body) if fits else self._problem(406)

    def _problem(self, status: int, *headers: tuple[str, str]) -> Answer:
        body: Any = {"type": f"/problems/{status}", "title": "It did not work", "status": status}
        changes: dict[str, dict[str, Any]] = {
            "type-with-blanks": {"type": "not found"},
            "title-number": {"title": 7},
            "status-text": {"status": str(status)},
            "status-200": {"status": 200},
        }
        body |= changes.get(self.fault, {})
        if self.fault == "problem-list":
            body = [body]
        content = ("Content-Type", "text/html" if self.fault == "html-problem" else PROBLEM)
        return Answer(status, (content, *headers), json.dumps(body).encode())


def said(status: int, body: object, *headers: tuple[str, str]) -> Answer:
    """Build a JSON answer."""
    return Answer(status, (("Content-Type", "application/json"), *headers), json.dumps(body).encode())


def header(answer: Answer, name: str) -> str:
    """Return the value of a header of an answer."""
    return next(value for key, value in answer.headers if key == name)


def _content(schema: Any, *types: str) -> dict[str, Any]:
    return {"content": {name: {"schema": schema if "json" in name else {}} for name in types}}


def _asks(*names: str) -> list[dict[str, Any]]:
    return [{"name": name, "in": "header", "schema": {"type": "string"}} for name in names]


def _answers(success: str, *others: str, **more: Any) -> dict[str, Any]:
    problem = {"description": "a problem", **_content({"type": "object"}, PROBLEM)}
    codes = {code: {"description": "kept"} if code < "400" else problem for code in others}
    return {success: {"description": "fine", **more}, **codes, "default": problem}


def document(*, strict: bool = False) -> dict[str, Any]:
    """Return the OpenAPI document of the API."""
    text = {"schema": {"type": "string"}}
    validators = {"ETag": text, "Last-Modified": text}

    types = ("application/json", "text/csv")
    listed = {**_content({"type": "array", "items": NOTE}, *types), "headers": {"Link": text}}
    shown = {**_content(NOTE, "application/json"), "headers": validators}
    sent = {"required": True, **_content({**NOTE, "required": ["title"]}, "application/json")}
    refusals = ("400", "404", "412", *(("428",) if strict else ()))
    one = {"name": "id", "in": "path", "required": True, "schema": {"type": "integer"}}
    said = {
        "identity": "/id", "parameter": "id", "create": "make", "read": "read", "update": "change",
        "delete": "drop", "list": "all",
    }  # fmt: skip
    negotiated = {**_content(NOTE, *types), "headers": validators}
    read = {
        "operationId": "read",
        "parameters": _asks("If-None-Match", "If-Modified-Since"),
        "responses": _answers("200", "304", "404", "406", **negotiated),
    }
    change = {
        "operationId": "change",
        "parameters": _asks("If-Match", "If-None-Match", "If-Unmodified-Since"),
        "requestBody": sent,
        "responses": _answers("200", *refusals, **shown),
    }
    patch = {
        "operationId": "patch",
        "parameters": _asks("If-Match"),
        "requestBody": sent,
        "responses": _answers("200", *{**dict.fromkeys(refusals), "428": None}, **shown),
    }
    drop = {
        "operationId": "drop",
        "parameters": _asks("If-Match"),
        "responses": _answers("204", *refusals[1:]),
    }
    make = {"operationId": "make", "requestBody": sent, "responses": _answers("201", "400", **shown)}
    return {
        "openapi": "3.1.0",
        "info": {"title": "Notes", "version": "1"},
        "paths": {
            "/notes": {
                "x-resource": said,
                "get": {"operationId": "all", "responses": _answers("200", "406", **listed)},
                "post": make,
            },
            "/notes/{id}": {
                "x-resource": said,
                "parameters": [one],
                "get": read,
                "put": change,
                "patch": patch,
                "delete": drop,
            },
        },
    }


def prover_of(folder: Path, origin: str, *, strict: bool = False) -> Prover:
    """Begin a run on a server with notes."""
    spec, profile = folder / "notes.json", folder / "notes.toml"
    spec.write_text(json.dumps(document(strict=strict)), encoding="utf-8")
    lines = ["[environment]", 'name = "notes"', f'base_url = "{origin}"', 'writes = "allowed"']
    profile.write_text("\n".join(lines), encoding="utf-8")
    return build_prover(
        load_document(str(spec)),
        load_profile(profile, environ={}),
        Plan(seed=1, depth="standard"),
        ledger=folder / "ledger.jsonl",
    )
