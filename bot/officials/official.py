"""Somebody who plays a part in a rehearsal."""

from __future__ import annotations

import random
from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass

from bot.officials.agenda import Act, Agenda
from bot.officials.scene import Scene
from bot.officials.words import Words
from bot.platforms.port import ShownButton, ShownFile
from bot.platforms.rehearsal.world import Message, Person

FEW = 20
"""Messages looked back at for an answer."""


@dataclass(frozen=True, slots=True)
class Part:
    """Who plays: the person, their place among those who act at the same moment, and their own chance."""

    person: Person
    seat: int
    chat: str
    """Where they speak."""
    chance: random.Random


class Official(ABC):
    """Somebody who reads what the bot says in one chat, and acts when their time comes."""

    def __init__(self, part: Part, scene: Scene, agenda: Agenda, words: Words) -> None:
        self.part = part
        self.scene = scene
        self.agenda = agenda
        self.words = words
        self.chance = part.chance
        self._last = 0

    @property
    def who(self) -> str:
        """The account."""
        return self.part.person.account

    @property
    def chat(self) -> str:
        """Where they speak."""
        return self.part.chat

    @abstractmethod
    def begin(self) -> None:
        """Mean to do what needs no occasion."""

    @abstractmethod
    def notices(self, message: Message) -> None:
        """See a message of the bot, new or changed: mean to do something about it, or not."""

    def soon(self, minutes: int, act: Act) -> None:
        """Mean to do something after so many minutes of work."""
        self.agenda.put(self.agenda.after(self.scene.now, minutes), self.part.seat, act)

    def some_morning(self, later: int, act: Act, minutes: int = 0) -> None:
        """Mean to do something so many working days from now, some minutes after work began."""
        self.agenda.put(self.agenda.morning(self.scene.today, later, minutes), self.part.seat, act)

    async def say(self, words: str, *, to: Message | None = None, files: Sequence[ShownFile] = ()) -> str:
        """Say something where they speak; return the message's number."""
        self._mark()
        return await self.scene.say(self.chat, self.who, words, to=to, files=files)

    async def press(self, message: Message, pressed: ShownButton, *, times: int = 1) -> None:
        """Press a button."""
        self._mark()
        await self.scene.press(self.who, message, pressed, times=times)

    def answer(self) -> Message | None:
        """Return what the bot said last since they spoke or pressed; None when it said nothing new."""
        found = [m for m in self.scene.room.messages(self.chat, limit=FEW) if m.author is None]
        return found[-1] if found and int(found[-1].id) > self._last else None

    def _mark(self) -> None:
        last = self.scene.room.messages(self.chat, limit=1)
        self._last = int(last[-1].id) if last else 0

    def others(self) -> list[str]:
        """Return the departments they know, by the names people use."""
        return [each.department for each in self.scene.room.people() if each.department]
