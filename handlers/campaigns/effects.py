"""What follows from an answer: items that it fulfils, and a brief for whoever takes over."""

from __future__ import annotations

from collections.abc import Sequence

from handlers import telling, wording
from handlers.turns import Turn
from handlers.wording import short
from storage.ledger import fulfilling, lookup
from storage.ledger.numbers import numbered, subject_of
from storage.records import Ask, AskRow, Campaign, PlanItem
from storage.terms.campaigns import Template
from storage.terms.cards import Card, Outgoing
from storage.terms.texts import Text, text


async def fulfilled(turn: Turn, campaign: Campaign, template: Template, asked: Ask) -> list[Text]:
    """Meet the due days that ask for the same; say of which items."""
    done = await fulfilling.fulfil(
        turn.unit, asked.department_id, template.demand, campaign.closes, campaign.title
    )
    items = [turn.directory.get(PlanItem, each.item_id) for each in done]
    return [text("campaign.card.fulfils", items=[short(item.title) for item in items])] if items else []


async def handed_over(turn: Turn, template: Template, asked: Ask, rows: Sequence[AskRow]) -> list[Outgoing]:
    """Give whoever takes over a brief of what is open, and tell the coordinators of the change."""
    department = asked.department_id
    name = lookup.short_name(turn.directory, department)
    known = (await numbered(turn.unit, [department]))[department]
    owed = {number: view for number, view in known.items() if view.open}
    lines = [
        text(
            "campaign.brief.item",
            number=number,
            title=short(view.title),
            status=text(f"status.{view.status}"),
            percent=view.percent,
            due=wording.due_words(view),
        )
        for number, view in owed.items()
    ]
    head = text("campaign.brief.head" if owed else "campaign.brief.nothing", count=len(owed))
    brief = Card(
        title=text("campaign.brief.title", department=name),
        lines=(head, *lines, text("campaign.brief.enrol")),
        subject=subject_of("todo", department, owed),
    )
    changes = [
        text(
            "campaign.brief.change",
            change=[f"{template.field(name).label} {value}" for name, value in row.cells.items()],
        )
        for row in rows
    ]
    told = Card(
        title=text("campaign.brief.told", department=name, count=len(owed)),
        lines=(*changes, text("campaign.brief.codes", department=name)),
    )
    return [brief, *telling.tell_coordinators(turn, told)]
