"""What people do, as the conversations accept it; platforms produce these."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

ChatKind = Literal["group", "private"]


@dataclass(frozen=True, slots=True)
class Place:
    """Where something was said: the platform's name and its own identifiers, opaque to us."""

    platform: str
    chat: str
    kind: ChatKind = "group"
    title: str = ""
    thread: str | None = None


@dataclass(frozen=True, slots=True)
class Sender:
    """Who said it; ``account`` is the platform's own identifier, None for an anonymous sender."""

    account: str | None
    name: str = ""


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file as the platform offers it; ``ref`` fetches it from the platform."""

    ref: str
    name: str
    mime: str
    size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """What every event has; ``event_id`` is unique on its platform and never used twice."""

    event_id: str
    place: Place
    sender: Sender
    message: str | None = None
    at: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Command(Event):
    """``/name argument``, perhaps with files, perhaps in reply to a message; ``addressed`` to us by name."""

    name: str
    argument: str = ""
    addressed: bool = False
    reply_to: str | None = None
    reply_to_account: str | None = None
    reply_to_name: str = ""
    files: tuple[Attachment, ...] = ()
    album: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply(Event):
    """Words or files in reply to a message of the bot.

    Where people answer a thread and no message of it, ``earlier`` are those before it, newest first: what is
    unknown or takes no answer is passed over.
    """

    reply_to: str
    earlier: tuple[str, ...] = ()
    text: str = ""
    files: tuple[Attachment, ...] = ()
    album: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Talk(Event):
    """Words that answer nothing; ``addressed`` when they name the bot or the chat is private."""

    text: str = ""
    addressed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class File(Event):
    """Files sent without a command and without answering anything.

    ``album``, here and elsewhere, names what its items share that the platform tells one by one.
    """

    files: tuple[Attachment, ...]
    text: str = ""
    addressed: bool = False
    album: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Action(Event):
    """A pressed button; ``token`` is what the button carried, ``message`` the card it stood on."""

    token: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Edited(Event):
    """An earlier message of a person now reads otherwise; ``message`` is that message."""

    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Membership(Event):
    """The bot came into a chat, or was removed from it."""

    present: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Migrated(Event):
    """The chat goes on under another identifier."""

    new_chat: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicClosed(Event):
    """The topic that a chat is was closed or deleted, or opened again: meanwhile its group hears for it."""

    closed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Unreadable(Event):
    """What a platform told and nobody understands: kept aside with the reason, and answered by nobody."""

    raw: str
    why: str


AnyEvent = Command | Reply | Talk | File | Action | Edited | Membership | Migrated | TopicClosed | Unreadable
