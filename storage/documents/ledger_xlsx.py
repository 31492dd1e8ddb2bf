"""The ledger as a workbook that an office can filter, print and file."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import lru_cache
from io import BytesIO
from typing import TYPE_CHECKING, Any, Literal, Protocol, Self, TypeAlias

from storage.documents.cells import footer_text, lines_of, naive, safe_text, sheet_name
from storage.documents.sheets import DepartmentSheet, Headings, LedgerSheet, PlanSheet
from storage.terms.lights import Light

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

Shape: TypeAlias = Literal["words", "centre", "day", "moment", "percent", "light", "cut"]

LINE = 13.0
"""Points that a line of text takes at the size used."""

DAY_ZERO = date(1899, 12, 30).toordinal()
"""The day from which spreadsheets count."""

OFTEN = 4_096
"""Words of cells that are remembered while a workbook is written: most stand in row after row."""

TALLEST = 409
"""Points that Excel allows a row."""

# Without "none" a theme's font would take the place of the one named.
_FONT = {"font_name": "宋体", "font_scheme": "none", "font_size": 10, "valign": "vcenter"}
_GRID = {"border": 1, "border_color": "#A6A6A6"}
_SHAPES: dict[Shape, dict[str, Any]] = {
    "words": {"text_wrap": True, "align": "left"},
    "cut": {"text_wrap": True, "align": "left", "valign": "top"},
    "centre": {"text_wrap": True, "align": "center"},
    "day": {"num_format": "yyyy-mm-dd", "align": "center", "text_wrap": True},
    "moment": {"num_format": "yyyy-mm-dd hh:mm", "align": "center"},
    "percent": {"num_format": "0%", "align": "center"},
    "light": {"bold": True, "align": "center"},
}
"""``cut`` is for words longer than their row shows: they are shown from their beginning."""

_FILLS: dict[Light, tuple[str, str]] = {
    Light.RED: ("#F4A6A0", "#7A0C0C"),
    Light.YELLOW: ("#FFE08A", "#6B4E00"),
    Light.GREEN: ("#BFE3C0", "#145A1E"),
    Light.GREY: ("#D9D9D9", "#505050"),
}
"""Light → fill and colour of its word; the word stays readable in a black-and-white print."""


class _Row(Protocol):
    """A row of any sheet: a dataclass whose fields are the columns."""


@dataclass(frozen=True, slots=True)
class _Column:
    name: str
    width: float
    shape: Shape = "words"
    most_lines: int = 27


_LEDGER = (
    _Column("number", 9, "centre"),
    _Column("section", 14),
    _Column("title", 20),
    _Column("text", 44, most_lines=8),
    _Column("department", 14),
    _Column("role", 6, "centre"),
    _Column("due", 11, "day"),
    _Column("status", 8, "centre"),
    _Column("light", 6, "light"),
    _Column("percent", 6, "percent"),
    _Column("last_report", 30, most_lines=12),
    _Column("last_report_at", 11, "day"),
    _Column("acknowledged", 11, "day"),
    _Column("completed_at", 11, "day"),
    _Column("extension", 13),
    _Column("remarks", 13),
)
_REPLIES = (
    _Column("at", 17, "moment"),
    _Column("number", 9, "centre"),
    _Column("title", 26),
    _Column("department", 18),
    _Column("who", 12, "centre"),
    _Column("percent", 7, "percent"),
    _Column("words", 56),
    _Column("evidence", 32),
    _Column("revision", 16),
)
_DEPARTMENT = (
    _Column("number", 9, "centre"),
    _Column("item", 26),
    _Column("measure", 52),
    _Column("role", 8, "centre"),
    _Column("due", 13, "day"),
    _Column("progress", 40),
    _Column("status", 10, "centre"),
)

_PLAN = (
    _Column("position", 6, "centre"),
    _Column("number", 10, "centre"),
    _Column("title", 26),
    _Column("text", 44, most_lines=8),
    _Column("lead", 20),
    _Column("responsible", 24),
    _Column("support", 20),
    _Column("limits", 18),
    _Column("drop", 8, "centre"),
)


def plan_workbook(plan: PlanSheet) -> bytes:
    """Write a plan as it was read, to be corrected and sent back."""
    with _Book(plan.title, plan.made_at) as book:
        book.sheet(plan.sheet, (plan.title, plan.subtitle, ""), _shown(_PLAN, plan.headings), plan.rows)
    return book.bytes()


def ledger_workbook(ledger: LedgerSheet) -> bytes:
    """Write a plan's ledger: one sheet of assignments with their lights, one of replies."""
    with _Book(ledger.title, ledger.made_at) as book:
        heads = (ledger.title, ledger.subtitle, ledger.as_of)
        book.sheet(ledger.item_sheet, heads, _shown(_LEDGER, ledger.item_headings), ledger.rows)
        book.sheet(ledger.reply_sheet, heads, _shown(_REPLIES, ledger.reply_headings), ledger.replies)
    return book.bytes()


def department_workbook(sheet: DepartmentSheet) -> bytes:
    """Write one department's own ledger for its website."""
    with _Book(sheet.title, sheet.made_at) as book:
        heads = (sheet.title, sheet.subtitle, sheet.as_of)
        book.sheet(sheet.sheet, heads, _shown(_DEPARTMENT, sheet.headings), sheet.rows)
    return book.bytes()


def _shown(columns: Sequence[_Column], headings: Headings) -> list[tuple[_Column, str]]:
    if unknown := headings.keys() - {each.name for each in columns}:
        raise ValueError(f"no such columns: {sorted(unknown)}")
    return [(each, headings[each.name]) for each in columns if each.name in headings]


