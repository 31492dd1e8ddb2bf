"""The port: what the bot asks of a platform, and what it hears from one."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Protocol

from bot.measuring import units
from handlers.events import AnyEvent
from storage.terms.cards import Style

Receive = Callable[[AnyEvent], Awaitable[None]]
"""Stores an event in the inbox; returns once it is on disk, so that it may be acknowledged."""


@dataclass(frozen=True, slots=True)
class ShownButton:
    """A button in words; ``token`` comes back in the :class:`~handlers.events.Action`."""

    label: str
    token: str
    style: Style = "plain"


@dataclass(frozen=True, slots=True)
class ShownFile:
    """A file that goes out with a message."""

    name: str
    mime: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Shown:
    """A card in words: what a platform shows. Lines may begin with spaces to stand indented."""

    title: str = ""
    lines: tuple[str, ...] = ()
    rows: tuple[tuple[ShownButton, ...], ...] = ()
    files: tuple[ShownFile, ...] = ()

    @property
    def is_worded(self) -> bool:
        """Whether it says anything."""
        return any(words.strip() for words in (self.title, *self.lines))

    @property
    def length(self) -> int:
        """How many characters are shown, as platforms count them."""
        return units(self.title) + sum(units(line) + 1 for line in self.lines)


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast a platform lets the bot speak; 0 where it sets no limit."""

    per_second: int = 0
    """Messages a second in all chats together."""
    chat_millis: int = 0
    """Between two messages to one chat."""
    group_per_minute: int = 0
    """Messages a minute to one group."""


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What a platform can do, as data."""

    edits: bool
    files_in: int
    """Largest file it delivers to us, in bytes."""
    files_out: int
    """Largest file it takes from us, in bytes."""
    text_limit: int
    """Most characters in one message, in UTF-16 units."""
    caption_limit: int | None = None
    """Most characters in a message that bears a file; None where a card may bear any with all its words."""
    pace: Pace = Pace()


class DeliveryFault(Exception):
    """A message did not surely reach its chat."""


class NotNow(DeliveryFault):
    """Surely not sent; may be tried again after ``seconds``; ``everywhere`` when that holds for all chats."""

    def __init__(self, seconds: float, *, everywhere: bool = False) -> None:
        super().__init__(seconds)
        self.seconds = seconds
        self.everywhere = everywhere


class MaybeSent(DeliveryFault):
    """It is not known whether the message arrived: the answer never came."""


class ChatGone(DeliveryFault):
    """The chat is closed to the bot; nothing more can be sent there."""


class Rejected(DeliveryFault):
    """The platform will never take this message."""


class NotEditable(DeliveryFault):
    """The earlier message cannot be changed any more; say it anew."""


class Platform(Protocol):
    """One chat platform."""

    name: str
    capabilities: Capabilities

    @property
    def trouble(self) -> str:
        """What keeps it from hearing or speaking now, in one line for the operator; "" when it is well."""
        ...

    async def run(self, receive: Receive) -> None:
        """Listen until cancelled; hand every event to ``receive`` before acknowledging it."""
        ...

    async def send(self, chat: str, thread: str | None, message: Shown, reply_to: str | None) -> str:
        """Show a message; return the platform's identifier of it. Raises :class:`DeliveryFault`."""
        ...

    async def edit(self, chat: str, message_id: str, message: Shown) -> None:
        """Show other words and buttons in an earlier message. Raises :class:`DeliveryFault`."""
        ...

    async def answer(self, event_id: str, words: str) -> None:
        """Answer a pressed button with a few words, or with none; late answers fail silently."""
        ...

    async def fetch(self, ref: str) -> bytes:
        """Return the content of a file a person sent. Raises :class:`DeliveryFault`."""
        ...

    async def close(self) -> None:
        """Close the connections; nothing can be sent afterwards."""
        ...
