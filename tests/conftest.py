"""What every test stands on."""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

# Workers are told how wide the terminal of the test run is; commands under test have none.
os.environ.pop("COLUMNS", None)

# Tests run side by side, and beside whatever else the machine does; some take the standard back.
os.environ["RISK_MAX_CONCURRENT_BACKTESTS"] = "10000"

# No deadline: the first call of a rule compiles it, and no test may depend on speed.
settings.register_profile("default", deadline=None)
settings.register_profile(
    "soak",
    deadline=None,
    max_examples=5000,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "default"))
