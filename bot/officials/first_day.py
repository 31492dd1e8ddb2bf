"""The first day: the draft's questions answered by button and by typed names, then the plan put to work."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable

from bot.officials.official import Official
from bot.officials.scene import button, buttons, reads
from bot.platforms.rehearsal.world import Message

Answer = Callable[[Message], Awaitable[None]]

PATIENCE = 3
"""How often a question is answered by typing before a button is pressed instead."""


class FirstDay:
    """Answers whatever the draft asks in the coordination group."""

    def __init__(self, official: Official) -> None:
        self.me = official
        self.words, self.chance = official.words, official.chance
        self._typed = 0
        self._answers: tuple[tuple[str, Answer], ...] = (
            ("chosen", self._press("chosen")),
            ("choose", self._choose),
            ("clause", self._clause),
            ("name", self._name),
            ("limits", self._press("limits")),
            ("activate", self._press("activate")),
            ("preview", self._press("preview")),
        )

    def takes(self, message: Message) -> bool:
        """Mean to answer a card of the draft; False when it is none, or asks nothing yet."""
        if self._answer_to(message) is None:
            return False

        async def act() -> None:
            now = self.me.scene.reread(message)
            answer = self._answer_to(now)
            if answer is not None:
                await answer(now)

        self.me.soon(self.chance.randint(2, 9), act)
        return True

    def _answer_to(self, message: Message) -> Answer | None:
        if reads(message, self.words.pattern("summary")):
            return None
        for name, answer in self._answers:
            if button(message, self.words.pattern(name)):
                return answer
        return None

    def _press(self, name: str) -> Answer:
        async def press(message: Message) -> None:
            pressed = button(message, self.words.pattern(name))
            if pressed is not None:
                self._typed = 0
                await self.me.press(message, pressed)

        return press

    async def _choose(self, message: Message) -> None:
        """Type who is meant by 各有关部门; all of them where the names are not taken."""
        if self._typed >= PATIENCE:
            await self._press("choose")(message)
            return
        self._typed += 1
        names = self.chance.sample(self._departments(), k=min(3, len(self._departments())))
        await self.me.say(self.words.one("chosen", self.chance, names="、".join(names)), to=message)

    async def _clause(self, message: Message) -> None:
        """Type whose an item without a clause is."""
        if self._typed >= PATIENCE or len(self._departments()) < 2:
            await self._press("clause")(message)
            return
        self._typed += 1
        lead, support = self.chance.sample(self._departments(), k=2)
        await self.me.say(self.words.one("clause", self.chance, lead=lead, support=support), to=message)

    async def _name(self, message: Message) -> None:
        """Pick the nearest name that is offered; a name near to none is a body outside the city's own."""
        other = self.words.pattern("name")
        near = [each for each in buttons(message, ".") if not re.search(other, each.label)]
        kinds = buttons(message, self.words.pattern("external"))
        pressed = (near or kinds or buttons(message, other))[0]
        await self.me.press(message, pressed)

    def _departments(self) -> list[str]:
        return self.me.others()
