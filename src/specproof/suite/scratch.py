"""Things that the run makes for itself, so that nothing else is ever changed."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

from specproof.client.safety import SAFE_METHODS
from specproof.contract.preconditions import CHANGES, asks_for_tag, condition
from specproof.generate.bodies import BodyPlan
from specproof.generate.request import build_request, json_body, json_media
from specproof.generate.sequences import Stage
from specproof.generate.uploads import any_body
from specproof.generate.walks import Collection, walk
from specproof.model.exchange import MISSING, Exchange, Pairs, Request, resolve_pointer
from specproof.model.life import Act
from specproof.model.operation import Operation, Resource
from specproof.suite.access import NotExercised
from specproof.suite.session import Suite

Theirs = tuple[Stage, Act]  # where a thing of somebody else was made, and how


@dataclass(kw_only=True)
class Scratch:
    """One thing per resource, made when it is needed and made again when it was deleted."""

    suite: Suite
    theirs: dict[str, Theirs] = field(default_factory=dict)  # by label of the create operation
    _things: dict[str, str] = field(default_factory=dict)  # label of the create operation -> identity
    _found: dict[str, str] = field(default_factory=dict)
    _stages: dict[str, Stage] = field(default_factory=dict)
    _distinct: dict[str, set[str]] = field(default_factory=dict)  # label of the create operation -> members
    _made: dict[str, set[str]] = field(default_factory=dict)  # label of the create operation -> identities

    def path(self, operation: Operation) -> dict[str, str]:
        """Return values for all path parameters of an operation, with a thing that exists.

        Raises:
            NotExercised: A value is missing, or nothing could be made or found.
        """
        values = self.suite.access.parents(operation)
        resource = operation.resource
        if resource is None or operation.parameter(resource.parameter, "path") is None:
            self._refuse_to_destroy(operation)
            return values
        if resource.create and self.suite.client.writes:
            return {**values, resource.parameter: self._thing(resource)}
        if resource.parameter in values:
            return values
        if operation.method in SAFE_METHODS:
            return {**values, resource.parameter: self._listed(resource)}
        raise NotExercised("writes are forbidden, and only things that the run made itself are ever changed")

    def _refuse_to_destroy(self, operation: Operation) -> None:
        """Leave alone what the run did not make, even where writes are allowed."""
        exclusive = self.suite.profile.environment.exclusive
        adds = operation.method in SAFE_METHODS | {"POST"}  # of an unknown method nobody knows what it does
        if operation.method == "DELETE" or not (adds or exclusive):
            raise NotExercised(
                "it would change what the run did not make; name the operation that creates it in x-resource"
            )

    def stage(self, resource: Resource, scope: str) -> Stage:
        """Return a stage for life cycles of a resource.

        Raises:
            NotExercised: The resource cannot be created here.
        """
        suite = self.suite
        operations = {
            verb: suite.operations[label]
            for verb in ("create", "read", "update", "delete", "list")
            if (label := getattr(resource, verb)) in suite.operations
        }
        create = operations.get("create")
        plan = suite.access.plan(create) if create else None
        if create is None or plan is None or json_media(create) is None:
            raise NotExercised("no valid JSON body could be made for the operation that creates")
        update = operations.get("update")
        return Stage(
            resource=resource,
            operations=operations,
            base_url=suite.client.base_url,
            path=suite.access.parents(create),
            send=suite.send,
            names=suite.names(create.label, scope),
            plan=plan,
            update_plan=suite.access.plan(update) if update else None,
            is_valid=self.is_valid,
            credential=suite.access.credential,
            distinct=self._distinct.setdefault(create.label, set()),
            made=self._made.setdefault(create.label, set()),
        )

    def is_valid(self, operation: Operation, body: object) -> bool:
        """Tell whether a body is valid for an operation."""
        media = operation.request_body.content if operation.request_body else ()
        schemas = [each.schema for each in media if each.is_json]
        return bool(schemas) and self.suite.contract.schemas.is_valid(schemas[0], body, direction="request")

    def plan(self, operation: Operation) -> BodyPlan | None:
        """Return the body plan of an operation."""
        return self.suite.access.plan(operation)

    def fresh_body(self, operation: Operation, plan: BodyPlan) -> dict[str, Any]:
        """Return a valid body with new unique values, where the operation belongs to a resource."""
        resource = operation.resource
        if resource is None or resource.create is None:
            return dict(plan.base)
        return self._stage(resource).body(plan)

    def own_values(self, resource: Resource) -> set[str]:
        """Return the members that get a value of their own in each thing of a resource."""
        return set(self._stage(resource).own_values) if resource.create else set()

    def tidy(self, operation: Operation, exchange: Exchange) -> None:
        """Delete what a test request created; forget a thing that one deleted."""
        resource = operation.resource
        if resource is None or not 200 <= exchange.response.status < 300:
            return
        if resource.create == operation.label and exchange.request.method == operation.method:
            identity = self.identity(resource, exchange)
            url = self.suite.item_url(operation, exchange.request, identity) if identity else None
            if url is not None:
                request = Request(
                    method="DELETE",
                    url=url,
                    headers=self._matching(resource, exchange),
                    credential=exchange.request.credential,
                    operation=resource.delete,
                )
                self.suite.send(request)
        elif exchange.request.method == "DELETE":
            self._things.pop(resource.create or "", None)

    def identity(self, resource: Resource, exchange: Exchange) -> str | None:
        """Return the identity of what a request created, by whatever body it did."""
        try:
            return self._stage(resource).identity_of(exchange)
        except NotExercised:  # it takes no JSON
            found = resolve_pointer(exchange.response.document, resource.identity)
            return None if found is MISSING else str(found)

    def _matching(self, resource: Resource, made: Exchange) -> Pairs:
        """Return the condition that a DELETE may be refused without, from the answer to the creation."""
        delete, tag = self.suite.operations.get(resource.delete or ""), made.response.header("ETag")
        return (("If-Match", tag),) if delete is not None and tag and asks_for_tag(delete) else ()

    def another(self, resource: Resource) -> Exchange:
        """Make one more thing, which the caller tidies up; return how it was made.

        Raises:
            NotExercised: It could not be made.
        """
        exchange, identity = self._create(resource)
        if identity is None:
            status = exchange.response.status
            raise NotExercised(f"no second thing: {resource.create} answered {status}")
        return exchange

    def forget(self, resource: Resource) -> None:
        """Make another thing the next time: the one there was is gone."""
        self._things.pop(resource.create or "", None)

    def _stage(self, resource: Resource) -> Stage:
        key = resource.create or ""
        if key not in self._stages:
            self._stages[key] = self.stage(resource, "scratch")
        return self._stages[key]

    def _thing(self, resource: Resource) -> str:
        key = resource.create or ""
        if key not in self._things:
            exchange, identity = self._create(resource)
            if identity is None:
                status = exchange.response.status
                raise NotExercised(f"nothing to work on: {resource.create} answered {status}")
            self._things[key] = identity
        return self._things[key]

    def _create(self, resource: Resource) -> tuple[Exchange, str | None]:
        """Create a thing: from JSON, else from a form or a file."""
        try:
            made = self._stage(resource).create_new("scratch")
        except NotExercised:
            creation = self.suite.operations.get(resource.create or "")
            if creation is None or any_body(self.suite.contract, creation) is None:
                raise
            request = valid_request(self.suite, self, creation, purpose="create the scratch thing")
            exchange = self.suite.send(request)
            done = 200 <= exchange.response.status < 300
            return exchange, self.identity(resource, exchange) if done else None
        return made.exchange, made.identity

    def _listed(self, resource: Resource) -> str:
        """Return the identity of something that is there already; it is only read."""
        key = resource.list or ""
        if key not in self._found:
            operation = self.suite.operations.get(key)
            if operation is not None and operation.pagination is None and self.suite.access.find is not None:
                wanted = self.suite.operations.get(resource.read or "")
                value = self.suite.access.find(wanted, resource.parameter) if wanted is not None else None
                if value is not None:
                    self._found[key] = value
                    return value
            if operation is None or operation.pagination is None:
                raise NotExercised(
                    f"no value for the path parameter {resource.parameter}, and no list to find one"
                )
            collection = Collection(
                operation=operation,
                base_url=self.suite.client.base_url,
                path=self.suite.access.parents(operation),
                query=self.suite.access.required_query(operation),
                credential=self.suite.access.credential(operation),
            )
            seen = walk(collection, self.suite.send, max_pages=1)
            if not seen.identities:
                raise NotExercised(
                    f"no value for the path parameter {resource.parameter}: {key} lists nothing"
                )
            self._found[key] = seen.identities[0]
        return self._found[key]


def valid_request(suite: Suite, scratch: Scratch, operation: Operation, *, purpose: str) -> Request:
    """Return a plain valid request for an operation, with its credential.

    Raises:
        NotExercised: A value that it needs is not known.
    """
    plan = scratch.plan(operation)
    body: bytes | None = None
    headers = suite.access.required_headers(operation)
    media = json_media(operation)
    if plan is not None and media is not None:
        body, headers = json_body(dict(plan.base)), (("Content-Type", media), *headers)
    elif (other := any_body(suite.contract, operation)) is not None:
        body, headers = other[1], (("Content-Type", other[0]), *headers)
    elif operation.request_body is not None and operation.request_body.required:
        raise NotExercised("no valid body could be made")
    path = scratch.path(operation)
    headers = (*headers, *matching_tag(suite, operation, path))
    return build_request(
        operation,
        base_url=suite.client.base_url,
        path=path,
        query=suite.access.required_query(operation),
        headers=headers,
        body=body,
        credential=suite.access.credential(operation, path),
        purpose=purpose,
        valid=True,
    )


def read_request(suite: Suite, reader: Operation, path: dict[str, str], *, purpose: str) -> Request:
    """Return a plain valid request that reads what a path names.

    Raises:
        NotExercised: A value that it needs is not known.
    """
    return build_request(
        reader,
        base_url=suite.client.base_url,
        path=path,
        query=suite.access.required_query(reader),
        headers=suite.access.required_headers(reader),
        credential=suite.access.credential(reader, path),
        purpose=purpose,
        valid=True,
    )


def matching_tag(suite: Suite, operation: Operation, path: dict[str, str]) -> Pairs:
    """Return the condition that a change may be refused without: If-Match with the ETag of what is there."""
    match, read = condition(operation, "If-Match"), suite.operations.get(f"GET {operation.path}")
    if operation.method not in CHANGES or not asks_for_tag(operation):
        return ()
    tag = None
    if read is not None:
        asked = read_request(suite, read, path, purpose="the ETag of what is there")
        tag = suite.send(asked).response.header("ETag")
    if tag is None and match is not None and match.required:
        raise NotExercised("no ETag for the header If-Match could be read")
    return (("If-Match", tag),) if tag else ()


def matched(suite: Suite, operation: Operation, request: Request) -> Request:
    """Return a change with the current tag in If-Match, where it may be refused without."""
    asks = operation.method in CHANGES and asks_for_tag(operation)
    return _with_tag(suite, request) if asks else request


def rematched(suite: Suite, request: Request) -> Request:
    """Return a request that is sent again: where it has an If-Match, that has to be the tag of today."""
    return request if request.header("If-Match") is None else _with_tag(suite, request)


def _with_tag(suite: Suite, request: Request) -> Request:
    where, purpose = request.url.partition("?")[0], "the ETag of what is there"
    read = Request(method="GET", url=where, credential=request.credential, purpose=purpose)
    tag = suite.send(read).response.header("ETag")
    others = tuple(pair for pair in request.headers if pair[0].lower() != "if-match")
    return replace(request, headers=(*others, ("If-Match", tag))) if tag else request
