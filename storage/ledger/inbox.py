"""Events as rows: on disk before they are acknowledged, once each, done with what they caused."""

from __future__ import annotations

from typing import Any

from storage.records import InboxRow
from storage.terms.statuses import InboxStatus
from storage.unit import Unit


async def arrived(unit: Unit, platform: str, event: str) -> bool:
    """Tell whether an event is on disk already."""
    return (
        await unit.first(InboxRow.filter(platform=platform, event=event).only("id", "platform")) is not None
    )


def take_in(
    unit: Unit,
    *,
    platform: str,
    event: str,
    chat: str,
    kind: str,
    payload: dict[str, Any] | None,
    error: str = "",
) -> InboxRow:
    """Write an event as it arrived, masked.

    Without a payload it was refused, and only its name is kept; with an ``error`` nobody understands it.
    """
    row = InboxRow(
        platform=platform,
        event=event,
        chat=chat,
        kind=kind,
        payload=payload,
        status=InboxStatus.PENDING.value if payload is not None else InboxStatus.REFUSED.value,
        received_at=unit.now,
    )
    unit.add(row)
    if error:
        failed(unit, row, error)
    return row


async def waiting(unit: Unit, limit: int, after: int = 0) -> list[InboxRow]:
    """Return events not yet done, oldest first, those after a number."""
    pending = InboxRow.filter(status=InboxStatus.PENDING, id__gt=after)
    return await unit.all(pending.order_by("id").limit(limit))


async def set_all_aside(unit: Unit, error: str) -> int:
    """Put aside everything that waits; return how much it is."""
    rows = await unit.all(InboxRow.filter(status=InboxStatus.PENDING))
    for row in rows:
        failed(unit, row, error)
    return len(rows)


def done(unit: Unit, row: InboxRow) -> None:
    """Write that an event had its effect, in the transaction of that effect."""
    row.status = InboxStatus.DONE.value
    row.done_at = unit.now
    unit.save(row, "status", "done_at")


def let_pass(unit: Unit, row: InboxRow) -> None:
    """Write that an event concerned nobody; what it said is not kept."""
    done(unit, row)
    row.payload = None  # type: ignore[assignment]
    unit.save(row, "payload")


def failed(unit: Unit, row: InboxRow, error: str) -> None:
    """Put an event aside that could not be dealt with; the operator reads why."""
    row.status = InboxStatus.FAILED.value
    row.done_at = unit.now
    row.error = error[:2000]
    unit.save(row, "status", "done_at", "error")


def refused(unit: Unit, row: InboxRow) -> None:
    """Drop what an event said: it bears a security marking, found only in the file that came with it."""
    row.status = InboxStatus.REFUSED.value
    row.done_at = unit.now
    row.payload = None  # type: ignore[assignment]
    unit.save(row, "status", "done_at", "payload")
