"""What happens in the room, said in the events that the conversations accept."""

from __future__ import annotations

import re
from typing import Any

from bot.platforms.rehearsal.looking import Looking
from bot.platforms.rehearsal.world import FileCard, Happening, Message, RoomError
from handlers.events import (
    Action,
    AnyEvent,
    Attachment,
    Command,
    Edited,
    File,
    Membership,
    Place,
    Reply,
    Sender,
    Talk,
)

PLATFORM = "rehearsal"


def event_id(room: Looking, happening: int) -> str:
    """Name a happening so that no other room, nor this one again, uses the name."""
    return f"{room.birth}-{happening}"


def happening_of(room: Looking, event: str) -> int | None:
    """Return the happening that :func:`event_id` named, None when it is not of this room."""
    birth, _, number = event.partition("-")
    return int(number) if birth == room.birth and number.isdecimal() else None


def translate(room: Looking, happening: Happening) -> AnyEvent:
    """Say a happening that people caused as an event."""
    basis = _basis(room, happening)
    match happening.kind:
        case "pressed":
            return Action(**basis, token=happening.data["token"])
        case "edited":
            words, _ = _unaddressed(happening.data["text"], room.bot_name)
            return Edited(**basis, text=words)
        case "joined" | "left":
            return Membership(**basis, present=happening.kind == "joined")
        case _:
            return _said(room, happening, basis)


def _basis(room: Looking, happening: Happening) -> dict[str, Any]:
    chat = room.chat(happening.chat)
    account = happening.account
    return {
        "event_id": event_id(room, happening.id),
        "place": Place(PLATFORM, chat.id, chat.kind, chat.title),
        "sender": Sender(account, "" if account is None else room.name_of(account)),
        "message": happening.message,
        "at": happening.at,
    }


def _said(room: Looking, happening: Happening, basis: dict[str, Any]) -> AnyEvent:
    words, named = _unaddressed(happening.data["text"], room.bot_name)
    addressed = named or basis["place"].kind == "private"
    files = tuple(_attachment(file) for file in room.message(happening.message or "").files)
    answered = _answered(room, happening.data["reply_to"])
    command = _command(words, room.bot_name)
    if command is not None:
        author = None if answered is None else answered.author
        return Command(
            **basis,
            name=command[0],
            argument=command[1],
            addressed=addressed or command[2],
            reply_to=happening.data["reply_to"],
            reply_to_account=author,
            reply_to_name="" if author is None else room.name_of(author),
            files=files,
        )
    if answered is not None and answered.author is None:
        return Reply(**basis, reply_to=answered.id, text=words, files=files)
    if files:
        return File(**basis, files=files, text=words, addressed=addressed)
    return Talk(**basis, text=words, addressed=addressed)


def _answered(room: Looking, message: str | None) -> Message | None:
    try:
        return None if message is None else room.message(message)
    except RoomError:
        return None


def _attachment(file: FileCard) -> Attachment:
    return Attachment(file.id, file.name, file.mime, file.size)


def _unaddressed(words: str, bot_name: str) -> tuple[str, bool]:
    """Take the bot's name off the beginning; say whether it stood there."""
    named = re.match(rf"\s*[@\uff20]{re.escape(bot_name)}[\s,，:：]*", words)
    return (words[named.end() :], True) if named else (words, False)


def _command(words: str, bot_name: str) -> tuple[str, str, bool] | None:
    """Split ``/name argument``, and tell whether the bot is named (``/name@bot``).

    Chinese keyboards also type the stroke as ``／``.
    """
    found = re.fullmatch(
        rf"[/／]([^\s/／@\uff20]+)([@\uff20]{re.escape(bot_name)})?(?:\s+(.*))?", words.strip(), re.DOTALL
    )
    return (found[1].lower(), (found[3] or "").strip(), found[2] is not None) if found else None
