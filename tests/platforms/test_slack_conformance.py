"""Slack is a platform like the others, by Socket Mode and by HTTP."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from bot.platforms.port import Shown, ShownFile
from bot.platforms.slack.words import escaped, message_id, root_of, ts_of
from tests.platforms.conformance import Conformance
from tests.platforms.slack_fake import BOT, CLOCK, Mode, SlackFake
from tests.platforms.slack_seen import seen

COMMANDS = {"todo", "status"}


class SlackStage:
    chat = "C1"
    account = "U1"

    def __init__(self, fake: SlackFake) -> None:
        self.fake = fake

    async def open(self) -> None:
        self.platform = self.fake.make(commands=COMMANDS, clock=CLOCK)
        await self.fake.attach(self.platform)

    async def say(
        self, text: str = "", *, files: tuple[ShownFile, ...] = (), reply_to: str | None = None
    ) -> str:
        # Slack keeps words with a stroke before them for itself; commands are said to the bot by name.
        words = f"<@{BOT}> {escaped(text[1:])}" if text.startswith("/") else escaped(text)
        thread = None if reply_to is None else root_of(reply_to)
        sent = [(file.name, file.content) for file in files]
        return message_id(await self.fake.say(words, thread=thread, files=sent), thread)

    async def rewrite(self, message: str, text: str) -> None:
        await self.fake.rewrite(self.chat, ts_of(message), escaped(text))

    async def press(self, message: str, token: str) -> None:
        await self.fake.press(self.chat, ts_of(message), token)

    async def seen(self, message: str) -> Shown:
        return seen(self.fake.written[self.chat, ts_of(message)].blocks)

    async def linked(self, message: str) -> str | None:
        return self.fake.written[self.chat, ts_of(message)].thread

    async def restart(self) -> None:
        await self.platform.close()
        await self.open()

    async def close(self) -> None:
        await self.platform.close()
        await self.fake.stop()


async def staged(mode: Mode) -> SlackStage:
    fake = SlackFake(mode)
    await fake.start()
    stage = SlackStage(fake)
    await stage.open()
    return stage


class TestSocketMode(Conformance):
    @pytest.fixture
    async def stage(self) -> AsyncIterator[SlackStage]:
        stage = await staged("socket")
        yield stage
        await stage.close()


class TestHttp(Conformance):
    @pytest.fixture
    async def stage(self) -> AsyncIterator[SlackStage]:
        stage = await staged("http")
        yield stage
        await stage.close()
