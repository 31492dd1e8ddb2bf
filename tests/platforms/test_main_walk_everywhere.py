"""The main job is the same wherever the departments sit: on Telegram and on Slack, however they bring it."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from tests.flows.stage import COORDINATION, Stage, shown
from tests.flows.test_main_walk import OURS, walk
from tests.platforms.offices import OFFICES, office


def read(stage: Stage) -> dict[str, list[str]]:
    """Return what the bot said, chat by chat, as it reads now."""
    return {chat: [shown(each) for each in stage.messages(chat)] for chat in (COORDINATION, *OURS.groups)}


@pytest.fixture(scope="module")
def rehearsed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[str]]:
    """Do the job in the rehearsal room; return what was said there."""

    async def rehearse() -> dict[str, list[str]]:
        async with Stage(tmp_path_factory.mktemp("rehearsal"), start=OURS.begins) as stage:
            await walk(stage, OURS)
            return read(stage)

    return asyncio.run(rehearse())


@pytest.mark.parametrize("name", OFFICES)
async def test_a_notice_goes_in_and_the_ledger_stands(
    name: str, tmp_path: Path, rehearsed: dict[str, list[str]]
) -> None:
    async with office(name, tmp_path, start=OURS.begins) as stage:
        await walk(stage, OURS)
        assert read(stage) == rehearsed, "the bot says the same everywhere"
