"""Items for tests that want generated requests: one per operation, whose requests are made when it runs.

Making the requests of an operation takes schemathesis up to a second, so that it is not done while pytest
collects: a large document would take minutes, in each worker and each shard again. They do not depend on what
the server answers, so that another process can make them meanwhile.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Sequence
from typing import Any

import pytest

from specproof.model.exchange import Request
from specproof.model.operation import Operation

_PLUGIN = "schemathesis.pytest.plugin"
TOO_QUICK = "requests are generated from depth standard on"


class GeneratedRequests(pytest.Function):
    """The test of one operation; it is called once per generated request."""

    def __init__(
        self,
        *,
        test: Callable[..., object],
        operation: Operation,
        requests: Callable[[GeneratedRequests], Sequence[Request]],
        **given: Any,
    ) -> None:
        """Take the test as it is written, and who makes its requests or has them already."""
        self._test, self._requests = test, requests
        self.operation = operation
        super().__init__(**given)

    def runtest(self) -> None:
        """Call the test with one request after the other, and with the fixtures of this item."""
        wanted = [name for name in inspect.signature(self._test).parameters if name != "case"]
        fixtures = {name: self.funcargs[name] for name in wanted}
        for request in self._requests(self):
            self._test(case=request, **fixtures)

    def run_with(self, parametrized: Any) -> None:
        """Let schemathesis make the test that it would make of a parametrized one, and run it."""
        plugins, collector = self.config.pluginmanager, self.parent
        if not plugins.has_plugin(_PLUGIN) and not plugins.has_plugin("schemathesis"):
            plugins.import_plugin(_PLUGIN)  # it is off where nothing else needs it: importing it takes long
        if not isinstance(collector, pytest.Collector):
            raise TypeError(f"{self.nodeid}: expected to stand in a module or a class")
        made = self.ihook.pytest_pycollect_makeitem(collector=collector, name=self.name, obj=parametrized)
        for item in made.collect():
            item.funcargs = {}
            item.ihook.pytest_pyfunc_call(pyfuncitem=item)


def generated_item(
    collector: pytest.Collector,
    name: str,
    test: Callable[..., object],
    operation: Operation,
    requests: Callable[[GeneratedRequests], Sequence[Request]],
) -> pytest.Item:
    """Return the item that calls a test with every generated request of an operation.

    Args:
        collector: The module or class that the test stands in.
        name: The name of the test.
        test: The test; it takes a ``case``, and fixtures.
        operation: The operation.
        requests: Returns the requests; asked when the item runs.
    """
    item: pytest.Item = GeneratedRequests.from_parent(
        collector,
        name=f"{name}[{operation.label}]",
        callobj=_without_case(test),
        test=test,
        operation=operation,
        requests=requests,
    )
    return item


def skipped_item(collector: pytest.Collector, name: str, test: Callable[..., object]) -> pytest.Item:
    """Return an item that says that no requests are generated at depth quick."""
    item: pytest.Item = pytest.Function.from_parent(collector, name=name, callobj=_without_case(test))
    item.add_marker(pytest.mark.skip(reason=f"not exercised: {TOO_QUICK}"))
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
