"""Coordinators act on answers: last year's items struck off or carried over, attendance noted."""

from __future__ import annotations

from datetime import date

from handlers import telling
from handlers.departments import todo
from handlers.events import Reply
from handlers.replies.attending import read_absent
from handlers.turns import Answers, Turn
from handlers.wording import short
from storage.ledger import campaigns, lookup, plans, settling
from storage.records import Ask, AskRow, Assignment, Campaign
from storage.terms.campaigns import Template
from storage.terms.cards import Button, Card, Outgoing
from storage.terms.errors import Refusal
from storage.terms.roles import Permission
from storage.terms.statuses import ItemRole
from storage.terms.texts import text

SHOWN = 40


def buttons_for(campaign: Campaign, template: Template) -> list[Button]:
    """Return the buttons that a template's answers call for."""
    values = {"campaign": campaign.id}
    found = []
    if template.settle is not None:
        found.append(Button(text("campaign.button.settle"), "campaign.settle", values))
    if template.attendance:
        found.append(Button(text("campaign.button.attend"), "campaign.attend", values))
    return found


async def _answered(turn: Turn, campaign: Campaign) -> list[tuple[Ask, AskRow]]:
    asks = {a.id: a for a in await campaigns.asks_of(turn.unit, campaign) if a.answered_at and not a.nil}
    rows = await campaigns.rows_of(turn.unit, list(asks))
    return [(asked, row) for number, asked in asks.items() for row in rows[number]]


# ---------------------------------------------------------------- look-back


async def settle(turn: Turn) -> Answers:
    """Strike off what was verified, and carry over into the plan in force what goes on."""
    turn.actor.require(Permission.COORDINATE)
    campaign = await campaigns.get(turn.unit, turn.values["campaign"])
    template = campaigns.template_of(campaign)
    if template.settle is None:
        raise Refusal("campaign.nothing_to_settle")
    name, struck, carried = template.settle
    plan = plans.current(turn.unit)
    count = 0
    going_on: dict[str, list[tuple[int, ItemRole, date]]] = {}
    for asked, row in await _answered(turn, campaign):
        result = row.cells.get(name)
        if settling.SETTLED in row.cells or result not in (struck, carried):
            continue
        assignment = None if row.assignment_id is None else await turn.unit.get(Assignment, row.assignment_id)
        if result == struck:
            count += 1
            if assignment is not None:
                await settling.strike_off(turn.unit, assignment, row.cells.get("proof", ""))
        else:
            role = ItemRole.RESPONSIBLE if assignment is None else ItemRole(assignment.role)
            due = date.fromisoformat(row.cells["due"])
            title = row.cells[template.main]
            going_on.setdefault(title, []).append((asked.department_id, role, due))
        settling.mark(turn.unit, row)
    made = [
        a for title, given in going_on.items() for a in settling.carry_over(turn.unit, plan, title, given)
    ]
    departments = list(dict.fromkeys(each.department_id for each in made))
    line = text("campaign.settled", struck=count, carried=len(made), items=len(going_on), year=str(plan.year))
    told: list[Outgoing] = await todo.handing_out_cards(turn, departments)
    return [Card(lines=(line, *telling.not_told(turn, departments))), *told]


# ---------------------------------------------------------------- attendance


async def attend(turn: Turn) -> Answers:
    """List who signed up, to be told who did not come."""
    turn.actor.require(Permission.COORDINATE)
    campaign = await campaigns.get(turn.unit, turn.values["campaign"])
    template = campaigns.template_of(campaign)
    found = await _answered(turn, campaign)
    if not found:
        return Card(lines=(text("campaign.nobody_signed_up"),))
    lines = [
        text(
            "campaign.attend.row",
            number=number,
            department=lookup.short_name(turn.directory, asked.department_id),
            name=short(row.cells.get(template.main, ""), 20),
        )
        for number, (asked, row) in enumerate(found[:SHOWN], 1)
    ]
    rest = len(found) - SHOWN
    more = (text("campaign.attend.more", count=rest),) if rest > 0 else ()
    subject = {"kind": "campaign.attend", "campaign": campaign.id, "rows": [row.id for _, row in found]}
    title = text("campaign.attend.title", title=campaign.title, count=len(found))
    return Card(title=title, lines=(*lines, *more, text("campaign.attend.how")), subject=subject)


async def attended(turn: Turn) -> Answers:
    """Take who did not come; all others came."""
    turn.actor.require(Permission.COORDINATE)
    campaign = await campaigns.get(turn.unit, turn.subject["campaign"])
    template = campaigns.template_of(campaign)
    rows = await turn.unit.many(AskRow, turn.subject["rows"])
    words = turn.event.text if isinstance(turn.event, Reply) else ""
    absent = read_absent(words, len(rows))
    if absent is None:
        raise Refusal("campaign.attend", count=len(rows))
    came, missed = template.field(template.attendance).choices[:2]
    for number, row in enumerate(rows, 1):
        settling.attended(turn.unit, campaign, row, template.attendance, missed if number in absent else came)
    names = [rows[number - 1].cells.get(template.main, "") for number in absent]
    key = "campaign.attend.noted" if names else "campaign.attend.all"
    return Card(lines=(text(key, came=len(rows) - len(absent), names=names),))
