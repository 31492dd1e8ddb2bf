"""The register of departments, as coordinators load it, look at it and change it."""

from __future__ import annotations

import io

import pytest

from bot.platforms.port import ShownFile
from bot.platforms.rehearsal.world import Message
from storage.records import AuditRow, Dialogue, StoredFile
from storage.unit import Unit
from tests.flows.stage import COORDINATION, COORDINATOR, LEADER, STRANGER, Stage, liaison, shown

GOOD = "名称,类别,别名\n市发展和改革局,部门,发改局\n市财政局,部门,财政局、市财政\n桃源镇,乡镇,\n"


def csv_file(words: str, name: str = "名录.csv") -> ShownFile:
    return ShownFile(name, "text/csv", words.encode())


def xlsx_file(rows: list[list[object]]) -> ShownFile:
    from openpyxl import Workbook

    book = Workbook()
    assert book.active is not None
    for row in rows:
        book.active.append(row)
    written = io.BytesIO()
    book.save(written)
    mime = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    return ShownFile("单位名录.xlsx", mime, written.getvalue())


async def load(stage: Stage, file: ShownFile) -> None:
    await stage.say(COORDINATION, COORDINATOR, "/register", files=[file])
    await stage.press(COORDINATION, COORDINATOR, "确认")


async def listed(stage: Stage) -> str:
    await stage.say(COORDINATION, COORDINATOR, "/名录")
    return shown(stage.last(COORDINATION))


async def test_nothing_is_written_before_the_coordinator_agrees(stage: Stage) -> None:
    await stage.say(COORDINATION, COORDINATOR, "/register", files=[csv_file(GOOD)])
    assert "新增3个：市发展和改革局、市财政局、桃源镇" in stage.last(COORDINATION).text
    assert "名录里还没有单位" in await listed(stage)
    await stage.press(COORDINATION, COORDINATOR, "确认")
    seen = await listed(stage)
    assert "单位名录（3个）" in seen
    assert "部门（2个）" in seen
    assert "市发展和改革局（发改局）　未绑群、无联络员" in seen
    assert "乡镇（1个）" in seen


async def test_refusing_leaves_the_register_alone(stage: Stage) -> None:
    await stage.say(COORDINATION, COORDINATOR, "/register", files=[csv_file(GOOD)])
    await stage.press(COORDINATION, COORDINATOR, "不更新")
    assert "名录没有改动" in stage.last(COORDINATION).text
    assert "名录里还没有单位" in await listed(stage)


async def test_a_restart_between_preview_and_agreement_loses_nothing(stage: Stage) -> None:
    await stage.say(COORDINATION, COORDINATOR, "/register", files=[csv_file(GOOD)])
    await stage.restart()
    await stage.press(COORDINATION, COORDINATOR, "确认")
    assert stage.last(COORDINATION).title == "名录已更新"
    await stage.restart()
    assert "市财政局（财政局）" in await listed(stage)


async def test_agreeing_twice_loads_once(stage: Stage) -> None:
    await stage.say(COORDINATION, COORDINATOR, "/register", files=[csv_file(GOOD)])
    card = stage.last(COORDINATION)
    token = card.buttons[0].token
    await stage.press(COORDINATION, COORDINATOR, "确认", on=card)
    stage.room.press(COORDINATION, COORDINATOR, card.id, token, stale=True)
    await stage.settle()
    assert stage.toast(COORDINATOR) is not None
    loads = []

    async def count(unit: Unit) -> None:
        loads.extend(await unit.all(AuditRow.filter(verb="register.load")))

    await stage.work(count)
    assert len(loads) == 1
    assert loads[0].data["source"] == "名录.csv"


async def test_an_older_preview_loads_by_the_ledger_of_the_moment(stage: Stage) -> None:
    await stage.say(COORDINATION, COORDINATOR, "/register", files=[csv_file(GOOD)])
    preview = stage.last(COORDINATION)
    await stage.say(COORDINATION, COORDINATOR, "/register 新增 市财政局 部门")
    await stage.press(COORDINATION, COORDINATOR, "确认", on=preview)
    now = stage.room.message(preview.id)
    assert "新增2个：市发展和改革局、桃源镇" in now.text
    assert "· 市财政局：别名" in now.text


async def test_problems_are_listed_by_row_and_nothing_is_taken(stage: Stage) -> None:
    rows = "".join(f"单位{n},什么,\n" for n in range(12))
    await stage.say(
        COORDINATION, COORDINATOR, "/register", files=[csv_file("名称,类别,别名\n好的局,部门,\n" + rows)]
    )
    card = stage.last(COORDINATION)
    assert card.title == "文件里有12处问题，名录没有改动："
    assert "第3行：不认识类别“什么”" in card.text
    assert "第12行：" in card.text
    assert "第13行：" not in card.text
    assert "另有2处没有列出" in card.text
    assert not card.buttons
    assert "名录里还没有单位" in await listed(stage)


