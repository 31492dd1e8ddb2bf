"""A department looks at what it is asked, or answers unasked where a template lets it (变动备案)."""

from __future__ import annotations

from datetime import timedelta

from handlers.campaigns import cards
from handlers.turns import Answers, Turn
from reminders.campaigns import prefill
from reminders.campaigns.templates import called, shipped
from storage.ledger import campaign_answers, campaigns
from storage.records import Campaign, Department
from storage.terms.campaigns import CampaignStatus, Template
from storage.terms.cards import Card, Outgoing
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
        if all(campaign.template != template.name for _, campaign in waiting):
            return await _open(turn, template, mine[0])
        waiting = [each for each in waiting if each[1].template == template.name]
    if not waiting:
        names = [each.title for each in shipped().values() if each.own]
        return Card(lines=(text("campaign.none_asked", names=names),))
    rows = await campaigns.rows_of(turn.unit, [asked.id for asked, _ in waiting])
    found: list[Outgoing] = [
        cards.ask_card(turn.directory, campaign, asked, rows[asked.id]) for asked, campaign in waiting
    ]
    return found


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
