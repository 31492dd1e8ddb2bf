"""A ledger's workbook beside the same cells written with bare xlsxwriter."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import fields
from datetime import UTC, datetime
from io import BytesIO
from typing import Any

from storage.documents.ledger_xlsx import ledger_workbook
from storage.documents.sheets import LedgerRow, LedgerSheet
from storage.terms.lights import Light
from tests.bench.figures import Figure, at_most
from tests.bench.ledgers import START

ROWS, COLUMNS, ROUNDS = 10_000, 12, 5


def run() -> list[Figure]:
    """Write the same rows with ours and with theirs, in turn."""
    rows = [_row(number) for number in range(1, ROWS + 1)]
    columns = [each.name for each in fields(LedgerRow) if each.name != "light_word"][:COLUMNS]
    pairs = [(_took(_ours, rows, columns), _took(_plain, rows, columns)) for _ in range(ROUNDS)]
    ours, bare = (min(each) for each in zip(*pairs, strict=True))
    name = "a ledger of 10,000 × 12 as xlsx, of bare xlsxwriter with the same looks"
    return [at_most(name, ours / bare, 1.0)]


def _took(
    write: Callable[[list[LedgerRow], list[str]], bytes], rows: list[LedgerRow], columns: list[str]
) -> float:
    began = time.perf_counter()
    assert write(rows, columns)
    return time.perf_counter() - began


def _row(number: int) -> LedgerRow:
    return LedgerRow(
        number=str(number),
        section="一、深化重点领域信息公开",
        title=f"做好第{number % 100}项工作",
        text="及时公开国民经济和社会发展规划，做好解读和回应。" * 3,
        department=f"市第{number % 60}局",
        role="牵头",
        status="办理中",
        light=Light.GREEN,
        light_word="绿灯",
        percent=number % 100,
        due=START.date(),
        acknowledged=START,
        last_report=f"已发布{number}条",
        last_report_at=START,
        completed_at=None,
        extension="",
        remarks="",
    )


def _ours(rows: list[LedgerRow], columns: list[str]) -> bytes:
    headings = {name: name for name in columns}
    return ledger_workbook(LedgerSheet("台账", "", "", START, "台账", headings, "回复", {}, rows, []))


def _plain(rows: list[LedgerRow], columns: list[str]) -> bytes:
    """Write the same cells, each with its format, and the same heights, as xlsxwriter's manual shows."""
    from xlsxwriter import Workbook

    made = BytesIO()
    book = Workbook(made, {"in_memory": True})
    sheet = book.add_worksheet()
    words = book.add_format({"text_wrap": True, "border": 1, "align": "left"})
    days = book.add_format({"num_format": "yyyy-mm-dd", "border": 1, "align": "center"})
    for at, row in enumerate(rows):
        sheet.set_row(at, 58)
        for column, name in enumerate(columns):
            value: Any = getattr(row, name)
            if isinstance(value, datetime):
                sheet.write_datetime(at, column, value.astimezone(UTC).replace(tzinfo=None), days)
            elif hasattr(value, "year"):
                sheet.write_datetime(at, column, value, days)
            else:
                sheet.write(at, column, value, words)
    book.close()
    return made.getvalue()
