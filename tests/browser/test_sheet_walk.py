"""A coordinator's walk in a browser: a Word table, its doubt, the draft corrected in a sheet, handed out."""

from __future__ import annotations

from pathlib import Path

import pytest
from openpyxl import load_workbook
from playwright.async_api import Browser, expect

from tests.browser.screens import DESK, PHONE, picture
from tests.browser.test_main_walk import Visitor, room
from tests.corpus.files import docx_of

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]

NAME = "云岭市2026年优化营商环境任务分解表"
TABLE = (
    NAME,
    "2026年3月2日",
    "|序号|重点领域|工作任务|牵头单位|配合单位|完成时限|",
    "|1|市场准入|推行开办企业一网通办|审批局|税务局|6月底前|",
    "|2|^|压减办理材料三成|审批局|财政局、市场监督局|视情况|",
    "|3|法治保障|开展涉企执法检查|司法局|/|第三季度|",
)


def correct(file: Path) -> None:
    """Give the second item a time limit and leave the third out, as at a desk."""
    book = load_workbook(file)
    sheet = book.active
    assert sheet is not None
    rows = list(sheet.iter_rows(values_only=True))
    top = next(at for at, row in enumerate(rows, 1) if row[0] == "序号")
    columns = {str(word): at for at, word in enumerate(rows[top - 1], 1)}
    sheet.cell(top + 2, columns["时限"], "9月底前")
    sheet.cell(top + 3, columns["删去"], "删")
    book.save(file)


def put_off(file: Path) -> None:
    """Move the first item's due day, as at a desk."""
    book = load_workbook(file)
    sheet = book.active
    assert sheet is not None
    rows = list(sheet.iter_rows(values_only=True))
    top = next(at for at, row in enumerate(rows, 1) if row[0] == "序号")
    sheet.cell(top + 1, [str(word) for word in rows[top - 1]].index("时限") + 1, "2026-09-30")
    book.save(file)


async def answer_doubts(visitor: Visitor, folder: Path) -> None:
    """Tap through the questions: a name, a limit that was left for later, those without a limit."""
    page = visitor.page
    await visitor.presses("市市场监督管理局")
    await visitor.sees("视情况", "第2项　压减办理材料三成", "回复本条写上日期")
    await picture(page, "doubt-desk", folder)
    await page.set_viewport_size(PHONE)
    await picture(page, "doubt-phone", folder)
    assert await page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]
    await page.set_viewport_size(DESK)
    await visitor.presses("以后再说")
    await visitor.presses("都按年底")
    await visitor.sees("还有1问没有答")
    await visitor.presses("继续答问")
    await visitor.sees("视情况")
    await visitor.presses("长期坚持")
    await visitor.sees("问题都答完了")


async def correct_in_force(visitor: Visitor, sheet: Path) -> None:
    """Move the first item's due day in a sheet of the plan in force, with a reason."""
    page = visitor.page
    await visitor.says("/计划")
    await visitor.presses("用表格改2026年的")
    await visitor.sees("计划表格")
    async with page.expect_download() as coming:
        await visitor.last.get_by_test_id("file-chip").click()
    await (await coming.value).save_as(sheet)
    put_off(sheet)
    await visitor.says("改好了", to=visitor.last, file=sheet)
    await visitor.sees("表格里有1处改动", "第1项：时限改为9月30日", "回复本条写上原因")
    await page.set_viewport_size(PHONE)
    await picture(page, "force-sheet-phone", sheet.parent)
    await page.set_viewport_size(DESK)
    await visitor.says("上级文件改了", to=visitor.last)
    await visitor.sees("已按表格更正1处")


async def test_a_word_table_is_corrected_in_a_sheet_and_handed_out(browser: Browser, tmp_path: Path) -> None:
    page = await browser.new_page(viewport=DESK, locale="zh-CN")
    visitor = Visitor(page)
    async with room(tmp_path / "rehearsal.sqlite3") as address:
        await page.goto(address)
        await visitor.presses("作废草稿")
        await visitor.sees("草稿里已答的问题和改动不再使用")
        await visitor.presses("作废草稿")
        await visitor.sees("已作废")
        file = tmp_path / "任务分解表.docx"
        file.write_bytes(docx_of(TABLE))
        await visitor.says("/导入", file=file)
        await visitor.sees("名录里没有“市场监督局”", "压减办理材料三成")
        await answer_doubts(visitor, tmp_path)
        await visitor.presses("用表格改")
        await visitor.sees("草稿表格", "回复本条把表格发回来")
        async with page.expect_download() as coming:
            await visitor.last.get_by_test_id("file-chip").click()
        sheet = tmp_path / "草稿.xlsx"
        await (await coming.value).save_as(sheet)
        correct(sheet)
        await visitor.says("改好了", to=visitor.last, file=sheet)
        await visitor.sees("表格里有2处改动", "第2项：时限改为9月底前", "第3项：删去“开展涉企执法检查”")
        await visitor.presses("照此修改")
        await visitor.sees("问题都答完了")
        await visitor.presses("确认启用")
        await visitor.sees(f"启用“{NAME}”？", "2项要点")
        await visitor.presses("确认，发出")
        await visitor.sees("已启用")
        await expect(page.get_by_test_id("unread")).to_have_count(4)
        await correct_in_force(visitor, sheet)
    await page.close()
