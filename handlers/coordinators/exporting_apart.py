"""A large ledger's workbook, read and written in a process of its own: nobody is kept waiting meanwhile."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING

from reminders import calendars
from reminders.workdays import Workdays
from storage.actors import SYSTEM
from storage.database import Database
from storage.records import Plan
from storage.terms.texts import Text
from storage.unit import Unit

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

    from handlers.coordinators.exporting import Made


def made_apart(database: Path, now: int, words: Callable[[Text], str], plan: int) -> Made:
    """Return the workbook of a plan's whole ledger, as it stands on the disk. Rights were checked before.

    Raises ChildProcessError when none was made.
    """
    # Forked, it would have the program's threads, locks and connections as they happened to be.
    fresh = get_context("spawn")
    answer, asked = fresh.Pipe(duplex=False)
    process = fresh.Process(target=_make, args=(asked, database, now, words, plan), daemon=True)
    process.start()
    asked.close()
    try:
        made: Made = answer.recv()
    except EOFError as fault:
        raise ChildProcessError("a workbook's process ended without it") from fault
    finally:
        answer.close()
        process.join()
    return made


def _make(asked: Connection, database: Path, now: int, words: Callable[[Text], str], plan: int) -> None:
    asked.send(asyncio.run(_read(database, now, words, plan)))


async def _read(path: Path, now: int, words: Callable[[Text], str], plan: int) -> Made:
    from handlers.coordinators import exporting

    async def work(unit: Unit) -> Callable[[], Made]:
        days = calendars.in_force(unit.directory, Workdays())
        return await exporting.whole_here(unit, days, words, unit.directory.get(Plan, plan))

    database = await Database.open(path, reading=True)
    try:
        make = await database.unit(SYSTEM, now, work)
    finally:
        await database.close()
    return make()
