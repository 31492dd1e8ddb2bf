"""A liaison: confirms, tells progress in replies, mends what came back; well or badly, as the temper is."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta

from bot.officials import replying
from bot.officials.agenda import Agenda
from bot.officials.filling import Filling
from bot.officials.official import Official, Part
from bot.officials.scene import Scene, button, buttons, numbered, reads
from bot.officials.temper import Span, Temper
from bot.officials.words import Words
from bot.platforms.port import ShownButton
from bot.platforms.rehearsal.world import Message

BEFORE_THE_END = 10
"""Working days before a month's end on which progress is due."""

NEARLY = 75
"""Percent from which on a department asks for its item to be struck off."""

STEPS = 4
"""Cards that lead from a request's button to its end, at most."""


class Liaison(Official):
    """Speaks for a department in its group."""

    def __init__(self, part: Part, scene: Scene, agenda: Agenda, words: Words, temper: Temper) -> None:
        super().__init__(part, scene, agenda, words)
        self.temper = temper
        self.percents: dict[int, int] = {}
        self._signed: set[str] = set()
        self._mending = False
        self._asked = False
        self._filling = Filling(self)

    def begin(self) -> None:
        """Mean to tell progress before the ends of months."""
        today = self.scene.today
        for month in self.temper.rounds:
            end = date(today.year, month, monthrange(today.year, month)[1])
            due = self.agenda.morning(end, -BEFORE_THE_END, 0).date()
            if due > today + timedelta(days=3):
                late = self._draw(self.temper.late)
                moment = self.agenda.morning(due, late, self.chance.randint(0, 400))
                self.agenda.put(moment, self.part.seat, self._round)

    def notices(self, message: Message) -> None:
        """See a card: confirm what is new, mend what came back, answer what can be read two ways."""
        known = self.words.pattern
        if self.temper.sign is None:
            return
        self._filling.takes(message)
        if reads(message, known("overdue_now")) and self.chance.random() < self.temper.keeps:
            self.some_morning(0, self._round, self.chance.randint(30, 400))
        if button(message, known("sign")):
            self._mean_to_sign(message)
        elif reads(message, known("handed")):
            self.soon(self._draw(self.temper.sign), self._look)
        elif reads(message, known("returned")) and self.temper.mend and not self._mending:
            self._mending = True
            self.some_morning(self._draw(self.temper.mend), self._mend, self.chance.randint(5, 300))
        elif button(message, known("none_of_these")):
            self.soon(self.chance.randint(1, 5), lambda: self._clarify(message))

    # ---------------------------------------------------------------- confirming

    def _mean_to_sign(self, message: Message) -> None:
        if self.temper.sign is None or message.id in self._signed:
            return
        self._signed.add(message.id)
        self.soon(self._draw(self.temper.sign), lambda: self._sign(message))

    async def _sign(self, message: Message) -> None:
        card = self.scene.reread(message)
        sign = button(card, self.words.pattern("sign"))
        if sign is None:
            return
        if self.temper.style == "terse" and self.chance.random() < 0.5:
            await self.say(self.words.one("received", self.chance), to=card)
            return
        await self.press(card, sign, times=2 if self._slips() else 1)
        if self.temper.asks and not self._asked:
            self._asked = True
            later = (1, 3) if self.temper.asks == "decline" else (15, 60)
            self.some_morning(self._draw(later), self._ask, self.chance.randint(5, 200))

    async def _look(self) -> None:
        await self._list()

    async def _list(self) -> Message | None:
        """Ask what is open; return the card that says so."""
        await self.say(self.words.one("todo", self.chance))
        return self.answer()

    # ---------------------------------------------------------------- telling progress

    async def _round(self) -> None:
        """Ask what is open, and answer it in one reply."""
        card = await self._list()
        on_course = card and button(card, self.words.pattern("on_course"))
        if card and on_course and self.temper.style == "terse" and self.chance.random() < 0.4:
            await self.press(card, on_course)
            return
        said = None if card is None else replying.progress(self, card)
        if said is None:
            return
        if self._slips():
            wrong = replying.slipped(self, said.words)
            message = await self.say(wrong, to=card)
            self.soon(self.chance.randint(2, 90), lambda: self._correct(message, said.words))
            return
        await self.say(said.words, to=card, files=said.files)
        if self.chance.random() < 0.5:
            self.some_morning(self.chance.randint(8, 15), self._submit, self.chance.randint(0, 300))

    async def _correct(self, message: str, words: str) -> None:
        await self.scene.edit(self.chat, self.who, message, words)

    async def _mend(self) -> None:
        """Tell what came back anew, with what was missing."""
        self._mending = False
        card = await self._list()
        said = None if card is None else replying.mended(self, card)
        if said is not None:
            await self.say(said.words, to=card, files=said.files)

    async def _clarify(self, message: Message) -> None:
        choices = buttons(self.scene.reread(message), ".")
        if choices and button(self.scene.reread(message), self.words.pattern("none_of_these")):
            await self.press(message, choices[0])

    # ---------------------------------------------------------------- asking

    async def _ask(self) -> None:
        """Ask the coordinators for a later day, or say that an item is not the department's own."""
        card = await self._list()
        pressed = None if card is None else button(card, self.words.pattern(self.temper.asks))
        if card is None or pressed is None or not numbered(card):
            return
        due = {n: day for n, day in replying.due_days(self, card).items() if day >= self.scene.today}
        soonest = min(due, key=lambda number: (due[number], number), default=None)
        if self.temper.asks == "extend" and soonest is not None:
            number = soonest
        else:
            number = self.chance.choice(sorted(replying.named(self, card)) or sorted(numbered(card)))
        day = due.get(number, self.scene.today) + timedelta(days=self.chance.randint(10, 40))
        prompt = await self._pick(card, pressed, number)
        if prompt is not None:
            said = self.words.one(self.temper.asks, self.chance, day=self.words.day(day))
            await self.say(said, to=prompt)

    async def _submit(self) -> None:
        """Ask for something nearly done to be struck off, by the button."""
        if max(self.percents.values(), default=0) < NEARLY:
            return
        card = await self._list()
        pressed = card and button(card, self.words.pattern("submit"))
        if card and pressed:
            near = [n for n in replying.named(self, card) if self.percents.get(n, 0) >= NEARLY]
            if near:
                await self._pick(card, pressed, near[0])

    async def _pick(self, card: Message, pressed: ShownButton, number: int) -> Message | None:
        """Press what asks for a number, then the number; return what is shown in the end."""
        await self.press(card, pressed)
        shown = self.answer()
        for _ in range(STEPS):
            chosen = shown and (button(shown, rf"(?<!\d){number}(?!\d)") or button(shown, r"\d"))
            if not (shown and chosen):
                break
            await self.press(shown, chosen)
            shown = self.answer() or self.scene.reread(shown)
        return shown

    def _slips(self) -> bool:
        return self.chance.random() < self.temper.slip

    def _draw(self, span: Span) -> int:
        return self.chance.randint(*span)