def _fitted(words: str, width: float) -> tuple[str, int]:
    """Return words as a cell may bear them, and how many lines they take."""
    return safe_text(words), lines_of(words, width)


class _Book:
    """A workbook being written, row after row, so that memory stays flat however long it is."""

    def __init__(self, title: str, made_at: datetime) -> None:
        from xlsxwriter import Workbook

        self._made = BytesIO()
        self._names: frozenset[str] = frozenset()
        self._title = title
        self._fitted = lru_cache(OFTEN)(_fitted)
        self._workbook: Workbook = Workbook(
            self._made,
            {
                "in_memory": True,  # a thread that writes to disk at each row starves the loop
                "strings_to_formulas": False,
                "strings_to_urls": False,
                "strings_to_numbers": False,
                "default_format_properties": dict(_FONT),
            },
        )
        in_utc = made_at.astimezone(UTC).replace(tzinfo=None)
        self._workbook.set_properties({"title": safe_text(title), "created": in_utc})
        self._heads = {
            "title": self._format(bold=True, font_name="黑体", font_size=16, align="center", text_wrap=True),
            "subtitle": self._format(align="center", font_color="#505050", text_wrap=True),
            "as_of": self._format(align="right", font_color="#505050"),
            "heading": self._format(
                _GRID, bold=True, font_name="黑体", align="center", text_wrap=True, bg_color="#DCE6F1"
            ),
        }
        self._shapes = {shape: self._format(_GRID, look) for shape, look in _SHAPES.items()}
        self._lights = {
            light: self._format(_GRID, _SHAPES["light"], bg_color=fill, font_color=ink)
            for light, (fill, ink) in _FILLS.items()
        }

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._workbook.close()

    def bytes(self) -> bytes:
        """Return the finished file."""
        return self._made.getvalue()

    def sheet(
        self,
        name: str,
        heads: tuple[str, str, str],
        columns: Sequence[tuple[_Column, str]],
        rows: Iterable[_Row],
    ) -> None:
        """Write one sheet: title, subtitle, the line that dates it, headings, rows."""
        unique = sheet_name(name, self._names)
        self._names |= {unique}
        sheet = self._workbook.add_worksheet(unique)
        top = self._write_heads(sheet, heads, columns)
        row = top
        for row, values in enumerate(rows, top + 1):
            self._write_row(sheet, row, values, columns)
        last = max(len(columns) - 1, 0)
        sheet.autofilter(top, 0, row, last)
        sheet.freeze_panes(top + 1, 0)
        self._set_print(sheet, top, row, last)

    def _write_heads(
        self, sheet: Worksheet, heads: tuple[str, str, str], columns: Sequence[tuple[_Column, str]]
    ) -> int:
        width = sum(column.width for column, _ in columns)
        for at, (column, _) in enumerate(columns):
            sheet.set_column(at, at, column.width)
        row = -1
        for look, words, size, least in zip(
            ("title", "subtitle", "as_of"), heads, (1.6, 1, 1), (32, 18, 18), strict=True
        ):
            if not words:
                continue
            row += 1
            sheet.set_row(row, max(least, lines_of(words, width / size) * LINE * size))
            if len(columns) > 1:
                sheet.merge_range(row, 0, row, len(columns) - 1, "", self._heads[look])
            sheet.write_string(row, 0, safe_text(words), self._heads[look])
        row += 1
        sheet.set_row(row, max(24, LINE * max((lines_of(w, c.width) for c, w in columns), default=1) + 6))
        for at, (_, heading) in enumerate(columns):
            sheet.write_string(row, at, safe_text(heading), self._heads["heading"])
        return row

    def _write_row(
        self, sheet: Worksheet, row: int, values: _Row, columns: Sequence[tuple[_Column, str]]
    ) -> None:
        lines = 1
        for at, (column, _) in enumerate(columns):
            value = getattr(values, column.name)
            look = self._shapes[column.shape]
            if value is None or value == "":
                sheet.write_blank(row, at, None, look)
            elif isinstance(value, Light):
                word = getattr(values, "light_word", "") or value.value
                sheet.write_string(row, at, self._fitted(word, column.width)[0], self._lights[value])
            elif isinstance(value, str):
                words, needed = self._fitted(value, column.width)
                if needed > column.most_lines:
                    needed, look = column.most_lines, self._shapes["cut"]
                lines = max(lines, needed)
                sheet.write_string(row, at, words, look)
            elif isinstance(value, int):
                sheet.write_number(row, at, value / 100, look)
            else:
                local = naive(value)
                if column.shape == "day":
                    # The hour of a day's work is nobody's business: the ledger shows days.
                    sheet.write_number(row, at, local.toordinal() - DAY_ZERO, look)
                else:
                    sheet.write_datetime(row, at, local, look)
        sheet.set_row(row, min(TALLEST, max(20, lines * LINE + 6)))

    def _set_print(self, sheet: Worksheet, top: int, row: int, last: int) -> None:
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(top)
        sheet.print_area(0, 0, row, last)
        sheet.center_horizontally()
        sheet.set_footer(f"&L&8 {footer_text(self._title)}&R&8 &P / &N")

    def _format(self, *looks: Mapping[str, Any], **more: Any) -> Format:
        merged: dict[str, Any] = dict(_FONT)
        for look in looks:
            merged.update(look)
        return self._workbook.add_format({**merged, **more})
