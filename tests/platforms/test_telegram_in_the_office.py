"""The whole program on Telegram: what people say there is answered there, once, whatever the network does."""

from __future__ import annotations

import asyncio
import copy
import shutil
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Any

import pytest

from bot.composition import Office, compose
from bot.settings import FirstCoordinator, Settings
from handlers.command_words import command_words
from storage.database import Database
from storage.terms.clock import SystemClock
from tests.platforms.telegram_fake import Trouble
from tests.platforms.telegram_stage import GROUP, PERSON, TelegramStage, shown, staged, webhook_settings
from tests.platforms.telegram_world import BOT

NEW_GROUP = -1001500000077


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty ledger, laid once."""
    path = tmp_path_factory.mktemp("telegram") / "ledger.sqlite3"

    async def lay() -> None:
        await (await Database.open(path, durable=False)).close()

    asyncio.run(lay())
    return path


@pytest.fixture
def ledger(empty: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(empty, tmp_path))


@pytest.fixture(params=["polling", "webhook"])
async def stage(request: pytest.FixtureRequest) -> AsyncIterator[TelegramStage]:
    options: dict[str, Any] = {"command_words": command_words()}
    if request.param == "webhook":
        options |= {"mode": "webhook", "webhook": webhook_settings()}
    async with staged(**options) as stage:
        yield stage


def office(stage: TelegramStage, ledger: Path) -> AbstractAsyncContextManager[Office]:
    first = FirstCoordinator("telegram", str(PERSON), "王静")
    settings = Settings(coordinators=(first,), durable=False, grace=2.0)
    return compose(ledger, [stage.platform], SystemClock(), settings, strict_texts=True)


def answers(stage: TelegramStage, chat: int = GROUP) -> list[str]:
    """Return the titles of what the bot said in a chat."""
    return [shown(m).title for m in stage.world.chats[chat].messages.values() if m.get("from") is BOT]


async def test_a_group_is_welcomed_and_answered(stage: TelegramStage, ledger: Path) -> None:
    async with office(stage, ledger):
        stage.world.chats[GROUP].bot = "left"
        stage.world.bot_becomes(GROUP, "member", PERSON)
        await stage.fake.until(lambda: len(answers(stage)) == 1)
        await stage.say("/help")
        await stage.fake.until(lambda: len(answers(stage)) == 2)
        await stage.say("@taizhang_bot 帮助")
        await stage.fake.until(lambda: len(answers(stage)) == 3)
    welcome, first, second = answers(stage)
    assert first == second != welcome


async def test_what_is_told_twice_is_answered_once(stage: TelegramStage, ledger: Path) -> None:
    async with office(stage, ledger):
        await stage.say("/help")
        told = copy.deepcopy(stage.world.updates)
        await stage.fake.until(lambda: len(answers(stage)) == 1)
    await stage.restart()
    stage.world.updates[:] = told
    async with office(stage, ledger):
        await stage.say("/帮助")
        await stage.fake.until(lambda: len(answers(stage)) == 2)
    assert len(answers(stage)) == 2


async def test_what_may_have_arrived_is_not_said_again(stage: TelegramStage, ledger: Path) -> None:
    stage.fake.troubles["sendMessage"].append(Trouble("cut after"))
    async with office(stage, ledger) as running:
        await stage.say("/help")
        await stage.fake.until(lambda: len(answers(stage)) == 1)
        await stage.say("/帮助")
        await stage.fake.until(lambda: len(answers(stage)) == 2)
        await running.quiet()
    assert len(stage.fake.sent("sendMessage")) == 2


async def test_a_group_that_moves_is_followed(stage: TelegramStage, ledger: Path) -> None:
    stage.world.chat(-77, "教育局", "group")
    async with office(stage, ledger):
        stage.world.say(-77, PERSON, "/help")
        await stage.fake.until(lambda: len(answers(stage, -77)) == 1)
        stage.world.migrate(-77, NEW_GROUP)
        stage.world.say(NEW_GROUP, PERSON, "/help")
        await stage.fake.until(lambda: len(answers(stage, NEW_GROUP)) == 1)
    assert len(answers(stage, -77)) == 1
