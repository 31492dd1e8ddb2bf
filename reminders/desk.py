"""The coordinators' bundle: what the bot has to say to them unasked, on one card a working day."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from reminders.campaigns import telling
from storage.ledger import lookup
from storage.records import Assignment, StepRow
from storage.terms.cards import Card
from storage.terms.clock import office_day
from storage.terms.ladder import FOR_GROUPS, StepKind
from storage.terms.statuses import AssignmentStatus
from storage.terms.texts import Text, text
from storage.unit import Unit

KINDS = frozenset(StepKind) - FOR_GROUPS

SHOWN = 12
"""Departments named in one line."""


async def desk_card(unit: Unit, said: Sequence[StepRow]) -> Card | None:
    """Return what coordinators are told because of steps; None where nothing applies any more."""
    of_campaigns, rows = await telling.desk(unit, said)
    lines = [*await _unsigned(unit, said), *of_campaigns]
    if not lines:
        return None
    return Card(title=text("desk.title", day=office_day(unit.now)), lines=tuple(lines), rows=rows)


async def _unsigned(unit: Unit, said: Iterable[StepRow]) -> list[Text]:
    """Say which departments have not acknowledged what they were handed out days ago."""
    numbers = [s.assignment_id for s in said if s.kind == StepKind.UNSIGNED_TOLD and s.assignment_id]
    waiting = Counter(
        each.department_id
        for each in await unit.many(Assignment, numbers)
        if each.status == AssignmentStatus.AWAITING
    )
    if not waiting:
        return []
    return [
        text("desk.unsigned", departments=len(waiting), count=waiting.total()),
        *counted(unit, waiting),
    ]


def counted(unit: Unit, counts: Counter[int]) -> list[Text]:
    """Name departments with a count of each, the most first."""
    shown = [
        text("desk.department", name=lookup.short_name(unit.directory, number), count=count)
        for number, count in counts.most_common(SHOWN)
    ]
    lines = [text("desk.departments", departments=shown)]
    if len(counts) > SHOWN:
        lines.append(text("desk.more", count=len(counts) - SHOWN))
    return lines
