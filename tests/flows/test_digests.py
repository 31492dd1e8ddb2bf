"""Digests: on the first working morning of the week, and whenever somebody asks."""

from __future__ import annotations

import asyncio
from datetime import date, datetime, time

import pytest

from bot import cli
from bot.health import Health
from reminders.digests import next_digest
from reminders.ladder import moment_of
from reminders.policy import Policy
from reminders.workdays import Workdays
from storage.documents import pictures
from storage.ledger import codes
from storage.records import Plan
from storage.terms.clock import OFFICE_ZONE, office_time
from storage.terms.ladder import Cadence, Rhythm
from storage.terms.roles import Role
from storage.unit import Unit
from tests.flows.departments import JUNE, Given, approve, hand_out
from tests.flows.mornings import diary, jump, sleep, unasked, until
from tests.flows.stage import COORDINATION, COORDINATOR, STRANGER, Stage, liaison

GIVEN = (Given("做好规划信息公开", due=JUNE), Given("推进重大项目信息公开", due=date(2026, 7, 10)))
NINE = time(9)


async def arrange(stage: Stage, rhythm: Rhythm = Rhythm.WEEK) -> None:
    await stage.departments(["发改局", "教育局"])
    await hand_out(stage, {"发改局": GIVEN, "教育局": GIVEN[:1]})
    await stage.press("发改局", liaison("发改局"), "全部签收")
    await stage.press("教育局", liaison("教育局"), "签收")
    stage.clock.set(datetime(2026, 7, 1, 17, 0, tzinfo=OFFICE_ZONE))

    async def work(unit: Unit) -> None:
        for plan in unit.directory.all(Plan):
            plan.policy = Policy(digest=rhythm, cadence=Cadence.NEVER).to_json()
            unit.save(plan, "policy")

    await stage.work(work)
    await stage.advance(stage.now() - stage.now())


def sent(stage: Stage, chat: str) -> list[str]:
    return [each.text for each in stage.messages(chat) if "进展（" in each.title]


async def test_coordinators_get_it_on_the_first_working_morning_of_the_week(stage: Stage) -> None:
    await arrange(stage)
    await stage.say("教育局", liaison("教育局"), "已完成", reply_to=stage.messages("教育局")[0])
    await approve(stage, "教育局", "做好规划信息公开")
    await until(stage, date(2026, 7, 6), time(10))
    assert sent(stage, COORDINATION) == [
        (
            "全年2项要点，已办结0项（0%），序时进度41%。\n"
            "亮灯：红1、黄1、绿0、灰0（按单位分工计）。\n"
            "6月29日以来新亮红灯1项：发改局“做好规划信息公开”等。\n"
            "6月29日以来办结1项，1项报了进展。\n"
            "待审核0项，待定的延期、转办申请0件。"
        )
    ]
    picture, workbook = stage.last(COORDINATION).files
    assert stage.content(picture.id).startswith(b"\x89PNG")
    assert workbook.name.endswith(".xlsx")
    assert sent(stage, "发改局") == []


