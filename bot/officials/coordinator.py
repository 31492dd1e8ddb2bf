"""A coordinator, who brings the notice to its end and clears the desk; a leader, who asks how it stands."""

from __future__ import annotations

from datetime import date

from bot.officials.agenda import Agenda
from bot.officials.desk import Desk
from bot.officials.first_day import FirstDay
from bot.officials.official import Official, Part
from bot.officials.scene import Scene
from bot.officials.words import Words
from bot.officials.year import Year
from bot.platforms.rehearsal.world import Message

LOOKS = (4, 7, 10, 11)
"""Months at whose beginning is asked what is overdue."""

QUARTERS = (4, 7, 10, 12)


class Coordinator(Official):
    """Answers what the draft asks, puts the plan to work, and decides what departments ask."""

    def __init__(self, part: Part, scene: Scene, agenda: Agenda, words: Words) -> None:
        super().__init__(part, scene, agenda, words)
        self._first_day = FirstDay(self)
        self._desk = Desk(self)
        self._year = Year(self)

    def begin(self) -> None:
        """Mean to look after what is overdue, now and then, and to do what the year's turns ask."""
        self._year.begin()
        for month in LOOKS:
            first = date(self.scene.today.year, month, 1)
            if first > self.scene.today:
                moment = self.agenda.morning(first, 1, self.chance.randint(0, 60))
                self.agenda.put(moment, self.part.seat, self._look)

    async def _look(self) -> None:
        await self.say(self.words.one("overdue", self.chance))

    def notices(self, message: Message) -> None:
        """See a card: what the draft asks is answered soon, what departments ask next morning."""
        self._year.takes(message)
        if not self._desk.takes(message):
            self._first_day.takes(message)


class Leader(Official):
    """Asks now and then how the plan stands."""

    def begin(self) -> None:
        """Mean to ask after each quarter."""
        for month in QUARTERS:
            first = date(self.scene.today.year, month, 1)
            if first > self.scene.today:
                moment = self.agenda.morning(first, 2, self.chance.randint(60, 200))
                self.agenda.put(moment, self.part.seat, self._ask)

    def notices(self, message: Message) -> None:
        """Mean nothing: leaders read."""

    async def _ask(self) -> None:
        await self.say(self.words.one("status", self.chance))
