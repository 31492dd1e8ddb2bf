"""What every test stands on: this machine's own network, none of its owner's settings, repeatable chance."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest
import pytest_socket
from hypothesis import HealthCheck, settings
from hypothesis.configuration import set_hypothesis_home_dir

LOOPBACK = ["127.0.0.1", "::1"]
FOR_TESTS = {"TAIZHANG_FAULTS", "TAIZHANG_PICTURES", "TAIZHANG_REAL_NOTICE", "TAIZHANG_SEEDS"}
FAR_FROM_THE_OFFICE = "America/St_Johns"
"""Half a day behind: who asks for the machine's zone instead of the office's gets another day."""
FOLDERS = Path(__file__).parent

for name in [name for name in os.environ if name.startswith("TAIZHANG_") and name not in FOR_TESTS]:
    del os.environ[name]
os.environ["TZ"] = FAR_FROM_THE_OFFICE
time.tzset()

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


def pytest_itemcollected(item: pytest.Item) -> None:
    """Mark a test by its folder; the browser's run one after another, since a browser fills a machine."""
    match item.path.relative_to(FOLDERS).parts:
        case ("bench", *_):
            item.add_marker("bench")
        case ("browser", *_):
            item.add_marker("browser")
            item.add_marker(pytest.mark.xdist_group("browser"))
        case _:
            pass


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the groups, which one process runs: none is still at work when all others are done."""
    items.sort(key=lambda item: item.get_closest_marker("xdist_group") is None)
