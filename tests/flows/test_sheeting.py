"""A coordinator's walk: a Word table, its doubts, the draft corrected in a spreadsheet, and handed out."""

from __future__ import annotations

import io

import pytest
from openpyxl import load_workbook

from bot.platforms.port import ShownFile
from bot.platforms.rehearsal.world import Message
from storage.documents.kinds import DOCX, XLSX
from tests.corpus.files import docx_of
from tests.flows.notices import press, put_to_work, reply
from tests.flows.stage import COORDINATION, COORDINATOR, LEADER, Stage

TABLE = (
    "云岭市2026年优化营商环境任务分解表",
    "2026年3月2日",
    "|序号|重点领域|工作任务|牵头单位|配合单位|完成时限|",
    "|1|市场准入|推行开办企业一网通办|审批局|税务局|6月底前|",
    "|2|^|压减办理材料三成|审批局|财政局、市数局|长期|",
    "|3|法治保障|开展涉企执法检查|司法局|/|第三季度|",
)


async def bring_table(stage: Stage) -> None:
    await stage.departments(["审批局", "税务局", "财政局", "司法局", "大数据局"])
    file = ShownFile("任务分解表.docx", DOCX, docx_of(TABLE))
    await stage.say(COORDINATION, COORDINATOR, "/导入", files=[file])


def message_with_file(stage: Stage) -> Message:
    return next(each for each in reversed(stage.messages(COORDINATION)) if each.files)


async def sheet_out(stage: Stage) -> tuple[Message, bytes]:
    await press(stage, "用表格改", on=stage.messages(COORDINATION)[0])
    message = message_with_file(stage)
    return message, stage.content(message.files[0].id)


def corrected(content: bytes, changes: dict[tuple[int, str], str]) -> ShownFile:
    """Change cells by an item's number and the word above its column."""
    book = load_workbook(io.BytesIO(content))
    sheet = book.active
    assert sheet is not None
    rows = list(sheet.iter_rows(values_only=True))
    top = next(at for at, row in enumerate(rows, 1) if row[0] == "序号")
    columns = {str(word): at for at, word in enumerate(rows[top - 1], 1)}
    for (number, column), words in changes.items():
        sheet.cell(top + number, columns[column], words)
    target = io.BytesIO()
    book.save(target)
    return ShownFile("草稿.xlsx", XLSX, target.getvalue())


async def bring_back(stage: Stage, to: Message, file: ShownFile) -> None:
    await stage.say(COORDINATION, COORDINATOR, "", files=[file], reply_to=to)


async def test_a_word_table_is_read_asked_about_corrected_in_a_sheet_and_put_to_work(stage: Stage) -> None:
    await bring_table(stage)
    assert "市数局" in stage.last(COORDINATION).text
    await press(stage, "市大数据局")
    message, content = await sheet_out(stage)
    changes = {
        (1, "要点"): "企业开办一网通办",
        (2, "牵头单位"): "司法局",
        (2, "时限"): "9月底前",
        (3, "删去"): "删",
    }
    await bring_back(stage, message, corrected(content, changes))
    shown = stage.last(COORDINATION)
    assert shown.title == "表格里有4处改动"
    assert "第1项：要点改为“企业开办一网通办”" in shown.text
    assert "第2项：牵头 司法局、配合 财政局、市数局" in shown.text
    assert "第2项：时限改为9月底前" in shown.text
    assert "第3项：删去“开展涉企执法检查”" in shown.text
    await press(stage, "照此修改")
    await press(stage, "确认启用")
    await press(stage, "确认，发出")
    await stage.say(COORDINATION, COORDINATOR, "/要点")
    listed = stage.last(COORDINATION).text
    assert "1. 企业开办一网通办" in listed
    assert "司法局牵头" in listed
    assert "开展涉企执法检查" not in listed


async def test_what_cannot_be_read_in_the_sheet_is_told_and_changes_nothing(stage: Stage) -> None:
    await bring_table(stage)
    await press(stage, "市大数据局")
    message, content = await sheet_out(stage)
    await bring_back(stage, message, corrected(content, {(1, "牵头单位"): "谁知道", (2, "时限"): "改天"}))
    shown = stage.last(COORDINATION)
    assert shown.title == "表格里有几行改不了"
    assert "第1项：" in shown.text
    assert "第2项：" in shown.text
    await bring_back(stage, message, corrected(content, {}))
    assert "没有要改的" in stage.last(COORDINATION).text


async def test_the_changes_may_be_left(stage: Stage) -> None:
    await bring_table(stage)
    await press(stage, "市大数据局")
    message, content = await sheet_out(stage)
    await bring_back(stage, message, corrected(content, {(1, "要点"): "另一个名称"}))
    await press(stage, "不改")
    assert "一切照旧" in stage.last(COORDINATION).text


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 no workbook", "序号,要点\n1,甲\n".encode()])
async def test_another_file_is_told_what_to_send(stage: Stage, content: bytes) -> None:
    await bring_table(stage)
    await press(stage, "市大数据局")
    message, _ = await sheet_out(stage)
    await bring_back(stage, message, ShownFile("x.xlsx", XLSX, content))
    assert "xlsx" in stage.last(COORDINATION).text or "损坏" in stage.last(COORDINATION).text
    await reply(stage, "好了", to=message)
    assert "没有读到发出的表格" in stage.last(COORDINATION).text


