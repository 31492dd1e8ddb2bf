"""``taizhang snapshot``: list, take and compare frozen ledgers."""

from __future__ import annotations

import argparse
import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from bot.commands.telling import WRONG, Say, wrong

if TYPE_CHECKING:
    from storage.terms.texts import Text
    from storage.unit import Unit

T = TypeVar("T")


def add_snapshot(parser: argparse.ArgumentParser, say: Say) -> None:
    """Describe ``snapshot list``, ``snapshot take`` and ``snapshot diff A B``."""
    actions = parser.add_subparsers(required=True, metavar="ACTION")
    listing = actions.add_parser("list", help=say("cli.snapshot_list"))
    taking = actions.add_parser("take", help=say("cli.snapshot_take"))
    diff = actions.add_parser("diff", help=say("cli.snapshot_diff"))
    diff.add_argument("before", type=int, metavar="A")
    diff.add_argument("after", type=int, metavar="B")
    diff.add_argument("--output", type=Path, metavar="FILE", help=say("cli.export_output"))
    for each, run in ((listing, _list), (taking, _take), (diff, _diff)):
        each.add_argument("--database", type=Path, metavar="FILE", help=say("cli.database"))
        each.set_defaults(run=run)


def _list(given: argparse.Namespace, say: Say) -> int:
    from handlers.snapshots.comparing import name_of
    from storage.ledger import snapshots

    async def work(unit: Unit) -> list[Text]:
        from storage.records import Plan
        from storage.terms.texts import text

        return [
            text(
                "snapshot.listed",
                name=name_of(each),
                year=str(unit.directory.get(Plan, each.plan_id).year),
                digest=each.digest,
            )
            for each in await snapshots.all_of(unit)
        ]

    lines = _in_ledger(given, say, work)
    for line in lines or ():
        print(say(line.key, **line.values))
    if lines == []:
        print(say("snapshot.nothing"))
    return WRONG if lines is None else 0


def _take(given: argparse.Namespace, say: Say) -> int:
    from storage.database import DatabaseInUse
    from storage.ledger import plans, snapshots
    from storage.terms.snapshots import SnapshotKind

    async def work(unit: Unit) -> tuple[int, str]:
        taken = await snapshots.freeze(unit, plans.current(unit), SnapshotKind.BY_HAND)
        return taken.id, taken.digest

    try:
        taken = _in_ledger(given, say, work, reading=False)
    except DatabaseInUse:
        return wrong(say("snapshot.in_use"))
    if taken is None:
        return WRONG
    print(say("snapshot.taken", number=taken[0], digest=taken[1]))
    return 0


def _diff(given: argparse.Namespace, say: Say) -> int:
    from handlers.snapshots import comparing
    from handlers.snapshots.comparing import Compared
    from storage.terms.clock import SystemClock, office_time

    async def work(unit: Unit) -> Compared:
        return await comparing.compared(unit, given.before, given.after)

    found = _in_ledger(given, say, work)
    if found is None:
        return WRONG

    def words(asked: Text) -> str:
        return say(asked.key, **asked.values)

    for line in comparing.lines_of(found):
        print(words(line))
    if given.output is not None:
        made_at = office_time(SystemClock().now())
        given.output.write_bytes(comparing.workbook(found, words, made_at))
        print(say("snapshot.done", file=str(given.output)))
    return 0


def _in_ledger(
    given: argparse.Namespace, say: Say, work: Callable[[Unit], Awaitable[T]], *, reading: bool = True
) -> T | None:
    """Do something in the ledger, also while the bot runs where it only reads; None where there is none."""
    from bot.environment import read_environment
    from storage.actors import SYSTEM
    from storage.database import Database, NotALedger
    from storage.terms.clock import SystemClock

    path: Path = given.database or read_environment().database
    if not path.exists():
        wrong(say("cli.no_database", file=str(path)))
        return None

    async def run() -> T:
        database = await Database.open(path, reading=reading)
        try:
            return await database.unit(SYSTEM, SystemClock().now(), work)
        finally:
            await database.close()

    try:
        return asyncio.run(run())
    except NotALedger:
        wrong(say("cli.no_ledger", file=str(path)))
        return None