@pytest.mark.parametrize(
    ("file", "told"),
    [
        (csv_file("甲,乙\n丙,丁\n"), "没有找到表头"),
        (csv_file("", "空.csv"), "是空的"),
        (ShownFile("名录.pdf", "application/pdf", b"%PDF-1.7"), "请用 xlsx、csv 或 toml"),
        (ShownFile("名录.xlsx", "application/zip", b"PK\x03\x04 no workbook"), "损坏"),
        (csv_file("[[departments]\nname", "名录.toml"), "读不通"),
        (csv_file("名称,类别\n名录,部门\n机密★5年,部门\n"), "密级标志"),
        (csv_file("名称,类别\n" + "".join(f"第{n}局,部门\n" for n in range(501))), "最多500个单位"),
        (xlsx_file([["机密★5年"], ["名称", "类别"], ["市统计局", "部门"]]), "密级标志"),
    ],
    ids=[
        "no headings",
        "empty",
        "wrong type",
        "broken",
        "broken toml",
        "secret",
        "too many",
        "secret workbook",
    ],
)
async def test_files_that_cannot_be_read(stage: Stage, file: ShownFile, told: str) -> None:
    await stage.say(COORDINATION, COORDINATOR, "/register", files=[file])
    assert told in stage.last(COORDINATION).text


async def test_a_workbook_with_telephone_numbers_leaves_none_in_the_ledger(stage: Stage) -> None:
    file = xlsx_file([["单位名称", "类别", "联系电话"], ["市统计局", "部门", "13800138000"]])
    await load(stage, file)
    assert "市统计局" in await listed(stage)
    kept: list[object] = []

    async def look(unit: Unit) -> None:
        kept.extend(await unit.all(StoredFile.all()))
        kept.extend(d.state for d in await unit.all(Dialogue.all()) if "13800138000" in str(d.state))

    await stage.work(look)
    assert kept == []


async def test_a_second_file_shows_what_changes_and_removes_nobody(stage: Stage) -> None:
    await load(stage, csv_file(GOOD))
    changed = "名称,类别,别名\n市发改委,部门,发改局、市发展和改革局\n市财政局,部门,财政局\n市数据局,部门,\n"
    await stage.say(COORDINATION, COORDINATOR, "/register", files=[csv_file(changed)])
    text = stage.last(COORDINATION).text
    assert "新增1个：市数据局" in text
    assert "市发改委（原市发展和改革局）：改名" in text
    assert "不变1个" in text
    assert "文件里没有、名录里照旧保留1个：桃源镇" in text
    await stage.press(COORDINATION, COORDINATOR, "确认")
    await stage.say(COORDINATION, COORDINATOR, "/register 市发展和改革局")
    assert stage.last(COORDINATION).title == "市发改委"
    await stage.say(COORDINATION, COORDINATOR, "/register", files=[csv_file(changed)])
    assert "名录没有变化，3个单位与文件一致" in shown(stage.last(COORDINATION))


async def test_two_files_at_once_are_refused(stage: Stage) -> None:
    await stage.say(COORDINATION, COORDINATOR, "/register", files=[csv_file(GOOD), csv_file(GOOD, "二.csv")])
    assert "一次只能用一个名录文件，这次有2个" in stage.last(COORDINATION).text


async def test_only_coordinators_load_and_change(stage: Stage) -> None:
    await stage.departments(["发改局"])
    for person in (STRANGER, LEADER):
        await stage.say(COORDINATION, person, "/register", files=[csv_file(GOOD)])
        assert "这件事要由统筹人员来办" in stage.last(COORDINATION).text
        await stage.say(COORDINATION, person, "/register 新增 市数据局 部门")
        assert "这件事要由统筹人员来办" in stage.last(COORDINATION).text
    await stage.say("发改局", liaison("发改局"), "/register")
    assert "这件事要由统筹人员来办" in stage.last("发改局").text
    await stage.say(COORDINATION, LEADER, "/register")
    assert "单位名录（1个）" in shown(stage.last(COORDINATION))
    assert "更新名录" not in shown(stage.last(COORDINATION))


async def test_a_stranger_cannot_agree_to_a_preview(stage: Stage) -> None:
    await stage.say(COORDINATION, COORDINATOR, "/register", files=[csv_file(GOOD)])
    await stage.press(COORDINATION, STRANGER, "确认")
    assert stage.toast(STRANGER) == "这件事要由统筹人员来办。"
    assert "名录里还没有单位" in await listed(stage)


