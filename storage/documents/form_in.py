"""Reading a campaign's form that was sent back: every fault by its cell, or every row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import PurePath
from typing import Any

from storage.documents.tables_in import Table, read_tables
from storage.terms.campaigns import Template
from storage.terms.errors import Unreadable
from storage.terms.forms import Field, FieldFault, Values, read_value
from storage.terms.texts import Text, text

HEADING_WITHIN = 12
NEEDED = "*＊"
APOSTROPHE = "'"


@dataclass(frozen=True, slots=True)
class CellProblem:
    """What is wrong in one cell: where it is, the word above it, and why."""

    cell: str
    label: str
    reason: Text


@dataclass(slots=True)
class Filled:
    """The rows of a form, and its faults."""

    rows: list[Values] = field(default_factory=list)
    problems: list[CellProblem] = field(default_factory=list)


def read_form(template: Template, name: str, data: bytes, year: int) -> Filled:
    """Read a form. Raises :class:`Unreadable` where it is none, or not this campaign's."""
    suffix = PurePath(name.strip()).suffix.lower()
    if suffix in (".xls", ".et"):
        raise Unreadable("table.old_or_locked")
    if suffix not in (".xlsx", ".csv"):
        raise Unreadable("campaign.file_type", name=name[-60:])
    for table in read_tables(data, suffix):
        for at, (_, cells) in enumerate(table.rows[:HEADING_WITHIN]):
            columns = _columns(template, cells)
            if template.main in columns:
                _check(template, columns)
                return _read(template, table, at, columns, year)
    raise Unreadable("campaign.no_headings", label=template.field(template.main).label)


def _columns(template: Template, cells: Sequence[Any]) -> dict[str, int]:
    labels = {_plain(each.label): each.name for each in template.fields}
    found: dict[str, int] = {}
    for at, cell in enumerate(cells):
        name = labels.get(_plain(cell))
        if name is not None:
            found.setdefault(name, at)
    return found


def _plain(cell: object) -> str:
    return "".join(str(cell or "").split()).strip(NEEDED).replace("（", "(").replace("）", ")")


def _check(template: Template, columns: Mapping[str, int]) -> None:
    missing = [each.label for each in template.fields if each.needed and each.name not in columns]
    if missing:
        raise Unreadable("campaign.columns_missing", labels=missing)


def _read(template: Template, table: Table, at: int, columns: Mapping[str, int], year: int) -> Filled:
    found = Filled()
    seen: dict[str, str] = {}
    for number, cells in table.rows[at + 1 :]:
        written = {name: cells[at] for name, at in columns.items() if at < len(cells)}
        if not any(str(value).strip() for value in written.values() if value is not None):
            continue
        row = _row(template, number, columns, written, year, found)
        name = row.get(template.main, "")
        place = f"{_letters(columns[template.main])}{number}"
        if name and name in seen:
            label = template.field(template.main).label
            reason = text("form.fault.twice", value=name, cell=seen[name])
            found.problems.append(CellProblem(place, label, reason))
        seen.setdefault(name, place)
        found.rows.append(row)
    return found


def _row(
    template: Template,
    number: int,
    columns: Mapping[str, int],
    written: Mapping[str, Any],
    year: int,
    found: Filled,
) -> Values:
    row: Values = {}
    faulty: set[str] = set()
    for each in template.fields:
        if each.name not in written:
            continue
        try:
            value = read_value(each, _bare(written[each.name]), year)
        except FieldFault as fault:
            faulty.add(each.name)
            found.problems.append(_problem(each, columns, number, fault.text))
        else:
            if value:
                row[each.name] = value
    for each in template.fields:
        if each.is_needed(row) and not row.get(each.name) and each.name not in faulty:
            found.problems.append(_problem(each, columns, number, text("form.fault.needed")))
    return row


def _bare(value: Any) -> Any:
    """Take away the apostrophe that went before words a spreadsheet might have run."""
    if isinstance(value, str) and value.startswith(APOSTROPHE):
        return value.removeprefix(APOSTROPHE)
    return value


def _problem(each: Field, columns: Mapping[str, int], number: int, reason: Text) -> CellProblem:
    place = f"{_letters(columns[each.name])}{number}" if each.name in columns else str(number)
    return CellProblem(place, each.label, reason)


def _letters(at: int) -> str:
    letters = ""
    at += 1
    while at:
        at, rest = divmod(at - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters
