"""A year's arrangement is read from a file, or refused with the place and the reason."""

from __future__ import annotations

from contextlib import suppress
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reminders.calendars import LARGEST, festivals, read_years, spans
from reminders.workdays import LAST_YEAR, Workdays
from storage.terms.calendar import YearDays
from storage.terms.errors import Unreadable

DAYS = Workdays()

ARRANGED = """
[2027]
off = [
    "2027-01-01/2027-01-03", "2027-02-05/2027-02-11", "2027-04-03/2027-04-05", "2027-05-01/2027-05-05",
    2027-06-09, "2027-09-15", "2027-10-01/2027-10-07",
]
work = [2027-02-20, "2027-05-08/2027-05-09"]
"""


def test_a_year_is_read() -> None:
    years = read_years(ARRANGED.encode())
    assert len(years[2027].off) == 27
    assert years[2027].work == {date(2027, 2, 20), date(2027, 5, 8), date(2027, 5, 9)}
    days = DAYS.with_years(years)
    assert days.known(2027)
    assert not days.is_workday(date(2027, 2, 9))
    assert days.is_workday(date(2027, 2, 20))
    assert days.add_workdays(date(2027, 2, 4), 1) == date(2027, 2, 12)


def test_what_the_state_council_published_holds_the_festivals() -> None:
    for year in (2025, 2026):
        for name, day in festivals(year):
            assert not DAYS.is_workday(day), (name, day)


@pytest.mark.parametrize("year", range(2025, LAST_YEAR + 1))
def test_festivals_lie_where_the_year_has_them(year: int) -> None:
    spring = [day for name, day in festivals(year) if name == "spring"]
    assert date(year, 1, 20) <= spring[0] < spring[-1] <= date(year, 2, 24)
    assert [day - spring[0] for day in spring] == [timedelta(n) for n in range(4)]
    rest = {name: day for name, day in festivals(year) if name != "spring"}
    assert rest["qingming"] in {date(year, 4, 4), date(year, 4, 5)}
    assert date(year, 5, 27) <= rest["dragon_boat"] <= date(year, 6, 26)
    assert date(year, 9, 7) <= rest["mid_autumn"] <= date(year, 10, 9)


@pytest.mark.parametrize(
    ("left_out", "festival", "day"),
    [
        ('"2027-01-01/2027-01-03", ', "new_year", date(2027, 1, 1)),
        ('"2027-02-05/2027-02-11", ', "spring", date(2027, 2, 5)),
        ('"2027-04-03/2027-04-05", ', "qingming", date(2027, 4, 5)),
        ('"2027-05-01/2027-05-05",', "labour", date(2027, 5, 1)),
        ("2027-06-09, ", "dragon_boat", date(2027, 6, 9)),
        ('"2027-09-15", ', "mid_autumn", date(2027, 9, 15)),
        ('"2027-10-01/2027-10-07",', "national", date(2027, 10, 1)),
    ],
)
def test_a_missing_festival_is_named(left_out: str, festival: str, day: date) -> None:
    assert left_out in ARRANGED
    with pytest.raises(Unreadable) as refused:
        read_years(ARRANGED.replace(left_out, "").encode())
    told = refused.value.text
    assert told.key == "refusal.calendar.festival"
    assert (told.values["year"], told.values["day"]) == ("2027", day)
    assert getattr(told.values["festival"], "key", "") == f"calendar.festival.{festival}"


@pytest.mark.parametrize(
    ("written", "key", "entry"),
    [
        (b"off = [", "not_toml", None),
        (b"\xff\xfe[2027]", "not_toml", None),
        (b"", "empty", None),
        (b"off = []", "year", "off"),
        (b"[1999]\noff = []", "year", "1999"),
        (b"[2100]\noff = []", "year", "2100"),
        ("[２０２７]\noff = []".encode(), "not_toml", None),
        (b"[next]\noff = []", "year", "next"),
        (b"[2027]\nwork = []", "year", "2027"),
        (b"[2027]\noff = []\nrest = []", "year", "2027"),
        (b'[2027]\noff = "2027-01-01"', "year", "2027"),
        (b"[2027]\noff = [2028-01-01]", "day", "2028-01-01"),
        (b'[2027]\noff = ["2027-02-30"]', "day", "2027-02-30"),
        (b'[2027]\noff = ["2027-02-11/2027-02-05"]', "day", "2027-02-11/2027-02-05"),
        (b'[2027]\noff = ["2027-02-11/2028-02-05"]', "day", "2027-02-11/2028-02-05"),
        (b"[2027]\noff = [7]", "day", "7"),
        (b"[2027]\noff = [2027-01-01T09:00:00]", "day", "2027-01-01 09:00:00"),
        (b"[2027]\noff = []\nwork = [2027-03-01]", "day", "2027-03-01"),
        (b"[2027]\noff = [2027-03-06]\nwork = [2027-03-06]", "day", "2027-03-06"),
        (b"#" * (LARGEST + 1), "large", None),
    ],
)
def test_a_year_that_cannot_be_is_refused(written: bytes, key: str, entry: str | None) -> None:
    with pytest.raises(Unreadable) as refused:
        read_years(written)
    assert refused.value.text.key == f"refusal.calendar.{key}"
    assert refused.value.text.values.get("entry") == entry


@given(st.binary(max_size=200))
def test_rubbish_is_refused_and_nothing_else(written: bytes) -> None:
    with suppress(Unreadable):
        read_years(written)


year_days = st.builds(
    YearDays,
    st.frozensets(st.dates(date(2027, 1, 1), date(2027, 12, 31))),
    st.frozensets(st.dates(date(2027, 1, 1), date(2027, 12, 31))),
)


@given(year_days)
def test_an_arrangement_is_read_back_as_it_was_written(days: YearDays) -> None:
    assert YearDays.from_json(days.to_json()) == days


@given(year_days)
def test_spans_hold_every_day_once(days: YearDays) -> None:
    found = [first + timedelta(n) for first, last in spans(days.off) for n in range((last - first).days + 1)]
    assert found == sorted(days.off)
    assert all(b[0] - a[1] > timedelta(1) for a, b in zip(spans(days.off), spans(days.off)[1:], strict=False))
