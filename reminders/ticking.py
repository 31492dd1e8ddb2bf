"""One tick: whatever is due is done, in small units of work, and when to look again is said.

All due times are rows: a tick that comes late, twice or at once with another finds what is left, and nothing
else. Steps come first and bundles after them, so that a morning's steps go out together.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial

from reminders import bundling, digests, prompting, stepping, unknown_years
from reminders.campaigns import running
from reminders.digests import Reads
from reminders.workdays import Workdays
from storage.actors import SYSTEM
from storage.database import Database
from storage.ledger import steps
from storage.unit import Unit

Work = Callable[[Unit, Workdays], Awaitable[int]]

IN_TURN: tuple[Work, ...] = (
    *(stepping.due_days, stepping.handed_out, prompting.plans),
    *(running.plans, running.campaigns_due, unknown_years.tell),
)
"""What a tick does, each until nothing of it is left: it returns how much it found."""


async def tick(database: Database, days: Workdays, now: int, reads: Reads) -> int | None:
    """Do what is due; return the moment at which something is due next, None when nothing will be.

    ``reads`` reads what a digest says.
    """
    due = await next_moment(database, now)
    if due is None or due > now:
        return due
    for work in IN_TURN:
        await _until_done(database, days, now, work)
    try:
        await digests.send_due(database, days, now, reads)
    finally:
        # Each group's bundle tells it what of its own the digest shows; it goes without a digest, too.
        await _until_done(database, days, now, bundling.send_due)
    return await next_moment(database, now)


async def next_moment(database: Database, now: int) -> int | None:
    """Return the earliest moment at which something must be looked at; it may be over already."""
    return await database.unit(SYSTEM, now, steps.next_moment)


async def _until_done(database: Database, days: Workdays, now: int, work: Work) -> None:
    while await database.unit(SYSTEM, now, partial(_work, work=work, days=days)):
        pass


async def _work(unit: Unit, work: Work, days: Workdays) -> int:
    return await work(unit, days)
