"""What can be read beside variables and search: teams, projects, repositories, files, commits, users."""

from __future__ import annotations

import sqlite3

from flask import Response

from specproof.target.accounts import Credential
from specproof.target.directory import Directory
from specproof.target.filing import text_of
from specproof.target.git.door import Door
from specproof.target.git.iteration import Cursor
from specproof.target.incoming import Call, Query
from specproof.target.partial import shown
from specproof.target.parts import Parts
from specproof.target.problems import Problem
from specproof.target.repositories import Repositories
from specproof.target.representations import Addresses, Document
from specproof.target.store import Store

TEXT = "text/plain; charset=utf-8"
BINARY = "application/octet-stream"


def addresses(call: Call) -> Addresses:
    """Return where the things of the team are that a call is about."""
    return Addresses(call.origin, call.team.name)


class Resources:
    """Answers the calls."""

    def __init__(self, parts: Parts, store: Store, door: Door) -> None:
        self._answers = parts.answers()
        self._fields = parts.fields()
        self._objects = parts.objects()
        self._pager = parts.repository_pager()
        self._commit_pager = parts.commit_pager()
        self._repositories = Repositories(store)
        self._directory = Directory(store)
        self._door = door

    def list_repositories(self, call: Call) -> Response:
        """Answer one page of the repositories of a team."""
        window = self._pager.window(call.query)
        offset, limit = self._pager.span(window)
        total, rows = self._repositories.select(call.team.id, call.credential, offset=offset, limit=limit)
        values = [self._objects.repository(row, addresses(call)) for row in rows]
        return self._shown(call.query, self._pager.wrap(window, total, values, call.place(call.home)))

    def read_repository(self, call: Call) -> Response:
        """Answer what is known of one repository."""
        return self._shown(call.query, self._objects.repository(self._repository(call), addresses(call)))

    def delete_repository(self, call: Call) -> Response:
        """Remove a repository; tokens that were made for it end."""
        row = self._repository(call)
        self._repositories.delete(row["id"])
        self._door.library.remove(row["team_name"], row["slug"])
        return self._answers.deleted(call)

    def read_source(self, call: Call) -> Response:
        """Answer the content of one file as it was in one commit."""
        with self._door.library.lend(self._repository(call)) as reader:
            made = reader.commit(call.path["commit"])
            content = reader.blob(made, call.path["path"]) if made else None
        if content is None:
            raise Problem(404, "There is no such file")
        return Response(content, content_type=BINARY if text_of(content) is None else TEXT)

    def list_commits(self, call: Call) -> Response:
        """Answer one page of the commits of a repository, the newest first."""
        row, pager = self._repository(call), self._commit_pager
        window, text = pager.window(call.query), call.query.one("cursor")
        begun = None if text is None else pager.cursor(text, row["repository_uuid"])
        with self._door.library.lend(row) as reader:
            cursor = begun or Cursor(repository=row["repository_uuid"], tips=reader.tips())
            try:
                found, following = pager.cut(reader.walk(cursor.tips), cursor, window.length)
            except KeyError:  # the repository was made anew since
                raise pager.invalid() from None
        people = self._directory.by_email()
        values = [self._objects.commit(row, made, addresses(call), people) for made in found]
        place = call.place(f"{call.home}/{row['slug']}/commits")
        return self._shown(call.query, pager.pages(values, following, place))

    def read_commit(self, call: Call) -> Response:
        """Answer one commit."""
        row = self._repository(call)
        with self._door.library.lend(row) as reader:
            made = reader.commit(call.path["commit"])
        if made is None:
            raise Problem(404, "There is no such commit")
        document = self._objects.commit(row, made, addresses(call), self._directory.by_email())
        return self._shown(call.query, document)

    def read_team(self, call: Call) -> Response:
        """Answer what is known of a team."""
        row = self._repositories.read_team(call.team.id)
        return self._shown(call.query, self._objects.team(row, addresses(call)))

    def read_workspace(self, call: Call) -> Response:
        """Answer what is known of a workspace."""
        row = self._repositories.read_team(call.team.id)
        return self._shown(call.query, self._objects.workspace(row, addresses(call)))

    def list_projects(self, call: Call) -> Response:
        """Answer one page of the projects of a workspace."""
        window = self._pager.window(call.query)
        offset, limit = self._pager.span(window)
        total, rows = self._repositories.select_projects(
            call.team.id, call.credential, offset=offset, limit=limit
        )
        values = [self._objects.project(row, addresses(call)) for row in rows]
        place = call.place(f"{call.home}/projects")
        return self._shown(call.query, self._pager.wrap(window, total, values, place))

    def read_project(self, call: Call) -> Response:
        """Answer one project."""
        row = self._repositories.read_project(call.team.id, call.path["project_key"], call.credential)
        if row is None:
            raise Problem(404, "There is no such project")
        return self._shown(call.query, self._objects.project(row, addresses(call)))

    def home_of(self, repository: str) -> str | None:
        """Return the name of the team of a repository that was named by its UUID alone."""
        return self._repositories.team_of(repository)

    def read_user(self, credential: Credential, name: str, origin: str, query: Query) -> Response:
        """Answer what is known of a user."""
        row = self._directory.read(name, credential)
        if row is None:
            raise Problem(404, "There is no such user")
        return self._shown(query, self._objects.user(row, origin))

    def _repository(self, call: Call) -> sqlite3.Row:
        row = self._repositories.read(call.team.id, call.path["repo_slug"], call.credential)
        if row is None:
            raise Problem(404, "There is no such repository")
        return row

    def _shown(self, query: Query, document: Document) -> Response:
        fields = query.one("fields")
        part = self._fields.select(fields, document) if fields else shown(document)
        return self._answers.json(part)
