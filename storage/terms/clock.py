"""The clock: the only place where the time is read."""

from __future__ import annotations

import time
from datetime import UTC, date, datetime, timedelta
from datetime import time as hour
from typing import Protocol
from zoneinfo import ZoneInfo

OFFICE_ZONE = ZoneInfo("Asia/Shanghai")
"""Offices keep Beijing time, whatever the server's zone."""


class Clock(Protocol):
    """Tells the time."""

    def now(self) -> int:
        """Return the milliseconds since the Unix epoch."""
        ...

    def steady(self) -> int:
        """Return milliseconds that only go forward, however the clock is set: for periods, not for days."""
        ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> int:
        """Return the milliseconds since the Unix epoch."""
        return int(datetime.now(UTC).timestamp() * 1000)

    def steady(self) -> int:
        """Return milliseconds that only go forward, however the clock is set."""
        return time.monotonic_ns() // 1_000_000


class HandClock:
    """A clock that stands still until it is moved: for tests and the rehearsal room."""

    def __init__(self, start: datetime) -> None:
        self._now = to_millis(start)
        self._steady = 0

    def now(self) -> int:
        """Return the milliseconds since the Unix epoch."""
        return self._now

    def steady(self) -> int:
        """Return the milliseconds by which the clock was moved forward so far."""
        return self._steady

    def set(self, moment: datetime) -> None:
        """Move the clock to a moment, later or earlier."""
        before, self._now = self._now, to_millis(moment)
        self._steady += max(0, self._now - before)

    def advance(self, step: timedelta) -> None:
        """Move the clock by a step."""
        self.set(office_time(self._now) + step)


def to_millis(moment: datetime) -> int:
    """Turn a moment with a zone into epoch milliseconds."""
    if moment.tzinfo is None:
        raise ValueError("a moment needs its time zone")
    return int(moment.timestamp() * 1000)


def office_time(millis: int) -> datetime:
    """Turn epoch milliseconds into the office's time."""
    return datetime.fromtimestamp(millis / 1000, OFFICE_ZONE)


def office_day(millis: int) -> date:
    """Turn epoch milliseconds into the day on the office's calendar."""
    return office_time(millis).date()


def midnight(day: date) -> int:
    """Return the moment at which a day of the office's calendar begins."""
    return to_millis(datetime.combine(day, hour(0), OFFICE_ZONE))
