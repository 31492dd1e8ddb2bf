"""A coordinator gives the new year's days off in chat; everybody counts by them from then on."""

from __future__ import annotations

from datetime import date

from storage.ledger import calendars
from storage.terms.calendar import YearDays
from storage.unit import Unit
from tests.flows.stage import COORDINATION, COORDINATOR, LEADER, Stage, liaison, notice_file

ARRANGED = """[2027]
off = ["2027-01-01/2027-01-03", "2027-02-05/2027-02-11", "2027-04-03/2027-04-05", "2027-05-01/2027-05-05",
       "2027-06-09", "2027-09-15", "2027-10-01/2027-10-07"]
work = [2027-02-20]
"""


async def send(stage: Stage, written: str, *, person: str = COORDINATOR, words: str = "/放假安排") -> str:
    await stage.say(COORDINATION, person, words, files=[notice_file("2027.toml", written)])
    last = stage.last(COORDINATION)
    return f"{last.title}\n{last.text}".strip()


async def test_a_year_given_in_chat_counts_at_once_and_after_a_restart(stage: Stage) -> None:
    assert stage.office is not None
    spring = date(2027, 2, 8)
    assert stage.office.days.is_workday(spring)
    assert await send(stage, ARRANGED) == (
        "✅ 2027年放假安排已记入，工作日随即按此计算\n"
        "2027年放假27天：2027年1月1日至2027年1月3日、2027年2月5日至2027年2月11日、2027年4月3日至2027年4月5日、"
        "2027年5月1日至2027年5月5日、2027年6月9日、2027年9月15日、2027年10月1日至2027年10月7日\n"
        "2027年调休上班1天：2027年2月20日"
    )
    assert not stage.office.days.is_workday(spring)
    await stage.restart()
    assert not stage.office.days.is_workday(spring)
    assert await send(stage, ARRANGED) == "2027年放假安排与已有的相同，没有变动。"


async def test_a_year_can_be_corrected(stage: Stage) -> None:
    assert stage.office is not None
    await send(stage, ARRANGED)
    await send(stage, ARRANGED.replace("2027-02-20", "2027-02-21"))
    assert not stage.office.days.is_workday(date(2027, 2, 20))
    assert stage.office.days.is_workday(date(2027, 2, 21))


async def test_a_file_with_a_missing_festival_changes_nothing(stage: Stage) -> None:
    assert stage.office is not None
    told = await send(stage, ARRANGED.replace('"2027-06-09", ', ""))
    assert told == "2027年放假安排缺少端午节：2027年6月9日应当放假。请补上后再发。"
    assert not stage.office.days.known(2027)


async def test_a_slip_in_a_last_day_does_not_silence_the_bot_for_months(stage: Stage) -> None:
    assert stage.office is not None
    told = await send(stage, ARRANGED.replace("2027-10-07", "2027-12-07"))
    assert told == "放假安排里2027年10月1日至2027年12月7日连续放假太久，请核对起止日期后再发。"
    assert not stage.office.days.known(2027)


async def test_what_is_known_is_listed(stage: Stage) -> None:
    await stage.say(COORDINATION, COORDINATOR, "/calendar")
    assert stage.last(COORDINATION).text.splitlines()[:2] == [
        "2026年：已公布",
        "2027年：尚未公布，暂按双休日和固定节日推算",
    ]
    await send(stage, ARRANGED)
    await stage.say(COORDINATION, COORDINATOR, "/calendar")
    assert "2027年：按“2027.toml”" in stage.last(COORDINATION).text


async def test_two_files_at_once_are_too_many(stage: Stage) -> None:
    files = [notice_file("a.toml", ARRANGED), notice_file("b.toml", ARRANGED)]
    await stage.say(COORDINATION, COORDINATOR, "/calendar", files=files)
    assert stage.last(COORDINATION).text == "请一次只发一个文件，这次收到2个。"


async def test_nobody_else_moves_the_calendar(stage: Stage) -> None:
    await stage.departments(["发改局"])
    assert stage.office is not None
    assert "统筹人员" in await send(stage, ARRANGED, person=LEADER)
    files = [notice_file("2027.toml", ARRANGED)]
    await stage.say("发改局", liaison("发改局"), "/calendar", files=files)
    assert not stage.office.days.known(2027)


async def test_a_year_that_falls_with_its_unit_does_not_count(stage: Stage) -> None:
    assert stage.office is not None

    async def work(unit: Unit) -> None:
        await calendars.load(unit, {2027: YearDays(frozenset({date(2027, 2, 8)}))}, "x")
        raise LookupError

    try:
        await stage.work(work)
    except LookupError:
        assert stage.office.days.is_workday(date(2027, 2, 8))
    else:
        raise AssertionError("the unit should have failed")
