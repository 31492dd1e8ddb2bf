"""Reading a Word document: its paragraphs with the numbers Word makes, its tables with their merged cells.

Only the words are read: no macro, link, picture or embedded object is opened.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import TYPE_CHECKING

from storage.documents.grids import Cell, rows_of
from storage.documents.packed import part_of
from storage.documents.text_in import bounded
from storage.documents.word_numbers import Numbers
from storage.terms.blocks import Block, Place
from storage.terms.errors import Unreadable

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

DOCUMENT = "word/document.xml"
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_PASSED_OVER = {
    *(
        f"{W}{name}"
        for name in ("del", "moveFrom", "instrText", "delText", "pPr", "rPr", "footnoteReference")
    ),
    f"{_MC}Fallback",
}
_BETWEEN = {f"{W}tab": "\t", f"{W}br": "\n", f"{W}cr": "\n", f"{W}noBreakHyphen": "-"}
_WRAPPED = tuple(f"{W}{name}" for name in ("sdt", "sdtContent", "ins", "smartTag", "customXml", "moveTo"))
"""What stands around paragraphs, rows and cells and holds them."""
_STRICT = b"http://purl.oclc.org/ooxml/wordprocessingml/main"
"""What an Office set to its strict form says in place of ``W``; the words are the same."""
_DEEPEST = 200


def read_docx(data: bytes) -> tuple[Block, ...]:
    """Read a docx file.

    Raises:
        Unreadable: ``notice_too_large``, ``notice_swells``, ``notice_entities``, ``notice_corrupt``.
    """
    from xml.etree.ElementTree import ParseError

    from defusedxml.common import DefusedXmlException

    try:
        return bounded(_Document(data).blocks())
    except (ParseError, DefusedXmlException, RecursionError) as error:
        raise Unreadable("notice_corrupt") from error


class _Document:
    def __init__(self, data: bytes) -> None:
        self._markup = _part(data, DOCUMENT)
        self._numbers = Numbers(
            _tree(_part(data, "word/numbering.xml")), _tree(_part(data, "word/styles.xml"))
        )
        self._paragraphs = 0
        self._tables = 0

    def blocks(self) -> Iterator[Block]:
        """Yield the blocks one after the other, each forgotten once it is read."""
        from defusedxml.ElementTree import iterparse

        depth = 0
        body = 0
        for event, element in iterparse(io.BytesIO(self._markup), ("start", "end"), forbid_dtd=True):
            if event == "start":
                depth += 1
                if depth > _DEEPEST:
                    raise Unreadable("notice_corrupt")
                if element.tag == f"{W}body" and not body:
                    body = depth
                continue
            if body and depth == body + 1:
                yield from self._read(element)
                element.clear()
            depth -= 1

    def _read(self, element: Element) -> Iterator[Block]:
        if element.tag == f"{W}p":
            yield from self._paragraph(element)
        elif element.tag == f"{W}tbl":
            yield from self._table(element)
        elif element.tag in _WRAPPED:
            for child in element:
                yield from self._read(child)

    def _paragraph(self, element: Element) -> Iterator[Block]:
        self._paragraphs += 1
        words = self._words(element)
        if words.strip():
            style = self._numbers.style_of(element)
            yield Block(
                "paragraph",
                words,
                Place(paragraph=self._paragraphs),
                level=style.level,
                centred=style.centred,
            )
        for box in element.iter(f"{W}txbxContent"):
            for paragraph in box.iter(f"{W}p"):
                if said := self._words(paragraph):
                    yield Block("paragraph", said, Place(paragraph=self._paragraphs))

    def _words(self, paragraph: Element) -> str:
        said = "".join(_said(paragraph)).strip("\n\t \u3000")
        return self._numbers.number_of(paragraph) + said if said else ""

    def _table(self, element: Element) -> Iterator[Block]:
        self._tables += 1
        rows = (
            (Place(table=self._tables, row=index), [self._cell(cell) for cell in _inside(row, f"{W}tc")])
            for index, row in enumerate(_inside(element, f"{W}tr"), 1)
            if not _taken_out(row)
        )
        yield from rows_of(rows, self._tables)

    def _cell(self, cell: Element) -> Cell:
        words = "\n".join(filter(None, (self._words(each) for each in cell.iter(f"{W}p"))))
        properties = cell.find(f"{W}tcPr")
        across, goes_on = 1, False
        if properties is not None:
            span = properties.find(f"{W}gridSpan")
            across = _count(span.get(f"{W}val")) if span is not None else 1
            merged = properties.find(f"{W}vMerge")
            goes_on = merged is not None and merged.get(f"{W}val", "continue") == "continue"
        return Cell(words, across, goes_on=goes_on)


def _inside(element: Element, tag: str) -> Iterator[Element]:
    """Yield the rows of a table or the cells of a row, also those in controls; none of a table within."""
    for child in element:
        if child.tag == tag:
            yield child
        elif child.tag in _WRAPPED:
            yield from _inside(child, tag)


def _taken_out(row: Element) -> bool:
    """Say whether a change that was tracked took a row out."""
    return row.find(f"{W}trPr/{W}del") is not None


def _hidden(run: Element) -> bool:
    """Say whether Word neither shows nor prints a run."""
    mark = run.find(f"{W}rPr/{W}vanish")
    return mark is not None and mark.get(f"{W}val", "1") not in ("0", "false", "off")


def _said(element: Element) -> Iterator[str]:
    for child in element:
        if child.tag == f"{W}t":
            yield child.text or ""
        elif child.tag in _BETWEEN:
            yield _BETWEEN[child.tag]
        elif child.tag == f"{W}r" and _hidden(child):
            continue
        elif child.tag not in _PASSED_OVER and child.tag != f"{W}txbxContent":
            yield from _said(child)


def _part(data: bytes, name: str) -> bytes:
    return part_of(data, name).replace(_STRICT, W.strip("{}").encode())


def _count(written: str | None) -> int:
    return int(written) if written and written.isdecimal() and len(written) < 4 else 1


def _tree(markup: bytes) -> Element | None:
    from defusedxml.ElementTree import fromstring

    if not markup:
        return None
    tree: Element = fromstring(markup, forbid_dtd=True)
    return tree
