"""The ladder in chat: on which morning a department hears what, whatever happens in between."""

from __future__ import annotations

import asyncio
from datetime import date, time

from bot.platforms.port import ChatGone
from bot.platforms.rehearsal.adapter import Step
from handlers.coordinators import digesting
from reminders import ticking
from reminders.policy import Policy
from storage.ledger import chats, lookup, people
from storage.records import Bundle, Chat, OutboxRow, Plan, StepRow
from storage.terms.ladder import Cadence, Rhythm
from storage.unit import Unit
from tests.flows.departments import JUNE, THREE, Given, approve, hand_out
from tests.flows.mornings import diary, jump, mornings, sleep, unasked, until
from tests.flows.stage import COORDINATION, COORDINATOR, DAYS, PLATFORM, Stage, liaison

ME = liaison("发改局")
ONE = Given("做好规划信息公开", due=JUNE)


async def arrange(stage: Stage, *given: Given, sign: bool = True) -> None:
    """Hand items out to a department, which confirms them; only the ladder speaks."""
    given = given or (ONE,)
    await stage.departments(["发改局"])
    await hand_out(stage, {"发改局": given})
    if sign:
        await stage.press("发改局", ME, "签收" if len(given) == 1 else "全部签收")
    await never_prompt(stage)


async def never_prompt(stage: Stage) -> None:
    """Let progress never be asked for."""

    async def work(unit: Unit) -> None:
        for plan in unit.directory.all(Plan):
            plan.policy = Policy(cadence=Cadence.NEVER, digest=Rhythm.NEVER).to_json()
            unit.save(plan, "policy")

    await stage.work(work)


async def test_ten_working_days_before_a_due_day_and_ten_after_it(stage: Stage) -> None:
    await arrange(stage)
    await until(stage, date(2026, 8, 1))
    assert (
        diary(stage, "发改局")
        == """6月15日 09:00
发改局：今日提醒1项
📌 即将到期1项
1. 做好规划信息公开（6月30日前，还有10个工作日）
回复本条就能报进展，例如：60%，预计11月底

6月25日 09:00
发改局：今日提醒1项
📌 即将到期1项
1. 做好规划信息公开（6月30日前，还有3个工作日）
回复本条就能报进展，例如：60%，预计11月底

6月30日 09:00
发改局：今日提醒1项
⏰ 今天到期1项
1. 做好规划信息公开（6月30日前，今天到期）
回复本条就能报进展，例如：60%，预计11月底

7月1日 09:00
发改局：今日提醒1项
❗已逾期1项，请发改局联络员尽快报进展，或申请延期
1. 做好规划信息公开（6月30日已到期，逾期1个工作日）
回复本条就能报进展，例如：60%，预计11月底"""
    )


async def test_three_days_down_bring_one_bundle(stage: Stage) -> None:
    await arrange(stage)
    await until(stage, date(2026, 6, 29))
    before = len(unasked(stage, "发改局"))
    await sleep(stage, date(2026, 7, 2), time(10, 40))
    assert (
        diary(stage, "发改局", before)
        == """7月2日 10:40
发改局：今日提醒1项
❗已逾期1项，请发改局联络员尽快报进展，或申请延期
1. 做好规划信息公开（6月30日已到期，逾期2个工作日）
回复本条就能报进展，例如：60%，预计11月底"""
    )
    await until(stage, date(2026, 7, 2), time(17))
    assert len(unasked(stage, "发改局")) == before + 1


async def test_whoever_comes_back_on_an_evening_or_a_day_off_waits_for_the_morning(stage: Stage) -> None:
    await arrange(stage)
    await until(stage, date(2026, 6, 26))
    before = len(unasked(stage, "发改局"))
    await sleep(stage, date(2026, 7, 3), time(18))
    await until(stage, date(2026, 7, 5), time(15))
    assert len(unasked(stage, "发改局")) == before
    await until(stage, date(2026, 7, 7))
    # By then the step is the coordinators' slip, but the department was never told that it is overdue.
    assert (
        diary(stage, "发改局", before)
        == """7月6日 09:00
发改局：今日提醒1项
❗已逾期1项，请发改局联络员尽快报进展，或申请延期
1. 做好规划信息公开（6月30日已到期，逾期4个工作日）
回复本条就能报进展，例如：60%，预计11月底"""
    )


