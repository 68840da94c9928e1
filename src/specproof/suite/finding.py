"""Values for path parameters that nobody gave: looked for in what the list before the parameter answers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from specproof.client.safety import SAFE_METHODS
from specproof.contract.wire import judge_value
from specproof.generate.request import as_text, build_request
from specproof.model.exchange import MISSING, resolve_pointer
from specproof.model.operation import Operation
from specproof.suite.access import NotExercised
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


def find_in_lists(suite: Suite) -> None:
    """Let a run look for values that profile and document do not give."""
    if suite.access.find is None:
        suite.access = replace(suite.access, find=Finder(suite=suite).value)
        suite.book.access = suite.access


@dataclass(kw_only=True)
class Finder:
    """Reads a list once and keeps the first value of each parameter that it shows."""

    suite: Suite
    _found: dict[tuple[str, str], str | None] = field(default_factory=dict)

    def value(self, operation: Operation, name: str) -> str | None:
        """Return a value for a path parameter: of the first item that the path before it lists.

        What is found was there before the run, so it serves what only looks; operations that change something
        get it where nobody else uses the data (``exclusive``).

        Raises:
            TargetError: No answer came, or the environment forbids it.
        """
        if operation.method not in SAFE_METHODS and not self.suite.profile.environment.exclusive:
            return None
        before, mark, _ = operation.path.partition(f"/{{{name}}}")
        lists = self.suite.operations.get(f"GET {before}") if mark else None
        if lists is None or lists.label in self.suite.own.left_out:
            return None
        key = (lists.label, name)
        if key not in self._found:
            self._found[key] = None  # a list that needs what it lists has no value
            self._found[key] = self._first(lists, operation, name)
        return self._found[key]

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
        pointer = self._identity(operation, name)
        for item in items_of(response.document, lists):
            for value in values_in(item, name, pointer):
                if judge_value(self.suite.contract.schemas, parameter, value).valid is not False:
                    return value
        return None

    def _identity(self, operation: Operation, name: str) -> str | None:
        """Return where an item has the value, if a resource of that path says so."""
        beginning = operation.path.partition(f"/{{{name}}}")[0] + f"/{{{name}}}"
        for each in self.suite.contract.operations:
            if each.path == beginning and each.resource is not None and each.resource.parameter == name:
                return each.resource.identity
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
