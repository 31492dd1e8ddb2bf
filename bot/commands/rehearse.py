"""``taizhang rehearse``: the rehearsal room, or a year of the sample city played without anybody looking."""

from __future__ import annotations

import argparse
import asyncio
import gc
from datetime import date
from pathlib import Path

from bot.commands.telling import Say, wrong


def add_rehearse(parser: argparse.ArgumentParser, say: Say) -> None:
    """Describe ``rehearse``."""
    parser.add_argument("--notice", type=Path, metavar="FILE", help=say("cli.rehearse_notice"))
    parser.add_argument("--departments", type=Path, metavar="FILE", help=say("cli.rehearse_departments"))
    parser.add_argument("--database", type=Path, metavar="FILE", help=say("cli.rehearse_database"))
    parser.add_argument("--port", type=_port, default=0, metavar="N", help=say("cli.rehearse_port"))
    parser.add_argument("--at", type=_day, metavar="DATE", help=say("cli.rehearse_at"))
    parser.add_argument("--headless", action="store_true", help=say("cli.rehearse_headless"))
    parser.add_argument("--until", type=_day, metavar="DATE", help=say("cli.rehearse_until"))
    parser.add_argument("--year", type=int, metavar="YEAR", help=say("cli.rehearse_year"))
    parser.add_argument("--folder", type=Path, metavar="DIR", help=say("cli.rehearse_folder"))
    parser.add_argument("--seed", type=int, default=0, metavar="N", help=say("cli.rehearse_seed"))
    parser.set_defaults(run=_rehearse)


def _port(written: str) -> int:
    number = int(written)
    if not 0 <= number <= 65535:
        raise ValueError(written)
    return number


def _day(written: str) -> date:
    return date.fromisoformat(written)


def _rehearse(given: argparse.Namespace, say: Say) -> int:
    gc.disable()  # nothing that is imported becomes garbage: looking for it is a tenth of the start
    from bot import rehearsing
    from bot.environment import read_environment
    from storage.database import DatabaseInUse, NotALedger
    from storage.migrating import MigrationFault

    gc.freeze()
    gc.enable()

    settings = read_environment().settings()
    plan = rehearsing.prepare(given.notice, given.departments, given.database, given.at)

    def serving(address: str) -> None:
        print(say("cli.serving", address=address), flush=True)

    def written(line: str) -> None:
        print(line, flush=True)

    until = given.until if given.year is None else date(given.year, 12, 31)
    if given.headless and until is None:
        return wrong(say("cli.until_when"))
    if given.year is not None and given.year != plan.start.year:
        return wrong(say("cli.other_year", year=plan.start.year))
    status = 0
    try:
        if given.headless:
            asyncio.run(rehearsing.play(plan, settings, until, given.seed, written, given.folder))
        else:
            asyncio.run(rehearsing.serve(plan, settings, given.port, serving))
    except* DatabaseInUse:
        status = wrong(say("cli.in_use", file=str(given.database)))
    except* NotALedger:
        status = wrong(say("cli.no_ledger", file=str(given.database)))
    except* MigrationFault as faults:
        status = wrong(say("cli.system", reason=faults.exceptions[0].args[0]))
    except* OSError as faults:
        status = wrong(say("cli.system", reason=str(faults.exceptions[0])))
    return status
