"""The variables of the teams: made, read, changed, removed."""

from __future__ import annotations

import asyncio
import json
import unicodedata
from datetime import UTC, datetime, timedelta, timezone
from typing import Any
from urllib.parse import quote

from antipode.doors import FORM, Refusal, form
from antipode.wire import Request
from antipode.world import TEAMS, World

Row = dict[str, Any]
_KNOWN = ("type", "key", "value", "secured")


def stock(world: World) -> None:
    """Fill the store: some with capitals, some alike, some secured."""
    start = datetime(2023, 3, 5, 22, 10, 7, tzinfo=UTC)
    world.variables = {team: {} for team in TEAMS}
    for team, number in (("lund", 34), ("moss", 3)):
        for index in range(number):
            row = _row(
                world,
                {"key": f"{('Port', 'port', 'ZONE', 'ärla')[index % 4]}_{team}_{index:02}",
                 "value": f"{team} {('North', 'south', '')[index % 3]} {index % 5}",
                 "secured": index % 7 == 3},
            )  # fmt: skip
            made = start + timedelta(hours=37 * (index % 9), seconds=index // 2)
            zone = timezone(timedelta(hours=(2, -7)[index % 2]))
            row["created_on"] = made.astimezone(zone if world.manner.lean else UTC).isoformat()
            if not world.manner.lean or index % 3 == 0:
                row["updated_on"] = (made + timedelta(days=index % 4)).isoformat()
            if row["secured"]:
                row["value"] = f"{team}-hidden-{index}-Qw7Lm2"
            world.variables[team][row["uuid"]] = row


def _now() -> str:
    return datetime.now(UTC).isoformat()


def _row(world: World, body: Row) -> Row:
    row = {"uuid": world.new_uuid(), "secured": False, **body, "created_on": _now()}
    if not world.manner.lean:
        row["updated_on"] = row["created_on"]
    return row


def shown(world: World, team: str, row: Row, *, where: str = "") -> Row:
    """Return what everybody may see of a variable; ``where`` says in which answer."""
    seen: Row = {"type": "pipeline_variable", **{n: v for n, v in row.items() if not n.startswith("_")}}
    leaks = any(world.on(f"secret-in-{place}") for place in (where,) if place)
    if row["secured"] and not leaks:
        if world.manner.lean:
            del seen["value"]
        else:
            seen["value"] = ""
    if world.on("naive-times") and "updated_on" in seen and not seen["updated_on"].startswith("2023"):
        seen["updated_on"] = seen["updated_on"][:19]
    if world.manner.lean:
        return seen
    address = f"{world.base}/teams/{quote(TEAMS[team])}/pipelines_config/variables/{quote(row['uuid'])}"
    if world.on("self-link-dead"):
        address += "/self"
    seen["links"] = {
        "self": {"href": address, "name": "this"},
        "more": [{"href": f"{address}{{?fields}}", "templated": True}, {"href": f"{address}?fields=key"}],
    }
    world.reads += 1
    seen["_read"], seen["scope"] = world.reads, {"kind": "team", "inherited": False}
    return seen


def listed(world: World, team: str) -> list[Row]:
    """Return the variables of a team in the order of a list without ``sort``."""
    rows = list(world.variables[team].values())
    if world.on("newest-not-listed") and len(rows) > 34:
        rows = rows[:-1]
    if world.manner.lean:
        rows.sort(key=lambda row: row["uuid"])
    else:
        rows.reverse()
    return rows


def read_body(world: World, request: Request, *, whole: bool) -> Row:
    """Read and judge a body.

    Raises:
        Refusal: It is no JSON, or a member is wrong.
    """
    media = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media == FORM and not world.manner.lean:
        flat: Row = form(request)
        flat.pop("access_token", None)
        if flat.get("secured") in ("true", "false"):
            flat["secured"] = flat["secured"] == "true"
        return _judged(world, flat, whole=whole)
    if media != "application/json" and not (world.on("any-media") and media.startswith("text/")):
        raise Refusal(415, "Nur JSON" if world.manner.lean else "Send application/json")
    try:
        body = json.loads(request.body.decode("utf-8"))
    except (ValueError, RecursionError) as error:
        if world.on("broken-json-500"):
            raise Refusal(500, "oops") from None
        if world.on("error-tells-internals"):
            raise Refusal(400, f'File "/srv/antipode/keeping.py", line 97, in read_body\n{error!r}') from None
        raise Refusal(400, "Kein JSON" if world.manner.lean else "That is not JSON") from None
    if not isinstance(body, dict):
        raise Refusal(400, "Kein Objekt" if world.manner.lean else "That is not an object")
    return _judged(world, body, whole=whole)


def _judged(world: World, body: Row, *, whole: bool) -> Row:
    on = world.on
    read_only = {"uuid", "created_on", "updated_on", "links"}
    if on("unknown-member-refused") and set(body) - {*_KNOWN, *read_only}:
        raise Refusal(400, "Unknown member")
    if on("secured-as-text") and body.get("secured") in ("true", "false", 0, 1):
        body = {**body, "secured": body["secured"] in ("true", 1)}
    wrong = _wrong(world, body, whole=whole)
    if wrong and not (on("update-unjudged") and not whole):
        more: Row = {} if world.manner.lean else {"fields": wrong, "id": "7" * 12}
        if on("fields-name-another") and not world.manner.lean:
            more["fields"] = {"secured" if "secured" not in wrong else "key": ["wrong"]}
        if on("secret-in-400"):
            more["data"] = {"given": {k: v for k, v in body.items() if isinstance(v, str)}}
        raise Refusal(400, "" if on("message-empty") else "Unbrauchbar", **more)
    kept = {name: body[name] for name in ("key", "value", "secured") if name in body}
    return {**kept, **({"uuid": body["uuid"]} if on("uuid-writable") and "uuid" in body else {})}


def _wrong(world: World, body: Row, *, whole: bool) -> dict[str, list[str]]:
    on, wrong = world.on, {}
    if "type" in body and body["type"] != "pipeline_variable" and not on("type-unchecked"):
        wrong["type"] = ["pipeline_variable"]
    longest = {"key": 254 if on("key-255-refused") else 255, "value": 9999 if on("value-unbounded") else 4096}
    for name, most in longest.items():
        if name in body and not _is_text(world, name, body[name], most):
            wrong[name] = ["unusable"]
        elif whole and name not in body and not (on("value-optional") and name == "value"):
            wrong[name] = ["missing"]
    if "secured" in body and not isinstance(body["secured"], bool):
        wrong["secured"] = ["no boolean"]
    return wrong


def _is_text(world: World, name: str, text: object, most: int) -> bool:
    if not isinstance(text, str) or len(text) > most or not _encodes(text):
        return False
    if name == "key" and not text and not world.on("empty-key-accepted"):
        return False
    return "\0" not in text or world.on("nul-accepted")


def _encodes(text: str) -> bool:
    return not any(0xD800 <= ord(letter) < 0xE000 for letter in text)


def _changed(world: World, body: Row) -> Row:
    """Return what a careless server makes of values."""
    body = dict(body)
    for name in ("key", "value"):
        if not isinstance(body.get(name), str):
            continue
        if world.on("value-trimmed") and name == "value":
            body[name] = body[name].strip()
        if world.on("text-normalised"):
            body[name] = unicodedata.normalize("NFC", body[name])
        if world.on("astral-lost"):
            body[name] = "".join(letter if ord(letter) < 0x10000 else "?" for letter in body[name])
        if world.on("value-cut") and name == "value":
            body[name] = body[name][:4095]
        if world.on("crlf-lost"):
            body[name] = body[name].replace("\r\n", "\n")
    return body


def _taken(world: World, team: str, body: Row, besides: str = "") -> None:
    on, key = world.on, body.get("key")
    if key is None:
        return
    same = str.casefold if on("key-any-case") else str
    for row in world.variables[team].values():
        held = row.get("_first", row["key"]) if on("renamed-key-free") else row["key"]
        if row["uuid"] != besides and same(held) == same(key):
            data = {"data": {"existing": row["value"]}} if on("secret-in-conflict") else {}
            raise Refusal(409, "Vergeben" if world.manner.lean else "There is one already", **data)
    if on("key-never-free") and f"freed {team} {key}" in world.used:
        raise Refusal(409, "There was one already")


def find(world: World, team: str, identity: str) -> Row:
    """Return one variable.

    Raises:
        Refusal: The team has no such variable.
    """
    teams = list(world.variables.values()) if world.on("item-of-any-team") else [world.variables[team]]
    for rows in teams:
        for uuid, row in rows.items():
            if identity == uuid or (not world.manner.lean and identity.upper() == uuid):
                return row
            if world.on("braces-optional") and identity == uuid.strip("{}"):
                return row
    raise Refusal(404, "Keine Variable" if world.manner.lean else "No such variable")


async def create(world: World, team: str, body: Row) -> Row:
    """Add a variable."""
    if world.on("concurrent-creates"):
        _taken(world, team, body)
        await asyncio.sleep(0.03)
    else:
        _taken(world, team, body)
    row = _row(world, _changed(world, body))
    row.setdefault("value", "")
    row["_first"] = row["key"]
    world.variables[team][row["uuid"]] = row
    if world.on("new-uncreated") and not row["key"].isascii():
        del world.variables[team][row["uuid"]]
    return row


async def update(world: World, team: str, identity: str, body: Row) -> Row:
    """Change a variable: what the body names."""
    on, row = world.on, find(world, team, identity)
    if not on("update-takes-keys"):
        _taken(world, team, body, row["uuid"])
    body = _changed(world, body)
    if row["secured"] and body.get("secured") is False and "value" not in body and not on("unsecured-shows"):
        body["value"] = ""
    if on("update-drops-secured") and "secured" not in body:
        body["secured"] = False
    if on("update-empties-value"):
        body = {"value": "", **body}
    if on("rename-forgotten"):
        body.pop("key", None)
    if on("update-lost"):
        before = dict(row)
        await asyncio.sleep(0.03)
        row.update({**before, **body})
    row.update(body)
    row["updated_on"] = _now()
    if on("update-moves-creation"):
        row["created_on"] = _now()
    if on("update-changes-neighbour") and "value" in body:
        other = next((r for r in world.variables[team].values() if r is not row and not r["secured"]), None)
        if other:
            other["value"] = body["value"]
    if on("update-new-uuid"):
        del world.variables[team][row["uuid"]]
        row["uuid"] = world.new_uuid()
        world.variables[team][row["uuid"]] = row
    return row


def delete(world: World, team: str, identity: str, *, alias: bool) -> None:
    """Remove a variable."""
    on = world.on
    if on("delete-always-204") and identity in world.used:
        return
    row = find(world, team, identity)
    world.used |= {identity, f"freed {team} {row['key']}"}
    if on("delete-does-nothing") or (on("alias-delete-does-nothing") and alias):
        return
    for rows in world.variables.values():
        rows.pop(row["uuid"], None)
    if on("deleted-still-listed"):
        world.variables[team][row["uuid"] + " "] = row
