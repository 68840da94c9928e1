"""The WSGI application: its parts, and the error object for whatever goes wrong."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from flask import Flask, Response, request
from werkzeug.exceptions import HTTPException, MethodNotAllowed

from specproof.target.faults import named
from specproof.target.git.door import Door
from specproof.target.git.endpoints import BODY_MAXIMUM as GIT_BODY_MAXIMUM
from specproof.target.git.endpoints import install as install_git
from specproof.target.incoming import URL_MAXIMUM
from specproof.target.limits import Rate
from specproof.target.oauth.endpoints import install as install_oauth
from specproof.target.operations import Operations
from specproof.target.parts import assemble
from specproof.target.planting import Seed
from specproof.target.problems import Problem
from specproof.target.resources import Resources
from specproof.target.routes import install, operation_name, successor_of
from specproof.target.seed import Demonstration
from specproof.target.store import Store

BODY_MAXIMUM = 1024 * 1024
GIT_PATH = re.compile(r"/[^/]+/[^/]+\.git/git-(?:receive|upload)-pack")
MESSAGES = {404: "There is nothing at this address", 413: "The body is too large"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """How one server behaves.

    Args:
        database: The file that holds the data, ``None`` for memory.
        faults: Names of the faults to switch on.
        rate: The limit of search, ``None`` for none.
        token_lifetime_s: Seconds until an access token from an OAuth grant ends.
        seed: What a new database is filled with.
    """

    database: Path | None = None
    faults: tuple[str, ...] = ()
    rate: Rate | None = None
    token_lifetime_s: int = 3_600
    seed: Seed = field(default_factory=Demonstration)


def open_store(settings: Settings) -> Store:
    """Open the data, and fill them if they are new.

    Raises:
        NotOurDatabase: The file cannot be opened, or is something else.
    """
    store = Store(settings.database)
    store.prepare(partial(settings.seed.fill, folder=store.folder))
    return store


def create_app(settings: Settings) -> Flask:
    """Build the application and open, or create, its data: ``extensions["store"]``, for closing it.

    Raises:
        MockTargetError: A fault is unknown, or the database is not ours.
    """
    parts = assemble(named(settings.faults))
    store = open_store(settings)
    app = Flask("specproof.target", static_folder=None)
    app.config.update(PROVIDE_AUTOMATIC_OPTIONS=False, MAX_CONTENT_LENGTH=BODY_MAXIMUM)
    app.url_map.merge_slashes = False
    app.url_map.redirect_defaults = False
    door = Door(store, settings.seed.history)
    door.catch_up()
    operations = Operations(parts, store, settings.rate)
    install(app, operations, Resources(parts, store, door))
    install_git(app, parts, store, door)
    install_oauth(app, parts, store, settings.token_lifetime_s)
    _handle_trouble(app, operations)
    app.extensions["store"] = store
    return app


def body_maximum(path: str) -> int:
    """Return how many bytes a body may have: what git sends may be long."""
    return GIT_BODY_MAXIMUM if GIT_PATH.fullmatch(path) else BODY_MAXIMUM


def _handle_trouble(app: Flask, operations: Operations) -> None:
    """Answer every refusal, expected or not, with the error object."""
    answers = operations.answers

    def too_long() -> None:
        if len(request.environ["PATH_INFO"]) + len(request.environ.get("QUERY_STRING", "")) > URL_MAXIMUM:
            raise Problem(414, "The address is too long", detail=f"At most {URL_MAXIMUM} characters.")

    def refused(problem: Problem) -> Response:
        return answers.problem(operation_name(request.endpoint), problem)

    def failed(error: HTTPException) -> Response:
        if isinstance(error, MethodNotAllowed):
            return answers.not_allowed(request.method, error.valid_methods or ())
        status = error.code or 500
        message = MESSAGES.get(status, "The server failed" if status >= 500 else "The request is malformed")
        return answers.problem(operation_name(request.endpoint), Problem(status, message))

    def finished(response: Response) -> Response:
        successor = successor_of(request.path) if request.endpoint else None
        if successor is not None:
            answers.deprecate(response, successor)
        return answers.finish(operation_name(request.endpoint), response)

    app.before_request(too_long)
    app.register_error_handler(Problem, refused)
    app.register_error_handler(HTTPException, failed)
    app.after_request(finished)
