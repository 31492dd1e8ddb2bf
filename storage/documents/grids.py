"""The cells of a table, merged ones too, become rows of blocks: each says its words wherever it reaches."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from storage.terms.blocks import BETWEEN_CELLS, Block, Place
from storage.terms.errors import Unreadable

MOST_COLUMNS = 64
MOST_CELLS = 100_000


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell as a file tells it: its words, and how many columns and rows it covers."""

    text: str
    across: int = 1
    down: int = 1
    goes_on: bool = False
    """It belongs to the cell above, which is how Word says it."""


@dataclass(slots=True)
class _Reach:
    """What reaches down into a column from above."""

    text: str = ""
    rows: int = 0


def rows_of(rows: Iterable[tuple[Place, Sequence[Cell]]], table: int) -> Iterator[Block]:
    """Yield the rows of a table; a line across all of it is a paragraph, and so is a table of one column.

    Raises:
        Unreadable: ``notice_too_many_cells``.
    """
    laid = list(_laid_out(rows))
    width = max((len(texts) for _, texts, _ in laid), default=0)
    for place, texts, carried in laid:
        cells = tuple(texts + [""] * (width - len(texts)))
        said = [cell for cell in cells if cell.strip()]
        if not said:
            continue
        if width == 1:
            for words in cells[0].split("\n"):
                if words.strip():
                    yield Block("paragraph", words, place)
        elif len(said) == width and len(set(said)) == 1 and not carried:
            yield Block("paragraph", said[0], replace(place, table=table), table=table)
        else:
            text = BETWEEN_CELLS.join(cell.replace("\n", " ") for cell in cells)
            yield Block("row", text, replace(place, table=table), cells, table=table, carried=tuple(carried))


def _laid_out(
    rows: Iterable[tuple[Place, Sequence[Cell]]],
) -> Iterator[tuple[Place, list[str], list[int]]]:
    above: list[_Reach] = []
    count = 0
    for place, cells in rows:
        texts: list[str] = []
        carried: list[int] = []
        waiting = iter(cells)
        while True:
            column = len(texts)
            reach = above[column] if column < len(above) else None
            if reach is not None and reach.rows > 0:
                reach.rows -= 1
                texts.append(reach.text)
                carried.append(column)
                continue
            cell = next(waiting, None)
            if cell is None:
                break
            for _ in range(max(1, min(cell.across, MOST_COLUMNS))):
                column = len(texts)
                while len(above) <= column:
                    above.append(_Reach())
                if cell.goes_on:
                    texts.append(above[column].text)
                    carried.append(column)
                else:
                    above[column] = _Reach(cell.text, max(0, cell.down - 1))
                    texts.append(cell.text)
        count += len(texts)
        if len(texts) > MOST_COLUMNS or count > MOST_CELLS:
            raise Unreadable("notice_too_many_cells", limit=MOST_CELLS)
        yield place, texts, carried
