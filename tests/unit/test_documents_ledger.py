from __future__ import annotations

import io
import warnings
import zipfile
from collections.abc import Iterator
from dataclasses import fields, replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from storage.documents.cells import lines_of, safe_text, sheet_name, width_of
from storage.documents.ledger_xlsx import department_workbook, ledger_workbook
from storage.documents.sheets import DepartmentRow, DepartmentSheet, LedgerRow, LedgerSheet, ReplyRow
from storage.terms.clock import OFFICE_ZONE
from storage.terms.lights import Light

MADE_AT = datetime(2026, 6, 30, 17, tzinfo=OFFICE_ZONE)
ITEMS = {
    "number": "序号",
    "section": "章节",
    "title": "任务",
    "text": "工作要求",
    "department": "责任单位",
    "role": "角色",
    "due": "完成时限",
    "status": "状态",
    "light": "亮灯",
    "percent": "进度",
    "last_report": "最近进展",
    "last_report_at": "报送日期",
    "acknowledged": "签收日期",
    "completed_at": "办结日期",
    "extension": "延期",
    "remarks": "备注",
}
REPLIES = {
    "at": "时间",
    "number": "序号",
    "title": "任务",
    "department": "单位",
    "who": "报送人",
    "percent": "进度",
    "words": "内容",
    "evidence": "佐证",
    "revision": "修订",
}
PUBLIC = {
    "number": "序号",
    "item": "任务",
    "measure": "工作措施",
    "role": "角色",
    "due": "完成时限",
    "progress": "进展",
    "status": "状态",
}
ROW = LedgerRow(
    number="一/(一)/1",
    section="优化服务",
    title="公开清单",
    text="及时公开清单。" * 60,
    department="市发展和改革局",
    role="牵头",
    status="办理中",
    light=Light.RED,
    light_word="红",
    percent=60,
    due=date(2026, 6, 30),
    acknowledged=datetime(2026, 3, 2, 23, 30, tzinfo=UTC),
    last_report="已发布12条",
    last_report_at=datetime(2026, 6, 3, 10, 2, tzinfo=OFFICE_ZONE),
)
REPLY = ReplyRow(
    datetime(2026, 6, 3, 2, 2, tzinfo=UTC),
    "一/(一)/1",
    "公开清单",
    "市发展和改革局",
    "联络员",
    60,
    "已发布12条",
)
LEDGER = LedgerSheet(
    "灵山市2026年台账", "政务公开办", "截至6月30日", MADE_AT, "任务", ITEMS, "进展", REPLIES, (ROW,), (REPLY,)
)
DEPARTMENT = DepartmentSheet(
    "财政局台账",
    "",
    "截至6月30日",
    MADE_AT,
    "台账",
    PUBLIC,
    (DepartmentRow("1", "公开清单", "及时公开", "牵头", "长期", "已公开", "办理中"),),
)
DANGEROUS = [
    "=1+1",
    "=cmd|' /C calc'!A0",
    "+1+1",
    "-1+1",
    "-2+3+cmd|' /C calc'!A0",
    "@SUM(A1)",
    "\t=1+1",
    "\r=1+1",
    "\n=1+1",
    "＝1+1",
    "  =1+1",
    '=HYPERLINK("http://example.com")',
    "- cmd|' /C calc'!A0",
    "-一|二!三",
]


def opened(data: bytes) -> Workbook:
    return load_workbook(io.BytesIO(data))


def cells(data: bytes) -> Iterator[Any]:
    for sheet in opened(data).worksheets:
        for row in sheet.iter_rows():
            yield from row


def heading_row(sheet: Any) -> int:
    return int(sheet.auto_filter.ref.split(":")[0].lstrip("A"))


def record(sheet: Any, offset: int = 1) -> dict[str, Any]:
    top = heading_row(sheet)
    return {cell.value: sheet.cell(top + offset, at) for at, cell in enumerate(sheet[top], 1)}


def test_the_ledger_reads_back_as_it_was_given() -> None:
    workbook = opened(ledger_workbook(LEDGER))
    assert workbook.sheetnames == ["任务", "进展"]
    items, replies = workbook.worksheets
    assert [items.cell(n, 1).value for n in (1, 2, 3)] == ["灵山市2026年台账", "政务公开办", "截至6月30日"]
    row = record(items)
    assert list(row) == [
        "序号", "章节", "任务", "工作要求", "责任单位", "角色", "完成时限", "状态", "亮灯", "进度",
        "最近进展", "报送日期", "签收日期", "办结日期", "延期", "备注",
    ]  # fmt: skip
    assert row["工作要求"].value == ROW.text
    assert row["完成时限"].value == datetime(2026, 6, 30)  # noqa: DTZ001 - cells know no zone
    assert row["完成时限"].number_format == "yyyy-mm-dd"
    assert row["签收日期"].value == datetime(2026, 3, 3)  # noqa: DTZ001 - the office's day
    assert row["进度"].value == 0.6
    assert row["进度"].number_format == "0%"
    assert row["办结日期"].value is None
    reply = record(replies)
    assert reply["时间"].value == datetime(2026, 6, 3, 10, 2)  # noqa: DTZ001
    assert reply["内容"].value == "已发布12条"


