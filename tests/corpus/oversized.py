"""Files that no office sends: far too large, far too many, or made to swell."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Callable, Mapping

from tests.corpus.files import docx_of, packed, pdf_with


def bomb() -> bytes:
    """Return a small docx that unpacks to 350 MB."""
    target = io.BytesIO()
    with (
        zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive,
        archive.open("word/document.xml", "w") as part,
    ):
        for _ in range(300):
            part.write(b"<w:p/>" * 170_000)
    return target.getvalue()


def empty_rows() -> bytes:
    """Return a spreadsheet of a million empty rows."""
    rows = '<row r="1"/>' * 1_000_000
    sheet = f"<worksheet><sheetData>{rows}</sheetData></worksheet>"
    return packed({"[Content_Types].xml": "", "xl/workbook.xml": "", "xl/worksheets/sheet1.xml": sheet})


def many_pages() -> bytes:
    """Return a pdf of ten thousand pages."""
    return pdf_with(["BT ET"] * 10_000)


def swelling_page() -> bytes:
    """Return a pdf of one page whose drawing unpacks to ten million bytes, five million operations."""
    drawing = zlib.compress(b"q " * 5_000_000, 9).hex()
    return pdf_with([drawing]).replace(
        f"/Length {len(drawing)}".encode(),
        f"/Length {len(drawing)} /Filter [/ASCIIHexDecode /FlateDecode]".encode(),
    )


def endless_paragraph() -> bytes:
    """Return a docx of thirty kilobytes whose one paragraph has four million characters."""
    return docx_of(["一、甲。（甲局负责）" * 400_000])


def endless_comments() -> bytes:
    """Return a page whose comments begin again and again and never end."""
    return b"<html><p>" + b"<!--" * 190_000 + "一、甲。".encode() * 100_000


def endless_attributes() -> bytes:
    """Return a page with a tag of three hundred thousand attributes."""
    return b"<html><body " + b'a="1" ' * 300_000 + b">"


def fifty_megabytes() -> bytes:
    """Return fifty megabytes that begin as an office file does."""
    return b"PK\x03\x04" + b"\0" * (50 * 1024 * 1024)


def hundred_pages() -> bytes:
    """Return a docx of a hundred pages: six hundred items of six hundred characters or so."""
    words = "逐项公开审批结果，及时回应社会关切，强化部门之间的信息共享。" * 4
    lines = ["某市2026年工作要点", "2026年3月2日"]
    for chapter in "一二三四五六七八九十":
        lines.append(f"{chapter}、重点领域")
        lines += [f"{n}.公开第{n}件信息。{words}（甲局牵头，乙局配合，6月底前完成）" for n in range(1, 41)]
    return docx_of(lines)


OVERSIZED: Mapping[str, tuple[str, Callable[[], bytes]]] = {
    "fifty megabytes": ("notice_too_large", fifty_megabytes),
    "a zip bomb": ("notice_swells", bomb),
    "a million empty rows": ("notice_too_many_cells", empty_rows),
    "ten thousand pages of pdf": ("notice_too_many_pages", many_pages),
    "a paragraph without end": ("notice_too_large", endless_paragraph),
    "comments without end": ("notice_too_large", endless_comments),
    "a tag without end": ("notice_swells", endless_attributes),
    "a page that swells": ("notice_swells", swelling_page),
}
"""What it is → how it is refused, and what makes it."""
