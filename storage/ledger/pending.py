"""What still hangs on assignments: their open due days, and requests that wait for a coordinator."""

from __future__ import annotations

from collections.abc import Iterable

from storage import sqlite
from storage.records import Assignment, Extension, Milestone, Transfer
from storage.terms.statuses import MilestoneStatus, RequestStatus
from storage.unit import Unit


async def open_milestones(unit: Unit, assignments: Iterable[Assignment]) -> dict[int, list[Milestone]]:
    """Return the open due days of assignments, earliest first."""
    found: dict[int, list[Milestone]] = {a.id: [] for a in assignments}
    numbers = list(found)
    for start in range(0, len(numbers), sqlite.AT_ONCE):
        chunk = numbers[start : start + sqlite.AT_ONCE]
        query = Milestone.filter(assignment_id__in=chunk, status=MilestoneStatus.OPEN)
        for milestone in sorted(await unit.all(query), key=lambda m: (m.due, m.id)):
            if milestone.status == MilestoneStatus.OPEN:
                found[milestone.assignment_id].append(milestone)
    return found


async def void_milestones(unit: Unit, assignments: Iterable[Assignment]) -> None:
    """Let the open due days of assignments fall away."""
    for milestones in (await open_milestones(unit, assignments)).values():
        for milestone in milestones:
            milestone.status, milestone.closed_at = MilestoneStatus.VOID.value, unit.now
            unit.save(milestone, "status", "closed_at")


async def lapse_extensions(unit: Unit, assignments: Iterable[Assignment]) -> None:
    """Close what was asked of a due day that no longer stands: granted later, it would move the next one."""
    numbers = {a.id for a in assignments}
    for extension in await unit.all(Extension.filter(status=RequestStatus.ASKED)):
        if extension.assignment_id in numbers:
            _lapse(unit, extension)


async def lapse_transfers(unit: Unit, assignments: Iterable[Assignment]) -> None:
    """Close what was asked about whose an assignment is, now that nothing more is owed of it."""
    numbers = {a.id for a in assignments}
    for transfer in await unit.all(Transfer.filter(status=RequestStatus.ASKED)):
        if transfer.assignment_id in numbers:
            _lapse(unit, transfer)


def _lapse(unit: Unit, request: Extension | Transfer) -> None:
    request.status, request.decided_at = RequestStatus.REFUSED.value, unit.now
    unit.save(request, "status", "decided_at")
