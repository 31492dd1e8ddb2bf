"""The main job against an emulator of the Bot API that others wrote, as far as it goes there."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.flows.stage import COORDINATION
from tests.flows.test_main_walk import OURS, REPORT, Walk, workbook
from tests.platforms.emulator import EmulatedOffice, EmulatedWebhookOffice


@pytest.mark.parametrize("kind", [EmulatedOffice, EmulatedWebhookOffice])
async def test_the_job_is_done_up_to_the_first_edit(kind: type[EmulatedOffice], tmp_path: Path) -> None:
    """A file comes in, doubts are settled by buttons and replies, cards change, a workbook goes out."""
    async with kind(tmp_path, start=OURS.begins) as stage:
        for department, names in OURS.departments.items():
            await stage.departments(names.split(), department)
        walk = Walk(stage, OURS)
        await walk.bring_the_notice()
        await walk.hand_out()
        said = await walk.theirs.says(REPORT, to=walk.card)
        assert stage.answers(walk.theirs.last, said)
        assert walk.theirs.last.text == "已记：1 办结（待审核）；2 60%，预计11月30日；3 无进展"
        await walk.office.says("/进度")
        await walk.office.says("/台账")
        items, _ = workbook(stage, stage.last(COORDINATION))
        assert items["A1"].value == f"{walk.title}工作台账"
        refused = [each for each in stage.emulator.refused if each["method"] != "getUpdates"]
        assert refused == []
        assert stage.emulator.menus
