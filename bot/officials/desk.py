"""The coordinators' desk: submissions gone through each working morning, requests decided."""

from __future__ import annotations

import re
from datetime import date, timedelta

from bot.officials.official import Official
from bot.officials.scene import button, numbered, reads
from bot.platforms.rehearsal.world import Message

ROUNDS = 12
"""Cards that are gone through in one morning at most."""

TRIES = 3
"""Mornings on which one request is decided at most."""

RETURNED_AT_ONCE = 2
"""Submissions of one card that go back."""


class Desk:
    """What lies on a coordinator's desk until the next working morning."""

    def __init__(self, official: Official) -> None:
        self.me = official
        self.scene, self.words, self.chance = official.scene, official.words, official.chance
        self._waiting = False
        self._submissions = False
        self._requests: list[Message] = []
        self._returned: set[str] = set()
        self._tries: dict[str, int] = {}

    def takes(self, message: Message) -> bool:
        """Lay a card on the desk; False when it is none to be decided."""
        if button(message, self.words.pattern("approve")):
            self._submissions = True
        elif button(message, self.words.pattern("grant")) or button(message, self.words.pattern("reassign")):
            self._requests.append(message)
        else:
            return False
        if not self._waiting:
            self._waiting = True
            self.me.some_morning(1, self._clear, self.chance.randint(0, 40))
        return True

    async def _clear(self) -> None:
        requests, self._requests, submissions = self._requests, [], self._submissions
        for request in requests:
            await self._decide(self.scene.reread(request))
            self._look_again(self.scene.reread(request))
        if submissions:
            await self.me.say(self.words.one("review", self.chance))
            await self._go_through(self.me.answer())
        self._submissions = False
        self._waiting = bool(self._requests)
        if self._waiting:
            self.me.some_morning(1, self._clear, self.chance.randint(0, 40))

    def _look_again(self, request: Message) -> None:
        """Keep a request on the desk that the bot did not take the decision on."""
        open_still = button(request, self.words.pattern("grant")) or button(
            request, self.words.pattern("keep")
        )
        self._tries[request.id] = self._tries.get(request.id, 0) + 1
        if open_still and self._tries[request.id] < TRIES:
            self._requests.append(request)

    # ---------------------------------------------------------------- submissions

    async def _go_through(self, card: Message | None) -> None:
        for _ in range(ROUNDS):
            if card is None:
                return
            card = self.scene.reread(card)
            if button(card, self.words.pattern("opens")):
                await self._list(card)
            elif button(card, self.words.pattern("approve")):
                await self._single(card)
            more = button(self.scene.reread(card), self.words.pattern("more"))
            if more is None:
                return
            await self.me.press(card, more)
            card = self.me.answer()

    async def _list(self, card: Message) -> None:
        faulty = [n for n, said in numbered(card).items() if self._finds_fault(said)]
        for number in faulty[:RETURNED_AT_ONCE]:
            card = self.scene.reread(card)
            words = self._return_words()
            if self.chance.random() < 0.5:
                said = self.words.one("return_number", self.chance, number=number, words=words)
                await self.me.say(said, to=card)
                continue
            opener = next((b for b in card.buttons if re.search(rf"\D{number}\D", f" {b.label} ")), None)
            if opener is not None:
                await self.me.press(card, opener)
                await self._return(self.scene.reread(card), words)
        card = self.scene.reread(card)
        rest = button(card, self.words.pattern("approve"))
        if rest is not None:
            await self.me.press(card, rest)

    async def _single(self, card: Message) -> None:
        if self._finds_fault(card.text):
            await self._return(card, self._return_words())
        elif approve := button(card, self.words.pattern("approve")):
            await self.me.press(card, approve)

    async def _return(self, card: Message, words: str) -> None:
        if send_back := button(card, self.words.pattern("return")):
            await self.me.press(card, send_back)
            await self._answer_prompt(words)

    def _finds_fault(self, said: str) -> bool:
        """Find fault with a submission more readily when nothing is enclosed; never twice with the same."""
        item = said.strip().partition("\n")[0]
        if item in self._returned:
            return False
        enclosed = re.search(self.words.pattern("enclosed"), said)
        faulty = self.chance.random() < (0.05 if enclosed else 0.2)
        if faulty:
            self._returned.add(item)
        return faulty

    def _return_words(self) -> str:
        reason = self.words.one("return_reason", self.chance)
        return self.words.one("with_day", self.chance, words=reason, day=self._later_day(8, 20))

    def _later_day(self, least: int, most: int) -> str:
        day = self.scene.today + timedelta(days=self.chance.randint(least, most))
        return self.words.day(min(day, date(self.scene.today.year, 12, 31)))

    # ---------------------------------------------------------------- requests

    async def _decide(self, request: Message) -> None:
        known = self.words.pattern
        if grant := button(request, known("grant")):
            choice = self.chance.random()
            other, refuse = button(request, known("other_day")), button(request, known("refuse"))
            between = self._day_between(request)
            if choice < 0.15 and other and between:
                await self.me.press(request, other)
                await self._answer_prompt(between)
            elif choice < 0.4 and refuse:
                await self.me.press(request, refuse)
                await self._answer_prompt(self.words.one("refuse_reason", self.chance))
            else:
                await self.me.press(request, grant)
        elif reassign := button(request, known("reassign")):
            keep = button(request, known("keep"))
            if keep and self.chance.random() < 0.4:
                await self.me.press(request, keep)
                await self._answer_prompt(self.words.one("keep_reason", self.chance))
            else:
                await self.me.press(request, reassign)
                await self._name_department(request)

    def _day_between(self, request: Message) -> str | None:
        """Return a day between the one that holds and the one that is asked for."""
        days = []
        for name in ("due_now", "asked_day"):
            found = re.search(self.words.pattern(name), request.text)
            if found is None:
                return None
            days.append(date(self.scene.today.year, int(found["month"]), int(found["day"])))
        holds, asked = days
        middle = holds + (asked - holds) / 2
        return self.words.day(middle) if holds < middle < asked else None

    async def _answer_prompt(self, words: str) -> None:
        prompt = self.me.answer()
        if prompt is not None:
            await self.me.say(words, to=prompt)

    async def _name_department(self, request: Message) -> None:
        """Type who takes it over: by its name, now and then only nearly, and then pick what is offered."""
        names = [name for name in self.me.others() if not reads(request, re.escape(name))]
        name = self.chance.choice(names)
        nearly = name[:-1] if len(name) > 3 and self.chance.random() < 0.3 else name
        await self._answer_prompt(nearly)
        offer = self.me.answer()
        if nearly != name and offer is not None and offer.buttons:
            await self.me.press(offer, offer.buttons[0])
