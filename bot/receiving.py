"""Taking events in: refused when they bear a security marking, masked, on disk before acknowledged."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from bot.albums import album_of
from bot.pulse import Pulse
from handlers import events_json
from handlers.events import AnyEvent, Attachment, File, Talk, Unreadable
from storage.actors import SYSTEM
from storage.database import Database
from storage.ledger import chats, inbox, messages
from storage.records import InboxRow
from storage.terms.cards import Card, Send
from storage.terms.clock import Clock
from storage.terms.errors import Refusal
from storage.terms.marks import has_security_mark
from storage.terms.masks import mask
from storage.terms.signs import legible
from storage.transaction import Transaction
from storage.unit import Unit

WORDS = ("name", "argument", "text", "reply_to_name", "raw")
"""What events hold of people's own words, beside names of files, senders and chats."""

REMEMBERED = 10_000
"""Newest events kept in mind, so that one told twice needs no look at the disk."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """An event on disk that waits for its effect."""

    row: InboxRow
    event: AnyEvent
    secret: bool = False
    """Refused; only an album's other items must still learn of it."""


@dataclass(slots=True)
class _Waiting:
    event: AnyEvent
    secret: bool
    stored: asyncio.Future[None]


class Receiver:
    """Stores events. Those that come while a commit is under way share the next one."""

    def __init__(
        self, database: Database, clock: Clock, pulse: Pulse, hand_over: Callable[[Arrival], None]
    ) -> None:
        self._database = database
        self._clock = clock
        self._pulse = pulse
        self._hand_over = hand_over
        self._waiting: list[_Waiting] = []
        self._news = asyncio.Event()
        self._known: OrderedDict[tuple[str, str], None] = OrderedDict()
        self.busy = 0
        self.heard: dict[str, int] = {}
        """When each platform last told something, stored before or not."""

    async def receive(self, event: AnyEvent) -> None:
        """Store an event; return once it is on disk.

        One that was stored before is passed over, and so is what people say among themselves.
        """
        self.heard[event.place.platform] = self._clock.now()
        if (event.place.platform, event.event_id) in self._known:
            return
        secret = is_secret(event)
        if not secret and is_chatter(event):
            return
        kept = without_words(event) if secret else masked(event)
        waiting = _Waiting(kept, secret, asyncio.get_running_loop().create_future())
        self._waiting.append(waiting)
        self.busy += 1
        self._news.set()
        try:
            await asyncio.shield(waiting.stored)
        finally:
            self.busy -= 1
            self._pulse.ring()

    async def run(self) -> None:
        """Commit what waits, group by group, until cancelled."""
        try:
            while True:
                await self._news.wait()
                self._news.clear()
                group, self._waiting = self._waiting, []
                await self._store(group)
        finally:
            for waiting in self._waiting:
                waiting.stored.cancel()

    async def _store(self, group: list[_Waiting]) -> None:
        try:
            arrivals = await self._commit(group, sure=True)
        except Exception:  # noqa: BLE001 - the next attempt tells
            # One of them may be on disk already: then look, each for itself.
            for waiting in group:
                try:
                    self._end([waiting], await self._commit([waiting], sure=False))
                except Exception as fault:  # noqa: BLE001 - the platform is told and will tell the event again
                    waiting.stored.set_exception(fault)
            return
        self._end(group, arrivals)

    def _end(self, group: list[_Waiting], arrivals: list[Arrival]) -> None:
        for arrival in arrivals:
            self._hand_over(arrival)
        for waiting in group:
            self._remember(waiting.event)
            if not waiting.stored.done():
                waiting.stored.set_result(None)

    def _remember(self, event: AnyEvent) -> None:
        self._known[event.place.platform, event.event_id] = None
        if len(self._known) > REMEMBERED:
            self._known.popitem(last=False)

    async def _commit(self, group: list[_Waiting], *, sure: bool) -> list[Arrival]:
        """Write a group; ``sure`` when none of it can be on disk already, as far as is remembered."""
        now = self._clock.now()

        async def work(transaction: Transaction) -> list[Arrival]:
            arrivals = []
            seen: set[tuple[str, str]] = set()
            async with transaction.unit(SYSTEM, now) as unit:
                for waiting in group:
                    name = (waiting.event.place.platform, waiting.event.event_id)
                    if name in seen or (not sure and await inbox.arrived(unit, *name)):
                        continue
                    seen.add(name)
                    row = _take_in(unit, waiting)
                    if _goes_on(waiting):
                        arrivals.append(Arrival(row, waiting.event, waiting.secret))
            return arrivals

        return await self._database.transact(work)


def _goes_on(waiting: _Waiting) -> bool:
    """Tell whether somebody answers; of a refused item its album is told."""
    if waiting.secret:
        return album_of(waiting.event) is not None
    return not isinstance(waiting.event, Unreadable)


def _take_in(unit: Unit, waiting: _Waiting) -> InboxRow:
    event = waiting.event
    if not waiting.secret:
        return inbox.take_in(
            unit,
            platform=event.place.platform,
            event=event.event_id,
            chat=event.place.chat,
            kind=events_json.kind_of(event),
            payload=events_json.to_json(event),
            error=event.why if isinstance(event, Unreadable) else "",
        )
    if not (isinstance(event, Unreadable) or _goes_on(waiting)):
        say_refused(unit, event)
    return inbox.take_in(
        unit, platform=event.place.platform, event=event.event_id, chat="", kind="", payload=None
    )


def say_refused(unit: Unit, event: AnyEvent) -> None:
    """Tell the chat, in words that repeat nothing, that a message was refused for its marking."""
    place = event.place
    chat = chats.meet(
        unit,
        place.platform,
        place.chat,
        private=place.kind == "private",
        title="",
        thread=place.thread,
    )
    messages.say(unit, Send(chat.id, Card(lines=(Refusal("secret").text,)), urgent=True))


def is_chatter(event: AnyEvent) -> bool:
    """Tell whether something is not said to the bot at all: of that nothing is kept."""
    return isinstance(event, Talk | File) and not event.addressed and album_of(event) is None


def is_secret(event: AnyEvent) -> bool:
    """Tell whether anything an event says bears a security marking."""
    return any(has_security_mark(legible(words)) for words in _words(event))


def _words(event: AnyEvent) -> list[str]:
    words = [getattr(event, name, "") for name in WORDS]
    words += [file.name for file in _files(event)]
    return [*words, event.sender.name, event.place.title]


def _files(event: AnyEvent) -> tuple[Attachment, ...]:
    files: tuple[Attachment, ...] = getattr(event, "files", ())
    return files


def masked(event: AnyEvent) -> AnyEvent:
    """Return an event with private data masked, and illegible signs left out, in everything people wrote."""
    changed: dict[str, Any] = {
        name: _kept(written) for name in WORDS if (written := getattr(event, name, None)) is not None
    }
    if files := _files(event):
        changed["files"] = tuple(replace(file, name=_kept(file.name)) for file in files)
    return replace(
        event,
        place=replace(event.place, title=_kept(event.place.title)),
        sender=replace(event.sender, name=_kept(event.sender.name)),
        **changed,
    )


def _kept(words: str) -> str:
    return mask(legible(words))


def without_words(event: AnyEvent) -> AnyEvent:
    """Return an event of which nothing is left but where it came from."""
    changed: dict[str, Any] = {name: "" for name in WORDS if hasattr(event, name)}
    if _files(event):
        changed["files"] = ()
    return replace(
        event,
        place=replace(event.place, title=""),
        sender=replace(event.sender, account=None, name=""),
        **changed,
    )
