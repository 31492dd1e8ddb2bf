"""A campaign's documents: the prefilled form of a department, and the report over all."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from handlers.turns import Turn
from reminders.campaigns.reading import DEPARTMENT, NUMBER
from storage.documents.form_in import Filled, read_form
from storage.documents.tables_xlsx import Cell, Table, TableColumn, tables_workbook
from storage.ledger import campaigns, lookup
from storage.records import Ask, AskRow, Campaign, Department
from storage.terms.campaigns import Answered, Template, total_of
from storage.terms.clock import office_time
from storage.terms.forms import Field, FieldKind
from storage.terms.texts import Text, text

ROOM = 10
"""Empty rows of a form."""

Words = Callable[[Text], str]
Made = tuple[str, bytes]


def read(template: Template, name: str, content: bytes, year: int) -> Filled:
    """Read a form that was sent back."""
    return read_form(template, name, content, year)


# ---------------------------------------------------------------- the form


def form(turn: Turn, campaign: Campaign, ask: Ask, rows: Sequence[AskRow]) -> Callable[[], Made]:
    """Return what writes a department's prefilled form."""
    template = campaigns.template_of(campaign)
    department = lookup.short_name(turn.directory, ask.department_id)
    words, made_at = turn.words, office_time(turn.now)
    known = [dict(row.cells) for row in rows]
    asked = [each for each in template.fields if each.name != template.attendance]
    title = campaign.title
    until = campaign.closes

    def make() -> Made:
        columns = [
            TableColumn(
                words(text("campaign.form.needed", label=each.label)) if each.needed else each.label,
                each.width,
                each.choices,
                strict=not each.open_choices,
                centred=each.kind is not FieldKind.TEXT,
            )
            for each in asked
        ]
        cells = [[_cell(each, row) for each in asked] for row in known]
        notes = (words(text("campaign.form.note", department=department, until=until)),)
        room = ROOM if template.rows else 0
        table = Table(template.title, title, notes, columns, cells, room=room)
        name = words(text("campaign.form.file", title=title, department=department))
        return f"{name}.xlsx", tables_workbook([table], made_at)

    return make


def _cell(field: Field, cells: Mapping[str, str]) -> Cell:
    value = cells.get(field.name, "")
    if value and field.kind is FieldKind.DAY:
        return date.fromisoformat(value)
    return int(value) if value and field.kind is FieldKind.NUMBER else value


# ---------------------------------------------------------------- the report


@dataclass(frozen=True, slots=True)
class Part:
    """What one department answered, and the figures' rows of it now and last time."""

    department: str
    asked: Ask
    rows: Sequence[AskRow]
    counted: Sequence[Answered]


async def report(turn: Turn, campaign: Campaign) -> Callable[[], Made]:
    """Read what was answered; what is returned writes the report."""
    template = campaigns.template_of(campaign)
    earlier = await campaigns.before(turn.unit, campaign)
    now = await _parts(turn, campaign, first=earlier is None)
    last = [] if earlier is None else await _parts(turn, earlier, first=await _is_first(turn, earlier))
    words, made_at = turn.words, office_time(turn.now)

    def make() -> Made:
        tables = [
            _summary(
                template,
                campaign,
                now,
                [row for part in last for row in part.counted] if earlier else None,
                words,
                made_at,
            ),
            _details(template, campaign, now, words, made_at),
        ]
        name = words(text("campaign.report.file", title=campaign.title))
        return f"{name}.xlsx", tables_workbook(tables, made_at)

    return make


async def _is_first(turn: Turn, campaign: Campaign) -> bool:
    return await campaigns.before(turn.unit, campaign) is None


async def _parts(turn: Turn, campaign: Campaign, *, first: bool) -> list[Part]:
    asks = await campaigns.asks_of(turn.unit, campaign)
    rows = await campaigns.rows_of(turn.unit, [each.id for each in asks])
    return [
        Part(
            turn.directory.get(Department, each.department_id).name,
            each,
            rows[each.id],
            campaigns.counted(each, rows[each.id], first=first),
        )
        for each in asks
    ]


def _summary(
    template: Template,
    campaign: Campaign,
    parts: Sequence[Part],
    before: Sequence[Answered] | None,
    words: Words,
    made_at: datetime,
) -> Table:
    """Count what each department answered, all together, and the change against last time."""

    def say(key: str) -> str:
        return words(text(f"campaign.report.{key}"))

    every = [row for part in parts for row in part.counted]
    rows: list[list[Cell]] = []
    for number, part in enumerate(parts, 1):
        state = "missing" if part.asked.answered_at is None else "nil" if part.asked.nil else "answered"
        figures: list[Cell] = [total_of(template, total, part.counted) for total in template.totals]
        if state != "answered":
            figures = [None] * len(figures)
        rows.append([number, part.department, say(f"state_{state}"), *figures])
    answered = sum(part.asked.answered_at is not None for part in parts)
    totals = [total_of(template, total, every) for total in template.totals]
    state = words(text("campaign.report.answered_of", answered=answered, count=len(parts)))
    sums: list[list[Cell]] = [[None, say("sum"), state, *totals]]
    if before is not None and template.totals:
        earlier = [total_of(template, total, before) for total in template.totals]
        sums.append([None, say("last"), None, *earlier])
        sums.append(
            [None, say("change"), None, *(f"{a - b:+d}" for a, b in zip(totals, earlier, strict=True))]
        )
    columns = [
        TableColumn(say("number"), 6, centred=True),
        TableColumn(say("department"), 22),
        TableColumn(say("state"), 11, centred=True),
        *(TableColumn(total.label, 9, centred=True) for total in template.totals),
    ]
    return Table(
        say("summary_sheet"),
        campaign.title,
        (_as_of(campaign, words, made_at),),
        columns,
        [*rows, *sums],
        len(sums),
    )


def _details(
    template: Template, campaign: Campaign, parts: Sequence[Part], words: Words, made_at: datetime
) -> Table:
    """List every row that was answered, in the columns of the template."""
    names = template.columns or (NUMBER, DEPARTMENT, *(each.name for each in template.fields))
    special = {
        NUMBER: TableColumn(words(text("campaign.report.number")), 6, centred=True),
        DEPARTMENT: TableColumn(words(text("campaign.report.department")), 18),
    }
    columns = [special.get(name) or _column(template.field(name)) for name in names]
    rows: list[list[Cell]] = []
    for part in parts:
        if part.asked.answered_at is None or part.asked.nil:
            continue
        for row in part.rows:
            own: dict[str, Cell] = {NUMBER: len(rows) + 1, DEPARTMENT: part.department}
            rows.append([own[n] if n in own else _cell(template.field(n), row.cells) for n in names])
    sheet = words(text("campaign.report.details_sheet"))
    return Table(sheet, campaign.title, (_as_of(campaign, words, made_at),), columns, rows)


def _column(field: Field) -> TableColumn:
    centred = field.kind not in (FieldKind.TEXT, FieldKind.WORDS)
    return TableColumn(field.label, field.width, centred=centred)


def _as_of(campaign: Campaign, words: Words, made_at: datetime) -> str:
    return words(text("campaign.report.as_of", first=campaign.opens, last=campaign.closes, when=made_at))
