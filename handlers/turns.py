"""One turn of a conversation: what was said, by whom, and the unit of work that answers it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from handlers.events import AnyEvent
from reminders.workdays import Workdays
from storage.actors import Actor
from storage.directory import Directory
from storage.records import Chat, OutboxRow
from storage.terms.cards import Button, Outgoing
from storage.terms.clock import office_day
from storage.terms.texts import Text
from storage.unit import Unit

Answers = Outgoing | list[Outgoing] | None
"""What a conversation returns. A bare card answers in the same chat, to the same message."""


@dataclass(frozen=True, slots=True)
class Received:
    """A file that came with an event; ``content`` is None when it was larger than ``most`` bytes."""

    name: str
    mime: str
    size: int
    content: bytes | None
    most: int


def lacking_words(asked: Text) -> str:
    """Say that nobody gave the turn a catalogue; whoever runs conversations does."""
    raise LookupError(f"no catalogue for {asked.key}")


@dataclass(slots=True)
class Turn:
    """What a conversation works with.

    ``said`` is the bot's message that the event replies to or whose button was pressed, ``button`` the
    button; ``prepared`` what the route's slow work made, off the loop and outside the transaction.
    ``words`` renders a text for a document, in the language of the chat; cards are worded at the edge.
    """

    event: AnyEvent
    unit: Unit
    chat: Chat
    days: Workdays
    files: tuple[Received, ...] = ()
    said: OutboxRow | None = None
    button: Button | None = None
    prepared: Any = None
    words: Callable[[Text], str] = lacking_words
    subject: dict[str, Any] = field(default_factory=dict)

    @property
    def actor(self) -> Actor:
        """Who speaks."""
        return self.unit.actor

    @property
    def directory(self) -> Directory:
        """What every conversation looks up."""
        return self.unit.directory

    @property
    def now(self) -> int:
        """The moment, in epoch milliseconds."""
        return self.unit.now

    @property
    def today(self) -> date:
        """The day on the office's calendar."""
        return office_day(self.unit.now)

    @property
    def values(self) -> dict[str, Any]:
        """The values of the pressed button."""
        return dict(self.button.values) if self.button else {}
