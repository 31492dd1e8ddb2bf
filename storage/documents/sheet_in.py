"""Reading a spreadsheet: the rows of its visible sheets, merged cells and real dates as words."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from datetime import date, datetime, time
from typing import Any

from storage.documents.grids import MOST_CELLS, Cell, rows_of
from storage.documents.packed import part_of
from storage.documents.tables_in import MOST_COLUMNS, check_parts
from storage.documents.text_in import bounded
from storage.terms.blocks import Block, Place
from storage.terms.errors import Unreadable

WORKBOOK = "xl/workbook.xml"
MOST_ROWS = 5_000
MOST_SCANNED = 20_000
_MERGED = re.compile(rb'<(?:\w+:)?mergeCell\s+ref="([A-Z]{1,3})([0-9]{1,7}):([A-Z]{1,3})([0-9]{1,7})"')
_UNWORKED = re.compile(
    rb"<(?:\w+:)?c\b(?![^>]*\st=[\"']str)[^>]*>\s*<(?:\w+:)?f\b[^<]*</(?:\w+:)?f>\s*"
    rb"(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v>\s*</(?:\w+:)?v>)?\s*</(?:\w+:)?c>"
)
"""A formula whose value nobody worked out: a program wrote the sheet, no office ever saved it."""

Merged = dict[tuple[int, int], tuple[int, int]]
"""Row and column of a merged cell → how far it reaches down and across."""


def read_sheets(data: bytes) -> tuple[Block, ...]:
    """Read an xlsx file.

    Raises:
        Unreadable: ``notice_too_many_cells``, ``notice_formulas``, ``notice_too_large``,
            ``notice_corrupt``, or as the tables of people are refused.
    """
    from openpyxl import load_workbook

    check_parts(data)
    try:
        workbook = load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
        try:
            sheets = [each for each in workbook.worksheets if each.sheet_state == "visible"]
            return bounded(
                block for table, sheet in enumerate(sheets, 1) for block in _read(data, sheet, table)
            )
        finally:
            workbook.close()
    except Unreadable:
        raise
    # A broken part makes the library fail in any way that Python has.
    except Exception as error:
        raise Unreadable("notice_corrupt") from error


def _read(data: bytes, sheet: Any, table: int) -> Iterator[Block]:
    sheet.reset_dimensions()
    markup = part_of(data, str(sheet._worksheet_path).lstrip("/"))  # noqa: SLF001 - told nowhere else
    if unworked := len(_UNWORKED.findall(markup)):
        raise Unreadable("notice_formulas", count=unworked)
    merged = _merged(markup)
    yield from rows_of(_rows(sheet, merged), table)


def _rows(sheet: Any, merged: Merged) -> Iterator[tuple[Place, list[Cell]]]:
    covered: set[tuple[int, int]] = set()
    width = 0
    taken = 0
    for number, row in enumerate(sheet.iter_rows(max_col=MOST_COLUMNS + 1), 1):
        if number > MOST_SCANNED or taken > MOST_ROWS:
            raise Unreadable("notice_too_many_cells", limit=MOST_ROWS)
        words = [_words(cell) for cell in row]
        while words and not words[-1] and (number, len(words)) not in covered:
            words.pop()
        cells: list[Cell] = []
        for column, said in enumerate(words, 1):
            if (number, column) in covered:
                continue
            down, across = merged.get((number, column), (1, 1))
            if len(covered) + down * across > MOST_CELLS:
                raise Unreadable("notice_too_many_cells", limit=MOST_CELLS)
            covered.update((number + r, column + c) for r in range(down) for c in range(across) if r or c)
            cells.append(Cell(said, across, down))
        width = max(width, len(words))
        if any(cell.text for cell in cells):
            taken += 1
        if cells or any((number, column) in covered for column in range(1, width + 1)):
            yield Place(sheet=sheet.title, row=number), cells


def _merged(markup: bytes) -> Merged:
    found: Merged = {}
    for first, top, last, bottom in _MERGED.findall(markup):
        row, column = int(top), _column(first)
        down = min(int(bottom) - row + 1, MOST_ROWS)
        across = min(_column(last) - column + 1, MOST_COLUMNS)
        if down > 0 and across > 0 and len(found) < MOST_ROWS:
            found[row, column] = (down, across)
    return found


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def _words(cell: Any) -> str:
    value = cell.value
    match value:
        case None:
            return ""
        case datetime() if value.time() == time():
            return value.date().isoformat()
        case datetime() | date() | time():
            return value.isoformat(" ") if isinstance(value, datetime) else value.isoformat()
        case bool():
            return str(value)
        case int() | float():
            return _number(value, str(cell.number_format or ""))
        case _:
            return str(value).strip()


def _number(value: float, shown_as: str) -> str:
    if "%" in shown_as:
        return f"{value * 100:g}%"
    return str(int(value)) if value == int(value) else f"{value:g}"