async def test_completion_stops_the_ladder(stage: Stage) -> None:
    await arrange(stage)
    await until(stage, date(2026, 6, 15))
    await stage.say("发改局", ME, "已完成，发布12条", reply_to=unasked(stage, "发改局")[-1])
    assert stage.last(COORDINATION).title == "发改局申请办结"
    await approve(stage, "发改局", ONE.title)
    await until(stage, date(2026, 8, 1))
    assert mornings(stage, "发改局") == ["6月15日 09:00"]
    assert mornings(stage, COORDINATION) == []


async def test_what_waits_for_review_is_not_chased_and_what_came_back_has_its_days(stage: Stage) -> None:
    await arrange(stage)
    await until(stage, date(2026, 6, 26))
    await stage.say("发改局", ME, "已完成", reply_to=unasked(stage, "发改局")[-1])
    before = len(unasked(stage, "发改局"))
    await until(stage, date(2026, 7, 15), time(10))
    assert len(unasked(stage, "发改局")) == before
    await stage.press(COORDINATION, COORDINATOR, "退回")
    await stage.say(COORDINATION, COORDINATOR, "缺少佐证", reply_to=stage.last(COORDINATION))
    await until(stage, date(2026, 7, 17))
    assert (
        diary(stage, "发改局", before)
        == """7月16日 09:00
发改局：今日提醒1项
❗已逾期1项，请发改局联络员尽快报进展，或申请延期
1. 做好规划信息公开（6月30日已到期，逾期12个工作日）
回复本条就能报进展，例如：60%，预计11月底"""
    )


async def test_an_extension_begins_the_ladder_anew(stage: Stage) -> None:
    await arrange(stage)
    await until(stage, date(2026, 6, 26))
    await stage.say("发改局", ME, "/延期 1 7月31日 等上级文件")
    await stage.press(COORDINATION, COORDINATOR, "同意")
    await until(stage, date(2026, 8, 1))
    assert mornings(stage, "发改局") == [
        "6月15日 09:00",
        "6月25日 09:00",
        "7月17日 09:00",
        "7月28日 09:00",
        "7月31日 09:00",
    ]


async def test_a_day_that_is_moved_nearer_is_not_reminded_of_for_the_past(stage: Stage) -> None:
    await arrange(stage, Given("做好规划信息公开", due=date(2026, 12, 1)))
    await until(stage, date(2026, 6, 10), time(10))
    await stage.say(COORDINATION, COORDINATOR, "/改期 1 发改局 6月15日 上级检查")
    await until(stage, date(2026, 6, 17))
    assert mornings(stage, "发改局") == ["6月15日 09:00", "6月16日 09:00"]


async def test_days_off_shift_it(stage: Stage) -> None:
    """Due in the National Day holidays: reminded of on the last working day before, chased after them."""
    await arrange(stage, Given("做好规划信息公开", due=date(2026, 10, 3)))
    await until(stage, date(2026, 10, 9))
    assert mornings(stage, "发改局") == ["9月16日 09:00", "9月24日 09:00", "9月30日 09:00", "10月8日 09:00"]
    assert "1. 做好规划信息公开（10月3日前，到期日是休息日，请今天报）" in diary(stage, "发改局")


async def test_suspended_is_not_asked_for_until_it_is_resumed(stage: Stage) -> None:
    await arrange(stage)
    await until(stage, date(2026, 6, 10), time(10))
    await stage.say(COORDINATION, COORDINATOR, "/暂缓 1 发改局 等上级文件")
    await until(stage, date(2026, 6, 24), time(10))
    assert mornings(stage, "发改局") == []
    await stage.say(COORDINATION, COORDINATOR, "/恢复 1 发改局 文件已到")
    await until(stage, date(2026, 6, 26))
    assert mornings(stage, "发改局") == ["6月25日 09:00"]


