"""The other shipped campaigns: what each asks, prefills, and what follows from its answer."""

from __future__ import annotations

from datetime import date, time
from io import BytesIO

from docx import Document
from openpyxl import Workbook

from bot.platforms.port import ShownFile
from storage.documents.kinds import XLSX
from storage.ledger import chats, lookup, people
from storage.records import Chat
from storage.terms.roles import Role
from storage.unit import Unit
from tests.flows.departments import Given, approve, hand_out
from tests.flows.mornings import unasked, until
from tests.flows.stage import COORDINATION, COORDINATOR, Stage, liaison, notice_file, shown

ITEMS = (Given("做好规划信息公开"), Given("推进重大项目信息公开"))
ME = liaison("发改局")


async def arrange(stage: Stage) -> None:
    """Let one of two items be done, and the other be half done."""
    await stage.departments(["发改局"])
    await hand_out(stage, {"发改局": ITEMS})
    await stage.press("发改局", ME, "全部签收")
    await stage.say("发改局", ME, "1 已完成，发布12条 2 60%", reply_to=stage.last("发改局"))
    await approve(stage, "发改局", ITEMS[0].title)


async def begin(stage: Stage, words: str) -> None:
    """Let a coordinator start a campaign, and the department look at what it is asked."""
    await stage.say(COORDINATION, COORDINATOR, f"/报送 {words}")
    await stage.press(COORDINATION, COORDINATOR, "现在发起")
    await until(stage, date(2026, 3, 3))
    assert len(unasked(stage, "发改局")) == 1
    await stage.press("发改局", ME, "填报")


async def test_the_ledger_is_checked_item_by_item(stage: Stage) -> None:
    await arrange(stage)
    await begin(stage, "台账核对")
    assert list(stage.last("发改局").lines[1:3]) == [
        "1. 做好规划信息公开（待定核对结果）",
        "2. 推进重大项目信息公开（待定核对结果）",
    ]
    await stage.say("发改局", ME, "1 属实 2 有出入", reply_to=stage.last("发改局"))
    assert stage.last("发改局").lines[-1] == "请回复本条填写出入说明。"
    await stage.say("发改局", ME, "实际已到80%", reply_to=stage.last("发改局"))
    assert stage.last("发改局").lines[0] == "✅ 已报送2条（发改局联络员）"


async def test_the_paragraph_of_the_annual_report_is_drafted_from_the_ledger(stage: Stage) -> None:
    await arrange(stage)
    await begin(stage, "年度报告")
    assert (
        shown(stage.last("发改局"))
        == """发改局：2026年政府信息公开工作年度报告段落（3月12日前）
机器人按台账起草了本单位的一段，可直接确认，或回复改好的全文。
报告段落：2026年，市发改局承担政务公开要点任务2项，已办结1项，正在办理1项。办结的有：做好规划信息公开。
直接回复本条填写。
[确认报送]"""
    )
    await stage.press("发改局", ME, "确认报送")
    assert stage.last("发改局").lines[0] == "✅ 已报送1条（发改局联络员）"
    await stage.say("发改局", ME, "2026年，我局公开规划信息12条。", reply_to=stage.last("发改局"))
    assert "报告段落：2026年，我局公开规划信息12条。" in stage.last("发改局").lines


