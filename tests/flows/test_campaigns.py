"""The half-yearly group cleanup (网络工作群清理) as the groups see it, up to the report."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, time
from io import BytesIO
from typing import Any

from openpyxl import Workbook, load_workbook

from bot.platforms.port import ShownFile
from storage.documents.kinds import XLSX
from storage.records import Milestone
from storage.terms.statuses import AssignmentStatus, MilestoneStatus
from storage.unit import Unit
from tests.flows.departments import Given, assignment, hand_out
from tests.flows.mornings import mornings, sleep, unasked, until
from tests.flows.stage import COORDINATION, COORDINATOR, STRANGER, Stage, liaison, shown

OPENING, LAST = date(2026, 6, 10), date(2026, 6, 25)
TITLE = "2026年上半年网络工作群清理"
MINE = Given("做好规划信息公开")


async def arrange(stage: Stage, *names: str, item: Given = MINE) -> None:
    """Put a plan to work, and let its first campaign open."""
    await stage.departments(names)
    await hand_out(stage, {name: [item] for name in names}, campaigns=True)
    for name in names:
        await stage.press(name, liaison(name), "签收")
    await until(stage, OPENING)


async def opened(stage: Stage, name: str) -> None:
    """Let a department look at what it is asked."""
    await stage.press(name, liaison(name), "填报")


def sheets(stage: Stage, chat: str) -> dict[str, list[list[Any]]]:
    """Return the workbook of a chat's newest message: its sheets with their rows."""
    (file,) = stage.last(chat).files
    book = load_workbook(BytesIO(stage.content(file.id)))
    return {
        sheet.title: [list(row) for row in sheet.iter_rows(values_only=True)] for sheet in book.worksheets
    }


def form(stage: Stage, chat: str, *rows: Sequence[Any]) -> ShownFile:
    """Fill in the form that a chat was sent last, from its first row on."""
    (file,) = stage.last(chat).files
    book = load_workbook(BytesIO(stage.content(file.id)))
    sheet = book.worksheets[0]
    for at, row in enumerate(rows, 4):
        for column, value in enumerate(row, 1):
            if value is not ...:
                sheet.cell(at, column).value = value
    made = BytesIO()
    book.save(made)
    return ShownFile(file.name, XLSX, made.getvalue())


def words(stage: Stage, chat: str) -> str:
    """Return a chat's newest message as it reads now."""
    return shown(stage.last(chat))


