"""Documents of the corpus as the files an office would send: docx, xlsx, html, pdf, made by hand."""

from __future__ import annotations

import html
import io
import zipfile
from collections.abc import Iterator, Sequence
from itertools import groupby

from tests.corpus.documents import Document, cells

_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_TYPES = (
    '<?xml version="1.0" encoding="UTF-8"?>'
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="xml" ContentType="application/xml"/>'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Override PartName="/word/document.xml" ContentType='
    '"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>'
)
_RELATIONS = (
    '<?xml version="1.0" encoding="UTF-8"?>'
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="r1" Target="word/document.xml" Type='
    '"http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"/></Relationships>'
)
_XML = '<?xml version="1.0" encoding="UTF-8"?>'


def file_of(document: Document) -> bytes:
    """Return the document as a file of its kind."""
    match document.kind:
        case "docx":
            return docx_of(document.lines)
        case "xlsx":
            return xlsx_of(document.lines)
        case "html":
            return html_of(document.lines)
        case "pdf":
            return pdf_of(document.lines, document.head.get("header", ""))
        case _:
            return "\n".join(document.lines).encode()


def _parts(lines: Sequence[str]) -> Iterator[tuple[bool, list[str]]]:
    for is_table, group in groupby(lines, key=lambda line: cells(line) is not None):
        yield is_table, list(group)


# ---------------------------------------------------------------- docx


def docx_of(lines: Sequence[str], numbering: str = "") -> bytes:
    """Write a Word document; runs are cut as Word cuts them, in the middle of words."""
    body = "".join(
        _table(rows) if is_table else "".join(map(paragraph, rows)) for is_table, rows in _parts(lines)
    )
    document = f'{_XML}<w:document xmlns:w="{_W}"><w:body>{body}</w:body></w:document>'
    parts: dict[str, str | bytes] = {
        "[Content_Types].xml": _TYPES,
        "_rels/.rels": _RELATIONS,
        "word/document.xml": document,
    }
    if numbering:
        parts["word/numbering.xml"] = numbering
    return packed(parts)


def packed(parts: dict[str, str | bytes]) -> bytes:
    """Pack the parts of an office file."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return target.getvalue()


def paragraph(words: str, properties: str = "") -> str:
    """Return a paragraph of Word's in two runs."""
    middle = len(words) // 2
    runs = "".join(
        f'<w:r><w:rPr><w:sz w:val="32"/></w:rPr><w:t xml:space="preserve">{html.escape(each)}</w:t></w:r>'
        for each in (words[:middle], words[middle:])
    )
    return f"<w:p><w:pPr>{properties}</w:pPr>{runs}</w:p>"


def _table(lines: Sequence[str]) -> str:
    rows = [cells(line) or [] for line in lines]
    written = []
    for number, row in enumerate(rows):
        pieces = []
        for index, cell in enumerate(row):
            if cell == "<":
                continue
            across = 1 + next((n for n, c in enumerate(row[index + 1 :]) if c != "<"), len(row) - index - 1)
            span = f'<w:gridSpan w:val="{across}"/>' if across > 1 else ""
            below = number + 1 < len(rows) and rows[number + 1][index] == "^"
            merge = "<w:vMerge/>" if cell == "^" else '<w:vMerge w:val="restart"/>' if below else ""
            words = "" if cell == "^" else cell
            pieces.append(f"<w:tc><w:tcPr>{span}{merge}</w:tcPr>{paragraph(words)}</w:tc>")
        written.append(f"<w:tr>{''.join(pieces)}</w:tr>")
    return f"<w:tbl>{''.join(written)}</w:tbl>"


# ---------------------------------------------------------------- xlsx


def xlsx_of(lines: Sequence[str]) -> bytes:
    """Write a workbook: merged cells merged, ISO days as real dates."""
    from datetime import datetime

    from openpyxl import Workbook

    workbook = Workbook()
    sheet = workbook.active
    assert sheet is not None
    rows = [cells(line) or [line] for line in lines]
    for number, row in enumerate(rows, 1):
        for index, cell in enumerate(row, 1):
            if cell in ("<", "^"):
                continue
            value: str | datetime = cell
            if len(cell) == 10 and cell[4::3] == "--":
                value = datetime.fromisoformat(cell)
            sheet.cell(number, index, value)
    for number, row in enumerate(rows):
        for index, cell in enumerate(row):
            if cell in ("<", "^"):
                continue
            across = next((n for n, c in enumerate(row[index + 1 :]) if c != "<"), len(row) - index - 1)
            down = next(
                (
                    n
                    for n, below in enumerate(rows[number + 1 :])
                    if index >= len(below) or below[index] != "^"
                ),
                len(rows) - number - 1,
            )
            if across or down:
                sheet.merge_cells(
                    start_row=number + 1,
                    start_column=index + 1,
                    end_row=number + 1 + down,
                    end_column=index + 1 + across,
                )
    target = io.BytesIO()
    workbook.save(target)
    return target.getvalue()


