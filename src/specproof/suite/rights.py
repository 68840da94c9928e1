"""Who may do what: the access that document and profile promise to every credential."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from typing import Any

from specproof.environment.credentials import fits, is_enough, reaches
from specproof.environment.profile import Credential
from specproof.generate.bodies import BodyPlan
from specproof.generate.names import Names
from specproof.generate.request import as_form, build_request, json_body, json_media
from specproof.model.access import AccessCell
from specproof.model.exchange import Exchange, Request
from specproof.model.life import Act
from specproof.model.operation import Operation, Pagination
from specproof.model.verdict import WRITES_FORBIDDEN
from specproof.suite.access import NotExercised
from specproof.suite.impostors import in_form, in_query
from specproof.suite.scratch import Scratch
from specproof.suite.session import Suite

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


@dataclass(frozen=True, kw_only=True)
class Rights:
    """Looks up what document and profile say about credentials."""

    suite: Suite

    @property
    def schemes(self) -> Mapping[str, Any]:
        """The document's security schemes, by name."""
        return (self.suite.contract.document.get("components") or {}).get("securitySchemes") or {}

    @property
    def implications(self) -> dict[str, list[str]]:
        """Which scope implies which others."""
        found: dict[str, list[str]] = {}
        for scheme in self.schemes.values():
            found.update(scheme.get("x-scope-implications") or {})
        return found

    def may(self, credential: Credential, operation: Operation) -> bool:
        """Tell whether a credential is to be let in, wherever it reaches."""
        if any(fnmatchcase(operation.label, pattern) for pattern in credential.refused_operations):
            return False
        return is_enough(credential, operation.security, schemes=self.schemes, implications=self.implications)

    def surely_may_not(self, credential: Credential, operation: Operation) -> bool:
        """Tell whether a credential is to be refused for its scopes or its role.

        Where the document is silent on what scopes imply, one of the family of a scope that is asked for
        (``pipeline:write`` beside ``pipeline``) may well bring it along.
        """
        if self.may(credential, operation):
            return False
        narrowed = any(fnmatchcase(operation.label, pattern) for pattern in credential.refused_operations)
        if narrowed or any("x-scope-implications" in scheme for scheme in self.schemes.values()):
            return True
        asked = {scope for each in operation.security for scopes in each.values() for scope in scopes}
        return not {_family(scope) for scope in asked} & {_family(scope) for scope in credential.scopes or ()}

    def speaks(self, credential: Credential, operation: Operation) -> bool:
        """Tell whether the operation knows the scheme of a credential at all."""
        return any(
            fits(credential, name, self.schemes.get(name, {}))
            for alternative in operation.security
            for name in alternative
        )

    def reaches(self, credential: Credential, values: Iterable[str]) -> bool:
        """Tell whether a credential is meant to get at what these values name."""
        return reaches(self.suite.profile, credential, values)

    def valid(self, operation: Operation, values: Iterable[str]) -> list[Credential]:
        """Return the good credentials that reach these values by a scheme that the operation knows."""
        wanted = tuple(values)
        return [
            credential
            for credential in self.suite.profile.credentials
            if credential.state == "valid"
            and self.reaches(credential, wanted)
            and self.speaks(credential, operation)
        ]

    def able(self, operation: Operation, values: Iterable[str]) -> list[Credential]:
        """Return those of them that may, and that see everything."""
        return [c for c in self.valid(operation, values) if self.may(c, operation) and not c.only]


