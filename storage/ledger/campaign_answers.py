"""What departments answer to a campaign: row by row, whole, or that there is nothing (零报告)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import date

from storage.ledger.campaigns import NewRow, ask, template_of, write
from storage.ledger.speaking import require_speaker
from storage.records import Ask, AskRow, AuditRow, Campaign
from storage.records.work import STALE
from storage.terms.campaigns import CampaignStatus, Origin, Template
from storage.terms.errors import Refusal
from storage.terms.forms import Values, lacking
from storage.terms.roles import Permission
from storage.unit import Unit


def require_open(unit: Unit, campaign: Campaign, asked: Ask) -> None:
    """Refuse whoever does not speak for the department, and what comes when the campaign is closed."""
    require_speaker(unit, asked.department_id)
    if campaign.status != CampaignStatus.OPEN:
        raise Refusal("campaign.closed", title=campaign.title)


def fill(unit: Unit, campaign: Campaign, asked: Ask, row: AskRow, cells: Values) -> None:
    """Write fields of a row."""
    require_open(unit, campaign, asked)
    row.cells = {name: value for name, value in {**row.cells, **cells}.items() if value}
    unit.save(row, "cells")
    unit.note("campaign.fill", department=asked.department_id, ask=asked.id, row=row.position, cells=cells)


def add_row(unit: Unit, campaign: Campaign, asked: Ask, rows: list[AskRow], cells: Values) -> AskRow:
    """Write one more row."""
    require_open(unit, campaign, asked)
    position = max((row.position for row in rows), default=0) + 1
    row = write(unit, asked, position, NewRow(cells, Origin.ADDED))
    rows.append(row)
    unit.note("campaign.add", department=asked.department_id, ask=asked.id, row=position, cells=cells)
    return row


def strike(unit: Unit, campaign: Campaign, asked: Ask, row: AskRow) -> None:
    """Take a row away."""
    require_open(unit, campaign, asked)
    row.struck_at = unit.now
    unit.save(row, "struck_at")
    unit.note("campaign.strike", department=asked.department_id, ask=asked.id, row=row.position)


def replace(
    unit: Unit, campaign: Campaign, asked: Ask, rows: Sequence[AskRow], filled: Sequence[Values]
) -> list[AskRow]:
    """Let other rows take the place of those that stand; one of the same name keeps where it came from."""
    main = template_of(campaign).main
    before = {row.cells.get(main): row for row in rows}
    for row in rows:
        strike(unit, campaign, asked, row)
    written = []
    for position, cells in enumerate(filled, 1):
        known = before.get(cells.get(main))
        origin = Origin.ADDED if known is None else Origin(known.origin)
        assignment = None if known is None else known.assignment_id
        written.append(write(unit, asked, position, NewRow(cells, origin, assignment)))
    unit.note("campaign.replace", department=asked.department_id, ask=asked.id, rows=list(filled))
    return written


async def worded(unit: Unit, asks: Collection[int]) -> set[int]:
    """Return those answers of some in which a department wrote something itself."""
    wrote = AuditRow.filter(verb__in=["campaign.fill", "campaign.replace", "campaign.add"])
    departments = [each.department_id for each in await unit.many(Ask, sorted(asks))]
    rows = await unit.rows(wrote.filter(department_id__in=departments).values("data"))
    return {row["data"]["ask"] for row in rows} & set(asks)


def unfinished(template: Template, rows: Iterable[AskRow]) -> AskRow | None:
    """Return the first row in which something is lacking."""
    return next((row for row in rows if lacking(template.asking_order, row.cells) is not None), None)


def answer(unit: Unit, campaign: Campaign, asked: Ask, rows: Sequence[AskRow], *, nil: bool = False) -> None:
    """Take what stands as the department's answer, or that it has nothing to report."""
    require_open(unit, campaign, asked)
    template = template_of(campaign)
    if nil and not template.nil:
        raise Refusal("campaign.no_nil", title=campaign.title)
    if not nil and (not rows or unfinished(template, rows) is not None):
        raise Refusal("campaign.unfinished", title=campaign.title)
    asked.answered_at, asked.nil = unit.now, nil
    asked.member_id, asked.member_name = unit.actor.member_id, unit.actor.name[:120]
    unit.save(asked)
    unit.note(
        "campaign.answer",
        department=asked.department_id,
        campaign=campaign.id,
        ask=asked.id,
        nil=nil,
        rows=[] if nil else [row.cells for row in rows],
    )


def open_own(
    unit: Unit,
    template: Template,
    department: int,
    *,
    title: str,
    days: tuple[date, date],
    rows: Sequence[NewRow],
) -> tuple[Campaign, Ask]:
    """Let a department answer unasked: a campaign of its own, open at once."""
    unit.actor.require(Permission.ANSWER, department)
    campaign = unit.add(
        Campaign(
            key=f"{template.name}:{department}:{unit.now}",
            template=template.name,
            title=title,
            definition=template.to_json(),
            year=days[0].year,
            opens=days[0],
            closes=days[1],
            status=CampaignStatus.OPEN.value,
            next_at=STALE,
            asked=[department],
            created_at=unit.now,
            opened_at=unit.now,
        )
    )
    unit.note("campaign.own", department=department, campaign=campaign.id, title=title)
    return campaign, ask(unit, campaign, department, rows)
