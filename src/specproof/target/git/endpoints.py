"""Where git clones from and pushes to: ``/TEAM/SLUG.git``, beside the API.

Refusals are plain text here, which is what git shows to its user.
"""

from __future__ import annotations

import sqlite3
import zlib
from collections.abc import Callable

from flask import Flask, Response, request
from werkzeug.exceptions import RequestEntityTooLarge

from specproof.target.access_log import CREDENTIAL
from specproof.target.accounts import Need
from specproof.target.git import FETCH, PUSH
from specproof.target.git.door import Door
from specproof.target.parts import Parts
from specproof.target.problems import Problem
from specproof.target.repositories import Repositories
from specproof.target.store import Store

BODY_MAXIMUM = 64 * 1024 * 1024
NEEDS = {FETCH: Need(scope="repository"), PUSH: Need(scope="repository:write")}
NOT_KEPT = (("Cache-Control", "no-cache, max-age=0, must-revalidate"), ("Pragma", "no-cache"))
GZIP = zlib.MAX_WBITS | 16


def install(app: Flask, parts: Parts, store: Store, door: Door) -> None:
    """Add the addresses that git uses to the application."""
    endpoints = Endpoints(parts, store, door)
    home = "/<username>/<repo_slug>.git"
    for path, method, view in (
        ("info/refs", "GET", endpoints.references),
        (FETCH, "POST", endpoints.fetch),
        (PUSH, "POST", endpoints.push),
    ):
        app.add_url_rule(f"{home}/{path}", f"git.{view.__name__}", _in_plain_text(view), methods=[method])


def _in_plain_text(view: Callable[[str, str], Response]) -> Callable[..., Response]:
    """Say why not in a way that git passes on."""

    def answer(username: str, repo_slug: str) -> Response:
        try:
            return view(username, repo_slug)
        except Problem as problem:
            refusal = Response(
                f"{problem.message}\n", problem.status, content_type="text/plain; charset=utf-8"
            )
            for name, value in problem.headers:
                refusal.headers.add(name, value)
            return refusal

    return answer


class Endpoints:
    """Answers git: who is asking, for which repository, and then what dulwich says."""

    def __init__(self, parts: Parts, store: Store, door: Door) -> None:
        self._gate = parts.gate(store)
        self._cloning = parts.cloning()
        self._door = door
        self._repositories = Repositories(store)

    def references(self, username: str, repo_slug: str) -> Response:
        """Answer which branches and tags there are, and what the service can do."""
        service = request.args.get("service")
        row = self._repository(username, repo_slug, service or FETCH)
        if service not in NEEDS:
            raise Problem(403, "Only the smart protocol is spoken here")
        with self._door.library.lend(row) as reader:
            said = self._cloning.advertisement(reader.repository, service)
        return self._answer(said, service, "advertisement")

    def fetch(self, username: str, repo_slug: str) -> Response:
        """Answer with a pack of what the client lacks."""
        row = self._repository(username, repo_slug, FETCH)
        body = self._body(FETCH)
        with self._door.library.lend(row) as reader:
            said = self._cloning.exchange(reader.repository, FETCH, body)
        return self._answer(said, FETCH, "result")

    def push(self, username: str, repo_slug: str) -> Response:
        """Take a pack and move branches; search follows before the client is answered."""
        row = self._repository(username, repo_slug, PUSH)
        body = self._body(PUSH)
        with self._door.library.receive(row) as reader:
            said = self._cloning.exchange(reader.repository, PUSH, body)
        return self._answer(said, PUSH, "result")

    def _repository(self, username: str, slug: str, service: str) -> sqlite3.Row:
        """Return the repository, if the caller may use this service of it.

        Raises:
            Problem: 401, 403; 404 where it is out of reach, whatever the reason.
        """
        authorization = request.environ.get("HTTP_AUTHORIZATION")
        credential = self._gate.identify_git(service, authorization)
        request.environ[CREDENTIAL] = credential.name
        absent = Problem(404, "There is no such repository")
        try:
            team = self._gate.admit_git(credential, username, NEEDS.get(service, NEEDS[FETCH]))
        except Problem as problem:
            raise absent if problem.status == 404 else problem from None
        row = self._repositories.read(team.id, slug, self._gate.bounds_for_git(credential))
        if row is None:
            raise absent
        return row

    def _body(self, service: str) -> bytes:
        """Return what the client sent, unpacked.

        Raises:
            Problem: 413, 415, or 400 where it cannot be unpacked.
        """
        if request.mimetype != f"application/x-{service}-request":
            raise Problem(415, f"Expected application/x-{service}-request")
        request.max_content_length = BODY_MAXIMUM
        try:
            body = request.get_data(cache=False)
        except RequestEntityTooLarge:
            raise Problem(413, "The pack is too large") from None
        encoding = request.headers.get("Content-Encoding", "identity").lower()
        if encoding == "identity":
            return body
        if encoding not in {"gzip", "x-gzip"}:
            raise Problem(415, "Expected gzip or nothing as content encoding")
        return self._unpacked(body)

    def _unpacked(self, body: bytes) -> bytes:
        unpacker = zlib.decompressobj(GZIP)
        try:
            unpacked = unpacker.decompress(body, BODY_MAXIMUM)
        except zlib.error:
            raise Problem(400, "The body is not gzip") from None
        if unpacker.unconsumed_tail:
            raise Problem(413, "The pack is too large")
        if not unpacker.eof:
            raise Problem(400, "The body is cut off")
        return unpacked

    def _answer(self, said: bytes, service: str, kind: str) -> Response:
        response = Response(said, content_type=self._cloning.media_type(service, kind))
        for name, value in NOT_KEPT:
            response.headers[name] = value
        return response
