"""Periods of leave as people write them."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.replies.periods import read_period

MARCH, DECEMBER = date(2026, 3, 2), date(2026, 12, 20)


@pytest.mark.parametrize(
    ("words", "first", "last"),
    [
        ("7月1日-7月15日", date(2026, 7, 1), date(2026, 7, 15)),
        ("7月1日至15日", date(2026, 7, 1), date(2026, 7, 15)),
        ("7月1号到15号", date(2026, 7, 1), date(2026, 7, 15)),
        ("７月１日～７月１５日", date(2026, 7, 1), date(2026, 7, 15)),
        ("7.1-7.15", date(2026, 7, 1), date(2026, 7, 15)),
        ("7月1日 — 7月15日", date(2026, 7, 1), date(2026, 7, 15)),
        ("2026-07-01 至 2026-07-15", date(2026, 7, 1), date(2026, 7, 15)),
        ("2026-07-01~07.15", date(2026, 7, 1), date(2026, 7, 15)),
        ("2026年7月1日至15日", date(2026, 7, 1), date(2026, 7, 15)),
        ("2026/7/1", date(2026, 7, 1), date(2026, 7, 1)),
        ("7月1日", date(2026, 7, 1), date(2026, 7, 1)),
        ("明天-3月6日", date(2026, 3, 3), date(2026, 3, 6)),
        ("今天", date(2026, 3, 2), date(2026, 3, 2)),
        ("12月28日-1月3日", date(2026, 12, 28), date(2027, 1, 3)),
        ("2月1日-2月5日", date(2026, 2, 1), date(2026, 2, 5)),
        ("7月15日-7月1日", date(2026, 7, 15), date(2026, 7, 1)),
    ],
)
def test_read(words: str, first: date, last: date) -> None:
    period = read_period(f"张三 {words} 李四", MARCH)
    assert period is not None
    assert (period.first, period.last) == (first, last)
    assert (period.before, period.behind) == ("张三", "李四")


def test_days_of_next_year_in_december() -> None:
    period = read_period("张三1月5日到1月9日", DECEMBER)
    assert period is not None
    assert (period.first, period.last) == (date(2027, 1, 5), date(2027, 1, 9))


@pytest.mark.parametrize(
    "words", ["", "张三", "七月", "6月31日", "2026-13-01", "13月1日-13月5日", "第3项", "100"]
)
def test_no_period(words: str) -> None:
    assert read_period(words, MARCH) is None


@given(st.dates(date(2026, 1, 1), date(2030, 12, 31)), st.integers(0, 180))
def test_what_is_written_in_full_is_read_as_written(first: date, days: int) -> None:
    last = date.fromordinal(first.toordinal() + days)
    period = read_period(f"甲 {first:%Y-%m-%d}至{last:%Y年%m月%d日}", MARCH)
    assert period is not None
    assert (period.first, period.last) == (first, last)


@given(
    st.dates(date(2026, 1, 1), date(2029, 12, 31)),
    st.integers(0, 150),
    st.integers(0, 28),
)
def test_a_leave_ahead_needs_no_year(today: date, ahead: int, days: int) -> None:
    first = date.fromordinal(today.toordinal() + ahead)
    last = date.fromordinal(first.toordinal() + days)
    period = read_period(f"{first.month}月{first.day}日-{last.month}月{last.day}日", today)
    if first.month == 2 and first.day == 29 and first.year != today.year:
        return
    assert period is not None
    assert (period.first, period.last) == (first, last)


@given(st.text(alphabet="0123456789年月日号.-至到 ~今明天后", max_size=40))
def test_anything_is_read_or_not(words: str) -> None:
    period = read_period(words, MARCH)
    if period is not None:
        assert words.startswith(period.before) or words.strip().startswith(period.before)
        assert words.strip().endswith(period.behind)
        assert len(period.before) + len(period.behind) < len(words)
