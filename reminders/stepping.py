"""From ladders to steps: what is due is written once, and when each ladder must be looked at again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from reminders import calendars, policies
from reminders.ladder import (
    DueFacts,
    Outcome,
    SignFacts,
    Step,
    moment_of,
    next_opening,
    plan_due,
    plan_sign,
)
from reminders.policy import Policy
from reminders.workdays import Workdays
from storage.ledger import bundles, letters, lookup, snoozes, steps
from storage.ledger.steps import DueDay, NewStep
from storage.records import Assignment, Chat, Milestone
from storage.terms.clock import office_day
from storage.terms.ladder import ESCALATIONS, FOR_GROUPS, UNWARNED
from storage.terms.letters import LetterKind
from storage.terms.roles import Purpose
from storage.terms.statuses import AssignmentStatus
from storage.unit import Unit

AT_ONCE = 200
"""Ladders looked at in one unit of work, so that nobody is kept waiting."""


@dataclass(frozen=True, slots=True)
class _Looked:
    """A ladder that was looked at, what came of it, and of whom and what it is."""

    record: Milestone | Assignment
    outcome: Outcome
    key: str
    department: int
    assignment: int


class _Look:
    """What looking at ladders needs to know of the day."""

    def __init__(self, unit: Unit, days: Workdays) -> None:
        self.now = unit.now
        self.today = office_day(unit.now)
        self.days = calendars.in_force(unit.directory, days)
        self.policies = policies.in_force(unit.directory)
        self.hour = policies.office(unit.directory).at
        self.resting = snoozes.until(unit.directory, self.today)
        self._planned: dict[tuple[int, DueFacts], Outcome] = {}

    def rest(self, department: int) -> Outcome | None:
        """Return when to look again at the ladders of a department that is left in peace."""
        last = self.resting.get(department)
        if last is None:
            return None
        return Outcome(again_at=moment_of(self.days.add_workdays(last, 1), self.hour))

    def due(self, row: DueDay) -> Outcome:
        policy = self.policies.get(row.plan)
        if policy is None or not row.stands:
            return Outcome()
        facts = DueFacts(row.milestone.due, row.since, row.status, row.limited, row.milestone.last_step)
        return self.rest(row.department) or self._plan(row.plan, facts, policy)

    def _plan(self, plan: int, facts: DueFacts, policy: Policy) -> Outcome:
        """Plan once what binds many departments alike."""
        known = self._planned.get((plan, facts))
        if known is None:
            known = self._planned[plan, facts] = plan_due(facts, policy, self.days, self.now)
        return known

    def signed(self, row: Assignment) -> Outcome:
        policy: Policy | None = self.policies.get(row.plan_id)
        if policy is None:
            return Outcome()
        facts = SignFacts(row.handed_out_at, AssignmentStatus(row.status), row.last_step)
        return self.rest(row.department_id) or plan_sign(facts, policy, self.days, self.now)


async def due_days(unit: Unit, days: Workdays) -> int:
    """Look at due days whose moment has come; return how many."""
    look = _Look(unit, days)
    found = await steps.due_days(unit, AT_ONCE)
    looked = []
    for row in found:
        outcome, milestone = look.due(row), row.milestone
        key = f"due:{milestone.id}:{milestone.version}:{_name(outcome.step)}"
        looked.append(_Looked(milestone, outcome, key, row.department, milestone.assignment_id))
    await _write(unit, look, looked)
    return len(found)


async def handed_out(unit: Unit, days: Workdays) -> int:
    """Look at assignments that may wait for 签收; return how many."""
    look = _Look(unit, days)
    found = await steps.handed_out(unit, AT_ONCE)
    looked = []
    for row in found:
        outcome = look.signed(row)
        key = f"sign:{row.id}:{row.handed_out_at}:{_name(outcome.step)}"
        looked.append(_Looked(row, outcome, key, row.department_id, row.id))
    await _write(unit, look, looked)
    return len(found)


def _name(step: Step | None) -> str:
    return "" if step is None else step.name


async def _write(unit: Unit, look: _Look, looked: Sequence[_Looked]) -> None:
    said = await steps.are_said(unit, [each.key for each in looked if each.outcome.step is not None])
    chats: list[int] = []
    called: letters.Called = {}
    for each in looked:
        step = each.outcome.step
        if step is not None and each.key not in said:
            _say(unit, each, step)
            _call(called, each, step)
            chats += _told(unit, each, step)
        steps.look_again(unit, each.record, each.outcome.again_at, None if step is None else step.day)
    await letters.draft(unit, called)
    await bundles.ask_for(unit, chats, look.today, next_opening(look.now, look.hour, look.days))


def _say(unit: Unit, each: _Looked, step: Step) -> None:
    milestone = each.record if isinstance(each.record, Milestone) else None
    data = {UNWARNED: True} if each.outcome.unwarned else None
    said = NewStep(step.kind, each.key, step.day, each.department, each.assignment, milestone, data)
    steps.say(unit, said)


def _call(called: letters.Called, each: _Looked, step: Step) -> None:
    """Note the letter that a step calls for: slips and interviews by department, one naming for all."""
    if step.kind in ESCALATIONS:
        kind = LetterKind(step.kind)
        department = None if kind is LetterKind.NAMING else each.department
        called.setdefault((kind, department), []).append(each.assignment)


def _told(unit: Unit, each: _Looked, step: Step) -> list[int]:
    """Return the chats that hear of a step."""
    told: list[Chat] = []
    if step.kind in FOR_GROUPS or each.outcome.unwarned:
        told += lookup.chats_of(unit.directory, each.department)
    if step.kind not in FOR_GROUPS:
        told += lookup.chats_for(unit.directory, Purpose.COORDINATION)
    return [chat.id for chat in told]
