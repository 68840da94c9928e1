"""Talk about the lives of variables: what was done before, by whom, and what comes at the same time."""

from __future__ import annotations

import base64
import json
from typing import Any, Protocol
from urllib.parse import quote

from door_transcript import OWN, VARIABLES
from flask.testing import FlaskClient

from specproof.target.credentials import demo_secret


class Say(Protocol):
    """Sends one request and writes down what came back."""

    def __call__(self, method: str, path: str, document: object = None, **options: Any) -> Any:
        """Send it."""


def _basic(user: str, credential: str) -> dict[str, str]:
    words = base64.b64encode(f"{user}:{demo_secret(credential)}".encode()).decode()
    return {"Authorization": f"Basic {words}"}


def hidden_lives(say: Say, own: str) -> None:
    """Switch the flag of secrets off after this and that, and ask for what was open once."""
    off, on = {"secured": False}, {"secured": True}
    key = _basic("acme", "acme-api-key")
    lives: tuple[tuple[dict[str, object], ...], ...] = (
        ({"key": "HIDDEN ELSEWHERE", **off},),
        (off, on, off, {**on, "value": "hush-again"}, off),
        ({"key": "HIDDEN, RENAMED"}, off),
    )
    for number, changes in enumerate(lives):
        path = _made(say, own, f"HIDDEN {number}", secured=True)
        for change in changes:
            say("PUT", path, change)
        say("GET", f"{own}?pagelen=100")
        say("GET", path)
        say("DELETE", path)
    for number, (path_of, headers) in enumerate((
        (lambda text: text.replace("/acme/", f"/{OWN}/"), {}),
        (str, key),
    )):
        path = _made(say, own, f"OPENED BY ANOTHER {number}", secured=True)
        say("PUT", path_of(path), off, headers=headers)
        say("GET", path)
        say("DELETE", path_of(path), headers=headers)
    say("DELETE", _made(say, own, "HIDDEN TO THE END", secured=True))
    say("PUT", _made(say, own, "HIDDEN LATER", secured=False), on)
    say("GET", f"{own}?pagelen=100")
    say("GET", f"{own}?pagelen=1&q={quote('secured = true')}")
    path = _made(say, own, "HIDDEN WITHOUT A WORD", secured=True)
    say("GET", path, headers=_basic("ben", "acme-reader"))
    say("PUT", path, {})
    say("GET", path)
    for text in ('value = "hush-HIDDEN LATER"', 'key = "HIDDEN LATER" AND value = "hush-HIDDEN LATER"'):
        say("GET", f"{own}?q={quote(text)}")
    say("GET", f"{own}?q={quote('secured = true')}&sort=value")


def _made(say: Say, own: str, key: str, *, secured: bool) -> str:
    answer = say("POST", own, {"key": key, "value": f"hush-{key}", "secured": secured})
    return f"{own}/{(answer.get_json(silent=True) or {}).get('uuid', '')}"


def written_bodies(say: Say, own: str) -> None:
    """Write one body under several names of its media type, and as no JSON."""
    for number, name in enumerate((
        "application/json; charset=utf-8",
        'application/json;charset="UTF-8"',
    )):
        body = json.dumps({"key": f"WRITTEN {number}", "value": "v"})
        say("POST", own, data=body, content_type=name)
    changed = _made(say, own, "WRITTEN AGAIN", secured=False)
    say("PUT", changed, data='{"value":"w"}', content_type="application/json; charset=utf-8")
    body = json.dumps({"key": "BROKEN", "value": "v"})
    for text in (f"{body} and more", f"{body}\n{body}", body[:-1]):
        say("POST", own, data=text, content_type="application/json")


def two_teams(say: Say, own: str) -> None:
    """Use one key by every way in, and in two teams."""
    rival, theirs = _basic("rita", "rival-admin"), VARIABLES.format("rival")
    for path, headers in ((own, {}), (VARIABLES.format(OWN), {}), (own, _basic("acme", "acme-api-key"))):
        say("POST", path, {"key": "BY EVERY WAY", "value": "v"}, headers=headers)
    made = [
        say("POST", theirs, {"key": f"OF BOTH {number}", "value": "v"}, headers=rival).get_json(silent=True)
        or {}
        for number in range(2)
    ]
    path = _made(say, own, "OF BOTH 0", secured=False)
    say("PUT", path, {"key": "OF BOTH 1"})
    for each in made:
        say("DELETE", f"{theirs}/{each.get('uuid', '')}", headers=rival)
    say("GET", path)


def at_once(say: Say, client: FlaskClient, own: str, admin: dict[str, str]) -> None:
    """List while the end of another answer is not read yet; change and delete twice without looking."""
    document = json.dumps({"key": "UNFINISHED", "value": "v"})
    unfinished = client.post(own, data=document, content_type="application/json", headers=admin)
    say("GET", f"{own}?pagelen=100")
    unfinished.get_data()
    for path in [_made(say, own, f"RENAMED {number}", secured=False) for number in range(2)]:
        say("PUT", path, {"key": "RENAMED ALIKE"})
    path = _made(say, own, "TWICE", secured=False)
    for number in range(2):
        say("PUT", path, {"key": f"TWICE {number}", "value": f"{number}"})
    say("GET", path)
    for _ in range(2):
        say("DELETE", path)
