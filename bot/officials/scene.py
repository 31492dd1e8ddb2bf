"""What an official can do and see: speak, press, edit, and read what the bot shows."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import date, datetime

from bot.composition import Office
from bot.platforms.port import ShownButton, ShownFile
from bot.platforms.rehearsal.room import Room
from bot.platforms.rehearsal.transcript import Script
from bot.platforms.rehearsal.world import Message
from bot.rehearsal_clock import RehearsalClock
from storage.terms.clock import office_time

MINUTE = 60_000


class Scene:
    """The room as officials know it. Whatever they do, they see the bot's answer before anybody goes on."""

    def __init__(
        self, office: Office, room: Room, clock: RehearsalClock, tell: Callable[[str], None]
    ) -> None:
        self.room = room
        self.clock = clock
        self._office = office
        self._script = Script(room)
        self._tell = tell
        self._seen = 0
        self._acted = 0

    @property
    def now(self) -> datetime:
        """The moment, in the office's time."""
        return office_time(self.clock.now())

    @property
    def today(self) -> date:
        """The day on the office's calendar."""
        return self.now.date()

    async def say(
        self,
        chat: str,
        who: str,
        words: str,
        *,
        to: Message | None = None,
        files: Sequence[ShownFile] = (),
    ) -> str:
        """Say something, perhaps in reply to a message; return its number."""
        await self._a_minute_passes()
        said = self.room.say(chat, who, words, files, None if to is None else to.id)
        await self.settle()
        return said

    async def edit(self, chat: str, who: str, message: str, words: str) -> None:
        """Let an earlier message read otherwise."""
        await self._a_minute_passes()
        self.room.edit(chat, who, message, words)
        await self.settle()

    async def press(self, who: str, message: Message, pressed: ShownButton, *, times: int = 1) -> None:
        """Press a button, if it is still there; several times means before the bot has answered the first."""
        if pressed not in self.reread(message).buttons:
            return
        await self._a_minute_passes()
        for _ in range(times):
            self.room.press(message.chat, who, message.id, pressed.token)
        await self.settle()

    async def _a_minute_passes(self) -> None:
        """Let time go on between two acts: nobody reads a card and answers it at once."""
        now = self.clock.now()
        if now == self._acted:
            await self.go_to(now + MINUTE)
        self._acted = self.clock.now()

    async def settle(self) -> None:
        """Wait until the bot has answered, and write it down."""
        while True:
            await self.room.heard()
            await self._office.quiet()
            if not self.room.waiting():
                break
        for line in self._script.news():
            self._tell(line)

    async def go_to(self, moment: int) -> None:
        """Let time go on to a moment."""
        await self.clock.move_to(office_time(moment))
        await self.settle()

    def news(self) -> dict[str, list[Message]]:
        """Return what the bot has shown since the last look, as it reads now, chat by chat."""
        found: dict[str, dict[str, Message]] = {}
        for happening in self.room.happenings(self._seen):
            self._seen = happening.id
            if happening.kind in {"shown", "changed"} and happening.message is not None:
                messages = found.setdefault(happening.chat, {})
                messages[happening.message] = self.room.message(happening.message)
        return {chat.id: list(found[chat.id].values()) for chat in self.room.chats() if chat.id in found}

    def reread(self, message: Message) -> Message:
        """Return a message as it reads now."""
        return self.room.message(message.id)


def button(message: Message, words: str) -> ShownButton | None:
    """Return the first button whose label a pattern finds; None when the card has none."""
    return next((each for each in message.buttons if re.search(words, each.label)), None)


def buttons(message: Message, words: str) -> list[ShownButton]:
    """Return every button whose label a pattern finds."""
    return [each for each in message.buttons if re.search(words, each.label)]


def reads(message: Message, words: str) -> bool:
    """Tell whether a pattern finds something in a card's title or lines."""
    return re.search(words, f"{message.title}\n{message.text}") is not None


_NUMBERED = re.compile(r"^\W*(\d{1,3})[.．、]\s*(.+)$")


def numbered(message: Message) -> dict[int, str]:
    """Return the lines of a card that bear a number, by the number, each with the lines that belong to it."""
    found: dict[int, str] = {}
    last: int | None = None
    for line in message.lines:
        begins = _NUMBERED.match(line)
        if begins:
            last = int(begins[1])
            found[last] = begins[2]
        elif last is not None and line[:1].isspace():
            found[last] += "\n" + line.strip()
        else:
            last = None
    return found
