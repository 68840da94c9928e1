"""The pytest plugin: what `pytest` gains when specproof is installed.

It stays out of the way of every other test run: the document is loaded and the environment is reached only
when a collected test asks for promises, or when one of its options is given.
"""

import gc

_COLLECTS = gc.isenabled()
gc.disable()  # nearly all that an import makes stays: not worth looking through for garbage, now or later

from specproof.plugin.fixtures import prove, send_case  # noqa: E402
from specproof.plugin.hooks import (  # noqa: E402
    pytest_addoption,
    pytest_cmdline_main,
    pytest_collection_finish,
    pytest_collection_modifyitems,
    pytest_configure,
    pytest_generate_tests,
    pytest_pycollect_makeitem,
    pytest_runtest_makereport,
    pytest_sessionfinish,
    pytest_terminal_summary,
    pytest_unconfigure,
)
from specproof.plugin.own_hooks import pytest_plugin_registered  # noqa: E402
from specproof.plugin.workers import (  # noqa: E402
    pytest_configure_node,
    pytest_testnodedown,
    pytest_xdist_make_scheduler,
)

if _COLLECTS:
    gc.freeze()
    gc.enable()

__all__ = [
    "prove",
    "pytest_addoption",
    "pytest_cmdline_main",
    "pytest_collection_finish",
    "pytest_collection_modifyitems",
    "pytest_configure",
    "pytest_configure_node",
    "pytest_generate_tests",
    "pytest_plugin_registered",
    "pytest_pycollect_makeitem",
    "pytest_runtest_makereport",
    "pytest_sessionfinish",
    "pytest_terminal_summary",
    "pytest_testnodedown",
    "pytest_unconfigure",
    "pytest_xdist_make_scheduler",
    "send_case",
]
