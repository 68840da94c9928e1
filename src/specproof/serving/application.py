"""Find the application that a profile names, and how it is called."""

from __future__ import annotations

import importlib
import inspect
import os
import sys
from collections.abc import Callable
from typing import Any


class UnusableError(Exception):
    """There is no such application; the text says why, and what can be done."""


def find_application(target: str) -> Callable[..., Any]:
    """Return what ``package.module:name`` means; the name may have dots.

    Modules are looked for in the current folder first.

    Raises:
        UnusableError: The module cannot be imported, has no such name, or what it is cannot be called.
    """
    module_name, _, name = target.partition(":")
    if os.getcwd() not in sys.path:
        sys.path.insert(0, os.getcwd())
    found: Any = _imported(module_name)
    for step in name.split("."):
        if not hasattr(found, step):
            raise UnusableError(f"{module_name} has no {name}; name the application that it makes")
        found = getattr(found, step)
    if not callable(found):
        raise UnusableError(
            f"is of type {type(found).__name__}, which cannot be called; name the application"
        )
    return found  # type: ignore[no-any-return]


def _imported(name: str) -> Any:
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError as error:
        if error.name and (name == error.name or name.startswith(f"{error.name}.")):
            raise UnusableError(
                f"there is no module {error.name}; start where it lies, or install it beside specproof"
            ) from error
        raise UnusableError(f"{name} cannot be imported: {error}") from error
    except Exception as error:  # whatever the module does when it is imported
        said = " ".join(str(error).split())
        raise UnusableError(f"{name} cannot be imported: {type(error).__name__}: {said}") from error


def interface_of(application: Callable[..., Any]) -> str:
    """Tell how an application is called: ``asgi`` with three arguments or ``wsgi`` with two.

    Raises:
        UnusableError: It shows neither.
    """
    call = application if inspect.isroutine(application) else type(application).__call__
    if inspect.iscoroutinefunction(call):
        return "asgi"
    try:
        parameters = inspect.signature(application).parameters.values()
    except (TypeError, ValueError):
        parameters = ()  # type: ignore[assignment]
    by_place = {inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD}
    needed = sum(p.kind in by_place and p.default is p.empty for p in parameters)
    found = {2: "wsgi", 3: "asgi"}.get(needed)
    if found is None:
        raise UnusableError('does not show whether it is ASGI or WSGI; add interface = "asgi" or "wsgi"')
    return found
