"""Years whose days off are not known: weekends and fixed festivals stand in; coordinators are told once."""

from __future__ import annotations

from datetime import timedelta

from reminders import calendars, policies
from reminders.ladder import next_opening
from reminders.workdays import Workdays
from storage.ledger import bundles, lookup, steps
from storage.ledger.steps import NewStep
from storage.terms.clock import office_day
from storage.terms.ladder import StepKind
from storage.terms.roles import Purpose
from storage.unit import Unit

AHEAD = timedelta(days=31)
"""From when on a year's days off matter: by then the State Council has published the next year's."""


async def tell(unit: Unit, days: Workdays) -> int:
    """Let coordinators hear of a year whose days off are not known; there is never more to do."""
    if not policies.in_force(unit.directory):
        return 0
    today = office_day(unit.now)
    known = calendars.in_force(unit.directory, days)
    years = [year for year in sorted({today.year, (today + AHEAD).year}) if not known.known(year)]
    said = await steps.are_said(unit, [_key(year) for year in years])
    new = [year for year in years if _key(year) not in said]
    for year in new:
        steps.say(unit, NewStep(StepKind.CALENDAR, _key(year), today, data={"year": year}))
    if new:
        chats = [chat.id for chat in lookup.chats_for(unit.directory, Purpose.COORDINATION)]
        opening = next_opening(unit.now, policies.office(unit.directory).at, known)
        await bundles.ask_for(unit, chats, today, opening)
    return 0


def _key(year: int) -> str:
    return f"calendar:{year}"