async def test_coordinators_load_in_private_too(stage: Stage) -> None:
    private = f"private:{COORDINATOR}"
    await stage.say(private, COORDINATOR, "/register", files=[csv_file(GOOD)])
    await stage.press(private, COORDINATOR, "确认")
    assert "市财政局（财政局）" in await listed(stage)


async def test_one_department_with_its_people_and_groups(stage: Stage) -> None:
    await stage.departments(["发改局"])
    await stage.say(COORDINATION, COORDINATOR, "/register 发改局")
    card = stage.last(COORDINATION)
    assert card.title == "市发改局"
    assert "类别：部门" in card.text
    assert "别名：发改局" in card.text
    assert "群：发改局政务公开群" in card.text
    assert "联络员：发改局联络员" in card.text


async def test_a_name_half_remembered_is_offered(stage: Stage) -> None:
    await stage.departments(["发展和改革局", "财政局", "教育局"])
    await stage.say(COORDINATION, COORDINATOR, "/register 发改局")
    card = stage.last(COORDINATION)
    assert "没有叫“发改局”的单位" in card.text
    await stage.press(COORDINATION, COORDINATOR, "市发展和改革局", on=card)
    assert stage.room.message(card.id).title == "市发展和改革局"


async def test_a_name_may_be_typed_again_in_a_reply(stage: Stage) -> None:
    await stage.departments(["发展和改革局"])
    await stage.say(COORDINATION, COORDINATOR, "/register 不存在的名字")
    card = stage.last(COORDINATION)
    assert "没有找到“不存在的名字”" in card.text
    await stage.say(COORDINATION, COORDINATOR, "发展和改革局", reply_to=card)
    assert stage.last(COORDINATION).title == "市发展和改革局"


async def test_adding_one_department(stage: Stage) -> None:
    await stage.say(COORDINATION, COORDINATOR, "/register 新增 市大数据局　部门")
    assert "已加入名录：市大数据局（部门）" in stage.last(COORDINATION).text
    await stage.say(COORDINATION, COORDINATOR, "/register 新增 市大数据局 部门")
    assert "名录里已经有“市大数据局”了" in stage.last(COORDINATION).text
    await stage.say(COORDINATION, COORDINATOR, "/register 新增 城东街道办")
    await stage.press(COORDINATION, COORDINATOR, "街道")
    assert "已加入名录：城东街道办（街道）" in stage.last(COORDINATION).text
    await stage.say(COORDINATION, COORDINATOR, "/register 新增，高新区（管委会），其他")
    assert "已加入名录：高新区（管委会）（外部单位）" in stage.last(COORDINATION).text
    await stage.say(COORDINATION, COORDINATOR, "/register 新增 各部门 部门")
    assert "是统称" in stage.last(COORDINATION).text
    await stage.say(COORDINATION, COORDINATOR, "/register 新增")
    assert "请这样写：/register 新增 市数据局 部门" in stage.last(COORDINATION).text


async def test_adding_another_name(stage: Stage) -> None:
    await stage.departments(["发改局", "财政局"])
    await stage.say(COORDINATION, COORDINATOR, "/register 别名 发改局 市发改委")
    await stage.say(COORDINATION, COORDINATOR, "/register 市发改委")
    assert stage.last(COORDINATION).title == "市发改局"
    await stage.say(COORDINATION, COORDINATOR, "/register 别名 财政局 市发改委")
    assert "“市发改委”已经是市发改局的名称" in stage.last(COORDINATION).text
    await stage.say(COORDINATION, COORDINATOR, "/register 别名 发改局")
    assert "请这样写：/register 别名" in stage.last(COORDINATION).text


async def test_retiring_a_department_and_taking_it_back(stage: Stage) -> None:
    await stage.departments(["文旅局", "财政局"])
    await stage.say(COORDINATION, COORDINATOR, "/register 停用 文旅局 2026-02-28")
    assert "市文旅局从2026年2月28日之后停用" in stage.last(COORDINATION).text
    assert "文旅局" not in await listed(stage)
    await stage.say(COORDINATION, COORDINATOR, "/register 恢复 文旅局")
    assert "市文旅局（文旅局）" in await listed(stage)
    await stage.say(COORDINATION, COORDINATOR, "/register 停用 文旅局")
    assert "请写上单位和最后一天" in stage.last(COORDINATION).text


