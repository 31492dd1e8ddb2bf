"""The coordinators' bundle: what the bot has to say to them unasked, on one card a working day."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from reminders import prompting
from reminders.campaigns import telling
from reminders.periods import Period
from storage.ledger import letters, lookup
from storage.records import Assignment, CalendarYear, Plan, StepRow
from storage.terms.cards import Button, Card
from storage.terms.clock import office_day
from storage.terms.ladder import ESCALATIONS, FOR_GROUPS, StepKind
from storage.terms.letters import LetterKind
from storage.terms.statuses import AssignmentStatus
from storage.terms.texts import Text, text
from storage.unit import Unit

KINDS = frozenset(StepKind) - FOR_GROUPS

SHOWN = 12
"""Departments named in one line."""


async def desk_card(unit: Unit, said: Sequence[StepRow]) -> Card | None:
    """Return what coordinators are told because of steps; None where nothing applies any more."""
    of_campaigns, rows = await telling.desk(unit, said)
    lines = [
        *await _unsigned(unit, said),
        *await _not_reported(unit, said),
        *of_campaigns,
        *_calendar(unit, said),
    ]
    if drafted := await _letters(unit, said):
        lines.append(drafted)
        rows = (*rows, (Button(text("desk.button.letters"), "letter.list"),))
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


async def _not_reported(unit: Unit, said: Iterable[StepRow]) -> list[Text]:
    """Say, once a period is over, who has not reported its progress."""
    lines: list[Text] = []
    for step in said:
        if step.kind != StepKind.PROMPT_CLOSED or step.data is None:
            continue
        period = Period.from_json(step.data)
        plan = unit.directory.get(Plan, step.data["plan"])
        missing = Counter(await prompting.departments_owing(unit, plan, period, step.day))
        if missing:
            head = text(
                "desk.not_reported", period=period.name, departments=len(missing), count=missing.total()
            )
            lines += [head, *counted(unit, missing)]
        else:
            lines.append(text("desk.all_reported", period=period.name))
    return lines


async def _letters(unit: Unit, said: Iterable[StepRow]) -> Text | None:
    """Say which letters wait to be signed, where a step has called for one."""
    if not any(step.kind in ESCALATIONS for step in said):
        return None
    kinds = Counter(each.kind for each in await letters.waiting(unit))
    counts = [
        text("desk.letter", kind=text(f"letter.kind.{kind}"), count=kinds[kind])
        for kind in LetterKind
        if kinds[kind]
    ]
    return text("desk.letters", counts=counts) if counts else None


def _calendar(unit: Unit, said: Iterable[StepRow]) -> list[Text]:
    """Say which years' days off are not known."""
    given = {each.year for each in unit.directory.all(CalendarYear)}
    years = [step.data["year"] for step in said if step.kind == StepKind.CALENDAR and step.data]
    return [text("desk.calendar", year=str(year)) for year in years if year not in given]


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
