"""Plain tables as a workbook: forms to fill in, reports with their totals, comparisons."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from io import BytesIO
from typing import TYPE_CHECKING, Any, TypeAlias

from storage.documents.cells import footer_text, lines_of, safe_text, sheet_name

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

Cell: TypeAlias = "str | int | date | None"

LINE = 13.0
TALLEST = 409
MOST_LINES = 20
LIST_LENGTH = 250
"""Characters that a drop-down list of a cell may have in all."""

_FONT = {"font_name": "宋体", "font_scheme": "none", "font_size": 10, "valign": "vcenter"}
_GRID = {"border": 1, "border_color": "#A6A6A6"}


@dataclass(frozen=True, slots=True)
class TableColumn:
    """A column: the word above it, its width, and what may be chosen in it; ``strict``: nothing else."""

    label: str
    width: float = 12
    choices: tuple[str, ...] = ()
    strict: bool = True
    centred: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """One sheet: what stands above, its columns and rows; the last ``sums`` rows are set apart.

    ``room`` empty rows follow, to be filled in.
    """

    name: str
    title: str
    notes: tuple[str, ...]
    columns: Sequence[TableColumn]
    rows: Sequence[Sequence[Cell]]
    sums: int = 0
    room: int = 0


def tables_workbook(tables: Sequence[Table], made_at: datetime) -> bytes:
    """Write a workbook of plain tables."""
    from xlsxwriter import Workbook

    made = BytesIO()
    options = {
        "in_memory": True,  # a thread that writes to disk at each row starves the loop
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    with Workbook(made, options) as workbook:
        created = made_at.astimezone(UTC).replace(tzinfo=None)
        workbook.set_properties({"title": safe_text(tables[0].title), "created": created})
        looks = _looks(workbook)
        taken: frozenset[str] = frozenset()
        for table in tables:
            name = sheet_name(table.name, taken)
            taken |= {name}
            _write(workbook.add_worksheet(name), table, looks)
    return made.getvalue()


def _looks(workbook: Workbook) -> dict[str, Format]:
    def look(**more: Any) -> Format:
        return workbook.add_format({**_FONT, "text_wrap": True, **more})

    return {
        "title": look(bold=True, font_name="黑体", font_size=16, align="center"),
        "note": look(font_color="#505050"),
        "heading": look(**_GRID, bold=True, font_name="黑体", align="center", bg_color="#DCE6F1"),
        "words": look(**_GRID, align="left"),
        "centre": look(**_GRID, align="center"),
        "day": look(**_GRID, align="center", num_format="yyyy-mm-dd"),
        "sum": look(**_GRID, align="center", bold=True, bg_color="#F2F2F2"),
    }


def _write(sheet: Worksheet, table: Table, looks: dict[str, Format]) -> None:
    last = len(table.columns) - 1
    for at, column in enumerate(table.columns):
        sheet.set_column(at, at, column.width)
    width = sum(column.width for column in table.columns)
    row = 0
    for look, words, size in (("title", table.title, 1.6), *(("note", note, 1.0) for note in table.notes)):
        sheet.set_row(row, max(18.0, lines_of(words, width / size) * LINE * size + 5))
        if last:
            sheet.merge_range(row, 0, row, last, "", looks[look])
        sheet.write_string(row, 0, safe_text(words), looks[look])
        row += 1
    top = row
    sheet.set_row(top, max(24, LINE * max(lines_of(c.label, c.width) for c in table.columns) + 6))
    for at, column in enumerate(table.columns):
        sheet.write_string(top, at, safe_text(column.label), looks["heading"])
    row = _write_rows(sheet, table, top, looks)
    _offer_choices(sheet, table.columns, top + 1, max(row, top + 1))
    sheet.freeze_panes(top + 1, 0)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(top)
    sheet.set_footer(f"&L&8 {footer_text(table.title)}&R&8 &P / &N")


def _write_rows(sheet: Worksheet, table: Table, top: int, looks: dict[str, Format]) -> int:
    row = top
    first_sum = len(table.rows) - table.sums
    plain = [looks["centre" if column.centred else "words"] for column in table.columns]
    widths = [column.width for column in table.columns]
    for number, cells in enumerate(table.rows):
        row += 1
        lines = 1
        for cell, width in zip(cells, widths, strict=True):
            # What is half as long as its column is wide stands in one line, whatever is written.
            if isinstance(cell, str) and (2 * len(cell) > width - 2 or "\n" in cell):
                lines = max(lines, lines_of(cell, width))
        sheet.set_row(row, min(TALLEST, max(20, min(lines, MOST_LINES) * LINE + 6)))
        in_sum = number >= first_sum
        for at, cell in enumerate(cells):
            _write_cell(sheet, row, at, cell, looks["sum"] if in_sum else plain[at], looks)
    for _ in range(table.room):
        row += 1
        sheet.set_row(row, 20)
        for at in range(len(table.columns)):
            sheet.write_blank(row, at, None, looks["words"])
    return row


def _write_cell(
    sheet: Worksheet, row: int, at: int, cell: Cell, look: Format, looks: dict[str, Format]
) -> None:
    if cell is None or cell == "":
        sheet.write_blank(row, at, None, look)
    elif isinstance(cell, str):
        sheet.write_string(row, at, safe_text(cell), look)
    elif isinstance(cell, int):
        sheet.write_number(row, at, cell, looks["centre"] if look is looks["words"] else look)
    else:
        sheet.write_datetime(row, at, cell, looks["day"])


def _offer_choices(sheet: Worksheet, columns: Sequence[TableColumn], first: int, last: int) -> None:
    for at, column in enumerate(columns):
        if column.choices and len(",".join(column.choices)) <= LIST_LENGTH:
            rule = {"validate": "list", "source": list(column.choices), "show_error": column.strict}
            sheet.data_validation(first, at, last, at, rule)
