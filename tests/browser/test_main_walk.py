"""The main job in a browser: real buttons, words typed, files sent and taken, in the rehearsal room."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from openpyxl import load_workbook
from playwright.async_api import Browser, Locator, Page, expect

from bot import rehearsing
from bot.platforms.rehearsal.server import RoomServer
from bot.sample import sample_notice
from bot.settings import Settings
from tests.browser.screens import DESK, PHONE, SCALE, WIDE, picture

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]

TITLE = "云岭市2026年政务公开工作要点"
OFFICE, LIAISON = "王静", "发改局"
REPORT = "1 已完成，发布12条 2 60%，预计11月底 3 无进展"
CORRECTED = "1 已完成，发布15条 2 70%，预计11月底 3 正在核实"


@asynccontextmanager
async def room(database: Path, port: int = 0) -> AsyncIterator[str]:
    """Open the rehearsal room as `taizhang rehearse` does; give its address."""
    plan = rehearsing.prepare(None, None, database, None)
    async with rehearsing.rehearsal(plan, Settings()) as (_, opened, clock):
        server = RoomServer(opened, clock)
        try:
            yield await server.start(port)
        finally:
            await server.stop()


class Visitor:
    """Whoever sits at the page: sees what it shows, presses and types what a person would."""

    def __init__(self, page: Page) -> None:
        self.page = page

    async def becomes(self, words: str) -> None:
        """Choose who to be by a name or a department; their first group is opened."""
        await self.page.locator("[data-testid=who]:visible").click()
        await self.page.get_by_test_id("people-filter").fill(words)
        await self.page.get_by_test_id("person-item").first.click()
        await expect(self.page.locator("[data-testid=who]:visible")).to_contain_text(words)

    @property
    def last(self) -> Locator:
        """The newest message of the bot."""
        return self.page.locator("[data-author=bot]").last

    @property
    def handed(self) -> Locator:
        """The card that handed the items out."""
        return self.page.locator("[data-author=bot]", has_text="年政务公开交办").first

    async def sees(self, *words: str) -> None:
        """Wait until the newest message of the bot says all this."""
        for each in words:
            await expect(self.last).to_contain_text(each)

    async def number_of(self, title: str) -> int:
        """Return the number of an item on the card that handed it out."""
        line = self.handed.locator(".line", has_text=title)
        return int((await line.locator(".number").inner_text()).strip(" ."))

    async def toast(self, words: str) -> None:
        """Wait for a short answer."""
        await expect(self.page.get_by_test_id("toasts")).to_contain_text(words)

    async def presses(self, label: str) -> None:
        """Press the newest button of these words, and wait until it is at rest again."""
        button = self.page.get_by_test_id("card-button").get_by_text(label, exact=True).last
        await button.click()
        await expect(self.page.locator("[data-testid=card-button][aria-busy=true]")).to_have_count(0)

    async def says(self, words: str, *, to: Locator | None = None, file: Path | None = None) -> None:
        """Type words and send them, in reply to a message where one is given."""
        if to is not None:
            await to.hover()
            await to.get_by_test_id("message-reply").click()
            await expect(self.page.get_by_test_id("reply-bar")).to_be_visible()
        if file is not None:
            await self.page.get_by_test_id("file-input").set_input_files(file)
            await expect(self.page.get_by_test_id("pending-file")).to_contain_text(file.name)
        await self.page.get_by_test_id("composer-text").fill(words)
        await self.page.get_by_test_id("send").click()
        await expect(self.page.get_by_test_id("composer-text")).to_have_value("")

    async def edits(self, words: str) -> None:
        """Let the newest message of one's own read otherwise."""
        mine = self.page.locator(".msg.mine").last
        await mine.hover()
        await mine.get_by_test_id("message-edit").click()
        await self.page.get_by_test_id("composer-text").fill(words)
        await self.page.get_by_test_id("send").click()
        await expect(mine).to_contain_text("已修改")


async def test_a_plan_is_handed_out_answered_and_exported(browser: Browser, tmp_path: Path) -> None:
    database = tmp_path / "rehearsal.sqlite3"
    page = await browser.new_page(viewport=DESK, locale="zh-CN")
    visitor = Visitor(page)
    async with room(database) as address:
        await page.goto(address)
        await bring_the_notice(visitor, tmp_path)
        await settle_doubts(visitor)
        await hand_out(visitor)
        await report(visitor)
        await look_on_a_phone(browser, page.url, tmp_path)
        port = int(address.rstrip("/").rpartition(":")[2])
    await expect(page.get_by_role("alert")).to_be_visible()
    async with room(database, port):
        await expect(page.get_by_role("alert")).to_be_hidden(timeout=20_000)
        await review(visitor)
        await ask_and_grant(visitor)
        await give_away(visitor)
        await export(visitor, tmp_path)
        await look_at_a_desk(browser, page.url, tmp_path)
    await page.close()


