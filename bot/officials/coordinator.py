"""A coordinator: brings the notice to its end on the first day, clears the desk on the others."""

from __future__ import annotations

from bot.officials.agenda import Agenda
from bot.officials.desk import Desk
from bot.officials.first_day import FirstDay
from bot.officials.official import Official, Part
from bot.officials.scene import Scene
from bot.officials.words import Words
from bot.platforms.rehearsal.world import Message


class Coordinator(Official):
    """Answers what the draft asks, puts the plan to work, and decides what departments ask."""

    def __init__(self, part: Part, scene: Scene, agenda: Agenda, words: Words) -> None:
        super().__init__(part, scene, agenda, words)
        self._first_day = FirstDay(self)
        self._desk = Desk(self)

    def begin(self) -> None:
        """Wait for what the bot shows."""

    def notices(self, message: Message) -> None:
        """See a card: what the draft asks is answered soon, what departments ask next morning."""
        if not self._desk.takes(message):
            self._first_day.takes(message)