async def test_a_campaign_from_its_first_morning_to_the_report(stage: Stage) -> None:
    await arrange(stage, "发改局", "财政局", "教育局", "民政局", "司法局")
    assert (
        shown(unasked(stage, "发改局")[-1])
        == f"""发改局：今日提醒1项
📮 {TITLE}，请在6月25日前报送，已预填1条，核对即可
[填报][零报告]"""
    )
    assert (
        words(stage, COORDINATION)
        == f"""今日提请（6月10日）
📮 {TITLE}已发起：5个单位，6月25日截止
[{TITLE}]"""
    )

    # 财政局 has no groups: one tap on the reminder.
    await stage.press("财政局", liaison("财政局"), "零报告")
    assert (
        words(stage, "财政局")
        == f"""财政局：{TITLE}（6月25日前）
✅ 已零报告（财政局联络员）
6月25日前可以回复本条更正。
[新增一条][下载表格]"""
    )

    # 发改局 taps its way through.
    await opened(stage, "发改局")
    assert (
        words(stage, "发改局")
        == f"""发改局：{TITLE}（6月25日前）
请核对本单位的网络工作群：保留、合并、解散还是移交。没有工作群的点“零报告”。
1. 发改局政务公开群（待定清理方式）
也可以直接回复，例如：1 解散；或回复：全部保留
[全部保留][逐条填报][零报告]
[新增一条][下载表格]"""
    )
    await stage.press("发改局", liaison("发改局"), "逐条填报")
    assert (
        words(stage, "发改局")
        == f"""{TITLE}
1/1　发改局政务公开群
请选择清理方式：
[保留][合并至…][解散][移交…]"""
    )
    await stage.press("发改局", liaison("发改局"), "合并至…")
    assert stage.last("发改局").lines[-1] == "合并至？请回复本条写明。"
    await stage.say("发改局", liaison("发改局"), "机关大群", reply_to=stage.last("发改局"))
    assert stage.last("发改局").lines[-1] == "请选择问题类型："
    await stage.press("发改局", liaison("发改局"), "重复")
    assert (
        words(stage, "发改局")
        == f"""发改局：{TITLE}（6月25日前）
✅ 已报送1条（发改局联络员）
1. 发改局政务公开群（合并至机关大群、重复）
6月25日前可以回复本条更正。
[新增一条][下载表格]"""
    )

    # 教育局 says it in one reply, with a group that the bot does not know.
    await opened(stage, "教育局")
    await stage.say(
        "教育局", liaison("教育局"), "1 保留\n新增 校长联系群 微信 解散 僵尸", reply_to=stage.last("教育局")
    )
    assert (
        words(stage, "教育局")
        == f"""教育局：{TITLE}（6月25日前）
✅ 已报送2条（教育局联络员）
1. 教育局政务公开群（保留）
2. 校长联系群（解散、僵尸）
6月25日前可以回复本条更正。
[新增一条][下载表格]"""
    )

    # 民政局 sends the form back.
    await opened(stage, "民政局")
    await stage.press("民政局", liaison("民政局"), "下载表格")
    known, *_ = sheets(stage, "民政局")["网络工作群清理"][3:]
    assert known[:2] == ["其他", "民政局政务公开群"]
    row = [..., ..., "李明/科长", "张敏", 45, "2023年5月", "政务公开", "长期", "是", ..., None, "保留"]
    await stage.say(
        "民政局", liaison("民政局"), files=[form(stage, "民政局", row)], reply_to=stage.last("民政局")
    )
    assert stage.last("民政局").lines[0] == "✅ 已报送1条（民政局联络员）"

    # Only 司法局 is called again, on the working days of the campaign; the others hear nothing of it.
    await until(stage, date(2026, 6, 26))
    called = [shown(each) for each in unasked(stage, "司法局") if TITLE in shown(each)]
    assert len(called) == 4
    for answered in ("发改局", "财政局", "教育局", "民政局"):
        assert sum(TITLE in shown(each) for each in unasked(stage, answered)) == 1
    assert (
        shown(unasked(stage, COORDINATION)[-1])
        == f"""今日提请（6月26日）
📮 {TITLE}已截止：已报4/5个单位，其中零报告1个
　未报：司法局
[{TITLE}]"""
    )

    # Too late: a coordinator takes answers again.
    await stage.press("司法局", liaison("司法局"), "零报告")
    assert stage.toast(liaison("司法局")) == f"{TITLE}已经结束，如需补报请联系统筹人员重新收报。"
    await stage.press(COORDINATION, COORDINATOR, TITLE)
    assert (
        words(stage, COORDINATION)
        == f"""{TITLE}
已结束：已报4/5个单位，其中零报告1个
未报：司法局
[导出报表][重新收报]"""
    )
    await stage.press(COORDINATION, COORDINATOR, "重新收报")
    await stage.press("司法局", liaison("司法局"), "填报")
    await stage.press("司法局", liaison("司法局"), "全部保留")
    await stage.press(COORDINATION, COORDINATOR, "导出报表")
    book = sheets(stage, COORDINATION)
    assert [row[1:] for row in book["汇总"][2:]] == [
        ["填报单位", "报送情况", "原有", "解散", "合并", "移交", "保留", "新增"],
        ["市发改局", "已报", 1, 0, 1, 0, 0, 0],
        ["市财政局", "零报告", None, None, None, None, None, None],
        ["市教育局", "已报", 2, 1, 0, 0, 1, 0],
        ["市民政局", "已报", 1, 0, 0, 0, 1, 0],
        ["市司法局", "已报", 1, 0, 0, 0, 1, 0],
        ["合计", "5/5", 5, 1, 1, 0, 3, 0],
    ]
    assert book["明细"][2][:4] == ["序号", "填报单位", "平台", "群名称"]
    assert [row[3] for row in book["明细"][3:]] == [
        "发改局政务公开群",
        "教育局政务公开群",
        "校长联系群",
        "民政局政务公开群",
        "司法局政务公开群",
    ]


async def test_the_second_time_begins_with_the_answer_before(stage: Stage) -> None:
    await arrange(stage, "发改局")
    await opened(stage, "发改局")
    said = "1 保留\n新增 读书群 微信 解散 僵尸\n新增 平台：钉钉；群名称：值班群；成员数：12人；清理方式：保留"
    await stage.say("发改局", liaison("发改局"), said, reply_to=stage.last("发改局"))
    await until(stage, date(2026, 12, 10))
    await opened(stage, "发改局")
    assert list(stage.last("发改局").lines[1:3]) == [
        "1. 发改局政务公开群（待定清理方式）",
        "2. 值班群（待定清理方式）",
    ]
    again = "其余保留 2 合并至1 重复\n新增 年终群 QQ 保留"
    await stage.say("发改局", liaison("发改局"), again, reply_to=stage.last("发改局"))
    assert stage.last("发改局").lines[2] == "2. 值班群（合并至发改局政务公开群、重复）"
    await stage.say(COORDINATION, COORDINATOR, "/报送 清理")
    await stage.press(COORDINATION, COORDINATOR, "导出报表")
    rows = [row[1:] for row in sheets(stage, COORDINATION)["汇总"][3:]]
    assert rows == [
        ["市发改局", "已报", 2, 0, 1, 0, 1, 1],
        ["合计", "1/1", 2, 0, 1, 0, 1, 1],
        ["上次合计", None, 3, 1, 0, 0, 2, 0],
        ["比上次增减", None, "-1", "-1", "+1", "+0", "-1", "+1"],
    ]