async def test_groups_are_reminded_where_no_digest_can_be_made_and_it_comes_once_mended(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    await arrange(stage)
    await until(stage, date(2026, 7, 10), time(10))
    before = len(unasked(stage, "发改局")), len(sent(stage, COORDINATION))

    def fail(shown: object) -> bytes:
        raise OSError("no font")

    assert stage.office is not None
    health = Health(stage.office, [stage.platform])
    with monkeypatch.context() as broken:
        broken.setattr(pictures, "digest_picture", fail)
        await jump(stage, date(2026, 7, 13))
        assert len(unasked(stage, "发改局")) == before[0] + 1
        assert len(sent(stage, COORDINATION)) == before[1]
        assert (await health.look())["troubles"] == {
            "reminders": "what is due could not be said (OSError)",
        }
    await jump(stage, date(2026, 7, 13), time(9, 1))
    assert len(sent(stage, COORDINATION)) == before[1] + 1
    assert len(unasked(stage, "发改局")) == before[0] + 1
    assert (await health.look())["troubles"] == {}


async def test_whoever_was_away_on_that_morning_sends_one_when_back(stage: Stage) -> None:
    await arrange(stage)
    await sleep(stage, date(2026, 7, 9), time(14))
    await until(stage, date(2026, 7, 13), time(8))
    assert len(sent(stage, COORDINATION)) == 1
    await until(stage, date(2026, 7, 13), time(10))
    assert len(sent(stage, COORDINATION)) == 2


async def test_leaders_get_it_where_they_enrolled(stage: Stage) -> None:
    await arrange(stage)
    words: list[str] = []

    async def work(unit: Unit) -> None:
        words.append(codes.issue_enrolment(unit, Role.LEADER, None))

    await stage.work(work)
    private = f"private:{STRANGER}"
    await stage.say(private, STRANGER, f"/登记 {words[0]}")
    await until(stage, date(2026, 7, 6), time(10))
    assert len(sent(stage, private)) == 1


async def test_never_is_never_and_monthly_once_a_month(stage: Stage) -> None:
    await arrange(stage, Rhythm.MONTH)
    await until(stage, date(2026, 7, 20), time(10))
    assert sent(stage, COORDINATION) == []
    await until(stage, date(2026, 8, 3), time(10))
    assert len(sent(stage, COORDINATION)) == 1


async def test_it_is_there_for_the_asking_and_every_figure_has_its_rows(
    stage: Stage, capsys: pytest.CaptureFixture[str]
) -> None:
    await arrange(stage, Rhythm.NEVER)
    await stage.say(COORDINATION, STRANGER, "/周报")
    assert sent(stage, COORDINATION) == []
    await stage.say(COORDINATION, COORDINATOR, "/周报")
    assert len(sent(stage, COORDINATION)) == 1
    asked = ["digest", "explain", "red", "--database", str(stage.database_path)]
    assert await asyncio.to_thread(cli.main, asked) == 0
    assert capsys.readouterr().out == (
        "7月1日 17:00的汇总\n"
        "红灯：2项\n"
        "  第1项 做好规划信息公开　发改局　办理中　时限6月30日\n"
        "  第1项 做好规划信息公开　教育局　办理中　时限6月30日\n"
    )


DAYS = Workdays()


@pytest.mark.parametrize(
    ("rhythm", "now", "expected"),
    [
        (Rhythm.WEEK, (2026, 7, 6, 8), (2026, 7, 6)),
        (Rhythm.WEEK, (2026, 7, 6, 9), (2026, 7, 13)),
        (Rhythm.WEEK, (2026, 9, 30, 12), (2026, 10, 8)),  # the National Day holidays end on a Wednesday
        (Rhythm.WEEK, (2026, 2, 14, 12), (2026, 2, 24)),  # a week off for the Spring Festival has none
        (Rhythm.MONTH, (2026, 9, 2, 12), (2026, 10, 8)),
        (Rhythm.MONTH, (2026, 12, 2, 12), (2027, 1, 4)),
        (Rhythm.QUARTER, (2026, 7, 1, 9), (2026, 10, 8)),
    ],
)
def test_the_first_working_day_of_the_period(
    rhythm: Rhythm, now: tuple[int, ...], expected: tuple[int, int, int]
) -> None:
    moment = int(datetime(*now, tzinfo=OFFICE_ZONE).timestamp() * 1000)  # type: ignore[arg-type, misc]
    found = next_digest(rhythm, NINE, DAYS, moment)
    assert office_time(found).date() == date(*expected)
    assert found == moment_of(date(*expected), NINE)


async def test_each_group_hears_of_its_own_that_is_overdue_or_nothing(stage: Stage) -> None:
    await arrange(stage)
    await stage.say("教育局", liaison("教育局"), "/待办")
    await stage.say("教育局", liaison("教育局"), "已完成", reply_to=stage.last("教育局"))
    await approve(stage, "教育局", "做好规划信息公开")
    await until(stage, date(2026, 7, 6), time(10))
    before = len(unasked(stage, "教育局"))
    assert [each.title for each in unasked(stage, "发改局")][-1:] == ["发改局：今日提醒1项"]
    assert "做好规划信息公开（6月30日已到期，逾期4个工作日）" in unasked(stage, "发改局")[-1].text
    await until(stage, date(2026, 7, 13), time(10))
    told = diary(stage, "发改局").rpartition("\n\n")[2]
    assert told.startswith("7月13日 09:00\n发改局：今日提醒2项\n❗已逾期2项")
    assert len(unasked(stage, "教育局")) == before

    # What was put right is spoken of no more.
    await stage.say("发改局", liaison("发改局"), "1 已完成 2 已完成", reply_to=unasked(stage, "发改局")[-1])
    heard = len(unasked(stage, "发改局"))
    await until(stage, date(2026, 7, 20), time(10))
    assert len(unasked(stage, "发改局")) == heard
