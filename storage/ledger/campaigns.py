"""Campaigns in the ledger: arranged, opened, answered, closed; who has answered, and with which rows."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from storage.directory import Directory
from storage.ledger import lookup
from storage.records import Ask, AskRow, Campaign, Department
from storage.records.work import STALE
from storage.terms.campaigns import GIVEN, Answered, CampaignStatus, Origin, Template
from storage.terms.clock import office_day
from storage.terms.errors import Refusal
from storage.terms.forms import Values
from storage.terms.roles import Permission
from storage.unit import Unit


@dataclass(frozen=True, slots=True)
class NewRow:
    """A row to be written; ``assignment`` is the one it speaks of, where it speaks of one."""

    cells: Values
    origin: Origin
    assignment: int | None = None


def template_of(campaign: Campaign) -> Template:
    """Return the template that a campaign was made from, as it was then."""
    return Template.from_json(campaign.definition)


# ---------------------------------------------------------------- arranged, opened, closed


def arrange(
    unit: Unit,
    template: Template,
    *,
    key: str,
    title: str,
    days: tuple[date, date],
    asked: Collection[int] | None = None,
) -> Campaign:
    """Write a campaign that opens on the first of some days and closes after the last."""
    unit.actor.require(Permission.COORDINATE)
    opens, closes = days
    if closes < office_day(unit.now):
        raise Refusal("campaign.over", title=title, closes=closes)
    campaign = unit.add(
        Campaign(
            key=key,
            template=template.name,
            title=title,
            definition=template.to_json(),
            year=template.year_of(opens),
            opens=opens,
            closes=closes,
            next_at=STALE,
            asked=None if asked is None else sorted(asked),
            created_at=unit.now,
        )
    )
    unit.note("campaign.arrange", campaign=campaign.id, title=title, opens=str(opens), closes=str(closes))
    return campaign


async def known_keys(unit: Unit, keys: Iterable[str]) -> set[str]:
    """Return those of some keys of which there is a campaign."""
    rows = await unit.rows(Campaign.filter(key__in=list(keys)).values("key"))
    return {row["key"] for row in rows}


async def due(unit: Unit, most: int) -> list[Campaign]:
    """Return the campaigns that must be looked at now."""
    return await unit.all(Campaign.filter(next_at__lte=unit.now).order_by("next_at", "id").limit(most))


def look_again(unit: Unit, campaign: Campaign, at: int | None, chased: date | None = None) -> None:
    """Write when a campaign must be looked at again, and the day of the call that was made now."""
    campaign.next_at = at
    if chased is not None:
        campaign.last_chase = chased
    unit.save(campaign, "next_at", "last_chase")


def departments_of(directory: Directory, campaign: Campaign, on: date) -> list[Department]:
    """Return whom a campaign asks."""
    if campaign.asked is not None:
        return [directory.get(Department, number) for number in campaign.asked]
    kinds = template_of(campaign).kinds
    there = lookup.departments_on(directory, on)
    return [d for d in there if (d.kind in kinds if kinds else d.kind != "external")]


def begin(unit: Unit, campaign: Campaign) -> None:
    """Open a campaign."""
    unit.actor.require(Permission.COORDINATE)
    campaign.open(unit.now)
    unit.save(campaign, "status", "opened_at")
    unit.note("campaign.open", campaign=campaign.id, title=campaign.title)


def ask(unit: Unit, campaign: Campaign, department: int, rows: Sequence[NewRow]) -> Ask:
    """Ask a department, with the rows that are known."""
    asked = unit.add(Ask(campaign_id=campaign.id, department_id=department))
    for position, row in enumerate(rows, 1):
        write(unit, asked, position, row)
    return asked


def write(unit: Unit, asked: Ask, position: int, row: NewRow) -> AskRow:
    """Write a row at its place."""
    return unit.add(
        AskRow(
            ask_id=asked.id,
            position=position,
            cells=row.cells,
            origin=row.origin.value,
            assignment_id=row.assignment,
        )
    )


def end(unit: Unit, campaign: Campaign) -> None:
    """Close a campaign: nobody is chased any more."""
    unit.actor.require(Permission.COORDINATE)
    campaign.close(unit.now)
    unit.save(campaign, "status", "closed_at", "next_at")
    unit.note("campaign.close", campaign=campaign.id, title=campaign.title)


def reopen(unit: Unit, campaign: Campaign, closes: date) -> None:
    """Take answers again, until a new last day."""
    unit.actor.require(Permission.COORDINATE)
    if closes < office_day(unit.now):
        raise Refusal("due.past")
    campaign.reopen()
    campaign.closes, campaign.next_at, campaign.last_chase = closes, STALE, None
    unit.save(campaign)
    unit.note("campaign.reopen", campaign=campaign.id, title=campaign.title, closes=closes.isoformat())


def drop(unit: Unit, campaign: Campaign) -> None:
    """Never open a campaign that was arranged."""
    unit.actor.require(Permission.COORDINATE)
    campaign.drop()
    unit.save(campaign, "status", "next_at")
    unit.note("campaign.drop", campaign=campaign.id, title=campaign.title)


async def revive(unit: Unit, key: str) -> Campaign | None:
    """Let a campaign that was dropped open after all; None where there is none such."""
    unit.actor.require(Permission.COORDINATE)
    dropped = await unit.first(Campaign.filter(key=key, status=CampaignStatus.DROPPED.value))
    if dropped is None or dropped.closes < office_day(unit.now):
        return None
    dropped.revive()
    unit.save(dropped, "status", "next_at")
    unit.note("campaign.revive", campaign=dropped.id, title=dropped.title)
    return dropped


# ---------------------------------------------------------------- looked up


async def get(unit: Unit, number: int) -> Campaign:
    """Return a campaign by its number."""
    return await unit.get(Campaign, number)


async def all_of(unit: Unit, *statuses: CampaignStatus) -> list[Campaign]:
    """Return the campaigns in some statuses, the newest first."""
    query = Campaign.filter(status__in=[each.value for each in statuses])
    return await unit.all(query.order_by("-opens", "-id"))


async def before(unit: Unit, campaign: Campaign) -> Campaign | None:
    """Return the campaign of the same template before this one."""
    query = Campaign.filter(template=campaign.template, opens__lt=campaign.opens)
    opened = query.filter(status__in=[CampaignStatus.OPEN.value, CampaignStatus.CLOSED.value])
    return await unit.first(opened.order_by("-opens", "-id"))


async def asks_of(unit: Unit, campaign: Campaign) -> list[Ask]:
    """Return whom a campaign asks, in the order of the register."""
    return await unit.all(Ask.filter(campaign_id=campaign.id).order_by("department_id"))


async def waiting_of(unit: Unit, departments: Collection[int]) -> list[tuple[Ask, Campaign]]:
    """Return what departments are asked and may still answer or correct, the first to close first."""
    query = Campaign.filter(status=CampaignStatus.OPEN.value).order_by("closes", "id")
    running = {each.id: each for each in await unit.all(query)}
    asks = Ask.filter(campaign_id__in=list(running), department_id__in=list(departments))
    found = await unit.all(asks.order_by("id")) if running else []
    return [
        (each, campaign) for campaign in running.values() for each in found if each.campaign_id == campaign.id
    ]


async def rows_of(unit: Unit, asks: Collection[int]) -> dict[int, list[AskRow]]:
    """Return the rows that stand, by what they answer."""
    query = AskRow.filter(ask_id__in=list(asks), struck_at__isnull=True).order_by("ask_id", "position", "id")
    found: dict[int, list[AskRow]] = {number: [] for number in asks}
    for row in await unit.all(query) if found else []:
        found[row.ask_id].append(row)
    return found


def counted(ask: Ask, rows: Iterable[AskRow], *, first: bool) -> list[Answered]:
    """Return the rows of an answer as they count; the first time of a campaign nothing is new."""
    if ask.answered_at is None or ask.nil:
        return []
    return [Answered(row.cells, not first and row.origin != Origin.LAST) for row in rows]


def give_rows(unit: Unit, campaign: Campaign, given: Mapping[int, Sequence[NewRow]]) -> None:
    """Keep the rows that somebody gave a campaign, until it opens."""
    unit.actor.require(Permission.COORDINATE)
    packed = {str(number): [row.cells for row in rows] for number, rows in given.items()}
    campaign.definition = {**campaign.definition, GIVEN: packed}
    unit.save(campaign, "definition")


def given_rows(campaign: Campaign, department: int) -> list[NewRow] | None:
    """Return the rows that somebody gave a campaign for a department; None where nobody gave any."""
    given = campaign.definition.get(GIVEN)
    if given is None:
        return None
    return [NewRow(dict(cells), Origin.KNOWN) for cells in given.get(str(department), [])]
