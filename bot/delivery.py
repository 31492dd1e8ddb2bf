"""From the outbox to the platforms: in order within a chat, chats side by side, each message once."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from bot import faults
from bot.lanes import Lane
from bot.platforms.port import Platform, Shown
from bot.pulse import Pulse
from bot.sending import Report, deliver
from bot.texts import Catalogue
from bot.texts.cards import show
from handlers.coordinators.undelivered import in_doubt_card, lost_card
from storage.actors import SYSTEM
from storage.database import Database
from storage.ledger import messages, outbox
from storage.ledger.outbox import Parcel
from storage.records import Chat, OutboxRow
from storage.records.base import Record
from storage.terms.cards import Card, Send
from storage.terms.clock import Clock
from storage.terms.texts import Text
from storage.transaction import Transaction
from storage.unit import Unit

log = logging.getLogger(__name__)

LATEST_SECONDS = 3600.0
FAULT_SECONDS = 1.0

Spawn = Callable[[Coroutine[Any, Any, None]], Any]


@dataclass(slots=True)
class _Round:
    parcels: list[Parcel] = field(default_factory=list)
    told: bool = False


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
        self._lanes = {name: Lane(platform) for name, platform in platforms.items()}
        self._catalogue = catalogue
        self._language = language
        self._spawn = spawn
        self._news = asyncio.Event()
        self._reports: list[Report] = []
        self._looking = False
        self._own = False
        self._closing = False
        self._timer: asyncio.TimerHandle | None = None
        database.on_commit.append(self._committed)

    @property
    def idle(self) -> bool:
        """Whether nothing is due and nothing under way."""
        at_work = any(lane.busy or lane.due for lane in self._lanes.values())
        return not (at_work or self._reports or self._looking or self._news.is_set())

    def wake(self) -> None:
        """Look for what is due: the clock was moved, or something was said."""
        self._news.set()

    def under_way(self, chat: int) -> bool:
        """Tell whether a message to a chat has no receipt yet."""
        return any(lane.speaks_to(chat) for lane in self._lanes.values())

    async def receipts(self, chat: int) -> None:
        """Wait until the messages to a chat have their receipts."""
        await self._pulse.until(lambda: not self.under_way(chat))

    async def finish(self) -> None:
        """Begin no more sends; wait for the receipts of those under way."""
        self._closing = True
        # A round on its way may have claimed messages that are not under way yet.
        await self._pulse.until(
            lambda: not (self._looking or any(lane.busy for lane in self._lanes.values()))
        )

    async def recover(self) -> None:
        """After a start: name what is in doubt, tell the coordinators, go on at the pace of before."""

        async def work(unit: Unit) -> None:
            under_way = await outbox.recover(unit)
            _tell_coordinators(unit, [row for row in under_way if outbox.is_posted(row)], in_doubt_card)
            for lane in self._lanes.values():
                await lane.recover(unit, under_way, self._clock.steady())

        await self._database.unit(SYSTEM, self._clock.now(), work)
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
        done = _Round()
        try:
            await self._database.transact(partial(self._work, reports, done))
        except Exception as fault:  # noqa: BLE001 - a full disk, a foreign lock: it may pass
            self._own = False
            self._reports = reports + self._reports
            for parcel in done.parcels:
                self._lane(parcel).answered(parcel, self._clock.steady())
            faults.tell(log, fault, "The outbox cannot be written")
            await asyncio.sleep(FAULT_SECONDS)
            self._news.set()
            return
        for parcel in done.parcels:
            self._lane(parcel).begins(parcel)
            self._spawn(self._deliver(parcel))
        if done.told:
            self._news.set()
        self._set_timer()

    async def _work(self, reports: list[Report], done: _Round, transaction: Transaction) -> None:
        async with transaction.unit(SYSTEM, self._clock.now()) as unit:
            for report in reports:
                self._lane(report.parcel).report(report, self._clock.steady())
                done.told |= await self._record(unit, report)
            if not self._closing:
                for lane in self._lanes.values():
                    done.parcels += await lane.choose(unit, self._clock.steady())
            for parcel in done.parcels:
                outbox.claim(unit, parcel.row)
            self._own = bool(done.parcels or reports)

    def _lane(self, parcel: Parcel) -> Lane:
        return self._lanes[parcel.chat.platform]

    async def _deliver(self, parcel: Parcel) -> None:
        lane = self._lane(parcel)
        try:
            shown = self._shown(parcel)
        except Exception as fault:
            faults.tell(log, fault, "Message %d has no words", parcel.row.id)
            if self._catalogue.strict:
                raise
            report = Report(parcel, "failed", error=faults.where(fault))
        else:
            merged = self._catalogue.render(Text("delivery.merged"), self._language)
            report = await deliver(parcel, shown, lane.platform, merged, partial(self._again, parcel))
        lane.answered(parcel, self._clock.steady())
        self._reports.append(report)
        self._news.set()

    async def _again(self, parcel: Parcel) -> None:
        """Wait until the pace allows another call for a card that stands in several messages."""
        lane = self._lane(parcel)
        lane.answered(parcel, self._clock.steady())
        while True:
            now = self._clock.steady()
            moment = lane.again(parcel, now)
            if moment <= now:
                return
            await asyncio.sleep((moment - now) / 1000)

    def _shown(self, parcel: Parcel) -> Shown:
        return show(parcel.card, parcel.row, self._catalogue, self._language, parcel.files)

    async def _record(self, unit: Unit, report: Report) -> bool:
        """Write what became of a message; return whether somebody was told about it."""
        row, chat = await unit.get(OutboxRow, report.parcel.row.id), report.parcel.chat
        outbox.stands_at(unit, row, report.messages)
        match report.verdict:
            case "sent":
                outbox.sent(unit, row)
                await outbox.said_anew(unit, row)
                return False
            case "more" if report.posts_from is not None:
                outbox.post_from(unit, row, report.posts_from)
                return False
            case "more":
                outbox.partly_sent(unit, row)
                return False
            case "later":
                outbox.later(unit, row, report.millis)
                return False
            case "uncertain":
                outbox.uncertain(unit, row)
                return _tell_coordinators(unit, [row], in_doubt_card)
            case "failed":
                outbox.failed(unit, row, report.error)
            case "gone":
                outbox.park(unit, row)
                await outbox.gone(unit, unit.directory.get(Chat, chat.id))
        return _tell_coordinators(unit, [row], partial(lost_card, verdict=report.verdict))

    def _set_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        steady = self._clock.steady()
        ahead = [lane.next_moment(steady) for lane in self._lanes.values()]
        moment = min((each for each in ahead if each is not None), default=None)
        if moment is not None:
            wait = min((moment - steady) / 1000, LATEST_SECONDS)
            self._timer = asyncio.get_running_loop().call_later(wait, self._news.set)


def _tell_coordinators(
    unit: Unit, rows: list[OutboxRow], card_of: Callable[[Unit, list[OutboxRow]], Card]
) -> bool:
    """Tell the coordination groups what became of messages to other chats; of their own nobody is told."""
    told = False
    for group in outbox.coordination_chats(unit):
        elsewhere = [row for row in rows if row.chat_id != group.id]
        if elsewhere:
            messages.say(unit, Send(group.id, card_of(unit, elsewhere)))
            told = True
    return told
