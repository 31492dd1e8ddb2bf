"""Years' arrangements of days off that somebody gave, in the ledger."""

from __future__ import annotations

from collections.abc import Mapping

from storage.ledger import steps
from storage.records import CalendarYear
from storage.terms.calendar import YearDays
from storage.terms.roles import Permission
from storage.unit import Unit

SOURCE_LENGTH = 200


async def load(unit: Unit, years: Mapping[int, YearDays], source: str) -> list[int]:
    """Take arrangements of years in, in place of what was known of them; return the years that changed.

    Ladders that were planned by the old ones are looked at anew.
    """
    unit.actor.require(Permission.COORDINATE)
    known = {each.year: each for each in unit.directory.all(CalendarYear)}
    changed = []
    for year, days in sorted(years.items()):
        packed = days.to_json()
        before = known.get(year)
        if before is None:
            unit.add(CalendarYear(year=year, days=packed, source=source[:SOURCE_LENGTH], at=unit.now))
        elif before.days == packed:
            continue
        else:
            before.days, before.source, before.at = packed, source[:SOURCE_LENGTH], unit.now
            unit.save(before)
        unit.note("calendar.load", year=year, days=packed, source=source[:SOURCE_LENGTH])
        changed.append(year)
    if changed:
        await steps.calendar_changed(unit)
    return changed
