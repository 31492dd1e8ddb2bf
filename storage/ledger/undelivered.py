"""Messages that may not have arrived: named, and sent again or let be by a coordinator's word alone."""

from __future__ import annotations

from collections.abc import Iterable

from tortoise.functions import Count

from storage.ledger import messages, outbox
from storage.records import Chat, OutboxRow
from storage.terms.errors import Refusal
from storage.terms.roles import Permission
from storage.terms.statuses import OutboxStatus
from storage.unit import Unit

IN_QUESTION = (OutboxStatus.UNCERTAIN, OutboxStatus.FAILED)
"""Sent perhaps, and refused by the platform: nothing happens to these by itself."""


ON_THEIR_WAY = (OutboxStatus.PENDING, OutboxStatus.SENDING)


async def in_question(unit: Unit, *statuses: OutboxStatus) -> list[OutboxRow]:
    """Return the messages of which nobody knows whether they arrived, or which were refused; oldest first."""
    unit.actor.require(Permission.COORDINATE)
    return await unit.all(OutboxRow.filter(status__in=statuses or IN_QUESTION).order_by("id"))


async def laid_aside(unit: Unit) -> list[tuple[Chat, int]]:
    """Return the chats that are closed to the bot with the number of messages that wait for them."""
    unit.actor.require(Permission.COORDINATE)
    parked = OutboxRow.filter(status=OutboxStatus.PARKED, error=outbox.CHAT_GONE)
    counted = parked.annotate(number=Count("id")).group_by("chat_id").order_by("chat_id")
    rows = await unit.rows(counted.values("chat_id", "number"))
    return [(unit.directory.get(Chat, row["chat_id"]), row["number"]) for row in rows]


async def send_again(unit: Unit, numbers: Iterable[int]) -> list[OutboxRow]:
    """Send messages again, as their cards read now; return those of which it was still in question."""
    rows = await _still(unit, numbers)
    for row in rows:
        if await unit.count(OutboxRow.filter(target_id=row.id, status__in=ON_THEIR_WAY)):
            outbox.let_be(unit, row)  # a change of it waits, which says the card anew
        else:
            row.card = (await messages.newest_card(unit, row)).to_json()
            row.not_before, row.error = unit.now, ""
            unit.save(row, "card", "not_before", "error")
            outbox.wait(unit, row)
        _note(unit, "delivery.again", row)
    return rows


async def arrived(unit: Unit, numbers: Iterable[int]) -> list[OutboxRow]:
    """Write that messages arrived after all, as somebody saw; return those of which it was in question."""
    rows = await _still(unit, numbers)
    for row in rows:
        outbox.sent(unit, row)
        _note(unit, "delivery.arrived", row)
    return rows


async def drop(unit: Unit, numbers: Iterable[int]) -> list[OutboxRow]:
    """Let messages be; return those of which it was still in question."""
    rows = await _still(unit, numbers)
    for row in rows:
        outbox.let_be(unit, row)
        _note(unit, "delivery.dropped", row)
    return rows


async def _still(unit: Unit, numbers: Iterable[int]) -> list[OutboxRow]:
    unit.actor.require(Permission.COORDINATE)
    rows = [row for row in await unit.many(OutboxRow, numbers) if row.status in IN_QUESTION]
    if not rows:
        raise Refusal("undelivered.settled")
    return rows


def _note(unit: Unit, verb: str, row: OutboxRow) -> None:
    unit.note(verb, chat=unit.directory.get(Chat, row.chat_id).title, outbox=row.id)
