"""Where life cycles are played: how to create, read, list, update and delete one thing of a resource."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote, urljoin, urlsplit

from specproof.contract.preconditions import CHANGES, asks_for_tag
from specproof.generate.bodies import BodyPlan
from specproof.generate.names import Names
from specproof.generate.request import build_request, json_body, json_media
from specproof.generate.walks import Collection, same_host, walk
from specproof.model.exchange import MISSING, Exchange, Pairs, Request, resolve_pointer
from specproof.model.life import Act
from specproof.model.operation import Operation, Resource

Send = Callable[[Request], Exchange]
_CALLED = frozenset({"name", "title", "slug", "key", "code", "label", "username", "email"})
_MALFORMED = frozenset({400, 422})
Valid = Callable[[Operation, Any], bool]  # is this body valid for this operation?


@dataclass(kw_only=True)
class Stage:
    """Where life cycles are played: the resource, its operations, and how to call them."""

    resource: Resource
    operations: Mapping[str, Operation]  # verb -> operation
    base_url: str
    path: Mapping[str, str]  # parents of the resource
    send: Send
    names: Names
    plan: BodyPlan
    update_plan: BodyPlan | None
    is_valid: Valid
    credential: Callable[[Operation], str | None]
    acts: list[Act] = field(default_factory=list)
    distinct: set[str] = field(default_factory=set)  # members that seem to tell things apart; nobody says so
    made: set[str] = field(default_factory=set)  # identities of the run's things, on whatever stage
    given: set[str] = field(default_factory=set)  # members that were shown without having been sent
    owned: set[str] = field(default_factory=set)  # members that take no text of a client's, as it seems

    @property
    def own_values(self) -> dict[str, None]:
        """Names of the members that get a value of their own in each thing, in a fixed order."""
        unique = (pointer.lstrip("/") for pointer in self.resource.unique)
        return dict.fromkeys((*unique, *sorted(self.distinct)))

    def body(self, plan: BodyPlan | None = None, **members: Any) -> dict[str, Any]:
        """Return a valid body with fresh unique values and the given members."""
        body = {**(plan or self.plan).base, **members}
        for name in self.own_values:
            said = name not in self.distinct
            if name not in members and "/" not in name and (said or name in body):
                body[name] = self.names.for_member(plan or self.plan, name, self.is_valid, said=said)
        return body

    def call(
        self, verb: str, *, identity: str | None = None, body: Any = None, purpose: str = ""
    ) -> Exchange:
        """Send one request to an operation of the resource."""
        operation = self.operations[verb]
        path = dict(self.path)
        if identity is not None:
            path[self.resource.parameter] = identity
        media = json_media(operation) if body is not None else None
        matching = self._matching(operation, path) if identity is not None else ()
        return self.send(
            build_request(
                operation,
                base_url=self.base_url,
                path=path,
                headers=(*((("Content-Type", media),) if media else ()), *matching),
                body=json_body(body) if body is not None else None,
                credential=self.credential(operation),
                purpose=purpose,
                valid=self.is_valid(operation, body) if body is not None else True,
            )
        )

    def _matching(self, operation: Operation, path: Mapping[str, str]) -> Pairs:
        """Return the condition that a change may be refused without: If-Match with the ETag that is there."""
        read = self.operations.get("read")
        if read is None or operation.method not in CHANGES or not asks_for_tag(operation):
            return ()
        asked = build_request(
            read,
            base_url=self.base_url,
            path=path,
            credential=self.credential(read),
            purpose="the ETag of what is there",
            valid=True,
        )
        tag = self.send(asked).response.header("ETag")
        return (("If-Match", tag),) if tag else ()

    def act(self, kind: str, subject: str, exchange: Exchange, **more: Any) -> Act:
        """Note an act and return it."""
        act = Act(kind=kind, subject=subject, exchange=exchange, **more)
        self.acts.append(act)
        return act

    def create(self, subject: str, body: Mapping[str, Any]) -> Act:
        """Create a thing; the act knows its identity where the answer gave one."""
        exchange = self.call("create", body=body, purpose=f"create the {subject} thing")
        return self.act("create", subject, exchange, sent=body, identity=self.identity_of(exchange))

    def create_new(self, subject: str, **members: Any) -> Act:
        """Create a thing with fresh unique values; try others where an earlier, killed run left the first.

        A creation may be refused because of a value that is unique without anybody saying so, or may answer
        with the run's own thing that has the same values. Then a free text that tells them apart is looked
        for, and gets a value of its own in this thing and in all later ones.
        """
        made = self.create(subject, self.body(**members))
        texts = sorted((n for n in self.plan.texts() if n in self.plan.base), key=lambda n: n not in _CALLED)
        for told_apart in (set(), *({name} for name in texts), set(texts)):
            if not self._is_there(made):
                break
            more = told_apart - self.distinct
            self.distinct.update(more)
            self.acts.remove(made)
            other = self.create(subject, self.body(**members))
            if other.exchange.response.status in _MALFORMED:  # not every text is taken there
                self.acts[-1] = made
            else:
                made = other
            if made is not other or self._is_there(made):
                self.distinct.difference_update(more)
        if made.identity is not None:
            self.made.add(made.identity)
        return made

    def _is_there(self, made: Act) -> bool:
        """Tell whether a creation met what was there already."""
        return made.exchange.response.status == 409 or made.identity in self.made

    def identity_of(self, exchange: Exchange) -> str | None:
        """Return the identity in an answer's representation; without one, that which its Location names."""
        if not 200 <= exchange.response.status < 300:
            return None
        found = resolve_pointer(exchange.response.document, self.resource.identity)
        return self._located(exchange) if found is MISSING else str(found)

    def _located(self, exchange: Exchange) -> str | None:
        """Return the last step of a Location that leads to an item (RFC 9110 section 10.2.2)."""
        location = exchange.response.header("Location")
        item = self.operations.get("read") or self.operations.get("delete")
        if not location or item is None or not item.path.endswith(f"/{{{self.resource.parameter}}}"):
            return None
        url = urljoin(exchange.request.url, location)
        above, _, last = urlsplit(url).path.rpartition("/")
        here = urlsplit(exchange.request.url).path.rstrip("/")
        return unquote(last) if last and above == here and same_host(url, self.base_url) else None

    def read(self, of: Act, moment: str) -> Act | None:
        """Read a thing by its identity, if there is an operation for that."""
        if "read" not in self.operations or of.identity is None:
            return None
        exchange = self.call("read", identity=of.identity, purpose=f"read {moment}")
        return self.act("read", of.subject, exchange, moment=moment, identity=of.identity)

    def list(self, moment: str) -> Act | None:
        """List everything, if there is an operation for that."""
        operation = self.operations.get("list")
        if operation is None:
            return None
        if operation.pagination is None:
            exchange = self.call("list", purpose=f"list {moment}")
            found = exchange.response.document
            listed = self._by_identity(found) if isinstance(found, list) else None
            return self._listed(exchange, moment, listed)
        collection = Collection(
            operation=operation,
            base_url=self.base_url,
            path=dict(self.path),
            credential=self.credential(operation),
        )
        seen = walk(collection, self.send, size=operation.pagination.size_maximum)
        if not seen.complete:
            return None
        listed = self._by_identity([item for page in seen.pages for item in page.items])
        return self._listed(seen.pages[-1].exchange, moment, listed)

    def _listed(self, exchange: Exchange, moment: str, listed: dict[str, Any] | None) -> Act | None:
        if listed is None:
            return None
        return self.act("list", "all", exchange, moment=moment, listed=listed)

    def _by_identity(self, items: Sequence[Any]) -> dict[str, Any] | None:
        """Return the items by their identities; ``None`` where the list shows things without them."""
        found = {str(each): item for item in items if (each := self._identity(item)) is not MISSING}
        return found if found or not items else None

    def _identity(self, item: Any) -> Any:
        return resolve_pointer(item, self.resource.identity)

    def delete(self, of: Act, kind: str = "delete") -> Act | None:
        """Delete a thing."""
        if "delete" not in self.operations or of.identity is None:
            return None
        exchange = self.call("delete", identity=of.identity, purpose=kind.replace("-", " "))
        self.made.discard(of.identity)
        return self.act(kind, of.subject, exchange, identity=of.identity)
