"""What a digest (周报) says: five lines, a picture and the ledger; each figure keeps the rows behind it."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import date, timedelta
from functools import partial

from handlers.arguments import argument, plan_and_words
from handlers.coordinators import exporting, progress
from handlers.coordinators.exporting import Words
from handlers.coordinators.progress import Seen
from handlers.notices.titles import short_title
from handlers.replies.pictured import pictured
from handlers.turns import Answers, Turn
from handlers.wording import short
from reminders.digests import Made, Reads, card_of
from reminders.workdays import Workdays
from storage.documents.kinds import XLSX
from storage.ledger import clocks, digests, plans, requests
from storage.ledger.exporting import Answer
from storage.records import Plan
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
    from storage.ledger import exporting as ledger

    entries = await ledger.of_plan(unit, plan)
    answers = await ledger.answers(unit, entries)
    policies = await clocks.interpretations(unit, plan)
    workbook = await exporting.whole(unit, days, words, plan)
    asked = await requests.count_waiting(unit)
    today = office_day(unit.now)

    def make() -> Made:
        found = progress.seen((entry.view for entry in entries), today, days)
        figures = figures_of(found, answers, since, today) | _interpreted(found, answers, policies)
        return Made(
            title=text("digest.title", plan=short_title(plan.title), day=today),
            lines=tuple(_lines(plan, found, figures, asked, since, today, days)),
            files=(
                (
                    words(text("digest.picture", day=today)) + ".png",
                    PNG,
                    _picture(words, plan, found, today, days),
                ),
                _named(workbook()),
            ),
            figures=figures,
        )

    return make


def _named(made: exporting.Made) -> tuple[str, str, bytes]:
    return made.name, XLSX, made.content


def figures_of(
    found: Sequence[Seen], answers: Sequence[Answer], since: date, today: date
) -> dict[str, list[int]]:
    """Return the figures of a digest, each with the assignments that it counts."""
    owed = [each for each in found if each.view.status is not AssignmentStatus.DONE]
    figures = {
        str(light): [each.view.id for each in owed if each.light is light]
        for light in (Light.RED, Light.YELLOW, Light.GREEN, Light.GREY)
    }
    figures["turned_red"] = [
        each.view.id for each in found if each.late and each.view.due and since <= each.view.due < today
    ]
    figures["completed"] = [
        each.view.id
        for each in found
        if each.view.status is AssignmentStatus.DONE
        and each.view.completed_at is not None
        and office_day(each.view.completed_at) >= since
    ]
    reported = {
        each.report.assignment_id
        for each in answers
        if each.report.superseded_by is None and office_day(each.report.at) >= since
    }
    figures["reported"] = sorted(reported)
    figures["review"] = [e.view.id for e in found if e.view.status is AssignmentStatus.REVIEW]
    return figures


def _interpreted(
    found: Sequence[Seen], answers: Sequence[Answer], policies: Collection[int]
) -> dict[str, list[int]]:
    """Return the policies that were interpreted, and those of them with pictures."""
    done = [
        each.view.id
        for each in found
        if each.view.item in policies and each.view.status is AssignmentStatus.DONE
    ]
    shown = {
        each.report.assignment_id
        for each in answers
        if each.report.superseded_by is None and pictured(each.report.words, each.enclosed)
    }
    return {"interpreted": done, "pictured": [each for each in done if each in shown]}


# ---------------------------------------------------------------- words


def _lines(
    plan: Plan,
    found: Sequence[Seen],
    figures: dict[str, list[int]],
    asked: int,
    since: date,
    today: date,
    days: Workdays,
) -> list[Text]:
    done, items = progress.items_done(found)
    count = {name: len(numbers) for name, numbers in figures.items()}
    red = {each.view.id: each.view for each in found if each.view.id in set(figures["turned_red"])}
    names = [
        text("digest.late", department=view.department_name, title=short(view.title))
        for view in list(red.values())[:NAMED]
    ]
    share = round(100 * done / items) if items else 0
    return [
        text(
            "digest.year", items=items, done=done, share=share, expected=round(100 * gone(plan, today, days))
        ),
        text(
            "digest.lights",
            red=count["red"],
            yellow=count["yellow"],
            green=count["green"],
            grey=count["grey"],
        ),
        text("digest.turned", since=since, count=len(red), names=names)
        if red
        else text("digest.none_turned"),
        text("digest.week", since=since, completed=count["completed"], reported=count["reported"]),
        text("digest.waiting", review=count["review"], asked=asked),
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


def _picture(words: Words, plan: Plan, found: Sequence[Seen], today: date, days: Workdays) -> bytes:
    from storage.documents.pictures import MOST, Bar, DigestPicture, digest_picture

    lights: dict[int, Counter[Light]] = defaultdict(Counter)
    for each in found:
        if each.view.status is not AssignmentStatus.DONE:
            lights[each.view.department][each.light] += 1
    standings = progress.by_department(found)
    done, items = progress.items_done(found)
    share, expected = (done / items if items else 0.0), gone(plan, today, days)
    legend: list[tuple[Light | None, str]] = [
        (light, words(text(f"digest.light.{light}")))
        for light in (Light.RED, Light.YELLOW, Light.GREEN, Light.GREY)
    ]
    rest = len(standings) - MOST
    return digest_picture(
        DigestPicture(
            title=words(text("digest.heading", plan=short_title(plan.title))),
            subtitle=words(text("digest.as_of", day=today, departments=len(standings), count=len(found))),
            share=share,
            expected=expected,
            share_label=words(text("digest.share", done=done, items=items, share=round(100 * share))),
            expected_label=words(text("digest.expected", share=round(100 * expected))),
            bars=[Bar(each.name, lights[each.department], each.done) for each in standings],
            legend=[*legend, (None, words(text("digest.light.done")))],
            more=words(text("digest.more", count=rest)) if rest > 0 else "",
        )
    )
