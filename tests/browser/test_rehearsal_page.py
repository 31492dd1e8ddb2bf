"""The rehearsal room's page in a real browser, with a bot that only echoes."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect

from bot.platforms.port import Shown, ShownButton, ShownFile
from bot.platforms.rehearsal.adapter import RehearsalPlatform
from bot.platforms.rehearsal.room import Room
from bot.platforms.rehearsal.server import RoomServer
from handlers.events import Action, AnyEvent, Reply
from storage.terms.clock import OFFICE_ZONE, HandClock, office_time
from tests.browser.screens import DESK, PHONE

# One browser serves all tests here, so they share its event loop.
pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]

ITEMS = tuple(
    line for number in range(1, 19) for line in (f"{number} 第{number}项任务", "  责任 · 12月31日前")
)
CARD = Shown(
    "2026年工作要点",
    ("您单位有 18 项", "", *ITEMS),
    ((ShownButton("全部签收", "all", "primary"), ShownButton("不是我们的", "no", "danger")),),
    (ShownFile("清单.xlsx", "application/vnd.ms-excel", b"xlsx"),),
)
TINY = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c63f8cf"
    "c0f01f0005000201ff6b7f0b8d0000000049454e44ae426082"
)


class Controls:
    def __init__(self) -> None:
        self.clock = HandClock(datetime(2026, 3, 2, 9, 0, tzinfo=OFFICE_ZONE))

    def now(self) -> int:
        return self.clock.now()

    async def move_to(self, moment: datetime) -> None:
        self.clock.set(moment)

    async def next_morning(self) -> None:
        self.clock.advance(timedelta(days=1))

    async def next_event(self) -> None:
        """Stay: nothing is due."""


class Stage:
    """A room with a page and an echoing bot."""

    def __init__(self, room: Room, url: str) -> None:
        self.room = room
        self.url = url
        self.platform = RehearsalPlatform(room)

    async def receive(self, event: AnyEvent) -> None:
        if isinstance(event, Action):
            await self.platform.answer(event.event_id, "已签收 18 项")
            await self.platform.edit(event.place.chat, event.message or "", Shown("都签收了", ("谢谢",)))
        if isinstance(event, Reply):
            await self.platform.send(
                event.place.chat, None, Shown("", (f"明白了：{event.text}",)), event.message
            )


@pytest_asyncio.fixture(loop_scope="module")
async def stage() -> AsyncIterator[Stage]:
    controls = Controls()
    with closing(Room(now=controls.now)) as room:
        room.ensure_chat("coord", "协调群")
        room.ensure_chat("g1", "财政局")
        room.ensure_chat("g2", "教育局")
        room.ensure_person("wang", "王敏", "coordinator", ["coord"])
        room.ensure_person("li", "李强", "liaison", ["g1"], department="财政局")
        room.ensure_person("guest", "路人", "stranger", ["g1"])
        server = RoomServer(room, controls)
        stage = Stage(room, await server.start())
        running = asyncio.create_task(stage.platform.run(stage.receive))
        yield stage
        running.cancel()
        await server.stop()


@pytest_asyncio.fixture(loop_scope="module")
async def page(browser: Browser, stage: Stage) -> AsyncIterator[Page]:
    """A page on a desktop; whatever the browser complains of fails the test."""
    page = await browser.new_page(viewport=DESK, locale="zh-CN")
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    await page.goto(stage.url)
    yield page
    await page.close()
    assert complaints == []


async def become(page: Page, account: str) -> None:
    await page.locator("[data-testid=who]:visible").click()
    await page.locator(f"[data-testid=person-item][data-account={account}]").click()


async def test_a_card_is_shown_at_once_and_its_button_works(page: Page, stage: Stage) -> None:
    await become(page, "li")
    await expect(page.get_by_test_id("chat-title")).to_have_text("财政局")
    await stage.platform.send("g1", None, CARD, None)
    await expect(page.get_by_test_id("card-title")).to_have_text("2026年工作要点")
    await expect(page.get_by_test_id("words")).to_contain_text("18 第18项任务")
    await page.get_by_role("button", name="全部签收").click()
    await expect(page.get_by_test_id("toast")).to_have_text("已签收 18 项")
    await expect(page.get_by_test_id("card-title")).to_have_text("都签收了")
    await expect(page.get_by_test_id("card-button")).to_have_count(0)


async def test_a_reply_is_linked_answered_and_corrected(page: Page, stage: Stage) -> None:
    card = await stage.platform.send("g1", None, CARD, None)
    await become(page, "li")
    await page.get_by_test_id("card-title").click()
    await expect(page.get_by_test_id("reply-bar")).to_contain_text("2026年工作要点")
    await page.get_by_test_id("composer-text").fill("1 已完成")
    await page.keyboard.press("Enter")
    await expect(page.get_by_test_id("log")).to_contain_text("明白了：1 已完成")
    mine = page.locator("[data-author=li]")
    await mine.hover()
    await mine.get_by_test_id("message-edit").click()
    await page.get_by_test_id("composer-text").fill("1 六成\n2 完成")
    await page.get_by_test_id("send").click()
    await expect(mine).to_contain_text("已修改")
    await expect(mine.get_by_test_id("words")).to_contain_text("2 完成")
    said = next(message for message in stage.room.messages("g1") if message.author == "li")
    assert (said.reply_to, said.text) == (card, "1 六成\n2 完成")


async def test_files_go_up_and_come_down(page: Page, stage: Stage, tmp_path: Path) -> None:
    await stage.platform.send("g1", None, CARD, None)
    await become(page, "li")
    async with page.expect_download() as coming:
        await page.get_by_test_id("file-chip").click()
    download = await coming.value
    assert download.suggested_filename == "清单.xlsx"
    assert (await download.path()).read_bytes() == b"xlsx"
    picture = tmp_path / "截图.png"
    picture.write_bytes(TINY)
    await page.get_by_test_id("file-input").set_input_files(picture)
    await expect(page.get_by_test_id("pending-file")).to_contain_text("截图.png")
    await page.get_by_test_id("send").click()
    image = page.get_by_test_id("picture").locator("img")
    await expect(image).to_be_visible()
    assert await image.evaluate("async image => { await image.decode(); return image.naturalWidth }") == 1
    assert stage.room.content(stage.room.messages("g1")[-1].files[0].id) == TINY


async def test_words_stay_words(page: Page, stage: Stage) -> None:
    evil = "<img src=x onerror=alert(1)><script>alert(2)</script> javascript:alert(3) https://ok.example/?a=1"
    await stage.platform.send("coord", None, Shown(evil, (f"1 {evil}",), ((ShownButton(evil, "x"),),)), None)
    await expect(page.get_by_test_id("card-title")).to_have_text(evil)
    words = page.get_by_test_id("words")
    await expect(words).to_have_text(f"1 {evil}")
    assert await page.locator("#log script, #log .bubble img").count() == 0
    links = await words.locator("a").evaluate_all("links => links.map(each => each.href)")
    assert links == ["https://ok.example/?a=1"]


async def test_unread_groups_are_counted_until_opened(page: Page, stage: Stage) -> None:
    await stage.platform.send("g2", None, CARD, None)
    await stage.platform.send("g2", None, CARD, None)
    group = page.locator("[data-testid=chat-item][data-chat=g2]")
    await expect(group.get_by_test_id("unread")).to_have_text("2")
    await expect(page).to_have_title(re.compile(r"^\(2\)"))
    await group.click()
    await expect(group.get_by_test_id("unread")).to_have_count(0)
    await page.reload()
    await expect(group).to_be_visible()
    await expect(group.get_by_test_id("unread")).to_have_count(0)


async def test_who_is_not_in_a_group_looks_on_and_can_become_somebody_there(page: Page, stage: Stage) -> None:
    await stage.platform.send("g1", None, CARD, None)
    await page.locator("[data-chat=g1]").click()
    await expect(page.get_by_test_id("outside")).to_contain_text("王敏不在这个群")
    await expect(page.get_by_test_id("composer-text")).to_be_hidden()
    await expect(page.get_by_role("button", name="全部签收")).to_be_disabled()
    await page.locator("[data-testid=become][data-account=guest]").click()
    await expect(page.get_by_test_id("who")).to_contain_text("路人")
    await page.get_by_test_id("composer-text").fill("这是什么群？")
    await page.get_by_test_id("send").click()
    await expect(page.locator("[data-author=guest]")).to_contain_text("这是什么群？")


async def test_the_clock_is_shown_and_moved(page: Page, stage: Stage) -> None:
    now = page.get_by_test_id("clock-now")
    await expect(now).to_have_text("2026年3月2日 星期一 09:00")
    await page.get_by_test_id("clock-morning").click()
    await expect(now).to_have_text("2026年3月3日 星期二 09:00")
    await page.get_by_test_id("clock-event").click()
    await expect(page.get_by_text("后面没有排好的事了")).to_be_visible()
    await page.get_by_test_id("clock-day").click()
    await page.get_by_test_id("clock-moment").fill("2026-06-10T14:30")
    await page.get_by_test_id("clock-go").click()
    await expect(now).to_have_text("2026年6月10日 星期三 14:30")
    await expect(page.get_by_test_id("clock-sheet")).to_be_hidden()
    assert office_time(stage.room.happenings()[-1].at).year == 2026


async def test_on_a_phone_the_groups_come_first_and_nothing_is_cut_off(
    browser: Browser, stage: Stage
) -> None:
    await stage.platform.send("g1", None, CARD, None)
    page = await browser.new_page(viewport=PHONE, has_touch=True, is_mobile=True)
    await page.goto(stage.url)
    await expect(page.get_by_test_id("chat-list")).to_be_visible()
    await become(page, "li")
    await page.locator("[data-chat=g1]").tap()
    await expect(page.get_by_test_id("card-title")).to_be_visible()
    await expect(page.get_by_test_id("chat-list")).to_be_hidden()
    assert await page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]
    box = await page.get_by_role("button", name="全部签收").bounding_box()
    assert box is not None
    assert box["height"] >= 44
    await page.get_by_role("button", name="全部签收").tap()
    await expect(page.get_by_test_id("card-title")).to_have_text("都签收了")
    await page.get_by_test_id("back").tap()
    await expect(page.get_by_test_id("chat-list")).to_be_visible()
    await page.close()


async def test_a_page_finds_the_room_again_when_the_server_is_back(browser: Browser) -> None:
    controls = Controls()
    page = await browser.new_page()
    with closing(Room(now=controls.now)) as room, closing(Room(now=controls.now)) as other:
        for each in (room, other):
            each.ensure_chat("g1", "财政局" if each is room else "教育局")
            each.ensure_person("li", "李强", "liaison", ["g1"])
        server = RoomServer(room, controls)
        port = int((await server.start()).rstrip("/").rpartition(":")[2])
        await page.goto(server.url)
        await expect(page.get_by_test_id("chat-title")).to_have_text("财政局")
        await server.stop()
        await expect(page.get_by_role("alert")).to_be_visible()
        room.say("g1", "li", "断线时说的")
        # The page asks again of itself: the same room goes on, another one is shown from its beginning.
        for served, title in ((room, "财政局"), (other, "教育局")):
            server = RoomServer(served, controls)
            await server.start(port)
            await expect(page.get_by_role("alert")).to_be_hidden(timeout=20_000)
            await expect(page.get_by_test_id("chat-title")).to_have_text(title)
            await expect(page.get_by_test_id("message")).to_have_count(1 if served is room else 0)
            await server.stop()
            await expect(page.get_by_role("alert")).to_be_visible()
    await page.close()
