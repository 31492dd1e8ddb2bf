"""On every platform: the program is killed under load, again and again, and nothing is lost or doubled.

``TAIZHANG_FAULTS`` says how often.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.faults.outside import outside
from tests.platforms.offices import OFFICES

pytestmark = pytest.mark.faults

KILLS = max(3, int(os.environ.get("TAIZHANG_FAULTS", "6")) // 2)


@pytest.mark.parametrize("name", OFFICES)
async def test_killed_under_load(name: str, tmp_path: Path) -> None:
    people = outside(name, tmp_path, seed=len(name))
    async with people.stage:
        await people.begin()
        for _ in range(KILLS):
            await people.live_and_be_killed()
        await people.come_to_rest()
        assert await people.faults() == []
        assert sum(map(len, people.said.values())) > KILLS
