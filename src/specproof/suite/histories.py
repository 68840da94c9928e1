"""Histories: steps in any order over several things, by every name and every credential that may."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from specproof.environment.credentials import credentials_for
from specproof.errors import TargetError
from specproof.generate.bodies import hard_texts
from specproof.generate.histories import Plan, Step, explore_plans, plan_case, read_plan
from specproof.generate.sequences import Stage
from specproof.invariants.history import (
    Thing,
    after_update,
    free_breach,
    list_breach,
    reach_breach,
    read_breach,
    taken_breach,
)
from specproof.invariants.members import Known
from specproof.model.exchange import Exchange
from specproof.model.finding import Breach
from specproof.model.operation import Operation
from specproof.suite.session import Suite

_MOST_REQUESTS = {"quick": 120, "standard": 600, "deep": 4000}

_UNDECIDED = frozenset({401, 403, 408, 429})  # nobody knows what became of the request, or it is no news here


class _Undecided(Exception):
    pass


def doors(suite: Suite, stage: Stage) -> list[Stage]:
    """Return the stage as seen through every spelling of the parents, and with another credential.

    The first is the plain one. Another credential is one that is enough for every operation.
    """
    found = [stage]
    for name, spellings in suite.profile.aliases.items():
        if name in stage.path:
            found += [replace(stage, path={**stage.path, name: str(each)}) for each in spellings]
    able = [_able(suite, operation, stage.path) for operation in stage.operations.values()]
    for name in able[0] if able else ():
        first = {stage.credential(operation) for operation in stage.operations.values()}
        if name not in first and all(name in others for others in able):
            found.append(replace(stage, credential=_always(name)))
            break
    return found


def from_afar(suite: Suite, stage: Stage) -> Stage:
    """Return the stage with other spellings of all parents and another credential, where there are such."""
    *_, last = found = doors(suite, stage)
    others = {n: text for door in found for n, text in door.path.items() if text != stage.path[n]}
    return replace(last, path={**stage.path, **others})


def _able(suite: Suite, operation: Operation, path: Mapping[str, str]) -> list[str]:
    schemes = (suite.contract.document.get("components") or {}).get("securitySchemes") or {}
    implications: dict[str, list[str]] = {}
    for scheme in schemes.values():
        implications.update(scheme.get("x-scope-implications") or {})
    found = credentials_for(
        suite.profile, operation.security, schemes=schemes, implications=implications, values=path.values()
    )
    return [c.name for c in found if not c.refused_operations and not c.only and c.scheme != "oauth2"]


def _always(name: str) -> Callable[[Operation], str | None]:
    def credential(_operation: Operation) -> str | None:
        return name

    return credential


@dataclass(kw_only=True)
class Player:
    """Plays plans against the server and against the model, and compares."""

    doors: Sequence[Stage]
    known: Known
    requests_left: int
    counts: dict[str, int] = field(default_factory=dict)  # operation -> how often it was judged
    breaches: list[Breach] = field(default_factory=list)
    trouble: TargetError | None = None
    _things: list[Thing] = field(default_factory=list)
    _evidence: list[Exchange] = field(default_factory=list)

    def play(self, plan: Plan) -> bool:
        """Play one plan with new things, and remove them; tell whether everything held."""
        if self.trouble is not None or self.requests_left <= 0:
            return True
        self._things, self._evidence = [], []
        try:
            for step in plan:
                found = list(self._step(step))
                if found:
                    self.breaches += found[:1]
                    return False
            return True
        except _Undecided:
            return True
        except TargetError as error:
            self.trouble = error
            return True
        finally:
            self._clear()

    def _clear(self) -> None:
        for thing in self._things:
            if thing.alive and self.trouble is None and "delete" in self.doors[0].operations:
                try:
                    self.doors[0].call("delete", identity=thing.identity, purpose="clear")
                except TargetError as error:
                    self.trouble = error

    def _step(self, step: Step) -> Iterator[Breach]:
        stage = self.doors[step.door % len(self.doors)]
        thing = self._things[step.thing % len(self._things)] if self._things else None
        if step.verb == "create":
            self._create(stage, step, stage.body())
        elif step.verb in {"take", "reuse"}:
            yield from self._again(stage, step)
        elif step.verb == "list":
            yield from self._list(stage)
        elif thing is not None and step.verb == "read":
            yield from self._read(stage, thing)
        elif thing is not None and thing.alive and step.verb in {"update", "rename"}:
            yield from self._update(stage, step, thing)
        elif thing is not None and thing.alive and step.verb == "delete" and "delete" in stage.operations:
            answer = self._call(stage, "delete", identity=thing.identity)
            label = stage.operations["delete"].label
            yield from reach_breach(label, thing, "delete", answer, self._evidence)
            thing.alive = not 200 <= answer.response.status < 300

    def _call(self, stage: Stage, verb: str, **more: Any) -> Exchange:
        self.requests_left -= 1
        exchange = stage.call(verb, purpose="a step of a history", **more)
        self._evidence.append(exchange)
        status = exchange.response.status
        if status >= 500 or status in _UNDECIDED:
            raise _Undecided
        return exchange

    def _judged(self, stage: Stage, verb: str) -> str:
        label = stage.operations[verb].label
        self.counts[label] = self.counts.get(label, 0) + 1
        return label

    def _create(self, stage: Stage, step: Step, body: Mapping[str, Any]) -> Exchange:
        name, value = self._value(stage, step)
        other = {**body, name: value} if name else body
        sent = other if stage.is_valid(stage.plan.operation, other) else body
        answer = self._call(stage, "create", body=sent)
        identity = stage.identity_of(answer)
        if identity is not None:
            self._things.append(Thing(identity=identity, members=dict(sent)))
        return answer

    def _value(self, stage: Stage, step: Step) -> tuple[str, Any]:
        """Choose a member that is neither unique nor closed, and a hard value for it."""
        unique = _unique(stage)
        names = [
            name
            for name, schema in stage.plan.members.items()
            if name not in unique and (name in stage.plan.texts() or schema.get("type") == "boolean")
        ]
        if not names:
            return "", None
        name = names[step.member % len(names)]
        if name not in stage.plan.texts():
            return name, bool(step.value % 2)
        values = [text for _, text in hard_texts(stage.plan.members[name])]
        return name, values[step.value % len(values)]

    def _again(self, stage: Stage, step: Step) -> Iterator[Breach]:
        """Create with a unique value that another thing has, or that only a deleted one had."""
        unique = _unique(stage)
        wanted = [thing for thing in self._things if thing.alive == (step.verb == "take")]
        if not unique or not wanted:
            return
        other = wanted[step.thing % len(wanted)]
        taken = {name: other.members[name] for name in unique if name in other.members}
        if set(taken) != unique:
            return
        free = not any(
            thing.alive and any(thing.members.get(name) == value for name, value in taken.items())
            for thing in self._things
        )
        answer = self._create(stage, step, stage.body(**taken))
        label = self._judged(stage, "create")
        if not free:
            yield from taken_breach(label, answer, self._evidence)
        elif not stage.resource.inferred:
            yield from free_breach(label, answer, self._evidence)

    def _update(self, stage: Stage, step: Step, thing: Thing) -> Iterator[Breach]:
        plan = stage.update_plan
        if plan is None or "update" not in stage.operations:
            return
        keeps = stage.resource.keeps_omitted
        if step.verb == "rename":
            changes: dict[str, Any] = {
                name: stage.names.for_member(plan, name, stage.is_valid) for name in _unique(stage)
            }
        else:
            name, value = self._value(stage, step)
            changes = {name: value} if name in plan.members else {}
        body = changes if keeps else {**plan.base, **_kept(stage, thing), **changes}
        if not changes or not stage.is_valid(plan.operation, body):
            return
        answer = self._call(stage, "update", identity=thing.identity, body=body)
        yield from reach_breach(stage.operations["update"].label, thing, "update", answer, self._evidence)
        if 200 <= answer.response.status < 300:
            thing.members = after_update(self.known, thing.members, body, keeps_omitted=keeps)

    def _read(self, stage: Stage, thing: Thing) -> Iterator[Breach]:
        if "read" in stage.operations:
            answer = self._call(stage, "read", identity=thing.identity)
            yield from read_breach(self.known, self._judged(stage, "read"), thing, answer, self._evidence)

    def _list(self, stage: Stage) -> Iterator[Breach]:
        stage.acts = []
        act = stage.list("in a history")
        self.requests_left -= 1
        if act is not None:
            self._evidence.append(act.exchange)
            label = self._judged(stage, "list")
            yield from list_breach(self.known, label, self._things, act.listed, self._evidence)


def _unique(stage: Stage) -> set[str]:
    return {name for pointer in stage.resource.unique if "/" not in (name := pointer.lstrip("/"))}


def _kept(stage: Stage, thing: Thing) -> dict[str, Any]:
    return {name: thing.members[name] for name in _unique(stage) if name in thing.members}


def play_histories(suite: Suite, stage: Stage, known: Known) -> Player:
    """Play generated plans and return what was seen; of the breaches, the last is the shortest."""
    depth = suite.plan.depth
    player = Player(doors=doors(suite, stage), known=known, requests_left=_MOST_REQUESTS[depth])
    key = (suite.contract.title, "plans", stage.resource.create or "")
    found = [plan for case in suite.examples.found(*key) if (plan := read_plan(case)) is not None]
    failing: list[Plan] = []

    def play(plan: Plan) -> bool:
        held = player.play(plan)
        if not held:
            failing.append(plan)
        elif plan in found and player.trouble is None:
            suite.examples.drop(plan_case(plan), *key)
        return held

    explore_plans(play, run_seed=suite.plan.seed, depth=depth, found=found)
    if failing:
        suite.examples.keep(plan_case(min(failing, key=len)), *key)
    return player
