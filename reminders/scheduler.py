"""The waking: APScheduler's job only sets an event, a supervised loop does the work, the rows are the truth.

Missing a tick loses nothing. Whatever the clock does, the loop looks again after a while by itself.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from reminders import ticking
from reminders.digests import Reads
from reminders.workdays import Workdays
from storage.database import Database
from storage.terms.clock import OFFICE_ZONE, Clock

EVERY_SECONDS = 20
"""How often it is looked whether something is due: bundles of nine o'clock go out within these seconds."""

PATIENCE_SECONDS = 300
"""After so long the loop looks even if nobody wakes it: where a clock was set back, the job still waits."""


class Scheduler:
    """Looks for what is due, again and again. Made once, run as one supervised task."""

    def __init__(
        self,
        database: Database,
        days: Workdays,
        clock: Clock,
        settled: Callable[[], None],
        tell: Callable[[Exception], None],
        reads: Reads,
    ) -> None:
        """``settled`` is called whenever nothing is due any more, ``tell`` with what went wrong.

        ``reads`` reads what a digest says.
        """
        self._database = database
        self._days = days
        self._clock = clock
        self._settled = settled
        self._tell = tell
        self._reads = reads
        self._woken = asyncio.Event()
        self._at_work = False
        self.trouble = ""
        """What kind of fault the last look ended with; empty when it went well."""
        self.looked = clock.steady()
        """When a look ended last, or when this was made."""

    @property
    def idle(self) -> bool:
        """Whether nothing is known to be due."""
        return not (self._at_work or self._woken.is_set())

    def wake(self) -> None:
        """Look for what is due: the clock was moved, or the hour has come."""
        self._woken.set()

    async def run(self) -> None:
        """Tick until cancelled. What fails is told and tried again at the next waking."""
        from apscheduler.schedulers.asyncio import AsyncIOScheduler

        self.wake()
        waking = AsyncIOScheduler(timezone=OFFICE_ZONE)
        waking.add_job(
            self.wake,
            "interval",
            seconds=EVERY_SECONDS,
            misfire_grace_time=None,
            coalesce=True,
            max_instances=1,
        )
        waking.start()
        try:
            while True:
                await self._rest()
                await self._tick()
        finally:
            waking.shutdown(wait=False)

    async def _rest(self) -> None:
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                await self._woken.wait()
        except TimeoutError:
            self.wake()
        self._at_work = True
        self._woken.clear()

    async def _tick(self) -> None:
        try:
            await ticking.tick(self._database, self._days, self._clock.now(), self._reads)
        except Exception as fault:  # noqa: BLE001 - one fault must not end all reminders, nor the whole program
            self.trouble = type(fault).__qualname__
            self._tell(fault)
        else:
            self.trouble = ""
        finally:
            self.looked = self._clock.steady()
            self._at_work = False
            self._settled()
