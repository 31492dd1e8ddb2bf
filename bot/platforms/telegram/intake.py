"""Raw updates on their way in: stored before they are acknowledged, in order within each chat."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from bot import faults
from bot.platforms.port import Receive
from bot.platforms.telegram.identifiers import PLATFORM, event_name
from bot.platforms.telegram.translation import Me, chat_of, translate
from bot.platforms.unreadable import unreadable

log = logging.getLogger(__name__)

MOST_ATTEMPTS = 20
"""When it failed so often, and others were stored between each two times, it is not the disk's fault."""


class Intake:
    """Takes single updates in. What cannot be understood is kept aside, and counts as taken."""

    def __init__(self, me: Me, receive: Receive) -> None:
        self._me = me
        self._receive = receive

    async def take(self, raw: Any) -> None:
        """Return once an update is on disk; raises what the storing raises."""
        try:
            event = translate(raw, self._me)
        except Exception as fault:  # noqa: BLE001 - whatever is wrong with it, it must not come for ever
            faults.tell(log, fault, "An update cannot be understood; it is kept aside")
            await self.give_up(raw, fault)
            return
        if event is not None:
            await self._receive(event)

    async def give_up(self, raw: Any, fault: Exception) -> None:
        """Keep something aside with the reason; raises what the storing raises."""
        number = raw.get("update_id") if isinstance(raw, Mapping) else None
        event = event_name(self._me.id, number) if isinstance(number, int) else None
        chat = chat_of(raw) if isinstance(raw, Mapping) else ""
        told = raw if isinstance(raw, str) else json.dumps(raw, ensure_ascii=False)
        await self._receive(unreadable(PLATFORM, told, faults.where(fault), event=event, chat=chat))


class Batches:
    """Takes batches of updates in, chats side by side, and knows up to which all are on disk.

    Where one cannot be stored the later ones of its chat wait; those of other chats do not, and
    are not taken again when the platform tells them once more.
    """

    def __init__(self) -> None:
        self.offset: int | None = None
        self._taken: set[int] = set()
        self._stored = 0
        self._attempts: dict[int, tuple[int, int]] = {}

    async def take(self, batch: list[Any], intake: Intake) -> bool:
        """Take a batch in; return whether all of it is on disk."""
        by_chat: dict[str, list[tuple[int, Any]]] = {}
        numbers: list[int] = []
        for raw in batch:
            number = int(raw["update_id"])
            numbers.append(number)
            if number not in self._taken:
                by_chat.setdefault(chat_of(raw), []).append((number, raw))
        await asyncio.gather(*(self._take_chat(told, intake) for told in by_chat.values()))
        return self._advance(sorted(numbers))

    async def _take_chat(self, told: list[tuple[int, Any]], intake: Intake) -> None:
        for number, raw in told:
            try:
                await intake.take(raw)
            except Exception as fault:  # noqa: BLE001 - a full disk, a foreign lock: it is told again
                faults.tell(log, fault, "Update %d was not received; it is told again", number)
                if not await self._is_hopeless(number, raw, fault, intake):
                    return
            self._taken.add(number)
            self._stored += 1
            self._attempts.pop(number, None)

    async def _is_hopeless(self, number: int, raw: Any, fault: Exception, intake: Intake) -> bool:
        """Give an update up that fails again and again while those of other chats are stored."""
        attempts, stored = self._attempts.get(number, (0, -1))
        if self._stored > stored:
            self._attempts[number] = (attempts + 1, self._stored)
        if attempts < MOST_ATTEMPTS:
            return False
        try:
            await intake.give_up(raw, fault)
        except Exception as worse:  # noqa: BLE001 - then it stays where it is
            faults.tell(log, worse, "Update %d could not be put aside", number)
            return False
        return True

    def _advance(self, numbers: list[int]) -> bool:
        for number in numbers:
            if number not in self._taken:
                return False
            self.offset = number + 1
            self._taken.discard(number)
        self._taken.clear()
        return True


class Turns:
    """Lets what comes from one chat wait its turn; keeps nothing of chats that are quiet."""

    def __init__(self) -> None:
        self._locks: dict[str, tuple[asyncio.Lock, int]] = {}

    @contextmanager
    def of(self, chat: str) -> Iterator[asyncio.Lock]:
        """Give the chat's lock for a while."""
        lock, users = self._locks.get(chat, (asyncio.Lock(), 0))
        self._locks[chat] = (lock, users + 1)
        try:
            yield lock
        finally:
            lock, users = self._locks.pop(chat)
            if users > 1:
                self._locks[chat] = (lock, users - 1)
