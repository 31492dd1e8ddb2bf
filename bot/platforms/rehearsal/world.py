"""What there is in a rehearsal room: chats, people, messages, files and what happened."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from bot.platforms.port import ShownButton, ShownFile
from handlers.events import ChatKind

Hat = Literal["coordinator", "liaison", "leader", "stranger"]
"""A label for whom the visitor plays; it gives nobody any right."""

Kind = Literal["said", "edited", "pressed", "joined", "left", "shown", "changed", "toast", "arranged"]
"""What can happen. The first five are told to the bot, the rest come from it or from the room."""

TOLD: frozenset[Kind] = frozenset({"said", "edited", "pressed", "joined", "left"})


class RoomError(Exception):
    """The room cannot do what was asked; ``key`` names why, ``what`` names the thing."""

    def __init__(self, key: str, what: str = "") -> None:
        super().__init__(f"{key}: {what}" if what else key)
        self.key = key
        self.what = what


Upload = ShownFile | str
"""A file to send: with its content, or by the number it was kept under."""


@dataclass(frozen=True, slots=True)
class Chat:
    """A group, or a person's private chat with the bot."""

    id: str
    title: str
    kind: ChatKind
    present: bool = True
    """Whether the bot is in it."""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody the visitor can play."""

    account: str
    name: str
    hat: Hat
    department: str
    chats: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FileCard:
    """A file as a message shows it, without its content."""

    id: str
    name: str
    mime: str
    size: int


@dataclass(frozen=True, slots=True)
class Message:
    """A message as it reads now; ``author`` is None for the bot."""

    id: str
    chat: str
    author: str | None
    title: str
    text: str
    rows: tuple[tuple[ShownButton, ...], ...]
    files: tuple[FileCard, ...]
    reply_to: str | None
    at: int
    edited: int | None

    @property
    def lines(self) -> tuple[str, ...]:
        """The words line by line."""
        return tuple(self.text.split("\n")) if self.text else ()

    @property
    def buttons(self) -> tuple[ShownButton, ...]:
        """All buttons, row after row."""
        return tuple(button for row in self.rows for button in row)

    def button(self, wanted: str) -> ShownButton:
        """Return the button of a token or, failing that, of these words. Raises :class:`RoomError`."""
        by_token = [button for button in self.buttons if button.token == wanted]
        found = by_token or [button for button in self.buttons if button.label == wanted]
        if not found:
            raise RoomError("no_such_button", wanted)
        if len(found) > 1:
            raise RoomError("two_such_buttons", wanted)
        return found[0]


@dataclass(frozen=True, slots=True)
class Summary:
    """A chat as the list shows it."""

    chat: Chat
    unread: int
    last: Message | None


@dataclass(frozen=True, slots=True)
class Happening:
    """One thing that happened, in the words it had then; ``id`` grows and is never used twice."""

    id: int
    kind: Kind
    chat: str
    account: str | None
    message: str | None
    at: int
    data: Mapping[str, Any] = field(default_factory=dict)