async def test_a_faulty_form_is_pointed_out_cell_by_cell_and_taken_in_no_part(stage: Stage) -> None:
    await arrange(stage, "发改局")
    await opened(stage, "发改局")
    await stage.press("发改局", liaison("发改局"), "下载表格")
    asked = stage.last("发改局")
    faulty = form(
        stage,
        "发改局",
        ["微信", "发改局政务公开群", ..., ..., "四十", "去年", ..., ..., ..., "6月31日", None, "删除"],
        ["微信", "读书群", ..., ..., 12, ..., ..., ..., ..., ..., None, "解散"],
        [None, "读书群", ..., ..., ..., ..., ..., ..., ..., ..., None, "保留"],
    )
    await stage.say("发改局", liaison("发改局"), files=[faulty], reply_to=asked)
    assert (
        words(stage, "发改局")
        == """❌ 表格有7处要改，暂未记入
E4（成员数）：“四十”不是数字
F4（建群时间）：“去年”不是年月，请写成2024-03或2024年3月
J4（最近活跃）：“6月31日”不是日期，请写成2026-06-30或6月30日
L4（清理方式）：“删除”不在选项里，请选：保留、合并至、解散、移交
K5（问题类型）：必填
A6（平台）：必填
B6（群名称）：“读书群”与B5重复
改好后回复本条重新发回。"""
    )
    await stage.say("发改局", liaison("发改局"), "/campaign")
    assert "1. 发改局政务公开群（待定清理方式）" in stage.last("发改局").lines
    for name, content, said in (
        ("清理.docx", b"x", "“清理.docx”不是表格，请发回xlsx文件。"),
        ("清理.xlsx", _other_book(), "表格里没有找到“群名称”这一列，请用机器人发的表格填写。"),
    ):
        file = ShownFile(name, XLSX, content)
        await stage.say("发改局", liaison("发改局"), files=[file], reply_to=asked)
        assert words(stage, "发改局") == said


def _other_book() -> bytes:
    book, made = Workbook(), BytesIO()
    book.worksheets[0].append(["姓名", "职务"])
    book.save(made)
    return made.getvalue()


async def test_what_cannot_be_read_or_may_not_be_said_changes_nothing(stage: Stage) -> None:
    await arrange(stage, "发改局")
    await opened(stage, "发改局")
    asked = stage.last("发改局")
    await stage.say("发改局", liaison("发改局"), "1 看着办 2 保留", reply_to=asked)
    assert words(stage, "发改局") == (
        "没有看懂：1 看着办、2 保留。请按卡片上的例子回复，或点按钮填报；这次没有记入。"
    )
    stage.newcomer(STRANGER, "路人", "发改局")
    await stage.say("发改局", STRANGER, "1 保留", reply_to=asked)
    assert "联络员" in words(stage, "发改局")
    await stage.press("发改局", STRANGER, "零报告", on=asked)
    await stage.say(COORDINATION, COORDINATOR, "/campaign")
    assert stage.last(COORDINATION).lines[0] == f"📮 {TITLE}：已报0/1，6月25日截止"
    await stage.say(COORDINATION, COORDINATOR, "/campaign 报表大全")
    assert words(stage, COORDINATION).startswith("没有叫“报表大全”的报送。")


async def test_whoever_is_asked_for_the_same_by_the_plan_is_not_asked_twice(stage: Stage) -> None:
    item = Given("每半年报送网络工作群清理情况", due=date(2026, 6, 30), every="half-year")
    await arrange(stage, "发改局", item=item)
    await opened(stage, "发改局")
    await stage.press("发改局", liaison("发改局"), "全部保留")
    assert stage.last("发改局").lines[0] == "☑ 同时记为完成本期：每半年报送网络工作群清理情况"

    async def look(unit: Unit) -> None:
        mine = await assignment(unit, "发改局", item.title)
        assert mine.status == AssignmentStatus.WORKING
        due = await unit.all(Milestone.filter(assignment_id=mine.id).order_by("due"))
        assert [(each.due, each.status) for each in due] == [
            (date(2026, 6, 30), MilestoneStatus.MET),
            (date(2026, 12, 31), MilestoneStatus.OPEN),
        ]

    await stage.work(look)
    before = len(unasked(stage, "发改局"))
    await until(stage, date(2026, 8, 1))
    assert [shown(each) for each in unasked(stage, "发改局")[before:] if "到期" in shown(each)] == []


