"""What officials are made of: their working hours, how they read cards, how tempers are dealt."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.officials.agenda import SHIFTS, Agenda
from bot.officials.scene import numbered
from bot.officials.temper import deal, load_tempers
from bot.officials.words import load_words
from bot.platforms.rehearsal.world import Message
from reminders.workdays import Workdays
from storage.terms.clock import OFFICE_ZONE, office_time

DAYS = Workdays()
MOMENTS = st.datetimes(datetime(2025, 1, 1), datetime(2026, 12, 31), timezones=st.just(OFFICE_ZONE))  # noqa: DTZ001


def at(written: str) -> datetime:
    return datetime.fromisoformat(written).replace(tzinfo=OFFICE_ZONE)


@given(MOMENTS, st.integers(0, 5_000))
def test_whatever_officials_mean_to_do_falls_into_working_hours(moment: datetime, minutes: int) -> None:
    found = Agenda(DAYS).after(moment, minutes)
    assert found >= moment
    assert DAYS.is_workday(found.date())
    assert any(begin <= found.time() < end for begin, end in SHIFTS)


@pytest.mark.parametrize(
    ("moment", "minutes", "found"),
    [
        ("2026-03-02 08:00", 0, "2026-03-02 09:00"),
        ("2026-03-02 11:50", 10, "2026-03-02 14:00"),
        ("2026-03-02 11:50", 9, "2026-03-02 11:59"),
        ("2026-03-02 12:30", 5, "2026-03-02 14:05"),
        ("2026-03-06 17:20", 20, "2026-03-09 09:10"),
        ("2026-09-30 18:00", 0, "2026-10-08 09:00"),  # National Day week
        ("2026-09-18 17:30", 0, "2026-09-20 09:00"),  # a Sunday that is worked
    ],
)
def test_minutes_of_work_pass_over_noon_nights_and_holidays(moment: str, minutes: int, found: str) -> None:
    assert Agenda(DAYS).after(at(moment), minutes) == at(found)


def test_the_agenda_gives_the_earliest_first_and_keeps_the_order_of_seats() -> None:
    agenda = Agenda(DAYS)
    done = []

    def act(name: str) -> None:
        async def do() -> None:
            done.append(name)

        agenda.put(at("2026-03-02 10:00") + timedelta(minutes=len(name)), len(name), do)

    assert agenda.next() is None
    for name in ("ccc", "a", "bb"):
        act(name)
    assert office_time(agenda.next() or 0) == at("2026-03-02 10:01")
    for _ in range(3):
        try:
            agenda.take()().send(None)  # type: ignore[attr-defined]
        except StopIteration:
            continue
    assert done == ["a", "bb", "ccc"]


def test_a_card_is_read_by_its_numbers_with_the_lines_that_belong_to_them() -> None:
    card = Message("1", "g", None, "待审核", "先看：\n1. 甲\n　说明：一\n12、乙\n完", (), (), None, 0, None)
    assert numbered(card) == {1: "甲\n说明：一", 12: "乙"}


@pytest.mark.parametrize("seed", range(5))
def test_every_temper_plays_where_there_are_enough_seats(seed: int) -> None:
    tempers = load_tempers()
    dealt = deal(tempers, 19, Random(seed))
    assert len(dealt) == 19
    assert {temper.name for temper in dealt} == {temper.name for temper in tempers}
    assert deal(tempers, 19, Random(seed)) == dealt
    assert len(deal(tempers, 3, Random(seed))) == 3


def test_every_temper_finds_its_words() -> None:
    words, chance = load_words(), Random(1)
    for kind in words.table["said"]:
        values = dict.fromkeys(
            ("count", "percent", "month", "day", "names", "numbers", "lead", "support"), "1"
        )
        said = words.one(kind, chance, **values, number=1, words="w")
        assert said
        assert "{" not in said
    assert words.day(date(2026, 7, 5)) == "7月5日"
