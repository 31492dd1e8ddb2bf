"""A coordinator's walk in a browser: a Word table, its doubt, the draft corrected in a sheet, handed out."""

from __future__ import annotations

from pathlib import Path

import pytest
from openpyxl import load_workbook
from playwright.async_api import Browser, expect

from tests.browser.screens import DESK
from tests.browser.test_main_walk import Visitor, room
from tests.corpus.files import docx_of

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]

NAME = "云岭市2026年优化营商环境任务分解表"
TABLE = (
    NAME,
    "2026年3月2日",
    "|序号|重点领域|工作任务|牵头单位|配合单位|完成时限|",
    "|1|市场准入|推行开办企业一网通办|审批局|税务局|6月底前|",
    "|2|^|压减办理材料三成|审批局|财政局、市场监督局|长期|",
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


async def test_a_word_table_is_corrected_in_a_sheet_and_handed_out(browser: Browser, tmp_path: Path) -> None:
    page = await browser.new_page(viewport=DESK, locale="zh-CN")
    visitor = Visitor(page)
    async with room(tmp_path / "rehearsal.sqlite3") as address:
        await page.goto(address)
        await visitor.presses("作废草稿")
        await visitor.presses("作废草稿")
        await visitor.sees("已作废")
        file = tmp_path / "任务分解表.docx"
        file.write_bytes(docx_of(TABLE))
        await visitor.says("/导入", file=file)
        await visitor.sees("名录里没有“市场监督局”", "压减办理材料三成")
        await visitor.presses("市市场监督管理局")
        await visitor.sees("问题都答完了")
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
    await page.close()
