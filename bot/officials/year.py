"""The turns of a coordinator's year: campaigns begun, snapshots compared, letters signed, the year closed."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import date
from typing import Any

from bot.officials.official import Official
from bot.officials.scene import button
from bot.platforms.rehearsal.world import Message


class Year:
    """What a coordinator does at its time, as ``year`` of the words has it, and what the desk's cards ask."""

    def __init__(self, me: Official) -> None:
        self._me = me
        self._known = me.words.pattern
        self._seen: set[str] = set()

    def begin(self) -> None:
        """Mean to do what the year's turns ask."""
        me = self._me
        for turn in me.words.table["year"]:
            day = date(me.scene.today.year, turn["month"], turn["day"])
            if day > me.scene.today:
                moment = me.agenda.morning(day, 0, turn.get("minutes", 60))
                me.agenda.put(moment, me.part.seat, self._turn(turn))

    def takes(self, message: Message) -> None:
        """Mean to sign what waits to be signed, and to look at a campaign that has ended."""
        if message.id in self._seen:
            return
        if button(message, self._known("letters")):
            self._seen.add(message.id)
            self._me.some_morning(0, lambda: self._follow(message, "letters", "sign_all"), 90)
        if any(self._known("ended") in line for line in message.lines):
            self._seen.add(message.id)
            self._me.some_morning(0, lambda: self._follow(message, "campaign", "export"), 120)

    def _turn(self, turn: dict[str, Any]) -> Callable[[], Awaitable[None]]:
        async def act() -> None:
            await self._me.say(turn["said"])
            for label in turn.get("press", ()):
                card = self._me.answer()
                if card is None or (pressed := button(card, label)) is None:
                    return
                await self._me.press(card, pressed)

        return act

    async def _follow(self, message: Message, *steps: str) -> None:
        """Press one button after another, on the card that the one before showed, as far as it has them."""
        card = self._me.scene.reread(message)
        for step in steps:
            if pressed := button(card, self._known(step)):
                await self._me.press(card, pressed)
                card = self._me.answer() or self._me.scene.reread(card)
