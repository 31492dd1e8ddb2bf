from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from storage.documents.register_in import read_register
from storage.documents.register_rows import MOST_PROBLEMS
from storage.documents.tables_in import MOST_BYTES, MOST_ROWS
from storage.terms.errors import Unreadable
from storage.terms.register import (
    DEFAULT_COLLECTIVES,
    CollectiveRule,
    DepartmentKind,
    Register,
    RegisterEntry,
    find_collective,
)

K = DepartmentKind
SINCE = datetime.combine(date(2019, 3, 1), datetime.min.time())
HEADINGS = ("单位名称", "类别", "简称", "启用日期", "停用日期", "主管部门")
SHEET = "xl/worksheets/sheet1.xml"
MAIN = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
END = b"</sheetData></worksheet>"


def xlsx(rows: Iterable[Sequence[Any]], **others: Iterable[Sequence[Any]]) -> bytes:
    workbook = Workbook()
    sheets = {"单位": rows, **others}
    for name, lines in sheets.items():
        sheet = workbook.create_sheet(name)
        for line in lines:
            sheet.append(list(line))
    workbook.remove(workbook.worksheets[0])
    made = io.BytesIO()
    workbook.save(made)
    return made.getvalue()


def csv(*lines: str) -> bytes:
    return "\n".join(lines).encode()


def with_part(change: Callable[[bytes], bytes], part: str = SHEET) -> bytes:
    """Return a good workbook with one part changed."""
    source = zipfile.ZipFile(io.BytesIO(xlsx([HEADINGS, ("甲局", "部门")])))
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            data = source.read(name)
            target.writestr(name, change(data) if name == part else data)
    return made.getvalue()


def keys(register: Register) -> list[tuple[int, str]]:
    return [(each.row, each.key.removeprefix("register.")) for each in register.problems]


def refused(data: bytes, name: str) -> str:
    with pytest.raises(Unreadable) as error:
        read_register(data, name)
    return error.value.text.key.removeprefix("refusal.")


def test_an_office_s_list_is_read_from_below_its_title() -> None:
    register = read_register(
        xlsx(
            [
                ("灵山市单位名册",),
                ("填表说明：每行一个单位",),
                (),
                ("序号", "单位名称*", "类别（必填）", "简称", "别名", "启用日期", "停用日期", "电话"),
                (
                    1,
                    "市发 展和\n改革局",
                    "部门",
                    "发改局、市发改局",
                    "发改委",
                    SINCE,
                    None,
                    "0951",
                ),
                (),
                (2, "东坡镇人民政府", "乡镇", "东坡镇", None, "2020年1月2日", "2030/12/31", None),
                (3, "城区街道办事处", "街道", None, None, "2020-01-02", None, None),
                (4, "市融媒体中心", "直属事业单位", None, None, None, None, None),
                (5, "Power Company", "外部单位", None, None, None, None, None),
            ]
        ),
        "名册.XLSX",
    )
    assert register.problems == ()
    assert register.collectives == DEFAULT_COLLECTIVES
    assert register.departments == (
        RegisterEntry("市发展和改革局", K.BUREAU, ("发改局", "市发改局", "发改委"), date(2019, 3, 1)),
        RegisterEntry("东坡镇人民政府", K.TOWNSHIP, ("东坡镇",), date(2020, 1, 2), date(2030, 12, 31)),
        RegisterEntry("城区街道办事处", K.SUBDISTRICT, (), date(2020, 1, 2)),
        RegisterEntry("市融媒体中心", K.INSTITUTION),
        RegisterEntry("Power Company", K.EXTERNAL),
    )


def test_collectives_stand_on_a_sheet_of_their_own() -> None:
    register = read_register(
        xlsx(
            [HEADINGS, ("甲局", "部门")],
            说明=[("这里没有表格",)],
            统称=[
                ("统称", "包含类别", "需选择"),
                ("各镇", "乡镇", None),
                ("各有关方面", "部门、街道，外部单位", "是"),
            ],
        ),
        "a.xlsx",
    )
    assert register.problems == ()
    assert register.collectives == (
        CollectiveRule("各镇", (K.TOWNSHIP,)),
        CollectiveRule("各有关方面", (K.BUREAU, K.SUBDISTRICT, K.EXTERNAL), choose=True),
    )


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_csv_is_read_whatever_program_wrote_it(encoding: str, delimiter: str) -> None:
    lines = [["单位名册"], ["名称", "类型", "别名"], ["市财政局", "部门", "财政局、市财局"], ["", "", ""]]
    register = read_register("\r\n".join(map(delimiter.join, lines)).encode(encoding), "a.csv")
    assert register.departments == (RegisterEntry("市财政局", K.BUREAU, ("财政局", "市财局")),)
    assert register.problems == ()


