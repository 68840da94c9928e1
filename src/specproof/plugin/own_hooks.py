"""Find the hooks in the user's files, and ask them."""

from __future__ import annotations

import inspect
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import ModuleType
from typing import Any

import pluggy
import pytest

from specproof.environment.computed import with_computed
from specproof.environment.profile import Profile
from specproof.errors import HookError
from specproof.model.exchange import Exchange
from specproof.model.operation import Operation
from specproof.model.own import OwnFinding
from specproof.plugin import hookspecs
from specproof.strict import hint
from specproof.suite.own import CREDENTIALS, FILTER, JUDGE, PREPARE, Own, telling

_PREFIX = "specproof_"
_KNOWN = (PREPARE, FILTER, JUDGE, CREDENTIALS)
GATHERED = pytest.StashKey["Hooks"]()


@dataclass(slots=True)
class Hooks:
    """What the user's files answer."""

    manager: pluggy.PluginManager
    asked: bool = False  # what comes now comes too late

    def has(self, name: str) -> bool:
        """Tell whether anybody implements a hook."""
        self.asked = True
        return bool(getattr(self.manager.hook, name).get_hookimpls())

    def own(self, operations: Sequence[Operation]) -> Own:
        """Return the user's code as the suite asks it.

        Raises:
            HookError: A hook fails, or gives something else than it should.
        """
        hook = self.manager.hook
        return Own(
            prepare=(
                lambda request, operation: hook.specproof_prepare_request(
                    request=request, operation=operation
                )
            )
            if self.has(PREPARE)
            else None,
            judge=self._judge if self.has(JUDGE) else None,
            left_out=dict(self._left_out(operations)) if self.has(FILTER) else {},
        )

    def _judge(self, exchange: Exchange, operation: Operation) -> Iterator[OwnFinding]:
        for found in self.manager.hook.specproof_judge(exchange=exchange, operation=operation):
            yield from found

    def _left_out(self, operations: Sequence[Operation]) -> Iterator[tuple[str, str]]:
        for operation in operations:
            with telling(FILTER):
                why = self.manager.hook.specproof_filter_operation(operation=operation)
            if why is None:
                continue
            if not isinstance(why, str) or not why.strip():
                raise HookError(f"{FILTER}: gives {why!r} for {operation.label}; return why, or None")
            yield operation.label, f"left out by {FILTER}: {why.strip()}"

    def with_credentials(self, profile: Profile) -> Profile:
        """Return the profile with the credentials that the user's files obtain.

        Raises:
            HookError: A hook fails.
            ProfileError: What it gives is no credential.
        """
        if not self.has(CREDENTIALS):
            return profile
        tables: list[Mapping[str, Any]] = []
        with telling(CREDENTIALS):
            for given in self.manager.hook.specproof_credentials(environment=profile.environment):
                tables += given
        return with_computed(profile, tables, source=CREDENTIALS)


def gather(plugins: pytest.PytestPluginManager) -> Hooks:
    """Return the hooks of pytest's plugins: every ``conftest.py`` that was read so far, and ``-p`` modules.

    Raises:
        HookError: There is a function that is named like a hook and is none, or takes what no hook is given.
    """
    manager = pluggy.PluginManager(hookspecs.PROJECT)
    manager.add_hookspecs(hookspecs)
    for _, plugin in plugins.list_name_plugin():  # those of folders further inside come later
        _register(manager, plugin)
    return Hooks(manager)


def _register(manager: pluggy.PluginManager, plugin: object) -> None:
    names = hook_names(plugin)
    for name in names:
        if name not in _KNOWN:
            raise HookError(
                f"{_file(plugin)}: {name}: there is no such hook{hint(name, _KNOWN)}; "
                f"known: {', '.join(_KNOWN)}"
            )
        function = getattr(plugin, name)
        if not hasattr(function, f"{hookspecs.PROJECT}_impl"):
            hookspecs.hookimpl(function)
    if names:
        try:
            manager.register(plugin)
        except pluggy.PluginValidationError as error:
            raise HookError(f"{_file(plugin)}: {_last_line(error)}") from error


def hook_names(plugin: object) -> list[str]:
    """Return the functions of a module that are named like hooks of ours."""
    if not isinstance(plugin, ModuleType):
        return []
    return [n for n, value in vars(plugin).items() if n.startswith(_PREFIX) and inspect.isfunction(value)]


def _file(plugin: object) -> str:
    return str(getattr(plugin, "__file__", None) or getattr(plugin, "__name__", plugin))


def _last_line(error: Exception) -> str:
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return " ".join(lines[-2:])


def pytest_plugin_registered(plugin: object, manager: pytest.PytestPluginManager) -> None:
    """Take hooks of a ``conftest.py`` that is read while tests are collected, as long as nobody was asked.

    Raises:
        UsageError: The run has begun to ask the others, or the hook is none.
    """
    names, config = hook_names(plugin), manager.get_plugin("pytestconfig")
    hooks = config.stash.get(GATHERED, None) if config is not None and names else None
    if hooks is None:
        return
    if hooks.asked:
        raise pytest.UsageError(
            f"{_file(plugin)}: {names[0]}: this file is read too late for it; put the hook into the "
            "conftest.py of the folder that pytest starts in or is given"
        )
    try:
        _register(hooks.manager, plugin)
    except HookError as error:
        raise pytest.UsageError(str(error)) from error
