"""Applications of the user's: found, called as they want it, served and stopped."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest
import urllib3

from specproof.environment.load import load_profile
from specproof.errors import ProfileError
from specproof.plugin.options import Options
from specproof.plugin.session import Session
from specproof.serving.application import UnusableError, find_application, interface_of

ASGI = """
import os
print("hello")
raw = 7
class Shop:
    async def __call__(self, scope, receive, send):
        if scope["type"] == "lifespan":
            await receive()
            await send({"type": "lifespan.startup.complete"})
            await receive()
            return await send({"type": "lifespan.shutdown.complete"})
        await send({"type": "http.response.start", "status": 200, "headers": []})
        body = (scope["path"] + os.environ["SHOP"]).encode()
        await send({"type": "http.response.body", "body": body})
class Made:
    app = Shop()
def ends(environ, start_response):
    return []
"""
WSGI = """
def app(environ, start_response):
    start_response("200 OK", [])
    return [environ["PATH_INFO"].encode()]
"""


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with applications, in which the run starts."""
    (tmp_path / "asgi_shop.py").write_text(ASGI)
    (tmp_path / "wsgi_shop.py").write_text(WSGI)
    (tmp_path / "broken_shop.py").write_text("import no_such_thing")
    (tmp_path / "failing_shop.py").write_text("1 / 0")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", list(sys.path))
    return tmp_path


def profile_with(folder: Path, *lines: str) -> Path:
    """Write a profile that names an application."""
    path = folder / "local.toml"
    path.write_text("\n".join(["[environment]", 'name = "local"', *lines]) + "\n", encoding="utf-8")
    return path


def session_of(profile: Path) -> Session:
    """Return what belongs to one pytest process."""
    options = Options(
        environment=str(profile), spec=None, overlays=(), depth="quick", seed=1, reports_dir=profile.parent
    )
    return Session(options=options, root=profile.parent)


@pytest.mark.parametrize(
    ("app", "path", "expected"),
    [("asgi_shop:Made.app", "/api", b"/api/xopen"), ("wsgi_shop:app", "", b"/x")],
    ids=["asgi", "wsgi"],
)
def test_an_application_is_served_as_long_as_the_session_lives(
    here: Path, monkeypatch: pytest.MonkeyPatch, app: str, path: str, expected: bytes
) -> None:
    """By its interface, with the variables of the run, below the prefix of the profile."""
    monkeypatch.setenv("SHOP", "open")
    base = [f'base_url = "http://127.0.0.1:0{path}"'] if path else []
    session = session_of(profile_with(here, f'app = "{app}"', *base))
    try:
        url = session.profile.environment.base_url
        answer = urllib3.request("GET", f"{url}/x", retries=False)
        assert answer.data == expected
    finally:
        session.close()

    with pytest.raises(urllib3.exceptions.HTTPError, match="refused"):
        urllib3.request("GET", f"{url}/x", retries=False)


def test_what_cannot_be_served_is_one_line(here: Path) -> None:
    session = session_of(profile_with(here, 'app = "asgi_shop:ap"'))

    with pytest.raises(
        ProfileError,
        match=r'^\S*local\.toml: environment\.app: "asgi_shop:ap" asgi_shop has no ap; name the [^\n]+$',
    ):
        _ = session.profile


@pytest.mark.parametrize(
    ("target", "message"),
    [
        (
            "no_shop.main:app",
            r"^there is no module no_shop; start where it lies, or install it beside specproof$",
        ),
        ("broken_shop:app", r"^broken_shop cannot be imported: No module named 'no_such_thing'$"),
        ("failing_shop:app", r"^failing_shop cannot be imported: ZeroDivisionError: division by zero$"),
        ("asgi_shop:Made.ap", r"^asgi_shop has no Made\.ap; "),
        ("asgi_shop:raw", r"^is of type int, which cannot be called; "),
    ],
    ids=["no module", "needs another", "fails", "no name", "not callable"],
)
def test_why_an_application_is_not_found(here: Path, target: str, message: str) -> None:
    with pytest.raises(UnusableError, match=message):
        find_application(target)


async def coroutine(scope: Any, receive: Any, send: Any) -> None:
    """An ASGI function."""


def wsgi(environ: Any, start_response: Any, *, more: int = 0) -> None:
    """A WSGI function with something of its own."""


class Wrapped:
    """An ASGI application that is no coroutine function itself."""

    def __call__(self, scope: Any, receive: Any, send: Any) -> Any:
        """Hand on."""
        return coroutine(scope, receive, send)


@pytest.mark.parametrize(
    ("application", "interface"),
    [(coroutine, "asgi"), (Wrapped(), "asgi"), (wsgi, "wsgi")],
    ids=["a coroutine", "an object", "a function"],
)
def test_the_interface_is_found_out(application: Any, interface: str) -> None:
    assert interface_of(application) == interface


@pytest.mark.parametrize("application", [lambda *arguments: None, lambda one: None], ids=["any", "one"])
def test_an_interface_that_does_not_show_has_to_be_said(application: Any) -> None:
    with pytest.raises(UnusableError, match='add interface = "asgi" or "wsgi"'):
        interface_of(application)


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        (
            ['app = "shop.main"'],
            r'environment\.app: "shop\.main" names no application; write "package\.module:name"',
        ),
        (
            ['app = "a:b"', 'base_url = "http://127.0.0.1:8000"'],
            r"environment: app: is served on a free port",
        ),
        (['app = "a:b"', 'interface = "rsgi"'], r'environment\.interface: "rsgi" is not one of asgi, wsgi'),
        (['base_url = "http://x"', 'interface = "asgi"'], r"environment: interface: says how app is called"),
    ],
    ids=["no name", "a port", "no interface", "no app"],
)
def test_a_profile_that_names_no_application_is_refused(
    tmp_path: Path, lines: list[str], message: str
) -> None:
    with pytest.raises(ProfileError, match=message):
        load_profile(profile_with(tmp_path, *lines), environ={})