@pytest.mark.parametrize("light", list(Light))
def test_a_light_is_a_fill_and_a_word(light: Light) -> None:
    data = ledger_workbook(replace(LEDGER, rows=(replace(ROW, light=light, light_word=f"词{light}"),)))
    cell = record(opened(data).worksheets[0])["亮灯"]
    assert cell.value == f"词{light}"
    assert cell.fill.patternType == "solid"


def test_the_lights_differ_and_the_words_stand_out_from_them() -> None:
    rows = tuple(replace(ROW, light=light) for light in Light)
    sheet = opened(ledger_workbook(replace(LEDGER, rows=rows))).worksheets[0]
    lit = [record(sheet, n)["亮灯"] for n in range(1, 5)]
    assert len({cell.fill.fgColor.rgb for cell in lit}) == 4
    for cell in lit:
        fill, ink = luminance(cell.fill.fgColor.rgb), luminance(cell.font.color.rgb)
        assert (fill + 0.05) / (ink + 0.05) >= 4.5, "contrast by WCAG AA"


def luminance(argb: str) -> float:
    parts = [int(argb[at : at + 2], 16) / 255 for at in (2, 4, 6)]
    linear = [p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_an_office_can_filter_scroll_and_print_it() -> None:
    for sheet in opened(ledger_workbook(replace(LEDGER, rows=(ROW,) * 30))).worksheets:
        top = heading_row(sheet)
        assert sheet.freeze_panes == f"A{top + 1}"
        assert sheet.auto_filter.ref.endswith(str(sheet.max_row))
        assert sheet.page_setup.orientation == "landscape"
        assert sheet.page_setup.paperSize == 9
        assert (fit := sheet.sheet_properties.pageSetUpPr)
        assert fit.fitToPage
        assert (sheet.page_setup.fitToWidth or 1, sheet.page_setup.fitToHeight) == (1, 0)
        assert sheet.print_title_rows == f"${top}:${top}"
        assert sheet.column_dimensions["A"].width > 8


def test_long_words_wrap_in_rows_tall_enough_for_them() -> None:
    sheet = opened(ledger_workbook(replace(LEDGER, rows=(ROW, replace(ROW, text="短"))))).worksheets[0]
    top = heading_row(sheet)
    tall, low = (sheet.row_dimensions[top + n].height for n in (1, 2))
    assert record(sheet)["工作要求"].alignment.wrap_text
    assert record(sheet)["工作要求"].alignment.vertical == "top"
    assert tall > 2 * low
    longest = opened(ledger_workbook(replace(LEDGER, rows=(replace(ROW, last_report="长" * 30_000),))))
    assert longest.worksheets[0].row_dimensions[top + 1].height <= 409


@pytest.mark.parametrize("words", DANGEROUS)
def test_no_cell_is_a_formula_wherever_the_words_stand(words: str) -> None:
    in_row: dict[str, Any] = {f.name: words for f in fields(ROW) if f.type == "str"}
    in_reply: dict[str, Any] = {f.name: words for f in fields(REPLY) if f.type == "str"}
    row, reply = replace(ROW, **in_row, due=words), replace(REPLY, **in_reply)
    headings = dict.fromkeys(ITEMS, words), dict.fromkeys(REPLIES, words)
    ledger = LedgerSheet(
        words, words, words, MADE_AT, words, headings[0], words, headings[1], (row,), (reply,)
    )
    found = 0
    for cell in cells(ledger_workbook(ledger)):
        assert cell.data_type != "f"
        if isinstance(cell.value, str):
            found += 1
            assert cell.value[0] in "' "
            assert cell.value.lstrip()[0] == "'"
    assert found > 40


@pytest.mark.parametrize(
    "words", ["-", "--", "-5", "+3%", "12.5", "- 已完成3项", "－已完成", "a=b", "2026-06-30", "'单引号"]
)
def test_harmless_words_stay_as_they_are(words: str) -> None:
    assert safe_text(words) == words


@settings(deadline=None, max_examples=40)
@given(st.text(st.characters(exclude_categories=()), max_size=40))
def test_any_words_at_all_make_a_workbook_that_opens(words: str) -> None:
    row, reply = replace(ROW, text=words, department=words), replace(REPLY, words=words)
    data = ledger_workbook(
        replace(LEDGER, title=words, item_sheet=words, reply_sheet=words, rows=(row,), replies=(reply,))
    )
    assert all(cell.data_type != "f" for cell in cells(data))


@pytest.mark.parametrize("words", ["<r><t>x</t></r>", "<r></c><c><f>1+1</f></c></r>", "<r>&</r>"])
def test_markup_in_words_stays_words(words: str) -> None:
    data = ledger_workbook(replace(LEDGER, rows=(replace(ROW, remarks=words),)))
    assert record(opened(data).worksheets[0])["备注"].value.strip() == words
    assert all(cell.data_type != "f" for cell in cells(data))


@pytest.mark.parametrize(
    "words", ["https://example.gov.cn/a", "mailto:a@example.gov.cn", "internal:Sheet1!A1"]
)
def test_addresses_stay_words(words: str) -> None:
    data = ledger_workbook(replace(LEDGER, replies=(replace(REPLY, evidence=words),)))
    cell = record(opened(data).worksheets[1])["佐证"]
    assert cell.value == words
    assert cell.hyperlink is None


@pytest.mark.parametrize("words", ["长" * 40_000, "😀" * 20_000])
def test_words_longer_than_a_cell_are_cut_without_a_complaint(words: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        data = ledger_workbook(replace(LEDGER, rows=(replace(ROW, text=words),)))
    value = record(opened(data).worksheets[0])["工作要求"].value
    assert value.startswith(words[:16_000])
    assert len(value.encode("utf-16-le")) // 2 <= 32_767
    assert value.endswith("…")


def test_columns_without_a_heading_are_left_out_and_unknown_ones_refused() -> None:
    few = {"title": "任务", "light": "亮灯"}
    sheet = opened(ledger_workbook(replace(LEDGER, item_headings=few))).worksheets[0]
    assert list(record(sheet)) == ["任务", "亮灯"]
    with pytest.raises(ValueError, match="phone"):
        ledger_workbook(replace(LEDGER, item_headings={**few, "phone": "电话"}))


def test_an_empty_ledger_is_still_a_ledger() -> None:
    for sheet in opened(ledger_workbook(replace(LEDGER, rows=(), replies=()))).worksheets:
        assert sheet.max_row == heading_row(sheet)


def test_sheets_of_one_name_or_of_none_are_told_apart() -> None:
    names = opened(ledger_workbook(replace(LEDGER, item_sheet="台账", reply_sheet="台账"))).sheetnames
    assert len(set(names)) == 2
    assert sheet_name("[]:*?/\\") == "-"
    assert sheet_name("'Ledger'") == "Ledger"
    assert sheet_name("History") == "History (2)"
    assert len(sheet_name("长" * 60)) == 31
    assert sheet_name("A", frozenset({"a"})) == "A (2)"


def test_the_same_ledger_makes_the_same_bytes_whenever_it_is_written() -> None:
    assert ledger_workbook(LEDGER) == ledger_workbook(LEDGER)
    data = ledger_workbook(LEDGER)
    assert opened(data).properties.created == datetime(2026, 6, 30, 9)  # noqa: DTZ001 - UTC


def test_rows_may_come_one_by_one() -> None:
    once = ledger_workbook(replace(LEDGER, rows=(replace(ROW, number=str(n)) for n in range(500))))
    assert opened(once).worksheets[0].max_row == 504


def test_a_department_s_ledger_is_fit_for_its_website() -> None:
    data = department_workbook(DEPARTMENT)
    (sheet,) = opened(data).worksheets
    assert list(record(sheet)) == ["序号", "任务", "工作措施", "角色", "完成时限", "进展", "状态"]
    assert record(sheet)["完成时限"].value == "长期"
    assert {f.name for f in fields(DepartmentRow)} == set(PUBLIC), "no field for a person or a telephone"
    properties = opened(data).properties
    assert not properties.creator
    assert not properties.lastModifiedBy


def test_nothing_in_the_file_reaches_outside() -> None:
    with zipfile.ZipFile(io.BytesIO(ledger_workbook(LEDGER))) as archive:
        names = archive.namelist()
        assert not any("external" in name.lower() or "macro" in name.lower() for name in names)
        assert not any(b'TargetMode="External"' in archive.read(name) for name in names)


@pytest.mark.parametrize(("words", "width"), [("", 0), ("abc", 3), ("台账", 4), ("台账a", 5), ("，", 2)])
def test_chinese_takes_double_width(words: str, width: int) -> None:
    assert width_of(words) == width


@pytest.mark.parametrize(("words", "lines"), [("", 1), ("台账", 1), ("台" * 10, 3), ("a\nb\n", 3)])
def test_lines_are_counted_by_width(words: str, lines: int) -> None:
    assert lines_of(words, 10) == lines
