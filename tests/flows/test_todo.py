"""A department's card: handed out, confirmed, listed, read in full."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bot.settings import Settings
from storage.ledger import chats, lookup, people
from storage.records import Chat, OutboxRow, Plan
from storage.terms.cards import Card
from storage.terms.clock import OFFICE_ZONE
from storage.terms.roles import Role
from storage.terms.statuses import ItemRole
from storage.unit import Unit
from tests.flows.departments import (
    CLOSE,
    GENERAL,
    JUNE,
    THREE,
    Given,
    approve,
    cancel,
    hand_out,
    ledger,
    steps,
)
from tests.flows.stage import CATALOGUE, COORDINATION, COORDINATOR, PLATFORM, STRANGER, Stage, liaison, shown

GROUP = "发改局"
LIAISON = liaison(GROUP)
PASSER_BY = "passer-by"

CARD = """发改局：2026年政务公开交办21项
【点名办理】3项
1. 做好规划信息公开（牵头、6月30日前）
2. 推进重大项目信息公开（责任、6月30日前）
3. 加大惠企政策公开力度（配合、12月31日前）
【共同办理】18项，除注明外：12月31日前
4. 深化财政资金信息公开
5. 规范医疗卫生信息公开
6. 坚持同步解读
7. 讲清政策要点
8. 跟踪政策执行
9. 办好政策咨询
10. 严格审查把关（长期）
11. 规范依申请公开
12. 管好政府网站和政务新媒体（6月30日前）
13. 用好新闻媒体渠道（配合）
14. 推动公开专区提档升级
15. 开展政府开放活动（9月30日前）
16. 加强组织领导
17. 加强业务培训
18. 加强监测评估（10月31日前）
19. 加强考核问责
20. 完善基层政务公开标准化规范化目录…
21. 清理网络工作群
回复本条就能报进展，例如：1 已完成 2 60%，预计11月底 其余正常推进
[全部签收][逐项签收]
[查看原文][不属本单位]"""


@pytest.fixture
async def office(stage: Stage) -> Stage:
    """A department that was handed three items by name, and another without any."""
    await stage.departments([GROUP, "住建局"])
    await hand_out(stage, {GROUP: THREE})
    stage.newcomer(PASSER_BY, "新来的", GROUP)
    return stage


# ---------------------------------------------------------------- handed out


async def test_a_year_of_items_reads_well_on_a_phone(stage: Stage) -> None:
    await stage.departments([GROUP])
    await hand_out(stage, {GROUP: (*THREE, *GENERAL)})
    assert shown(stage.last(GROUP)) == CARD


async def test_a_department_gets_its_own_card_and_no_other(stage: Stage) -> None:
    await stage.departments([GROUP, "住建局", "司法局"])
    await hand_out(stage, {GROUP: THREE, "住建局": GENERAL[:2]})
    assert [m.title for m in stage.messages(GROUP)] == ["发改局：2026年政务公开交办3项"]
    assert shown(stage.last("住建局")) == (
        "住建局：2026年政务公开交办2项\n"
        "【共同办理】2项：12月31日前\n"
        "1. 深化财政资金信息公开\n"
        "2. 规范医疗卫生信息公开\n"
        "回复本条就能报进展，例如：1 已完成 2 60%，预计11月底 其余正常推进\n"
        "[全部签收][逐项签收]\n"
        "[查看原文][不属本单位]"
    )
    assert stage.messages("司法局") == []


async def test_a_group_of_two_departments_gets_a_card_for_each(stage: Stage) -> None:
    await stage.departments([GROUP, "大数据中心"])
    await _bind(stage, GROUP, "大数据中心")
    await hand_out(stage, {GROUP: THREE[:1], "大数据中心": THREE[1:2]})
    assert [m.title for m in stage.messages(GROUP)] == [
        "发改局：2026年政务公开交办1项",
        "大数据中心：2026年政务公开交办1项",
    ]
    await stage.press(GROUP, LIAISON, "签收", on=stage.messages(GROUP)[0])
    assert "1项已全部签收" in stage.messages(GROUP)[0].text
    await stage.press(GROUP, LIAISON, "签收", on=stage.messages(GROUP)[1])
    assert "联络员" in (stage.toast(LIAISON) or "")
    assert (await ledger(stage, "大数据中心")) == {"推进重大项目信息公开": "awaiting 0%"}


async def test_what_comes_later_has_a_card_of_its_own_and_the_next_numbers(office: Stage) -> None:
    await office.advance(timedelta(days=3))
    await hand_out(office, {GROUP: [Given("清理网络工作群", due=JUNE)]})
    assert office.last(GROUP).title == "发改局：2026年政务公开交办1项"
    assert "4. 清理网络工作群（责任、6月30日前）" in office.last(GROUP).text
    assert "例如：60%" in office.last(GROUP).text


async def _bind(stage: Stage, chat: str, department: str) -> None:
    async def work(unit: Unit) -> None:
        (found,) = (each for each in unit.directory.all(Chat) if each.external == chat)
        known = lookup.department_called(unit.directory, department)
        assert known is not None
        chats.bind(unit, found, [known])

    await stage.work(work)


# ---------------------------------------------------------------- confirmed


async def test_everything_is_confirmed_with_one_press(office: Stage) -> None:
    await office.press(GROUP, LIAISON, "全部签收")
    assert office.toast(LIAISON) == "已签收3项"
    card = office.last(GROUP)
    assert "✅ 3项已全部签收\n　签收人：发改局联络员" in card.text
    assert [b.label for b in card.buttons] == ["查看原文", "申请办结", "申请延期", "不属本单位"]
    assert set((await ledger(office, GROUP)).values()) == {"working 0%"}


async def test_a_second_press_changes_nothing(office: Stage) -> None:
    card = office.last(GROUP)
    token = next(button.token for button in card.buttons if button.label == "全部签收")
    await office.press(GROUP, LIAISON, "全部签收")
    before = await steps(office)
    office.room.press(GROUP, LIAISON, card.id, token, stale=True)
    await office.settle()
    assert office.toast(LIAISON) == "这个按钮已失效。"
    assert await steps(office) == before


async def test_items_are_confirmed_one_by_one_and_a_restart_loses_nothing(office: Stage) -> None:
    await office.press(GROUP, LIAISON, "逐项签收")
    assert office.last(GROUP).title == "发改局：逐项签收，还有3项"
    await office.press(GROUP, LIAISON, "签收2")
    assert office.toast(LIAISON) == "已签收1项"
    await office.restart()
    assert [b.label for b in office.last(GROUP).buttons] == ["签收1", "签收3", "返回"]
    await office.press(GROUP, LIAISON, "返回")
    card = office.last(GROUP)
    assert "✅ 已签收：2\n　签收人：发改局联络员\n待签收：1、3" in card.text
    assert "全部签收" in [b.label for b in card.buttons]
    await office.press(GROUP, LIAISON, "逐项签收")
    await office.press(GROUP, LIAISON, "签收1")
    await office.press(GROUP, LIAISON, "签收3")
    assert "✅ 3项已全部签收" in office.last(GROUP).text
    assert len(office.messages(GROUP)) == 1


async def test_many_items_are_confirmed_page_by_page(stage: Stage) -> None:
    await stage.departments([GROUP])
    await hand_out(stage, {GROUP: (*THREE, *GENERAL)})
    await stage.press(GROUP, LIAISON, "逐项签收")
    await stage.press(GROUP, LIAISON, "更多")
    assert [b.label for b in stage.last(GROUP).buttons] == [
        *(f"签收{n}" for n in range(7, 13)),
        "上一页",
        "更多",
        "返回",
    ]
    await stage.press(GROUP, LIAISON, "签收12")
    assert "签收13" in [b.label for b in stage.last(GROUP).buttons]
    await stage.press(GROUP, LIAISON, "返回")
    assert "待签收：1-11、13-21" in stage.last(GROUP).text


@pytest.mark.parametrize("words", ["收到", "好的，收到！", "已知悉"])
async def test_a_got_it_confirms_the_card(office: Stage, words: str) -> None:
    await office.say(GROUP, LIAISON, words, reply_to=office.last(GROUP))
    assert office.last(GROUP).text == "已签收3项"
    assert "✅ 3项已全部签收" in office.messages(GROUP)[0].text
    await office.say(GROUP, LIAISON, words, reply_to=office.messages(GROUP)[0])
    assert len(office.messages(GROUP)) == 2, "a courtesy is not answered"


async def test_a_stranger_confirms_nothing(office: Stage) -> None:
    for label in ("全部签收", "逐项签收"):
        await office.press(GROUP, PASSER_BY, label)
        assert "联络员" in (office.toast(PASSER_BY) or "")
    assert set((await ledger(office, GROUP)).values()) == {"awaiting 0%"}
    assert "已签收" not in office.last(GROUP).text


async def test_a_setting_lets_anyone_in_the_group_answer(tmp_path: Path, empty_ledger: Path) -> None:
    async with Stage(tmp_path, template=empty_ledger, settings=Settings(anyone_answers=True)) as stage:
        await stage.departments([GROUP])
        await hand_out(stage, {GROUP: THREE})
        stage.newcomer(PASSER_BY, "新来的", GROUP)
        await stage.press(GROUP, PASSER_BY, "全部签收")
        assert set((await ledger(stage, GROUP)).values()) == {"working 0%"}


async def test_a_deputy_confirms_for_the_department(office: Stage) -> None:
    office.newcomer("deputy", "副手", GROUP, "liaison")

    async def enrol(unit: Unit) -> None:
        department = lookup.department_called(unit.directory, GROUP)
        people.give_role(unit, people.meet(unit, PLATFORM, "deputy", "副手"), Role.DEPUTY, department)

    await office.work(enrol)
    await office.press(GROUP, "deputy", "全部签收")
    assert "签收人：副手" in office.last(GROUP).text


async def test_what_was_taken_away_is_not_confirmed(office: Stage) -> None:
    await cancel(office, GROUP, "推进重大项目信息公开")
    await office.press(GROUP, LIAISON, "全部签收")
    assert office.toast(LIAISON) == "已签收2项"
    assert "2. 推进重大项目信息公开（撤销）" in office.last(GROUP).text
    assert (await ledger(office, GROUP))["推进重大项目信息公开"] == "cancelled 0%"


async def test_a_closed_plan_is_left_alone(office: Stage) -> None:
    await _close(office)
    await office.press(GROUP, LIAISON, "全部签收")
    assert "交账" in (office.toast(LIAISON) or "")
    assert set((await ledger(office, GROUP)).values()) == {"awaiting 0%"}


async def _close(stage: Stage) -> None:
    async def work(unit: Unit) -> None:
        (plan,) = unit.directory.all(Plan)
        plan.close(unit.now)
        unit.save(plan)

    await stage.work(work)


# ---------------------------------------------------------------- listed


async def test_the_list_keeps_the_numbers_and_marks_what_is_late(stage: Stage) -> None:
    await stage.departments([GROUP])
    await hand_out(stage, {GROUP: (*THREE, *GENERAL[:4])})
    card = stage.last(GROUP)
    await stage.press(GROUP, LIAISON, "全部签收")
    await stage.say(GROUP, LIAISON, "2 60% 4 30%", reply_to=card)
    await stage.say(GROUP, LIAISON, "/submit 3")
    stage.clock.set(datetime(2026, 7, 1, 10, tzinfo=OFFICE_ZONE))
    await stage.say(GROUP, LIAISON, "/todo")
    assert shown(stage.last(GROUP)) == (
        "发改局待办7项\n"
        "❗其中2项已逾期\n"
        "【点名办理】3项\n"
        "❗1. 做好规划信息公开（牵头、办理中、6月30日已到期、红灯）\n"
        "❗2. 推进重大项目信息公开（责任、办理中60%、6月30日已到期、红灯）\n"
        "3. 加大惠企政策公开力度（配合、待审核、12月31日前、绿灯）\n"
        "【共同办理】4项，除注明外：办理中、12月31日前、黄灯\n"
        "4. 深化财政资金信息公开（办理中30%、绿灯）\n"
        "5. 规范医疗卫生信息公开\n"
        "6. 坚持同步解读\n"
        "7. 讲清政策要点\n"
        "回复本条就能报进展，例如：1 已完成 2 60%，预计11月底 其余正常推进\n"
        "[共同事项正常推进]\n"
        "[申请办结][申请延期][不属本单位]"
    )


async def test_settled_items_leave_the_list_but_keep_their_numbers(office: Stage) -> None:
    await cancel(office, GROUP, "做好规划信息公开")
    await office.say(GROUP, LIAISON, "/待办")
    words = office.last(GROUP).text
    assert "1. " not in words
    assert "2. 推进重大项目信息公开" in words


async def test_a_long_list_turns_its_pages(stage: Stage) -> None:
    await stage.departments([GROUP])
    many = [Given(f"专项工作{n}", due=JUNE) for n in range(1, 31)]
    await hand_out(stage, {GROUP: many})
    await stage.say(GROUP, LIAISON, "/todo")
    assert "23. 专项工作23" in stage.last(GROUP).text
    assert "24. " not in stage.last(GROUP).text
    await stage.press(GROUP, LIAISON, "更多")
    assert "24. 专项工作24" in stage.last(GROUP).text
    assert "30. 专项工作30" in stage.last(GROUP).text
    await stage.press(GROUP, LIAISON, "上一页")
    assert "1. 专项工作1" in stage.last(GROUP).text


async def test_anyone_in_the_group_may_look(office: Stage) -> None:
    await office.say(GROUP, PASSER_BY, "/todo")
    assert office.last(GROUP).title == "发改局待办3项"
    await office.say(GROUP, PASSER_BY, "/todo 1")
    assert office.last(GROUP).title == "1. 做好规划信息公开"


async def test_nothing_open_is_said_in_a_line(stage: Stage) -> None:
    await stage.departments([GROUP])
    await stage.say(GROUP, LIAISON, "/todo")
    assert shown(stage.last(GROUP)) == "发改局目前没有待办事项。"


async def test_the_list_belongs_in_a_departments_group(office: Stage) -> None:
    await office.say(COORDINATION, COORDINATOR, "/todo")
    assert "/status" in office.last(COORDINATION).text
    await office.say(COORDINATION, STRANGER, "/todo")
    assert "单位群" in office.last(COORDINATION).text


# ---------------------------------------------------------------- read in full


async def test_an_item_is_read_in_full_and_the_next_is_a_press_away(office: Stage) -> None:
    await office.press(GROUP, LIAISON, "查看原文")
    assert shown(office.last(GROUP)) == (
        "1. 做好规划信息公开\n"
        "牵头、6月30日前、待签收、绿灯\n"
        "及时公开国民经济和社会发展规划。\n"
        "[签收]\n"
        "[申请办结][申请延期][不属本单位]\n"
        "[下一项]"
    )
    await office.press(GROUP, LIAISON, "下一项")
    assert office.last(GROUP).title == "2. 推进重大项目信息公开"
    await office.press(GROUP, LIAISON, "签收")
    assert "责任、6月30日前、办理中、绿灯" in office.last(GROUP).text
    assert (await ledger(office, GROUP))["推进重大项目信息公开"] == "working 0%"
    assert len(office.messages(GROUP)) == 2


async def test_what_is_settled_is_not_called_lasting(stage: Stage) -> None:
    await stage.departments([GROUP, "住建局"])
    lasting = Given("严格审查把关", due=None)
    await hand_out(stage, {GROUP: [*THREE[:2], lasting, *GENERAL[:2]], "住建局": [THREE[0]]})
    general = [each.title for each in GENERAL[:2]]
    await cancel(stage, GROUP, THREE[0].title, *general)
    await stage.say(GROUP, LIAISON, "/submit 2")
    await approve(stage, GROUP, THREE[1].title)
    await stage.say(GROUP, LIAISON, "/todo 2")
    assert stage.last(GROUP).lines[0] == "责任、已办结"
    await stage.say(GROUP, LIAISON, "/todo 1")
    assert stage.last(GROUP).lines[0] == "牵头、撤销、灰灯"
    await stage.say(GROUP, LIAISON, "/todo 3")
    assert stage.last(GROUP).lines[0].startswith("责任、长期、待签收")
    await stage.press(GROUP, LIAISON, "全部签收")
    handed = stage.messages(GROUP)[0].text.splitlines()
    assert "【共同办理】2项" in handed
    assert "3. 严格审查把关（责任、长期）" in handed


async def test_an_item_tells_its_history_and_what_was_asked(office: Stage) -> None:
    await office.say(GROUP, LIAISON, "1 30%", reply_to=office.last(GROUP))
    await office.advance(timedelta(days=40))
    await office.say(GROUP, LIAISON, "1 60%，正在征求意见", reply_to=office.messages(GROUP)[0])
    await office.say(GROUP, LIAISON, "/extend 1 7月15日 需等上级文件")
    await office.say(GROUP, LIAISON, "/decline 1 职责已划转")
    await office.say(GROUP, LIAISON, "/todo １")
    words = office.last(GROUP).text
    assert "已申请延到7月15日，等待答复\n已申请转办（职责已划转），等待答复" in words
    assert (
        "最近进展：\n　4月11日 发改局联络员：60%，60%，正在征求意见\n　3月2日 发改局联络员：30%，30%"
    ) in words


async def test_a_lead_sees_where_the_others_stand(stage: Stage) -> None:
    others = ["住建局", "教育局", "司法局", "财政局"]
    await stage.departments([GROUP, *others])
    title = "加强监测评估"
    await hand_out(
        stage,
        {
            GROUP: [Given(title, ItemRole.LEAD, JUNE)],
            "住建局": [Given(title, due=JUNE)],
            **{name: [Given(title, due=CLOSE, general=True)] for name in others[1:]},
        },
    )
    await stage.say("住建局", liaison("住建局"), "60%", reply_to=stage.last("住建局"))
    await stage.press("教育局", liaison("教育局"), "签收")
    await stage.say(GROUP, LIAISON, "/todo 1")
    assert (
        "其他单位：4个，已办结0个\n　住建局：责任、办理中60%、6月30日前\n　另3个：待签收2、办理中1"
    ) in stage.last(GROUP).text
    await stage.say("住建局", liaison("住建局"), "/todo 1")
    assert "其他单位" not in stage.last("住建局").text


@pytest.mark.parametrize(
    ("command", "answer"),
    [
        ("/todo 9", "没有第9项"),
        ("/todo 1 2", "例如：/todo 3"),
        ("/todo 明天", "例如：/todo 3"),
    ],
)
async def test_a_wrong_number_is_told_the_right_form(office: Stage, command: str, answer: str) -> None:
    await office.say(GROUP, LIAISON, command)
    assert answer in office.last(GROUP).text


async def test_where_two_departments_share_a_group_the_card_says_which(stage: Stage) -> None:
    await stage.departments([GROUP, "大数据中心"])
    await _bind(stage, GROUP, "大数据中心")
    await hand_out(stage, {GROUP: THREE[:1], "大数据中心": THREE[1:2]})
    stage.newcomer(PASSER_BY, "新来的", GROUP)
    await stage.say(GROUP, PASSER_BY, "/todo 1")
    assert "多个单位" in stage.last(GROUP).text
    await stage.say(GROUP, PASSER_BY, "/todo 1", reply_to=stage.messages(GROUP)[1])
    assert stage.last(GROUP).title == "1. 推进重大项目信息公开"
    await stage.say(GROUP, LIAISON, "/todo 1")
    assert stage.last(GROUP).title == "1. 做好规划信息公开"


async def test_a_liaison_does_it_all_in_a_private_chat(office: Stage) -> None:
    office.room.ensure_chat("private", "发改局联络员", "private")
    office.room.ensure_person(LIAISON, "发改局联络员", "liaison", [GROUP, "private"], department=GROUP)
    await office.say("private", LIAISON, "/todo")
    mine = office.last("private")
    assert mine.title == "发改局待办3项"
    await office.press("private", LIAISON, "全部签收")
    await office.press("private", LIAISON, "申请延期")
    await office.press("private", LIAISON, "第1项")
    await office.say("private", LIAISON, "2 60%", reply_to=mine)
    assert office.last("private").text == "已记：2 60%"
    await office.say("private", LIAISON, "/todo 2")
    assert "办理中60%" in office.last("private").text
    await office.press("private", LIAISON, "上一项")
    assert office.last("private").title == "1. 做好规划信息公开"


async def test_every_card_has_its_english_words(office: Stage) -> None:
    card = office.last(GROUP)
    await office.press(GROUP, LIAISON, "逐项签收")
    await office.press(GROUP, LIAISON, "签收1")
    await office.press(GROUP, LIAISON, "返回")
    said = await office.say(GROUP, LIAISON, "1 30% 2 60%，预计11月底 9 好了 3 无进展", reply_to=card)
    await office.press(GROUP, LIAISON, "更正")
    await office.edit(GROUP, LIAISON, said, "1 已完成 2 http://a.cn/1 正在征求意见")
    await office.say(GROUP, LIAISON, "3 已完成60% 其中还有部分没有办结，已全部办结", reply_to=card)
    for command in (
        "/todo",
        "/todo 1",
        "/submit 1 2",
        "/extend 3 2027-1-15 等文件",
        "/decline 3 划转",
        "/todo 3",
    ):
        await office.say(GROUP, LIAISON, command)
    found: list[str] = []

    async def work(unit: Unit) -> None:
        for row in await unit.all(OutboxRow.all()):
            shown_card = Card.from_json(row.card)
            labels = [button.label for buttons in shown_card.rows for button in buttons]
            titles = [shown_card.title] if shown_card.title else []
            found.extend(CATALOGUE.render(each, "en") for each in (*titles, *shown_card.lines, *labels))

    await office.work(work)
    assert "Noted: 1 done (to be reviewed); 2 正在征求意见, 1 enclosure" in found
