"""No burden: departments left in peace, the week's cap, and the meter that shows what was asked."""

from __future__ import annotations

from datetime import date, time

from tests.flows.departments import JUNE, Given, hand_out
from tests.flows.mornings import diary, mornings, until
from tests.flows.stage import COORDINATION, COORDINATOR, LEADER, Stage, liaison, notice_file
from tests.flows.test_reminders import ONE, arrange, never_prompt

ME = liaison("发改局")


async def order(stage: Stage, words: str, *, person: str = COORDINATOR) -> str:
    await stage.say(COORDINATION, person, words)
    last = stage.last(COORDINATION)
    return f"{last.title}\n{last.text}".strip()


async def test_a_department_is_left_in_peace_and_hears_afterwards_what_still_holds(stage: Stage) -> None:
    await arrange(stage)
    await until(stage, date(2026, 6, 20), time(10))
    told = await order(stage, "/免扰 发改局 至7月2日 机构搬迁")
    assert told == "✅ 至7月2日（含当日）不主动打扰发改局：机构搬迁。到期事项的时限不变。"
    await until(stage, date(2026, 7, 6))
    assert mornings(stage, "发改局") == ["6月15日 09:00", "7月3日 09:00"]
    assert "6月30日已到期，逾期3个工作日" in diary(stage, "发改局", 1)


async def test_a_shorter_word_in_place_of_a_longer_one_counts_at_once(stage: Stage) -> None:
    await arrange(stage)
    await order(stage, "/免扰 发改局 至7月31日 机构搬迁")
    await until(stage, date(2026, 6, 20), time(10))
    await order(stage, "/免扰 发改局 至6月24日 已经搬完")
    await until(stage, date(2026, 6, 26))
    assert mornings(stage, "发改局") == ["6月25日 09:00"]


async def test_it_is_listed_and_lifted(stage: Stage) -> None:
    await arrange(stage)
    await order(stage, "/免扰 发改局 至7月31日 机构搬迁")
    assert "发改局：至7月31日（机构搬迁）" in await order(stage, "/免扰")
    await until(stage, date(2026, 6, 20), time(10))
    assert await order(stage, "/免扰 发改局 解除") == "✅ 已解除对发改局的免扰，恢复提醒。"
    assert await order(stage, "/免扰 发改局 解除") == "市发改局没有在免扰期内。"
    await until(stage, date(2026, 6, 26))
    assert mornings(stage, "发改局") == ["6月22日 09:00", "6月25日 09:00"]


async def test_without_a_reason_without_a_day_or_by_a_leader_nothing_is_left_in_peace(stage: Stage) -> None:
    await arrange(stage)
    assert await order(stage, "/免扰 发改局 至7月2日") == "请写明原因。"
    assert (await order(stage, "/免扰 发改局")).startswith("请这样写：/snooze")
    assert (await order(stage, "/免扰 发改局 2026年1月5日 太早")).startswith("这一天已经过去")
    await order(stage, "/免扰 发改局 至7月2日 机构搬迁", person=LEADER)
    assert "现在没有免扰的单位。" in await order(stage, "/免扰")


FOUR = tuple(
    Given(f"公开第{n}批信息", due=due)
    for n, due in enumerate((date(2026, 6, 30), date(2026, 7, 1), date(2026, 7, 2), date(2026, 7, 3)), 1)
)
"""Each is first reminded of ten working days before, on a morning of its own in one week."""


async def test_above_the_cap_the_least_urgent_wait_for_the_next_week(stage: Stage) -> None:
    await arrange(stage, *FOUR)
    await until(stage, date(2026, 6, 23), time(10))
    assert mornings(stage, "发改局") == [
        "6月15日 09:00",
        "6月16日 09:00",
        "6月17日 09:00",
        "6月22日 09:00",
    ]


async def test_what_is_overdue_is_said_whatever_was_said_before(stage: Stage) -> None:
    await arrange(stage, *FOUR, Given("推进重大项目信息公开", due=date(2026, 6, 17)))
    await until(stage, date(2026, 6, 19), time(10))
    assert mornings(stage, "发改局")[-4:] == [
        "6月15日 09:00",
        "6月16日 09:00",
        "6月17日 09:00",
        "6月18日 09:00",
    ]


async def test_the_meter_shows_what_was_asked_of_whom(stage: Stage) -> None:
    await stage.departments(["发改局", "教育局"])
    await hand_out(stage, {"发改局": (ONE, Given("推进重大项目信息公开", due=JUNE)), "教育局": (ONE,)})
    await never_prompt(stage)
    assert "这四周没有主动提醒过任何单位。" in await order(stage, "/负担")
    await until(stage, date(2026, 3, 4), time(10))
    assert (
        await order(stage, "/负担")
        == """打扰情况（3月2日这一周）
发改局：本周1次共2项；前三周0、0、0次
教育局：本周1次共1项；前三周0、0、0次
每个群每周最多3次；当天到期、逾期和法定时限的不受此限。"""
    )


async def test_after_a_period_the_coordinators_hear_who_is_missing(stage: Stage) -> None:
    await stage.departments(["发改局", "教育局"])
    await hand_out(stage, {"发改局": (ONE,), "教育局": (ONE, Given("推进重大项目信息公开", due=JUNE))})
    await stage.press("发改局", ME, "签收")
    await stage.press("教育局", liaison("教育局"), "全部签收")
    await until(stage, date(2026, 3, 20), time(10))
    await stage.say("发改局", ME, "60%，预计11月底", reply_to=stage.last("发改局"))
    await until(stage, date(2026, 4, 2))
    assert (
        diary(stage, COORDINATION)
        == """4月1日 09:00
今日提请（4月1日）
📝 第一季度进展已截止，1个单位还有2项没有报：
　教育局2项"""
    )


async def test_a_year_without_days_off_is_named_once(stage: Stage) -> None:
    await arrange(stage, Given("做好规划信息公开", due=date(2026, 12, 31)))
    await until(stage, date(2027, 1, 6))
    told = [line for line in diary(stage, COORDINATION).splitlines() if "放假安排" in line]
    assert told == [
        "📅 2027年放假安排还没有数据，暂按双休日和固定节日推算。公布后请用 /calendar 附文件记入。"
    ]


ARRANGED = """[2027]
off = ["2027-01-01/2027-01-05", "2027-02-05/2027-02-11", "2027-04-03/2027-04-05", "2027-05-01/2027-05-05",
       "2027-06-09", "2027-09-15", "2027-10-01/2027-10-07"]
"""


async def test_a_calendar_that_is_given_moves_what_was_planned(stage: Stage) -> None:
    await arrange(stage, Given("做好规划信息公开", due=date(2026, 12, 31)))
    await until(stage, date(2026, 12, 31), time(10))
    await stage.say(COORDINATION, COORDINATOR, "/放假安排", files=[notice_file("2027.toml", ARRANGED)])
    await until(stage, date(2027, 1, 7))
    assert mornings(stage, "发改局")[-1] == "1月6日 09:00"
