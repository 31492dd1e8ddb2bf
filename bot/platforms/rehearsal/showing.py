"""The room as the page receives it: plain JSON values."""

from __future__ import annotations

from typing import Any

from bot.platforms.rehearsal.looking import Looking
from bot.platforms.rehearsal.world import FileCard, Happening, Message, Person, RoomError, Summary

PICTURES = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp"})
"""What a browser may show inline; an SVG could carry a script."""

PREVIEW = 80


def show_state(room: Looking, now: int) -> dict[str, Any]:
    """Return everything the page starts from; messages come chat by chat."""
    return {
        "room": room.birth,
        "bot": room.bot_name,
        "now": now,
        "cursor": room.last_happening(),
        "people": [show_person(person) for person in room.people()],
        "chats": [show_summary(room, summary) for summary in room.summaries()],
    }


def show_person(person: Person) -> dict[str, Any]:
    """Return somebody the visitor can play."""
    return {
        "account": person.account,
        "name": person.name,
        "hat": person.hat,
        "department": person.department,
        "chats": list(person.chats),
    }


def show_summary(room: Looking, summary: Summary) -> dict[str, Any]:
    """Return a chat as the list shows it."""
    chat, last = summary.chat, summary.last
    return {
        "id": chat.id,
        "title": chat.title,
        "kind": chat.kind,
        "present": chat.present,
        "unread": summary.unread,
        "last": None if last is None else show_preview(room, last),
    }


def show_preview(room: Looking, message: Message) -> dict[str, Any]:
    """Return the first words of a message, or the name of its first file."""
    words = message.title or message.text.strip().partition("\n")[0]
    if not words and message.files:
        words = message.files[0].name
    return {
        "id": message.id,
        "author": message.author,
        "name": room.name_of(message.author),
        "words": words[:PREVIEW],
        "at": message.at,
    }


def show_message(room: Looking, message: Message) -> dict[str, Any]:
    """Return a message as the chat shows it."""
    return {
        "id": message.id,
        "chat": message.chat,
        "author": message.author,
        "name": room.name_of(message.author),
        "title": message.title,
        "lines": list(message.lines),
        "rows": [
            [{"label": each.label, "token": each.token, "style": each.style} for each in row]
            for row in message.rows
        ],
        "files": [show_file(file) for file in message.files],
        "quote": _quote(room, message.reply_to),
        "at": message.at,
        "edited": message.edited,
    }


def show_file(file: FileCard) -> dict[str, Any]:
    """Return a file as a message shows it."""
    return {
        "id": file.id,
        "name": file.name,
        "mime": file.mime,
        "size": file.size,
        "picture": file.mime in PICTURES,
    }


def show_happening(room: Looking, happening: Happening) -> dict[str, Any] | None:
    """Return what an open page has to learn of a happening, None when that is nothing."""
    match happening.kind:
        case "said" | "edited" | "shown" | "changed":
            message = show_message(room, room.message(happening.message or ""))
            return {"kind": "message", "new": happening.kind in {"said", "shown"}, "message": message}
        case "toast":
            return {
                "kind": "toast",
                "account": happening.account,
                "message": happening.message,
                "press": happening.data["press"],
                "words": happening.data["words"],
            }
        case "pressed":
            return None
        case _:
            return {"kind": "arranged"}


def _quote(room: Looking, message: str | None) -> dict[str, Any] | None:
    if message is None:
        return None
    try:
        return show_preview(room, room.message(message))
    except RoomError:
        return None
