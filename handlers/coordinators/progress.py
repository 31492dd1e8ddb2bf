"""How a plan stands: lights, counts and shares, worked out of the ledger as it is read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from handlers.lighting import light_of
from reminders import lights
from reminders.workdays import Workdays
from storage.ledger.views import View
from storage.terms.lights import Light
from storage.terms.statuses import AssignmentStatus, ItemRole

WORST_FIRST = list(Light)


@dataclass(frozen=True, slots=True)
class Seen:
    """An assignment with its light on a day."""

    view: View
    light: Light
    late: bool


@dataclass(frozen=True, slots=True)
class DepartmentStanding:
    """How a department stands: its worst light, and how many of its assignments are what."""

    department: int
    name: str
    light: Light
    count: int
    done: int
    late: int


def seen(views: Iterable[View], today: date, days: Workdays) -> list[Seen]:
    """Light assignments up, worst first, those that are called off left out."""
    found = [
        Seen(view, light_of(view, today, days), view.overdue(today))
        for view in views
        if view.status is not AssignmentStatus.CANCELLED
    ]
    return sorted(found, key=_urgency)


def _urgency(each: Seen) -> tuple[object, ...]:
    settled = each.view.status is AssignmentStatus.DONE
    due = each.view.due or date.max
    return WORST_FIRST.index(each.light), settled, due, each.view.position, each.view.department


def by_department(found: Sequence[Seen]) -> list[DepartmentStanding]:
    """Return how each department stands, worst light first, then most overdue, then by register."""
    mine: dict[int, list[Seen]] = {}
    for each in found:
        mine.setdefault(each.view.department, []).append(each)
    standings = [_standing(each) for each in mine.values()]
    return sorted(standings, key=lambda s: (WORST_FIRST.index(s.light), -s.late, s.department))


def _standing(mine: Sequence[Seen]) -> DepartmentStanding:
    view = mine[0].view
    owed = [each for each in mine if each.view.open]
    return DepartmentStanding(
        department=view.department,
        name=view.department_name,
        light=lights.worst(each.light for each in (owed or mine)),
        count=len(mine),
        done=len([each for each in mine if each.view.status is AssignmentStatus.DONE]),
        late=len([each for each in mine if each.late]),
    )


def items_done(found: Iterable[Seen]) -> tuple[int, int]:
    """Return how many items are done, of how many: support is not waited for."""
    owed: dict[int, bool] = {}
    for each in found:
        done = each.view.status is AssignmentStatus.DONE or each.view.role is ItemRole.SUPPORT
        owed[each.view.item] = owed.get(each.view.item, True) and done
    only_support = Counter(each.view.item for each in found if each.view.role is not ItemRole.SUPPORT)
    return len([item for item, done in owed.items() if done and item in only_support]), len(owed)


def counts(found: Iterable[Seen]) -> Mapping[AssignmentStatus, int]:
    """Count assignments by status."""
    return Counter(each.view.status for each in found)


def light_counts(found: Iterable[Seen]) -> Mapping[Light, int]:
    """Count what is still owed, or put off, by light."""
    return Counter(each.light for each in found if each.view.status is not AssignmentStatus.DONE)
