"""What people and other programs send wrongly, on Telegram: told in a sentence, and nothing else happens."""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from bot.platforms.port import ShownFile
from tests.flows import desk
from tests.flows.stage import COORDINATION, COORDINATOR, Stage, liaison
from tests.platforms.offices import TelegramOffice
from tests.platforms.telegram_world import ANONYMOUS

BUREAU = "发改局"
EMOJI = "\U0001f600"
CHANNEL = {"id": 136817688, "is_bot": True, "first_name": "Channel", "username": "Channel_Bot"}


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[TelegramOffice]:
    async with TelegramOffice(tmp_path) as stage:
        await stage.departments([BUREAU])
        await desk.plan(stage, {"公开规划": {BUREAU: desk.LEAD}})
        await stage.say(BUREAU, liaison(BUREAU), "/待办")
        yield stage


def ledger(office: Stage) -> dict[str, Any]:
    """Return what the ledger holds of the work, its traffic apart."""
    tables = ("assignment", "milestone", "progress_report", "evidence", "extension", "transfer", "audit")
    with closing(sqlite3.connect(f"file:{office.database_path}?mode=ro", uri=True)) as raw:
        return {table: raw.execute(f"SELECT * FROM {table}").fetchall() for table in tables}


async def test_a_message_of_4096_emoji_is_taken_and_answered(office: TelegramOffice) -> None:
    card = office.last(BUREAU)
    await office.say(BUREAU, liaison(BUREAU), EMOJI * 4096, reply_to=card)
    assert len(office.messages(BUREAU)) >= 2
    await office.say(BUREAU, liaison(BUREAU), f"1 60%，{EMOJI * 4000}", reply_to=card)
    assert "60%" in office.last(BUREAU).text
    await office.say(COORDINATION, COORDINATOR, f"/进度 {EMOJI * 4000}")
    assert office.messages(COORDINATION)


async def test_a_file_beyond_the_limit_is_not_even_fetched_and_told(office: TelegramOffice) -> None:
    world = office.fake.world
    big = ShownFile("大文件.zip", "application/zip", b"x")
    await office._say(BUREAU, liaison(BUREAU), "1 60%", [big], office.last(BUREAU).id)
    world.updates[-1]["message"]["document"]["file_size"] = 21 * 1024 * 1024
    await office.settle()
    said = "\n".join(message.text for message in office.messages(BUREAU))
    assert "“大文件.zip”太大（最多20MB），没有收下，请压缩后再发或改发链接" in said
    assert office.fake.sent("getFile") == []


@pytest.mark.parametrize("data", ["another-bots-data", "", "x" * 64, "0.0", "…" * 20])
async def test_the_button_of_another_bot_changes_nothing(office: TelegramOffice, data: str) -> None:
    before = ledger(office)
    number = office._number(BUREAU)
    card = int(office.last(BUREAU).id.split(":")[1])
    query = office.fake.world.press(number, int(office.account(liaison(BUREAU))), card, data)
    await office.settle()
    assert ledger(office) == before
    assert len(office.messages(BUREAU)) == 1
    assert office.fake.world.toasts[query], "the button does not wait on for ever"


@pytest.mark.parametrize("sender", [ANONYMOUS, CHANNEL], ids=["anonymous", "channel"])
@pytest.mark.parametrize("words", ["1 已完成", "/延期 1 7月15日 等文件", "/待办", "/导入"])
async def test_nothing_is_credited_to_nobody(
    office: TelegramOffice, sender: dict[str, Any], words: str
) -> None:
    before = ledger(office)
    number, card = office._number(BUREAU), int(office.last(BUREAU).id.split(":")[1])
    world = office.fake.world
    reply = world.chats[number].messages[card] if words.startswith("1") else None
    said = {"from": sender, "sender_chat": world.chats[number].told(), "text": words}
    world._said(number, said | ({"reply_to_message": reply} if reply else {}))
    await office.settle()
    assert ledger(office) == before


async def test_an_old_card_that_cannot_be_shown_any_more_still_takes_a_press(office: TelegramOffice) -> None:
    number, account = office._number(BUREAU), int(office.account(liaison(BUREAU)))
    card = office.last(BUREAU)
    button = card.buttons[0]
    office.fake.world.press(number, account, int(card.id.split(":")[1]), button.token, shown=False)
    await office.settle()
    assert "已签收" in (office.toast(liaison(BUREAU)) or ""), button.label
