"""``taizhang backup`` and ``taizhang restore``: a proved copy of the ledger, and the ledger from a copy."""

from __future__ import annotations

import argparse
import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bot.commands.telling import Say, wrong

if TYPE_CHECKING:
    from storage.backups import Proof


def add_backup(parser: argparse.ArgumentParser, say: Say) -> None:
    """Describe ``backup``."""
    parser.add_argument("file", type=Path, metavar="FILE")
    parser.add_argument("--database", type=Path, metavar="FILE", help=say("cli.database"))
    parser.add_argument("--force", action="store_true", help=say("keeping.force"))
    parser.set_defaults(run=_back_up)


def add_restore(parser: argparse.ArgumentParser, say: Say) -> None:
    """Describe ``restore``."""
    parser.add_argument("file", type=Path, metavar="FILE")
    parser.add_argument("--database", type=Path, metavar="FILE", help=say("cli.database"))
    parser.set_defaults(run=_restore)


def _back_up(given: argparse.Namespace, say: Say) -> int:
    from storage import backups

    database = given.database or _database()
    target: Path = given.file
    if target.is_dir():
        return wrong(say("keeping.folder", file=str(target)))
    if target.exists() and database.exists() and target.samefile(database):
        return wrong(say("keeping.itself", file=str(target)))
    if target.exists() and not given.force:
        return wrong(say("keeping.exists", file=str(target)))

    def work() -> int:
        proof = asyncio.run(backups.back_up(database, target))
        print(say("keeping.backed_up", file=str(target), **_numbers(proof)))
        return 0

    return _told(say, database, work)


def _restore(given: argparse.Namespace, say: Say) -> int:
    from storage import backups
    from storage.terms.clock import SystemClock

    database = given.database or _database()

    def work() -> int:
        if given.file.exists() and database.exists() and given.file.samefile(database):
            return wrong(say("keeping.itself", file=str(given.file)))
        proof, kept = asyncio.run(backups.restore(given.file, database, SystemClock().now()))
        print(say("keeping.restored", file=str(given.file), database=str(database), **_numbers(proof)))
        if kept is not None:
            print(say("keeping.kept", file=str(kept)))
        print(say("keeping.since"))
        return 0

    return _told(say, given.file, work)


def _told(say: Say, source: Path, work: Callable[[], int]) -> int:
    """Do something, or say in one sentence why not."""
    from storage.backups import NotProved
    from storage.database import DatabaseInUse, NotALedger
    from storage.migrating import MigrationFault

    try:
        return work()
    except FileNotFoundError as fault:
        return wrong(say("cli.no_database", file=str(fault.filename or fault)))
    except DatabaseInUse as fault:
        return wrong(say("keeping.in_use", file=str(fault)))
    except NotALedger:
        return wrong(say("cli.no_ledger", file=str(source)))
    except NotProved as fault:
        return wrong(say("keeping.not_proved", file=str(source), reason=fault.said))
    except MigrationFault as fault:
        return wrong(say(fault.said.key, **fault.said.values))
    except Exception as fault:  # noqa: BLE001 - a database that cannot be opened here, a full disk
        return wrong(say("cli.system", reason=str(fault)))


def _numbers(proof: Proof) -> dict[str, Any]:
    return {"rows": proof.rows, "links": proof.links, "head": proof.head}


def _database() -> Path:
    from bot.environment import read_environment

    return read_environment().database
