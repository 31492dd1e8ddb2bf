"""``taizhang audit verify``: whether the trail of a ledger holds, link by link."""

from __future__ import annotations

import argparse
import asyncio
from pathlib import Path

from bot.commands.telling import Say, wrong

BROKEN = 1
"""Exit status when the trail does not hold."""


def add_audit(parser: argparse.ArgumentParser, say: Say) -> None:
    """Describe ``audit verify``."""
    actions = parser.add_subparsers(required=True, metavar="ACTION")
    verify = actions.add_parser("verify", help=say("cli.audit_verify"))
    verify.add_argument("--database", type=Path, metavar="FILE", help=say("cli.database"))
    verify.set_defaults(run=_verify)


def _verify(given: argparse.Namespace, say: Say) -> int:
    from bot.environment import read_environment
    from storage.database import Database, NotALedger
    from storage.ledger import trail

    path = given.database or read_environment().database

    async def work() -> trail.Verdict:
        database = await Database.open(path, reading=True)
        try:
            return await trail.verify(database)
        finally:
            await database.close()

    try:
        verdict = asyncio.run(work())
    except FileNotFoundError:
        return wrong(say("cli.no_database", file=str(path)))
    except NotALedger:
        return wrong(say("cli.no_ledger", file=str(path)))
    if verdict.broken is not None:
        print(say("cli.broken", links=verdict.links, number=verdict.broken))
        return BROKEN
    print(say("cli.holds", links=verdict.links, head=verdict.head))
    return 0
