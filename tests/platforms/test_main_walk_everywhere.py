"""The main job is the same wherever the departments sit: on Telegram and on Slack, however they bring it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.flows.test_main_walk import OURS, walk
from tests.platforms.offices import OFFICES, office


@pytest.mark.parametrize("name", OFFICES)
async def test_a_notice_goes_in_and_the_ledger_stands(name: str, tmp_path: Path) -> None:
    async with office(name, tmp_path, start=OURS.begins) as stage:
        await walk(stage, OURS)