async def bring_the_notice(visitor: Visitor, folder: Path) -> None:
    """Give up the draft that the room opened with, and bring the notice by hand."""
    await expect(visitor.page.locator("[data-testid=who]:visible")).to_contain_text(OFFICE)
    await visitor.presses("作废草稿")
    await visitor.sees(f"作废草稿“{TITLE}”？")
    await visitor.presses("作废草稿")
    await visitor.sees("已作废")
    file = folder / f"{TITLE}.txt"
    file.write_bytes(sample_notice())
    await visitor.says("/导入", file=file)
    await visitor.sees("第1/4问")
    await expect(visitor.page.get_by_test_id("card-title").nth(-2)).to_have_text(f"已读出：{TITLE}")
    await picture(visitor.page, "notice", folder)


async def settle_doubts(visitor: Visitor) -> None:
    """Answer what the notice leaves open, by buttons and by words."""
    await visitor.sees("名录里没有“市场监督局”")
    await visitor.presses("市市场监督管理局")
    await visitor.sees("“各有关部门”指哪些单位？")
    await visitor.says("应急局、卫健局、税务局", to=visitor.last)
    await visitor.presses("确认3个")
    await visitor.sees("这一项没有写明责任单位")
    await visitor.says("融媒体中心、税务局牵头，各部门落实", to=visitor.last)
    await visitor.sees("没有写时限")
    await visitor.presses("都按年底")
    await visitor.sees("问题都答完了")


async def hand_out(visitor: Visitor) -> None:
    """Put the plan to work; one department confirms what it got, the other groups have theirs."""
    await visitor.presses("确认启用")
    await visitor.sees(f"启用“{TITLE}”？", "25项要点", "发给20个单位，共20个群")
    await visitor.presses("确认，发出")
    await visitor.sees("已启用", "卡片发出20张")
    unread = visitor.page.get_by_test_id("unread")
    await expect(unread).to_have_count(20)
    await visitor.becomes(LIAISON)
    await visitor.sees("发改局：2026年政务公开交办18项")
    await visitor.presses("全部签收")
    await visitor.toast("已签收18项")
    await visitor.sees("18项已全部签收")


async def report(visitor: Visitor) -> None:
    """Report on three items in one reply, and correct it."""
    await visitor.says(REPORT, to=visitor.handed)
    await visitor.sees("已记：1 办结（待审核）；2 60%，预计11月30日；3 无进展")
    await visitor.edits(CORRECTED)
    await visitor.sees("已记：1 办结（待审核）；2 70%，预计11月30日；3 正在核实")


async def review(visitor: Visitor) -> None:
    """Send the submission back with a reason and a day; approve it when it comes again."""
    await visitor.becomes(OFFICE)
    await visitor.says("/审核")
    await visitor.sees("发改局申请办结", "发布15条")
    await visitor.presses("退回")
    await visitor.sees("写明退回发改局第1项")
    await visitor.says("缺少佐证材料，7月15日前", to=visitor.last)
    await visitor.sees("已退回发改局第1项“做好规划信息公开”，7月15日到期")
    await visitor.becomes(LIAISON)
    await visitor.sees("“做好规划信息公开”退回，时限改为7月15日到期。原因：缺少佐证材料")
    await visitor.says("1 已完成 https://www.example.gov.cn/gh/1.html", to=visitor.handed)
    await visitor.sees("已记：1 办结（待审核），附材料1份")
    await visitor.becomes(OFFICE)
    await visitor.sees("发改局申请办结", "https://www.example.gov.cn/gh/1.html")
    await visitor.presses("通过")
    await visitor.toast("已通过1项：发改局第1项")


async def ask_and_grant(visitor: Visitor) -> None:
    """Ask for more time, and get it."""
    await visitor.becomes(LIAISON)
    await visitor.sees("“做好规划信息公开”已同意办结")
    number = await visitor.number_of("开展政府开放活动")
    await visitor.says(f"/延期 {number} 10月20日 场馆正在改造")
    await visitor.sees("延到10月20日，原因：场馆正在改造")
    await visitor.becomes(OFFICE)
    await visitor.sees("发改局申请延期", "申请延到10月20日（现为9月30日到期）")
    await visitor.presses("同意")
    await visitor.toast("已同意发改局第21项“开展政府开放活动”延到10月20日")


