"""A campaign's days: it opens, those who have not answered are called, it closes. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, time
from enum import StrEnum

from reminders.ladder import is_open, moment_of, next_opening
from reminders.workdays import Workdays
from storage.terms.clock import office_day


class Event(StrEnum):
    """What is due of a campaign."""

    OPEN = "open"
    CHASE = "chase"
    CLOSE = "close"
    MISSED = "missed"
    """its last day passed before it could be opened"""


@dataclass(frozen=True, slots=True)
class WindowFacts:
    """What a campaign's days depend on: ``opened`` is when it was opened, ``last`` its last call's day."""

    opens: date
    closes: date
    chase: Sequence[int]
    opened: date | None = None
    last: date | None = None


@dataclass(frozen=True, slots=True)
class Due:
    """What is due now, and the moment at which the campaign must be looked at again (None: never)."""

    event: Event | None = None
    again_at: int | None = None


def opening_day(day: date, days: Workdays) -> date:
    """Return the working day on which a campaign opens: of a day off, the next one."""
    return day if days.is_workday(day) else days.add_workdays(day, 1)


def closing_day(closes: date, days: Workdays) -> date:
    """Return the working day after the last day on which is answered."""
    return days.add_workdays(closes, 1)


def chase_days(facts: WindowFacts, days: Workdays) -> list[date]:
    """Return the working days on which those are called who have not answered."""
    return sorted({days.add_workdays(facts.closes, -ahead) for ahead in facts.chase})


def plan_window(facts: WindowFacts, at: time, days: Workdays, now: int) -> Due:
    """Return what is due of a campaign, and when to look again: of calls that were missed, only the last."""
    today = office_day(now)
    if facts.opened is None:
        opening = moment_of(opening_day(facts.opens, days), at)
        if today > facts.closes:
            return Due(Event.MISSED)
        if now < opening or not is_open(now, at, days):
            return Due(again_at=max(opening, next_opening(now, at, days)))
        return Due(Event.OPEN, _coming(facts, today, at, days, now))
    if now >= moment_of(closing_day(facts.closes, days), at):
        if is_open(now, at, days):
            return Due(Event.CLOSE)
        return Due(again_at=next_opening(now, at, days))
    said = max(facts.opened, facts.last or facts.opened)
    missed = [day for day in chase_days(facts, days) if day > said and moment_of(day, at) <= now]
    if not missed:
        return Due(again_at=_coming(facts, said, at, days, now))
    if not is_open(now, at, days):
        return Due(again_at=next_opening(now, at, days))
    return Due(Event.CHASE, _coming(facts, today, at, days, now))


def _coming(facts: WindowFacts, said: date, at: time, days: Workdays, now: int) -> int:
    moments = [moment_of(day, at) for day in chase_days(facts, days) if day > said]
    moments.append(moment_of(closing_day(facts.closes, days), at))
    return min(moment for moment in moments if moment > now)
