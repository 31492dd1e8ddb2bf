"""Messages as rows: said in the transaction of what they speak of, found again by reply and button."""

from __future__ import annotations

import re
import secrets

from storage.ledger import lookup, outbox
from storage.records import Chat, MessageRef, OutboxRow
from storage.terms.cards import Button, Card, Edit, Send
from storage.terms.statuses import OutboxStatus
from storage.unit import Unit

_NUMBER = re.compile(r"[0-9]{1,3}")

TOKEN_BYTES = 9
"""Twelve characters of a button's token: not to be guessed, and short enough for every platform."""


def say(unit: Unit, send: Send) -> OutboxRow:
    """Add a card to the outbox of a chat; one that is closed to the bot gets it when it is open again."""
    row = OutboxRow(
        chat_id=send.chat,
        target_id=None,
        key=send.key,
        token=secrets.token_urlsafe(TOKEN_BYTES),
        card=send.card.to_json(),
        reply_to=send.reply_to,
        urgent=send.urgent,
        not_before=unit.now,
        created_at=unit.now,
    )
    return _put(unit, row)


def _put(unit: Unit, row: OutboxRow) -> OutboxRow:
    if not unit.directory.get(Chat, row.chat_id).active:
        row.status, row.error = OutboxStatus.PARKED.value, outbox.CHAT_GONE
    return unit.add(row)


async def show_anew(unit: Unit, edit: Edit) -> OutboxRow:
    """Add a card to the outbox that takes the place of one said before.

    A card not yet sent is simply changed; older changes of it that still wait are dropped.
    """
    first = await unit.get(OutboxRow, edit.outbox)
    if first.target_id is not None:
        first = await unit.get(OutboxRow, first.target_id)
    if first.status in (OutboxStatus.PENDING, OutboxStatus.PARKED) and first.attempts == 0:
        first.card = edit.card.to_json()
        unit.save(first, "card")
        return first
    waiting = OutboxRow.filter(target_id=first.id, status__in=[OutboxStatus.PENDING, OutboxStatus.PARKED])
    for older in await unit.all(waiting):
        older.status, older.error = OutboxStatus.PARKED.value, ""
        unit.save(older, "status", "error")
    row = OutboxRow(
        chat_id=first.chat_id,
        target_id=first.id,
        token=secrets.token_urlsafe(TOKEN_BYTES),
        card=edit.card.to_json(),
        urgent=True,
        not_before=unit.now,
        created_at=unit.now,
    )
    return _put(unit, row)


async def card_replied_to(unit: Unit, chat: Chat, message: str) -> OutboxRow | None:
    """Return the message of ours that stands under an identifier, as it was first said.

    What was meant for a topic may stand in its group beside it, and the other way round.
    """
    known = unit.database.remembered
    sharing = lookup.chats_sharing(unit.directory, chat)
    number = next((n for each in sharing if (n := known.number((each, message))) is not None), None)
    if number is None:
        ref = await unit.first(MessageRef.filter(chat_id__in=sharing, message=message))
        if ref is None:
            return None
        number = ref.outbox_id
        known.put_number((ref.chat_id, message), number)
    return await unit.get(OutboxRow, number)


async def newest_card(unit: Unit, row: OutboxRow) -> Card:
    """Return a message's card as it was last shown."""
    newer = await unit.first(OutboxRow.filter(target_id=row.target_id or row.id).order_by("-id"))
    return Card.from_json((newer or row).card)


async def answers_to(unit: Unit, chat: Chat, message: str, limit: int = 5) -> list[OutboxRow]:
    """Return what was said in answer to a person's message, newest first."""
    return await unit.all(
        OutboxRow.filter(chat_id=chat.id, reply_to=message, target_id=None).order_by("-id").limit(limit)
    )


async def button_pressed(unit: Unit, token: str) -> tuple[OutboxRow, Button] | None:
    """Return the message and the button a token belongs to; None for a token that is not ours."""
    stem, _, number = token.rpartition(".")
    row = await unit.first(OutboxRow.filter(token=stem)) if stem and _NUMBER.fullmatch(number) else None
    if row is None:
        return None
    buttons = [button for line in Card.from_json(row.card).rows for button in line]
    return (row, buttons[int(number)]) if int(number) < len(buttons) else None


def button_token(row: OutboxRow, number: int) -> str:
    """Return what the ``number``-th button of a card carries."""
    return f"{row.token}.{number}"