async def give_away(visitor: Visitor) -> None:
    """Say that an item is not ours; the office gives it to somebody else."""
    await visitor.becomes(LIAISON)
    await visitor.sees("“开展政府开放活动”的延期已同意")
    await visitor.presses("不属本单位")
    await visitor.sees("哪一项不属本单位？")
    await visitor.presses("第3项")
    await visitor.sees("不属本单位：3. 加大惠企政策公开力度")
    await visitor.says("机构改革后职责已划转", to=visitor.last)
    await visitor.sees("已转告统筹人员")
    await visitor.becomes(OFFICE)
    await visitor.sees("发改局反映不属本单位职责")
    await visitor.presses("改派")
    await visitor.sees("写接办单位的名称")
    await visitor.says("审批局", to=visitor.last)
    await visitor.sees("已由发改局改派给审批局")
    await visitor.becomes("审批局")
    await visitor.sees("加大惠企政策公开力度")


async def export(visitor: Visitor, folder: Path) -> None:
    """Take the ledger as a workbook, and read it."""
    await visitor.becomes(OFFICE)
    await visitor.says("/台账")
    chip = visitor.last.get_by_test_id("file-chip")
    await expect(chip).to_contain_text("2026年政务公开工作台账_20260302.xlsx")
    async with visitor.page.expect_download() as coming:
        await chip.click()
    taken = folder / (await coming.value).suggested_filename
    await (await coming.value).save_as(taken)
    items, replies = load_workbook(taken).worksheets
    ours = [row for row in items.values if "市发展和改革局" in row]
    states = {str(row[2]): (row[7], str(row[6])[:10]) for row in ours}
    assert states["做好规划信息公开"] == ("已办结", "2026-07-15")
    assert states["推进重大项目信息公开"] == ("办理中", "2026-12-31")
    assert states["加大惠企政策公开力度"][0] == "撤销"
    assert states["开展政府开放活动"] == ("办理中", "2026-10-20")
    assert [row[6] for row in replies.values if "市发展和改革局" in row] == [
        "已完成，发布12条",
        "60%，预计11月底",
        "无进展",
        "已完成，发布15条",
        "70%，预计11月底",
        "正在核实",
        "已完成",
    ]
    await picture(visitor.page, "export", folder)


async def look_at_a_desk(browser: Browser, address: str, folder: Path) -> None:
    """See a short card with its report and the line that answers it, all at once."""
    page = await browser.new_page(viewport=WIDE, device_scale_factor=SCALE, locale="zh-CN")
    visitor = Visitor(page)
    await page.goto(address.partition("#")[0])
    await visitor.becomes("税务局")
    await visitor.presses("全部签收")
    await visitor.says(REPORT, to=visitor.handed)
    await visitor.sees("已记：1 办结（待审核）；2 60%，预计11月30日；3 无进展")
    await expect(visitor.handed.get_by_test_id("card-title")).to_be_in_viewport()
    await picture(page, "rehearsal-room", folder)
    await page.close()


async def look_on_a_phone(browser: Browser, address: str, folder: Path) -> None:
    """See the department's card, the office's summary and the list of groups on a phone."""
    page = await browser.new_page(viewport=PHONE, has_touch=True, is_mobile=True, locale="zh-CN")
    visitor = Visitor(page)
    await page.goto(address.partition("#")[0])
    await expect(page.get_by_test_id("chat-item")).to_have_count(22)
    await picture(page, "phone-groups", folder)
    await visitor.becomes(LIAISON)
    await page.get_by_test_id("chat-item").get_by_text("发改局政务公开群").tap()
    await visitor.sees("已记：1 办结（待审核）")
    await fits(page)
    await picture(page, "phone", folder)
    await visitor.handed.get_by_test_id("card-title").scroll_into_view_if_needed()
    await picture(page, "phone-card", folder)
    await page.get_by_test_id("back").tap()
    await visitor.becomes(OFFICE)
    await page.get_by_test_id("chat-item").get_by_text("政务公开统筹群").tap()
    await visitor.sees("发改局申请办结")
    await fits(page)
    await picture(page, "phone-office", folder)
    await page.close()


async def fits(page: Page) -> None:
    """Hold that nothing is wider than the screen, and that buttons are large enough for a thumb."""
    width = await page.evaluate("document.documentElement.scrollWidth")
    assert width == PHONE["width"]
    for button in await page.get_by_test_id("card-button").all():
        box = await button.bounding_box()
        assert box is not None
        assert box["height"] >= 44
        assert box["x"] + box["width"] <= PHONE["width"]
