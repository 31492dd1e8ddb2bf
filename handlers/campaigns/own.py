"""A department looks at what it is asked, or answers unasked where a template lets it (变动备案)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from handlers.campaigns import cards
from handlers.turns import Answers, Turn
from handlers.wording import in_rows
from reminders.campaigns import prefill
from reminders.campaigns.templates import called, shipped
from storage.ledger import campaign_answers, campaigns, lookup
from storage.records import Ask, Campaign, Department
from storage.terms.campaigns import CampaignStatus, Template
from storage.terms.cards import Button, Card, Outgoing
from storage.terms.errors import Refusal
from storage.terms.roles import Permission
from storage.terms.texts import text


async def answer(turn: Turn, words: str) -> Answers:
    """Show what the departments of a chat are asked, or open what one of them reports unasked."""
    departments = sorted(turn.actor.bound | turn.actor.speaks_for)
    mine = [number for number in departments if turn.actor.may(Permission.ANSWER, number)]
    if not mine:
        turn.actor.require(Permission.ANSWER)
    waiting = await campaigns.waiting_of(turn.unit, mine)
    if words:
        template = called(words)
        if template is None or not template.own:
            names = [each.title for each in shipped().values() if each.own]
            raise Refusal("campaign.unknown", words=words, names=names)
        waiting = [each for each in waiting if each[1].template == template.name]
        asked_already = {asked.department_id for asked, _ in waiting}
        free = [number for number in mine if number not in asked_already]
        if len(mine) == 1 and free:
            return await _open(turn, template, free[0])
        return [*([_pick(turn, template, free)] if free else []), *await _shown(turn, waiting)]
    if not waiting:
        names = [each.title for each in shipped().values() if each.own]
        return Card(lines=(text("campaign.none_asked", names=names),))
    return await _shown(turn, waiting)


async def _shown(turn: Turn, waiting: Sequence[tuple[Ask, Campaign]]) -> list[Outgoing]:
    rows = await campaigns.rows_of(turn.unit, [asked.id for asked, _ in waiting])
    return [cards.ask_card(turn.directory, campaign, asked, rows[asked.id]) for asked, campaign in waiting]


def _pick(turn: Turn, template: Template, departments: Sequence[int]) -> Card:
    """Ask which of a group's departments it is that reports."""
    buttons = [
        Button(
            text("campaign.button.own", department=lookup.short_name(turn.directory, number)),
            "campaign.own",
            {"template": template.name, "department": number},
        )
        for number in departments
    ]
    return Card(lines=(text("campaign.own", title=template.title),), rows=in_rows(buttons, 2))


async def start(turn: Turn) -> Answers:
    """Open what the department of the pressed button reports; pressed again, it is shown again."""
    template, department = shipped()[turn.values["template"]], int(turn.values["department"])
    turn.actor.require(Permission.ANSWER, department)
    waiting = await campaigns.waiting_of(turn.unit, [department])
    mine = [each for each in waiting if each[1].template == template.name]
    return await _shown(turn, mine) if mine else await _open(turn, template, department)


async def _open(turn: Turn, template: Template, department: int) -> Card:
    days = turn.today, turn.today + timedelta(template.days)
    title = template.called(turn.today.year)
    shape = Campaign(
        template=template.name, opens=days[0], asked=[department], status=CampaignStatus.PLANNED.value
    )
    facts = await prefill.known(turn.unit, shape, template)
    known = prefill.rows_for(turn.unit, facts, turn.directory.get(Department, department))
    campaign, asked = campaign_answers.open_own(
        turn.unit, template, department, title=title, days=days, rows=known
    )
    rows = (await campaigns.rows_of(turn.unit, [asked.id]))[asked.id]
    return cards.ask_card(turn.directory, campaign, asked, rows)
