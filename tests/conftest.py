"""What every test stands on: no network but this machine's own, and chance that can be repeated."""

from __future__ import annotations

import os

import pytest
import pytest_socket
from hypothesis import HealthCheck, settings
from hypothesis.configuration import set_hypothesis_home_dir

LOOPBACK = ["127.0.0.1", "::1"]

set_hypothesis_home_dir(".cache/hypothesis")
settings.register_profile("seeking", deadline=None)
settings.register_profile(
    "steady",
    deadline=None,
    derandomize=True,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile(
    os.environ.get("HYPOTHESIS_PROFILE") or ("steady" if os.environ.get("CI") else "seeking")
)


@pytest.hookimpl(trylast=True)
def pytest_runtest_setup() -> None:
    """Let a test connect to this machine alone, whatever the command line says."""
    pytest_socket.socket_allow_hosts(LOOPBACK, allow_unix_socket=True)
