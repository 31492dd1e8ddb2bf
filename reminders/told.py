"""What a department is told in a bundle: gathered from the steps that came, as things stand now."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from reminders import policies
from reminders.campaigns import telling
from reminders.campaigns.telling import Asking
from reminders.ladder import OWING
from reminders.periods import Period
from storage.directory import Directory
from storage.ledger import lookup, views
from storage.ledger.numbers import Owed
from storage.ledger.views import View
from storage.records import Milestone, PlanItem, StepRow
from storage.terms.clock import office_day
from storage.terms.ladder import StepKind
from storage.terms.statuses import AssignmentStatus, MilestoneStatus
from storage.unit import Unit

PROMPTS = (StepKind.PROMPT, StepKind.PROMPT_AGAIN)


@dataclass(frozen=True, slots=True)
class Due:
    """An item that is reminded of: as it stands, and by when."""

    view: View
    due: date
    statutory: bool


Dues = dict[int, Due]
"""Number → item."""


@dataclass(frozen=True, slots=True)
class Asked:
    """Items whose progress in a period is asked for; ``again`` for the second time."""

    period: Period
    again: bool
    owed: Owed


@dataclass(slots=True)
class Told:
    """What a department is told, by urgency. ``answering`` names who speaks for it today."""

    department: int
    name: str
    answering: tuple[str, ...]
    overdue: Dues = field(default_factory=dict)
    today: Dues = field(default_factory=dict)
    soon: Dues = field(default_factory=dict)
    unsigned: Owed = field(default_factory=dict)
    asked: list[Asked] = field(default_factory=list)
    campaigns: list[Asking] = field(default_factory=list)

    @property
    def urgent(self) -> bool:
        """Whether something may not wait, whatever the group has heard this week."""
        last_day = any(each.last_day for each in self.campaigns)
        return bool(self.overdue or self.today or last_day) or any(d.statutory for d in self.soon.values())

    @property
    def owed(self) -> Owed:
        """Every item that is spoken of, by number."""
        dues = {**self.soon, **self.today, **self.overdue}
        asked = [each.owed for each in self.asked]
        found = {n: v for owed in (*asked, self.unsigned) for n, v in owed.items()}
        found |= {number: each.view for number, each in dues.items()}
        return dict(sorted(found.items()))

    @property
    def asks(self) -> int:
        """How many things are asked: what binds everyone counts as one."""
        owed = self.owed.values()
        ours = sum(not view.general for view in owed) + any(view.general for view in owed)
        return ours + len(self.campaigns)

    @property
    def count(self) -> int:
        """How many things are spoken of."""
        return len(self.owed) + len(self.campaigns)


@dataclass(frozen=True, slots=True)
class Read:
    """What bundles of some departments are gathered from, read for all of them at once."""

    owed: Mapping[int, Owed]
    milestones: Mapping[int, dict[str, Any]]
    asking: Mapping[int, Sequence[Asking]]


async def read(unit: Unit, rows: Sequence[StepRow]) -> Read:
    """Read what steps speak of: no more than that, of all that their departments have."""
    spoken: dict[int, set[int]] = {}
    asked = {row.department_id for row in rows if row.kind in PROMPTS}
    for row in rows:
        if row.department_id is not None:
            mine = spoken.setdefault(row.department_id, set())
            mine.update(_shown(row) if row.assignment_id is None else [row.assignment_id])
    only = {department: mine for department, mine in spoken.items() if department not in asked}
    return Read(
        owed=await views.of_departments(unit, spoken, only),
        milestones=await _milestones(unit, rows),
        asking=await telling.gather(unit, rows),
    )


def _shown(row: StepRow) -> Sequence[int]:
    """Return what a digest showed as overdue."""
    return row.data["overdue"] if row.kind == StepKind.WEEK and row.data else ()


def gather(unit: Unit, found: Read, said: Mapping[int, Sequence[StepRow]]) -> list[Told]:
    """Return what departments are told because of steps; one to whom nothing applies any more is left out."""
    today = office_day(unit.now)
    every = []
    for department, rows in said.items():
        owed = found.owed[department]
        told = Told(
            department,
            lookup.short_name(unit.directory, department),
            tuple(member.name for member in lookup.answering(unit.directory, department, today)),
        )
        _sort(told, rows, owed, found.milestones, today)
        _still_overdue(told, rows, owed, today)
        _ask(told, rows, owed, unit.directory, today)
        asks = {row.data["ask"] for row in rows if row.kind == StepKind.CAMPAIGN and row.data is not None}
        told.campaigns = [each for each in found.asking.get(department, ()) if each.ask in asks]
        if told.count:
            every.append(told)
    return every


async def _milestones(unit: Unit, rows: Iterable[StepRow]) -> dict[int, dict[str, Any]]:
    numbers = {row.milestone_id for row in rows if row.milestone_id is not None}
    if not numbers:
        return {}
    columns = ("id", "due", "version", "statutory", "status")
    found = await unit.rows(Milestone.filter(id__in=list(numbers)).values(*columns))
    return {row["id"]: row for row in found if row["status"] == MilestoneStatus.OPEN}


def _sort(
    told: Told, rows: Sequence[StepRow], owed: Owed, milestones: Mapping[int, dict[str, Any]], today: date
) -> None:
    """Put each item where its latest step belongs, if that still holds."""
    numbers = {view.id: number for number, view in owed.items()}
    for row in rows:
        number = numbers.get(row.assignment_id or 0)
        if number is None:
            continue
        view = owed[number]
        if row.kind == StepKind.UNSIGNED:
            if view.status is AssignmentStatus.AWAITING:
                told.unsigned[number] = view
            continue
        milestone = milestones.get(row.milestone_id or 0)
        if milestone is None or milestone["version"] != row.version or view.status not in OWING:
            continue
        for dues in (told.soon, told.today, told.overdue):
            dues.pop(number, None)
        due = Due(view, milestone["due"], milestone["statutory"])
        if due.due < today:
            if row.kind not in (StepKind.AHEAD, StepKind.TODAY):
                told.overdue[number] = due
        elif row.kind == StepKind.TODAY or due.due == today:
            told.today[number] = due
        else:
            told.soon[number] = due


def _still_overdue(told: Told, rows: Sequence[StepRow], owed: Owed, today: date) -> None:
    """Put what a digest showed as overdue among what is overdue, if that still holds."""
    numbers = {view.id: number for number, view in owed.items()}
    shown = [each for row in rows for each in _shown(row)]
    for number in (numbers[each] for each in shown if each in numbers):
        view = owed[number]
        if view.due is not None and view.due < today and view.status in OWING:
            told.overdue.setdefault(number, Due(view, view.due, statutory=False))


def _ask(told: Told, rows: Sequence[StepRow], owed: Owed, directory: Directory, today: date) -> None:
    """Ask for the progress of periods that still run; what is reminded of anyway is not asked twice."""
    known: set[int] = {*told.overdue, *told.today, *told.soon}
    latest = {
        (row.data["plan"], row.data["cadence"], row.data["last"]): row
        for row in rows
        if row.kind in PROMPTS and row.data is not None
    }
    for row in latest.values():
        assert row.data is not None  # noqa: S101 - looked at just now
        period = Period.from_json(row.data)
        if today > period.last:
            continue
        mine = {
            number: view
            for number, view in owed.items()
            if number not in known
            and view.plan == row.data["plan"]
            and owes(directory, view, period, row.day)
        }
        if mine:
            known |= mine.keys()
            told.asked.append(Asked(period, row.kind == StepKind.PROMPT_AGAIN, mine))


def owes(directory: Directory, view: View, period: Period, called: date) -> bool:
    """Tell whether progress is owed of an assignment for a period, by a call of a day.

    What was handed out after the call is not asked for yet; what waits for review has been told.
    """
    item = directory.get(PlanItem, view.item)
    return (
        view.status in OWING
        and policies.cadence_of(directory, item) is period.cadence
        and view.handed_out < called
        and (view.reported_at is None or view.reported_at < period.begins_at)
    )
