"""What Telegram tells, said in the events that the conversations accept. Pure: raw JSON in, an event out.

Source of the fields: https://core.telegram.org/bots/api#update
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from bot.platforms.telegram.identifiers import PLATFORM, event_name, message_name
from bot.platforms.telegram.media import attachments, clean
from handlers.events import (
    Action,
    AnyEvent,
    ChatKind,
    Command,
    Edited,
    File,
    Membership,
    Migrated,
    Place,
    Reply,
    Sender,
    Talk,
    TopicClosed,
)

Raw = Mapping[str, Any]

KINDS = ("message", "edited_message", "callback_query", "my_chat_member")
"""The updates that are asked for; any other is passed over."""

NOBODY = {1087968824, 136817688, 777000}
"""Anonymous administrators, channels that speak in a group, and Telegram itself: no person."""

CHATS: Mapping[str, ChatKind] = {"private": "private", "group": "group", "supergroup": "group"}
PRESENT = {"creator", "administrator", "member"}


@dataclass(frozen=True, slots=True)
class Me:
    """The bot's own account; ``words`` are command words it also knows without a stroke before them.

    ``reads_all`` tells whether privacy mode is off: then it hears also what is not said to it.
    """

    id: int
    username: str
    words: Collection[str] = ()
    reads_all: bool = False


def chat_of(raw: Raw) -> str:
    """Return the chat an update belongs to, as far as it can be told: within a chat order is kept."""
    for kind in KINDS:
        told = raw.get(kind)
        if isinstance(told, Mapping):
            inner = told.get("message") if kind == "callback_query" else told
            chat = inner.get("chat") if isinstance(inner, Mapping) else None
            return str(chat.get("id", "")) if isinstance(chat, Mapping) else ""
    return ""


def translate(raw: Raw, me: Me) -> AnyEvent | None:
    """Say an update as an event; None for what is no concern of the bot.

    Raises:
        LookupError, TypeError, ValueError, AttributeError: the update is not as Telegram describes it.
    """
    update = int(raw["update_id"])
    if "message" in raw:
        return _message(raw["message"], update, me)
    if "edited_message" in raw:
        return _edited(raw["edited_message"], update, me)
    if "callback_query" in raw:
        return _press(raw["callback_query"], update, me)
    if "my_chat_member" in raw:
        return _presence(raw["my_chat_member"], update, me)
    return None


def _place(chat: Raw, message: Raw) -> Place | None:
    kind = CHATS.get(chat["type"])
    if kind is None:
        return None
    thread = message.get("message_thread_id") if message.get("is_topic_message") else None
    title = chat.get("title") or _full_name(chat)
    return Place(PLATFORM, str(chat["id"]), kind, clean(title), None if thread is None else str(thread))


def _sender(message: Raw) -> Sender | None:
    """Return who said it, without an account where that is no person; None for another bot."""
    person, role = message.get("from"), message.get("sender_chat")
    if role is not None or person is None or person["id"] in NOBODY:
        return Sender(None, clean((role or {}).get("title", "")))
    if person.get("is_bot"):
        return None
    return Sender(str(person["id"]), _full_name(person))


def _full_name(person: Raw) -> str:
    return clean(" ".join(part for part in (person.get("first_name"), person.get("last_name")) if part))


def _basis(message: Raw, update: int, me: Me) -> dict[str, Any] | None:
    place, sender = _place(message["chat"], message), _sender(message)
    if place is None or sender is None:
        return None
    return {
        "event_id": event_name(me.id, update),
        "place": place,
        "sender": sender,
        "message": message_name(message["chat"]["id"], message["message_id"]),
        "at": int(message["date"]) * 1000,
    }


def _message(message: Raw, update: int, me: Me) -> AnyEvent | None:
    # A migration is told by the group itself, in whoever's name.
    if "migrate_to_chat_id" in message or "migrate_from_chat_id" in message:
        return _migrated(message, update, me)
    if "forum_topic_closed" in message or "forum_topic_reopened" in message:
        return _topic(message, update, me)
    basis = _basis(message, update, me)
    words, files = clean(message.get("text") or message.get("caption") or ""), attachments(message)
    if basis is None or not (words or files):
        return None
    return _said(basis, message, words, me)


def _migrated(message: Raw, update: int, me: Me) -> Migrated | None:
    here = str(message["chat"]["id"])
    place = _place(message["chat"], message)
    if place is None:
        return None
    old = str(message.get("migrate_from_chat_id", here))
    return Migrated(
        event_id=event_name(me.id, update),
        place=Place(PLATFORM, old, place.kind, place.title),
        sender=Sender(None),
        at=int(message["date"]) * 1000,
        new_chat=str(message.get("migrate_to_chat_id", here)),
    )


def _topic(message: Raw, update: int, me: Me) -> TopicClosed | None:
    place = _place(message["chat"], message)
    if place is None or place.thread is None:
        return None
    return TopicClosed(
        event_id=event_name(me.id, update),
        place=place,
        sender=_sender(message) or Sender(None),
        at=int(message["date"]) * 1000,
        closed="forum_topic_closed" in message,
    )


def _said(basis: dict[str, Any], message: Raw, words: str, me: Me) -> AnyEvent:
    rest, named = _unaddressed(words, me)
    mentioned = named or _mention(me).search(words) is not None
    addressed = mentioned or basis["place"].kind == "private"
    files, album = attachments(message), _album(message)
    answered = _answered(message)
    ours = answered is not None and answered.get("from", {}).get("id") == me.id
    command = _command(rest, me) or (_bare_command(rest, me) if named or (addressed and not ours) else None)
    if command is not None:
        return Command(
            **basis,
            name=command[0],
            argument=command[1],
            addressed=addressed or command[2],
            files=files,
            album=album,
            **_who_is_answered(answered),
        )
    if ours and answered is not None:
        reply_to = message_name(answered["chat"]["id"], answered["message_id"])
        return Reply(**basis, reply_to=reply_to, text=rest, files=files, album=album)
    if files:
        return File(**basis, files=files, text=rest, addressed=addressed, album=album)
    return Talk(**basis, text=rest, addressed=addressed)


def _album(message: Raw) -> str | None:
    album = message.get("media_group_id")
    return None if album is None else str(album)


def _answered(message: Raw) -> Raw | None:
    """Return the message that is replied to. In a topic every message hangs on the topic's beginning."""
    answered: Raw | None = message.get("reply_to_message")
    if answered is None or "forum_topic_created" in answered:
        return None
    return answered


