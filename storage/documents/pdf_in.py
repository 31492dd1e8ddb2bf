"""Reading a pdf: wrapped lines joined to paragraphs, page headers and numbers dropped.

Pages that are pictures have no words to read and are refused with what to do instead.
"""

from __future__ import annotations

import io
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import count
from typing import Any

from storage.documents.text_in import LARGEST, MOST_CHARACTERS, bounded
from storage.terms.blocks import Block, Place
from storage.terms.errors import Unreadable

MOST_PAGES = 300
MOST_UNPACKED = 16 * 1024 * 1024
"""Bytes of one stream, and of all that is drawn on the pages; a page of text has some fifty kilobytes."""
MOST_DRAWN = 200_000
"""Operations of one page: twenty times what a page full of text takes."""
MOST_DRAWN_IN_ALL = 2_000_000
_FEWEST_CHARACTERS = 10
_NUMBER = re.compile(r"[-\u2014\u2013\u00b7\s]*[0-9]{1,4}(?:\s*/\s*[0-9]{1,4})?[-\u2014\u2013\u00b7\s]*")
_DIGITS = re.compile(r"[0-9]+")
_MARKED = re.compile(
    r"\s*(?:[(（]\s?[一二三四五六七八九十百0-9]{1,3}[)）]"
    r"|[一二三四五六七八九十]{1,3}、|[0-9]{1,3}[.．、](?![0-9]))"
)
"""A line that begins with a number of the outline begins a paragraph, set in or not."""
_WIDE_GAP = 1.6
"""A gap of so many characters parts two cells."""


@dataclass(slots=True)
class _Line:
    """A line as it stands on its page: where it begins and ends, how large its characters are."""

    text: str
    left: float
    right: float
    top: float
    size: float
    page: int


def read_pdf(data: bytes) -> tuple[Block, ...]:
    """Read a pdf file.

    Raises:
        Unreadable: ``notice_too_many_pages``, ``notice_swells``, ``notice_scanned``, ``notice_locked``,
            ``notice_corrupt``.
    """
    from pypdf import apply_configuration, get_configuration
    from pypdf.errors import LimitReachedError

    limits = get_configuration().with_overwrites(
        zlib_maximum_output_length=MOST_UNPACKED,
        lzw_maximum_output_length=MOST_UNPACKED,
        run_length_maximum_output_length=MOST_UNPACKED,
        array_based_stream_maximum_output_length=MOST_UNPACKED,
        stream_decoding_work_maximum_length=2 * MOST_UNPACKED,
        stream_parsing_work_maximum_count=MOST_DRAWN,
        xform_maximum_invocations_per_extraction=100,
    )
    try:
        with apply_configuration(limits):
            pages = _pages(data)
    except Unreadable:
        raise
    except LimitReachedError as error:
        raise Unreadable("notice_swells") from error
    # A broken file makes the library fail in any way that Python has.
    except Exception as error:
        raise Unreadable("notice_corrupt") from error
    if sum(len(line.text) for page in pages for line in page) < _FEWEST_CHARACTERS:
        raise Unreadable("notice_scanned")
    kept = _without_margins(pages)
    return bounded(_paragraphs([line for page in kept for line in page]))


