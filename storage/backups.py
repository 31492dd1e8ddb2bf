"""Copies of the ledger: taken beside a running bot, proved link by link, and put back in its place."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from storage import inspecting, sqlite
from storage.actors import SYSTEM
from storage.database import Database, DatabaseInUse, NotALedger
from storage.ledger import inbox, outbox, trail
from storage.migrating import take_place
from storage.terms.texts import Value, text
from storage.unit import Unit


class NotProved(Exception):  # noqa: N818 - said to the operator
    """A copy is not whole, for the reason ``said``."""

    def __init__(self, key: str, /, **values: Value) -> None:
        self.said = text(f"keeping.{key}", **values)
        super().__init__(self.said)


@dataclass(frozen=True, slots=True)
class Proof:
    """What a whole copy holds: rows in all tables, links of the trail, and the trail's last hash."""

    rows: int
    links: int
    head: str


async def back_up(database: Path, target: Path) -> Proof:
    """Write a proved copy of a ledger, also while the bot serves it; the name appears once it is whole.

    Raises FileNotFoundError when there is no ledger, :class:`NotALedger`, and :class:`NotProved` when what
    was copied is damaged.
    """
    if not database.is_file():
        raise FileNotFoundError(database)
    part = target.with_name(f"{target.name}.part")
    part.unlink(missing_ok=True)
    try:
        _copy(database, part)
        proof = await prove(part)
        sqlite.settle(part)
        part.replace(target)
        sqlite.settle(target)
    finally:
        _clear(part)
    return proof


async def prove(path: Path) -> Proof:
    """Look whether a copy is whole: its pages, its references, its trail. An older release's copy may be.

    Raises FileNotFoundError, :class:`NotALedger`, :class:`NotProved`, and
    :class:`storage.migrating.MigrationFault` when a newer release wrote it.
    """
    if not path.is_file():
        raise FileNotFoundError(path)
    trial = path.with_name(f"{path.name}.trial")
    _clear(trial)
    try:
        _copy(path, trial)
        if faults := inspecting.damages(trial):
            raise NotProved("damaged", first=faults[0], number=len(faults))
        database = await Database.open(trial)
        try:
            verdict = await trail.verify(database)
        finally:
            await database.close()
        if verdict.broken is not None:
            raise NotProved("trail_broken", number=verdict.broken)
        rows, _ = inspecting.shape(trial)
    finally:
        _clear(trial)
    return Proof(sum(rows.values()), verdict.links, verdict.head)


async def restore(backup: Path, database: Path, now: int) -> tuple[Proof, Path | None]:
    """Put a copy in the ledger's place; return its proof, and where the ledger that stood there is kept.

    What the copy was about to send may have been sent since: it is in doubt from now on, and the coordinators
    are asked; what it was about to answer may have been answered, and is kept aside. At no moment is there
    less than one whole ledger. Raises :class:`DatabaseInUse` while a bot serves the ledger, and as
    :func:`prove` does.
    """
    proof = await prove(backup)
    database = database.resolve()
    database.parent.mkdir(parents=True, exist_ok=True)
    lock = sqlite.ProcessLock(database)
    if not lock.acquire():
        raise DatabaseInUse(str(database))
    part = database.with_name(f"{database.name}.restoring")
    try:
        _clear(part)
        _copy(backup, part)
        await _doubt(part, proof, now)
        kept = _set_aside(database) if database.exists() else None
        _take_place(part, database)
    finally:
        _clear(part)
        lock.release()
    return proof, kept


async def _doubt(path: Path, proof: Proof, now: int) -> None:
    """Write into a copy that it was restored, and that what it had to send may have been sent."""

    async def work(unit: Unit) -> None:
        unanswered = await inbox.set_all_aside(unit, "it waited in the backup that was restored")
        doubtful = await outbox.doubt_all(unit)
        unit.note(
            "ledger.restore", links=proof.links, head=proof.head, doubtful=doubtful, unanswered=unanswered
        )

    database = await Database.open(path)
    try:
        await database.unit(SYSTEM, now, work)
    finally:
        await database.close()


def _take_place(part: Path, database: Path) -> None:
    try:
        take_place(part, database)
    except Exception as fault:
        if not sqlite.no_ledger(fault):
            raise
        # What stood there is damaged, and kept: its log is good for nothing.
        for side in sqlite.SIDES:
            database.with_name(database.name + side).unlink(missing_ok=True)
        part.replace(database)
        sqlite.settle(database)


def _set_aside(database: Path) -> Path:
    """Keep the ledger that stands in the place, under a number of its own; a damaged one as it is."""
    free = (database.with_name(f"{database.name}.before-restore-{number}") for number in count(1))
    kept = next(name for name in free if not name.exists())
    part = database.with_name(f"{database.name}.restoring-before")
    part.unlink(missing_ok=True)
    try:
        _copy(database, part)
    except NotALedger:
        shutil.copyfile(database, part)
    sqlite.settle(part)
    part.rename(kept)
    return kept


def _copy(source: Path, target: Path) -> None:
    try:
        sqlite.copy(source, target)
    except Exception as fault:
        if sqlite.no_ledger(fault):
            raise NotALedger(str(source)) from fault
        raise
    target.chmod(0o600)


def _clear(path: Path) -> None:
    for ending in ("", *sqlite.SIDES, ".lock"):
        path.with_name(path.name + ending).unlink(missing_ok=True)
