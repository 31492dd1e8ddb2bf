"""A report in the form of an official document (公文), by GB/T 9704 as far as docx can."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from typing import TYPE_CHECKING, Any

from storage.documents.cells import safe_text

if TYPE_CHECKING:
    from docx.document import Document as Written
    from docx.text.paragraph import Paragraph

TITLE, BODY, HEADING, SUBHEADING = "方正小标宋简体", "仿宋_GB2312", "黑体", "楷体_GB2312"
"""Faces of the title, the text, and the first and second level of headings."""

SIZE_TITLE, SIZE_BODY, SIZE_TABLE = 22.0, 16.0, 12.0
"""Points: 二号, 三号, 小四."""

LINE = 28.0
"""Points from line to line: twenty-two lines fill a page."""


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a report: its heading, its paragraphs, and a table where it has one."""

    heading: str
    paragraphs: Sequence[str] = ()
    table: Sequence[Sequence[str]] = ()


@dataclass(frozen=True, slots=True)
class Report:
    """One report: who it is of, and its parts; several stand one behind the other, each on a new page."""

    title: str
    addressee: str
    sections: Sequence[Section]
    signature: Sequence[str] = ()


def reports_docx(reports: Sequence[Report], made_at: datetime) -> bytes:
    """Write reports as one document."""
    from docx import Document

    document = Document()
    _page(document)
    for number, report in enumerate(reports):
        title = _write(document, report)
        title.paragraph_format.page_break_before = number > 0
    properties = document.core_properties
    properties.title, properties.author = safe_text(reports[0].title if reports else ""), ""
    properties.created = properties.modified = made_at.astimezone(UTC).replace(tzinfo=None)
    made = BytesIO()
    document.save(made)
    return made.getvalue()


def _page(document: Written) -> None:
    from docx.shared import Mm

    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(37), Mm(35)
    section.left_margin, section.right_margin = Mm(28), Mm(26)


def _write(document: Written, report: Report) -> Paragraph:
    """Write a report; return the paragraph of its title."""
    title = _paragraph(document, report.title, TITLE, SIZE_TITLE, centred=True, indent=False)
    _paragraph(document, "", BODY, SIZE_BODY, indent=False)
    if report.addressee:
        _paragraph(document, report.addressee, BODY, SIZE_BODY, indent=False)
    for section in report.sections:
        _paragraph(document, section.heading, HEADING, SIZE_BODY)
        for words in section.paragraphs:
            _paragraph(document, words, BODY, SIZE_BODY)
        if section.table:
            _table(document, section.table)
    if report.signature:
        # A signature never stands alone on a page.
        document.paragraphs[-1].paragraph_format.keep_with_next = True
        space = _paragraph(document, "", BODY, SIZE_BODY, indent=False)
        space.paragraph_format.keep_with_next = True
    for words in report.signature:
        signed = _paragraph(document, words, BODY, SIZE_BODY, right=True, indent=False)
        signed.paragraph_format.keep_with_next = words != report.signature[-1]
    return title


def _paragraph(
    document: Written,
    words: str,
    face: str,
    size: float,
    *,
    centred: bool = False,
    right: bool = False,
    indent: bool = True,
) -> Paragraph:
    from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
    from docx.shared import Pt

    paragraph = document.add_paragraph()
    form = paragraph.paragraph_format
    form.space_before = form.space_after = Pt(0)
    form.line_spacing_rule, form.line_spacing = WD_LINE_SPACING.EXACTLY, Pt(LINE + (size - SIZE_BODY))
    form.widow_control = False
    if indent:
        form.first_line_indent = Pt(2 * size)
    if centred or right:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER if centred else WD_ALIGN_PARAGRAPH.RIGHT
        if right:
            form.right_indent = Pt(4 * size)
    else:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.JUSTIFY
    _run(paragraph, words, face, size)
    return paragraph


def _run(paragraph: Any, words: str, face: str, size: float, *, bold: bool = False) -> None:
    from docx.oxml.ns import qn
    from docx.shared import Pt

    run = paragraph.add_run(safe_text(words))
    run.font.size, run.font.name, run.font.bold = Pt(size), "Times New Roman", bold
    run._element.rPr.rFonts.set(qn("w:eastAsia"), face)  # noqa: SLF001 - the library has no name for it


def _table(document: Written, rows: Sequence[Sequence[str]]) -> None:
    from docx.enum.table import WD_TABLE_ALIGNMENT
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Pt

    table = document.add_table(len(rows), len(rows[0]), style="Table Grid")
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    for at, cells in enumerate(rows):
        for column, words in enumerate(cells):
            paragraph = table.cell(at, column).paragraphs[0]
            paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
            paragraph.paragraph_format.space_before = paragraph.paragraph_format.space_after = Pt(4)
            _run(paragraph, words, HEADING if at == 0 else BODY, SIZE_TABLE)
