"""The calendar (放假安排): which years are known, and a year's arrangement from a file."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from handlers.turns import Answers, Received, Turn
from reminders.calendars import read_years, spans
from storage.ledger import calendars
from storage.records import CalendarYear
from storage.terms.calendar import YearDays
from storage.terms.cards import Card
from storage.terms.errors import Refusal, Unreadable
from storage.terms.roles import Permission
from storage.terms.texts import Text, text


async def answer(turn: Turn) -> Answers:
    """``/calendar``: take in the arrangements of a file, or say what is known."""
    turn.actor.require(Permission.COORDINATE)
    if not turn.files:
        return _known(turn)
    if len(turn.files) > 1:
        raise Refusal("calendar.one_file", count=len(turn.files))
    (file,) = turn.files
    return await _loaded(turn, file, read_years(_content(file)))


def _content(file: Received) -> bytes:
    if file.content is None:
        raise Unreadable("calendar.not_fetched")
    return file.content


async def _loaded(turn: Turn, file: Received, years: Mapping[int, YearDays]) -> Card:
    changed = await calendars.load(turn.unit, years, file.name)
    if not changed:
        names = [str(year) for year in sorted(years)]
        return Card(lines=(text("calendar.same", years=names),))
    lines = [line for year in changed for line in year_lines(year, years[year])]
    return Card(title=text("calendar.loaded", years=[str(year) for year in changed]), lines=tuple(lines))


def year_lines(year: int, days: YearDays) -> list[Text]:
    """Return what a year's arrangement says, for whoever compares it with the circular."""
    off = text("calendar.off", year=str(year), count=len(days.off), days=_spans(days.off))
    if not days.work:
        return [off]
    return [off, text("calendar.work", year=str(year), count=len(days.work), days=_spans(days.work))]


def _spans(days: frozenset[date]) -> list[Text]:
    return [
        text("calendar.day", day=first) if first == last else text("calendar.span", first=first, last=last)
        for first, last in spans(days)
    ]


def _known(turn: Turn) -> Card:
    given = {each.year: each for each in turn.directory.all(CalendarYear)}
    lines = []
    for year in sorted({turn.today.year, turn.today.year + 1} | given.keys()):
        if year in given:
            lines.append(text("calendar.given", year=str(year), source=given[year].source))
        else:
            key = "calendar.published" if turn.days.known(year) else "calendar.unknown"
            lines.append(text(key, year=str(year)))
    return Card(title=text("calendar.title"), lines=(*lines, text("calendar.how"), text("calendar.form")))
