"""The rehearsal's clock, moved by hand: what falls due on the way happens in its turn."""

from __future__ import annotations

from datetime import datetime

from bot.composition import Office
from reminders.workdays import morning_of
from storage.actors import SYSTEM
from storage.ledger import moments, steps
from storage.terms.clock import HandClock, office_day, office_time
from storage.unit import Unit


class RehearsalClock:
    """Moves the office's clock, forward only."""

    def __init__(self, clock: HandClock, office: Office) -> None:
        self._clock = clock
        self._office = office

    def now(self) -> int:
        """Return the milliseconds since the Unix epoch."""
        return self._clock.now()

    async def move_to(self, moment: datetime) -> None:
        """Go to a moment; whatever falls due before it is said and sent at its own moment."""
        target = int(moment.timestamp() * 1000)
        while (due := await self.next_moment()) is not None and due < target:
            await self._stop_at(due)
        if target > self._clock.now():
            await self._stop_at(target)

    async def next_morning(self) -> None:
        """Go to nine o'clock of the next working day."""
        await self._office.quiet()
        await self.move_to(office_time(self._office.days.next_working_morning(self._clock.now())))

    async def next_event(self) -> None:
        """Go to when something falls due next, or to the morning of the next due day; else stay."""
        now = self._clock.now()
        moments_ahead = [await self.next_moment(), await self._next_due_morning()]
        ahead = [moment for moment in moments_ahead if moment is not None and moment > now]
        if ahead:
            await self.move_to(office_time(min(ahead)))

    async def _stop_at(self, millis: int) -> None:
        self._clock.set(office_time(millis))
        self._office.clock_moved()
        await self._office.quiet()

    async def next_moment(self) -> int | None:
        """Return the next moment at which something falls due to be said or sent; None when nothing will."""
        self._office.clock_moved()  # what was done since may have to be said at another time
        await self._office.quiet()
        now = self._clock.now()
        found = [
            await self._office.database.unit(SYSTEM, now, look)
            for look in (moments.next_send, steps.next_moment)
        ]
        return min((moment for moment in found if moment is not None and moment > now), default=None)

    async def _next_due_morning(self) -> int | None:
        now = self._clock.now()

        async def work(unit: Unit) -> int | None:
            today = office_day(now)
            if morning_of(today) > now:
                today = office_day(now - 24 * 60 * 60 * 1000)
            day = await moments.next_due_day(unit, today)
            return None if day is None else morning_of(day)

        return await self._office.database.unit(SYSTEM, now, work)
