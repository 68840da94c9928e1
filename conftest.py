"""Settings for every test run of this repository; no product logic."""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path

CONTRACT = Path(__file__).parent / "tests" / "contract"


def pytest_pycollect_makemodule(module_path: Path) -> None:
    """Load the profile before the first module with properties is imported.

    The tests of the contract are none of these: they run with the settings that they have everywhere, and a
    quick run need not wait until hypothesis is imported.
    """
    if not module_path.is_relative_to(CONTRACT):
        _load_profile()


@cache
def _load_profile() -> None:
    from hypothesis import HealthCheck, settings  # noqa: PLC0415  # see above

    settings.register_profile("default", deadline=None, database=None, derandomize=True, print_blob=False)
    settings.register_profile(
        "nightly", settings.get_profile("default"), max_examples=1000, derandomize=False,
        suppress_health_check=[HealthCheck.too_slow],
    )  # fmt: skip
    settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "default"))