def _pages(data: bytes) -> list[list[_Line]]:
    from pypdf import PdfReader

    reader = PdfReader(io.BytesIO(data))
    if reader.is_encrypted and not reader.decrypt(""):
        raise Unreadable("notice_locked")
    tree: Any = reader.root_object["/Pages"]
    if int(tree.get("/Count", 0)) > MOST_PAGES or len(reader.pages) > MOST_PAGES:
        raise Unreadable("notice_too_many_pages", limit=MOST_PAGES)
    pages: list[list[_Line]] = []
    characters = unpacked = 0
    drawn = count(1)
    for number, page in enumerate(reader.pages, 1):
        contents = page.get_contents()
        unpacked += len(contents.get_data()) if contents is not None else 0
        if unpacked > MOST_UNPACKED:
            raise Unreadable("notice_swells")
        lines = _lines(page, number, drawn)
        characters += sum(len(line.text) for line in lines)
        if characters > MOST_CHARACTERS:
            raise Unreadable("notice_too_large", limit=LARGEST // (1024 * 1024))
        pages.append(lines)
    return pages


def _lines(page: Any, number: int, drawn: Iterator[int]) -> list[_Line]:
    """Put together what stands at one height, in the order from left to right."""
    pieces: list[tuple[float, float, float, str]] = []

    def visit(text: str, cm: Sequence[float], tm: Sequence[float], _font: Any, size: float) -> None:
        for part in text.split("\n"):
            if part.strip():
                scale = abs(tm[0]) or abs(tm[1]) or 1.0
                left = tm[4] * cm[0] + tm[5] * cm[2] + cm[4]
                top = tm[4] * cm[1] + tm[5] * cm[3] + cm[5]
                pieces.append((top, left, max(1.0, abs(size * scale * (abs(cm[0]) or 1.0))), part))

    def before(*_: Any) -> None:
        if next(drawn) > MOST_DRAWN_IN_ALL:
            raise Unreadable("notice_swells")

    page.extract_text(visitor_text=visit, visitor_operand_before=before)
    rows: list[list[tuple[float, float, float, str]]] = []
    for piece in sorted(pieces, key=lambda each: -each[0]):
        if rows and abs(rows[-1][0][0] - piece[0]) < piece[2] * 0.4:
            rows[-1].append(piece)
        else:
            rows.append([piece])
    return [line for row in rows if (line := _line(row, number)).text.strip()]


def _line(row: list[tuple[float, float, float, str]], number: int) -> _Line:
    text = ""
    right = None
    for _, left, size, part in sorted(row, key=lambda each: each[1]):
        if right is not None and left - right > size * _WIDE_GAP:
            text += "\t"
        text += part.strip("\t")
        right = left + _width(part) * size
    first = min(row, key=lambda each: each[1])
    indent = (len(part) - len(part.lstrip(" "))) if (part := first[3]) else 0
    return _Line(
        text.strip(), first[1] + indent * first[2] / 2, right or first[1], first[0], first[2], number
    )


def _width(text: str) -> float:
    return sum(1.0 if ord(char) > 0x2E80 or 0x2010 <= ord(char) <= 0x2026 else 0.5 for char in text)


def _without_margins(pages: Sequence[Sequence[_Line]]) -> list[list[_Line]]:
    """Drop the lines that stand at the top or foot of most pages, and the pages' numbers."""
    edges = Counter(key for page in pages for key in {_edge(line) for line in [*page[:2], *page[-2:]]})
    often = {key for key, count in edges.items() if count > 1 and count * 2 > len(pages)}
    kept = []
    for page in pages:
        lines = list(page)
        for end in (0, -1):
            for _ in range(2):
                if lines and (_NUMBER.fullmatch(lines[end].text) or _edge(lines[end]) in often):
                    lines.pop(end)
        kept.append(lines)
    return kept


def _edge(line: _Line) -> tuple[str, int]:
    """What is the same of a header on every page: its words but for numbers, and its height."""
    return _DIGITS.sub("0", line.text), round(line.top)


def _paragraphs(lines: Sequence[_Line]) -> Iterator[Block]:
    """Join the lines of a paragraph: one that is full goes on below, unless the next is set in."""
    if not lines:
        return
    left = Counter(round(line.left) for line in lines if len(line.text) > 5).most_common(1)
    margin = min((line.left for line in lines), default=0.0) if not left else left[0][0]
    full = max((line.right for line in lines), default=0.0)
    words = ""
    page = lines[0].page
    before: _Line | None = None
    for line in lines:
        joined = before is not None and _goes_on(before, line, margin, full)
        if before is not None and not joined:
            yield Block("paragraph", words, Place(page=page))
            words, page = "", line.page
        words += line.text
        before = line
    if words:
        yield Block("paragraph", words, Place(page=page))


def _goes_on(before: _Line, line: _Line, margin: float, full: float) -> bool:
    if "\t" in before.text or "\t" in line.text or abs(before.size - line.size) > 1:
        return False
    if _MARKED.match(line.text):
        return False
    reaches = before.right > full - 2.5 * before.size
    return reaches and line.left < margin + 1.2 * line.size
