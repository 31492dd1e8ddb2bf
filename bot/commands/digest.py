"""``taizhang digest explain``: the rows of the ledger behind each figure of the latest digest."""

from __future__ import annotations

import argparse
import asyncio
from pathlib import Path
from typing import TYPE_CHECKING

from bot.commands.telling import Say, wrong

if TYPE_CHECKING:
    from storage.terms.texts import Text
    from storage.unit import Unit


def add_digest(parser: argparse.ArgumentParser, say: Say) -> None:
    """Describe ``digest explain``."""
    actions = parser.add_subparsers(required=True, metavar="ACTION")
    explain = actions.add_parser("explain", help=say("cli.digest_explain"))
    explain.add_argument("figure", nargs="?", metavar="FIGURE", help=say("cli.digest_figure"))
    explain.add_argument("--database", type=Path, metavar="FILE", help=say("cli.database"))
    explain.set_defaults(run=_explain)


def _explain(given: argparse.Namespace, say: Say) -> int:
    from bot.environment import read_environment
    from storage.database import NotALedger

    database = given.database or read_environment().database
    if not database.exists():
        return wrong(say("cli.no_database", file=str(database)))
    try:
        lines = asyncio.run(_rows(database, given.figure))
    except NotALedger:
        return wrong(say("cli.no_ledger", file=str(database)))
    if not lines:
        return wrong(say("digest.explain.none"))
    for line in lines:
        print(say(line.key, **line.values))
    return 0


async def _rows(path: Path, figure: str | None) -> list[Text]:
    from handlers.coordinators.digest_rows import explained
    from storage.actors import SYSTEM
    from storage.database import Database
    from storage.terms.clock import SystemClock

    database = await Database.open(path, reading=True)
    try:

        async def work(unit: Unit) -> list[Text]:
            return await explained(unit, figure)

        return await database.unit(SYSTEM, SystemClock().now(), work)
    finally:
        await database.close()
