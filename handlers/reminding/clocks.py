"""Statutory clocks (法定时限): a coordinator starts one with a command; it then runs like any due day.

A published policy is interpreted within three working days; an application for information, known by its
case number alone, is answered within twenty, and twenty more once the applicant was told. It stands still
while a third party is consulted, and begins anew when the application was put right.
"""

from __future__ import annotations

import re
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
_CASE_NUMBER = re.compile(r"(?=\D*\d)\S{1,40}")
"""What an application is known by: who applied, and for what, never comes into the ledger."""

CHANGES = ("extend", "pause", "go_on", "anew")


async def answer(turn: Turn) -> Answers:
    """``/clock``: start a clock, or extend one."""
    turn.actor.require(Permission.COORDINATE)
    word, rest = head(argument(turn))
    kind = meaning("clock", word)
    if kind in CHANGES:
        return await _changed(turn, kind, rest)
    period = read_period(rest, turn.today)
    if kind is None or period is None or len(parts(period.before)) != 1 or not period.behind:
        raise Refusal("clock.form")
    if kind == "application" and not _CASE_NUMBER.fullmatch(period.behind):
        raise Refusal("clock.case")
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
    item, assignment = await clocks.start(
        turn.unit, plan, department, kind, title, limit, turn.days.add_workdays
    )
    done = text("clock.started", number=item.position, title=wording.short(item.title), due=due)
    cards = await handing_out_cards(turn, [assignment.department_id])
    return [Card(lines=(done, *telling.not_told(turn, [department.id]))), *cards]


async def _changed(turn: Turn, change: str, words: str) -> Answers:
    """Extend, pause, go on with or begin anew the clock of an item; its department hears of it."""
    number, reason = head(words)
    if not number.isdecimal():
        raise Refusal("clock.form")
    item = plans.item_at(turn.unit, plans.current(turn.unit), int(number))
    reason = reasons.given(reason)
    due = turn.today
    match change:
        case "extend":
            assignment, due = await clocks.extend(turn.unit, item, EXTENSION, reason, turn.days.add_workdays)
        case "pause":
            assignment = await clocks.pause(turn.unit, item, reason)
        case "go_on":
            assignment, due = await clocks.go_on(
                turn.unit, item, reason, turn.days.workdays_between, turn.days.add_workdays
            )
        case _:
            due = turn.days.add_workdays(turn.today, WORKDAYS["application"])
            assignment = await clocks.begin_anew(turn.unit, item, due, reason)
    (view,) = await wording.views_of(turn, [assignment.id])
    told = text(f"clock.told.{change}", item=wording.title_of(view), due=due, reason=reason)
    return [
        Card(lines=(text("clock.changed", number=item.position, told=told),)),
        *await telling.tell_of_items(turn, [(view, told)]),
    ]
