"""Freezing a plan's ledger (建账、查账、交账): its content is kept, its hash stands in the trail."""

from __future__ import annotations

import asyncio

from storage.ledger import exporting, files
from storage.records import Plan, Snapshot, StoredFile
from storage.terms.clock import office_day
from storage.terms.errors import Refusal
from storage.terms.roles import Permission
from storage.terms.snapshots import FrozenRow, SnapshotKind, digest, packed, unpacked
from storage.unit import Unit

NAME_LENGTH = 60
MIME = "application/json"


async def freeze(unit: Unit, plan: Plan, kind: SnapshotKind, name: str = "") -> Snapshot:
    """Freeze a plan's ledger as it stands."""
    unit.actor.require(Permission.COORDINATE)
    rows = [_row(entry) for entry in await exporting.of_plan(unit, plan)]
    head = {"plan": plan.title, "year": plan.year, "kind": kind.value, "at": unit.now}
    # A year's ledger takes a while to write: others go on meanwhile.
    content = await asyncio.to_thread(packed, rows, head)
    hashed = await asyncio.to_thread(digest, content)
    stored = await files.keep(
        unit, name=f"snapshot-{plan.year}-{hashed[:12]}.json", mime=MIME, content=content
    )
    snapshot = unit.add(
        Snapshot(
            plan_id=plan.id,
            kind=kind.value,
            name=name[:NAME_LENGTH],
            at=unit.now,
            digest=hashed,
            trail=unit.transaction.last_hash,
            file_id=stored.id,
        )
    )
    unit.note("snapshot.freeze", plan=plan.id, snapshot=snapshot.id, kind=kind.value, digest=hashed)
    return snapshot


def _row(entry: exporting.Entry) -> FrozenRow:
    view = entry.view
    # What was still owed when the plan was closed keeps the day by which it was owed.
    due = entry.due if view.open else view.due
    completed = "" if view.completed_at is None else office_day(view.completed_at).isoformat()
    return FrozenRow(
        item=view.position,
        title=view.title,
        department=view.department_name,
        role=view.role.value,
        status=view.status.value,
        percent=view.percent,
        words=view.words,
        due="" if due is None else due.isoformat(),
        completed=completed,
    )


async def all_of(unit: Unit) -> list[Snapshot]:
    """Return all snapshots, the newest first."""
    unit.actor.require(Permission.OVERSEE)
    return await unit.all(Snapshot.all().order_by("-id"))


async def has(unit: Unit, plan: Plan, kind: SnapshotKind) -> bool:
    """Tell whether a plan's ledger was frozen for a reason."""
    return bool(await unit.count(Snapshot.filter(plan_id=plan.id, kind=kind.value)))


async def numbered(unit: Unit, number: int) -> Snapshot:
    """Return a snapshot by its number."""
    unit.actor.require(Permission.OVERSEE)
    found = await unit.first(Snapshot.filter(id=number))
    if found is None:
        raise Refusal("snapshot.none", number=number)
    return found


async def rows_of(unit: Unit, snapshot: Snapshot) -> list[FrozenRow]:
    """Return a frozen ledger; one whose content no longer answers to its hash is refused."""
    stored = await unit.get(StoredFile, snapshot.file_id)
    if await asyncio.to_thread(digest, stored.content) != snapshot.digest:
        raise Refusal("snapshot.broken", number=snapshot.id)
    return await asyncio.to_thread(unpacked, stored.content)
