"""Hooks of pytest-xdist: share the promises out, and take in what each process found out."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from specproof.plugin.scheduling import PromiseScheduling
from specproof.plugin.session import SESSION, Session, unpack


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> object | None:
    """Keep together what shares evidence, where promises are asked for and the user chose no other way."""
    session = config.stash[SESSION]
    asked = session.options.explicit or any("contract" in Path(arg).name for arg in config.args)
    if config.option.dist != "load" or not asked:
        return None
    return PromiseScheduling(config, log, apart=session.apart)


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Tell a worker of pytest-xdist how much of the budget is spent."""
    node.workerinput["specproof_spent"] = node.config.stash[SESSION].spent


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any, error: object | None) -> None:
    """Take in what a worker of pytest-xdist found out; a worker that crashed leaves a trouble."""
    session: Session = node.config.stash[SESSION]
    data = getattr(node, "workeroutput", {}).get("specproof")
    if data is not None:
        session.parts.append(unpack(data))
    elif error is not None:
        session.lost_workers += 1
