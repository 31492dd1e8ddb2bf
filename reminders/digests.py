"""When digests (周报) come: on the first working day of each week, month or quarter, once, late if need be.

What stands in one is read in a unit of work, made in a thread, and said in another unit: a picture and a
workbook take their time, and nobody is kept waiting meanwhile.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta
from functools import partial

from reminders import calendars, policies
from reminders.ladder import is_open, moment_of, next_opening
from reminders.workdays import Workdays
from storage.actors import SYSTEM
from storage.database import Database
from storage.ledger import bundles, digests, files, lookup, messages, steps
from storage.ledger.digests import Figures
from storage.ledger.steps import NewStep
from storage.records import Digest
from storage.terms.cards import Card, Send
from storage.terms.clock import office_day
from storage.terms.ladder import Rhythm, StepKind
from storage.terms.texts import Text
from storage.unit import Unit

MONTHS = {Rhythm.MONTH: 1, Rhythm.QUARTER: 3}


@dataclass(frozen=True, slots=True)
class Made:
    """A finished digest: its words, its files (name, kind, content), and the rows behind its figures.

    ``overdue`` is what is red, by department.
    """

    title: Text
    lines: tuple[Text, ...]
    files: tuple[tuple[str, str, bytes], ...]
    figures: Figures
    overdue: Mapping[int, Sequence[int]]


Reads = Callable[[Unit, Workdays, date], Awaitable[Callable[[], Made]]]
"""Reads what a digest says of the time since a day; what it returns makes the digest, in a thread."""


def first_day(rhythm: Rhythm, day: date) -> date:
    """Return the first day of the week, month or quarter that a day lies in."""
    if rhythm is Rhythm.WEEK:
        return day - timedelta(day.weekday())
    length = MONTHS[rhythm]
    return date(day.year, (day.month - 1) // length * length + 1, 1)


def next_digest(rhythm: Rhythm, at: time, days: Workdays, now: int) -> int:
    """Return the next moment at which a digest is due: on the first working day of a period."""
    first = first_day(rhythm, office_day(now))
    while True:
        day = first if days.is_workday(first) else days.add_workdays(first, 1)
        following = _following(rhythm, first)
        if day < following and (moment := moment_of(day, at)) > now:
            return moment
        first = following


def _following(rhythm: Rhythm, first: date) -> date:
    if rhythm is Rhythm.WEEK:
        return first + timedelta(days=7)
    months = first.month - 1 + MONTHS[rhythm]
    return date(first.year + months // 12, months % 12 + 1, 1)


async def send_due(database: Database, days: Workdays, now: int, reads: Reads) -> None:
    """Make and say the digest whose moment has come."""
    make = await database.unit(SYSTEM, now, partial(_read, days=days, reads=reads))
    if make is not None:
        made = await asyncio.to_thread(make)
        await database.unit(SYSTEM, now, partial(_say, days=days, made=made))


async def _read(unit: Unit, days: Workdays, reads: Reads) -> Callable[[], Made] | None:
    waiting = await digests.waiting(unit)
    policy, days = policies.office(unit.directory), calendars.in_force(unit.directory, days)
    if not policies.in_force(unit.directory) or policy.digest is Rhythm.NEVER:
        if waiting is not None:
            digests.call_off(unit, waiting)
        return None
    if waiting is None or waiting.rhythm != policy.digest or (waiting.due_at or 0) > unit.now:
        due_at = next_digest(policy.digest, policy.at, days, unit.now)
        digests.plan(unit, waiting, policy.digest, due_at)
        return None
    if not is_open(unit.now, policy.at, days):
        digests.plan(unit, waiting, policy.digest, next_opening(unit.now, policy.at, days))
        return None
    since = await digests.last_day(unit) or waiting.day - timedelta(days=7)
    return await reads(unit, days, since)


async def _say(unit: Unit, days: Workdays, made: Made) -> None:
    waiting = await digests.waiting(unit)
    if waiting is None or (waiting.due_at or 0) > unit.now:
        return
    policy, days = policies.office(unit.directory), calendars.in_force(unit.directory, days)
    card = await card_of(unit, made)
    for chat in digests.readers(unit):
        messages.say(unit, Send(chat.id, card, key=f"digest:{waiting.id}:{chat.id}"))
    digests.made(unit, waiting, made.figures)
    await _tell_groups(unit, waiting, made.overdue, next_opening(unit.now, policy.at, days))
    if policy.digest is not Rhythm.NEVER:
        digests.plan(unit, None, policy.digest, next_digest(policy.digest, policy.at, days, unit.now))


async def _tell_groups(
    unit: Unit, digest: Digest, overdue: Mapping[int, Sequence[int]], tomorrow: int
) -> None:
    """Let each department hear, in its day's bundle, what of its own is overdue; others hear nothing."""
    today = office_day(unit.now)
    chats: list[int] = []
    for department, numbers in overdue.items():
        key = f"week:{digest.id}:{department}"
        steps.say(unit, NewStep(StepKind.WEEK, key, today, department, data={"overdue": list(numbers)}))
        chats += [chat.id for chat in lookup.chats_of(unit.directory, department)]
    await bundles.ask_for(unit, chats, today, tomorrow)


async def card_of(unit: Unit, made: Made) -> Card:
    """Keep the files of a digest and return it as a card."""
    kept = [
        await files.keep(unit, name=name, mime=mime, content=content) for name, mime, content in made.files
    ]
    return Card(title=made.title, lines=made.lines, files=tuple(file.id for file in kept))
