"""How a plan stands: lights, counts and shares, worked out of what the ledger counted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from handlers.lighting import light_of, light_of_alike
from reminders import lights
from reminders.workdays import Workdays
from storage.ledger.standing import Standing, alike
from storage.ledger.views import View, is_late
from storage.terms.lights import Light
from storage.terms.statuses import OPEN, AssignmentStatus

WORST_FIRST = list(Light)


@dataclass(frozen=True, slots=True)
class Seen:
    """An assignment with its light on a day."""

    view: View
    light: Light
    late: bool


@dataclass(frozen=True, slots=True)
class Lit:
    """Assignments of a department that stand alike, with their light on a day; ``late`` is since when."""

    department: int
    name: str
    status: AssignmentStatus
    light: Light
    late: date | None
    numbers: Sequence[int]

    @property
    def count(self) -> int:
        """How many they are."""
        return len(self.numbers)

    @property
    def done(self) -> bool:
        """Whether they are struck off."""
        return self.status is AssignmentStatus.DONE


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


def lit(stands: Standing, today: date, days: Workdays) -> list[Lit]:
    """Light a plan's assignments up, those that stand alike at once. Plain work, done in a thread."""
    known: dict[Any, tuple[AssignmentStatus, Light, date | None]] = {}
    together: dict[Any, list[int]] = {}
    for row in stands.rows:
        facts = row[2:]
        shown = known.get(facts)
        if shown is None:
            each = alike(facts)
            late = each.due if is_late(each.status, each.due, today) else None
            shown = known[facts] = (each.status, light_of_alike(each, today, days), late)
        together.setdefault((row[1], shown), []).append(row[0])
    return [
        Lit(department, stands.names[department], status, light, late, numbers)
        for (department, (status, light, late)), numbers in together.items()
    ]


def by_department(found: Iterable[Lit]) -> list[DepartmentStanding]:
    """Return how each department stands, worst light first, then most overdue, then by register."""
    mine: dict[int, list[Lit]] = {}
    for each in found:
        mine.setdefault(each.department, []).append(each)
    standings = [_standing(each) for each in mine.values()]
    return sorted(standings, key=lambda s: (WORST_FIRST.index(s.light), -s.late, s.department))


def _standing(mine: Sequence[Lit]) -> DepartmentStanding:
    owed = [each for each in mine if each.status in OPEN]
    return DepartmentStanding(
        department=mine[0].department,
        name=mine[0].name,
        light=lights.worst(each.light for each in (owed or mine)),
        count=sum(each.count for each in mine),
        done=sum(each.count for each in mine if each.done),
        late=sum(each.count for each in mine if each.late),
    )


def counts(found: Iterable[Lit]) -> Mapping[AssignmentStatus, int]:
    """Count assignments by status."""
    counted: Counter[AssignmentStatus] = Counter()
    for each in found:
        counted[each.status] += each.count
    return counted


def light_counts(found: Iterable[Lit]) -> Counter[Light]:
    """Count what is still owed, or put off, by light."""
    counted: Counter[Light] = Counter()
    for each in found:
        if not each.done:
            counted[each.light] += each.count
    return counted
