"""From the outbox to the platforms: in order within a chat, chats side by side, each message once."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from bot import faults
from bot.platforms.port import Platform, Shown
from bot.pulse import Pulse
from bot.sending import Report, deliver
from bot.texts import Catalogue
from bot.texts.cards import show
from storage.actors import SYSTEM
from storage.database import Database
from storage.ledger import messages, outbox
from storage.ledger.outbox import Parcel
from storage.records import Chat, OutboxRow
from storage.records.base import Record
from storage.terms.cards import Card, Send
from storage.terms.clock import Clock
from storage.terms.texts import Text, text
from storage.unit import Transaction, Unit

log = logging.getLogger(__name__)

SIDE_BY_SIDE = 16
"""Most chats to which something is being sent at once."""

SOONEST_SECONDS, LATEST_SECONDS = 0.02, 3600.0
FAULT_SECONDS = 1.0

Spawn = Callable[[Coroutine[Any, Any, None]], Any]


@dataclass(slots=True)
class _Round:
    parcels: list[Parcel] = field(default_factory=list)
    told: bool = False
    next_moment: int | None = None


class Delivery:
    """Works the outbox off. Claims and receipts of many messages share a commit; none is held over a send."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        pulse: Pulse,
        platforms: Mapping[str, Platform],
        catalogue: Catalogue,
        language: str,
        spawn: Spawn,
    ) -> None:
        self._database = database
        self._clock = clock
        self._pulse = pulse
        self._platforms = platforms
        self._catalogue = catalogue
        self._language = language
        self._spawn = spawn
        self._news = asyncio.Event()
        self._busy: set[int] = set()
        self._wait_until: dict[int, int] = {}
        self._reports: list[Report] = []
        self._looking = False
        self._own = False
        self._closing = False
        self._timer: asyncio.TimerHandle | None = None
        database.on_commit.append(self._committed)

    @property
    def idle(self) -> bool:
        """Whether nothing is due and nothing under way."""
        return not (self._busy or self._reports or self._looking or self._news.is_set())

    def wake(self) -> None:
        """Look for what is due: the clock was moved, or something was said."""
        self._news.set()

    def under_way(self, chat: int) -> bool:
        """Tell whether a message to a chat has no receipt yet."""
        return chat in self._busy

    async def receipts(self, chat: int) -> None:
        """Wait until the messages to a chat have their receipts."""
        await self._pulse.until(lambda: chat not in self._busy)

    async def finish(self) -> None:
        """Begin no more sends; wait for the receipts of those under way."""
        self._closing = True
        # A round on its way may have claimed messages that are not under way yet.
        await self._pulse.until(lambda: not (self._busy or self._looking))

    async def recover(self) -> None:
        """After a start: name what is in doubt, and tell the coordinators."""

        async def work(unit: Unit) -> dict[int, int]:
            in_doubt = await outbox.recover(unit)
            for number in dict.fromkeys(row.chat_id for row in in_doubt):
                _tell_coordinators(unit, unit.directory.get(Chat, number), "delivery.uncertain")
            return await outbox.put_off(unit)

        self._wait_until = await self._database.unit(SYSTEM, self._clock.now(), work)
        self._news.set()

    async def run(self) -> None:
        """Deliver until cancelled."""
        while True:
            await self._news.wait()
            self._looking = True
            self._news.clear()
            try:
                await self._round()
            finally:
                self._looking = False
                self._pulse.ring()

    def _committed(self, touched: set[type[Record]]) -> None:
        if self._own:
            self._own = False
        elif OutboxRow in touched:
            self._news.set()

    async def _round(self) -> None:
        reports, self._reports = self._reports, []
        try:
            done = await self._database.transact(partial(self._work, reports))
        except Exception as fault:  # noqa: BLE001 - a full disk, a foreign lock: it may pass
            self._own = False
            self._reports = reports + self._reports
            faults.tell(log, fault, "The outbox cannot be written")
            await asyncio.sleep(FAULT_SECONDS)
            self._news.set()
            return
        for report in reports:
            self._busy.discard(report.parcel.chat.id)
        for parcel in done.parcels:
            self._busy.add(parcel.chat.id)
            self._spawn(self._deliver(parcel))
        if done.told:
            self._news.set()
        self._set_timer(done.next_moment)

    async def _work(self, reports: list[Report], transaction: Transaction) -> _Round:
        done = _Round()
        now = self._clock.now()
        async with transaction.unit(SYSTEM, now) as unit:
            # What is read comes before what is written, so that all is one hop to the disk.
            done.parcels = [] if self._closing else await self._choose(unit, reports, now)
            for parcel in done.parcels:
                outbox.claim(unit, parcel.row)
            for report in reports:
                done.told |= await self._record(unit, report)
            if not done.parcels:
                done.next_moment = await outbox.next_moment(unit, self._busy)
            self._own = bool(done.parcels or reports)
        return done

    async def _choose(self, unit: Unit, reports: list[Report], now: int) -> list[Parcel]:
        free = {report.parcel.chat.id for report in reports}
        for report in reports:
            if report.verdict == "later":
                self._wait_until[report.parcel.chat.id] = now + report.millis
        self._wait_until = {chat: moment for chat, moment in self._wait_until.items() if moment > now}
        gone = {report.parcel.chat.id for report in reports if report.verdict == "gone"}
        silent = {c.id for c in unit.directory.all(Chat) if c.platform not in self._platforms}
        skip = (self._busy - free) | set(self._wait_until) | gone | silent
        rows = await outbox.due(unit, skip, SIDE_BY_SIDE - len(self._busy - free))
        open_rows = []
        for row in rows:
            if unit.directory.get(Chat, row.chat_id).active:
                open_rows.append(row)
            else:
                outbox.park(unit, row)
                self._news.set()
        return [await outbox.parcel(unit, row) for row in open_rows]

    async def _deliver(self, parcel: Parcel) -> None:
        platform = self._platforms[parcel.chat.platform]
        try:
            shown = self._shown(parcel)
        except Exception as fault:
            faults.tell(log, fault, "Message %d has no words", parcel.row.id)
            if self._catalogue.strict:
                raise
            report = Report(parcel, "failed", error=faults.where(fault))
        else:
            merged = self._catalogue.render(Text("delivery.merged"), self._language)
            report = await deliver(parcel, shown, platform, merged)
        self._reports.append(report)
        self._news.set()

    def _shown(self, parcel: Parcel) -> Shown:
        return show(parcel.card, parcel.row, self._catalogue, self._language, parcel.files)

    async def _record(self, unit: Unit, report: Report) -> bool:
        """Write what became of a message; return whether somebody was told about it."""
        row, chat = await unit.get(OutboxRow, report.parcel.row.id), report.parcel.chat
        outbox.stands_at(unit, row, report.messages, anew=report.anew)
        match report.verdict:
            case "sent":
                outbox.sent(unit, row)
                return False
            case "later":
                outbox.later(unit, row, report.millis)
                return False
            case "uncertain":
                outbox.uncertain(unit, row)
            case "failed":
                outbox.failed(unit, row, report.error)
            case "gone":
                outbox.park(unit, row)
                await outbox.gone(unit, unit.directory.get(Chat, chat.id))
        return _tell_coordinators(unit, chat, f"delivery.{report.verdict}")

    def _set_timer(self, moment: int | None) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if moment is not None:
            seconds = (moment - self._clock.now()) / 1000
            wait = min(max(seconds, SOONEST_SECONDS), LATEST_SECONDS)
            self._timer = asyncio.get_running_loop().call_later(wait, self._news.set)


def _tell_coordinators(unit: Unit, chat: Chat, key: str) -> bool:
    """Tell the coordination groups what became of a message to another chat; of their own nobody is told."""
    groups = outbox.coordination_chats(unit, besides=chat.id)
    for group in groups:
        messages.say(unit, Send(group.id, Card(lines=(text(key, chat=chat.title or chat.external),))))
    return bool(groups)
