"""``taizhang calendar load``: take a year's arrangement of days off into the ledger."""

from __future__ import annotations

import argparse
import asyncio
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from bot.commands.telling import Say, wrong

if TYPE_CHECKING:
    from storage.terms.calendar import YearDays
    from storage.unit import Unit


def add_calendar(parser: argparse.ArgumentParser, say: Say) -> None:
    """Describe ``calendar load``."""
    actions = parser.add_subparsers(required=True, metavar="ACTION")
    load = actions.add_parser("load", help=say("cli.calendar_load"))
    load.add_argument("file", type=Path, metavar="FILE")
    load.add_argument("--database", type=Path, metavar="FILE", help=say("cli.database"))
    load.set_defaults(run=_load)


def _load(given: argparse.Namespace, say: Say) -> int:
    from bot.environment import read_environment
    from reminders.calendars import LARGEST, read_years
    from storage.database import DatabaseInUse, NotALedger

    try:
        with given.file.open("rb") as file:
            written = file.read(LARGEST + 1)
    except OSError as fault:
        return wrong(say("cli.system", reason=str(fault)))
    years = read_years(written)
    database = given.database or read_environment().database
    if not database.exists():
        return wrong(say("cli.no_database", file=str(database)))
    try:
        changed = asyncio.run(_take_in(database, years, given.file.name))
    except DatabaseInUse:
        return wrong(say("calendar.in_use", file=given.file.name))
    except NotALedger:
        return wrong(say("cli.no_ledger", file=str(database)))
    key = "calendar.loaded" if changed else "calendar.same"
    print(say(key, years=[str(year) for year in changed or sorted(years)]))
    return 0


async def _take_in(path: Path, years: Mapping[int, YearDays], source: str) -> list[int]:
    from storage.actors import SYSTEM
    from storage.database import Database
    from storage.ledger import calendars
    from storage.terms.clock import SystemClock

    database = await Database.open(path)
    try:

        async def work(unit: Unit) -> list[int]:
            return await calendars.load(unit, years, source)

        return await database.unit(SYSTEM, SystemClock().now(), work)
    finally:
        await database.close()
