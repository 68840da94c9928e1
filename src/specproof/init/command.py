"""``specproof init``: ask for what is needed, write the files, make the first run."""

from __future__ import annotations

import importlib.util
import os
import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit

import click
from pydantic import TypeAdapter, ValidationError

from specproof.contract.load import load_document
from specproof.contract.swagger import as_openapi_3
from specproof.environment.fields import Application, ServerURL
from specproof.errors import OptionError
from specproof.init.files import CI_FILES, Door, Wishes, new_files
from specproof.shipped import shipped

_OF_ENVIRONMENT = "environment:"
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]*")
_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_NONE = "none"


@click.command()
@click.option("--spec", metavar="FILE|URL", help="The OpenAPI document.")
@click.option("--url", help="Where the API is: what the document's paths are appended to.")
@click.option("--app", metavar="MODULE:NAME", help="In place of --url: an ASGI or WSGI application to serve.")
@click.option("--name", help="What the environment is called.  [default: local or staging]")
@click.option("--token-variable", metavar="NAME", help="Environment variable that holds the secret.")
@click.option("--username", help="Who signs in, where the API asks for Basic authentication.")
@click.option(
    "--ci", type=click.Choice([*CI_FILES, _NONE]), default="github", show_default=True, help="Build server."
)
@click.option("--no-run", is_flag=True, help="Only write the files.")
@click.pass_context
def init(
    context: click.Context,
    *,
    spec: str | None,
    url: str | None,
    app: str | None,
    name: str | None,
    token_variable: str | None,
    username: str | None,
    ci: str,
    no_run: bool,
) -> None:
    """Make a folder ready: write a profile, a gate policy, a tox.ini and a CI file, and run once.

    Asks for what is not given. Files that are there stay as they are. The profile allows reading only. Exit
    status: that of the run, 0 where there is none, 4 where something given cannot be used.
    """
    if url and app:
        raise OptionError("--url, --app: give one of them; an application is served by the run")
    _checked("--app", Application, app)
    spec = spec or (
        "environment:/openapi.json" if app else _asked("--spec", "OpenAPI document (file or URL)")
    )
    document = {} if spec.startswith(_OF_ENVIRONMENT) else _read(spec)
    if not app:
        url = url or _asked("--url", "URL of the API", default=_server(document, spec))
        _checked("--url", ServerURL, url)
    name = name or ("local" if app or _is_local(url or "") else "staging")
    if not _NAME.fullmatch(name):
        raise OptionError(f"--name: {name!r} is no file name; use letters, digits, dots and dashes")
    door = _door(document, name, token_variable, username)
    wishes = Wishes(
        name=name, spec=spec, url=url or "", app=app or "", door=door, ci="" if ci == _NONE else ci
    )
    for path, text in new_files(wishes):
        click.echo(_written(Path(path), text))
    context.exit(_first_run(wishes, no_run=no_run))


def _read(spec: str) -> Mapping[str, Any]:
    """Return a document, in the words of OpenAPI 3."""
    document = load_document(spec).data
    return as_openapi_3(document)[0] if "swagger" in document else document


def _asked(option: str, question: str, default: str | None = None) -> str:
    try:
        return str(click.prompt(question, default=default))
    except click.Abort:
        click.echo()
        raise OptionError(f"{option}: is missing, and nobody answers; give it on the command line") from None


def _checked(option: str, kind: Any, value: str | None) -> None:
    if value is None:
        return
    try:
        TypeAdapter(kind).validate_python(value)
    except ValidationError as error:
        said = error.errors()[0]["msg"].removeprefix("Value error, ")
        raise OptionError(f"{option}: {said}") from None


def _server(document: Mapping[str, Any], spec: str) -> str | None:
    """Return the first server of a document, if it is an address."""
    servers = document.get("servers") or [{"url": "/"}]
    first = servers[0].get("url") if isinstance(servers[0], Mapping) else None
    url = urljoin(spec, str(first)) if spec.startswith(("http://", "https://")) else str(first)
    return url.rstrip("/") if url.startswith(("http://", "https://")) and "{" not in url else None


def _is_local(url: str) -> bool:
    return urlsplit(url).hostname in {"localhost", "127.0.0.1", "::1"}


def _door(document: Mapping[str, Any], name: str, variable: str | None, username: str | None) -> Door | None:
    """Return how to sign in: by the first scheme of the document that a secret is enough for."""
    if variable is not None and not _VARIABLE.fullmatch(variable):
        raise OptionError(f"--token-variable: {variable!r} is no name of an environment variable")
    schemes = (document.get("components") or {}).get("securitySchemes") or {}
    found = next((each for each in map(_way_in, schemes.values()) if each is not None), None)
    if found is None and variable is None:
        return None
    scheme, header = found or ("bearer", "")
    if scheme == "basic" and not username:
        username = _asked("--username", "User name for Basic authentication")
    made_up = re.sub(r"\W", "_", name).upper()
    return Door(
        variable=variable or f"{made_up}_TOKEN",
        scheme=scheme,
        header=header,
        username=username if scheme == "basic" and username else "",
    )


def _way_in(scheme: Any) -> tuple[str, str] | None:
    """Return scheme and header of ``[[credentials]]`` for a security scheme of the document."""
    if not isinstance(scheme, Mapping):
        return None
    kind, http = scheme.get("type"), str(scheme.get("scheme", "")).lower()
    if kind == "http" and http in {"bearer", "basic"}:
        return http, ""
    if kind in {"oauth2", "openIdConnect"}:
        return "bearer", ""
    if kind == "apiKey" and scheme.get("in") in {"header", "query", "cookie"}:
        return str(scheme["in"]), str(scheme.get("name", ""))
    return None


def _written(path: Path, text: str) -> str:
    """Write a file that is not there; return a line about it."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError:
        return f"kept   {path}, which was there"
    except OSError as error:
        raise OptionError(f"{path}: cannot be written ({error.strerror or error})") from error
    return f"wrote  {path}"


def _first_run(wishes: Wishes, *, no_run: bool) -> int:
    """Run quickly, where that is wanted and the secret is there; return the exit status."""
    command = ["pytest", "--pyargs", "specproof.contract_tests", *wishes.arguments]
    missing = wishes.door is not None and wishes.door.variable not in os.environ
    if no_run or missing:
        click.echo()
        if wishes.door is not None and missing:
            click.echo(f"Next: export {wishes.door.variable}=… and")
        click.echo(f"  {' '.join(command)}")
        return 0
    click.echo(f"\n$ {' '.join(command)} --depth quick\n")
    sys.stdout.flush()
    where = ["--pyargs", "specproof.contract_tests"]
    if importlib.util.find_spec("specproof.contract_tests") is None:  # not from a wheel
        where = [str(shipped("contract_tests")), "--rootdir", "."]
    done = subprocess.run(  # noqa: S603 - our own tests, no shell
        [sys.executable, "-m", "pytest", *where, *wishes.arguments, "--depth", "quick", "-q"], check=False
    )
    return done.returncode
