"""Ladders as the ledger keeps them: which must be looked at, and what was said of them.

When a ladder is next looked at stands in its row, so that a tick finds what is due by an index and passes
over the many that wait.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from tortoise.queryset import QuerySet

from storage.records import Assignment, Bundle, Campaign, Digest, Milestone, Plan, StepRow
from storage.records.work import STALE
from storage.sqlite import AT_ONCE
from storage.terms.ladder import StepKind
from storage.terms.statuses import AssignmentStatus, MilestoneStatus, PlanStatus
from storage.unit import Unit


@dataclass(frozen=True, slots=True)
class DueDay:
    """A due day whose ladder must be looked at, with what the rules need of it.

    ``since`` is the moment from which the department knew of it, or had its turn again.
    """

    milestone: Milestone
    department: int
    plan: int
    status: AssignmentStatus
    since: int

    @property
    def limited(self) -> bool:
        """Whether the item has a time limit, or was given one."""
        return bool(self.milestone.phrase) or self.milestone.version > 1

    @property
    def stands(self) -> bool:
        """Whether it still is a due day."""
        return self.milestone.status == MilestoneStatus.OPEN


async def due_days(unit: Unit, most: int) -> list[DueDay]:
    """Return due days whose ladders must be looked at now, the longest waiting first."""
    query = Milestone.filter(next_step_at__lte=unit.now).order_by("next_step_at", "id").limit(most)
    milestones = await unit.all(query)
    columns = ("id", "department_id", "plan_id", "status", "handed_out_at", "runs_from")
    numbers = {milestone.assignment_id for milestone in milestones}
    found = await unit.rows(Assignment.filter(id__in=numbers).values(*columns)) if numbers else []
    rows = {row["id"]: row for row in found}
    return [_due_day(milestone, rows[milestone.assignment_id]) for milestone in milestones]


def _due_day(milestone: Milestone, row: dict[str, Any]) -> DueDay:
    return DueDay(
        milestone=milestone,
        department=row["department_id"],
        plan=row["plan_id"],
        status=AssignmentStatus(row["status"]),
        since=max(milestone.set_at or row["handed_out_at"], row["runs_from"] or 0),
    )


async def handed_out(unit: Unit, most: int) -> list[Assignment]:
    """Return assignments whose acknowledgement must be looked at now."""
    query = Assignment.filter(next_step_at__lte=unit.now).order_by("next_step_at", "id").limit(most)
    return await unit.all(query)


def look_again(unit: Unit, record: Milestone | Assignment, at: int | None, said: date | None = None) -> None:
    """Write when a ladder must be looked at again, and the day of the step that was said now."""
    record.next_step_at = at
    if said is None:
        unit.save(record, "next_step_at")
    else:
        record.last_step = said
        unit.save(record, "next_step_at", "last_step")


@dataclass(frozen=True, slots=True)
class NewStep:
    """A step that has come: what it is of, and the working day it was planned for."""

    kind: StepKind
    key: str
    day: date
    department: int | None = None
    assignment: int | None = None
    milestone: Milestone | None = None
    data: dict[str, Any] | None = None


def say(unit: Unit, step: NewStep) -> StepRow:
    """Write that a step has come; its key, never used twice, holds that it does not come again."""
    milestone = step.milestone
    return unit.add(
        StepRow(
            key=step.key,
            kind=step.kind.value,
            day=step.day,
            at=unit.now,
            department_id=step.department,
            assignment_id=step.assignment,
            milestone_id=None if milestone is None else milestone.id,
            version=0 if milestone is None else milestone.version,
            data=step.data,
        )
    )


async def are_said(unit: Unit, keys: Iterable[str]) -> set[str]:
    """Return those of some keys whose step has come already."""
    wanted = list(keys)
    rows = await unit.rows(StepRow.filter(key__in=wanted).values("key")) if wanted else []
    return {row["key"] for row in rows}


async def next_moment(unit: Unit) -> int | None:
    """Return the earliest moment at which something must be looked at; it may be over already."""
    waiting = await unit.least(
        (Milestone, "next_step_at"),
        (Assignment, "next_step_at"),
        (Bundle, "due_at"),
        (Campaign, "next_at"),
        (Digest, "due_at"),
    )
    plans = [
        moment
        for plan in unit.directory.all(Plan)
        if plan.status != PlanStatus.DRAFT
        for moment in (plan.next_prompt_at if plan.status == PlanStatus.ACTIVE else None, plan.next_event_at)
        if moment is not None
    ]
    return min([*plans, *([] if waiting is None else [waiting])], default=None)


# ---------------------------------------------------------------- what a change makes stale


async def calendar_changed(unit: Unit) -> None:
    """Let every ladder be looked at anew."""
    await unit.change(Milestone.filter(next_step_at__gt=STALE), next_step_at=STALE)
    await _unsigned(unit, Assignment.filter(next_step_at__gt=STALE))
    await unit.change(Campaign.filter(next_at__gt=STALE), next_at=STALE)
    for plan in unit.directory.all(Plan):
        _prompts(unit, plan)


async def policy_changed(unit: Unit, plan: Plan) -> None:
    """Let the ladders of a plan be looked at anew."""
    mine = Milestone.filter(next_step_at__gt=STALE, assignment__plan_id=plan.id)
    await _due(unit, mine)
    await _unsigned(unit, Assignment.filter(next_step_at__gt=STALE, plan_id=plan.id))
    await unit.change(Campaign.filter(next_at__gt=STALE), next_at=STALE)
    _prompts(unit, plan)


async def department_free(unit: Unit, department: int) -> None:
    """Let the ladders of a department be looked at anew: it is no longer left in peace."""
    await _due(unit, Milestone.filter(next_step_at__gt=STALE, assignment__department_id=department))
    await _unsigned(unit, Assignment.filter(next_step_at__gt=STALE, department_id=department))


async def _due(unit: Unit, query: QuerySet[Milestone]) -> None:
    numbers = [row["id"] for row in await unit.rows(query.values("id"))]
    for start in range(0, len(numbers), AT_ONCE):
        chunk = Milestone.filter(id__in=numbers[start : start + AT_ONCE])
        await unit.change(chunk, next_step_at=STALE)


async def _unsigned(unit: Unit, query: QuerySet[Assignment]) -> None:
    for assignment in await unit.all(query):
        look_again(unit, assignment, STALE)


def _prompts(unit: Unit, plan: Plan) -> None:
    if plan.next_prompt_at:
        plan.next_prompt_at = STALE
        unit.save(plan, "next_prompt_at")
