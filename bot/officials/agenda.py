"""When officials act: what each of them means to do, in the working hours of working days."""

from __future__ import annotations

import heapq
from collections.abc import Awaitable, Callable
from datetime import date, datetime, time, timedelta

from reminders.workdays import Workdays
from storage.terms.clock import OFFICE_ZONE, to_millis

Act = Callable[[], Awaitable[None]]

SHIFTS = ((time(9), time(12)), (time(14), time(17, 30)))
"""When officials sit at their desks."""


class Agenda:
    """What officials mean to do, earliest first; at the same moment in the order of their seats."""

    def __init__(self, days: Workdays) -> None:
        self._days = days
        self._acts: list[tuple[int, int, int, Act]] = []
        self._count = 0

    def put(self, moment: datetime, seat: int, act: Act) -> None:
        """Mean to do something at a moment, or when the next shift begins after it."""
        self._count += 1
        heapq.heappush(self._acts, (to_millis(self.working(moment)), seat, self._count, act))

    def next(self) -> int | None:
        """Return the moment of the next act, in epoch milliseconds; None when nobody means to do anything."""
        return self._acts[0][0] if self._acts else None

    def take(self) -> Act:
        """Take the next act off the agenda."""
        return heapq.heappop(self._acts)[3]

    def working(self, moment: datetime) -> datetime:
        """Return a moment at which officials work: this one, or the beginning of the next shift."""
        day = moment.date()
        if self._days.is_workday(day):
            for begin, end in SHIFTS:
                if moment.time() < end:
                    return max(moment, _at(day, begin))
        return _at(self._days.add_workdays(day, 1), SHIFTS[0][0])

    def after(self, moment: datetime, minutes: int) -> datetime:
        """Return the moment after so many minutes of work."""
        moment = self.working(moment)
        while True:
            end = next(_at(moment.date(), end) for _, end in SHIFTS if moment.time() < end)
            left = int((end - moment).total_seconds()) // 60
            if minutes < left:
                return moment + timedelta(minutes=minutes)
            minutes -= left
            moment = self.working(end)

    def morning(self, day: date, later: int, minutes: int) -> datetime:
        """Return a moment so many working days after a day, some minutes after the day's work began."""
        return self.after(_at(self._days.add_workdays(day, later), SHIFTS[0][0]), minutes)


def _at(day: date, moment: time) -> datetime:
    return datetime.combine(day, moment, OFFICE_ZONE)
