"""The ledger: whether it is there, whole and up to date, and whether a bot is serving it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path

from bot.checkup import Finding, machine, note, well, wrong
from reminders import calendars
from reminders.workdays import Workdays
from storage.actors import SYSTEM
from storage.database import Database, NotALedger
from storage.inspecting import damages
from storage.ledger import trail
from storage.ledger.traffic import traffic
from storage.migrating import MigrationFault, lacks
from storage.sqlite import ProcessLock
from storage.terms.clock import Clock


async def ledger(path: Path, clock: Clock) -> AsyncIterator[Finding]:
    """Look at the ledger, also while a bot serves it; nothing is changed."""
    if not path.exists():
        yield note("ledger_none", file=str(path))
        return
    try:
        behind = lacks(path)
    except MigrationFault as fault:
        yield wrong("ledger_strange", reason=fault.said)
        return
    except Exception:  # noqa: BLE001 - whatever it is, it is no ledger
        yield wrong("ledger_damaged", file=str(path))
        return
    yield note("served", file=str(path)) if ProcessLock(path).is_held() else note("unserved", file=str(path))
    if damages(path):
        yield wrong("ledger_damaged", file=str(path))
        return
    if behind:
        yield note("migrations_ahead")
        return
    yield well("migrations")
    async for finding in _within(path, clock):
        yield finding


async def workdays(path: Path, today: date) -> AsyncIterator[Finding]:
    """Look at the working days as the bot counts them: with the years that were loaded into the ledger."""
    days = Workdays()
    if path.exists() and not _strange(path):
        database = await Database.open(path, reading=True)
        days = calendars.in_force(database.directory, days)
        await database.close()
    for finding in machine.calendar(days, today):
        yield finding


def _strange(path: Path) -> bool:
    """Tell whether there is no ledger of this release."""
    try:
        return bool(lacks(path) or damages(path))
    except Exception:  # noqa: BLE001 - whatever it is, it is no ledger
        return True


async def _within(path: Path, clock: Clock) -> AsyncIterator[Finding]:
    try:
        database = await Database.open(path, reading=True)
    except NotALedger:
        yield wrong("ledger_damaged", file=str(path))
        return
    try:
        verdict = await trail.verify(database)
        if verdict.broken is not None:
            yield wrong("trail_broken", number=verdict.broken)
        else:
            yield well("trail", links=verdict.links)
        counts = await database.unit(SYSTEM, clock.now(), traffic)
        failed, doubtful = counts.inbox.get("failed", 0), counts.outbox.get("uncertain", 0)
        yield wrong("failed", count=failed) if failed else well("inbox")
        yield wrong("doubtful", count=doubtful) if doubtful else well("outbox")
    finally:
        await database.close()