# ---------------------------------------------------------------- a plan in force


async def force_sheet_out(stage: Stage) -> tuple[Message, bytes]:
    await put_to_work(stage)
    await stage.say(COORDINATION, COORDINATOR, "/计划")
    await press(stage, "用表格改2026年的")
    message = message_with_file(stage)
    return message, stage.content(message.files[0].id)


async def test_a_plan_in_force_is_corrected_with_a_reason_and_the_departments_are_told(stage: Stage) -> None:
    message, content = await force_sheet_out(stage)
    assert message.title == "计划表格"
    changes = {
        (1, "时限"): "2026-09-30",
        (1, "配合单位"): "发改局、教育局",
        (2, "要点"): "公开重大项目进展",
        (2, "责任单位"): "教育局",
    }
    await bring_back(stage, message, corrected(content, changes))
    shown = stage.last(COORDINATION)
    assert shown.title == "表格里有5处改动"
    for words in (
        "第1项：教育局列为配合",
        "第1项：时限改为9月30日",
        "第2项：要点改为“公开重大项目进展”",
        "第2项：教育局列为责任",
        "第2项：不再由发改局办",
        "回复本条写上原因",
    ):
        assert words in shown.text
    before = len(stage.messages("财政局"))
    assert len(stage.messages("教育局")) == 1
    await reply(stage, "上级文件改了", to=shown)
    assert "已按表格更正5处。原因：上级文件改了" in stage.last(COORDINATION).text
    told = stage.messages("财政局")[before:]
    assert len(told) == 1
    assert "原为6月30日到期，现为9月30日到期" in told[0].text
    assert "上级文件改了" in told[0].text
    assert "不用再办" in stage.last("发改局").text
    assert len(stage.messages("教育局")) == 2
    await stage.say(COORDINATION, COORDINATOR, "/沿革 1")
    assert "9月30日" in stage.last(COORDINATION).text
    await stage.say(COORDINATION, COORDINATOR, "/要点")
    assert "公开重大项目进展" in stage.last(COORDINATION).text


async def test_rows_that_the_ledger_changed_meanwhile_are_refused_one_by_one(stage: Stage) -> None:
    message, content = await force_sheet_out(stage)
    await stage.say(COORDINATION, COORDINATOR, "/due 1 财政局 8月31日 等文件")
    changed = corrected(content, {(1, "时限"): "2026-09-30", (2, "时限"): "2026-10-31"})
    await bring_back(stage, message, changed)
    shown = stage.last(COORDINATION)
    assert shown.title == "表格里有几行改不了"
    assert "第1项：表格发出以后，台账里这一项又有改动" in shown.text
    assert "第2项" not in shown.text
    await bring_back(stage, message, corrected(content, {(2, "时限"): "2026-10-31"}))
    card = stage.last(COORDINATION)
    assert "第2项：时限改为10月31日" in card.text
    await stage.say(COORDINATION, COORDINATOR, "/due 2 发改局 8月31日 等文件")
    await stage.restart()
    await reply(stage, "原因", to=card)
    assert "已按表格更正0处" in stage.last(COORDINATION).text
    assert "第2项：表格发出以后" in stage.last(COORDINATION).text


@pytest.mark.parametrize(
    ("cell", "words", "said"),
    [("责任单位", "谁知道", "对不上名录"), ("时限", "改天", "时限"), ("时限", "2020-01-01", "")],
)
async def test_what_cannot_be_taken_of_a_plan_in_force_is_told(
    stage: Stage, cell: str, words: str, said: str
) -> None:
    message, content = await force_sheet_out(stage)
    await bring_back(stage, message, corrected(content, {(2, cell): words}))
    shown = stage.last(COORDINATION)
    assert shown.title == "表格里有几行改不了"
    assert said in shown.text
    assert "台账还没有改动" in shown.text


async def test_an_item_is_called_off_by_a_word_in_the_last_column(stage: Stage) -> None:
    message, content = await force_sheet_out(stage)
    await bring_back(stage, message, corrected(content, {(2, "删去"): "删"}))
    card = stage.last(COORDINATION)
    await stage.say(COORDINATION, LEADER, "不该我说", reply_to=card)
    assert "统筹人员" in stage.last(COORDINATION).text
    await reply(stage, "上级取消", to=card)
    assert "不用再办" in stage.last("发改局").text
    await reply(stage, "再来一次", to=card)
    assert "已按表格更正" not in stage.last(COORDINATION).text
