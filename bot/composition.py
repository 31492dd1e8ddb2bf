"""The whole program put together in one function; tests and the rehearsal room replace its arguments."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from contextlib import asynccontextmanager, suppress
from functools import partial
from pathlib import Path
from typing import Any

from bot import faults
from bot.answering import Answering
from bot.delivery import Delivery
from bot.dispatch import Dispatcher
from bot.menus import Menus, WithMenus
from bot.platforms.port import Platform
from bot.pulse import Pulse
from bot.receiving import Receiver
from bot.settings import Settings
from bot.texts import Catalogue
from handlers.coordinators import digesting
from reminders import calendars
from reminders.scheduler import Scheduler
from reminders.workdays import Workdays
from storage.actors import SYSTEM
from storage.database import Database
from storage.ledger import people
from storage.terms.cards import Toast
from storage.terms.clock import Clock, office_day
from storage.unit import Unit

log = logging.getLogger(__name__)


class TaskEnded(Exception):  # noqa: N818 - said to the operator
    """A part of the program that never ends has ended."""


class Office:
    """The running program."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        days: Workdays,
        catalogue: Catalogue,
        settings: Settings,
        platforms: Sequence[Platform],
        spawn: Callable[[Coroutine[Any, Any, None]], Any],
    ) -> None:
        self.database = database
        self.clock = clock
        self._days = days
        self.catalogue = catalogue
        self.settings = settings
        self._pulse = pulse = Pulse()
        by_name = {platform.name: platform for platform in platforms}
        language = settings.language
        self.delivery = Delivery(database, clock, pulse, by_name, catalogue, language, spawn)

        words = partial(catalogue.render, language=language)  # a workbook's own process is given it, too

        def toast_words(toast: Toast) -> str:
            return catalogue.render(toast.text, language, office_day(clock.now()).year)

        self._words = words
        answering = Answering(clock, days, by_name, self.delivery, settings, words)
        self.dispatcher = Dispatcher(database, clock, pulse, by_name, answering, toast_words, spawn)
        self.receiver = Receiver(database, clock, pulse, self.dispatcher.put)
        self.scheduler = Scheduler(
            database, days, clock, pulse.ring, _tell_of_reminders, digesting.reader(words)
        )

    def menus(self, platform: WithMenus) -> Menus:
        """Return what keeps a platform's menus."""
        return Menus(self.database, platform, self._words)

    @property
    def days(self) -> Workdays:
        """The calendar, with the years that the ledger holds."""
        return calendars.in_force(self.database.directory, self._days)

    @property
    def is_quiet(self) -> bool:
        """Whether every event had its effect and nothing due waits to be said or sent."""
        heard = not self.receiver.busy and self.dispatcher.idle
        return heard and self.scheduler.idle and self.delivery.idle

    async def quiet(self) -> None:
        """Wait until every event that arrived had its effect and nothing due waits to be said or sent."""
        await self._pulse.until(lambda: self.is_quiet)

    def clock_moved(self) -> None:
        """Look for what fell due: the clock was moved by hand."""
        self.scheduler.wake()
        self.delivery.wake()
        self.dispatcher.wake()


@asynccontextmanager
async def compose(
    database: Path,
    platforms: Sequence[Platform],
    clock: Clock,
    settings: Settings,
    *,
    strict_texts: bool = False,
    days: Workdays | None = None,
    catalogue: Catalogue | None = None,
) -> AsyncIterator[Office]:
    """Open the ledger and run everything until the block ends.

    Raises :class:`storage.database.DatabaseInUse` when another process serves the ledger. A part that dies
    takes the block down with it: nothing goes on half alive.
    """
    opened = await Database.open(database, durable=settings.durable)
    try:
        async with asyncio.TaskGroup() as tasks:
            passing: set[asyncio.Task[None]] = set()

            def spawn(part: Coroutine[Any, Any, None]) -> None:
                task = tasks.create_task(part)
                passing.add(task)
                task.add_done_callback(passing.discard)

            office = Office(
                opened,
                clock,
                days or Workdays(),
                catalogue or Catalogue.load(settings.language, strict=strict_texts),
                settings,
                platforms,
                spawn,
            )
            await _take_up(office)
            listening = [
                tasks.create_task(_for_ever(f"platform {each.name}", each.run(office.receiver.receive)))
                for each in platforms
            ]
            serving = [
                tasks.create_task(_for_ever("receiving", office.receiver.run())),
                tasks.create_task(_for_ever("dispatch", office.dispatcher.run())),
                tasks.create_task(_for_ever("delivery", office.delivery.run())),
                tasks.create_task(_for_ever("reminders", office.scheduler.run())),
                *(
                    tasks.create_task(_for_ever(f"menus of {each.name}", office.menus(each).run()))
                    for each in platforms
                    if isinstance(each, WithMenus)
                ),
            ]
            try:
                yield office
            finally:
                await _wind_down(office, listening, serving)
                for task in (*serving, *passing):
                    task.cancel()
    finally:
        await opened.close()


async def _take_up(office: Office) -> None:
    """Go on where the last end left off."""

    async def work(unit: Unit) -> None:
        for first in office.settings.coordinators:
            people.ensure_first_coordinator(unit, first.platform, first.account, first.name)

    await office.database.unit(SYSTEM, office.clock.now(), work)
    await office.delivery.recover()
    await office.dispatcher.load()


async def _wind_down(
    office: Office, listening: list[asyncio.Task[None]], serving: list[asyncio.Task[None]]
) -> None:
    """Hear nothing more, answer what was heard, let sends under way end."""
    for task in listening:
        task.cancel()
    grace = office.settings.grace
    if not grace or any(task.done() or task.cancelling() for task in serving):
        return
    with suppress(TimeoutError):
        async with asyncio.timeout(grace):
            with suppress(TimeoutError):
                async with asyncio.timeout(grace / 2):
                    await asyncio.gather(*listening, return_exceptions=True)
                    await office.quiet()
            await office.delivery.finish()


def _tell_of_reminders(fault: Exception) -> None:
    faults.tell(log, fault, "What is due could not be said; it is tried again")


async def _for_ever(name: str, part: Coroutine[Any, Any, None]) -> None:
    await part
    raise TaskEnded(name)
