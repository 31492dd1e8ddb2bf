"""The program on a filled ledger, without a network: events go in, messages are counted."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager, suppress
from itertools import count
from pathlib import Path
from typing import Any

from bot.composition import Office
from bot.platforms.port import Capabilities, Receive, Shown
from bot.settings import Settings
from bot.texts import Catalogue
from handlers.events import AnyEvent, Attachment, Command, Place, Reply, Sender
from reminders.workdays import Workdays
from storage.actors import SYSTEM
from storage.database import Database
from storage.records import ProgressReport
from storage.terms.clock import HandClock
from storage.unit import Unit
from tests.bench.ledgers import COORDINATION, COORDINATOR, PLATFORM, START, group, liaison

MEGABYTE = 1024 * 1024


class Quick:
    """A platform that takes everything at once and remembers the last message of each chat."""

    name = PLATFORM
    capabilities = Capabilities(True, 20 * MEGABYTE, 50 * MEGABYTE, 4096)
    trouble = ""

    def __init__(self) -> None:
        self.newest: dict[str, str] = {}
        self.said: list[Shown] = []
        self.files: dict[str, bytes] = {}
        self._numbers = count(1)

    async def run(self, receive: Receive) -> None:
        """Hear nothing: events are handed to the receiver directly."""
        await asyncio.Event().wait()

    async def send(self, chat: str, thread: str | None, message: Shown, reply_to: str | None) -> str:
        """Take a message."""
        self.said.append(message)
        self.newest[chat] = number = str(next(self._numbers))
        return number

    async def edit(self, chat: str, message_id: str, message: Shown) -> None:
        """Take a change."""

    async def answer(self, event_id: str, words: str) -> None:
        """Take a toast."""

    async def fetch(self, ref: str) -> bytes:
        """Return a file laid ready."""
        return self.files[ref]

    async def close(self) -> None:
        """Close nothing."""


class Bench:
    """An office at work, and what is said to it."""

    def __init__(self, office: Office, platform: Quick, delivery: asyncio.Task[None]) -> None:
        self.office = office
        self.platform = platform
        self._delivery = delivery
        self._numbers = count(1)

    def said(
        self, department: int, words: str, reply_to: str, files: tuple[Attachment, ...] = ()
    ) -> AnyEvent:
        """Return a reply of a department's liaison to a card in their group."""
        basis = self._basis(group(department), liaison(department))
        return Reply(**basis, reply_to=reply_to, text=words, files=files)

    def asked(self, department: int | None, name: str, files: tuple[Attachment, ...] = ()) -> Command:
        """Return a command of a liaison, or with None of the coordinator."""
        chat, account = (
            (COORDINATION, COORDINATOR) if department is None else (group(department), liaison(department))
        )
        return Command(**self._basis(chat, account), name=name, files=files)

    def _basis(self, chat: str, account: str) -> dict[str, Any]:
        number = next(self._numbers)
        return {
            "event_id": f"e{number}",
            "place": Place(PLATFORM, chat, title=chat),
            "sender": Sender(account, account),
            "message": f"m{number}",
            "at": self.office.clock.now(),
        }

    async def settle(self) -> None:
        """Wait until every event had its effect and, while delivery runs, every message was sent."""
        if self._delivery.done():
            await self.office._pulse.until(
                lambda: not self.office.receiver.busy and self.office.dispatcher.idle
            )
        else:
            await self.office.quiet()

    async def handle(self, *events: AnyEvent) -> None:
        """Let events arrive side by side, and wait for their effects."""
        await asyncio.gather(*(self.office.receiver.receive(event) for event in events))
        await self.settle()

    async def card(self, department: int) -> str:
        """Ask for a department's list of items; return the message it stands in."""
        await self.handle(self.asked(department, "todo"))
        return self.platform.newest[group(department)]

    async def reports(self) -> int:
        """Count the reports in the ledger."""

        async def work(unit: Unit) -> int:
            return await unit.count(ProgressReport.all())

        return await self.office.database.unit(SYSTEM, self.office.clock.now(), work)

    async def without_delivery(self) -> None:
        """Let no more messages be sent."""
        self._delivery.cancel()
        with suppress(asyncio.CancelledError):
            await self._delivery
        self.office.database.on_commit.clear()


@asynccontextmanager
async def opened(path: Path) -> AsyncIterator[Bench]:
    """Put the program to work on a ledger."""
    database = await Database.open(path)
    spawned: set[asyncio.Task[None]] = set()

    def spawn(work: object) -> asyncio.Task[None]:
        task = asyncio.ensure_future(work)  # type: ignore[call-overload]
        spawned.add(task)
        task.add_done_callback(spawned.discard)
        return task  # type: ignore[no-any-return]

    platform = Quick()
    office = Office(database, HandClock(START), Workdays(), Catalogue.load(), Settings(), [platform], spawn)
    parts = [asyncio.create_task(part.run()) for part in (office.receiver, office.dispatcher)]
    delivery = asyncio.create_task(office.delivery.run())
    try:
        yield Bench(office, platform, delivery)
    finally:
        await _end([*parts, delivery, *spawned])
        await database.close()


async def _end(tasks: Iterable[asyncio.Task[None]]) -> None:
    for task in tasks:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
