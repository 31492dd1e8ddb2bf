"""The bot comes into a chat, is removed from one, or a chat goes on under another identifier."""

from __future__ import annotations

from handlers.events import Membership, Migrated
from handlers.office import grouping
from handlers.turns import Answers, Turn
from storage.ledger import chats, outbox
from storage.terms.cards import Card, Send
from storage.terms.roles import Purpose
from storage.terms.texts import text


async def came_or_left(turn: Turn) -> Answers:
    """Note where the bot is: an unbound group learns how to be bound, coordinators when it is gone."""
    event = turn.event
    assert isinstance(event, Membership)  # noqa: S101 - the table says so
    if not event.present:
        was_there = turn.chat.active
        await outbox.gone(turn.unit, turn.chat)
        return list(grouping.left(turn)) if was_there else None
    chats.set_presence(turn.unit, turn.chat, present=True)
    await outbox.release(turn.unit, turn.chat)
    if turn.chat.purpose != Purpose.NONE:
        return None
    return Send(turn.chat.id, Card(title=text("welcome.title"), lines=(text("welcome.bind"),)))


async def moved(turn: Turn) -> Answers:
    """Follow a chat to its new identifier."""
    event = turn.event
    assert isinstance(event, Migrated)  # noqa: S101 - the table says so
    chats.move(turn.unit, turn.chat, event.new_chat)
    return None
