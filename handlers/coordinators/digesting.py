"""What a digest (周报) says: five lines, a picture and the ledger; each figure keeps the rows behind it."""

from __future__ import annotations

import asyncio
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial

from handlers.arguments import argument, plan_and_words
from handlers.coordinators import exporting, progress
from handlers.coordinators.exporting import Words
from handlers.coordinators.progress import Lit
from handlers.notices.titles import short_title
from handlers.replies.pictured import pictured
from handlers.turns import Answers, Turn
from handlers.wording import short
from reminders.digests import Made, Reads, card_of
from reminders.workdays import Workdays
from storage.documents.kinds import XLSX
from storage.ledger import clocks, digests, plans, requests, standing, views
from storage.ledger.digests import Figures
from storage.ledger.views import View
from storage.records import Assignment, Plan
from storage.terms.clock import office_day
from storage.terms.lights import Light
from storage.terms.roles import Permission
from storage.terms.statuses import AssignmentStatus
from storage.terms.texts import Text, text
from storage.unit import Unit

NAMED = 3
"""What turned red, as far as it is named."""

GOAL = 80
"""Percent of policies that are to be interpreted with pictures."""

LIGHTS = (Light.RED, Light.YELLOW, Light.GREEN, Light.GREY)
FIGURES: frozenset[str] = frozenset(map(str, LIGHTS)).union(
    ("turned_red", "completed", "reported", "review", "interpreted", "pictured")
)
"""What a digest counts."""

WEEK = timedelta(days=7)
PNG = "image/png"


def reader(words: Words) -> Reads:
    """Return what reads digests for the ticking, worded in the office's language."""
    return partial(_read_for, words)


async def _read_for(words: Words, unit: Unit, days: Workdays, since: date) -> Callable[[], Made]:
    return await read(unit, days, words, plans.current(unit), since)


async def gather(turn: Turn) -> Callable[[], Made]:
    """``/digest``: read what the digest of the last seven days says."""
    turn.actor.require(Permission.OVERSEE)
    plan, _ = plan_and_words(turn, argument(turn))
    return await read(turn.unit, turn.days, turn.words, plan, turn.today - WEEK)


async def send(turn: Turn) -> Answers:
    """Send the digest that was asked for."""
    turn.actor.require(Permission.OVERSEE)
    made: Made = turn.prepared
    digests.made_now(turn.unit, made.figures)
    return await card_of(turn.unit, made)


async def read(unit: Unit, days: Workdays, words: Words, plan: Plan, since: date) -> Callable[[], Made]:
    """Read a digest of the time since a day; what is returned makes it, in a thread."""
    facts = await read_facts(unit, days, plan, since)
    workbook = await exporting.whole(unit, days, words, plan)

    def make() -> Made:
        told = tell(facts, days)
        picture = words(text("digest.picture", day=facts.today)) + ".png"
        return Made(
            title=text("digest.title", plan=short_title(plan.title), day=facts.today),
            lines=told.lines,
            files=((picture, PNG, _picture(words, facts, days)), _named(workbook())),
            figures=told.figures,
            overdue=told.overdue,
        )

    return make


def _named(made: exporting.Made) -> tuple[str, str, bytes]:
    return made.name, XLSX, made.content


# ---------------------------------------------------------------- figures


@dataclass(frozen=True, slots=True)
class Facts:
    """What a digest of the time since a day is worked out of. ``named`` is the first of what turned red."""

    plan: Plan
    found: Sequence[Lit]
    items_done: int
    items: int
    completed: Sequence[int]
    reported: Sequence[int]
    interpreted: Sequence[int]
    pictured: Sequence[int]
    named: Sequence[View]
    asked: int
    since: date
    today: date


@dataclass(frozen=True, slots=True)
class Told:
    """A digest's words and figures. ``overdue`` is what is red, by department."""

    lines: tuple[Text, ...]
    figures: Figures
    overdue: Mapping[int, Sequence[int]]


async def read_facts(unit: Unit, days: Workdays, plan: Plan, since: date) -> Facts:
    """Read what a digest's words and figures are worked out of."""
    today = office_day(unit.now)
    stands = await standing.of_plan(unit, plan)
    found = await asyncio.to_thread(progress.lit, stands, today, days)
    done, shown = await _interpreted(unit, plan)
    return Facts(
        plan=plan,
        found=found,
        items_done=stands.items_done,
        items=stands.items,
        completed=await standing.completed_since(unit, plan, since),
        reported=await standing.reported_since(unit, plan, since),
        interpreted=done,
        pictured=shown,
        named=await _first(unit, [each for each in found if _turned_red(each, since)]),
        asked=await requests.count_waiting(unit),
        since=since,
        today=today,
    )


def _turned_red(each: Lit, since: date) -> bool:
    return each.late is not None and each.late >= since


