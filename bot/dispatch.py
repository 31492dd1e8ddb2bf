"""From the inbox to the conversations: each event has its effect once, in one transaction with it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine, Mapping, Sequence
from functools import partial
from typing import Any

from bot import faults
from bot.albums import GATHER_MILLIS, album_of
from bot.answering import Answering
from bot.jobs import ChatName, Job, Jobs, Outcome
from bot.platforms.port import Platform
from bot.pulse import Pulse
from bot.receiving import Arrival
from handlers import events_json
from handlers.events import Action
from storage.actors import SYSTEM
from storage.database import Database, may_pass
from storage.ledger import inbox
from storage.records import InboxRow
from storage.terms.cards import Toast
from storage.terms.clock import Clock
from storage.transaction import Transaction
from storage.unit import Unit

log = logging.getLogger(__name__)

TOGETHER = 16
"""Most events that share a commit."""

PAGE = 1_000
PATIENCE_SECONDS = (0.2, 1.0, 5.0, 30.0)
"""Waits between attempts while the database takes nothing at all."""

Spawn = Callable[[Coroutine[Any, Any, None]], Any]


class Dispatcher:
    """Works the inbox off: in order within a chat, chats side by side, several events per commit."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        pulse: Pulse,
        platforms: Mapping[str, Platform],
        answering: Answering,
        words: Callable[[Toast], str],
        spawn: Spawn,
    ) -> None:
        self._database = database
        self._clock = clock
        self._pulse = pulse
        self._platforms = platforms
        self._answering = answering
        self._words = words
        self._spawn = spawn
        self._jobs = Jobs()
        self._news = asyncio.Event()
        self._at_work = False
        self._toasts = 0
        self._gathering: set[ChatName] = set()

    @property
    def idle(self) -> bool:
        """Whether every event had its effect."""
        return not (self._jobs or self._at_work or self._toasts)

    def put(self, arrival: Arrival) -> None:
        """Take over an event that is on disk."""
        until = self._clock.steady() + GATHER_MILLIS if album_of(arrival.event) else 0
        self._jobs.put(Job(arrival, until, secret=arrival.secret))
        self._news.set()

    def wake(self) -> None:
        """Look whether albums are whole now: the clock was moved."""
        for chat in self._gathering:
            self._jobs.free(chat)
        self._gathering.clear()
        self._news.set()

    async def load(self) -> None:
        """Take over the events that had no effect before the last end."""
        after = 0
        while True:
            now = self._clock.now()

            async def page(transaction: Transaction, now: int = now, after: int = after) -> list[InboxRow]:
                async with transaction.unit(SYSTEM, now) as unit:
                    return await inbox.waiting(unit, PAGE, after)

            rows = await self._database.transact(page)
            for row in rows:
                await self._take_over(row)
            if len(rows) < PAGE:
                return
            after = rows[-1].id

    async def _take_over(self, row: InboxRow) -> None:
        try:
            event = events_json.from_json(row.payload)
        except (KeyError, TypeError) as fault:
            faults.tell(log, fault, "Event %d cannot be read back", row.id)
            why = faults.where(fault)
            await self._database.unit(SYSTEM, self._clock.now(), partial(_set_aside, rows=[row], why=why))
        else:
            self.put(Arrival(row, event))

    async def run(self) -> None:
        """Answer events until cancelled."""
        while True:
            if not self._jobs.ready:
                self._news.clear()
                await self._news.wait()
            jobs = self._whole(self._jobs.take(TOGETHER))
            if not jobs:
                continue
            self._at_work = True
            try:
                await self._together(jobs)
            finally:
                self._at_work = False
                self._pulse.ring()

    def _whole(self, jobs: list[Job]) -> list[Job]:
        """Put albums back that may not be whole yet; what was said behind one in its chat waits for it."""
        now, whole, early = self._clock.steady(), [], []
        for job in jobs:
            if job.until > now or job.chat in self._gathering:
                early.append(job)
                self._gathering.add(job.chat)
            else:
                job.begun = True
                whole.append(job)
        self._jobs.put_back(early)
        for chat in {job.chat for job in early}:
            self._jobs.hold(chat)
        if early:
            until = min((job.until for job in early if job.until > now), default=now)
            asyncio.get_running_loop().call_later((until - now) / 1000, self.wake)
        return whole

    async def _together(self, jobs: list[Job]) -> None:
        try:
            outcomes = await self._database.transact(partial(self._answering.answer_all, jobs))
        except Exception as fault:  # noqa: BLE001 - which of them it was shows when each is tried alone
            log.warning("%d events are tried again, each alone: %s", len(jobs), faults.where(fault))
            outcomes = await self._one_by_one(jobs)
        self._end(jobs, outcomes)

    async def _one_by_one(self, jobs: list[Job]) -> list[Outcome]:
        outcomes: list[Outcome] = []
        held: set[ChatName] = set()
        for job in jobs:
            outcome = Outcome(put_back=True) if job.chat in held else await self._alone(job)
            if outcome.put_back or outcome.prepare is not None:
                held.add(job.chat)
            outcomes.append(outcome)
        return outcomes

    async def _alone(self, job: Job) -> Outcome:
        if job.fault is not None:
            job.faults += 1
            if job.faults > 1:
                return await self._give_up(job, job.fault)
        for seconds in (*PATIENCE_SECONDS, None):
            job.afresh()
            try:
                (outcome,) = await self._database.transact(partial(self._answering.answer_all, [job]))
            except Exception as fault:  # noqa: BLE001 - said to the person and to the operator
                if seconds is None or not may_pass(fault):
                    return await self._give_up(job, fault)
                faults.tell(log, fault, "The database takes nothing")
                await asyncio.sleep(seconds)
            else:
                return outcome
        raise AssertionError("the last attempt ends it")

    async def _give_up(self, job: Job, fault: Exception) -> Outcome:
        """Set an event aside; put it back when the database does not even take that.

        Where not even an apology can be said, nothing is: one event must not hold up all others.
        """
        faults.tell(log, fault, "Event %d failed", job.row.id)
        why, speechless = faults.where(fault), False
        for seconds in PATIENCE_SECONDS:
            try:
                if speechless:
                    aside = partial(_set_aside, rows=job.rows, why=why)
                    await self._database.unit(SYSTEM, self._clock.now(), aside)
                    return Outcome()
                return await self._database.transact(partial(self._answering.apologise, job, fault))
            except Exception as worse:  # noqa: BLE001 - a full disk, a foreign lock: it may pass
                faults.tell(log, worse, "Event %d cannot be set aside", job.row.id)
                speechless = speechless or not may_pass(worse)
                await asyncio.sleep(seconds)
        return Outcome(put_back=True)

    def _end(self, jobs: list[Job], outcomes: list[Outcome]) -> None:
        back = [job for job, outcome in zip(jobs, outcomes, strict=True) if outcome.put_back]
        self._jobs.put_back(back)
        for job, outcome in zip(jobs, outcomes, strict=True):
            if outcome.prepare is not None:
                self._jobs.hold(job.chat)
                self._spawn(self._make_ready(job, outcome))
            if not (outcome.put_back or outcome.prepare):
                self._answer_press(job, outcome.toasts)

    def _answer_press(self, job: Job, toasts: Sequence[Toast]) -> None:
        """Answer a press, without words where a message is the answer: else its button waits on."""
        words = [self._words(toast) for toast in toasts]
        if not words and isinstance(job.event, Action):
            words = [""]
        for each in words:
            self._toasts += 1
            self._spawn(self._show(job, each))

    async def _make_ready(self, job: Job, outcome: Outcome) -> None:
        assert outcome.prepare is not None  # noqa: S101 - asked before
        try:
            await outcome.prepare()
        except Exception as fault:  # noqa: BLE001 - raised again where the event is answered
            job.fault = fault
        self._jobs.put_back([job])
        self._jobs.free(job.chat)
        self._news.set()

    async def _show(self, job: Job, words: str) -> None:
        """Answer a pressed button, as well as it goes: the ledger does not depend on it."""
        try:
            await self._platforms[job.event.place.platform].answer(job.event.event_id, words)
        except Exception as fault:  # noqa: BLE001
            log.warning("A press was not answered: %s", faults.where(fault))
        finally:
            self._toasts -= 1
            self._pulse.ring()


async def _set_aside(unit: Unit, rows: list[InboxRow], why: str) -> None:
    for row in rows:
        inbox.failed(unit, row, why)
