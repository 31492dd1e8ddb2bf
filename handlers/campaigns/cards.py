"""The cards of a campaign as a department sees it: its rows, the next question, what was taken."""

from __future__ import annotations

from collections.abc import Sequence

from handlers.wording import in_rows, short
from storage.directory import Directory
from storage.ledger import campaigns, lookup
from storage.records import Ask, AskRow, Campaign
from storage.terms.campaigns import Template
from storage.terms.cards import Button, Card
from storage.terms.forms import Field, FieldKind, lacking
from storage.terms.texts import Text, text

SHOWN = 20
"""Rows listed on a card: a longer list is what the form is for."""

NAME = 24


def ask_card(
    directory: Directory,
    campaign: Campaign,
    asked: Ask,
    rows: Sequence[AskRow],
    extra: Sequence[Text] = (),
    files: tuple[int, ...] = (),
) -> Card:
    """Show what is asked of a department, or what it has answered."""
    template = campaigns.template_of(campaign)
    lines: list[Text] = []
    if asked.answered_at is None:
        lines.append(text("campaign.card.explain", words=template.explain))
        lines += row_lines(template, rows) if template.rows else _in_full(template, rows)
        lines.append(_hint(template, rows))
    elif asked.nil:
        lines.append(text("campaign.card.nil", nil=template.nil, who=asked.member_name))
    else:
        lines.append(text("campaign.card.answered", count=len(rows), who=asked.member_name))
        lines += row_lines(template, rows) if template.rows else _in_full(template, rows)
    if asked.answered_at is not None:
        lines.append(text("campaign.card.correct", until=campaign.closes))
    return Card(
        title=text(
            "campaign.card.title",
            department=lookup.short_name(directory, asked.department_id),
            title=campaign.title,
            until=campaign.closes,
        ),
        lines=(*extra, *lines),
        rows=in_rows(_buttons(template, asked, rows)),
        files=files,
        subject={"kind": "campaign", "ask": asked.id, "rows": [row.id for row in rows]},
    )


def row_lines(template: Template, rows: Sequence[AskRow]) -> list[Text]:
    """Return a line for each row: its name, what is chosen, and what is lacking."""
    lines = [
        text(
            "campaign.card.row",
            number=number,
            name=short(_name(template, row), NAME),
            note=_note(template, row),
        )
        for number, row in enumerate(rows[:SHOWN], 1)
    ]
    if len(rows) > SHOWN:
        lines.append(text("campaign.card.more", count=len(rows) - SHOWN))
    return lines


def _in_full(template: Template, rows: Sequence[AskRow]) -> list[Text]:
    """Return the fields of an answer of one row, as they are written."""
    return [
        text("campaign.card.field", label=field.label, value=row.cells[field.name])
        for row in rows[:1]
        for field in template.fields
        if row.cells.get(field.name)
    ]


def _name(template: Template, row: AskRow) -> str:
    return row.cells.get(template.main, "") or "…"


def _note(template: Template, row: AskRow) -> Text:
    said = [row.cells[name] for name in template.first if row.cells.get(name)]
    missing = lacking(template.asking_order, row.cells)
    if missing is not None:
        return (
            text("campaign.card.lacking", said=said, label=missing.label)
            if said
            else text("campaign.card.lacking_all", label=missing.label)
        )
    return text("campaign.card.said", said=said) if said else text("campaign.card.complete")


def _hint(template: Template, rows: Sequence[AskRow]) -> Text:
    if not template.rows:
        return text("campaign.card.hint_words")
    first = _same_choice(template)
    if rows and first:
        others = template.field(template.first[0]).choices
        key = "campaign.card.hint_rows" if len(rows) > 1 else "campaign.card.hint_row"
        return text(key, first=first, other=others[min(2, len(others) - 1)])
    return text("campaign.card.hint_form")


def _same_choice(template: Template) -> str:
    """Return the choice that a tap can set in all rows."""
    if not template.first:
        return ""
    field = template.field(template.first[0])
    plain = [choice for choice in field.choices if choice not in field.open_choices]
    return plain[0] if plain else ""


def _buttons(template: Template, asked: Ask, rows: Sequence[AskRow]) -> list[Button]:
    values = {"ask": asked.id}
    buttons: list[Button] = []
    answered = asked.answered_at is not None
    same = _same_choice(template)
    if not answered and rows and same and template.rows:
        label = text("campaign.button.same", choice=same)
        buttons.append(Button(label, "campaign.same", values, "primary"))
    if not answered and (rows or not template.rows):
        whole = bool(rows) and not any(lacking(template.fields, row.cells) for row in rows)
        label = text("campaign.button.confirm" if whole else "campaign.button.next")
        buttons.append(Button(label, "campaign.next", values))
    if template.nil and not asked.nil and not answered:
        buttons.append(Button(text("campaign.button.nil", nil=template.nil), "campaign.nil", values))
    if template.rows:
        buttons.append(Button(text("campaign.button.add"), "campaign.add", values))
        buttons.append(Button(text("campaign.button.form"), "campaign.form", values))
    return buttons


def question_card(
    campaign: Campaign, asked: Ask, rows: Sequence[AskRow], row: AskRow, field: Field, choice: str = ""
) -> Card:
    """Ask for one field of a row: by buttons where it is a choice, by a reply otherwise."""
    template = campaigns.template_of(campaign)
    number = next(at for at, each in enumerate(rows, 1) if each.id == row.id)
    name = row.cells.get(template.main, "")
    where = text("campaign.ask.row", number=number, count=len(rows), name=short(name, NAME))
    subject = {
        "kind": "campaign.field",
        "ask": asked.id,
        "row": row.id,
        "field": field.name,
        "choice": choice,
    }
    if choice:
        line = text("campaign.ask.behind", choice=choice)
    elif field.kind is FieldKind.CHOICE:
        line = text("campaign.ask.choice", label=field.label)
    else:
        line = text(f"campaign.ask.{field.kind}", label=field.label)
    buttons = [] if choice or field.kind is not FieldKind.CHOICE else _choices(asked, row, field)
    lines = (where, line) if template.rows and name else (line,)
    title = text("campaign.ask.title", title=campaign.title)
    return Card(title=title, lines=lines, rows=in_rows(buttons, 4), subject=subject)


def _choices(asked: Ask, row: AskRow, field: Field) -> list[Button]:
    values = {"ask": asked.id, "row": row.id, "field": field.name}
    return [
        Button(
            text(
                "campaign.button.behind" if choice in field.open_choices else "campaign.button.choice",
                choice=choice,
            ),
            "campaign.pick",
            {**values, "choice": choice},
        )
        for choice in field.choices
    ]