async def _first(unit: Unit, turned: Sequence[Lit]) -> list[View]:
    """Return the first few of what turned red: by due day, then in the order of the plan."""
    by_due: dict[date, list[int]] = defaultdict(list)
    for each in turned:
        by_due[each.late or date.max].extend(each.numbers)
    found: list[int] = []
    for due in sorted(by_due):
        found += await standing.first_of(unit, by_due[due], NAMED - len(found))
        if len(found) == NAMED:
            break
    read = {view.id: view for view in await views.views(unit, await unit.many(Assignment, found))}
    return [read[number] for number in found]


async def _interpreted(unit: Unit, plan: Plan) -> tuple[list[int], list[int]]:
    """Return the policies that were interpreted, and those of them with pictures."""
    from storage.ledger import exporting as ledger

    done = await clocks.interpreted(unit, plan)
    shown = {
        each.report.assignment_id
        for each in await ledger.answers_to(unit, done)
        if each.report.superseded_by is None and pictured(each.report.words, each.enclosed)
    }
    return done, [number for number in done if number in shown]


def tell(facts: Facts, days: Workdays) -> Told:
    """Work out a digest's words and figures, each figure with the assignments that it counts."""
    found, since = facts.found, facts.since
    red = [each for each in found if each.light is Light.RED and not each.done]
    overdue: dict[int, list[int]] = defaultdict(list)
    for each in red:
        overdue[each.department].extend(each.numbers)
    figures = {
        **{str(light): _numbers(e for e in found if e.light is light and not e.done) for light in LIGHTS},
        "turned_red": _numbers(e for e in found if _turned_red(e, since)),
        "completed": facts.completed,
        "reported": facts.reported,
        "review": _numbers(e for e in found if e.status is AssignmentStatus.REVIEW),
        "interpreted": facts.interpreted,
        "pictured": facts.pictured,
    }
    return Told(tuple(_lines(facts, figures, days)), figures, overdue)


def _numbers(found: Iterable[Lit]) -> list[int]:
    return sorted(number for each in found for number in each.numbers)


# ---------------------------------------------------------------- words


def _lines(facts: Facts, figures: Figures, days: Workdays) -> list[Text]:
    count = {name: len(numbers) for name, numbers in figures.items()}
    done, items, since = facts.items_done, facts.items, facts.since
    share = round(100 * done / items) if items else 0
    expected = round(100 * gone(facts.plan, facts.today, days))
    names = [
        text("digest.late", department=view.department_name, title=short(view.title)) for view in facts.named
    ]
    return [
        text("digest.year", items=items, done=done, share=share, expected=expected),
        text(
            "digest.lights",
            red=count["red"],
            yellow=count["yellow"],
            green=count["green"],
            grey=count["grey"],
        ),
        text("digest.turned", since=since, count=count["turned_red"], names=names)
        if names
        else text("digest.none_turned"),
        text("digest.week", since=since, completed=count["completed"], reported=count["reported"]),
        text("digest.waiting", review=count["review"], asked=facts.asked),
        *_policies(count),
    ]


def _policies(count: Mapping[str, int]) -> list[Text]:
    done, shown = count["interpreted"], count["pictured"]
    if not done:
        return []
    share = round(100 * shown / done)
    return [text("digest.interpreted", done=done, pictured=shown, share=share, goal=GOAL)]


def gone(plan: Plan, today: date, days: Workdays) -> float:
    """Return the share of working days gone between the plan's activation and the year's close."""
    first = office_day(plan.activated_at or plan.created_at)
    last = date(plan.year, 12, 31)
    whole = days.workdays_between(first, last)
    return min(max(days.workdays_between(first, today) / whole, 0.0), 1.0) if whole > 0 else 1.0


# ---------------------------------------------------------------- the picture


def _picture(words: Words, facts: Facts, days: Workdays) -> bytes:
    from storage.documents.pictures import MOST, Bar, DigestPicture, digest_picture

    lights: dict[int, Counter[Light]] = defaultdict(Counter)
    for each in facts.found:
        if not each.done:
            lights[each.department][each.light] += each.count
    standings = progress.by_department(facts.found)
    done, items, today = facts.items_done, facts.items, facts.today
    share, expected = (done / items if items else 0.0), gone(facts.plan, today, days)
    count = sum(each.count for each in facts.found)
    legend: list[tuple[Light | None, str]] = [
        (light, words(text(f"digest.light.{light}"))) for light in LIGHTS
    ]
    rest = len(standings) - MOST
    return digest_picture(
        DigestPicture(
            title=words(text("digest.heading", plan=short_title(facts.plan.title))),
            subtitle=words(text("digest.as_of", day=today, departments=len(standings), count=count)),
            share=share,
            expected=expected,
            share_label=words(text("digest.share", done=done, items=items, share=round(100 * share))),
            expected_label=words(text("digest.expected", share=round(100 * expected))),
            bars=[Bar(each.name, lights[each.department], each.done) for each in standings],
            legend=[*legend, (None, words(text("digest.light.done")))],
            more=words(text("digest.more", count=rest)) if rest > 0 else "",
        )
    )
