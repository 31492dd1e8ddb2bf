"""What every kind of document is read as: paragraphs and rows of tables, each with its place."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from storage.terms.texts import Text

BlockKind: TypeAlias = Literal["paragraph", "row"]

BETWEEN_CELLS = " | "
"""What stands between the cells of a row where it is written as one line."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a block stands in its file, so that a person finds it; what its kind of file lacks is 0 or empty.

    Everything is counted from 1: lines of a text, paragraphs of a document, pages, tables, rows of a table
    or, with ``sheet``, the numbers a spreadsheet shows beside its rows.
    """

    line: int = 0
    paragraph: int = 0
    page: int = 0
    sheet: str = ""
    table: int = 0
    row: int = 0

    def to_json(self) -> dict[str, int | str]:
        """Return what is known of the place as plain JSON values."""
        named = {name: getattr(self, name) for name in self.__slots__}
        return {name: value for name, value in named.items() if value}

    @property
    def text(self) -> Text:
        """The place in words."""
        if self.sheet:
            return Text("place.sheet", {"sheet": self.sheet, "row": self.row})
        if self.table and self.page:
            return Text("place.table_on_page", {"page": self.page, "table": self.table, "row": self.row})
        if self.table:
            return Text("place.table", {"table": self.table, "row": self.row})
        if self.page:
            return Text("place.page", {"page": self.page})
        if self.paragraph:
            return Text("place.paragraph", {"paragraph": self.paragraph})
        return Text("place.line", {"line": self.line})


@dataclass(frozen=True, slots=True)
class Block:
    """One paragraph, or one row of a table.

    A row has as many ``cells`` as its table has columns; the rows that name the columns come first, and
    which these are the grammar knows. A merged cell says its words in every row and column it covers;
    ``carried`` are the columns whose words were written in a row above.
    A line across a whole table (一、公开重点) is a paragraph that bears the table's number. ``text`` of a
    row are its cells in one line.

    ``level`` is that of a heading (1 outermost, 0 none); ``bold`` and ``centred`` hold for the whole
    paragraph; each is told only where the file tells it.
    """

    kind: BlockKind
    text: str
    place: Place = field(default_factory=Place)
    cells: tuple[str, ...] = ()
    table: int = 0
    carried: tuple[int, ...] = ()
    level: int = 0
    bold: bool = False
    centred: bool = False


def text_of(blocks: Iterable[Block]) -> str:
    """Return the words of blocks, one block after the other, each on lines of its own."""
    return "\n".join(block.text for block in blocks)
