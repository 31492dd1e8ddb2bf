"""Chinese working days, with the make-up days (调休) that the State Council publishes each year.

A year that nobody has published yet is guessed from weekends and fixed festivals; :meth:`Workdays.known`
tells the two apart, and a year's arrangement can be given without a new release (:mod:`reminders.calendars`).
"""

from __future__ import annotations

from array import array
from collections.abc import Mapping
from datetime import date, datetime, time
from itertools import accumulate, compress
from typing import Self

from storage.terms.calendar import YearDays
from storage.terms.clock import OFFICE_ZONE, office_day, to_millis
from storage.terms.errors import Refusal

MORNING = time(9)
"""When the bot speaks unasked."""

FIRST_YEAR, LAST_YEAR = 2000, 2099
_FIRST = date(FIRST_YEAR, 1, 1).toordinal()
_END = date(LAST_YEAR + 1, 1, 1).toordinal()

FIXED_FESTIVALS = frozenset({(1, 1), (5, 1), (5, 2), (10, 1), (10, 2), (10, 3)})
"""Month and day of New Year, Labour Day and National Day by the rules of 2025 on public holidays;
the festivals of the lunar calendar need the published arrangement."""


class Workdays:
    """The calendar of working days: built once, answering from a table."""

    def __init__(self, extra: Mapping[int, YearDays] | None = None) -> None:
        """Build the calendar; ``extra`` gives years that are newer than the library, or corrects it."""
        self._extra = dict(extra or {})
        published = {**_library_years(), **self._extra}
        self._known = frozenset(published)
        self._grown: tuple[Mapping[int, YearDays], Self] | None = None
        worked = _worked_days(published)
        self._gone = array("i", accumulate(worked, initial=0))
        """Working days before each day; the next entry is greater by one when the day is worked."""
        self._worked = array("i", compress(range(_FIRST, _END), worked))
        """The ordinal of each working day in turn."""

    def with_years(self, years: Mapping[int, YearDays]) -> Self:
        """Return the calendar in which these years stand too; asked for the same again, the same one."""
        wanted = {**self._extra, **years}
        if wanted == self._extra:
            return self
        if self._grown is None or self._grown[0] != wanted:
            self._grown = wanted, type(self)(wanted)
        return self._grown[1]

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