async def test_asked_in_january_the_paragraph_speaks_of_the_year_that_is_over(stage: Stage) -> None:
    await arrange(stage)
    await stage.say(COORDINATION, COORDINATOR, "/交账")
    await stage.press(COORDINATION, COORDINATOR, "确认交账")
    await until(stage, date(2027, 1, 5), time(10))
    await stage.say(COORDINATION, COORDINATOR, "/报送 年度报告")
    await stage.press(COORDINATION, COORDINATOR, "现在发起")
    assert "已发起2026年政府信息公开工作年度报告段落" in shown(stage.last(COORDINATION))
    await until(stage, date(2027, 1, 6), time(10))
    await stage.press("发改局", ME, "填报")
    drafted = "2026年，市发改局承担政务公开要点任务2项，已办结1项，正在办理1项。"
    assert drafted in shown(stage.last("发改局"))
    # What the department settled stands in the report of that year, and counts in its assessment.
    await stage.say("发改局", ME, "2026年，我局公开规划信息12条。", reply_to=stage.last("发改局"))
    await stage.say(COORDINATION, COORDINATOR, "/年报 2026")
    (file,) = stage.last(COORDINATION).files
    written = Document(BytesIO(stage.content(file.id)))
    assert "2026年，我局公开规划信息12条。" in [each.text for each in written.paragraphs]
    await stage.say(COORDINATION, COORDINATOR, "/考核 2026 发改局")
    assert "年度报告段落" in shown(stage.last(COORDINATION))


async def test_the_department_s_own_scheme_is_asked_for_field_by_field(stage: Stage) -> None:
    await arrange(stage)
    await begin(stage, "工作方案")
    await stage.press("发改局", ME, "逐条填报")
    await stage.say("发改局", ME, "发改局2026年政务公开工作方案", reply_to=stage.last("发改局"))
    assert stage.last("发改局").lines[-1] == "请回复本条填写印发日期，例如：6月30日。"
    await stage.say("发改局", ME, "下周", reply_to=stage.last("发改局"))
    assert shown(stage.last("发改局")).startswith("印发日期：“下周”不是日期")
    await stage.say("发改局", ME, "3月2日", reply_to=stage.last("发改局"))
    assert list(stage.last("发改局").lines[:3]) == [
        "✅ 已报送1条（发改局联络员）",
        "方案名称：发改局2026年政务公开工作方案",
        "印发日期：2026-03-02",
    ]


async def test_a_change_of_post_is_filed_unasked_and_hands_the_open_items_over(stage: Stage) -> None:
    await arrange(stage)
    await stage.say("发改局", ME, "/报送 岗位变动")
    assert (
        shown(stage.last("发改局"))
        == """发改局：2026年分工调整、岗位变动备案（3月7日前）
请写明谁接替谁负责政务公开工作，报后机器人列出要交接的事项。
1. 发改局联络员（待定接替人）
可以点“新增一条”，或下载表格填好后回复本条发回。
[逐条填报][无变动][新增一条]
[下载表格]"""
    )
    said = "1 接替人：李华；接替人职务：办公室主任；变动日期：3月5日"
    await stage.say("发改局", ME, said, reply_to=stage.last("发改局"))
    assert (
        shown(stage.last("发改局"))
        == """发改局：交接清单
还有1项没有办结，请接替人接手：
2. 推进重大项目信息公开（办理中，60%，12月31日到期）
接替人请向统筹人员要口令，私聊机器人发 /登记 口令。"""
    )
    assert (
        shown(stage.last(COORDINATION))
        == """发改局报来岗位变动，移交未办结事项1项
原经办人 发改局联络员、接替人 李华、接替人职务 办公室主任、变动日期 2026-03-05
给接替人口令：/口令 联络员 发改局；原联络员：/人员 发改局"""
    )
    await stage.say("发改局", ME, "/报送 培训")
    assert shown(stage.last("发改局")).startswith("没有叫“培训”的报送。可用：岗位变动备案")


