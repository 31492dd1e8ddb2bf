"""Reading a page saved from a site: its paragraphs and tables, without navigation, footer and scripts.

Nothing is fetched: links, pictures and frames are only marks here.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from html.parser import HTMLParser

from storage.documents.grids import Cell, rows_of
from storage.documents.text_in import bounded
from storage.terms.blocks import Block, Place
from storage.terms.errors import Unreadable

MOST_BYTES = 8 * 1024 * 1024
MOST_TAGS = 200_000
MOST_ATTRIBUTES = 5_000
"""Attributes of one tag."""
_BEGINS = re.compile(
    rb"\s*(?:<!--.{0,4000}?-->\s*)?<(?:!doctype\s+html|html|head|body|table|div|p)\b",
    re.IGNORECASE | re.DOTALL,
)
_CHARSET = re.compile(rb"""charset\s*=\s*["']?([\w-]{2,20})""", re.IGNORECASE)

_BLOCKS = frozenset(
    (
        *(
            "address",
            "article",
            "blockquote",
            "body",
            "caption",
            "center",
            "dd",
            "div",
            "dl",
            "dt",
            "fieldset",
        ),
        *("figcaption", "figure", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "li", "main", "ol", "p", "pre"),
        *("section", "title", "ul"),
    )
)
_SKIPPED = frozenset(
    (
        *("script", "style", "noscript", "template", "head", "nav", "header", "footer", "aside", "form"),
        *("button", "select", "option", "textarea", "iframe", "object", "embed", "svg", "canvas", "audio"),
        *("video", "map"),
    )
)
_VOID = frozenset(
    ("area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr")
)
_NOISE = re.compile(
    r"(?:^|[\s_-])(?:nav|navbar|menu|menus|breadcrumbs?|crumbs?|footer|foot|sidebar|toolbar|share|copyright"
    r"|friendlinks?|position|location|qrcode|ewm|search|login|header|head|topbar|pager|pagination)(?:$|[\s_-])",
    re.IGNORECASE,
)
_LONGEST_LINK = 60
_CHINESE = ("gb2312", "gbk", "gb18030", "gb_2312-80")
_WAYS = ("utf-8", "big5", "big5-hkscs")


def is_html(data: bytes) -> bool:
    """Say whether the bytes begin as a page does."""
    return bool(_BEGINS.match(data.removeprefix(codecs.BOM_UTF8)[:8192]))


