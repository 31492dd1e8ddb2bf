"""The bot comes into a chat, is removed from one, or a chat goes on under another identifier."""

from __future__ import annotations

from handlers.events import Membership, Migrated, TopicClosed
from handlers.office import grouping
from handlers.turns import Answers, Turn
from storage.ledger import chats, outbox, presence
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
    await presence.back(turn.unit, turn.chat)
    if turn.chat.purpose != Purpose.NONE:
        return None
    return Send(turn.chat.id, Card(title=text("welcome.title"), lines=(text("welcome.bind"),)))


async def topic_closed(turn: Turn) -> Answers:
    """Tell coordinators, once a day at most, that a topic is closed: its messages go to the whole group."""
    event = turn.event
    assert isinstance(event, TopicClosed)  # noqa: S101 - the table says so
    if not chats.set_topic(turn.unit, turn.chat, closed=event.closed) or not event.closed:
        return None
    told = Card(lines=(text("groups.topic_closed", chat=turn.chat.title or turn.chat.external),))
    key = f"topic-closed:{turn.chat.id}:{turn.today}"
    groups = outbox.coordination_chats(turn.unit)
    return [Send(group.id, told, key=f"{key}:{group.id}") for group in groups]


async def moved(turn: Turn) -> Answers:
    """Follow a chat to its new identifier."""
    event = turn.event
    assert isinstance(event, Migrated)  # noqa: S101 - the table says so
    chats.move(turn.unit, turn.chat, event.new_chat)
    return None
