"""The bot in chats: back in one from which it was removed, and when each was last heard."""

from __future__ import annotations

from datetime import date

from tortoise.functions import Max

from storage.ledger import bundles, chats, lookup, outbox
from storage.records import Chat, InboxRow
from storage.terms.clock import office_day
from storage.unit import Unit


async def back(unit: Unit, chat: Chat) -> None:
    """Write that a chat is open to the bot: it hears what waited for it, and in one bundle what it missed."""
    if not chat.active:
        await bundles.catch_up(unit, chat)
    chats.set_presence(unit, chat, present=True)
    await outbox.release(unit, chat)


async def last_heard(unit: Unit) -> dict[int, date]:
    """Return the day on which something was last said in each chat, to the bot or where it could hear it."""
    grouped = InboxRow.all().annotate(newest=Max("received_at")).group_by("platform", "chat")
    found: dict[int, date] = {}
    for row in await unit.rows(grouped.values("platform", "chat", "newest")):
        chat = lookup.chat_at(unit.directory, row["platform"], row["chat"])
        if chat is not None:
            found[chat.id] = office_day(row["newest"])
    return found
