"""What the words of a time limit come to: days, periods and what days count from."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

from handlers.notices import days
from storage.terms.notice import FROM_EVENT, FROM_NOTICE, Deadline, DeadlineKind, Every, Offset, OffsetUnit


@dataclass(frozen=True, slots=True)
class Frame:
    """What a time limit is read against: the notice's year and its date."""

    year: int | None
    issued_on: date | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """A match: its words as printed, its groups, and the words that stand before it."""

    phrase: str
    match: re.Match[str]
    anchor: str = ""

    def has(self, name: str) -> str:
        """Return a group's words, or nothing."""
        return self.match.groupdict().get(name) or ""

    def number(self, name: str) -> int | None:
        """Return a group read as a number."""
        return days.number(self.has(name))


_EVERY: dict[str, Every] = {
    "周": "week",
    "旬": "ten-days",
    "半月": "half-month",
    "半个月": "half-month",
    "月": "month",
    "双月": "two-months",
    "两月": "two-months",
    "两个月": "two-months",
    "季": "quarter",
    "季度": "quarter",
    "半年": "half-year",
    "年": "year",
    "年度": "year",
}
_UNITS: dict[str, OffsetUnit] = {
    "工作日": "workday",
    "月": "month",
    "自然日": "day",
    "日": "day",
    "天": "day",
}
_OWN = re.compile(r"(?:本|此|该)?(?:工作)?(?:通知|要点|方案|意见|计划|办法|清单)?(?:印发|下发)")
_OWN_PUBLISHED = re.compile(
    r"(?:本|此)(?:工作)?(?:通知|要点|方案|意见|计划|办法|清单|文件)(?:印发|下发|发布|公布)"
)


def _year(found: Found, frame: Frame) -> int | None:
    if found.has("year"):
        return int(found.has("year"))
    if frame.year is None:
        return None
    return frame.year + (1 if found.has("next") else 0)


def recurring_limit(found: Found, _frame: Frame) -> Deadline:
    """Read a duty that recurs (每季度)."""
    return Deadline(found.phrase, "recurring", every=_EVERY.get(found.has("every"), "year"))


def relative_limit(found: Found, frame: Frame) -> Deadline | None:
    """Read days that count from an event (印发后15个工作日内)."""
    count, unit = found.number("count"), _UNITS[found.has("unit").removeprefix("个")]
    if not count:
        return None
    own = bool(_OWN.fullmatch(found.anchor) or _OWN_PUBLISHED.fullmatch(found.anchor))
    due = None
    if own and frame.issued_on and unit == "day":
        due = _shift(frame.issued_on, count)
    elif own and frame.issued_on and unit == "month":
        due = days.months_later(frame.issued_on, count)
    start = FROM_NOTICE if own else FROM_EVENT + found.anchor
    return Deadline(found.phrase, "relative", due, offset=Offset(count, unit, start))


def _shift(start: date, count: int) -> date | None:
    try:
        return start + timedelta(days=count)
    except OverflowError:
        return None


def _dated(found: Found, due: date | None, year: int | None, kind: DeadlineKind = "date") -> Deadline | None:
    """Make a dated limit; in a known year a limit without a day is a day that does not exist."""
    if year is not None and due is None:
        return None
    return Deadline(found.phrase, kind, due)


def day_of_month_limit(found: Found, frame: Frame) -> Deadline | None:
    """Read a day or a part of a month (6月底前)."""
    year, month = _year(found, frame), found.number("month")
    due = _end_of_part(found, year if year is not None else 2000, month)
    if due is None:
        return None
    return _dated(found, due if year is not None else None, year)


def _end_of_part(found: Found, year: int, month: int | None) -> date | None:
    """Return the last day of the part of a month that is named; without a part, of what is before it."""
    part = found.has("part") or found.has("third")
    if part in ("底", "末", "下旬"):
        return days.month_end(year, month)
    if part in ("上旬", "初"):
        return days.day(year, month, 10)
    if part == "中旬":
        return days.day(year, month, 20)
    if part:
        return days.day(year, month, found.number("of_month"))
    first = days.day(year, month, 1)
    return first and _shift(first, -1)


def thirds_limit(found: Found, frame: Frame) -> Deadline | None:
    """Read a stretch from one part of a month to another: it is over with the second."""
    year, first = _year(found, frame), found.number("month")
    month = found.number("month2") or first
    if first is None or month is None or days.month_end(2000, first) is None:
        return None
    if year is not None and month < first:
        year += 1
    due = _end_of_part(found, year if year is not None else 2000, month)
    return None if due is None else _dated(found, due if year is not None else None, year, "period")


def month_limit(found: Found, frame: Frame) -> Deadline | None:
    """Read a month as a whole (9月份)."""
    year, month = _year(found, frame), found.number("month")
    if days.month_end(2000, month) is None:
        return None
    return _dated(found, None if year is None else days.month_end(year, month), year, "month")


def range_limit(found: Found, frame: Frame) -> Deadline | None:
    """Read a stretch: it is over with its last day (5月至6月)."""
    year = _year(found, frame)
    if found.has("year2"):
        year = int(found.has("year2"))
    month = found.number("month2") or found.number("month")
    first, last = found.number("month"), found.number("of_month2")
    if days.month_end(2000, first) is None or days.month_end(2000, month) is None:
        return None
    if year is not None and first is not None and month is not None and month < first:
        year += 0 if found.has("year2") else 1
    known = year if year is not None else 2000
    due = days.day(known, month, last) if found.has("of_month2") else days.month_end(known, month)
    if due is None:
        return None
    return _dated(found, due if year is not None else None, year, "period")


def quarter_limit(found: Found, frame: Frame) -> Deadline | None:
    """Read a quarter (第二季度)."""
    year, quarter = _year(found, frame), found.number("quarter") or 0
    kind: DeadlineKind = "date" if found.has("before") else "period"
    return _dated(found, None if year is None else days.month_end(year, quarter * 3), year, kind)


def half_limit(found: Found, frame: Frame) -> Deadline | None:
    """Read a half of the year (上半年)."""
    year = _year(found, frame)
    month = 6 if found.has("half") == "上" else 12
    kind: DeadlineKind = "date" if found.has("before") else "period"
    return _dated(found, None if year is None else days.month_end(year, month), year, kind)


def year_end_limit(found: Found, frame: Frame) -> Deadline | None:
    """Read the end of a year (年底前)."""
    year = _year(found, frame)
    return _dated(found, None if year is None else days.month_end(year, 12), year)


def iso_limit(found: Found, frame: Frame) -> Deadline | None:
    """Read a day in figures (2026-06-30)."""
    year = int(found.has("year")) if found.has("year") else frame.year
    if year is None:
        return None
    return _dated(found, days.day(year, found.number("month"), found.number("of_month")), year)


FEASTS = {
    **dict.fromkeys(("国庆节", "国庆"), (9, 30)),
    **dict.fromkeys(("五一", "劳动节"), (4, 30)),
    "七一": (6, 30),
    "元旦": (12, 31),
}
"""Feasts that fall on the same day each year, and the day before them."""


def feast_limit(found: Found, frame: Frame) -> Deadline | None:
    """Read the day before a feast (国庆节前)."""
    year = _year(found, frame)
    month, of_month = FEASTS[found.has("feast")]
    return _dated(found, None if year is None else days.day(year, month, of_month), year)


def open_limit(found: Found, _frame: Frame) -> Deadline:
    """Read a duty without an end (长期坚持)."""
    return Deadline(found.phrase, "open")
