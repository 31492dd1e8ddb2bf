"""Reading a document that an office sends: whatever it is, it becomes paragraphs and rows of tables."""

from __future__ import annotations

import codecs
import re

from storage.documents import packed
from storage.documents.html_in import is_html, read_html
from storage.documents.text_in import LARGEST, read_lines
from storage.terms.blocks import Block
from storage.terms.errors import Unreadable

LARGEST_FILE = 20 * 1024 * 1024
"""Bytes of a file with pictures and all; a text is refused far below that."""

_MEGABYTE = 1024 * 1024
_OLE = b"\xd0\xcf\x11\xe0"
_LOCKED = "EncryptedPackage".encode("utf-16-le")
_DOCUMENT, _WORKBOOK = "word/document.xml", "xl/workbook.xml"
_OLD = re.compile(rb"\{\\rtf|MIME-Version:", re.IGNORECASE)
_TABLE_KEYS = {
    "refusal.table.too_many_rows": "notice_too_many_cells",
    "refusal.table.too_many_columns": "notice_too_many_cells",
    "refusal.table.swells": "notice_swells",
    "refusal.table.entities": "notice_entities",
    "refusal.table.old_or_locked": "notice_locked",
}
"""How the refusals of people's tables are said of a notice."""


def read_blocks(name: str, data: bytes) -> tuple[Block, ...]:
    """Read a document; what it is its first bytes tell, not its ``name``.

    Raises :class:`Unreadable` for what is none, what is locked or broken, and what goes beyond a limit.
    """
    del name
    refuse_size(len(data))
    if data.startswith(b"PK\x03\x04"):
        return _read_packed(data)
    if b"%PDF-" in data[:1024]:
        from storage.documents.pdf_in import read_pdf

        return read_pdf(data)
    if data.startswith(_OLE):
        raise Unreadable("notice_locked" if _LOCKED in data else "notice_old_format")
    if _OLD.match(data):
        raise Unreadable("notice_old_format")
    page = _in_utf8(data)
    return read_html(page) if is_html(page) else read_lines(data)


def _in_utf8(data: bytes) -> bytes:
    """Return what Notepad saved as Unicode in the way that pages are written; all else as it is."""
    if not data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) or len(data) > 2 * LARGEST:
        return data
    return codecs.BOM_UTF8 + data.decode("utf-16", "replace").encode("utf-8", "replace")


def is_text(data: bytes) -> bool:
    """Say whether a document is words and nothing else, which may be masked as they are."""
    return not (data.startswith((b"PK\x03\x04", _OLE)) or b"%PDF-" in data[:1024])


def refuse_size(size: int) -> None:
    """Refuse a document by its size alone, before it is read.

    Raises:
        Unreadable: ``notice_too_large``.
    """
    if size > LARGEST_FILE:
        raise Unreadable("notice_too_large", limit=LARGEST_FILE // _MEGABYTE)


def _read_packed(data: bytes) -> tuple[Block, ...]:
    names = packed.names_of(data)
    if _DOCUMENT in names:
        from storage.documents.docx_in import read_docx

        return read_docx(data)
    if _WORKBOOK in names:
        from storage.documents.sheet_in import read_sheets

        try:
            return read_sheets(data)
        except Unreadable as refused:
            key = refused.text.key
            if key.startswith("refusal.table."):
                raise Unreadable(_TABLE_KEYS.get(key, "notice_corrupt"), limit=LARGEST) from refused
            raise
    raise Unreadable("notice_binary")