async def test_who_has_not_acknowledged_is_asked_once_and_then_the_coordinators_are_told(
    stage: Stage,
) -> None:
    await arrange(stage, *THREE, sign=False)
    await until(stage, date(2026, 3, 31))
    assert (
        diary(stage, "发改局")
        == """3月4日 09:00
发改局：今日提醒3项
✍ 还有3项没有签收：1-3
回复本条就能报进展，例如：1 已完成 2 60%，预计11月底 其余正常推进"""
    )
    assert (
        diary(stage, COORDINATION)
        == """3月6日 09:00
今日提请（3月6日）
✍ 1个单位还有3项没有签收：
　发改局3项"""
    )


async def test_a_bundle_is_acknowledged_and_answered_at_once(stage: Stage) -> None:
    await arrange(stage, *THREE, sign=False)
    await until(stage, date(2026, 3, 4))
    await stage.press("发改局", ME, "全部签收", on=unasked(stage, "发改局")[0])
    assert stage.toast(ME) == "已签收3项"
    (bundle,) = unasked(stage, "发改局")
    assert bundle.lines[0] == "✅ 3项已全部签收"
    assert [button.label for button in bundle.buttons] == ["申请办结", "申请延期", "查看原文"]
    await stage.say("发改局", ME, "1 已完成 2 60%，预计11月底 3 无进展", reply_to=bundle)
    assert stage.last("发改局").text == "已记：1 办结（待审核）；2 60%，预计11月30日；3 无进展"
    await until(stage, date(2026, 3, 31))
    assert mornings(stage, COORDINATION) == []


async def test_in_a_group_of_two_departments_one_message_speaks_for_both(stage: Stage) -> None:
    await stage.departments(["发改局", "教育局"])

    async def join(unit: Unit) -> None:
        groups = {chat.external: chat for chat in unit.directory.all(Chat)}
        department = lookup.department_called(unit.directory, "教育局")
        assert department is not None
        chats.bind(unit, groups["发改局"], [department])
        chats.unbind(unit, groups["教育局"], department)

    await stage.work(join)
    await hand_out(stage, {"发改局": THREE, "教育局": (ONE,)})
    await never_prompt(stage)
    await until(stage, date(2026, 3, 5))
    assert (
        diary(stage, "发改局")
        == """3月4日 09:00
今日提醒：发改局、教育局
【发改局】
✍ 还有3项没有签收：1-3
【教育局】
✍ 还有1项没有签收：1"""
    )
    await stage.press("发改局", ME, "教育局待办")
    assert stage.last("发改局").title == "教育局待办1项"


async def test_the_deputy_is_named_while_the_liaison_is_away(stage: Stage) -> None:
    await arrange(stage)

    async def work(unit: Unit) -> None:
        (member,) = lookup.members_called(unit.directory, "发改局联络员")
        deputy = people.meet(unit, PLATFORM, "deputy", "李副")
        people.grant_leave(unit, member, date(2026, 7, 1), date(2026, 7, 10), deputy)

    await stage.work(work)
    await until(stage, date(2026, 7, 2))
    assert "❗已逾期1项，请李副尽快报进展，或申请延期" in diary(stage, "发改局")


# ---------------------------------------------------------------- chats that are closed


