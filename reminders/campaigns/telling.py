"""What bundles say of campaigns: to departments that have not answered, and to the coordinators."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from reminders.campaigns.windows import Event
from storage.ledger import campaigns, lookup
from storage.records import Ask, Campaign, StepRow
from storage.terms.campaigns import CampaignStatus
from storage.terms.cards import Button
from storage.terms.clock import office_day
from storage.terms.ladder import StepKind
from storage.terms.texts import Text, text
from storage.unit import Unit

LAST = "last"
"""What a call bears on the last working day on which may be answered: it does not wait for another."""

NAMED = 12
"""Departments named in one line."""

Rows = tuple[tuple[Button, ...], ...]


@dataclass(frozen=True, slots=True)
class Asking:
    """What a department is asked: until when, how many rows are known, what nothing to report is called."""

    ask: int
    title: str
    closes: date
    rows: int
    nil: str
    last_day: bool


async def gather(unit: Unit, said: Iterable[StepRow]) -> dict[int, list[Asking]]:
    """Return what departments are asked by campaigns because of steps, where it still stands."""
    calls = [row.data for row in said if row.kind == StepKind.CAMPAIGN and row.data is not None]
    numbers, last = {data["ask"] for data in calls}, {data["ask"] for data in calls if data.get(LAST)}
    waiting = [each for each in await unit.many(Ask, sorted(numbers)) if each.answered_at is None]
    rows = await campaigns.rows_of(unit, [each.id for each in waiting])
    found: dict[int, list[Asking]] = {}
    for each in waiting:
        campaign = await campaigns.get(unit, each.campaign_id)
        if campaign.status == CampaignStatus.OPEN:
            template = campaigns.template_of(campaign)
            last_day = each.id in last or campaign.closes <= office_day(unit.now)
            known = len(rows[each.id])
            asking = Asking(each.id, campaign.title, campaign.closes, known, template.nil, last_day)
            found.setdefault(each.department_id, []).append(asking)
    return found


def lines_of(asked: Sequence[Asking]) -> list[Text]:
    """Return a line for each campaign."""
    return [
        text(
            "campaign.bundle_known" if each.rows else "campaign.bundle",
            title=each.title,
            until=each.closes,
            count=each.rows,
        )
        for each in asked
    ]


def buttons_of(asked: Sequence[Asking]) -> list[tuple[Button, ...]]:
    """Return a row of buttons for each campaign: to answer it, and that there is nothing to report."""
    found = []
    for each in asked:
        values = {"ask": each.ask}
        row = [Button(_label("open", each, len(asked)), "campaign.open", values, "primary")]
        if each.nil:
            row.append(Button(_label("nil", each, len(asked)), "campaign.nil", values))
        found.append(tuple(row))
    return found


def _label(name: str, asking: Asking, several: int) -> Text:
    key = f"campaign.button.{name}_of" if several > 1 else f"campaign.button.{name}"
    return text(key, title=asking.title, nil=asking.nil)


# ---------------------------------------------------------------- coordinators


async def desk(unit: Unit, said: Iterable[StepRow]) -> tuple[list[Text], Rows]:
    """Return what coordinators are told of campaigns, and the buttons that go with it."""
    lines: list[Text] = []
    rows: list[tuple[Button, ...]] = []
    for step in said:
        if step.kind != StepKind.CAMPAIGN_TOLD or step.data is None:
            continue
        campaign = await campaigns.get(unit, step.data["campaign"])
        lines += await _told(unit, campaign, Event(step.data["event"]))
        label = text("campaign.button.show", title=campaign.title)
        rows.append((Button(label, "campaign.show", {"campaign": campaign.id}),))
    return lines, tuple(rows)


async def _told(unit: Unit, campaign: Campaign, event: Event) -> list[Text]:
    if event is Event.MISSED:
        return [text("campaign.desk.missed", title=campaign.title, until=campaign.closes)]
    asks = await campaigns.asks_of(unit, campaign)
    if event is Event.OPEN:
        lines = [text("campaign.desk.open", title=campaign.title, count=len(asks), until=campaign.closes)]
        alone = [each for each in asks if not lookup.chats_of(unit.directory, each.department_id)]
        return lines + ([text("campaign.desk.alone", names=names_of(unit, alone))] if alone else [])
    missing = [each for each in asks if each.answered_at is None]
    answered, nil = len(asks) - len(missing), sum(each.nil for each in asks)
    lines = [text("campaign.desk.close", title=campaign.title, answered=answered, count=len(asks), nil=nil)]
    return lines + ([text("campaign.desk.missing", names=names_of(unit, missing))] if missing else [])


def names_of(unit: Unit, asks: Sequence[Ask]) -> list[Text | str]:
    """Name the departments that are asked, the first of them where they are many."""
    names: list[Text | str] = [lookup.short_name(unit.directory, each.department_id) for each in asks[:NAMED]]
    if len(asks) > NAMED:
        names.append(text("campaign.desk.more", count=len(asks) - NAMED))
    return names