@dataclass(frozen=True, kw_only=True)
class Asker:
    """Builds plain requests for one operation, about things that the run made itself."""

    suite: Suite
    scratch: Scratch
    operation: Operation
    names: Names

    def path(self) -> dict[str, str]:
        """Return path values with a thing that exists.

        Raises:
            NotExercised: A value is not known, or nothing can be made.
        """
        client = self.suite.client
        if self.operation.method not in SAFE and not (client.writes and client.allows(self.operation.method)):
            raise NotExercised(WRITES_FORBIDDEN)
        return self.scratch.path(self.operation)

    def request(
        self,
        credential: str | None,
        path: Mapping[str, str],
        *,
        purpose: str,
        query: Sequence[tuple[str, str]] = (),
    ) -> Request:
        """Return a valid request with a fresh body."""
        operation, media = self.operation, json_media(self.operation)
        plan, body = self.scratch.plan(operation), None
        if plan is not None and media is not None:
            body = json_body(self._body(plan))
        elif operation.request_body is not None and operation.request_body.required:
            raise NotExercised("no valid body could be made")
        return build_request(
            operation,
            base_url=self.suite.client.base_url,
            path=path,
            query=(*self.suite.access.required_query(operation), *query),
            headers=(("Content-Type", media),) if body is not None and media else (),
            body=body,
            credential=credential,
            purpose=purpose,
        )

    def form_request(self, credential: str, *, purpose: str) -> Request | None:
        """Return a valid request whose fresh body is a form; ``None`` where a member is nested."""
        request = self.request(credential, self.path(), purpose=purpose)
        body = json.loads(request.body or b"null")
        return as_form(request, body) if isinstance(body, dict) else None

    def elsewhere(
        self, credential: Credential, path: Mapping[str, str] | None = None
    ) -> Iterator[tuple[str, Request]]:
        """Yield where else than in the header its token may travel, and a valid request with it there.

        Args:
            credential: One with a token.
            path: Path values; the usual ones if not given.
        """
        label, promised = self.operation.label, self.suite.promised
        posts = self.operation.method == "POST"
        hidden = in_query(self.suite, credential) if ("credential.places", label) in promised else None
        if hidden is not None and not posts:
            where = "in the query"
            yield where, self.request(hidden, self.path() if path is None else path, purpose=where)
        hidden = in_form(self.suite, credential) if ("credential.form-token", label) in promised else None
        if hidden is not None and posts and (form := self.form_request(hidden, purpose="in the form")):
            yield "in the form", form

    def _body(self, plan: BodyPlan) -> dict[str, Any]:
        body = dict(plan.base)
        resource = self.operation.resource
        for pointer in resource.unique if resource else ():
            name = pointer.lstrip("/")
            if "/" not in name and (name in body or (resource and resource.create == self.operation.label)):
                body[name] = self.names.for_member(plan, name, self.scratch.is_valid)
        if resource is not None and resource.update == self.operation.label:
            for name in plan.texts():  # an update that changes nothing shows no effect
                if name in body and f"/{name}" not in resource.unique:
                    body[name] = self.names.for_member(plan, name, self.scratch.is_valid)
        return body

    def ask(self, request: Request, *, owner: str | None = None) -> Exchange:
        """Send a request and remove what it made, as ``owner`` or whoever usually calls the operation."""
        exchange = self.suite.send(request)
        able = owner if owner is not None else self.suite.access.credential(self.operation)
        self.scratch.tidy(self.operation, replace(exchange, request=replace(request, credential=able)))
        return exchange

    def forget_if_gone(self, answer: Exchange) -> None:
        """Forget the thing that a delete took away although it should have been refused."""
        resource = self.operation.resource
        if self.operation.method == "DELETE" and resource is not None and answer.response.status < 400:
            self.scratch.forget(resource)

    def differ(self, before: Act, after: Act) -> bool:
        """Tell whether a thing is not there as it was, by what is described of it."""
        described = self.suite.described
        return before.accepted != after.accepted or described(before.exchange) != described(after.exchange)

    def note(
        self,
        credential: Credential,
        answer: Exchange,
        *,
        expected: str,
        right: bool,
        statuses: Sequence[int] = (),
    ) -> None:
        """Put what came of trying a credential into the access matrix.

        Args:
            credential: Who asked.
            answer: What came.
            expected: ``allowed`` or ``refused``.
            right: Whether that is what came.
            statuses: The statuses that a refusal should have; none: any will do.
        """
        cell = AccessCell(
            credential=credential.name,
            operation=self.operation.label,
            expected=expected,
            statuses=tuple(statuses),
            got=answer.response.status,
            right=right,
        )
        self.suite.cells.append(cell)


def largest(pages: Pagination) -> tuple[tuple[str, str], ...]:
    """Return the query that asks for the largest page."""
    if pages.size_parameter is None or pages.size_maximum is None:
        return ()
    return ((pages.size_parameter, str(pages.size_maximum)),)


def _family(scope: str) -> str:
    return re.split(r"[:./]", scope)[0]
