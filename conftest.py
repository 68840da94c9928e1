"""Settings for every test run of this repository; no product logic."""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

settings.register_profile("default", deadline=None, database=None, derandomize=True, print_blob=False)
settings.register_profile(
    "nightly", settings.get_profile("default"), max_examples=1000, derandomize=False,
    suppress_health_check=[HealthCheck.too_slow],
)  # fmt: skip
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "default"))
