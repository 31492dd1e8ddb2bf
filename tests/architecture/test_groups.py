"""Tests of one group run in one process: a browser alone, a played year once."""

from __future__ import annotations

import os

import pytest


@pytest.mark.xdist_group("together")
def test_a_group_is_known_to_whoever_shares_tests_out(request: pytest.FixtureRequest) -> None:
    shared_out = "PYTEST_XDIST_WORKER" in os.environ and request.config.getoption("loadgroup", default=False)
    assert request.node.nodeid.endswith("@together") == bool(shared_out)
    browsers = [each.nodeid for each in request.session.items if "tests/browser/" in each.nodeid]
    assert all(each.endswith("@browser") for each in browsers) or not shared_out
