"""A stop in good order: what was heard is answered, and what cannot end is not waited for."""

from __future__ import annotations

import asyncio
from dataclasses import replace

from bot.platforms.rehearsal.adapter import Step
from tests.flows.stage import COORDINATION, COORDINATOR, Stage, liaison


async def test_what_was_heard_is_answered_before_the_end(stage: Stage) -> None:
    await stage.departments(["发改局", "财政局", "教育局"])
    for name in ("发改局", "财政局", "教育局"):
        stage.room.say(name, liaison(name), "/help")
    await stage.room.acknowledged.until(lambda: not stage.room.waiting())
    await stage.close()
    assert [len(stage.messages(name)) for name in ("发改局", "财政局", "教育局")] == [1, 1, 1]
    await stage.open()
    await stage.settle()
    assert [len(stage.messages(name)) for name in ("发改局", "财政局", "教育局")] == [1, 1, 1]


async def test_a_send_that_does_not_end_is_not_waited_for(stage: Stage) -> None:
    assert stage.office is not None
    begun, never = asyncio.Event(), asyncio.Event()

    async def hang(step: Step, chat: str) -> None:
        begun.set()
        await never.wait()

    stage.platform.before = hang
    stage.room.say(COORDINATION, COORDINATOR, "/help")
    await begun.wait()
    stage.office.settings = replace(stage.office.settings, grace=0.05)
    await stage.close()
    assert stage.messages(COORDINATION) == []
    never.set()
    await stage.open()
    await stage.settle()
