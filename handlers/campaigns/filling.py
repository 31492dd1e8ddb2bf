"""A department answers a campaign: with one tap, row by row, by one reply, or by the form sent back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from handlers.campaigns import cards, effects, sheets
from handlers.events import Reply
from handlers.replies.filling import Filling, read_filling
from handlers.standing import instead, newest_subject
from handlers.turns import Answers, Turn
from handlers.wording import short
from storage.documents.form_in import Filled
from storage.documents.kinds import XLSX
from storage.ledger import campaign_answers as answers
from storage.ledger import campaigns, files
from storage.ledger.speaking import require_speaker
from storage.records import Ask, AskRow, Campaign
from storage.terms.campaigns import Template
from storage.terms.cards import Card, Outgoing, Toast
from storage.terms.errors import Refusal, Unreadable
from storage.terms.forms import FieldFault, lacking, read_value
from storage.terms.roles import Permission
from storage.terms.texts import Text, text
from storage.unit import Unit

PROBLEMS = 12
"""Faults of a form that are listed."""


@dataclass(slots=True)
class Asked:
    """What is asked of a department, with the rows that stand."""

    campaign: Campaign
    template: Template
    ask: Ask
    rows: list[AskRow]


async def asked(unit: Unit, number: int) -> Asked:
    """Return what is asked, by its number."""
    ask = await unit.get(Ask, number)
    campaign = await campaigns.get(unit, ask.campaign_id)
    rows = (await campaigns.rows_of(unit, [ask.id]))[ask.id]
    return Asked(campaign, campaigns.template_of(campaign), ask, rows)


async def _pressed(turn: Turn) -> Asked:
    found = await asked(turn.unit, int(turn.values["ask"]))
    answers.require_open(turn.unit, found.campaign, found.ask)
    return found


def _card(turn: Turn, found: Asked, extra: Sequence[Text] = ()) -> Card:
    return cards.ask_card(turn.directory, found.campaign, found.ask, found.rows, extra)


# ---------------------------------------------------------------- by tap


async def show(turn: Turn) -> Answers:
    """Show what is asked, under the bundle that called for it."""
    found = await asked(turn.unit, int(turn.values["ask"]))
    if not turn.actor.may(Permission.SEE, found.ask.department_id):
        require_speaker(turn.unit, found.ask.department_id)
    return _card(turn, found)


async def nil(turn: Turn) -> Answers:
    """Take that there is nothing to report (零报告)."""
    found = await _pressed(turn)
    return await _take_nil(turn, found)


async def _take_nil(turn: Turn, found: Asked) -> Answers:
    if found.ask.nil:
        return Toast(text("campaign.toast.before"))
    return await _finished(turn, found, nil=True)


async def _finished(turn: Turn, found: Asked, *, nil: bool = False) -> list[Outgoing]:
    """Take the answer, and do what follows from it."""
    answers.answer(turn.unit, found.campaign, found.ask, found.rows, nil=nil)
    extra = await effects.fulfilled(turn, found.campaign, found.template, found.ask)
    shown = _shown(turn, _card(turn, found, extra), text("campaign.toast.taken"))
    if found.template.handover and not nil:
        shown += await effects.handed_over(turn, found.template, found.ask, found.rows)
    return shown


def _shown(turn: Turn, card: Card, toast: Text) -> list[Outgoing]:
    """Show the card in place of the one pressed, where that was this campaign's own; the bundle stays."""
    if turn.button is None:
        return [card]
    own = "rows" in turn.subject or turn.subject.get("kind") == "campaign.field"
    return [*(instead(turn, card) if own else [card]), Toast(toast)]


async def same(turn: Turn) -> Answers:
    """Set the first choice in all rows that have none."""
    found = await _pressed(turn)
    field = found.template.field(found.template.first[0])
    choice = next(each for each in field.choices if each not in field.open_choices)
    for row in found.rows:
        if not row.cells.get(field.name):
            answers.fill(turn.unit, found.campaign, found.ask, row, {field.name: choice})
    return await _go_on(turn, found)


async def following(turn: Turn) -> Answers:
    """Ask for what is lacking first."""
    found = await _pressed(turn)
    if not found.rows and not found.template.rows:
        answers.add_row(turn.unit, found.campaign, found.ask, found.rows, {})
    return await _go_on(turn, found)


async def add(turn: Turn) -> Answers:
    """Begin one more row."""
    found = await _pressed(turn)
    row = answers.unfinished(found.template, found.rows)
    if row is None or row.cells.get(found.template.main):
        row = answers.add_row(turn.unit, found.campaign, found.ask, found.rows, {})
    field = found.template.field(found.template.main)
    return instead(turn, cards.question_card(found.campaign, found.ask, found.rows, row, field))


async def pick(turn: Turn) -> Answers:
    """Take the choice that was tapped, and ask for what is lacking next."""
    found = await _pressed(turn)
    row = _row(found, int(turn.values["row"]))
    field, choice = found.template.field(turn.values["field"]), str(turn.values["choice"])
    if choice in field.open_choices:
        return instead(turn, cards.question_card(found.campaign, found.ask, found.rows, row, field, choice))
    answers.fill(turn.unit, found.campaign, found.ask, row, {field.name: choice})
    return await _go_on(turn, found)