async def test_a_long_register_comes_in_pages(stage: Stage) -> None:
    rows = "".join(f"市第{n}局,部门\n" for n in range(1, 46))
    await load(stage, csv_file("名称,类别\n" + rows))
    seen = await listed(stage)
    assert "市第16局" in seen
    assert "市第17局" not in seen
    await stage.press(COORDINATION, COORDINATOR, "还有29个")
    assert "市第32局" in stage.last(COORDINATION).text
    await stage.press(COORDINATION, COORDINATOR, "还有13个")
    assert "市第45局" in stage.last(COORDINATION).text
    await stage.press(COORDINATION, COORDINATOR, "上一页")
    assert "市第17局" in stage.last(COORDINATION).text


# ---------------------------------------------------------------- corrected in a spreadsheet


async def sheet_out(stage: Stage) -> tuple[Message, bytes]:
    await load(stage, csv_file(GOOD))
    await stage.say(COORDINATION, COORDINATOR, "/名录")
    await stage.press(COORDINATION, COORDINATOR, "用表格改")
    message = next(each for each in reversed(stage.messages(COORDINATION)) if each.files)
    return message, stage.content(message.files[0].id)


def corrected(content: bytes, cells: dict[tuple[str, str], str]) -> ShownFile:
    """Change cells of a department's row by the word above; a department that is not there is added."""
    from openpyxl import load_workbook

    book = load_workbook(io.BytesIO(content))
    sheet = book.active
    assert sheet is not None
    rows = [[str(cell or "") for cell in row] for row in sheet.iter_rows(values_only=True)]
    top = next(at for at, row in enumerate(rows) if row[0] == "名称")
    for (name, column), words in cells.items():
        found = [at for at, row in enumerate(rows) if row[0] == name]
        at = found[0] if found else next(at for at, row in enumerate(rows) if at > top and not row[0])
        rows[at][0] = rows[at][0] or name
        sheet.cell(at + 1, 1, rows[at][0])
        sheet.cell(at + 1, rows[top].index(column) + 1, words)
    target = io.BytesIO()
    book.save(target)
    return ShownFile("单位名录.xlsx", "application/octet-stream", target.getvalue())


async def test_the_register_is_corrected_in_a_sheet(stage: Stage) -> None:
    message, content = await sheet_out(stage)
    assert message.title == "单位名录"
    same = corrected(content, {})
    await stage.say(COORDINATION, COORDINATOR, "", files=[same], reply_to=message)
    assert "3个" in (stage.last(COORDINATION).title or "")
    cells = {
        ("桃源镇", "类别"): "街道",
        ("市财政局", "别名"): "财政局、市财政、财政",
        ("市数据局", "类别"): "部门",
    }
    await stage.say(COORDINATION, COORDINATOR, "", files=[corrected(content, cells)], reply_to=message)
    told = stage.last(COORDINATION).text
    assert "新增1个：市数据局" in told
    assert "变更2个" in told
    await stage.press(COORDINATION, COORDINATOR, "确认")
    seen = await listed(stage)
    assert "街道（1个）" in seen
    assert "市财政局（财政）" in seen


async def test_a_row_that_the_ledger_changed_meanwhile_stands(stage: Stage) -> None:
    message, content = await sheet_out(stage)
    await stage.say(COORDINATION, COORDINATOR, "/名录 别名 市财政局 财局")
    await stage.say(COORDINATION, COORDINATOR, "/名录 停用 桃源镇 12月31日")
    cells = {("市财政局", "类别"): "事业单位", ("市发展和改革局", "别名"): "发改局、发改委"}
    await stage.say(COORDINATION, COORDINATOR, "", files=[corrected(content, cells)], reply_to=message)
    told = stage.last(COORDINATION).text
    assert "没有采用：市财政局" in told
    assert "变更1个" in told
    await stage.press(COORDINATION, COORDINATOR, "确认")
    await stage.say(COORDINATION, COORDINATOR, "/名录 市财政局")
    one = shown(stage.last(COORDINATION))
    assert "类别：部门" in one
    assert "财局" in one
    await stage.say(COORDINATION, COORDINATOR, "/名录 桃源镇")
    assert "停用" in shown(stage.last(COORDINATION))


async def test_a_reply_without_the_sheet_is_told_and_others_may_not(stage: Stage) -> None:
    message, content = await sheet_out(stage)
    await stage.say(COORDINATION, COORDINATOR, "改好了", reply_to=message)
    assert "没有读到名录表格" in stage.last(COORDINATION).text
    changed = corrected(content, {("桃源镇", "类别"): "街道"})
    await stage.say(COORDINATION, LEADER, "", files=[changed], reply_to=message)
    assert "统筹人员" in stage.last(COORDINATION).text
