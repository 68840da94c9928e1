"""The hooks that a user's ``conftest.py`` may have: what each is asked, when, and what becomes of its answer.

A function of that name in a ``conftest.py`` is enough; it takes those of the arguments that it needs. Where
two files have the same hook, that of the folder further inside is asked first, unless :data:`hookimpl` says
otherwise.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import pluggy

from specproof.environment.server import Environment
from specproof.model.exchange import Exchange, Request
from specproof.model.operation import Operation
from specproof.model.own import OwnFinding

PROJECT = "specproof"
hookspec = pluggy.HookspecMarker(PROJECT)
hookimpl = pluggy.HookimplMarker(PROJECT)  # for tryfirst and trylast; a hook needs no mark


@hookspec(firstresult=True)
def specproof_prepare_request(request: Request, operation: Operation | None) -> Request | None:
    """Change headers or body of a request to the API before it is sent.

    Called for every such request, repeats and clean-up included, in the process that sends it; a request may
    have been prepared before, so replace what you add. The rules of the profile are applied afterwards.

    Args:
        request: As it would be sent, without its credential.
        operation: What it calls; ``None`` where that is no operation of the document.

    Returns:
        ``dataclasses.replace(request, …)`` with other headers or another body; ``None``: as it is. The first
        answer that is not ``None`` counts.
    """


@hookspec(firstresult=True)
def specproof_filter_operation(operation: Operation) -> str | None:
    """Leave an operation out of the run.

    Called once for each operation of the document in each process, before anything is sent.

    Returns:
        Why the operation must not be called; the reports say so. ``None``: it may. The first answer that is
        not ``None`` counts.
    """


@hookspec
def specproof_judge(exchange: Exchange, operation: Operation) -> Iterable[OwnFinding]:  # type: ignore[empty-body]
    """Judge an answer by a rule of your own.

    Called once for each answer of a documented operation, whatever it was asked for, and once more where a
    finding is looked for a second time. What is yielded becomes findings of the promise ``own.checks``.

    Returns:
        What is wrong; nothing where all is well.
    """


@hookspec
def specproof_credentials(environment: Environment) -> Iterable[Mapping[str, object]]:  # type: ignore[empty-body]
    """Obtain credentials that cannot stand in the profile.

    Called in each process when the profile is read, and once more where the environment is looked at before
    the run.

    Returns:
        Tables with the keys of ``[[credentials]]``; they follow those of the profile.
    """