async def _replied_field(turn: Turn) -> Answers:
    """Take the words that were asked for."""
    found = await asked(turn.unit, int(turn.subject["ask"]))
    answers.require_open(turn.unit, found.campaign, found.ask)
    row = _row(found, int(turn.subject["row"]))
    field = found.template.field(turn.subject["field"])
    words = turn.event.text.strip() if isinstance(turn.event, Reply) else ""
    try:
        value = read_value(field, f"{turn.subject['choice']}{words}" if words else "", turn.today.year)
    except FieldFault as fault:
        raise Refusal("campaign.field", label=field.label, reason=fault.text) from fault
    if not value:
        raise Refusal("campaign.field_empty", label=field.label)
    answers.fill(turn.unit, found.campaign, found.ask, row, {field.name: value})
    return await _go_on(turn, found)


def _row(found: Asked, number: int) -> AskRow:
    for row in found.rows:
        if row.id == number:
            return row
    raise Refusal("campaign.row_gone")


async def _go_on(turn: Turn, found: Asked) -> Answers:
    """Ask for what is lacking next; take the answer where nothing is."""
    row = answers.unfinished(found.template, found.rows)
    if row is not None:
        field = lacking(found.template.asking_order, row.cells)
        assert field is not None  # noqa: S101 - the row is unfinished
        card = cards.question_card(found.campaign, found.ask, found.rows, row, field)
        return instead(turn, card) if turn.button is not None else card
    return await _finished(turn, found)


# ---------------------------------------------------------------- by reply


async def gather(turn: Turn) -> Callable[[], Filled | None]:
    """Read the form that came with a reply, in a thread."""
    found = await asked(turn.unit, int(turn.subject["ask"]))
    answers.require_open(turn.unit, found.campaign, found.ask)
    if not turn.files:
        return lambda: None
    if len(turn.files) > 1:
        raise Refusal("campaign.one_file", count=len(turn.files))
    (file,) = turn.files
    if file.content is None:
        raise Unreadable("campaign.not_fetched")
    content, template, year = file.content, found.template, found.campaign.closes.year
    return lambda: sheets.read(template, file.name, content, year)


async def reply(turn: Turn) -> Answers:
    """Take a reply to a campaign's card as it reads now: the form sent back, words, or one field's."""
    turn.subject = await newest_subject(turn)
    if turn.subject["kind"] == "campaign.field" and turn.prepared is None:
        return await _replied_field(turn)
    found = await asked(turn.unit, int(turn.subject["ask"]))
    answers.require_open(turn.unit, found.campaign, found.ask)
    if isinstance(turn.prepared, Filled):
        return await _form(turn, found, turn.prepared)
    words = turn.event.text if isinstance(turn.event, Reply) else ""
    frozen = turn.subject.get("rows")
    if frozen is not None and frozen != [row.id for row in found.rows][: len(frozen)]:
        raise Refusal("campaign.rows_changed")
    names = [row.cells.get(found.template.main, "") for row in found.rows]
    said = read_filling(words, found.template, names, turn.today.year)
    if said.unread or said.empty:
        raise Refusal("campaign.unread", words=said.unread or [short(words, 40)])
    if said.nil:
        return await _take_nil(turn, found)
    _fill(turn, found, said)
    return await _go_on(turn, found)


def _fill(turn: Turn, found: Asked, said: Filling) -> None:
    if not found.template.rows and not found.rows:
        answers.add_row(turn.unit, found.campaign, found.ask, found.rows, {})
    for number, row in enumerate(found.rows, 1):
        if number in said.rows:
            answers.fill(turn.unit, found.campaign, found.ask, row, said.rows[number])
        elif said.rest:
            cells = {k: v for k, v in said.rest.items() if not row.cells.get(k) or found.ask.answered_at}
            answers.fill(turn.unit, found.campaign, found.ask, row, cells)
    for cells in said.new:
        answers.add_row(turn.unit, found.campaign, found.ask, found.rows, cells)


# ---------------------------------------------------------------- by form


async def gather_form(turn: Turn) -> Callable[[], tuple[str, bytes]]:
    """Read what the form is prefilled with; it is written in a thread."""
    found = await _pressed(turn)
    return sheets.form(turn, found.campaign, found.ask, found.rows)


async def send_form(turn: Turn) -> Answers:
    """Send the prefilled form."""
    found = await _pressed(turn)
    name, content = turn.prepared
    stored = await files.keep(turn.unit, name=name, mime=XLSX, content=content)
    lines = (text("campaign.form.how"),)
    title = text("campaign.form.title", title=found.campaign.title)
    subject = {"kind": "campaign", "ask": found.ask.id}
    return Card(title=title, lines=lines, files=(stored.id,), subject=subject)


async def _form(turn: Turn, found: Asked, filled: Filled) -> Answers:
    """Take a form in whole, or point its faults out cell by cell and take nothing."""
    if filled.problems:
        lines = [
            text("campaign.form.problem", cell=each.cell, label=each.label, reason=each.reason)
            for each in filled.problems[:PROBLEMS]
        ]
        if len(filled.problems) > PROBLEMS:
            lines.append(text("campaign.form.more", count=len(filled.problems) - PROBLEMS))
        title = text("campaign.form.faulty", count=len(filled.problems))
        hint = text("campaign.form.again")
        return Card(title=title, lines=(*lines, hint), subject={"kind": "campaign", "ask": found.ask.id})
    if not filled.rows:
        raise Refusal("campaign.form_empty", nil=found.template.nil)
    found.rows = answers.replace(turn.unit, found.campaign, found.ask, found.rows, filled.rows)
    return await _go_on(turn, found)
