"""Where a walk is done: what its people do there, what they see, and how the platform remembers it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from bot.platforms.port import ShownButton, ShownFile
from bot.platforms.rehearsal.room import Room
from bot.platforms.rehearsal.world import Message

DEEDS = {"said", "edited", "pressed"}


@dataclass(frozen=True, slots=True)
class Deed:
    """One thing somebody did; ``id`` grows. ``message`` is the one that was said, edited or pressed on."""

    id: int
    kind: str
    message: str | None
    text: str = ""


class Ground(Protocol):
    """A platform as the people of a walk have it. What they do is remembered before anything else happens."""

    async def say(
        self, chat: str, who: str, text: str, files: Sequence[ShownFile], reply_to: str | None
    ) -> None:
        """Let somebody say something."""
        ...

    async def press(self, chat: str, who: str, message: Message, button: ShownButton) -> None:
        """Let somebody press a button."""
        ...

    async def edit(self, chat: str, who: str, message: str, text: str) -> None:
        """Let a message of somebody's read otherwise."""
        ...

    def messages(self, chat: str) -> list[Message]:
        """Return what the bot said in a chat, as it reads now."""
        ...

    def deeds(self, after: int) -> list[Deed]:
        """Return what people did after a deed."""
        ...

    def knows(self, message: Message) -> bool:
        """Tell whether the bot knows where it said something."""
        ...

    async def settle(self) -> None:
        """Wait until the bot has nothing left to do."""
        ...


class Witness(Protocol):
    """A platform when all is over."""

    def events(self) -> Counter[str]:
        """Return what was told to the bot, as the inbox names it, and was not lost by the platform."""
        ...

    def waiting(self) -> list[str]:
        """Return what is still to be acknowledged."""
        ...

    def said(self) -> dict[str, list[str]]:
        """Return the messages of the bot in their order, for each chat."""
        ...

    def faults(self) -> list[str]:
        """Return what the platform itself found wrong."""
        ...


class RoomGround:
    """The rehearsal room of this very process."""

    def __init__(
        self, room: Room, settle: Callable[[], Awaitable[None]], knows: Callable[[Message], bool]
    ) -> None:
        self._room = room
        self._settle = settle
        self._knows = knows

    async def say(
        self, chat: str, who: str, text: str, files: Sequence[ShownFile], reply_to: str | None
    ) -> None:
        self._room.say(chat, who, text, files, reply_to)

    async def press(self, chat: str, who: str, message: Message, button: ShownButton) -> None:
        self._room.press(chat, who, message.id, button.token)

    async def edit(self, chat: str, who: str, message: str, text: str) -> None:
        self._room.edit(chat, who, message, text)

    def messages(self, chat: str) -> list[Message]:
        return [each for each in self._room.messages(chat) if each.author is None]

    def deeds(self, after: int) -> list[Deed]:
        return [
            Deed(each.id, each.kind, each.message, str(each.data.get("text", "")))
            for each in self._room.happenings(after)
            if each.account is not None and each.kind in DEEDS
        ]

    def knows(self, message: Message) -> bool:
        return self._knows(message)

    async def settle(self) -> None:
        await self._settle()
