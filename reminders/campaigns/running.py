"""What the tick does with campaigns: arrange a year, open, call those who have not answered, close."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, time

from reminders import calendars, policies
from reminders.campaigns import prefill, telling
from reminders.campaigns.templates import shipped
from reminders.campaigns.windows import Event, WindowFacts, opening_day, plan_window
from reminders.ladder import is_open, moment_of, next_opening
from reminders.workdays import Workdays
from storage.ledger import bundles, campaigns, lookup, snapshots, snoozes, steps
from storage.ledger.steps import NewStep
from storage.records import Ask, Campaign, Plan
from storage.terms.campaigns import Template
from storage.terms.clock import office_day
from storage.terms.ladder import StepKind
from storage.terms.roles import Purpose
from storage.terms.snapshots import SnapshotKind
from storage.terms.statuses import PlanStatus
from storage.unit import Unit

AT_ONCE = 1
"""Campaigns looked at in one unit of work: one that opens writes rows for every department."""

MIDYEAR = (7, 1)
"""The day at whose beginning the ledger is frozen for 查账: as it stood when June was over."""

# ---------------------------------------------------------------- a plan's year


async def plans(unit: Unit, days: Workdays) -> int:
    """Arrange the year of plans that were put to work; return how many were looked at."""
    found = [
        plan
        for plan in unit.directory.all(Plan)
        if plan.status != PlanStatus.DRAFT
        and plan.next_event_at is not None
        and plan.next_event_at <= unit.now
    ]
    year = office_day(unit.now).year
    for plan in found:
        if plan.activated_at is not None and (plan.status == PlanStatus.ACTIVE or year > plan.year):
            await _arrange_year(unit, max(year, plan.year))
        plan.next_event_at = await _freeze(unit, plan)
        unit.save(plan, "next_event_at")
    return len(found)


async def _freeze(unit: Unit, plan: Plan) -> int | None:
    """Freeze a plan's ledger when it is opened, at mid-year and when it is closed; return when to look next.

    What recurs goes on in the years to come, whether or not there is a plan for them already. A draft that
    was given up has no ledger.
    """
    if plan.activated_at is None:
        return None
    new_year = moment_of(date(max(office_day(unit.now).year, plan.year) + 1, 1, 1), time(0))
    if plan.status == PlanStatus.CLOSED:
        if not await snapshots.has(unit, plan, SnapshotKind.CLOSING):
            await snapshots.freeze(unit, plan, SnapshotKind.CLOSING)
        return new_year
    midyear = moment_of(date(plan.year, *MIDYEAR), time(0))
    kind = SnapshotKind.OPENING if unit.now < midyear else SnapshotKind.MIDYEAR
    if not await snapshots.has(unit, plan, kind):
        await snapshots.freeze(unit, plan, kind)
    return midyear if unit.now < midyear else new_year


async def _arrange_year(unit: Unit, year: int) -> None:
    today = office_day(unit.now)
    wanted = {
        f"{template.name}:{opens}": (
            template,
            template.called(template.year_of(opens), name),
            (opens, closes),
        )
        for template in shipped().values()
        if template.standing
        for window in template.windows
        for name, (opens, closes) in [(window.name, window.days(year))]
    }
    known = await campaigns.known_keys(unit, wanted)
    for key, (template, title, window) in wanted.items():
        if key not in known and window[1] > today:
            campaigns.arrange(unit, template, key=key, title=title, days=window)


# ---------------------------------------------------------------- one campaign


async def campaigns_due(unit: Unit, days: Workdays) -> int:
    """Look at campaigns whose moment has come; return how many."""
    found = await campaigns.due(unit, AT_ONCE)
    days, at = calendars.in_force(unit.directory, days), policies.office(unit.directory).at
    for campaign in found:
        await _look(unit, campaign, days, at)
    return len(found)


async def _look(unit: Unit, campaign: Campaign, days: Workdays, at: time) -> None:
    template, today = campaigns.template_of(campaign), office_day(unit.now)
    opened = None if campaign.opened_at is None else office_day(campaign.opened_at)
    facts = WindowFacts(campaign.opens, campaign.closes, template.chase, opened, campaign.last_chase)
    due = plan_window(facts, at, days, unit.now)
    chats: list[int] = []
    match due.event:
        case Event.OPEN:
            asks = await _open(unit, campaign, template)
            chats = [*await _call(unit, campaign, asks, days), *await _tell(unit, campaign, Event.OPEN)]
        case Event.CHASE:
            chats = await _call(unit, campaign, await campaigns.asks_of(unit, campaign), days)
        case Event.CLOSE:
            campaigns.end(unit, campaign)
            chats = await _tell(unit, campaign, Event.CLOSE)
        case Event.MISSED:
            campaigns.drop(unit, campaign)
            chats = await _tell(unit, campaign, Event.MISSED)
        case None:
            pass
    chased = today if due.event in (Event.OPEN, Event.CHASE) else None
    campaigns.look_again(unit, campaign, due.again_at, chased)
    await bundles.ask_for(unit, chats, today, next_opening(unit.now, at, days))


async def _open(unit: Unit, campaign: Campaign, template: Template) -> list[Ask]:
    facts = await prefill.known(unit, campaign, template)
    campaigns.begin(unit, campaign)
    asks = []
    for each in campaigns.departments_of(unit.directory, campaign, office_day(unit.now)):
        given = campaigns.given_rows(campaign, each.id)
        rows = prefill.rows_for(unit, facts, each) if given is None else given
        asks.append(campaigns.ask(unit, campaign, each.id, rows))
    return asks


async def _call(unit: Unit, campaign: Campaign, asks: Sequence[Ask], days: Workdays) -> list[int]:
    """Write that departments are asked which have not answered; return the chats that hear of it."""
    today = office_day(unit.now)
    last = today >= days.add_workdays(campaign.closes, 0)
    resting = snoozes.until(unit.directory, today)
    waiting = [a for a in asks if a.answered_at is None and a.department_id not in resting]
    keys = {f"campaign:{a.id}:{campaign.closes}:{today}": a for a in waiting}
    said = await steps.are_said(unit, keys)
    chats: list[int] = []
    for key, asked in keys.items():
        if key in said:
            continue
        data = {"ask": asked.id, "campaign": campaign.id, telling.LAST: last}
        steps.say(unit, NewStep(StepKind.CAMPAIGN, key, today, asked.department_id, data=data))
        chats += [chat.id for chat in lookup.chats_of(unit.directory, asked.department_id)]
    return chats


async def _tell(unit: Unit, campaign: Campaign, event: Event) -> list[int]:
    """Write that the coordinators are told what became of a campaign; return their chats."""
    today = office_day(unit.now)
    key = f"campaign_told:{campaign.id}:{campaign.closes}:{event}"
    if await steps.are_said(unit, [key]):
        return []
    data = {"campaign": campaign.id, "event": event.value}
    steps.say(unit, NewStep(StepKind.CAMPAIGN_TOLD, key, today, data=data))
    return [chat.id for chat in lookup.chats_for(unit.directory, Purpose.COORDINATION)]


def opening_of(unit: Unit, campaign: Campaign, days: Workdays) -> date:
    """Return the day on which a campaign that was arranged is opened."""
    at = policies.office(unit.directory).at
    days = calendars.in_force(unit.directory, days)
    day = max(opening_day(campaign.opens, days), office_day(unit.now))
    return (
        day
        if is_open(unit.now, at, days) or day > office_day(unit.now)
        else office_day(next_opening(unit.now, at, days))
    )
