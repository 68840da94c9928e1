"""Items for tests that want generated requests: one per operation, whose requests are made when it runs.

Making the cases of an operation takes schemathesis up to a second, so that it is not done while pytest
collects: a large document would take minutes, in each worker and each shard again.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from typing import Any, Protocol

import pytest

from specproof.generate.cases import parametrize
from specproof.model.operation import Operation

MAKING = pytest.StashKey[set[str]]()


class _Schema(Protocol):
    def include(self, *, path: str, method: str) -> Any: ...


class GeneratedRequests(pytest.Function):
    """The test of one operation; it is called once per generated case."""

    def __init__(
        self,
        *,
        test: Callable[..., object],
        schema: Callable[[], _Schema],
        operation: Operation,
        **given: Any,
    ) -> None:
        """Take the test as it is written, and what its cases are made of."""
        self._test, self._schema, self._operation = test, schema, operation
        super().__init__(**given)

    def runtest(self) -> None:
        """Let schemathesis make the real test, and call that with the fixtures of this one."""
        chosen = self._schema().include(path=self._operation.path, method=self._operation.method)
        collector = self.parent
        if not isinstance(collector, pytest.Collector):
            raise TypeError(f"{self.nodeid}: expected to stand in a module or a class")
        collector.stash.setdefault(MAKING, set()).add(self.name)
        made = self.ihook.pytest_pycollect_makeitem(
            collector=collector, name=self.name, obj=parametrize(chosen)(self._test)
        )
        for item in made.collect():
            item.funcargs = self.funcargs
            item.ihook.pytest_pyfunc_call(pyfuncitem=item)


def generated_item(
    collector: pytest.Collector,
    name: str,
    test: Callable[..., object],
    schema: Callable[[], _Schema],
    operation: Operation,
) -> pytest.Item:
    """Return the item that calls a test with every case of an operation.

    Args:
        collector: The module or class that the test stands in.
        name: The name of the test.
        test: The test; it takes a ``case``, and fixtures.
        schema: Returns the document as schemathesis generates from it; asked when the item runs.
        operation: The operation.
    """
    item: pytest.Item = GeneratedRequests.from_parent(
        collector,
        name=f"{name}[{operation.label}]",
        callobj=_without_case(test),
        test=test,
        schema=schema,
        operation=operation,
    )
    return item


def _without_case(test: Callable[..., object]) -> Callable[..., object]:
    """Return a stand-in that has the fixtures and marks of the test, but asks pytest for no ``case``."""

    @functools.wraps(test)
    def stand_in(**_: object) -> None:
        raise AssertionError("the item calls the test itself")  # pragma: no cover

    signature = inspect.signature(test)
    wanted = [each for each in signature.parameters.values() if each.name != "case"]
    stand_in.__signature__ = signature.replace(parameters=wanted)  # type: ignore[attr-defined]
    return stand_in
