"""Statutory clocks (法定时限): a coordinator starts one with a command; it then runs like any due day.

A published policy is interpreted within three working days; an application for information, known by its
case number alone, is answered within twenty, and twenty more once the applicant was told.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from handlers import telling, wording
from handlers.arguments import argument
from handlers.choosing import pick_department
from handlers.departments.todo import handing_out_cards
from handlers.office.office_words import head, meaning, parts
from handlers.replies.periods import read_period
from handlers.standing import in_place
from handlers.turns import Answers, Turn
from storage.ledger import clocks, plans, reasons
from storage.records import Department
from storage.terms.cards import Card, Outgoing
from storage.terms.errors import Refusal
from storage.terms.notice import Deadline
from storage.terms.roles import Permission
from storage.terms.texts import text

WORKDAYS = {"interpretation": 3, "application": 20}
EXTENSION = 20


async def answer(turn: Turn) -> Answers:
    """``/clock``: start a clock, or extend one."""
    turn.actor.require(Permission.COORDINATE)
    word, rest = head(argument(turn))
    kind = meaning("clock", word)
    if kind == "extend":
        return await _extended(turn, rest)
    period = read_period(rest, turn.today)
    if kind is None or period is None or len(parts(period.before)) != 1 or not period.behind:
        raise Refusal("clock.form")
    if period.last > turn.today:
        raise Refusal("clock.future")
    values = {"clock": kind, "began": period.last.isoformat(), "title": period.behind}
    picked = pick_department(turn, parts(period.before)[0], "clock.of", values)
    return picked if isinstance(picked, Card) else await _started(turn, picked, values)


async def of_department(turn: Turn) -> Answers:
    """Start the clock for the department of the pressed button."""
    turn.actor.require(Permission.COORDINATE)
    department = turn.directory.get(Department, turn.values["department"])
    return in_place(turn, await _started(turn, department, turn.values))


async def _started(turn: Turn, department: Department, values: dict[str, Any]) -> list[Outgoing]:
    kind = values["clock"]
    due = turn.days.add_workdays(date.fromisoformat(values["began"]), WORKDAYS[kind])
    if due < turn.today:
        raise Refusal("clock.over", due=due)
    title = turn.words(text(f"clock.title.{kind}", title=values["title"]))
    limit = Deadline(turn.words(text(f"clock.limit.{kind}")), "date", due)
    plan = plans.current(turn.unit)
    item, assignment = await clocks.start(turn.unit, plan, department, title, limit, turn.days.add_workdays)
    done = text("clock.started", number=item.position, title=wording.short(item.title), due=due)
    cards = await handing_out_cards(turn, [assignment.department_id])
    return [Card(lines=(done, *telling.not_told(turn, [department.id]))), *cards]


async def _extended(turn: Turn, words: str) -> Answers:
    number, reason = head(words)
    if not number.isdecimal():
        raise Refusal("clock.form")
    item = plans.item_at(turn.unit, plans.current(turn.unit), int(number))
    assignment, due = await clocks.extend(
        turn.unit, item, EXTENSION, reasons.given(reason), turn.days.add_workdays
    )
    (view,) = await wording.views_of(turn, [assignment.id])
    done = text("clock.prolonged", number=item.position, title=wording.short(item.title), due=due)
    told = await telling.tell_of_items(
        turn, [(view, text("clock.told", item=wording.title_of(view), due=due))]
    )
    return [Card(lines=(done,)), *told]