def test_csv_in_english() -> None:
    register = read_register(
        csv("name,kind,aliases,since,until,parent", 'Audit,bureau,"A;B",2026-01-01,,'), "a.csv"
    )
    assert register.departments == (RegisterEntry("Audit", K.BUREAU, ("A", "B"), date(2026, 1, 1)),)


def test_toml() -> None:
    register = read_register(
        """
        [[departments]]
        name = "市财政局"
        kind = "bureau"
        aliases = ["财政局"]
        since = 2019-03-01
        [[departments]]
        name = "东坡镇"
        kind = "township"
        until = "2030-12-31"
        parent = "财政局"
        [[collectives]]
        name = "各镇"
        kinds = ["township"]
        choose = true
        """.encode(),
        "register.toml",
    )
    assert register == Register(
        (
            RegisterEntry("市财政局", K.BUREAU, ("财政局",), date(2019, 3, 1)),
            RegisterEntry("东坡镇", K.TOWNSHIP, (), None, date(2030, 12, 31), "财政局"),
        ),
        (CollectiveRule("各镇", (K.TOWNSHIP,), choose=True),),
    )


@pytest.mark.parametrize(
    ("row", "key"),
    [
        ((None, "部门"), "name_missing"),
        ((42, "部门"), "name_missing"),
        (("甲" * 61, "部门"), "name_too_long"),
        (("甲局、乙局", "部门"), "name_odd"),
        (("#N/A", "部门"), "name_odd"),
        (("甲局", None), "kind_missing"),
        (("甲局", "衙门"), "kind_unknown"),
        (("甲局", "部门", "乙=局"), "name_odd"),
        (("甲局", "部门", None, "春天"), "day_unreadable"),
        (("甲局", "部门", None, "2026-02-30"), "day_unreadable"),
        (("甲局", "部门", None, 46000), "day_unreadable"),
        (("甲局", "部门", None, "2026-03-01", "2026-02-01"), "days_reversed"),
        (("甲局", "部门", None, None, None, "丙局"), "parent_unknown"),
        (("甲局", "部门", "甲", None, None, "甲"), "parent_unknown"),
        (("各部门", "部门"), "name_is_collective"),
        (("甲局", "部门", "各乡镇<街道>"), "name_is_collective"),
        (("市 财政局", "部门"), "name_twice"),
        (("甲局", "部门", "财局"), "alias_twice"),
        (("甲局", "部门", "市财政局"), "alias_twice"),
        (("财局", "部门"), "alias_twice"),
    ],
)
def test_what_is_wrong_in_a_row_is_told_with_the_row(row: Sequence[Any], key: str) -> None:
    register = read_register(xlsx([HEADINGS, ("市财政局", "部门", "财局"), (), row]), "a.xlsx")
    assert keys(register) == [(4, key)]
    problem = register.problems[0]
    assert problem.place == "单位"
    assert problem.text.key == f"problem.register.{key}"
    assert problem.text.values["row"] == 4


def test_every_bad_row_is_told_at_once() -> None:
    register = read_register(csv("名称,类别", "甲局,衙门", ",部门", "乙局,部门", "乙局,部门"), "a.csv")
    assert keys(register) == [(2, "kind_unknown"), (3, "name_missing"), (5, "name_twice")]


def test_nobody_is_told_a_thousand_problems() -> None:
    register = read_register(csv("名称,类别", *("甲局,衙门" for _ in range(1000))), "a.csv")
    assert len(register.problems) == MOST_PROBLEMS


