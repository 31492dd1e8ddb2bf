"""What happens besides: a passer-by in a group, a reply in a wrong one, private data, a marked secret."""

from __future__ import annotations

from functools import partial

from bot.officials.liaison import Liaison
from bot.officials.official import Official
from bot.officials.scene import button, numbered
from bot.platforms.rehearsal.world import Message


class Passerby(Official):
    """Somebody in a group who is nobody there: asks, presses, answers, and changes nothing."""

    def begin(self) -> None:
        """Mean to look in on three of the first days."""
        self.some_morning(1, self._press, 95)
        self.some_morning(2, self._answer, 130)
        self.some_morning(5, self._ask, 200)

    def notices(self, message: Message) -> None:
        """Mean nothing: whatever is shown concerns others."""

    async def _press(self) -> None:
        for card in self._cards():
            if pressed := button(card, self.words.pattern("any_sign")):
                await self.press(card, pressed)
                return

    async def _answer(self) -> None:
        cards = self._cards()
        await self.say(self.words.one("passing_answer", self.chance), to=cards[0] if cards else None)

    async def _ask(self) -> None:
        await self.say(self.words.one("passing", self.chance))

    def _cards(self) -> list[Message]:
        return cards_of(self, self.chat)


def cards_of(official: Official, chat: str) -> list[Message]:
    """Return the numbered cards of the bot in a group, newest first."""
    messages = official.scene.room.messages(chat)
    return [each for each in reversed(messages) if each.author is None and numbered(each)]


def arrange(liaisons: list[Liaison]) -> None:
    """Let some liaisons blunder, each in a way of its own."""
    careless = [each for each in liaisons if each.temper.slip > 0]
    steady = [each for each in liaisons if each.temper.rounds and not each.temper.slip]
    for liaison in careless[:1]:
        others = [each for each in liaisons if each is not liaison]
        if others:
            _stray(liaison, liaison.chance.choice(others))
    for liaison, kind, later in zip(steady, ("private", "secret"), (6, 8), strict=False):
        liaison.some_morning(later, partial(_reply, liaison, kind), 75)


def _stray(liaison: Liaison, other: Liaison) -> None:
    """Let a liaison, who sits in another department's group too, answer the card there."""
    person, room = liaison.part.person, liaison.scene.room
    room.ensure_person(
        person.account,
        person.name,
        person.hat,
        [*room.person(person.account).chats[:-1], other.chat],
        department=person.department,
    )

    async def act() -> None:
        cards = cards_of(liaison, other.chat)
        said = liaison.words.one("stray", liaison.chance)
        await liaison.scene.say(other.chat, liaison.who, said, to=cards[0] if cards else None)

    liaison.some_morning(4, act, 150)


async def _reply(liaison: Liaison, kind: str) -> None:
    cards = cards_of(liaison, liaison.chat)
    await liaison.say(liaison.words.one(kind, liaison.chance), to=cards[0] if cards else None)
