"""When the ledger next has something to say or to look at."""

from __future__ import annotations

from datetime import date

from storage.ledger import outbox
from storage.records import Milestone
from storage.terms.statuses import MilestoneStatus
from storage.unit import Unit


async def next_send(unit: Unit) -> int | None:
    """Return the earliest moment after now at which a message that waits may be sent."""
    return await outbox.next_moment(unit)


async def next_due_day(unit: Unit, after: date) -> date | None:
    """Return the next day after a day on which something is due."""
    due = Milestone.filter(status=MilestoneStatus.OPEN, due__gt=after).order_by("due").limit(1)
    found = await unit.rows(due.values("due"))
    return found[0]["due"] if found else None