async def test_in_a_group_of_two_departments_each_files_its_own_change(stage: Stage) -> None:
    await stage.departments(["发改局", "财政局"])
    await hand_out(stage, {"发改局": ITEMS, "财政局": ITEMS})

    async def join(unit: Unit) -> None:
        both = [lookup.department_called(unit.directory, name) for name in ("发改局", "财政局")]
        (group,) = [chat for chat in unit.directory.all(Chat) if chat.external == "发改局"]
        member = people.meet(unit, stage.platform_name, stage.account(ME), "发改局联络员")
        assert both[0] is not None
        assert both[1] is not None
        chats.bind(unit, group, [both[0], both[1]])
        people.give_role(unit, member, Role.LIAISON, both[1])

    await stage.work(join)
    for name in ("财政局", "发改局"):
        await stage.say("发改局", ME, "/报送 岗位变动")
        await stage.press("发改局", ME, name)
        assert shown(stage.last("发改局")).startswith(f"{name}：2026年分工调整、岗位变动备案")
    # Pressed again, an old button opens no second one.
    asked = [each for each in stage.messages("发改局") if "请选是哪个单位" in each.text]
    await stage.press("发改局", ME, "财政局", on=asked[0])
    await stage.say("发改局", ME, "/报送 岗位变动")
    assert len([m for m in stage.messages("发改局")[-2:] if "岗位变动备案" in m.title]) == 2
    assert "请选是哪个单位" not in stage.last("发改局").text


async def test_last_year_s_open_and_unproven_items_are_looked_back_on(stage: Stage) -> None:
    await arrange(stage)
    await stage.say(COORDINATION, COORDINATOR, "/交账")
    await stage.press(COORDINATION, COORDINATOR, "确认交账")
    await until(stage, date(2027, 1, 5), time(10))
    await stage.say(COORDINATION, COORDINATOR, "/报送 回头看")
    await stage.press(COORDINATION, COORDINATOR, "现在发起")
    await until(stage, date(2027, 1, 6), time(10))
    await stage.press("发改局", ME, "填报")
    assert list(stage.last("发改局").lines[1:3]) == [
        "1. 做好规划信息公开（待定核实结果）",  # done, but nothing proves it
        "2. 推进重大项目信息公开（待定核实结果）",
    ]
    said = "1 核实结果：已落实；佐证：门户网站规划专栏\n2 核实结果：继续办理；预计完成：2027年3月31日"
    await stage.say("发改局", ME, said, reply_to=stage.last("发改局"))
    assert stage.last("发改局").lines[0] == "✅ 已报送2条（发改局联络员）"

    # A coordinator strikes off what is proven and carries over what goes on, once.
    await hand_out(stage, {"发改局": [Given("公开年度预算", due=date(2027, 12, 31))]}, year=2027)
    await stage.say(COORDINATION, COORDINATOR, "/报送 回头看")
    await stage.press(COORDINATION, COORDINATOR, "销号和结转")
    said = "✅ 销号1项；结转1件，列为2027年新增事项1项，已通知各单位"
    assert shown(stage.last(COORDINATION)) == said
    assert "推进重大项目信息公开（责任、3月31日前）" in shown(stage.last("发改局"))
    await stage.say(COORDINATION, COORDINATOR, "/报送 回头看")
    await stage.press(COORDINATION, COORDINATOR, "销号和结转")
    assert "销号0项；结转0件" in shown(stage.last(COORDINATION))


def book(*rows: tuple[object, ...]) -> ShownFile:
    workbook, made = Workbook(), BytesIO()
    for row in rows:
        workbook.worksheets[0].append(list(row))
    workbook.save(made)
    return ShownFile("2025年台账.xlsx", XLSX, made.getvalue())


async def test_a_ledger_that_only_exists_as_a_spreadsheet_is_looked_back_on(stage: Stage) -> None:
    await stage.departments(["发改局", "财政局"])
    rows = (
        ("2025年政务公开台账",),
        ("序号", "具体工作", "承办", "落实情况", "是否完成"),
        (1, "公开规划", "发改局", "已发布", "已完成"),
        (2, "公开预算", "财政局、发改局", "还在整理", "否"),
        (3, "公开路况", "交警队", "", "否"),
    )
    await stage.say(COORDINATION, COORDINATOR, "/报送 回头看", files=[book(*rows)])
    assert shown(stage.last(COORDINATION)) == (
        "没有找到事项和单位两列。请写明列名，例如：/报送 回头看 事项=工作任务 单位=承办单位"
    )
    asked = "/报送 回头看 事项=具体工作 单位=承办"
    await stage.say(COORDINATION, COORDINATOR, asked, files=[book(*rows)])
    assert (
        shown(stage.last(COORDINATION))
        == """已读出上年台账：没有办结的2件，涉及2个单位；已办结的1项略过
名录里没有、未列入的1处（行号: 单位）：5: 交警队
✅ 已发起2026年政务公开回头看：3月2日通知各单位，3月17日截止"""
    )
    await until(stage, date(2026, 3, 3))
    await stage.press("财政局", liaison("财政局"), "填报")
    assert stage.last("财政局").lines[1] == "1. 公开预算（待定核实结果）"


