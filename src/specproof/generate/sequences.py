"""Play life cycles: create, read, list, update, delete, with neighbours that must not notice."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import unquote, urljoin, urlsplit

from specproof.contract.preconditions import CHANGES, asks_for_tag
from specproof.generate.bodies import HARD_TEXTS, BodyPlan, hard_texts
from specproof.generate.names import Names
from specproof.generate.request import build_request, json_body, json_media
from specproof.generate.sampling import EVERYTHING, Sampler
from specproof.generate.walks import Collection, same_host, walk
from specproof.model.exchange import MISSING, Exchange, Pairs, Request, resolve_pointer
from specproof.model.life import Act, Life
from specproof.model.operation import Operation, Resource

Send = Callable[[Request], Exchange]
_PLAINEST = HARD_TEXTS[0][0]
_CALLED = frozenset({"name", "title", "slug", "key", "code", "label", "username", "email"})
_MALFORMED = frozenset({400, 422})
_FEW_TEXTS = 4  # besides the plainest, where not all are tried
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


def story(stage: Stage) -> Life:
    """Play one whole life: three things, the middle one is changed and deleted."""
    stage.acts = []
    left = stage.create_new("left")
    first = stage.create_new("first")
    right = stage.create_new("right")
    if first.identity is not None:
        shown = first.shown if isinstance(first.shown, Mapping) else {}
        stage.given = {name for name, value in shown.items() if value is not None} - set(first.sent or ())
        location = first.exchange.response.header("Location")
        # It may be relative (RFC 9110 section 10.2.2).
        url = urljoin(first.exchange.request.url, location or "")
        if location and same_host(url, stage.base_url):
            request = Request(
                method="GET",
                url=url,
                credential=stage.credential(stage.operations.get("read", stage.operations["create"])),
                operation=stage.resource.read,
                purpose="follow Location",
            )
            stage.act("location", "first", stage.send(request), identity=first.identity)
        for each in (left, first, right):
            stage.read(each, "after create")
        stage.list("after create")
        _chosen_identity(stage, first)
        _duplicates(stage, first, right)
        _updates(stage, first, (left, right))
        _deletes(stage, first, (left, right))
    for each in (left, right):
        stage.delete(each, "clear")
    return Life(name="story", acts=tuple(stage.acts))


def _unique_members(stage: Stage, sent: Any) -> dict[str, Any]:
    names = [pointer.lstrip("/") for pointer in stage.resource.unique]
    return {name: sent[name] for name in names if isinstance(sent, Mapping) and name in sent}


def _twin(stage: Stage, taken: Mapping[str, Any]) -> None:
    """Try to create a thing with unique values that another one has; without such values nothing is done."""
    if taken:
        second = stage.call("create", body=stage.body(**taken), purpose="create with a value that is taken")
        twin = stage.act("duplicate", "twin", second, sent=taken, identity=stage.identity_of(second))
        stage.delete(twin, "clear")


def _duplicates(stage: Stage, first: Act, right: Act) -> None:
    """Try to take a unique value twice: by creation and by update."""
    taken = _unique_members(stage, first.sent)
    if not taken:
        return
    _twin(stage, taken)
    if "update" in stage.operations and right.identity is not None and stage.update_plan is not None:
        body = {**stage.update_plan.base, **taken}
        exchange = stage.call("update", identity=right.identity, body=body, purpose="update to a taken value")
        stage.act("duplicate", "right", exchange, moment="update", sent=taken, identity=right.identity)
        if 200 <= exchange.response.status < 300:  # give the neighbour its own value back
            stage.call("update", identity=right.identity, body=right.sent, purpose="restore")


def _updates(stage: Stage, first: Act, neighbours: tuple[Act, ...]) -> None:
    plan = stage.update_plan
    if "update" not in stage.operations or plan is None or first.identity is None:
        return
    changed: dict[str, Any] = {name: f"changed {n}" for n, name in enumerate(_changeable(stage, plan))}
    own = _kept_values(stage, plan, first)
    whole = stage.body(plan, **own, **changed)
    _update(stage, first, whole, "whole")
    for name, value in whole.items():
        other = _another(plan, name, value) if name not in own else MISSING
        if other is not MISSING and stage.is_valid(plan.operation, {name: other}):
            _update(stage, first, {name: other}, f"part: {name}")
    for pointer in dict.fromkeys((stage.resource.identity, *stage.resource.immutable)):
        name = pointer.lstrip("/")
        before = resolve_pointer(first.exchange.response.document, pointer)
        if "/" not in name and isinstance(before, str):
            act = _update(stage, first, {**whole, name: _altered(before)}, f"immutable: {name}")
            now = stage.identity_of(act.exchange)
            if now not in {None, first.identity}:
                stage.call("delete", identity=now, purpose="clear what took another identity")
    for each in neighbours:
        stage.read(each, "after update")
    stage.list("after update")


def _kept_values(stage: Stage, plan: BodyPlan, made: Act) -> dict[str, Any]:
    """Return what tells a thing apart without anybody saying so: nobody says either that it may change."""
    return {name: made.sent[name] for name in stage.distinct & set(plan.members) & set(made.sent or ())}


def _update(stage: Stage, first: Act, body: Mapping[str, Any], moment: str) -> Act:
    exchange = stage.call("update", identity=first.identity, body=body, purpose=f"update, {moment}")
    act = stage.act("update", "first", exchange, moment=moment, sent=body, identity=first.identity)
    stage.read(first, f"after update, {moment}")
    return act


def _chosen_identity(stage: Stage, first: Act) -> None:
    """Create with an identity of our own, where the document says that only the server gives it."""
    name = stage.resource.identity.lstrip("/")
    if name not in stage.plan.read_only or first.identity is None:
        return
    members: dict[str, Any] = {name: _altered(first.identity)}
    for other in (pointer.lstrip("/") for pointer in stage.resource.immutable):
        shown = resolve_pointer(first.shown, f"/{other}")
        if other in stage.plan.read_only and isinstance(shown, str):
            members[other] = _altered(shown) if other != name else members[name]
    body = stage.body(**members)
    exchange = stage.call("create", body=body, purpose="choose an identity")
    identity = stage.identity_of(exchange)
    act = stage.act("create-chosen", "chosen", exchange, sent=body, identity=identity)
    stage.delete(act, "clear")


def _changeable(stage: Stage, plan: BodyPlan) -> list[str]:
    own = stage.own_values
    return [
        name for name in plan.texts() if name not in own and (name in plan.base or name in stage.plan.base)
    ]


def _another(plan: BodyPlan, name: str, value: Any) -> Any:
    schema = plan.members.get(name)
    if isinstance(value, str) and name in plan.texts() and isinstance(schema, Mapping):
        return (value + " again")[: schema.get("maxLength", 10**6)]
    if isinstance(value, int) and not isinstance(value, bool):
        return value + 1
    return MISSING


def _altered(text: str) -> str:
    """Change letters and digits but keep the shape of an identity; a moment becomes one four years before."""
    if re.match(r"[12]\d{3}-\d\d-\d\dT", text):
        return f"{int(text[:4]) - 4}{text[4:]}"
    digits = str.maketrans("0123456789abcdef", "123456789abcdef0")
    return text.translate(digits)


def _deletes(stage: Stage, first: Act, neighbours: tuple[Act, ...]) -> None:
    if stage.delete(first) is None:
        return
    stage.read(first, "after delete")
    stage.list("after delete")
    stage.delete(first, "delete-again")
    for each in neighbours:
        stage.read(each, "after delete")


def echoes(stage: Stage, sampler: Sampler = EVERYTHING) -> Iterator[Life]:
    """Create, read and delete one thing per hard value; update one thing through them too.

    Args:
        stage: Where to play.
        sampler: Chooses hard values: other ones for each member, and for updates than for creations.
    """
    members = stage.plan.texts()
    for turn, member in enumerate(members):
        texts = _hard_texts(stage.plan, member, sampler, turn)
        yield from _told_once(stage, member, list(_echoes_of(stage, member, texts)))
    yield from _flagged(stage)
    yield from _updated_echoes(stage, sampler, len(members))


def _flagged(stage: Stage) -> Iterator[Life]:
    """Create one thing for each flag that is set, with each text as short as may be; change and delete it."""
    if stage.resource.inferred:
        return  # which members are the server's own is not said
    for flag in (n for n, schema in stage.plan.members.items() if schema.get("type") == "boolean"):
        for member in (name for name in stage.plan.texts() if name not in stage.owned):
            shortest = "x" * stage.plan.members[member].get("minLength", 0)
            body = stage.body(**{flag: True, member: shortest})
            closed = member in stage.owned or member in stage.own_values
            if closed or not stage.is_valid(stage.plan.operation, body):
                continue
            stage.acts = []
            made = stage.create("first", body)
            stage.read(made, "after create")
            if made.accepted:
                _twin(stage, _unique_members(stage, made.sent))
            changes: list[dict[str, Any]] = [{flag: False, member: "changed"}, {member: "altered"}]
            plan = stage.update_plan if "update" in stage.operations else None
            for change in changes if plan is not None and made.identity is not None else ():
                whole = {**body, flag: False, **change}
                if plan is not None and stage.is_valid(plan.operation, whole):
                    _update(stage, made, whole, f"{flag} off, {change[member]}")
            stage.delete(made)
            stage.read(made, "after delete")
            yield Life(name=f"{flag} and the shortest {member}", acts=tuple(stage.acts))


def _echoes_of(stage: Stage, member: str, texts: Sequence[tuple[str, str]]) -> Iterator[Life]:
    """Play one member; end with the plainest text where the server has a value of its own for it."""
    for name, text in texts:
        members: dict[str, Any] = {member: text}
        body = stage.body(**members)
        if not stage.is_valid(stage.plan.operation, body):
            continue
        stage.acts = []
        made = stage.create("first", body)
        if _is_taken(stage, member, made.exchange):
            continue
        stage.read(made, "after create")
        stage.delete(made, "clear")
        yield Life(name=f"{member}: {name}", acts=tuple(stage.acts))
        if name == _PLAINEST and _is_replaced(stage, made, member):
            return


def _is_replaced(stage: Stage, made: Act, member: str) -> bool:
    """Tell whether an accepted creation shows another value than was sent, or none."""
    secret = any(rule.member == member for rule in stage.plan.secrets)
    return made.accepted and not secret and _another_value(stage, made, member) is not None


def _another_value(stage: Stage, made: Act, member: str) -> Any:
    """Return what is shown instead of a sent value: ``MISSING`` for nothing, ``None`` for the same value."""
    got = resolve_pointer(made.shown, f"/{member}")
    inside = stage.resource.identity.count("/") > 1
    if got is MISSING and (inside or not isinstance(made.shown, Mapping)):
        return None  # the thing stands inside the answer, or is not in it
    return None if got == made.sent[member] else got


def _told_once(stage: Stage, member: str, lives: Sequence[Life]) -> Iterator[Life]:
    """Tell what holds for every text of a member once.

    A member whose schema takes any text may take none, or have a value that the server gives whatever is
    sent. An inferred life cycle promises nothing about members of the server that the document forgot to
    call ``readOnly``, those that were there without having been sent, nor about optional ones that are not
    shown.
    """
    last = lives[-1] if lives else None
    if last and last.name == f"{member}: {_PLAINEST}" and _is_replaced(stage, last.acts[0], member):
        stage.owned.add(member)
        hidden = _another_value(stage, last.acts[0], member) is MISSING
        if not (stage.resource.inferred and (hidden or member in stage.given)):
            yield Life(name=member, acts=last.acts)
        return
    taken = [life for life in lives if life.acts[0].accepted]
    refused = [life for life in lives if not life.acts[0].accepted]
    nothing = all(life.name == f"{member}: empty" for life in taken)  # which may stand for no text at all
    if len(refused) > 1 and nothing:
        stage.owned.add(member)
        yield Life(name=member, acts=refused[0].acts)
        yield from taken if not stage.resource.inferred else ()
    else:
        yield from lives


def _updated_echoes(stage: Stage, sampler: Sampler, turn: int) -> Iterator[Life]:
    plan = stage.update_plan
    if plan is None or "update" not in stage.operations:
        return
    stage.acts = []
    made = stage.create_new("first")
    closed = stage.owned | stage.distinct
    members = [text for text in plan.texts() if made.identity and text not in closed]
    for later, member in enumerate(members):
        for name, text in _hard_texts(plan, member, sampler, turn + later):
            body = {**plan.base, **_kept_values(stage, plan, made), member: text}
            if stage.is_valid(plan.operation, body):
                stage.acts = [stage.acts[0]]
                exchange = stage.call("update", identity=made.identity, body=body, purpose=f"update {member}")
                if _is_taken(stage, member, exchange):
                    continue
                stage.act("update", "first", exchange, moment=member, sent=body, identity=made.identity)
                stage.read(made, "after update")
                yield Life(name=f"{member}: {name}, by update", acts=tuple(stage.acts))
    stage.delete(made, "clear")


def _hard_texts(plan: BodyPlan, member: str, sampler: Sampler, turn: int) -> list[tuple[str, str]]:
    """Return named texts for a member: the plainest, and others."""
    texts = list(hard_texts(plan.members[member]))
    return [*texts[:1], *replace(sampler, turn=turn).some(texts[1:], _FEW_TEXTS)]


def _is_taken(stage: Stage, member: str, exchange: Exchange) -> bool:
    """Tell whether a value that is no name of the run may be taken, by others or by a run that was killed."""
    return member in stage.own_values and exchange.response.status == 409
