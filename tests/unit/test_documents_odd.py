"""What offices' programs leave in documents: read as people see it on paper, or refused in words."""

from __future__ import annotations

import io
from itertools import product

import pytest
from openpyxl import Workbook

from storage.documents.blocks_in import read_blocks
from storage.terms.errors import Unreadable
from tests.corpus.files import docx_of, html_of, packed, paragraph, xlsx_of
from tests.corpus.oversized import swelling_page

NAMESPACE = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
MC = "http://schemas.openxmlformats.org/markup-compatibility/2006"


def document(body: str, parts: dict[str, str | bytes] | None = None) -> bytes:
    markup = f'<w:document xmlns:w="{NAMESPACE}" xmlns:mc="{MC}"><w:body>{body}</w:body></w:document>'
    return packed({"word/document.xml": markup, **(parts or {})})


def words(data: bytes) -> list[str]:
    return [block.text for block in read_blocks("", data)]


def cell(inside: str) -> str:
    return f"<w:tc>{inside}</w:tc>"


def row(*cells: str, mark: str = "") -> str:
    return f"<w:tr>{mark}{''.join(cells)}</w:tr>"


def control(inside: str) -> str:
    return f"<w:sdt><w:sdtContent>{inside}</w:sdtContent></w:sdt>"


HEAD = row(*(cell(paragraph(each)) for each in ("序号", "任务", "单位")))


def test_a_table_within_a_cell_belongs_to_the_cell() -> None:
    inner = f"<w:tbl>{row(cell(paragraph('内甲')), cell(paragraph('内乙')))}</w:tbl>"
    table = HEAD + row(cell(paragraph("1")), cell(paragraph("任务一") + inner), cell(paragraph("甲局")))
    blocks = read_blocks("", document(f"<w:tbl>{table}</w:tbl>"))
    assert [block.cells for block in blocks][1] == ("1", "任务一\n内甲\n内乙", "甲局")


def test_rows_and_cells_in_controls_are_read_and_rows_taken_out_are_not() -> None:
    kept = row(cell(paragraph("1")), control(cell(paragraph("任务一"))), cell(paragraph("甲局")))
    gone = row(*(cell(paragraph(each)) for each in ("2", "旧任务", "旧局")), mark="<w:trPr><w:del/></w:trPr>")
    blocks = read_blocks("", document(f"<w:tbl>{HEAD}{control(kept)}{gone}</w:tbl>"))
    assert [block.cells for block in blocks][1:] == [("1", "任务一", "甲局")]


def test_hidden_words_moved_words_and_notes_at_the_foot_are_passed_over() -> None:
    body = (
        "<w:p><w:r><w:rPr><w:vanish/></w:rPr><w:t>藏</w:t></w:r>"
        '<w:r><w:rPr><w:vanish w:val="0"/></w:rPr><w:t>现</w:t></w:r>'
        "<w:moveFrom><w:r><w:t>旧</w:t></w:r></w:moveFrom><w:moveTo><w:r><w:t>新</w:t></w:r></w:moveTo>"
        '<w:r><w:footnoteReference w:id="2"/></w:r></w:p>'
    )
    notes = f'<w:footnotes xmlns:w="{NAMESPACE}"><w:footnote>{paragraph("注")}</w:footnote></w:footnotes>'
    assert words(document(body, {"word/footnotes.xml": notes})) == ["现新"]


def test_a_text_box_is_read_once() -> None:
    box = f"<w:txbxContent>{paragraph('框')}</w:txbxContent>"
    body = (
        f"<w:p><w:r><mc:AlternateContent><mc:Choice>{box}</mc:Choice><mc:Fallback>{box}</mc:Fallback>"
        "</mc:AlternateContent></w:r><w:r><w:t>正文</w:t></w:r></w:p>"
    )
    read = words(document(body))
    assert read[0] == "正文"
    assert set(read) == {"正文", "框"}


def test_macros_objects_and_links_are_left_alone() -> None:
    link = '<Relationships><Relationship Target="http://192.0.2.1/x" TargetMode="External"/></Relationships>'
    parts: dict[str, str | bytes] = {
        "word/vbaProject.bin": b"\xd0\xcf\x11\xe0",
        "word/_rels/document.xml.rels": link,
    }
    assert words(document(paragraph("正文"), parts)) == ["正文"]


def test_the_strict_form_of_office_says_the_same() -> None:
    strict = document(paragraph("正文"))
    markup = (
        f'<w:document xmlns:w="http://purl.oclc.org/ooxml/wordprocessingml/main"><w:body>{paragraph("正文")}'
    )
    assert words(packed({"word/document.xml": f"{markup}</w:body></w:document>"})) == words(strict)


def test_cells_that_nobody_worked_out_are_told() -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["序号", "任务", "单位"])
    sheet.append([1, "=B1", "甲局"])
    target = io.BytesIO()
    book.save(target)
    with pytest.raises(Unreadable) as refused:
        read_blocks("", target.getvalue())
    assert refused.value.text.key == "refusal.notice_formulas"
    assert refused.value.text.values["count"] == 1


def test_a_sheet_that_is_hidden_is_not_read() -> None:
    book = Workbook()
    shown = book.active
    assert shown is not None
    shown.append(["甲", "乙"])
    book.create_sheet("隐").append(["丙", "丁"])
    book["隐"].sheet_state = "hidden"
    target = io.BytesIO()
    book.save(target)
    assert len(words(target.getvalue())) == 1
    assert words(xlsx_of(("|甲|乙|",))) == words(target.getvalue())


@pytest.mark.parametrize(
    ("way", "said"),
    [
        *product(
            ("utf-8", "utf-16", "gb18030"), ("utf-8", "gb2312", "utf-16", "punycode", "rot13", "x-none")
        ),
        ("big5", "big5"),
        ("utf-8", "big5"),
    ],
)
def test_a_page_is_read_whatever_it_says_of_itself(way: str, said: str) -> None:
    page = html_of(("某市通知", "一、甲")).decode()
    page = page.replace("utf-8", said) if "utf-8" in page else f'<html><meta charset="{said}">{page}'
    blocks = read_blocks("", page.encode(way))
    assert [block.text for block in blocks] == ["某市通知", "一、甲"]


def test_comments_are_taken_out_of_a_page_and_what_follows_stays() -> None:
    page = "<html><!-- 甲 --><p>乙<!--[if IE]>丙<![endif]-->丁</p><p>戊<!-- 己</p><p>庚 < 辛"
    assert words(page.encode()) == ["乙丁", "戊 己", "庚 辛"]


def test_a_page_of_pdf_that_swells_is_refused() -> None:
    with pytest.raises(Unreadable) as refused:
        read_blocks("", swelling_page())
    assert refused.value.text.key == "refusal.notice_swells"


@pytest.mark.parametrize("name", ["通知\u202e.docx", "../../甲.docx", "甲\x00乙.docx", "." * 300, ""])
def test_the_name_of_a_file_decides_nothing(name: str) -> None:
    data = docx_of(("某市通知",))
    assert read_blocks(name, data) == read_blocks("甲.docx", data)
