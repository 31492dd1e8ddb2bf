"""How much a whole ledger holds, for a closing line."""

from __future__ import annotations

from dataclasses import dataclass

from storage.records import Assignment, AuditRow, InboxRow, OutboxRow, ProgressReport
from storage.terms.statuses import OPEN, AssignmentStatus, OutboxStatus
from storage.unit import Unit


@dataclass(frozen=True, slots=True)
class Counts:
    """A ledger in numbers: ``approved`` and ``returned`` count steps, the rest what stands now."""

    items: int
    departments: int
    assignments: int
    reports: int
    corrected: int
    approved: int
    returned: int
    done: int
    open: int
    heard: int
    said: int


async def whole_ledger(unit: Unit) -> Counts:
    """Count what all plans together hold."""
    assignments = await unit.rows(Assignment.all().values("item_id", "department_id", "status"))
    standing = [a for a in assignments if a["status"] != AssignmentStatus.CANCELLED]
    reports = ProgressReport.filter(superseded_by=None)
    return Counts(
        items=len({a["item_id"] for a in standing}),
        departments=len({a["department_id"] for a in standing}),
        assignments=len(standing),
        reports=await unit.count(reports),
        corrected=await unit.count(ProgressReport.exclude(superseded_by=None)),
        approved=await unit.count(AuditRow.filter(verb="assignment.approve")),
        returned=await unit.count(AuditRow.filter(verb="assignment.return")),
        done=sum(a["status"] == AssignmentStatus.DONE for a in standing),
        open=sum(a["status"] in OPEN for a in standing),
        heard=await unit.count(InboxRow.all()),
        said=await unit.count(OutboxRow.filter(status=OutboxStatus.SENT)),
    )
