"""The ledger as a workbook (导出): the whole plan's, or one department's own for its website.

What the workbook holds is read in the unit of work; putting it into words and writing it happens in a thread.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from handlers.arguments import argument, plan_and_words
from handlers.choosing import pick_department
from handlers.turns import Answers, Turn
from reminders.workdays import Workdays
from storage.documents.kinds import XLSX
from storage.ledger import exporting, files, lookup
from storage.records import Department, Member, Plan
from storage.terms.cards import Card
from storage.terms.clock import office_time
from storage.terms.roles import Permission
from storage.terms.texts import Text, text
from storage.unit import Unit

if TYPE_CHECKING:
    from handlers.coordinators.ledger_sheets import Source

LARGE = 3_000
"""Assignments whose workbook is made in a process of its own: starting it takes a second."""

_NOT_IN_A_NAME = re.compile(r'[\\/:*?"<>|\x00-\x1f]+')


@dataclass(frozen=True, slots=True)
class Made:
    """A finished workbook and what is said of it."""

    name: str
    content: bytes
    title: Text
    line: Text


Prepare = Callable[[], "Made | Card"]
Words = Callable[[Text], str]


async def gather(turn: Turn) -> Prepare:
    """Read what the command asks for: everything, or the department that is named."""
    plan, words = plan_and_words(turn, argument(turn))
    if not turn.actor.may(Permission.OVERSEE):
        return await _own(turn, plan, words)
    if not words:
        return await whole(turn.unit, turn.days, turn.words, plan)
    picked = pick_department(turn, words, "export.department", {"plan": plan.id}, {"kind": "export"})
    if isinstance(picked, Card):
        card = picked
        return lambda: card
    return await one(turn.unit, turn.days, turn.words, plan, picked)


async def gather_department(turn: Turn) -> Prepare:
    """Read the ledger of a department that was offered."""
    values = turn.values
    plan = turn.directory.get(Plan, values["plan"])
    department = turn.directory.get(Department, values["department"])
    return await one(turn.unit, turn.days, turn.words, plan, department)


async def send(turn: Turn) -> Answers:
    """Keep the workbook and send it."""
    made = turn.prepared
    if not isinstance(made, Made):
        answer: Card = made
        return answer
    stored = await files.keep(turn.unit, name=made.name, mime=XLSX, content=made.content)
    return Card(title=made.title, lines=(made.line,), files=(stored.id,))


async def _own(turn: Turn, plan: Plan, words: str) -> Prepare:
    """A department's own ledger for whoever answers for it; others are refused as if they asked for all."""
    mine = [
        department
        for department in turn.directory.all(Department)
        if turn.actor.may(Permission.ANSWER, department.id)
    ]
    if words:
        picked = pick_department(turn, words, "export.department", {"plan": plan.id}, {"kind": "export"})
        mine = [each for each in mine if picked is each]
    if not mine:
        turn.actor.require(Permission.OVERSEE)
    return await one(turn.unit, turn.days, turn.words, plan, mine[0])


async def whole(unit: Unit, days: Workdays, words: Words, plan: Plan) -> Callable[[], Made]:
    """Read the whole ledger of a plan, a large one later; what is returned writes the workbook."""
    if await exporting.count(unit, plan) <= LARGE:
        return await whole_here(unit, days, words, plan)
    from handlers.coordinators.exporting_apart import made_apart

    return partial(made_apart, unit.database.path, unit.now, words, plan.id)


async def whole_here(unit: Unit, days: Workdays, words: Words, plan: Plan) -> Callable[[], Made]:
    """Read the whole ledger of a plan in this process; what is returned writes the workbook."""
    entries = await exporting.of_plan(unit, plan)
    answers = await exporting.answers(unit, entries)
    source = _source(unit, days, words, plan, entries)

    def make() -> Made:
        from handlers.coordinators import ledger_sheets
        from storage.documents.ledger_xlsx import ledger_workbook

        content = ledger_workbook(ledger_sheets.whole(source, answers))
        line = text("export.made", count=len(entries), replies=len(answers), when=source.made_at)
        return Made(
            _file_name(words, source, "export.file"),
            content,
            text("export.title", year=str(source.plan.year)),
            line,
        )

    return make


async def one(
    unit: Unit, days: Workdays, words: Words, plan: Plan, department: Department
) -> Callable[[], Made]:
    """Read a department's own ledger; what is returned writes the workbook."""
    entries = await exporting.of_department(unit, plan, department)
    source = _source(unit, days, words, plan, entries)
    people = [member.name for member in unit.directory.all(Member)]
    name = department.name

    def make() -> Made:
        from handlers.coordinators import ledger_sheets
        from storage.documents.ledger_xlsx import department_workbook

        content = department_workbook(ledger_sheets.department(source, name, people))
        line = text("export.made_department", count=len(entries), when=source.made_at)
        title = text("export.title_department", department=name)
        return Made(_file_name(words, source, "export.file_department", name), content, title, line)

    return make


def _source(
    unit: Unit, days: Workdays, words: Words, plan: Plan, entries: Sequence[exporting.Entry]
) -> Source:
    from handlers.coordinators.ledger_sheets import Source

    items = {item.id: item for item in lookup.items_of(unit.directory, plan.id)}
    return Source(
        plan=plan,
        items=items,
        names={each.id: each.name for each in unit.directory.all(Department)},
        entries=entries,
        made_at=office_time(unit.now),
        days=days,
        words=words,
    )


def _file_name(words: Callable[[Text], str], source: Source, key: str, department: str = "") -> str:
    name = words(
        text(key, year=source.plan.year, stamp=source.made_at.strftime("%Y%m%d"), department=department)
    )
    return f"{_NOT_IN_A_NAME.sub(' ', name).strip()}.xlsx"
