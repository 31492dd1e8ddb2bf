"""Files of every kind become the same blocks; what is too large, locked or broken is refused at once."""

from __future__ import annotations

import time
import tracemalloc
from collections.abc import Callable

import pytest

from storage.documents.blocks_in import read_blocks
from storage.documents.grids import Cell, rows_of
from storage.documents.word_numbers import counted
from storage.terms.blocks import Place
from storage.terms.errors import Unreadable
from tests.corpus.files import docx_of, html_of, packed, paragraph, pdf_of, xlsx_of
from tests.corpus.oversized import OVERSIZED

LINES = (
    "|某市2026年任务分解表|<|<|<|<|",
    "|序号|领域|任务|责任单位|<|",
    "|^|^|^|牵头|配合|",
    "|1|准入|甲|市甲局|市乙局|",
    "|2|^|乙|市丙局|^|",
    "|一、第二部分|<|<|<|<|",
)
ROWS = [
    ("1", "准入", "甲", "市甲局", "市乙局"),
    ("2", "准入", "乙", "市丙局", "市乙局"),
]
W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


@pytest.mark.parametrize("made", [docx_of, xlsx_of, html_of])
def test_a_table_with_merged_cells_is_the_same_from_every_kind_of_file(
    made: Callable[[tuple[str, ...]], bytes],
) -> None:
    blocks = read_blocks("", made(LINES))
    rows = [block for block in blocks if block.kind == "row"]
    assert [block.cells for block in rows[2:]] == ROWS
    assert [block.carried for block in rows] == [(), (0, 1, 2), (), (1, 4)]
    assert rows[0].cells == ("序号", "领域", "任务", "责任单位", "责任单位")
    assert [block.text for block in blocks if block.kind == "paragraph"] == [
        "某市2026年任务分解表",
        "一、第二部分",
    ]


def test_a_cell_below_and_beside_others_reaches_no_further_than_it_says() -> None:
    rows = [
        (Place(row=1), [Cell("a", down=2), Cell("b", across=2)]),
        (Place(row=2), [Cell("c"), Cell("d")]),
        (Place(row=3), [Cell("e"), Cell("f"), Cell("g")]),
    ]
    assert [block.cells for block in rows_of(rows, 1)] == [("a", "b", "b"), ("a", "c", "d"), ("e", "f", "g")]


def test_the_numbers_that_word_makes_are_words_of_the_paragraph() -> None:
    levels = "".join(
        f'<w:lvl w:ilvl="{depth}"><w:start w:val="1"/><w:numFmt w:val="{form}"/>'
        f'<w:lvlText w:val="{text}"/></w:lvl>'
        for depth, (form, text) in enumerate(
            [("chineseCounting", "%1、"), ("chineseCounting", "（%2）"), ("decimal", "%3."), ("bullet", "●")]
        )
    )
    numbering = (
        f'<w:numbering {W}><w:abstractNum w:abstractNumId="7">{levels}</w:abstractNum>'
        '<w:num w:numId="2"><w:abstractNumId w:val="7"/></w:num></w:numbering>'
    )

    def numbered(words: str, depth: int) -> str:
        return paragraph(words, f'<w:numPr><w:ilvl w:val="{depth}"/><w:numId w:val="2"/></w:numPr>')

    order = (0, 1, 2, 2, 1, 2, 0, 1, 3)
    body = "".join(numbered(f"事{index}", depth) for index, depth in enumerate(order))
    document = f"<w:document {W}><w:body>{body}</w:body></w:document>"
    data = packed({"word/document.xml": document, "word/numbering.xml": numbering})
    assert [block.text.rstrip("012345678") for block in read_blocks("", data)] == [
        *("一、事", "（一）事", "1.事", "2.事", "（二）事", "1.事", "二、事", "（一）事", "事"),
    ]


