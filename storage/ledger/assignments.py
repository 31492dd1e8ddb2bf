"""Assignments on their way: acknowledged, submitted, approved, returned, put off, moved.

Whoever calls has the assignments of one conversation; each move is checked for each of them.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from storage.ledger import handing_out, pending, reasons
from storage.records import Assignment, Department, Milestone, Plan, PlanItem
from storage.records.work import STALE
from storage.terms.clock import office_day
from storage.terms.errors import Refusal
from storage.terms.notice import Deadline
from storage.terms.roles import Permission
from storage.terms.statuses import (
    AssignmentStatus,
    ItemRole,
    MilestoneStatus,
    Move,
    PlanStatus,
)
from storage.unit import Unit


async def by_numbers(unit: Unit, numbers: Iterable[int]) -> list[Assignment]:
    """Return assignments by their numbers, in that order."""
    return await unit.many(Assignment, numbers)


def note(unit: Unit, verb: str, assignment: Assignment, **data: object) -> None:
    """Add a step of an assignment to the trail."""
    unit.note(
        verb,
        plan=assignment.plan_id,
        item=assignment.item_id,
        department=assignment.department_id,
        assignment=assignment.id,
        **data,
    )


def require_in_force(unit: Unit, assignment: Assignment) -> None:
    """Refuse to touch what belongs to a plan that is closed."""
    plan = unit.directory.get(Plan, assignment.plan_id)
    if plan.status != PlanStatus.ACTIVE:
        raise Refusal("plan.closed", plan=plan.title)


# ---------------------------------------------------------------- by departments


def acknowledge(unit: Unit, assignments: Iterable[Assignment]) -> list[Assignment]:
    """签收: the department confirms that it has these; return those that were not confirmed before."""
    fresh = []
    for assignment in assignments:
        unit.actor.require(Permission.ANSWER, assignment.department_id)
        require_in_force(unit, assignment)
        if assignment.status == AssignmentStatus.AWAITING:
            assignment.move(Move.ACKNOWLEDGE)
            assignment.acknowledged_at = unit.now
            unit.save(assignment, "status", "acknowledged_at")
            note(unit, "assignment.acknowledge", assignment)
            fresh.append(assignment)
    return fresh


def submit(unit: Unit, assignment: Assignment) -> None:
    """申请办结: the department says it is done; the coordinators review it."""
    unit.actor.require(Permission.ANSWER, assignment.department_id)
    require_in_force(unit, assignment)
    assignment.move(Move.SUBMIT)
    assignment.acknowledged_at = assignment.acknowledged_at or unit.now
    assignment.submitted_at = unit.now
    assignment.percent = 100
    unit.save(assignment, "status", "acknowledged_at", "submitted_at", "percent")
    note(unit, "assignment.submit", assignment)


# ---------------------------------------------------------------- by coordinators


async def approve(unit: Unit, assignments: Iterable[Assignment]) -> list[Assignment]:
    """同意办结（销号）. A recurring duty's period is closed and its next one opened.

    Assignments that no longer wait for review are left alone; return those that were approved. What was
    asked of the due day that is met falls away.
    """
    unit.actor.require(Permission.COORDINATE)
    approved = []
    waiting = {a.id: a for a in assignments if a.status == AssignmentStatus.REVIEW}
    due = await open_milestones(unit, waiting.values())
    for assignment in waiting.values():
        require_in_force(unit, assignment)
        owed = meet(unit, assignment, due[assignment.id])
        assignment.move(Move.CONTINUE if owed else Move.APPROVE)
        assignment.completed_at = None if owed else unit.now
        assignment.percent = 0 if owed else 100
        assignment.reason = ""
        unit.save(assignment)
        note(unit, "assignment.approve", assignment, continues=owed)
        approved.append(assignment)
    await pending.lapse_extensions(unit, approved)
    await pending.lapse_transfers(unit, [a for a in approved if not a.open])
    return approved


def meet(unit: Unit, assignment: Assignment, milestones: list[Milestone]) -> bool:
    """Close the earliest due day; tell whether a later one is still owed."""
    if not milestones:
        return False
    first, *later = milestones
    first.status, first.closed_at = MilestoneStatus.MET.value, unit.now
    unit.save(first, "status", "closed_at")
    plan = unit.directory.get(Plan, assignment.plan_id)
    if first.every is not None:
        following = date.fromordinal(max(first.due, office_day(unit.now)).toordinal() + 1)
        end = handing_out.next_period_end(first.every, following, plan.year)
        if end is not None and end > first.due:
            handing_out.add_milestone(unit, assignment, end, first.phrase, first.every)
            return True
    return bool(later)


async def send_back(unit: Unit, assignment: Assignment, reason: str, due: date | None) -> None:
    """退回: with a reason and, where given, a new date."""
    unit.actor.require(Permission.COORDINATE)
    require_in_force(unit, assignment)
    reason = reasons.given(reason)
    assignment.move(Move.RETURN)
    assignment.reason, assignment.runs_from = reason, unit.now
    unit.save(assignment, "status", "reason", "runs_from")
    note(unit, "assignment.return", assignment, reason=reason, due=due.isoformat() if due else None)
    if due is not None:
        await set_due(unit, assignment, due, reason)


def suspend(unit: Unit, assignments: Iterable[Assignment], reason: str) -> list[Assignment]:
    """暂缓: nothing is asked for until it is resumed."""
    return _coordinate(unit, assignments, Move.SUSPEND, reason)


def resume(unit: Unit, assignments: Iterable[Assignment], reason: str) -> list[Assignment]:
    """恢复办理."""
    resumed = _coordinate(unit, assignments, Move.RESUME, reason)
    for assignment in resumed:
        assignment.runs_from = unit.now
        unit.save(assignment, "runs_from")
    return resumed


async def cancel(unit: Unit, assignments: Iterable[Assignment], reason: str) -> list[Assignment]:
    """撤销: no longer asked of the department. Its due days and requests fall away."""
    cancelled = _coordinate(unit, assignments, Move.CANCEL, reason)
    await pending.void_milestones(unit, cancelled)
    await pending.lapse_extensions(unit, cancelled)
    await pending.lapse_transfers(unit, cancelled)
    return cancelled


async def reopen(unit: Unit, assignments: Iterable[Assignment], reason: str, due: date) -> list[Assignment]:
    """重新办理: what was done or cancelled is owed again, until a new day."""
    if due < office_day(unit.now):
        raise Refusal("due.past")
    reopened = _coordinate(unit, assignments, Move.REOPEN, reason)
    for assignment in reopened:
        assignment.completed_at = None
        assignment.percent = min(assignment.percent, 99)
        unit.save(assignment)
        handing_out.add_milestone(unit, assignment, due, reason[:200], None)
    return reopened


def _coordinate(unit: Unit, assignments: Iterable[Assignment], move: Move, reason: str) -> list[Assignment]:
    unit.actor.require(Permission.COORDINATE)
    reason = reasons.needed(reason)
    moved = []
    for assignment in assignments:
        require_in_force(unit, assignment)
        before = assignment.status
        assignment.move(move)
        assignment.reason = reason
        unit.save(assignment, "status", "reason")
        note(unit, f"assignment.{move}", assignment, reason=reason, before=before)
        moved.append(assignment)
    return moved


# ---------------------------------------------------------------- due days


open_milestones = pending.open_milestones


async def set_due(unit: Unit, assignment: Assignment, due: date, reason: str) -> None:
    """Move the earliest open due day; each change is a new version of it."""
    unit.actor.require(Permission.COORDINATE)
    require_in_force(unit, assignment)
    if not assignment.open and assignment.status != AssignmentStatus.SUSPENDED:
        raise Refusal("assignment.settled")
    if due < office_day(unit.now):
        raise Refusal("due.past")
    milestones = (await open_milestones(unit, [assignment]))[assignment.id]
    if not milestones:
        handing_out.add_milestone(unit, assignment, due, reason[:200], None)
        note(unit, "assignment.due", assignment, before=None, due=due.isoformat(), reason=reason)
        return
    first = milestones[0]
    note(
        unit,
        "assignment.due",
        assignment,
        before=first.due.isoformat(),
        due=due.isoformat(),
        reason=reason,
    )
    first.due = due
    first.version += 1
    first.set_at, first.next_step_at, first.last_step = unit.now, STALE, None
    unit.save(first, "due", "version", "set_at", "next_step_at", "last_step")


# ---------------------------------------------------------------- who


async def add_department(
    unit: Unit, item: PlanItem, department: Department, role: ItemRole, add_workdays: handing_out.AddWorkdays
) -> Assignment:
    """分派: give an item of an active plan to one more department, or a known one another role."""
    unit.actor.require(Permission.COORDINATE)
    plan = unit.directory.get(Plan, item.plan_id)
    handing_out.require_active(plan)
    known = await unit.first(Assignment.filter(item_id=item.id, department_id=department.id))
    if known is None:
        due = handing_out.due_days(item, plan, office_day(unit.now), add_workdays)
        return handing_out.assign(unit, item, department.id, role, general=False, due=due)
    if known.role == role and known.status != AssignmentStatus.CANCELLED:
        raise Refusal("assignment.known", department=department.name)
    if known.status == AssignmentStatus.CANCELLED:
        _revive(unit, known, handing_out.due_days(item, plan, office_day(unit.now), add_workdays))
    _give_role(unit, known, role)
    return known


def _give_role(unit: Unit, assignment: Assignment, role: ItemRole) -> None:
    note(unit, "assignment.role", assignment, before=assignment.role, role=role.value)
    assignment.role, assignment.general = role.value, False
    unit.save(assignment)


def _revive(unit: Unit, assignment: Assignment, due: list[tuple[date, Deadline]]) -> None:
    """Hand out anew what was cancelled."""
    assignment.move(Move.REOPEN)
    assignment.reason, assignment.percent = "", 0
    assignment.handed_out_at, assignment.next_step_at, assignment.last_step = unit.now, STALE, None
    assignment.submitted_at = assignment.completed_at = None
    for day, deadline in due:
        handing_out.add_milestone(unit, assignment, day, deadline.phrase, deadline.every)


async def move_to(
    unit: Unit,
    assignment: Assignment,
    department: Department,
    reason: str,
    add_workdays: handing_out.AddWorkdays,
) -> Assignment:
    """转办: take an assignment from one department and give it to another, due days and role included.

    One that has the item already keeps its own, with the higher of the two roles.
    """
    unit.actor.require(Permission.COORDINATE)
    if department.id == assignment.department_id:
        raise Refusal("assignment.same_department", department=department.name)
    item = unit.directory.get(PlanItem, assignment.item_id)
    days = [
        (m.due, Deadline(m.phrase, "recurring" if m.every else "date", every=m.every))  # type: ignore[arg-type]
        for m in (await open_milestones(unit, [assignment]))[assignment.id]
    ]
    if not days:
        plan = unit.directory.get(Plan, item.plan_id)
        days = handing_out.due_days(item, plan, office_day(unit.now), add_workdays)
    await cancel(unit, [assignment], reason)
    known = await unit.first(Assignment.filter(item_id=item.id, department_id=department.id))
    role = ItemRole(assignment.role)
    if known is None:
        return handing_out.assign(unit, item, department.id, role, general=False, due=days)
    if known.status == AssignmentStatus.CANCELLED:
        _revive(unit, known, days)
        _give_role(unit, known, role)
    elif handing_out.ROLES.index(role) < handing_out.ROLES.index(ItemRole(known.role)):
        _give_role(unit, known, role)
    return known
