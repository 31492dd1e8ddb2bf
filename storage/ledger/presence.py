"""The bot in a chat again from which it was removed."""

from __future__ import annotations

from storage.ledger import bundles, chats, outbox
from storage.records import Chat
from storage.unit import Unit


async def back(unit: Unit, chat: Chat) -> None:
    """Write that a chat is open to the bot: it hears what waited for it, and in one bundle what it missed."""
    if not chat.active:
        await bundles.catch_up(unit, chat)
    chats.set_presence(unit, chat, present=True)
    await outbox.release(unit, chat)
