"""The whole program on Slack: what people say is answered once, however often Slack tells it."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from bot.composition import Office, compose
from bot.settings import FirstCoordinator, Settings
from storage.database import Database
from storage.terms.clock import HandClock, office_time
from tests.platforms.slack_fake import BOT, NOW, Channel, Mode, Refused, SlackFake, Written

SETTINGS = Settings(coordinators=(FirstCoordinator("slack", "U1", "李强"),), durable=False)


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make an empty ledger once."""
    path = tmp_path_factory.mktemp("slack") / "empty.sqlite3"

    async def make() -> None:
        await (await Database.open(path)).close()

    asyncio.run(make())
    return path


@pytest.fixture
def ledger(tmp_path: Path, empty: Path) -> Path:
    return Path(shutil.copy(empty, tmp_path / "ledger.sqlite3"))


@pytest.fixture(params=["socket", "http"])
async def fake(request: pytest.FixtureRequest) -> AsyncIterator[SlackFake]:
    mode: Mode = request.param
    fake = SlackFake(mode)
    await fake.start()
    yield fake
    await fake.stop()


@asynccontextmanager
async def office(fake: SlackFake, ledger: Path) -> AsyncIterator[Office]:
    platform = fake.make(clock=HandClock(office_time(NOW)))
    await fake.attach(platform)
    try:
        async with compose(ledger, [platform], HandClock(office_time(NOW)), SETTINGS) as running:
            yield running
    finally:
        await platform.close()


def answers(fake: SlackFake) -> list[Written]:
    return [written for written in fake.written.values() if written.user == BOT]


async def test_what_is_told_again_and_again_is_answered_once(fake: SlackFake, ledger: Path) -> None:
    async with office(fake, ledger) as running:
        asked = await fake.say(f"<@{BOT}> 帮助", mentioned_too=True)
        told = fake.pending[0]
        await fake.tell(told.kind, told.payload)
        await fake.slash("帮助")
        await fake.drain()
        await running.quiet()
        assert sorted(written.thread or "" for written in answers(fake)) == ["", asked]
    async with office(fake, ledger) as running:
        await fake.tell(told.kind, told.payload)
        await fake.drain()
        await running.quiet()
    assert len(answers(fake)) == 2


async def test_the_coordination_group_is_told_of_a_message_in_doubt(fake: SlackFake, ledger: Path) -> None:
    async with office(fake, ledger) as running:
        await fake.say(f"<@{BOT}> 本群统筹")
        await fake.drain()
        await running.quiet()
        before = len(answers(fake))
        fake.refuse("chat.postMessage", Refused(cut=True, done=True))
        await fake.say("在吗", channel="D1")
        await fake.drain()
        await running.quiet()
    told = answers(fake)[before:]
    # Said once in private; the doubt is told in the group, and nothing is said again.
    assert [written.channel for written in told] == ["D1", "C1"]


async def test_a_slash_command_where_the_bot_is_not_is_answered_to_whoever_gave_it(
    fake: SlackFake, ledger: Path
) -> None:
    fake.channels["C7"] = Channel("别的频道", {"U1"})
    async with office(fake, ledger) as running:
        await fake.slash("帮助", channel="C7")
        await fake.drain()
        await running.quiet()
    (shown,) = fake.ephemeral
    assert shown["response_type"] == "ephemeral"
    assert shown["blocks"]
    assert answers(fake) == []


async def test_two_who_ask_where_the_bot_is_not_get_each_their_own_answer(
    fake: SlackFake, ledger: Path
) -> None:
    fake.channels["C7"] = Channel("别的频道", {"U1", "U2"})
    async with office(fake, ledger) as running:
        await fake.slash("帮助", channel="C7")
        await fake.slash("未知的命令", channel="C7", user="U2")
        await fake.drain()
        await running.quiet()
    told = dict(fake.toasts)
    assert "没有这个命令" in told["U2"]["text"]
    assert "没有这个命令" not in told["U1"]["text"]
    assert answers(fake) == []
