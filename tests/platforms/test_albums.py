"""Albums on Telegram: each picture comes as an update of its own, and what they say is answered once."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.albums import GATHER_MILLIS
from bot.platforms.port import ShownFile
from storage.records import Evidence, InboxRow, ProgressReport
from storage.records.base import Record
from storage.unit import Unit
from tests.flows import desk
from tests.flows.stage import liaison
from tests.platforms.offices import TelegramOffice

BUREAU = "发改局"
WHOLE = timedelta(milliseconds=GATHER_MILLIS + 100)


def pictures(count: int, content: bytes = b"\xff\xd8 picture") -> list[ShownFile]:
    return [ShownFile(f"{n}.jpg", "image/jpeg", content + bytes([n])) for n in range(count)]


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[TelegramOffice]:
    async with TelegramOffice(tmp_path) as stage:
        await stage.departments([BUREAU])
        await desk.plan(stage, {"公开规划": {BUREAU: desk.LEAD}, "公开预算": {BUREAU: desk.LEAD}})
        await stage.say(BUREAU, liaison(BUREAU), "/待办")
        yield stage


async def count(stage: TelegramOffice, model: type[Record]) -> int:
    found: list[int] = []

    async def work(unit: Unit) -> None:
        found.append(await unit.count(model.all()))

    await stage.work(work)
    return found[0]


async def inbox(stage: TelegramOffice) -> list[str]:
    found: list[str] = []

    async def work(unit: Unit) -> None:
        found.extend(row.status for row in await unit.all(InboxRow.all().order_by("id")))

    await stage.work(work)
    return found


def album(stage: TelegramOffice, text: str, files: list[ShownFile], *, reply: bool = True) -> None:
    """Let the liaison send pictures together, with words under the first."""
    card = stage.messages(BUREAU)[0] if reply else None
    number = int(stage.external(BUREAU))
    answered = None if card is None else int(card.id.split(":")[1])
    account = int(stage.account(liaison(BUREAU)))
    stage.fake.world.say(number, account, text, files=files, reply_to=answered)


async def stored(stage: TelegramOffice) -> None:
    await stage._acknowledged()


async def test_ten_pictures_are_one_report_with_ten_proofs(office: TelegramOffice) -> None:
    album(office, "1 已完成，见照片", pictures(10))
    await stored(office)
    await office.advance(WHOLE)
    assert office.last(BUREAU).text == "已记：1 办结（待审核），附材料10份"
    assert len(office.messages(BUREAU)) == 2
    assert (await count(office, ProgressReport), await count(office, Evidence)) == (1, 10)
    assert await inbox(office) == ["done"] * 11


async def test_an_album_half_told_before_the_end_is_whole_after_it(office: TelegramOffice) -> None:
    world = office.fake.world
    album(office, "1 已完成", pictures(4))
    late = world.updates[2:]
    del world.updates[2:]
    await stored(office)
    await office.kill()
    world.updates += late
    await office.open()
    await stored(office)
    await office.advance(WHOLE)
    assert office.last(BUREAU).text == "已记：1 办结（待审核），附材料4份"
    assert await count(office, ProgressReport) == 1


async def test_an_item_that_comes_too_late_is_more_of_the_same(office: TelegramOffice) -> None:
    world = office.fake.world
    album(office, "1 60%", pictures(3))
    late = world.updates[2:]
    del world.updates[2:]
    await stored(office)
    await office.advance(WHOLE)
    assert "附材料2份" in office.last(BUREAU).text
    world.updates += late
    world._news()
    await stored(office)
    await office.advance(WHOLE)
    assert await inbox(office) == ["done"] * 4


async def test_what_is_said_behind_an_album_is_answered_behind_it(office: TelegramOffice) -> None:
    album(office, "1 60%", pictures(2))
    number, account = int(office.external(BUREAU)), int(office.account(liaison(BUREAU)))
    office.fake.world.say(number, account, "/help")
    await stored(office)
    await office.advance(WHOLE)
    _, first, second = office.messages(BUREAU)
    assert (first.text.startswith("已记"), second.title) == (True, "可以这样用")


async def test_albums_of_two_groups_do_not_wait_for_each_other(office: TelegramOffice) -> None:
    await office.departments(["财政局"])
    album(office, "1 60%", pictures(2))
    await stored(office)
    asked = asyncio.create_task(office.say("财政局", liaison("财政局"), "/help"))
    await office.fake.until(lambda: bool(office.messages("财政局")))
    assert len(office.messages(BUREAU)) == 1
    await office.advance(WHOLE)
    await asked
    assert len(office.messages(BUREAU)) == 2


@pytest.mark.parametrize("at", [0, 1])
async def test_one_secret_caption_refuses_the_album(office: TelegramOffice, at: int) -> None:
    album(office, "", pictures(3))
    office.fake.world.updates[at]["message"]["caption"] = "密级：秘密"
    await stored(office)
    await office.advance(WHOLE)
    assert "密级标志" in office.last(BUREAU).text
    assert len(office.messages(BUREAU)) == 2
    assert await inbox(office) == ["done", "refused", "refused", "refused"]
    assert await count(office, Evidence) == 0


async def test_the_words_under_an_album_can_be_corrected(office: TelegramOffice) -> None:
    album(office, "1 60%", pictures(2))
    told = office.fake.world.updates[-2]["message"]
    await stored(office)
    await office.advance(WHOLE)
    told |= {"caption": "1 80%", "edit_date": told["date"] + 5}
    office.fake.world.tell("edited_message", told)
    await stored(office)
    await office.settle()
    assert office.last(BUREAU).text.startswith("已记：1 80%")


async def test_a_command_with_an_album_has_all_its_files(office: TelegramOffice) -> None:
    album(office, "/导入", pictures(2), reply=False)
    await stored(office)
    await office.advance(WHOLE)
    assert len(office.messages(BUREAU)) == 2
    assert await inbox(office) == ["done"] * 3


async def test_a_lone_item_is_answered_too(office: TelegramOffice) -> None:
    album(office, "1 60%", pictures(2))
    del office.fake.world.updates[-1]
    await stored(office)
    await office.advance(WHOLE)
    assert "附材料1份" in office.last(BUREAU).text