def test_an_alias_passes_from_a_dissolved_department_to_the_next() -> None:
    passed = csv("名称,类别,别名,启用,停用", "旧局,部门,农业局,,2019-02-28", "新局,部门,农业局,2019-03-01,")
    assert read_register(passed, "a.csv").problems == ()
    shared = passed.replace(b"2019-02-28", b"2019-03-01")
    assert keys(read_register(shared, "a.csv")) == [(3, "alias_twice")]
    heading, *rows = shared.decode().split("\n")
    assert keys(read_register(csv(heading, *reversed(rows)), "a.csv")) == [(3, "alias_twice")]


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ('[[departments]]\nname="甲局"\nkind="bureau"\nalias=["甲"]', [(1, "field_unknown")]),
        ('[[departments]]\nname=["甲局"]\nkind="bureau"', [(1, "field_shape"), (1, "name_missing")]),
        ('[[departments]]\nname="甲局"\nkind="bureau"\nsince=true', [(1, "field_shape")]),
        ('[[departments]]\nname="甲局"\nkind="bureau"\n[[x]]\na=1', [(0, "table_unknown")]),
        (
            '[[departments]]\nname="甲局"\nkind="bureau"\n[[collectives]]\nname="各镇"\nkinds=["镇子"]\nchoose="也许"',
            [(1, "kind_unknown"), (1, "choose_unknown")],
        ),
        (
            (
                '[[departments]]\nname="甲局"\nkind="bureau"\n'
                '[[collectives]]\nname="各镇"\nkinds=[]\n'
                '[[collectives]]\nname=" "\nkinds=["镇"]'
            ),
            [(1, "kind_missing"), (2, "name_missing")],
        ),
        (
            (
                '[[departments]]\nname="甲局"\nkind="bureau"\n'
                '[[collectives]]\nname="各乡(镇)"\nkinds=["镇"]\n'
                '[[collectives]]\nname="各乡（镇）"\nkinds=["镇"]'
            ),
            [(2, "collective_twice")],
        ),
    ],
)
def test_what_is_wrong_in_a_toml_file_is_told(written: str, expected: list[tuple[int, str]]) -> None:
    assert keys(read_register(written.encode(), "a.toml")) == expected


@pytest.mark.parametrize(
    ("data", "name", "key"),
    [
        (b"", "a.xlsx", "table.empty"),
        (b" \n", "a.toml", "table.empty"),
        (b"x", "a.docx", "register.unknown_type"),
        (b"x", "a", "register.unknown_type"),
        (b"x", "a.xls", "table.old_or_locked"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "a.xlsx", "table.old_or_locked"),
        (b"x" * (MOST_BYTES + 1), "a.csv", "table.too_large"),
        (b"not a workbook", "a.xlsx", "table.corrupt"),
        (b"PK\x03\x04 not a workbook", "a.xlsx", "table.corrupt"),
        (bytes(range(256)), "a.csv", "table.not_text"),
        (b"\xff\xfe\x00", "a.csv", "table.not_text"),
        (b'a,"b\n', "a.csv", "table.corrupt"),
        (csv("甲局,部门", "乙局,部门"), "a.csv", "register.no_headings"),
        (csv("名称,类别"), "a.csv", "register.no_departments"),
        (csv("名称,类别", *(f"甲{n}局,部门" for n in range(MOST_ROWS))), "a.csv", "table.too_many_rows"),
        (csv("名称,类别" + "," * 70, "甲局,部门" + "," * 70 + "x"), "a.csv", "table.too_many_columns"),
        (b"a = [", "a.toml", "register.not_toml"),
        (b"a = " + b"[" * 10_000, "a.toml", "register.not_toml"),
        (b"a" + b".a" * 200_000 + b" = 1", "a.toml", "register.not_toml"),
        (b"a = 1\n" * 90_000, "a.toml", "register.toml_too_large"),
        (b"title = 1", "a.toml", "register.no_departments"),
        (b"departments = 1", "a.toml", "register.not_tables"),
        (b"departments = [1]", "a.toml", "register.not_tables"),
        (b"[[departments]]\n" * (MOST_ROWS + 1), "a.toml", "table.too_many_rows"),
    ],
)
def test_what_is_no_register_is_refused(data: bytes, name: str, key: str) -> None:
    assert refused(data, name) == key


ROW_WITH = b'<row r="%d"><c r="A%d" t="inlineStr"><is><t>x</t></is></c></row>'


