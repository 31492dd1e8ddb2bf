"""The burden meter (打扰情况): how much the bot asked of each department, week by week."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import date, timedelta

from handlers.turns import Answers, Turn
from reminders import policies
from storage.ledger import bundles, lookup
from storage.terms.cards import Card
from storage.terms.roles import Permission
from storage.terms.texts import Text, text

WEEKS = 4
SHOWN = 15
WEEK = timedelta(days=7)

Weeks = dict[date, Counter[str]]
"""Monday → how many mornings a department was asked something, and how many things."""


async def show(turn: Turn) -> Answers:
    """``/burden``: what was asked this week, and how often in the weeks before."""
    turn.actor.require(Permission.COORDINATE)
    monday = turn.today - timedelta(turn.today.weekday())
    mondays = [monday - n * WEEK for n in range(WEEKS)]
    found = await _weeks(turn, mondays[-1])
    cap = policies.office(turn.directory).cap
    ordered = sorted(
        found, key=lambda n: (-found[n][monday]["asks"], -sum(w["asks"] for w in found[n].values()), n)
    )
    lines = [_line(turn, number, found[number], mondays) for number in ordered[:SHOWN]]
    if len(ordered) > SHOWN:
        lines.append(text("burden.more", count=len(ordered) - SHOWN))
    return Card(
        title=text("burden.title", first=monday),
        lines=(*(lines or [text("burden.nothing")]), text("burden.cap", cap=cap)),
    )


async def _weeks(turn: Turn, first: date) -> dict[int, Weeks]:
    """Return what was asked of departments; one told in several groups on a morning was asked once."""
    mornings: dict[tuple[int, date], int] = {}
    for day, asks in await bundles.asks_since(turn.unit, first):
        for department, count in asks.items():
            mornings[department, day] = max(count, mornings.get((department, day), 0))
    found: dict[int, Weeks] = defaultdict(lambda: defaultdict(Counter))
    for (department, day), count in mornings.items():
        found[department][day - timedelta(day.weekday())] += Counter(mornings=1, asks=count)
    return found


def _line(turn: Turn, department: int, weeks: Weeks, mondays: list[date]) -> Text:
    this, *before = (weeks.get(monday, Counter[str]()) for monday in mondays)
    return text(
        "burden.line",
        department=lookup.short_name(turn.directory, department),
        times=this["mornings"],
        asks=this["asks"],
        before=[str(week["mornings"]) for week in before],
    )