async def test_people_sign_up_for_training_and_who_came_is_noted(stage: Stage) -> None:
    await arrange(stage)
    await begin(stage, "培训")
    signed = "新增 姓名：李华；职务：科长\n新增 姓名：赵敏；职务：科员"
    await stage.say("发改局", ME, signed, reply_to=stage.last("发改局"))
    await stage.say(COORDINATION, COORDINATOR, "/报送 培训")
    await stage.press(COORDINATION, COORDINATOR, "登记出席")
    assert (
        shown(stage.last(COORDINATION))
        == """2026年政务公开业务培训：报名2人
1. 发改局 李华
2. 发改局 赵敏
请回复本条登记出席：全到；或：缺席 2、5"""
    )
    card = stage.last(COORDINATION)
    await stage.say(COORDINATION, COORDINATOR, "不知道", reply_to=card)
    assert "没有看懂" in shown(stage.last(COORDINATION))
    await stage.say(COORDINATION, COORDINATOR, "缺席 2", reply_to=card)
    assert shown(stage.last(COORDINATION)) == "✅ 出席1人，缺席：赵敏"


OWN = """
title = "值班安排"
explain = "请报国庆值班人员。"
words = ["值班"]
main = "name"
[[fields]]
name = "name"
label = "值班人员"
needed = true
"""


async def test_an_office_brings_a_campaign_of_its_own(stage: Stage) -> None:
    await stage.departments(["发改局"])
    faulty = notice_file("duty.toml", OWN.replace("needed", "nedeed"))
    await stage.say(COORDINATION, COORDINATOR, "/报送", files=[faulty])
    assert shown(stage.last(COORDINATION)).startswith("报送模板 fields[1].nedeed：没有这个字段，可用：")
    await stage.say(COORDINATION, COORDINATOR, "/报送", files=[notice_file("duty.toml", OWN)])
    assert shown(stage.last(COORDINATION)).startswith("✅ 已发起2026 值班安排：3月2日通知各单位")
    await until(stage, date(2026, 3, 3))
    await stage.press("发改局", ME, "填报")
    await stage.say("发改局", ME, "新增 李华", reply_to=stage.last("发改局"))
    assert stage.last("发改局").lines[0] == "✅ 已报送1条（发改局联络员）"


async def test_a_template_s_windows_open_by_themselves_once_a_coordinator_says_so(stage: Stage) -> None:
    await arrange(stage)
    await stage.say(COORDINATION, COORDINATOR, "/报送 公开月")
    await stage.press(COORDINATION, COORDINATOR, "今年按时自动发起")
    assert stage.last(COORDINATION).lines[0] == "已排定：9月1日至9月30日自动发起"
    await stage.say(COORDINATION, COORDINATOR, "/报送 公开月")
    await stage.press(COORDINATION, COORDINATOR, "取消9月1日的安排")
    await stage.say(COORDINATION, COORDINATOR, "/报送 公开月")
    await stage.press(COORDINATION, COORDINATOR, "今年按时自动发起")
    assert stage.last(COORDINATION).lines[0] == "已排定：9月1日至9月30日自动发起"
    await until(stage, date(2026, 9, 1))
    assert "2026年政务公开月活动，请在9月30日前报送" in shown(unasked(stage, "发改局")[-1])
