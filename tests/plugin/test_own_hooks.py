"""Which functions are hooks, and what is said about those that are none."""

from __future__ import annotations

import re
from types import ModuleType
from typing import Any

import pytest

from specproof.environment.load import load_profile
from specproof.errors import HookError, ProfileError
from specproof.model.operation import Operation
from specproof.plugin.own_hooks import GATHERED, gather, pytest_plugin_registered

OPERATION = Operation(method="GET", path="/things", pointer="#/paths/~1things/get")


def manager_with(*sources: str) -> pytest.PytestPluginManager:
    """Return a plugin manager with a module for each source, in this order."""
    manager = pytest.PytestPluginManager()
    for number, source in enumerate(sources):
        module = ModuleType(f"conftest_{number}")
        module.__file__ = f"{number}/conftest.py"
        exec(compile(source, module.__file__, "exec"), vars(module))
        manager.register(module, module.__file__)
    return manager


def own(*sources: str) -> Any:
    """Return what these files have to say in a run."""
    return gather(manager_with(*sources)).own([OPERATION])


def test_without_hooks_nobody_is_asked() -> None:
    found = own("x = 1")

    assert (found.prepare, found.judge, found.left_out) == (None, None, {})


def test_a_name_that_is_no_hook_is_an_error_with_the_nearest_one() -> None:
    with pytest.raises(HookError, match=r'^0/conftest.py: specproof_juge: .*did you mean "specproof_judge"'):
        own("def specproof_juge(exchange): ...")


def test_an_argument_that_no_hook_is_given_is_an_error() -> None:
    with pytest.raises(HookError, match=r"^0/conftest.py: .*'response'.*"):
        own("def specproof_judge(response): ...")


def test_the_file_further_inside_is_asked_first() -> None:
    found = own(*(f"def specproof_filter_operation(): return {name!r}" for name in ("outer", "inner")))

    assert found.left_out == {"GET /things": "left out by specproof_filter_operation: inner"}


def test_a_reason_that_is_no_text_is_an_error() -> None:
    with pytest.raises(HookError, match="gives True for GET /things; return why, or None"):
        own("def specproof_filter_operation(operation): return True")


def test_a_hook_that_fails_is_named_with_its_line() -> None:
    with pytest.raises(HookError, match=r"^0/conftest.py:2: specproof_filter_operation: KeyError: 'x'$"):
        own("def specproof_filter_operation(operation):\n    return {}['x']")


class Configured:
    """What our hook needs of pytest's configuration."""

    def __init__(self, manager: pytest.PytestPluginManager) -> None:
        """Gather what is there."""
        self.stash = pytest.Stash()
        self.stash[GATHERED] = gather(manager)
        manager.register(self, "pytestconfig")


def test_hooks_of_a_folder_further_inside_are_taken_as_long_as_nobody_was_asked() -> None:
    manager = manager_with()
    hooks = Configured(manager).stash[GATHERED]
    late = ModuleType("late")
    exec("def specproof_filter_operation(): return 'slow'", vars(late))

    pytest_plugin_registered(late, manager)

    assert hooks.own([OPERATION]).left_out == {"GET /things": "left out by specproof_filter_operation: slow"}


def test_hooks_that_come_too_late_are_refused() -> None:
    """What was asked before them has been answered without them."""
    manager = manager_with()
    Configured(manager).stash[GATHERED].own([OPERATION])
    late = ModuleType("late")
    vars(late).update(specproof_judge=lambda: (), __file__="late/conftest.py")

    with pytest.raises(
        pytest.UsageError, match=r"^late/conftest\.py: specproof_judge: this file is read too late"
    ):
        pytest_plugin_registered(late, manager)


@pytest.mark.parametrize(
    ("table", "message"),
    [
        ({"name": "a", "scheme": "basics"}, 'specproof_credentials: credentials[0].scheme: "basics" is not'),
        ({"name": "known", "scheme": "bearer", "secret": "s3cret"}, '"known" is the name of credentials[0]'),
    ],
    ids=["no scheme", "known name"],
)
def test_what_is_no_credential_is_an_error(tmp_path: Any, table: dict[str, str], message: str) -> None:
    path = tmp_path / "e.toml"
    path.write_text(
        '[environment]\nname = "e"\nbase_url = "http://127.0.0.1:1"\n'
        '[[credentials]]\nname = "known"\nscheme = "bearer"\nsecret = "${S}"\n'
    )
    hooks = gather(manager_with(f"def specproof_credentials(environment): return [{table!r}]"))

    with pytest.raises(ProfileError, match=re.escape(message)) as caught:
        hooks.with_credentials(load_profile(path, environ={"S": "another"}))

    assert "s3cret" not in str(caught.value)
