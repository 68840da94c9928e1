"""Values for path parameters that nobody gave: made by the run, or looked for in the list before them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from specproof.client.safety import SAFE_METHODS
from specproof.contract.wire import judge_value
from specproof.errors import TargetError
from specproof.generate.bodies import BodyPlan
from specproof.generate.request import build_request
from specproof.generate.styles import as_text
from specproof.model.exchange import MISSING, resolve_pointer
from specproof.model.operation import Operation, Resource
from specproof.suite.access import NotExercised
from specproof.suite.referring import with_references
from specproof.suite.scratch import Scratch
from specproof.suite.session import Suite

_IDENTITIES = (
    "id",
    "uuid",
    "key",
    "name",
    "slug",
    "code",
    "number",
)  # what an item is called by, in this order


def find_values(suite: Suite, scratch: Scratch) -> None:
    """Let a run look for values that profile and document do not give."""
    if suite.access.find is None:
        finder = Finder(suite=suite, scratch=scratch)
        suite.access = replace(suite.access, find=finder.value, refer=finder.refer)
        suite.book.access = suite.access


@dataclass(kw_only=True)
class Finder:
    """Makes or finds one value for each parameter, and keeps it."""

    suite: Suite
    scratch: Scratch
    _found: dict[tuple[str, str], str | None] = field(default_factory=dict)

    def value(self, operation: Operation, name: str) -> str | None:
        """Return a value for a path parameter: of a thing that the run makes, else of the first one listed.

        What a list shows was there before the run, so it serves what only looks; operations that change
        something get it where nobody else uses the data (``exclusive``).

        Raises:
            TargetError: No answer came, or the environment forbids it.
        """
        resource = self._resource(operation, name)
        if resource is not None:
            made = self._thing(resource)
            if made is not None:
                return made
        if operation.method not in SAFE_METHODS and not self.suite.profile.environment.exclusive:
            return None
        before, mark, _ = operation.path.partition(f"/{{{name}}}")
        lists = self.suite.operations.get(f"GET {before}") if mark else None
        if lists is None or lists.label in self.suite.own.left_out:
            return None
        changes = operation.method not in SAFE_METHODS
        key = (lists.label, f"{name} to change" if changes else name)
        return self._once(key, lambda: self._first(lists, operation, name))

    def refer(self, plan: BodyPlan) -> BodyPlan:
        """Return a plan whose body names things that the run makes for it.

        Raises:
            TargetError: No answer came, or the environment forbids it.
        """
        return with_references(self.suite.contract, self.suite.profile, plan, self._thing)

    def _thing(self, resource: Resource) -> str | None:
        if not self._makes(resource):
            return None
        return self._once((resource.create or "", resource.parameter), lambda: self._made(resource))

    def _once(self, key: tuple[str, str], look: Callable[[], str | None]) -> str | None:
        if key not in self._found:
            self._found[key] = None  # what needs itself has no value
            try:
                self._found[key] = look()
            except TargetError:
                del self._found[key]
                raise
        return self._found[key]

    def _makes(self, resource: Resource) -> bool:
        """Tell whether a thing can be made here, and removed again."""
        create, client = self.suite.operations.get(resource.create or ""), self.suite.client
        removable = resource.delete in self.suite.operations
        return create is not None and removable and client.writes and client.allows(create.method)

    def _made(self, resource: Resource) -> str | None:
        """Make a thing that nobody else in the run touches: what is inside must not lose it."""
        try:
            return self.scratch.stage(resource, "parents").create_new("parent").identity
        except NotExercised:
            return None

    def _first(self, lists: Operation, operation: Operation, name: str) -> str | None:
        access, parameter = self.suite.access, operation.parameter(name, "path")
        try:
            path = access.parents(lists)
            request = build_request(
                lists,
                base_url=self.suite.client.base_url,
                path=path,
                query=access.required_query(lists),
                credential=access.credential(lists, path),
                purpose=f"a value for {name}",
            )
        except (NotExercised, KeyError):
            return None
        response = self.suite.send(request).response
        if not 200 <= response.status < 300 or parameter is None:
            return None
        resource = self._resource(operation, name)
        pointer = resource.identity if resource is not None else None
        own = {each.username for each in self.suite.profile.credentials}
        spared = own if operation.method not in SAFE_METHODS else set()  # nobody could sign in any more
        for item in items_of(response.document, lists):
            for value in (v for v in values_in(item, name, pointer) if v not in spared):
                if judge_value(self.suite.contract.schemas, parameter, value).valid is not False:
                    return value
        return None

    def _resource(self, operation: Operation, name: str) -> Resource | None:
        """Return the resource whose identity a parameter is, if there is one."""
        beginning = operation.path.partition(f"/{{{name}}}")[0] + f"/{{{name}}}"
        for each in self.suite.contract.operations:
            if each.path == beginning and each.resource is not None and each.resource.parameter == name:
                return each.resource
        return None


def items_of(document: Any, lists: Operation) -> list[Any]:
    """Return the items of a list's answer: where the pages have them, else the body, else its only list."""
    if lists.pagination is not None:
        document = resolve_pointer(document, lists.pagination.items)
    if isinstance(document, dict):
        inside = [value for value in document.values() if isinstance(value, list)]
        return inside[0] if len(inside) == 1 else []
    return document if isinstance(document, list) else []


def values_in(item: Any, name: str, pointer: str | None) -> Iterator[str]:
    """Yield what an item may be called by, the best first.

    Args:
        item: One item of a list: an object, or the value itself.
        name: Of the parameter: ``thing_id``.
        pointer: Where the value is, if that is known.
    """
    if pointer is not None:
        candidates = [resolve_pointer(item, pointer)]
    elif isinstance(item, dict):
        plain = {_plain(str(member)): value for member, value in item.items()}
        wanted = _plain(name)
        ending = max((each for each in _IDENTITIES if wanted.endswith(each)), key=len, default=wanted)
        candidates = [plain[member] for member in dict.fromkeys((wanted, ending)) if member in plain]
    else:
        candidates = [item]
    for value in candidates:
        if (
            value is not MISSING
            and isinstance(value, str | int)
            and not isinstance(value, bool)
            and value != ""
        ):
            yield as_text(value)


def _plain(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.lower())
