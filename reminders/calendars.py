"""Years' arrangements of days off from a small file, and the calendar with those that the ledger holds.

The library brings the years that were published before its release; the next one is announced each autumn,
and an office need not wait for a release.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from functools import cache
from importlib import resources

from reminders.workdays import FIRST_YEAR, LAST_YEAR, Workdays
from storage.directory import Directory
from storage.records import CalendarYear
from storage.terms.calendar import YearDays
from storage.terms.errors import Unreadable
from storage.terms.texts import text

LARGEST = 64 * 1024
"""Bytes: a year takes some 300."""

LONGEST = 16
"""Days off in a row that are believed: no holiday was ever arranged to last so long."""

SPRING_FESTIVAL = range(-1, 3)
"""Days off around the first of the first lunar month: from the eve to the third day."""

Festivals = tuple[tuple[str, date], ...]
"""Name of each festival, and a day of it that must be off."""


def in_force(directory: Directory, days: Workdays) -> Workdays:
    """Return a calendar with the years that the ledger holds."""

    def work(d: Directory) -> Workdays:
        return days.with_years({each.year: YearDays.from_json(each.days) for each in d.all(CalendarYear)})

    return directory.worked_out("workdays", work)


def read_years(written: bytes) -> dict[int, YearDays]:
    """Read arrangements of years from TOML: a table per year, with ``off`` and ``work`` as lists.

    An entry is a day (``2027-01-01``) or a span in quotes (``"2027-02-05/2027-02-11"``), as the State
    Council's circular words them. Raises :class:`Unreadable` naming the first entry that fits nowhere,
    days off that never end, or the first festival that is not off.
    """
    if len(written) > LARGEST:
        raise Unreadable("calendar.large", kilobytes=LARGEST // 1024)
    try:
        tables = tomllib.loads(written.decode("utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Unreadable("calendar.not_toml", reason=str(error)) from error
    if not tables:
        raise Unreadable("calendar.empty")
    return {_year(name): _year_days(_year(name), table) for name, table in tables.items()}


def festivals(year: int) -> Festivals:
    """Return the days that the State Council's rules make days off in a year, as far as they are known."""
    spring = _lunar(year).get("spring")
    return (
        ("new_year", date(year, 1, 1)),
        *((("spring", spring + timedelta(step)) for step in SPRING_FESTIVAL) if spring else ()),
        *((name, day) for name, day in _lunar(year).items() if name != "spring"),
        *(("labour", date(year, 5, day)) for day in (1, 2)),
        *(("national", date(year, 10, day)) for day in (1, 2, 3)),
    )


@cache
def _table() -> Mapping[str, Mapping[str, date]]:
    return tomllib.loads(resources.files("reminders").joinpath("festivals.toml").read_text("utf-8"))


def _lunar(year: int) -> Mapping[str, date]:
    return _table().get(str(year), {})


def _year(name: str) -> int:
    if name.isascii() and name.isdigit() and FIRST_YEAR <= int(name) <= LAST_YEAR:
        return int(name)
    raise Unreadable("calendar.year", entry=name)


def _year_days(year: int, table: object) -> YearDays:
    if not isinstance(table, dict) or "off" not in table or not table.keys() <= {"off", "work"}:
        raise Unreadable("calendar.year", entry=str(year))
    off, work = (frozenset(_days_of(year, table.get(name, []))) for name in ("off", "work"))
    for day in sorted(work):
        if day in off or day.weekday() < 5:
            raise Unreadable("calendar.day", year=str(year), entry=day.isoformat())
    for first, last in spans(off):
        if (last - first).days + 1 > LONGEST:
            raise Unreadable("calendar.long", first=first, last=last)
    for name, day in sorted(festivals(year), key=lambda each: each[1]):
        if day not in off:
            raise Unreadable(
                "calendar.festival", year=str(year), festival=text(f"calendar.festival.{name}"), day=day
            )
    return YearDays(off, work)


def _days_of(year: int, entries: object) -> Iterator[date]:
    if not isinstance(entries, list):
        raise Unreadable("calendar.year", entry=str(year))
    for entry in entries:
        try:
            first, last = _span(entry)
        except ValueError as error:
            raise Unreadable("calendar.day", year=str(year), entry=str(entry)) from error
        if first.year != year or last.year != year or last < first:
            raise Unreadable("calendar.day", year=str(year), entry=str(entry))
        for step in range((last - first).days + 1):
            yield first + timedelta(step)


def _span(entry: object) -> tuple[date, date]:
    if isinstance(entry, date) and not isinstance(entry, datetime):
        return entry, entry
    first, _, last = str(entry).partition("/")
    return date.fromisoformat(first.strip()), date.fromisoformat((last or first).strip())


def spans(days: frozenset[date]) -> list[tuple[date, date]]:
    """Return days as spans, each with its first and last day."""
    found: list[tuple[date, date]] = []
    for day in sorted(days):
        if found and found[-1][1] == day - timedelta(1):
            found[-1] = found[-1][0], day
        else:
            found.append((day, day))
    return found
