"""Periods as people write them: ``7月1日-7月15日``, ``7.1至15日``, ``2026-07-01到2026-07-15``, one day."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from unicodedata import normalize

HALF_A_YEAR = timedelta(days=183)
"""No leave is longer: days that seem so far apart were meant otherwise."""

_FULL = r"20\d\d\s*[-./年]\s*\d{1,2}\s*[-./月]\s*\d{1,2}\s*[日号]?"
_SHORT = r"\d{1,2}\s*[./月]\s*\d{1,2}\s*[日号]?"
_NEAR = r"今天|今日|明天|明日|后天"
_PERIOD = re.compile(
    rf"(?<!\d)(?P<first>{_FULL}|{_SHORT}|{_NEAR})(?:\s*(?:至|到|[-–—―~]+)\s*"
    rf"(?P<last>{_FULL}|{_SHORT}|{_NEAR}|\d{{1,2}}\s*[日号]?))?(?!\d)"
)
_NUMBERS = re.compile(r"\d+")
_AHEAD = {"今": 0, "明": 1, "后": 2}


@dataclass(frozen=True, slots=True)
class Period:
    """A first and a last day, and what stands before and behind them."""

    first: date
    last: date
    before: str
    behind: str


def read_period(words: str, today: date) -> Period | None:
    """Read the first period that words name; None when there is none that a calendar has.

    A day without a year is this year's, or next year's when this year's is long over. A period that
    ends before it begins crosses the year's end, unless that made it longer than half a year.
    """
    words = normalize("NFKC", words)
    found = _PERIOD.search(words)
    if found is None:
        return None
    try:
        first, last = _days(found["first"], found["last"], today)
    except (ValueError, OverflowError):
        return None
    return Period(first, last, words[: found.start()].strip(), words[found.end() :].strip())


def _days(first: str, last: str | None, today: date) -> tuple[date, date]:
    dated = _has_year(first)
    begins = _day(first, today, today)
    ends = begins if last is None else _day(last, begins, today)
    if ends < begins and last is not None and not _has_year(last):
        crossing = ends.replace(year=ends.year + 1)
        ends = crossing if crossing - begins <= HALF_A_YEAR else ends
    if not dated and today - max(begins, ends) > HALF_A_YEAR:
        begins, ends = begins.replace(year=begins.year + 1), ends.replace(year=ends.year + 1)
    return begins, ends


def _has_year(written: str) -> bool:
    return len(_NUMBERS.findall(written)) == 3 or written[0] in _AHEAD


def _day(written: str, near: date, today: date) -> date:
    if written[0] in _AHEAD:
        return today + timedelta(days=_AHEAD[written[0]])
    numbers = [int(number) for number in _NUMBERS.findall(written)]
    if len(numbers) == 1:
        return near.replace(day=numbers[0])
    return date(*numbers) if len(numbers) == 3 else date(near.year, *numbers)