def read_html(data: bytes) -> tuple[Block, ...]:
    """Read a saved page.

    Raises:
        Unreadable: ``notice_too_large``, ``notice_swells``, ``notice_too_many_cells``, ``notice_empty``.
    """
    if len(data) > MOST_BYTES:
        raise Unreadable("notice_too_large", limit=MOST_BYTES // (1024 * 1024))
    if data.count(b"<") > MOST_TAGS or any(tag.count(b"=") > MOST_ATTRIBUTES for tag in data.split(b">")):
        raise Unreadable("notice_swells")
    page = _Page()
    page.feed(_ended(_without_comments(_decoded(data))))
    page.close()
    blocks = bounded(page.blocks())
    if not blocks:
        raise Unreadable("notice_empty")
    return blocks


def _decoded(data: bytes) -> str:
    found = _CHARSET.search(data[:4096])
    if data.startswith(codecs.BOM_UTF8):
        found = None
    said = found[1].decode("ascii").lower() if found else ""
    names = ["gb18030"] if said in _CHINESE else [said] if said in _WAYS else []
    for name in [*names, "utf-8-sig", "gb18030"]:
        try:
            return data.decode(name).removeprefix("\ufeff")
        except UnicodeDecodeError:
            continue
    return data.decode("gb18030", "replace")


def _without_comments(page: str) -> str:
    """Take the comments out; the parser would look for the end of each that has none through all the page."""
    kept: list[str] = []
    at = 0
    while (start := page.find("<!--", at)) >= 0:
        kept.append(page[at:start])
        end = page.find("-->", start)
        if end < 0:
            return "".join((*kept, page[start:].replace("<!--", "")))
        at = end + 3
    return "".join((*kept, page[at:]))


def _ended(page: str) -> str:
    """Let no tag be open at the end, for the same reason."""
    end = page.rfind(">") + 1
    return page[:end] + page[end:].replace("<", " ")


class _Table:
    """A table that is open: its rows so far, and whether it only lays out the page."""

    def __init__(self) -> None:
        self.rows: list[tuple[Place, list[Cell]]] = []
        self.words: list[str] | None = None
        self.span = (1, 1)
        self.layout = False


class _Page(HTMLParser):
    """Collects paragraphs and tables as the tags go by; depth costs nothing."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._found: list[Block | _Table] = []
        self._words: list[str] = []
        self._linked = 0
        self._in_link = 0
        self._skipped: list[str] = []
        self._tables: list[_Table] = []
        self._level = 0
        self._count = 0

    def blocks(self) -> Iterator[Block]:
        """Yield what was found, in order."""
        self._flush()
        tables = 0
        for each in self._found:
            if isinstance(each, Block):
                yield each
            elif each.rows:
                tables += 1
                rows = [(Place(table=tables, row=place.row), cells) for place, cells in each.rows]
                yield from rows_of(rows, tables)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """A tag opens: blocks end the paragraph before them, noise is passed over to its end."""
        if self._skipped:
            if tag == self._skipped[-1]:
                self._skipped.append(tag)
            return
        told = dict(attrs)
        names = f"{told.get('class') or ''} {told.get('id') or ''}"
        noisy = tag in ("div", "ul", "section", "table") and _NOISE.search(names)
        if (tag in _SKIPPED or noisy) and tag not in _VOID:
            self._skipped.append(tag)
        elif tag == "br":
            self._words.append("\n")
        elif tag == "a":
            self._in_link += 1
        elif tag == "table":
            self._open_table()
        elif tag == "tr" and self._tables:
            self._end_cell()
            self._tables[-1].rows.append((Place(row=len(self._tables[-1].rows) + 1), []))
        elif tag in ("td", "th") and self._tables:
            self._end_cell()
            self._tables[-1].words = []
            self._words = []
            self._tables[-1].span = (_whole(told.get("colspan")), _whole(told.get("rowspan")))
        elif tag in _BLOCKS:
            self._flush()
            self._level = int(tag[1]) if re.fullmatch("h[1-6]", tag) else 0

    def handle_endtag(self, tag: str) -> None:
        """A tag closes."""
        if self._skipped:
            if tag == self._skipped[-1]:
                self._skipped.pop()
        elif tag == "a":
            self._in_link = max(0, self._in_link - 1)
        elif tag in ("td", "th", "tr") and self._tables:
            self._end_cell()
        elif tag == "table" and self._tables:
            self._end_cell()
            self._tables.pop()
        elif tag in _BLOCKS:
            self._flush()
            self._level = 0

    def handle_data(self, data: str) -> None:
        """Words of a paragraph or a cell; line ends in the markup are blanks."""
        if not self._skipped:
            words = re.sub(r"[ \t\r\n\xa0]+", " ", data)
            self._words.append(words)
            self._linked += len(words.strip()) if self._in_link else 0

    def _open_table(self) -> None:
        if self._tables:
            # A table that holds another lays out the page: what it holds are paragraphs.
            outer = self._tables[-1]
            outer.layout = True
            for _, cells in outer.rows:
                for cell in cells:
                    self._paragraphs(cell.text)
            outer.rows = []
            outer.words = None
        self._flush()
        table = _Table()
        self._tables.append(table)
        self._found.append(table)

    def _flush(self) -> None:
        words = "".join(self._words)
        linked, self._words, self._linked = self._linked, [], 0
        table = self._tables[-1] if self._tables else None
        if table is not None and table.words is not None:
            table.words.append(words)
            return
        said = words.strip()
        if linked and len(said) <= _LONGEST_LINK and linked * 10 >= len(said.replace(" ", "")) * 9:
            return
        self._paragraphs(words)

    def _paragraphs(self, words: str) -> None:
        for line in words.split("\n"):
            if said := line.strip(" \u3000\t"):
                self._count += 1
                self._found.append(Block("paragraph", said, Place(paragraph=self._count), level=self._level))

    def _end_cell(self) -> None:
        table = self._tables[-1]
        if table.words is None:
            self._flush()
            return
        self._flush()
        lines = (line.strip(" \u3000\t") for line in "\n".join(table.words).split("\n"))
        words = "\n".join(filter(None, lines))
        table.words = None
        if table.layout:
            self._paragraphs(words)
            return
        if not table.rows:
            table.rows.append((Place(row=1), []))
        table.rows[-1][1].append(Cell(words, *table.span))


def _whole(written: str | None) -> int:
    return int(written) if written and written.isdecimal() and 0 < len(written) < 4 else 1
