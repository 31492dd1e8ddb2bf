"""The end of a rehearsal in a few lines: what the ledger holds, what was said unasked, and its trail."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from bot.composition import Office
from reminders import policies
from storage.actors import SYSTEM
from storage.ledger import counting, trail, yearly
from storage.ledger.counting import Counts
from storage.ledger.yearly import Year
from storage.terms.lights import Light
from storage.terms.texts import Text, text


async def closing(office: Office) -> list[str]:
    """Return the closing lines."""
    now = office.clock.now()
    counts = await office.database.unit(SYSTEM, now, counting.whole_ledger)
    year = await office.database.unit(SYSTEM, now, yearly.whole_year)
    cap = policies.office(office.database.directory).cap
    verdict = await trail.verify(office.database)
    holds = (
        text("closing.holds", links=verdict.links)
        if verdict.broken is None
        else text("closing.broken", links=verdict.links, number=verdict.broken)
    )
    lines = [*_work(counts), *_unasked(year, cap), holds]
    return ["", *(office.catalogue.render(line, office.settings.language) for line in lines)]


def _work(counts: Counts) -> Iterator[Text]:
    yield text(
        "closing.items", items=counts.items, departments=counts.departments, assignments=counts.assignments
    )
    yield text("closing.reports", reports=counts.reports, corrected=counts.corrected)
    yield text(
        "closing.decided",
        approved=counts.approved,
        returned=counts.returned,
        done=counts.done,
        open=counts.open,
    )
    yield text("closing.messages", heard=counts.heard, said=counts.said)


def _unasked(year: Year, cap: int) -> Iterator[Text]:
    weeks = [count for chat in year.bundles.values() for count in chat.values()]
    if weeks:
        yield text(
            "closing.bundles",
            count=sum(weeks),
            groups=len(year.bundles),
            most=max(weeks),
            cap=cap,
            above=sum(count > cap for count in weeks),
        )
    if year.steps:
        kinds = [text(f"closing.step.{kind}", count=count) for kind, count in sorted(year.steps.items())]
        yield text("closing.steps", kinds=kinds)
    if year.lights:
        yield text("closing.lights", months=[_month(day, lights) for day, lights in _ends(year.lights)])
    for each in year.campaigns:
        yield text(
            "closing.campaign", title=each.title, asked=each.asked, answered=each.answered, nil=each.nil
        )


def _ends(lights: list[tuple[date, dict[Light, int]]]) -> list[tuple[date, dict[Light, int]]]:
    """Return the last of each month."""
    return list({(day.year, day.month): (day, counted) for day, counted in lights}.values())


def _month(day: date, lights: dict[Light, int]) -> Text:
    counted = {str(light): count for light, count in lights.items()}
    return text("closing.month", day=day, **counted)