@pytest.mark.parametrize(
    ("change", "part", "key"),
    [
        (lambda data: data[: len(data) // 2], SHEET, "table.corrupt"),
        (lambda _: MAIN + b'<row r="x"><c r="??"><v>1</v></c></row>' + END, SHEET, "table.corrupt"),
        (lambda _: b" " * (21 << 20), SHEET, "table.swells"),
        (lambda _: MAIN + b"<c/>" * 500_000 + END, SHEET, "table.swells"),
        (lambda _: MAIN + b"<row/>" * 400_000 + END, SHEET, "table.too_many_rows"),
        (lambda _: MAIN + ROW_WITH % (1_048_576, 1_048_576) + END, SHEET, "table.too_many_rows"),
        (
            lambda _: MAIN + b"".join(ROW_WITH % (n, n) for n in range(1, 5_100)) + END,
            SHEET,
            "table.too_many_rows",
        ),
        (
            lambda data: data.replace(b"<sheetData>", b'<sheetData><row r="1"><c r="BM1"><v>1</v></c></row>'),
            SHEET,
            "table.too_many_columns",
        ),
        (lambda data: b'<!DOCTYPE x [<!ENTITY e "boom">]>' + data, SHEET, "table.entities"),
        (
            lambda data: b'<!DOCTYPE x SYSTEM "hostname.dtd">' + data,
            "xl/workbook.xml",
            "table.entities",
        ),
        (lambda data: data.decode().encode("utf-16"), SHEET, "table.corrupt"),
        (lambda data: b'<?xml version="1.0" encoding="utf-7"?>' + data, "xl/workbook.xml", "table.corrupt"),
        (lambda _: b" " * (5 << 20), "xl/styles.xml", "table.swells"),
        (
            lambda data: data.replace(b"</cellXfs>", b"<xf/>" * 70_000 + b"</cellXfs>"),
            "xl/styles.xml",
            "table.swells",
        ),
    ],
)
def test_a_workbook_made_to_hurt_is_refused(change: Callable[[bytes], bytes], part: str, key: str) -> None:
    data = with_part(change, part)
    assert refused(data, "a.xlsx") == key


def test_a_part_that_lies_about_its_size_is_refused() -> None:
    data = bytearray(with_part(lambda _: b" " * (60 << 20)))
    at = data.rfind(SHEET.encode()) - 46
    assert data[at : at + 4] == b"PK\x01\x02"
    data[at + 24 : at + 28] = struct.pack("<I", 100)
    assert refused(bytes(data), "a.xlsx") == "table.corrupt"


def test_a_locked_part_is_refused() -> None:
    data = bytearray(with_part(lambda data: data))
    at = data.rfind(SHEET.encode()) - 46
    data[at + 8] |= 1
    assert refused(bytes(data), "a.xlsx") == "table.old_or_locked"


def test_hidden_sheets_are_not_read() -> None:
    workbook = Workbook()
    workbook.worksheets[0].append(["名称", "类别"])
    workbook.worksheets[0].append(["甲局", "部门"])
    hidden = workbook.create_sheet("选项")
    hidden.append(["名称", "类别"])
    hidden.append(["乙局", "衙门"])
    hidden.sheet_state = "hidden"
    made = io.BytesIO()
    workbook.save(made)
    register = read_register(made.getvalue(), "a.xlsx")
    assert ([each.name for each in register.departments], register.problems) == (["甲局"], ())


@settings(deadline=None)
@given(st.binary(max_size=300), st.sampled_from(["a.xlsx", "a.csv", "a.toml", "a.xls", "a"]))
def test_any_bytes_are_read_or_refused(data: bytes, name: str) -> None:
    with pytest.raises(Unreadable):
        read_register(data, name)


names = st.text("市发展改革财政局办公室镇甲乙丙丁", min_size=2, max_size=8)


@settings(deadline=None, max_examples=30)
@given(
    st.lists(
        st.tuples(names, st.sampled_from(list(K))), min_size=1, max_size=20, unique_by=lambda pair: pair[0]
    )
)
def test_every_way_of_writing_a_register_reads_the_same(pairs: list[tuple[str, DepartmentKind]]) -> None:
    lines = [("name", "kind"), *((name, kind.value) for name, kind in pairs)]
    as_csv = read_register(csv(*map(",".join, lines)), "a.csv")
    toml = "".join(f'[[departments]]\nname = "{name}"\nkind = "{kind}"\n' for name, kind in pairs)
    assert read_register(toml.encode(), "a.toml") == as_csv
    assert read_register(xlsx(lines), "a.xlsx") == as_csv
    assert as_csv.departments == tuple(RegisterEntry(name, kind) for name, kind in pairs)
    assert find_collective(as_csv.collectives, "各部门") is not None