@pytest.mark.parametrize(
    ("value", "said"),
    [(1, "一"), (10, "十"), (12, "十二"), (20, "二十"), (105, "一百零五"), (110, "一百一十")],
)
def test_chinese_counting(value: int, said: str) -> None:
    assert counted(value) == said


def test_deleted_words_instructions_and_what_stands_twice_are_passed_over() -> None:
    body = (
        "<w:p><w:del><w:r><w:delText>旧</w:delText></w:r></w:del><w:ins><w:r><w:t>新</w:t></w:r></w:ins>"
        "<w:r><w:instrText>HYPERLINK x</w:instrText></w:r><w:r><w:t>文</w:t></w:r></w:p>"
    )
    (block,) = read_blocks(
        "", packed({"word/document.xml": f"<w:document {W}><w:body>{body}</w:body></w:document>"})
    )
    assert block.text == "新文"


def test_a_page_is_read_without_its_navigation_scripts_and_footer() -> None:
    blocks = read_blocks("", html_of(("某市通知", "一、甲")))
    assert [block.text for block in blocks] == ["某市通知", "一、甲"]


def test_a_page_in_an_older_encoding_laid_out_by_tables() -> None:
    page = (
        '<html><head><meta http-equiv="Content-Type" content="text/html; charset=gb2312"></head><body>'
        "<table><tr><td><table><tr><td>序号</td><td>任务</td></tr><tr><td>1</td><td>甲</td></tr></table>"
        "<p>正文<br>第二行</p></td></tr></table></body></html>"
    )
    blocks = read_blocks("", page.encode("gb18030"))
    assert [block.cells for block in blocks if block.kind == "row"] == [("序号", "任务"), ("1", "甲")]
    assert [block.text for block in blocks if block.kind == "paragraph"] == ["正文", "第二行"]


def test_wrapped_lines_of_a_pdf_are_joined_and_its_margins_dropped() -> None:
    words = "甲乙丙丁戊己庚辛壬癸子丑"
    lines = tuple(f"（一）{word * (60 + index)}第{index}件。" for index, word in enumerate(words))
    blocks = read_blocks("", pdf_of(lines, header="某市人民政府公报 第4期"))
    assert [block.text for block in blocks] == list(lines)
    assert blocks[-1].place.page == 2


# ---------------------------------------------------------------- refused


def entities() -> bytes:
    document = f'<!DOCTYPE x [<!ENTITY a "b">]><w:document {W}><w:body/></w:document>'
    return packed({"word/document.xml": document})


REFUSED: list[tuple[str, Callable[[], bytes]]] = [
    *OVERSIZED.values(),
    ("notice_too_large", lambda: "文".encode() * 1_000_000),
    ("notice_entities", entities),
    ("notice_old_format", lambda: b"\xd0\xcf\x11\xe0" + b"\0" * 2_000),
    ("notice_old_format", lambda: b"{\\rtf1 x}"),
    ("notice_locked", lambda: b"\xd0\xcf\x11\xe0" + "EncryptedPackage".encode("utf-16-le")),
    ("notice_corrupt", lambda: b"%PDF-1.7\nrubbish"),
    ("notice_corrupt", lambda: packed({"word/document.xml": "<w:document"})),
    ("notice_binary", lambda: packed({"else.xml": "<x/>"})),
    ("notice_scanned", lambda: pdf_of([""])),
]


@pytest.mark.parametrize(("key", "made"), REFUSED, ids=[f"{key}{n}" for n, (key, _) in enumerate(REFUSED)])
def test_what_cannot_be_read_is_refused_in_two_seconds_and_little_room(
    key: str, made: Callable[[], bytes]
) -> None:
    data = made()
    tracemalloc.start()
    begun = time.thread_time()
    try:
        with pytest.raises(Unreadable) as refused:
            read_blocks("", data)
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert refused.value.text.key == f"refusal.{key}"
    assert time.thread_time() - begun < 6.0  # tracing takes three times as long
    assert most < 200 * 1024 * 1024