# ---------------------------------------------------------------- html


def html_of(lines: Sequence[str]) -> bytes:
    """Write a page as a site serves it, with its navigation and its footer."""
    body = "".join(
        _html_table(rows)
        if is_table
        else "".join(f"<p>\u3000\u3000{html.escape(line)}</p>\n" for line in rows)
        for is_table, rows in _parts(lines)
    )
    return (
        '<!DOCTYPE html><html><head><meta charset="utf-8"><title>x</title><script>var a="<p>no</p>";</script>'
        '</head><body><div class="nav"><ul><li><a href="/">home</a></li>'
        '<li><a href="/x">more</a></li></ul></div>'
        f'<div class="content">{body}</div><div class="footer"><p>footer words</p></div></body></html>'
    ).encode()


def _html_table(lines: Sequence[str]) -> str:
    rows = [cells(line) or [] for line in lines]
    written = []
    for number, row in enumerate(rows):
        pieces = []
        for index, cell in enumerate(row):
            if cell in ("<", "^"):
                continue
            across = 1 + next((n for n, c in enumerate(row[index + 1 :]) if c != "<"), len(row) - index - 1)
            down = 1 + next(
                (n for n, below in enumerate(rows[number + 1 :]) if below[index] != "^"),
                len(rows) - number - 1,
            )
            pieces.append(f'<td colspan="{across}" rowspan="{down}"><p>{html.escape(cell)}</p></td>')
        written.append(f"<tr>{''.join(pieces)}</tr>")
    return f"<table>{''.join(written)}</table>"


# ---------------------------------------------------------------- pdf

_PER_LINE, _PER_PAGE, _SIZE = 28, 20, 16


_FONT = "<< /Type /Font /Subtype /Type0 /BaseFont /SimSun /Encoding /UniGB-UCS2-H /DescendantFonts [4 0 R] >>"
_CHARACTERS = (
    "<< /Type /Font /Subtype /CIDFontType0 /BaseFont /SimSun /DW 1000"
    " /CIDSystemInfo << /Registry (Adobe) /Ordering (GB1) /Supplement 2 >> >>"
)


def pdf_of(lines: Sequence[str], header: str = "") -> bytes:
    """Write a pdf of text pages: lines wrapped at a width, a header above and a number below each page."""
    wrapped: list[tuple[float, str]] = []
    for line in lines:
        words, indent = line, 2
        while words:
            wrapped.append((72 + indent * _SIZE, words[: _PER_LINE - indent]))
            words, indent = words[_PER_LINE - indent :], 0
    pages = [wrapped[start : start + _PER_PAGE] for start in range(0, len(wrapped), _PER_PAGE)]
    contents = []
    for number, page in enumerate(pages, 1):
        shown = [(72.0, 800.0, header)] if header else []
        shown += [(left, 760.0 - 30 * index, words) for index, (left, words) in enumerate(page)]
        shown.append((290.0, 40.0, f"- {number} -"))
        contents.append(
            "\n".join(
                f"BT /F1 {_SIZE} Tf {left} {top} Td <{words.encode('utf-16-be').hex()}> Tj ET"
                for left, top, words in shown
            )
        )
    return pdf_with(contents)


def pdf_with(contents: Sequence[str]) -> bytes:
    """Write a pdf with a page for each content stream."""
    kids = " ".join(f"{5 + 2 * index} 0 R" for index in range(len(contents)))
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {len(contents)} >>",
        _FONT,
        _CHARACTERS,
    ]
    for index, content in enumerate(contents):
        objects.append(
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842]"
            f" /Resources << /Font << /F1 3 0 R >> >> /Contents {6 + 2 * index} 0 R >>"
        )
        objects.append(f"<< /Length {len(content)} >>\nstream\n{content}\nendstream")
    out = bytearray(b"%PDF-1.4\n")
    places = []
    for number, each in enumerate(objects, 1):
        places.append(len(out))
        out += f"{number} 0 obj\n{each}\nendobj\n".encode("latin-1")
    start = len(out)
    table = "".join(f"{place:010d} 00000 n \n" for place in places)
    out += f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}".encode()
    out += f"trailer << /Size {len(objects) + 1} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n".encode()
    return bytes(out)
