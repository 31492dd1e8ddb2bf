"""A coordinator changes when reminders come: previewed, confirmed, refused where it would wake people."""

from __future__ import annotations

from datetime import date, time

from reminders.policy import Policy
from storage.records import Plan
from storage.terms.ladder import Rhythm
from storage.unit import Unit
from tests.flows.departments import JUNE, Given, hand_out
from tests.flows.mornings import mornings, until
from tests.flows.stage import COORDINATION, COORDINATOR, LEADER, Stage, liaison, notice_file

ME = liaison("发改局")
HANDED_OUT_WITH = Policy(digest=Rhythm.NEVER).to_json()
ONE = Given("做好规划信息公开", due=JUNE)


async def arrange(stage: Stage) -> None:
    await stage.departments(["发改局"])
    await hand_out(stage, {"发改局": (ONE,)})
    await stage.press("发改局", ME, "签收")


async def order(stage: Stage, words: str, *, person: str = COORDINATOR, file: str = "") -> str:
    files = [notice_file("rules.toml", file)] if file else []
    await stage.say(COORDINATION, person, words, files=files)
    last = stage.last(COORDINATION)
    return f"{last.title}\n{last.text}".strip()


async def policy(stage: Stage) -> object:
    found: list[object] = []

    async def work(unit: Unit) -> None:
        (plan,) = unit.directory.all(Plan)
        found.append(plan.policy)

    await stage.work(work)
    return found[0]


async def test_a_change_is_previewed_and_in_force_once_confirmed(stage: Stage) -> None:
    await arrange(stage)
    assert (
        await order(stage, "/提醒规则 提醒 5 0；催办 2；进展 不问；时间 8:30")
        == """提醒规则改成这样？（云岭市2026年政务公开工作要点）
提醒：提前10、3、0个工作日 → 提前5、0个工作日
催办：第1个工作日 → 第2个工作日
时间：09:00 → 08:30
进展：按季度 → 不问进展
6月30日到期的1项：6月23日提醒、6月30日提醒（到期）、7月2日催办、7月3日拟督办单、7月7日拟通报、7月14日拟约谈"""
    )
    assert await policy(stage) == HANDED_OUT_WITH
    await stage.press(COORDINATION, COORDINATOR, "确认改")
    assert stage.toast(COORDINATOR) == "✅ 云岭市2026年政务公开工作要点的提醒规则已改，随即按新规则提醒。"
    await until(stage, date(2026, 7, 3), time(8))
    assert mornings(stage, "发改局") == ["6月23日 08:30", "6月30日 08:30", "7月2日 08:30"]


async def test_it_may_come_as_a_file_and_be_let_be(stage: Stage) -> None:
    await arrange(stage)
    told = await order(stage, "/提醒规则", file='"提醒" = [7, 0]\n"通报" = false\n[items]\n1 = "month"\n')
    assert "提醒：提前10、3、0个工作日 → 提前7、0个工作日" in told
    assert "通报：第5个工作日 → 不发" in told
    assert "第1项“做好规划信息公开”：按月" in told
    await stage.press(COORDINATION, COORDINATOR, "不改")
    assert await policy(stage) == HANDED_OUT_WITH


async def test_the_cadence_of_one_item_is_its_own(stage: Stage) -> None:
    await arrange(stage)
    await order(stage, "/提醒规则 提醒 0；事项 1 按月")
    await stage.press(COORDINATION, COORDINATOR, "确认改")
    await until(stage, date(2026, 4, 17))
    # Ten and three working days before the end of March, ten before the end of April.
    assert mornings(stage, "发改局") == ["3月17日 09:00", "3月26日 09:00", "4月16日 09:00"]


async def test_what_was_previewed_before_another_change_does_not_undo_it(stage: Stage) -> None:
    await arrange(stage)
    await order(stage, "/提醒规则 每周上限 2")
    first = stage.last(COORDINATION)
    await order(stage, "/提醒规则 督办 4")
    second = stage.last(COORDINATION)
    await stage.press(COORDINATION, COORDINATOR, "确认改", on=first)
    await stage.press(COORDINATION, COORDINATOR, "确认改", on=second)
    told = "提醒规则在这之后又改过，请发 /policy 查看，再写一遍要改的。没有改动。"
    assert stage.toast(COORDINATOR) == told
    shown = await order(stage, "/提醒规则")
    assert "每周上限：2次" in shown
    assert "督办：第3个工作日" in shown


async def test_an_empty_list_in_a_file_lets_a_step_be(stage: Stage) -> None:
    await arrange(stage)
    assert "提醒：提前10、3、0个工作日 → 不发" in await order(stage, "/提醒规则", file="ahead = []")


async def test_what_cannot_be_is_refused_with_the_place_and_the_reason(stage: Stage) -> None:
    await arrange(stage)
    night = "时间不能是22:00：只能在工作日的08:00到17:00之间开始。没有改动。"
    assert await order(stage, "/提醒规则 时间 22:00") == night
    assert await order(stage, "/提醒规则", file='at = "22:00"') == night
    assert await order(stage, "/提醒规则 提醒 3 10") == (
        "提醒应从远到近写，不重复，最多6个，例如：10 3 0。没有改动。"
    )
    assert await order(stage, "/提醒规则 提醒") == "提醒后面请写要改成什么，不要这一步就写“不”。没有改动。"
    assert "“每天”看不懂" in await order(stage, "/提醒规则 进展 每天")
    assert "没有“日报”" in await order(stage, "/提醒规则 日报 3")
    assert "没有“weekly”" in await order(stage, "/提醒规则", file="weekly = 3")
    assert "不是 TOML 文件" in await order(stage, "/提醒规则", file="提醒 = [")
    assert "序号和周期" in await order(stage, "/提醒规则 事项 3")
    assert await policy(stage) == HANDED_OUT_WITH


async def test_it_is_shown_to_coordinators_alone(stage: Stage) -> None:
    await arrange(stage)
    told = await order(stage, "/提醒规则")
    assert "督办：第3个工作日\n通报：第5个工作日\n约谈：第10个工作日\n时间：09:00\n进展：按季度" in told
    assert "督办" not in await order(stage, "/提醒规则", person=LEADER)
