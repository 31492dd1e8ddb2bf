"""What a form is prefilled with: the answer before, and what the bot knows of the groups it sits in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from storage.ledger import campaigns, left_over, lookup, presence, views
from storage.ledger.campaigns import NewRow
from storage.ledger.views import View
from storage.records import Ask, AskRow, Campaign, Chat, Department
from storage.terms.campaigns import Origin, Prefill, Template
from storage.terms.clock import office_day
from storage.terms.forms import Values, choice_of
from storage.terms.roles import Role
from storage.terms.statuses import AssignmentStatus
from storage.unit import Unit

PLATFORM, ACTIVE = "platform", "active"
"""Fields of a group, by which a template may ask for what the bot knows."""

PERCENT, WORDS, DUE = "percent", "words", "status_due"
"""Fields of an item, likewise."""


@dataclass(slots=True)
class Known:
    """What is known of all departments, read once for a campaign."""

    template: Template
    rows: dict[int, list[AskRow]] = field(default_factory=dict)
    heard: dict[int, date] = field(default_factory=dict)
    owed: dict[int, list[View]] = field(default_factory=dict)
    left: dict[int, list[View]] = field(default_factory=dict)
    figures: dict[int, list[View]] = field(default_factory=dict)
    year: int = 0


async def known(unit: Unit, campaign: Campaign, template: Template) -> Known:
    """Read what the forms of a campaign are prefilled with."""
    found = Known(template, year=template.year_of(campaign.opens))
    departments = [
        each.id for each in campaigns.departments_of(unit.directory, campaign, office_day(unit.now))
    ]
    if Prefill.FIGURES in template.prefill:
        found.figures = await left_over.all_of_year(unit, found.year)
    if Prefill.ITEMS in template.prefill:
        owed = await views.of_departments(unit, departments)
        found.owed = {department: list(mine.values()) for department, mine in owed.items()}
    if Prefill.LEFT_OVER in template.prefill:
        found.left = await left_over.of_year(unit, campaign.opens.year - 1)
    if Prefill.LAST in template.prefill:
        found.rows = await _last(unit, campaign)
    if Prefill.GROUPS in template.prefill:
        found.heard = await presence.last_heard(unit)
    return found


async def _last(unit: Unit, campaign: Campaign) -> dict[int, list[AskRow]]:
    earlier = await campaigns.before(unit, campaign)
    if earlier is None:
        return {}
    asks: list[Ask] = [a for a in await campaigns.asks_of(unit, earlier) if a.answered_at and not a.nil]
    rows = await campaigns.rows_of(unit, [each.id for each in asks])
    return {each.department_id: rows[each.id] for each in asks}


def rows_for(unit: Unit, facts: Known, department: Department) -> list[NewRow]:
    """Return the rows with which a department's form begins."""
    rows: list[NewRow] = []
    for source in facts.template.prefill:
        found = {
            Prefill.LAST: lambda: _from_last(facts, department.id),
            Prefill.GROUPS: lambda: _from_groups(unit, facts, department.id),
            Prefill.MEMBERS: lambda: _from_members(unit, facts.template, department.id),
            Prefill.ITEMS: lambda: _from_items(facts, facts.owed.get(department.id, [])),
            Prefill.LEFT_OVER: lambda: _from_items(facts, facts.left.get(department.id, [])),
            Prefill.FIGURES: lambda: _from_figures(facts, department, facts.figures.get(department.id, [])),
        }[source]()
        names = {row.cells.get(facts.template.main): row for row in rows}
        for row in found:
            known_before = names.get(row.cells.get(facts.template.main))
            if known_before is None:
                rows.append(row)
            elif ACTIVE in row.cells:
                known_before.cells[ACTIVE] = row.cells[ACTIVE]
    return rows


def _from_last(facts: Known, department: int) -> list[NewRow]:
    template = facts.template
    return [
        NewRow({k: v for k, v in row.cells.items() if k not in template.forget}, Origin.LAST)
        for row in facts.rows.get(department, [])
        if not _gone(template, row.cells)
    ]


def _gone(template: Template, cells: Values) -> bool:
    if template.gone is None:
        return False
    name, choices = template.gone
    return choice_of(template.field(name), cells.get(name, "")) in choices


def _from_groups(unit: Unit, facts: Known, department: int) -> list[NewRow]:
    chats: Sequence[Chat] = lookup.chats_of(unit.directory, department)
    groups = [chat for chat in chats if chat.title and chat.purpose != "private"]
    return [NewRow(_group(facts, chat), Origin.KNOWN) for chat in groups]


def _group(facts: Known, chat: Chat) -> Values:
    template, cells = facts.template, {facts.template.main: chat.title}
    for field_ in template.fields:
        if field_.name == PLATFORM:
            named = [c for c in field_.choices if c.casefold() == chat.platform.casefold()]
            cells[PLATFORM] = (named or field_.choices[-1:])[0]
        elif field_.name == ACTIVE and chat.id in facts.heard:
            cells[ACTIVE] = facts.heard[chat.id].isoformat()
    return cells


def _from_members(unit: Unit, template: Template, department: int) -> list[NewRow]:
    members = lookup.members_as(unit.directory, Role.LIAISON, department)
    return [NewRow({template.main: each.name}, Origin.KNOWN) for each in members]


def _from_items(facts: Known, items: Sequence[View]) -> list[NewRow]:
    names = {each.name for each in facts.template.fields}
    rows = []
    for view in items:
        if view.status is AssignmentStatus.CANCELLED:
            continue
        cells = {
            facts.template.main: view.title,
            PERCENT: f"{view.percent}%",
            WORDS: view.words,
            DUE: "" if view.due is None else view.due.isoformat(),
        }
        cells = {name: value for name, value in cells.items() if value and name in names}
        rows.append(NewRow(cells, Origin.KNOWN, view.id))
    return rows


def _from_figures(facts: Known, department: Department, items: Sequence[View]) -> list[NewRow]:
    words = drafted(facts.template, facts.year, department, items)
    return [NewRow({facts.template.main: words}, Origin.KNOWN)]


def drafted(template: Template, year: int, department: Department, items: Sequence[View]) -> str:
    """Draft the main field from the department's figures."""
    ours = [each for each in items if each.status is not AssignmentStatus.CANCELLED]
    done = [each for each in ours if each.status is AssignmentStatus.DONE]
    filled = {
        "year": str(year),
        "department": department.name,
        "count": str(len(ours)),
        "done": str(len(done)),
        "open": str(len(ours) - len(done)),
        "items": template.draft_items.replace(
            "{names}", template.draft_joint.join(each.title for each in done)
        )
        if done
        else "",
    }
    words = template.draft
    for name, value in filled.items():
        words = words.replace(f"{{{name}}}", value)
    return words
