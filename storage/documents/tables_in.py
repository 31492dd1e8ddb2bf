"""Reading tables that people send: xlsx and csv become rows of plain values, within limits.

What is too large, nested, locked or broken is refused before it is parsed.
"""

from __future__ import annotations

import csv
import io
import re
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, TypeAlias

from storage.terms.errors import Unreadable

MEGABYTE = 1 << 20
MOST_BYTES = 2 * MEGABYTE
MOST_UNPACKED = 20 * MEGABYTE
MOST_UNPACKED_PART = 4 * MEGABYTE
"""For every part but sheets and their strings: these are read as whole trees."""
MOST_TAGS = 450_000
MOST_TAGS_PART = 60_000
"""As above; five thousand rows of ten filled columns stay below the limit of all."""
MOST_PARTS = 500
MOST_ROWS = 5_000
MOST_SCANNED_ROWS = 20_000
"""Rows looked at, empty ones included; a sheet formatted down to its last row has a million."""
MOST_COLUMNS = 64

_OLE = b"\xd0\xcf\x11\xe0"
_STREAMED = re.compile(r"xl/(?:worksheets/[^/]+|sharedStrings)\.xml", re.IGNORECASE)
_DECLARED = re.compile(rb"""^\s*<\?xml[^>]*?encoding\s*=\s*["']([^"']*)""")
_PLAIN_ENCODINGS = frozenset({b"utf-8", b"utf8", b"us-ascii", b"ascii"})

Row: TypeAlias = "tuple[int, tuple[Any, ...]]"
"""A row's number as a spreadsheet shows it, and its values."""


@dataclass(frozen=True, slots=True)
class Table:
    """One sheet: its name (empty for csv) and its rows that are not empty."""

    name: str
    rows: tuple[Row, ...]


def read_tables(data: bytes, suffix: str) -> list[Table]:
    """Read the visible sheets of an xlsx file or the one table of a csv file.

    Raises :class:`Unreadable` for what is no such file or goes beyond a limit.
    """
    check_size(data)
    return read_xlsx(data) if suffix == ".xlsx" else [read_csv(data)]


def check_size(data: bytes) -> None:
    """Refuse an empty file, one that is too large, and the old format of Excel, locked files included."""
    if not data.strip(b"\x00 \t\r\n"):
        raise Unreadable("table.empty")
    if len(data) > MOST_BYTES:
        raise Unreadable("table.too_large", megabytes=MOST_BYTES // MEGABYTE)
    if data.startswith(_OLE):
        raise Unreadable("table.old_or_locked")


def read_csv(data: bytes) -> Table:
    """Read csv in UTF-8, UTF-16 with its mark, or GB18030, split by commas, semicolons or tabs."""
    written = decode_text(data)
    first = next((line for line in written[:8000].splitlines() if any(c in line for c in ",;\t")), "")
    delimiter = max(",;\t", key=first.count)
    try:
        reader = csv.reader(io.StringIO(written, newline=""), delimiter=delimiter, strict=True)
        rows = ((reader.line_num, tuple(cells)) for cells in reader)
        return Table("", tuple(_within_limits([0, 0], rows)))
    except csv.Error as error:
        raise Unreadable("table.corrupt") from error


def decode_text(data: bytes) -> str:
    """Turn the bytes of a text file into words, whichever way an office's computer wrote them."""
    ways = ("utf-16",) if data[:2] in (b"\xff\xfe", b"\xfe\xff") else ("utf-8-sig", "gb18030")
    for way in ways:
        try:
            written = data.decode(way)
        except UnicodeDecodeError:
            continue
        if "\x00" not in written:
            return written
    raise Unreadable("table.not_text")


def read_xlsx(data: bytes) -> list[Table]:
    """Read the visible sheets of an xlsx file."""
    from openpyxl import load_workbook

    check_parts(data)
    seen = [0, 0]
    try:
        workbook = load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
        try:
            sheets = [each for each in workbook.worksheets if each.sheet_state == "visible"]
            return [Table(each.title, tuple(_within_limits(seen, _sheet_rows(each)))) for each in sheets]
        finally:
            workbook.close()
    except Unreadable:
        raise
    # A broken part makes the library fail in any way that Python has.
    except Exception as error:
        raise Unreadable("table.corrupt") from error


def _sheet_rows(sheet: Any) -> Iterator[Row]:
    # What the sheet says of its own size is often wrong.
    sheet.reset_dimensions()
    yield from enumerate(sheet.iter_rows(max_col=MOST_COLUMNS + 1, values_only=True), 1)


def _within_limits(seen: list[int], rows: Iterable[Row]) -> Iterator[Row]:
    """Yield the rows that are not empty; ``seen`` counts rows taken and rows looked at."""
    for number, values in rows:
        seen[1] += 1
        if any(value is not None and value != "" and not str(value).isspace() for value in values):
            seen[0] += 1
            if len(values) > MOST_COLUMNS and any(str(v or "").strip() for v in values[MOST_COLUMNS:]):
                raise Unreadable("table.too_many_columns", limit=MOST_COLUMNS)
            yield number, values
        if seen[0] > MOST_ROWS or seen[1] > MOST_SCANNED_ROWS:
            raise Unreadable("table.too_many_rows", limit=MOST_ROWS)


def check_parts(data: bytes) -> None:
    """Refuse, before anything is parsed, an archive that would swell or that declares entities."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = archive.infolist()
            if any(part.flag_bits & 1 for part in parts):
                raise Unreadable("table.old_or_locked")
            if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_UNPACKED:
                raise Unreadable("table.swells")
            _check_markup(archive, parts)
            if not any(each.filename == "[Content_Types].xml" for each in parts):
                raise Unreadable("table.corrupt")
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError, ValueError) as error:
        raise Unreadable("table.corrupt") from error


def _check_markup(archive: zipfile.ZipFile, parts: Iterable[zipfile.ZipInfo]) -> None:
    tags = 0
    for part in parts:
        markup = archive.read(part)
        small = len(markup) <= MOST_UNPACKED_PART and markup.count(b"<") <= MOST_TAGS_PART
        if markup.count(b"row") > 2 * MOST_SCANNED_ROWS + 100:
            raise Unreadable("table.too_many_rows", limit=MOST_ROWS)
        if not small and not _STREAMED.fullmatch(part.filename):
            raise Unreadable("table.swells")
        if part.filename.lower().endswith((".xml", ".rels")) and not _is_plain(markup):
            raise Unreadable("table.corrupt")
        if b"<!DOCTYPE" in markup or b"<!ENTITY" in markup:
            raise Unreadable("table.entities")
        tags += markup.count(b"<")
    if tags > MOST_TAGS:
        raise Unreadable("table.swells")


def _is_plain(markup: bytes) -> bool:
    # No office program writes anything but UTF-8; entities could hide in another encoding.
    declared = _DECLARED.match(markup.removeprefix(b"\xef\xbb\xbf")[:400])
    return b"\x00" not in markup and (declared is None or declared[1].lower() in _PLAIN_ENCODINGS)
