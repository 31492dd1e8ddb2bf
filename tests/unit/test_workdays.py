from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reminders.workdays import FIXED_FESTIVALS, Workdays, morning_of
from storage.terms.calendar import YearDays
from storage.terms.clock import OFFICE_ZONE, office_time, to_millis
from storage.terms.errors import Refusal

DAYS = Workdays()
ONE_DAY = timedelta(days=1)
around_now = st.dates(date(2021, 1, 1), date(2029, 12, 31))
steps = st.integers(-400, 400)


def any_time_of(day: date) -> st.SearchStrategy[datetime]:
    return st.times().map(lambda time: datetime.combine(day, time, OFFICE_ZONE))


def is_workday_by_the_library(day: date) -> bool:
    import chinese_calendar

    return bool(chinese_calendar.is_workday(day))


def is_workday_by_hand(day: date) -> bool:
    if day.year <= 2026:
        return is_workday_by_the_library(day)
    return day.weekday() < 5 and (day.month, day.day) not in FIXED_FESTIVALS


@pytest.mark.parametrize(
    ("day", "works"),
    [
        (date(2026, 1, 1), False),
        (date(2026, 1, 4), True),  # a Sunday that makes up for New Year
        (date(2026, 2, 14), True),  # a Saturday before the Spring Festival
        (date(2026, 2, 15), False),
        (date(2026, 2, 23), False),
        (date(2026, 2, 24), True),
        (date(2026, 3, 2), True),
        (date(2026, 3, 7), False),
        (date(2026, 10, 7), False),
        (date(2026, 10, 8), True),
        (date(2022, 10, 9), True),
        (date(2027, 10, 1), False),
        (date(2027, 10, 4), True),
        (date(2027, 5, 8), False),
    ],
)
def test_days_are_worked_as_the_state_council_says(day: date, works: bool) -> None:
    assert DAYS.is_workday(day) is works


def test_every_day_of_the_published_years_agrees_with_the_library() -> None:
    for ordinal in range(date(2004, 1, 1).toordinal(), date(2027, 1, 1).toordinal()):
        day = date.fromordinal(ordinal)
        assert DAYS.is_workday(day) == is_workday_by_the_library(day), day


def test_a_year_nobody_published_is_named_as_a_guess() -> None:
    assert DAYS.known(2026)
    assert not DAYS.known(2031)


def test_a_year_can_be_given_without_a_release() -> None:
    days = Workdays({2031: YearDays(off=frozenset({date(2031, 1, 23)}), work=frozenset({date(2031, 1, 25)}))})
    assert days.known(2031)
    assert not days.is_workday(date(2031, 1, 23))
    assert days.is_workday(date(2031, 1, 25))
    assert days.is_workday(date(2031, 10, 1)), "what is given replaces the guess as a whole"
    assert days.known(2026)


def test_a_calendar_with_years_is_made_once() -> None:
    years = {2031: YearDays(frozenset({date(2031, 1, 23)}))}
    grown = DAYS.with_years(years)
    assert not grown.is_workday(date(2031, 1, 23))
    assert DAYS.is_workday(date(2031, 1, 23)), "the one it was made from stays as it is"
    assert DAYS.with_years({2031: YearDays(frozenset({date(2031, 1, 23)}))}) is grown
    assert DAYS.with_years({}) is DAYS
    assert DAYS.with_years({2031: YearDays(frozenset())}).is_workday(date(2031, 1, 23))


@pytest.mark.parametrize(
    ("day", "count", "expected"),
    [
        (date(2026, 3, 6), 1, date(2026, 3, 9)),
        (date(2026, 3, 6), -3, date(2026, 3, 3)),
        (date(2026, 3, 8), 0, date(2026, 3, 6)),
        (date(2026, 3, 8), 1, date(2026, 3, 9)),
        (date(2026, 3, 8), -3, date(2026, 3, 3)),
        (date(2026, 9, 30), 1, date(2026, 10, 8)),
        (date(2026, 2, 13), 1, date(2026, 2, 14)),
        (date(2026, 2, 14), 1, date(2026, 2, 24)),
    ],
)
def test_steps_go_by_working_days(day: date, count: int, expected: date) -> None:
    assert DAYS.add_workdays(day, count) == expected


@given(around_now, steps)
def test_adding_is_walking_day_by_day(day: date, count: int) -> None:
    walked = day
    while not is_workday_by_hand(walked):
        walked -= ONE_DAY
    for _ in range(abs(count)):
        walked += ONE_DAY if count > 0 else -ONE_DAY
        while not is_workday_by_hand(walked):
            walked += ONE_DAY if count > 0 else -ONE_DAY
    assert DAYS.add_workdays(day, count) == walked


@given(around_now, st.integers(0, 500))
def test_between_is_counting_day_by_day(start: date, length: int) -> None:
    end = start + timedelta(days=length)
    counted = sum(is_workday_by_hand(start + timedelta(days=n)) for n in range(1, length + 1))
    assert DAYS.workdays_between(start, end) == counted
    assert DAYS.workdays_between(end, start) == -counted


@given(around_now, steps)
def test_adding_and_between_undo_each_other(day: date, count: int) -> None:
    assert DAYS.workdays_between(day, DAYS.add_workdays(day, count)) == count


@given(st.dates(date(2021, 1, 1), date(2029, 12, 31)).flatmap(any_time_of))
def test_the_next_working_morning_is_the_first_after_now(moment: datetime) -> None:
    now = to_millis(moment)
    morning = DAYS.next_working_morning(now)
    local = office_time(morning)
    assert morning > now
    assert (local.hour, local.minute, local.second, local.microsecond) == (9, 0, 0, 0)
    assert is_workday_by_hand(local.date())
    day = office_time(now).date()
    while day < local.date():
        assert morning_of(day) <= now or not is_workday_by_hand(day)
        day += ONE_DAY


def test_at_nine_the_next_morning_is_another_day() -> None:
    assert DAYS.next_working_morning(morning_of(date(2026, 9, 30))) == morning_of(date(2026, 10, 8))
    assert DAYS.next_working_morning(morning_of(date(2026, 9, 30)) - 1) == morning_of(date(2026, 9, 30))


@pytest.mark.parametrize("day", [date(1999, 12, 31), date(2100, 1, 1), date.min, date.max])
def test_days_beyond_the_calendar_are_refused(day: date) -> None:
    for asked in (
        lambda: DAYS.is_workday(day),
        lambda: DAYS.add_workdays(day, 1),
        lambda: DAYS.workdays_between(date(2026, 1, 1), day),
    ):
        with pytest.raises(Refusal) as refused:
            asked()
        assert refused.value.text.key == "refusal.day_beyond_calendar"


@pytest.mark.parametrize("count", [10**6, -(10**6)])
def test_steps_beyond_the_calendar_are_refused(count: int) -> None:
    with pytest.raises(Refusal):
        DAYS.add_workdays(date(2026, 3, 2), count)