async def test_a_closed_chat_costs_nothing_and_hears_one_bundle_when_it_is_open_again(stage: Stage) -> None:
    await arrange(stage, ONE, Given("推进重大项目信息公开", due=date(2026, 6, 26)))
    await until(stage, date(2026, 6, 10), time(10))
    stage.room.remove_bot("发改局")
    await stage.settle()
    before = await rows_of(stage, "发改局")
    await until(stage, date(2026, 7, 1), time(10))
    assert await rows_of(stage, "发改局") == before
    stage.room.admit_bot("发改局")
    await stage.settle()
    await jump(stage, date(2026, 7, 1), time(10))
    assert (
        diary(stage, "发改局")
        == """7月1日 10:00
发改局：今日提醒2项
❗已逾期2项，请发改局联络员尽快报进展，或申请延期
1. 做好规划信息公开（6月30日已到期，逾期1个工作日）
2. 推进重大项目信息公开（6月26日已到期，逾期3个工作日）
回复本条就能报进展，例如：1 已完成 2 60%，预计11月底 其余正常推进"""
    )


async def test_a_bundle_that_was_laid_aside_unread_is_part_of_the_one_that_catches_up(stage: Stage) -> None:
    await arrange(stage, ONE, Given("推进重大项目信息公开", due=date(2026, 6, 29)))
    await until(stage, date(2026, 6, 24))

    async def shut(step: Step, chat: str) -> None:
        if chat == "发改局":
            raise ChatGone(f"{step} to {chat}")

    stage.platform.before = shut
    await until(stage, date(2026, 6, 25), time(10))
    stage.platform.before = open_to_all
    assert mornings(stage, "发改局") == ["6月12日 09:00", "6月15日 09:00", "6月24日 09:00"]
    await until(stage, date(2026, 6, 26), time(10))
    stage.room.admit_bot("发改局")
    await stage.settle()
    await jump(stage, date(2026, 6, 26), time(10))
    assert (
        diary(stage, "发改局", 3)
        == """6月26日 10:00
发改局：今日提醒1项
📌 即将到期1项
1. 做好规划信息公开（6月30日前，还有2个工作日）
回复本条就能报进展，例如：60%，预计11月底"""
    )


async def open_to_all(step: Step, chat: str) -> None:
    del step, chat


async def rows_of(stage: Stage, chat: str) -> tuple[int, int]:
    """Count the bundles and the messages of a chat."""
    found: list[tuple[int, int]] = []

    async def work(unit: Unit) -> None:
        (number,) = [each.id for each in unit.directory.all(Chat) if each.external == chat]
        messages = await unit.count(OutboxRow.filter(chat_id=number))
        found.append((await unit.count(Bundle.filter(chat_id=number)), messages))

    await stage.work(work)
    return found[0]


# ---------------------------------------------------------------- the clock and the tick


async def test_two_ticks_at_once_say_it_once(stage: Stage) -> None:
    await arrange(stage)
    await until(stage, date(2026, 6, 14), time(20))
    assert stage.office is not None
    stage.clock.set(stage.now().replace(day=15, hour=9))
    now = stage.clock.now()
    await asyncio.gather(
        *(ticking.tick(stage.office.database, DAYS, now, digesting.reader(str)) for _ in range(5))
    )
    await jump(stage, date(2026, 6, 15))
    assert mornings(stage, "发改局") == ["6月15日 09:00"]


async def test_a_clock_that_jumps_doubles_nothing(stage: Stage) -> None:
    await arrange(stage)
    await until(stage, date(2026, 6, 15))
    for day in (14, 15, 16, 1, 17):
        await jump(stage, date(2026, 6, day))
    await until(stage, date(2026, 6, 26))
    assert mornings(stage, "发改局") == ["6月15日 09:00", "6月25日 09:00"]


async def test_a_kill_in_the_middle_loses_and_doubles_nothing(stage: Stage) -> None:
    await arrange(stage)
    await until(stage, date(2026, 6, 14), time(20))
    assert stage.office is not None
    stage.clock.set(stage.now().replace(day=15, hour=9))
    stage.office.clock_moved()
    await stage.kill()
    await stage.open()
    await until(stage, date(2026, 6, 16))
    assert mornings(stage, "发改局") == ["6月15日 09:00"]
    assert stage.office is not None
    steps: list[int] = []

    async def work(unit: Unit) -> None:
        steps.append(await unit.count(StepRow.all()))

    await stage.work(work)
    assert steps == [1]
