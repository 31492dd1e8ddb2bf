"""How the plan stands and what is overdue, as coordinators and leaders ask for it."""

from __future__ import annotations

from datetime import date, datetime

from storage.terms.clock import OFFICE_ZONE
from tests.flows import desk
from tests.flows.desk import LEAD, RESPONSIBLE, SUPPORT
from tests.flows.stage import COORDINATION, COORDINATOR, LEADER, STRANGER, Stage, liaison

LATE = datetime(2026, 7, 6, 9, 30, tzinfo=OFFICE_ZONE)
"""A Monday: six days after 30 June, of which four are worked."""


async def _city(stage: Stage) -> None:
    await stage.departments(["发改局", "财政局", "教育局"])
    items = {"发布权责清单": {"发改局": LEAD, "财政局": SUPPORT}, "公开预算决算": {"财政局": RESPONSIBLE}}
    await desk.plan(stage, items)


async def _later(stage: Stage) -> None:
    await stage.advance(LATE - datetime.fromtimestamp(stage.clock.now() / 1000, OFFICE_ZONE))


async def test_the_whole_plan_at_a_glance(stage: Stage) -> None:
    await _city(stage)
    await desk.submit(stage, 1, "发改局", told=True)
    await stage.press(COORDINATION, COORDINATOR, "通过")
    await stage.say(COORDINATION, LEADER, "/进度")
    card = stage.last(COORDINATION)
    assert "云岭市2026年政务公开工作要点　进度（3月2日）" in card.title
    assert card.text.splitlines() == [
        "要点2项，已办结1项（50%）",
        "分工3件：待签收2、已办结1",
        "亮灯：🟢2",
        "🟢 发改局　1件，办结1",
        "🟢 财政局　2件，办结0",
    ]


async def test_worst_lights_come_first(stage: Stage) -> None:
    await _city(stage)
    await desk.submit(stage, 1, "发改局")
    await _later(stage)
    await stage.say(COORDINATION, COORDINATOR, "/status")
    assert stage.last(COORDINATION).text.splitlines()[-2:] == [
        "🔴 财政局　2件，办结0，逾期2",
        "🟢 发改局　1件，办结0",
    ]


async def test_one_department_by_any_of_its_names(stage: Stage) -> None:
    await _city(stage)
    await stage.say(COORDINATION, COORDINATOR, "/status 市财政局")
    card = stage.last(COORDINATION)
    assert card.title == "市财政局（2件，办结0）"
    assert "第1项“发布权责清单”　配合，待签收0%，6月30日到期" in card.text
    await stage.say(COORDINATION, COORDINATOR, "/status 教育局")
    assert "目前没有分工" in stage.last(COORDINATION).text


async def test_a_near_name_is_offered(stage: Stage) -> None:
    await _city(stage)
    await stage.say(COORDINATION, COORDINATOR, "/status 财政")
    await stage.press(COORDINATION, COORDINATOR, "市财政局")
    assert stage.last(COORDINATION).title == "市财政局（2件，办结0）"
    await stage.say(COORDINATION, COORDINATOR, "/status 没有这个局")
    await stage.say(COORDINATION, COORDINATOR, "发改局", reply_to=stage.last(COORDINATION))
    assert stage.last(COORDINATION).title == "市发改局（1件，办结0）"


async def test_overdue_says_both_kinds_of_days(stage: Stage) -> None:
    await _city(stage)
    await stage.say(COORDINATION, LEADER, "/overdue")
    assert "目前没有逾期事项" in stage.last(COORDINATION).text
    await _later(stage)
    await stage.say(COORDINATION, LEADER, "/逾期")
    card = stage.last(COORDINATION)
    assert card.title == "逾期3件，涉及2个单位（7月6日）"
    assert card.text.splitlines() == [
        "发改局（1件）",
        "　第1项“发布权责清单”　6月30日到期，已逾期6天（4个工作日）",
        "财政局（2件）",
        "　第1项“发布权责清单”　6月30日到期，已逾期6天（4个工作日）",
        "　第2项“公开预算决算”　6月30日到期，已逾期6天（4个工作日）",
    ]
    await stage.say(COORDINATION, LEADER, "/overdue 发改局")
    assert stage.last(COORDINATION).title == "逾期1件，涉及1个单位（7月6日）"


async def test_long_lists_come_in_pages(stage: Stage) -> None:
    names = [f"第{n}办" for n in range(1, 17)]
    await stage.departments(names)
    await desk.plan(stage, {"事项": dict.fromkeys(names, RESPONSIBLE)}, due=date(2026, 3, 3))
    await stage.say(COORDINATION, COORDINATOR, "/status")
    await stage.press(COORDINATION, COORDINATOR, "还有2条")
    assert len(stage.last(COORDINATION).text.splitlines()) == 2
    await stage.press(COORDINATION, COORDINATOR, "上一页")
    assert "要点1项" in stage.last(COORDINATION).text
    assert len(stage.messages(COORDINATION)) == 1


async def test_the_year_picks_the_plan(stage: Stage) -> None:
    await stage.departments(["发改局"])
    await desk.plan(stage, {"旧事": {"发改局": LEAD}}, year=2025, due=date(2026, 3, 31))
    await desk.plan(stage, {"新事": {"发改局": LEAD}, "又一": {"发改局": LEAD}})
    await stage.say(COORDINATION, COORDINATOR, "/status 2025年")
    assert "云岭市2025年" in stage.last(COORDINATION).title
    await stage.say(COORDINATION, COORDINATOR, "/status")
    assert "云岭市2026年" in stage.last(COORDINATION).title
    await stage.say(COORDINATION, COORDINATOR, "/status 2025 发改局")
    assert "旧事" in stage.last(COORDINATION).text
    assert "新事" not in stage.last(COORDINATION).text


async def test_others_see_nothing_of_it(stage: Stage) -> None:
    await _city(stage)
    await stage.say(COORDINATION, STRANGER, "/status")
    assert "统筹人员" in stage.last(COORDINATION).text
    await stage.say("发改局", liaison("发改局"), "/overdue")
    assert "统筹人员" in stage.last("发改局").text
    stage.newcomer(LEADER, "陈明远", "发改局", "leader")
    await stage.say("发改局", LEADER, "/status")
    assert "请到统筹群里办" in stage.last("发改局").text
