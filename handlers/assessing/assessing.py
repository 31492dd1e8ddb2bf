"""The yearly assessment (考核): the figures, and the rows behind each of them.

Departments stand in the order of the register: nobody is ranked.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from handlers.arguments import argument
from handlers.choosing import near_departments
from handlers.notices.titles import short_title
from handlers.replies.orders import read_year
from handlers.turns import Answers, Turn
from handlers.wording import short
from storage.documents.kinds import XLSX
from storage.documents.tables_xlsx import Cell, Table, TableColumn, tables_workbook
from storage.ledger import assessing, files, lookup, plans
from storage.records import Department
from storage.terms.assessment import Fact, Figures, Outcome, Weights, figures
from storage.terms.cards import Card
from storage.terms.clock import office_time
from storage.terms.errors import Refusal
from storage.terms.roles import Permission
from storage.terms.texts import Text, Value, text

ROWS_SHOWN = 20
_WEIGHTS = re.compile(r"(\d{1,3})[\s/、,，:：-]+(\d{1,3})[\s/、,，:：-]+(\d{1,3})$")

Words = Callable[[Text], str]


@dataclass(frozen=True, slots=True)
class Assessed:
    """An assessment: its weights, and each department's facts in the order of the register."""

    title: str
    weights: Weights
    names: Mapping[int, str]
    facts: Mapping[int, Sequence[Fact]]


@dataclass(frozen=True, slots=True)
class Made:
    """A finished assessment: all of it as a workbook, or one department's rows."""

    assessed: Assessed
    name: str = ""
    content: bytes = b""
    department: int | None = None


async def gather(turn: Turn) -> Callable[[], Made]:
    """Read what the assessment counts; the workbook is written in a thread."""
    turn.actor.require(Permission.COORDINATE)
    given = argument(turn)
    found = _WEIGHTS.search(given)
    weights = Weights(*(int(each) for each in found.groups())) if found else Weights()
    # A year is assessed once it is over, and closed more often than not.
    wanted, words = read_year(given[: found.start()].strip() if found else given)
    plan = plans.put_to_work(turn.unit, wanted)
    facts: dict[int, list[Fact]] = {}
    for fact in await assessing.facts_of(turn.unit, plan):
        facts.setdefault(fact.department, []).append(fact)
    order = [each.id for each in lookup.departments_on(turn.directory, turn.today) if each.id in facts]
    names = {number: turn.directory.get(Department, number).name for number in order}
    assessed = Assessed(short_title(plan.title), weights, names, {number: facts[number] for number in order})
    if words:
        department = _department(turn, words)
        return lambda: Made(assessed, department=department.id)
    say, made_at, year = turn.words, office_time(turn.now), str(plan.year)

    def make() -> Made:
        name = say(text("assessment.file", year=year))
        return Made(assessed, f"{name}.xlsx", _workbook(assessed, say, made_at))

    return make


def _department(turn: Turn, words: str) -> Department:
    exact = lookup.department_called(turn.directory, words)
    if exact is not None:
        return exact
    near = [each.name for each in near_departments(turn, words)]
    raise Refusal("department.near" if near else "department.none", name=words, near=near)


async def answer(turn: Turn) -> Answers:
    """``/assessment``: send the workbook, or list the rows behind a department's figures."""
    turn.actor.require(Permission.COORDINATE)
    made: Made = turn.prepared
    if made.department is not None:
        return _one(made.assessed, made.department, turn)
    stored = await files.keep(turn.unit, name=made.name, mime=XLSX, content=made.content)
    weights = made.assessed.weights
    lines = (
        text("assessment.made", count=len(made.assessed.facts)),
        text(
            "assessment.weights",
            on_time=weights.on_time,
            returned=weights.returned,
            campaigns=weights.campaigns,
        ),
        text("assessment.private"),
        text("assessment.how"),
    )
    return Card(
        title=text("assessment.title", plan=short(made.assessed.title, 40)), lines=lines, files=(stored.id,)
    )


def _one(assessed: Assessed, department: int, turn: Turn) -> Card:
    facts = assessed.facts.get(department, [])
    counted = figures(facts)
    lines = [text("assessment.figures", **_values(counted), score=_score(counted, assessed.weights))]
    shown = [fact for fact in facts if fact.outcome is not Outcome.SUBMITTED]
    lines += [_line(fact) for fact in shown[:ROWS_SHOWN]]
    if len(shown) > ROWS_SHOWN:
        lines.append(text("assessment.more", count=len(shown) - ROWS_SHOWN))
    name = lookup.short_name(turn.directory, department)
    return Card(title=text("assessment.of", department=name), lines=tuple(lines))


def _values(counted: Figures) -> dict[str, int]:
    return {
        "due": counted.due,
        "on_time": counted.on_time,
        "submitted": counted.submitted,
        "returned": counted.returned,
        "asked": counted.asked,
        "answered": counted.answered,
    }


def _score(counted: Figures, weights: Weights) -> Value:
    score = counted.score(weights)
    return text("assessment.no_score") if score is None else f"{score:g}"


def _line(fact: Fact) -> Text:
    return text(
        "assessment.line",
        outcome=text(f"assessment.outcome.{fact.outcome}"),
        title=short(fact.title),
        note=_note(fact),
    )


def _note(fact: Fact) -> Text:
    if fact.note:
        return text("assessment.note.reason", came=fact.came or "", reason=short(fact.note, 40))
    if fact.due is not None and fact.came is not None:
        return text("assessment.note.both", due=fact.due, came=fact.came)
    return text("assessment.note.due", due=fact.due or "")


# ---------------------------------------------------------------- the workbook


def _workbook(assessed: Assessed, words: Words, made_at: datetime) -> bytes:
    def worded(key: str, **values: Value) -> str:
        return words(text(f"assessment.{key}", **values))

    weights = assessed.weights
    note = worded("weights", on_time=weights.on_time, returned=weights.returned, campaigns=weights.campaigns)
    notes = (note, worded("private"))
    columns = [
        TableColumn(worded("column.number"), 6, centred=True),
        TableColumn(worded("column.department"), 22),
        *(TableColumn(worded(f"column.{name}"), 9, centred=True) for name in _values(figures(()))),
        TableColumn(worded("column.score"), 9, centred=True),
    ]
    rows: list[list[Cell]] = []
    behind: list[list[Cell]] = []
    for number, (department, facts) in enumerate(assessed.facts.items(), 1):
        counted = figures(facts)
        score = _score(counted, weights)
        shown = score if isinstance(score, str) else worded("no_score")
        rows.append([number, assessed.names[department], *_values(counted).values(), shown])
        behind += [
            [assessed.names[department], worded(f"outcome.{f.outcome}"), f.title, f.due, f.came, f.note]
            for f in facts
        ]
    details = [
        TableColumn(worded("column.department"), 22),
        TableColumn(worded("column.outcome"), 12, centred=True),
        TableColumn(worded("column.title"), 44),
        TableColumn(worded("column.due"), 12, centred=True),
        TableColumn(worded("column.came"), 12, centred=True),
        TableColumn(worded("column.note"), 30),
    ]
    title = worded("sheet_title", plan=assessed.title)
    return tables_workbook(
        [
            Table(worded("summary_sheet"), title, notes, columns, rows),
            Table(worded("details_sheet"), title, notes[1:], details, behind),
        ],
        made_at,
    )
