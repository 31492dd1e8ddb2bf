"""How Telegram's numbers are named outside: a message with its chat, an event with its bot."""

from __future__ import annotations

PLATFORM = "telegram"


def message_name(chat: int, message: int) -> str:
    """Name a message. Its number is unique in its chat alone, and a chat may go on under another number."""
    return f"{chat}:{message}"


def message_number(chat: str, name: str | None) -> int | None:
    """Return the number of a message in a chat; None when the name is no message of this very chat."""
    stood, colon, number = (name or "").rpartition(":")
    return int(number) if colon and stood == chat and number.isascii() and number.isdecimal() else None


def event_name(bot: int, update: int, query: str = "") -> str:
    """Name an event so that another bot's never bears the name; a press carries what answers it."""
    return f"{bot}-{update}-{query}" if query else f"{bot}-{update}"


def query_of(event: str) -> str | None:
    """Return what answers a press, None when the event was none."""
    parts = event.split("-", 2)
    return parts[2] if len(parts) == 3 else None
