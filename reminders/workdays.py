"""Chinese working days, with the make-up days (调休) that the State Council publishes each year.

A year that nobody has published yet is guessed from weekends and fixed festivals; :meth:`Workdays.known`
tells the two apart, and a year's arrangement can be given without a new release.
"""

from __future__ import annotations

import tomllib
from array import array
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import accumulate, compress

from storage.terms.clock import OFFICE_ZONE, office_day, to_millis
from storage.terms.errors import Refusal, Unreadable

MORNING = time(9)
"""When the bot speaks unasked."""

FIRST_YEAR, LAST_YEAR = 2000, 2099
_FIRST = date(FIRST_YEAR, 1, 1).toordinal()
_END = date(LAST_YEAR + 1, 1, 1).toordinal()

FIXED_FESTIVALS = frozenset({(1, 1), (5, 1), (5, 2), (10, 1), (10, 2), (10, 3)})
"""Month and day of New Year, Labour Day and National Day by the rules of 2025 on public holidays;
the festivals of the lunar calendar need the published arrangement."""


@dataclass(frozen=True, slots=True)
class YearDays:
    """One year's published arrangement: days off, and weekend days that are worked instead."""

    off: frozenset[date]
    work: frozenset[date] = frozenset()


class Workdays:
    """The calendar of working days: built once, answering from a table."""

    def __init__(self, extra: Mapping[int, YearDays] | None = None) -> None:
        """Build the calendar; ``extra`` gives years that are newer than the library, or corrects it."""
        published = {**_library_years(), **(extra or {})}
        self._known = frozenset(published)
        worked = _worked_days(published)
        self._gone = array("i", accumulate(worked, initial=0))
        """Working days before each day; the next entry is greater by one when the day is worked."""
        self._worked = array("i", compress(range(_FIRST, _END), worked))
        """The ordinal of each working day in turn."""

    def known(self, year: int) -> bool:
        """Tell whether the year's arrangement is published; a guess stands in otherwise."""
        return year in self._known

    def is_workday(self, day: date) -> bool:
        """Tell whether offices work on a day."""
        at = self._at(day)
        return self._gone[at + 1] > self._gone[at]

    def add_workdays(self, day: date, count: int) -> date:
        """Return the day so many working days later, or earlier when ``count`` is negative.

        A day off counts as the working day before it, so 0 leads from a day off to that working day.
        """
        at = self._gone[self._at(day) + 1] - 1 + count
        if not 0 <= at < len(self._worked):
            raise Refusal("day_beyond_calendar", first=FIRST_YEAR, last=LAST_YEAR)
        return date.fromordinal(self._worked[at])

    def workdays_between(self, start: date, end: date) -> int:
        """Return how many working days follow ``start`` until ``end``, itself counted; negative backwards."""
        return self._gone[self._at(end) + 1] - self._gone[self._at(start) + 1]

    def next_working_morning(self, now: int) -> int:
        """Return the moment, in epoch milliseconds, of the first 9:00 of a working day after ``now``."""
        today = office_day(now)
        if self.is_workday(today) and (this_morning := morning_of(today)) > now:
            return this_morning
        return morning_of(self.add_workdays(today, 1))

    def _at(self, day: date) -> int:
        at = day.toordinal() - _FIRST
        if 0 <= at < _END - _FIRST:
            return at
        raise Refusal("day_beyond_calendar", first=FIRST_YEAR, last=LAST_YEAR)


def morning_of(day: date) -> int:
    """Return the moment, in epoch milliseconds, of 9:00 on a day of the office."""
    return to_millis(datetime.combine(day, MORNING, OFFICE_ZONE))


def read_years(written: str) -> dict[int, YearDays]:
    """Read arrangements of years from TOML: a table per year, with ``off`` and ``work`` as lists.

    An entry is a day (``2027-01-01``) or a span in quotes (``"2027-02-05/2027-02-11"``), as the State
    Council's circular words them. Raises :class:`Unreadable` naming the first entry that fits nowhere.
    """
    try:
        tables = tomllib.loads(written)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise Unreadable("calendar.not_toml", reason=str(error)) from error
    return {_year(name): _year_days(_year(name), table) for name, table in tables.items()}


def _year(name: str) -> int:
    if name.isascii() and name.isdigit() and FIRST_YEAR <= int(name) <= LAST_YEAR:
        return int(name)
    raise Unreadable("calendar.year", entry=name)


def _year_days(year: int, table: object) -> YearDays:
    if not isinstance(table, dict) or "off" not in table or not table.keys() <= {"off", "work"}:
        raise Unreadable("calendar.year", entry=str(year))
    off, work = (frozenset(_days_of(year, table.get(name, []))) for name in ("off", "work"))
    for day in off & work:
        raise Unreadable("calendar.day", year=year, entry=day.isoformat())
    for day in work:
        if day.weekday() < 5:
            raise Unreadable("calendar.day", year=year, entry=day.isoformat())
    return YearDays(off, work)


def _days_of(year: int, entries: object) -> Iterator[date]:
    if not isinstance(entries, list):
        raise Unreadable("calendar.year", entry=str(year))
    for entry in entries:
        try:
            first, last = _span(entry)
        except ValueError as error:
            raise Unreadable("calendar.day", year=year, entry=str(entry)) from error
        if first.year != year or last.year != year or last < first:
            raise Unreadable("calendar.day", year=year, entry=str(entry))
        for step in range((last - first).days + 1):
            yield first + timedelta(step)


def _span(entry: object) -> tuple[date, date]:
    if isinstance(entry, date) and not isinstance(entry, datetime):
        return entry, entry
    first, _, last = str(entry).partition("/")
    return date.fromisoformat(first.strip()), date.fromisoformat((last or first).strip())


def _library_years() -> dict[int, YearDays]:
    from chinese_calendar.constants import holidays, workdays

    return {
        year: YearDays(
            frozenset(day for day in holidays if day.year == year),
            frozenset(day for day in workdays if day.year == year),
        )
        for year in {day.year for day in holidays}
    }


def _worked_days(published: Mapping[int, YearDays]) -> bytearray:
    """Return a byte for each day of the calendar, 1 when it is worked: weekdays, but for what is arranged."""
    monday = -_FIRST % 7 + 1
    weekdays = bytearray(b"\1\1\1\1\1\0\0") * ((_END - _FIRST) // 7 + 2)
    worked = weekdays[7 - monday : 7 - monday + _END - _FIRST]
    for year in range(FIRST_YEAR, LAST_YEAR + 1):
        guessed = YearDays(frozenset(date(year, month, day) for month, day in FIXED_FESTIVALS))
        arranged = published.get(year, guessed)
        for day in arranged.off:
            worked[day.toordinal() - _FIRST] = 0
        for day in arranged.work:
            worked[day.toordinal() - _FIRST] = 1
    return worked