async def test_three_days_down_leave_one_call(stage: Stage) -> None:
    await arrange(stage, "发改局")
    before = len(unasked(stage, "发改局"))
    await until(stage, date(2026, 6, 16))
    await sleep(stage, date(2026, 6, 24), time(10, 30))
    found = [shown(each) for each in unasked(stage, "发改局")[before:] if TITLE in shown(each)]
    assert len(found) == 1
    await sleep(stage, date(2026, 6, 29), time(10))
    await until(stage, date(2026, 6, 29), time(17))
    assert [shown(each) for each in unasked(stage, COORDINATION) if "截止：已报0/1" in shown(each)] == [
        f"""今日提请（6月29日）
📮 {TITLE}已截止：已报0/1个单位，其中零报告0个
　未报：发改局
[{TITLE}]"""
    ]


async def test_what_recurs_goes_on_in_the_next_year_before_there_is_a_plan_for_it(stage: Stage) -> None:
    await arrange(stage, "发改局")
    await until(stage, date(2026, 12, 30), time(10))
    await stage.say(COORDINATION, COORDINATOR, "/交账")
    await stage.press(COORDINATION, COORDINATOR, "确认交账")
    await until(stage, date(2027, 6, 11))
    assert "2027年上半年网络工作群清理，请在6月25日前报送" in shown(unasked(stage, "发改局")[-1])
    await hand_out(stage, {"发改局": [MINE]}, year=2027, campaigns=True)
    await stage.say(COORDINATION, COORDINATOR, "/campaign")
    told = words(stage, COORDINATION)
    assert [told.count(f"🗓 2027年{half}半年") for half in "上下"] == [0, 1]  # none is arranged twice


async def test_the_last_call_before_a_day_off_does_not_wait_for_another_week(stage: Stage) -> None:
    days = (date(2026, 3, 30), date(2026, 3, 31), date(2026, 4, 1))
    await stage.departments(["发改局"])
    await hand_out(stage, {"发改局": [Given(f"公开{due.day}日信息", due=due) for due in days]})
    await stage.press("发改局", liaison("发改局"), "全部签收")
    await until(stage, date(2026, 3, 14), time(10))
    await stage.say(COORDINATION, COORDINATOR, "/campaign 培训")
    await stage.press(COORDINATION, COORDINATOR, "现在发起")
    assert "3月21日截止" in words(stage, COORDINATION)  # a Saturday
    await until(stage, date(2026, 3, 23))
    # Three bundles are the week's cap; on Friday nobody can be called any later.
    assert mornings(stage, "发改局")[-4:] == [f"3月{day}日 09:00" for day in (16, 17, 18, 20)]
    assert "业务培训" in shown(unasked(stage, "发改局")[-1])


async def test_a_coordinator_starts_one_by_hand_and_cancels_what_was_arranged(stage: Stage) -> None:
    await stage.departments(["发改局"])
    await hand_out(stage, {"发改局": [MINE]}, campaigns=True)
    await stage.press("发改局", liaison("发改局"), "签收")
    await until(stage, date(2026, 3, 2), time(10))
    await stage.say(COORDINATION, COORDINATOR, "/campaign 清理")
    assert (
        words(stage, COORDINATION)
        == """网络工作群清理
现在发起：今天起收报，3月12日截止（10天），只催未报的单位
已排定：12月10日至12月25日自动发起
已排定：6月10日至6月25日自动发起
[现在发起]
[取消12月10日的安排]
[取消6月10日的安排]"""
    )
    await stage.press(COORDINATION, COORDINATOR, "取消6月10日的安排")
    await stage.say(COORDINATION, COORDINATOR, "/campaign 清理")
    await stage.press(COORDINATION, COORDINATOR, "现在发起")
    assert words(stage, COORDINATION) == "✅ 已发起2026年网络工作群清理：3月2日通知各单位，3月12日截止"
    await until(stage, date(2026, 3, 3))
    assert "2026年网络工作群清理，请在3月12日前报送" in shown(unasked(stage, "发改局")[0])
    await stage.press(COORDINATION, COORDINATOR, "2026年网络工作群清理")
    await stage.press(COORDINATION, COORDINATOR, "提前结束")
    assert stage.last(COORDINATION).lines[0] == "已结束：已报0/1个单位，其中零报告0个"
    await until(stage, date(2026, 7, 1))
    assert all("上半年网络工作群清理" not in shown(each) for each in unasked(stage, "发改局"))
