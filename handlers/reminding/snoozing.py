"""Leaving a department in peace (免扰): a coordinator's word, with a reason and a last day, lifted too."""

from __future__ import annotations

from datetime import date
from typing import Any

from handlers.choosing import pick_department
from handlers.office.office_words import head, meaning, parts, words_of
from handlers.replies.periods import read_period
from handlers.standing import in_place
from handlers.turns import Answers, Turn
from storage.ledger import lookup, reasons, snoozes
from storage.records import Department
from storage.terms.cards import Card
from storage.terms.errors import Refusal
from storage.terms.roles import Permission
from storage.terms.texts import text


async def answer(turn: Turn) -> Answers:
    """``/snooze``: show who is left in peace, leave a department in peace, or ask it again."""
    turn.actor.require(Permission.COORDINATE)
    words = words_of(turn)
    if not words:
        return _list(turn)
    name, rest = head(words)
    if meaning("snooze", rest) == "end":
        return await _ended(turn, pick_department(turn, name, "snooze.end", {}))
    period = read_period(words, turn.today)
    if period is None or (period.first != period.last and period.first > turn.today):
        raise Refusal("snooze.form")
    named = [part for part in parts(period.before) if meaning("snooze", part) != "until"]
    if len(named) != 1:
        raise Refusal("snooze.form")
    last, reason = period.last.isoformat(), reasons.given(period.behind)
    picked = pick_department(turn, named[0], "snooze.of", {"last": last, "reason": reason})
    return await _granted(turn, picked, {"last": last, "reason": reason})


async def of_department(turn: Turn) -> Answers:
    """Leave the department of the pressed button in peace."""
    return in_place(turn, await _granted(turn, _pressed(turn), turn.values))


async def end_of(turn: Turn) -> Answers:
    """Ask the department of the pressed button again."""
    return in_place(turn, await _ended(turn, _pressed(turn)))


def _pressed(turn: Turn) -> Department:
    return turn.directory.get(Department, turn.values["department"])


def _list(turn: Turn) -> Card:
    lines = [
        text(
            "snooze.line",
            department=lookup.short_name(turn.directory, each.department_id),
            last=each.until,
            reason=each.reason,
        )
        for each in snoozes.running(turn.directory, turn.today)
    ]
    return Card(title=text("snooze.title"), lines=(*(lines or [text("snooze.nobody")]), text("snooze.how")))


async def _granted(turn: Turn, picked: Department | Card, values: dict[str, Any]) -> Card:
    if isinstance(picked, Card):
        return picked
    last = date.fromisoformat(values["last"])
    await snoozes.grant(turn.unit, picked, last, values["reason"])
    name = lookup.short_name(turn.directory, picked.id)
    return Card(lines=(text("snooze.granted", department=name, last=last, reason=values["reason"]),))


async def _ended(turn: Turn, picked: Department | Card) -> Card:
    if isinstance(picked, Card):
        return picked
    await snoozes.end(turn.unit, picked)
    return Card(lines=(text("snooze.ended", department=lookup.short_name(turn.directory, picked.id)),))
