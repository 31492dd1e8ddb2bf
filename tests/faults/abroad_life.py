"""One life of the program on Telegram or on Slack, in a process of its own; the platform lives elsewhere.

A kill falls just before a statement of the ledger's database, or whenever the parent wants it.
"""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from bot.composition import Office, compose
from bot.platforms.port import Platform
from bot.platforms.slack.adapter import SlackPlatform
from bot.platforms.telegram.adapter import TelegramPlatform
from bot.settings import FirstCoordinator, Settings
from storage.terms.clock import HandClock
from tests.faults.life import LEDGER, Statements, count
from tests.flows.stage import CATALOGUE, DAYS, START


@dataclass(frozen=True, slots=True)
class Way:
    """How the program reaches its platform; ``coordinator`` is an account there."""

    platform: str
    options: dict[str, Any]
    coordinator: str

    def open(self, clock: HandClock) -> Platform:
        """Return the platform."""
        if self.platform == "telegram":
            return TelegramPlatform(**self.options)
        return SlackPlatform(**self.options, clock=clock)


def live(folder: str, way: Way, last: int | None, told: Connection) -> None:
    """Live until told to stop, or until the ``last`` statement is about to run."""
    place = Path(folder)
    logging.basicConfig(filename=place / "log", level=logging.WARNING)
    statements = Statements(last)
    count(statements)
    try:
        asyncio.run(_serve(place, way, statements, told))
    except BaseException:
        logging.getLogger(__name__).exception("the program ended early")
        raise


async def _serve(place: Path, way: Way, statements: Statements, told: Connection) -> None:
    clock = HandClock(START)
    platform = way.open(clock)
    first = FirstCoordinator(way.platform, way.coordinator, "王静")
    settings = Settings(coordinators=(first,), grace=2.0, durable=False)
    try:
        async with compose(
            place / LEDGER, [platform], clock, settings, days=DAYS, catalogue=CATALOGUE
        ) as office:
            await _obey(office, statements, told)
    finally:
        await platform.close()


async def _obey(office: Office, statements: Statements, told: Connection) -> None:
    """Answer ``quiet?`` with the number of statements so far, once there is nothing left to do; else stop."""
    asked: asyncio.Queue[str] = asyncio.Queue()

    def read() -> None:
        try:
            asked.put_nowait(told.recv())
        except EOFError:
            asked.put_nowait("stop")

    asyncio.get_running_loop().add_reader(told.fileno(), read)
    while await asked.get() == "quiet?":
        await office.quiet()
        told.send(statements.count)
    asyncio.get_running_loop().remove_reader(told.fileno())
