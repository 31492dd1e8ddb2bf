"""How much is on its way, in and out: numbers that cost little, however much the ledger holds."""

from __future__ import annotations

from dataclasses import dataclass

from tortoise.functions import Count

from storage.records import InboxRow, OutboxRow
from storage.terms.statuses import InboxStatus, OutboxStatus
from storage.unit import Unit

INBOX = (InboxStatus.PENDING, InboxStatus.FAILED)
OUTBOX = (
    OutboxStatus.PENDING,
    OutboxStatus.SENDING,
    OutboxStatus.UNCERTAIN,
    OutboxStatus.FAILED,
    OutboxStatus.PARKED,
)
"""What is done with is not counted: only that grows without end."""


@dataclass(frozen=True, slots=True)
class Traffic:
    """Events and messages by status, and the moments since when the oldest wait; None where none does."""

    inbox: dict[str, int]
    outbox: dict[str, int]
    oldest_event: int | None
    oldest_due: int | None


async def traffic(unit: Unit) -> Traffic:
    """Count what waits, what is in doubt and what failed."""
    of_inbox = InboxRow.filter(status__in=INBOX).annotate(number=Count("id")).group_by("status")
    of_outbox = OutboxRow.filter(status__in=OUTBOX).annotate(number=Count("id")).group_by("status")
    inbox = {row["status"]: row["number"] for row in await unit.rows(of_inbox.values("status", "number"))}
    outbox = {row["status"]: row["number"] for row in await unit.rows(of_outbox.values("status", "number"))}
    events = InboxRow.filter(status=InboxStatus.PENDING).order_by("id").limit(1)
    due = OutboxRow.filter(status=OutboxStatus.PENDING, not_before__lte=unit.now)
    event = await unit.rows(events.values("received_at"))
    message = await unit.rows(due.order_by("not_before").limit(1).values("not_before"))
    return Traffic(
        inbox={status.value: inbox.get(status.value, 0) for status in INBOX},
        outbox={status.value: outbox.get(status.value, 0) for status in OUTBOX},
        oldest_event=event[0]["received_at"] if event else None,
        oldest_due=message[0]["not_before"] if message else None,
    )
