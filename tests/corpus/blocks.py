"""A document of the corpus as the blocks that a reader of files makes of it."""

from __future__ import annotations

from collections.abc import Iterator

from storage.terms.blocks import BETWEEN_CELLS, Block, Place
from tests.corpus.documents import Document, cells


def blocks_of(document: Document) -> tuple[Block, ...]:
    """Return the paragraphs and the rows of its tables, merged cells saying their words again."""
    return tuple(_blocks(document))


def _blocks(document: Document) -> Iterator[Block]:
    table = 0
    above: list[str] = []
    for number, line in enumerate(document.lines, 1):
        row = cells(line)
        if row is None:
            above = []
            if line.strip() or document.kind == "txt":
                yield Block("paragraph", line, Place(line=number))
            continue
        table += not above
        carried = tuple(index for index, cell in enumerate(row) if cell == "^")
        for index, cell in enumerate(row):
            if cell in ("^", "<"):
                row[index] = above[index] if cell == "^" else row[index - 1]
        above = row
        if len(set(row)) == 1:
            yield Block("paragraph", row[0], Place(line=number), table=table)
        else:
            text = BETWEEN_CELLS.join(row)
            yield Block("row", text, Place(line=number), tuple(row), table=table, carried=carried)