def _who_is_answered(answered: Raw | None) -> dict[str, Any]:
    if answered is None:
        return {}
    author = _sender(answered) or Sender(None)
    return {
        "reply_to": message_name(answered["chat"]["id"], answered["message_id"]),
        "reply_to_account": author.account,
        "reply_to_name": author.name if author.account is not None else "",
    }


def _edited(message: Raw, update: int, me: Me) -> Edited | None:
    basis = _basis(message, update, me)
    if basis is None:
        return None
    words, _ = _unaddressed(clean(message.get("text") or message.get("caption") or ""), me)
    return Edited(**basis | {"at": int(message.get("edit_date", message["date"])) * 1000}, text=words)


def _press(query: Raw, update: int, me: Me) -> Action | None:
    card, token = query.get("message"), query.get("data")
    if card is None or token is None:
        return None
    # What is too old to be shown is told with its chat and number alone.
    place = _place(card["chat"], card)
    if place is None:
        return None
    return Action(
        event_id=event_name(me.id, update, str(query["id"])),
        place=place,
        sender=_sender({"from": query["from"]}) or Sender(None),
        message=message_name(card["chat"]["id"], card["message_id"]),
        at=0,
        token=clean(token),
    )


def _presence(change: Raw, update: int, me: Me) -> Membership | None:
    place = _place(change["chat"], {})
    before, after = _can_speak(change["old_chat_member"]), _can_speak(change["new_chat_member"])
    if place is None or before == after:
        return None
    return Membership(
        event_id=event_name(me.id, update),
        place=place,
        sender=_sender(change) or Sender(None),
        at=int(change["date"]) * 1000,
        present=after,
    )


def _can_speak(member: Raw) -> bool:
    if member["status"] == "restricted":
        return bool(member.get("is_member")) and bool(member.get("can_send_messages", True))
    return member["status"] in PRESENT


# ---------------------------------------------------------------- words


def _mention(me: Me) -> re.Pattern[str]:
    return re.compile(rf"[@\uff20]{re.escape(me.username)}(?![A-Za-z0-9_])", re.IGNORECASE)


def _unaddressed(words: str, me: Me) -> tuple[str, bool]:
    """Take the bot's name off the beginning; say whether it stood there."""
    start = len(words) - len(words.lstrip())
    named = _mention(me).match(words, start)
    return (words[named.end() :].lstrip(" \t\r\n,，:："), True) if named else (words, False)


def _command(words: str, me: Me) -> tuple[str, str, bool] | None:
    """Split ``/name argument``, and tell whether the bot is named (``/name@bot``); another bot's is none."""
    found = re.fullmatch(r"[/／]([^\s/／@\uff20]+)([@\uff20]\w+)?(?:\s+(.*))?", words.strip(), re.DOTALL)
    if found is None or (found[2] and _mention(me).fullmatch(found[2]) is None):
        return None
    return found[1].lower(), (found[3] or "").strip(), found[2] is not None


def _bare_command(words: str, me: Me) -> tuple[str, str, bool] | None:
    """Read a command word that stands first in what is said to the bot, without a stroke."""
    name, _, argument = words.strip().partition(" ")
    return (name, argument.strip(), True) if name in me.words else None
