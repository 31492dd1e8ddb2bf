"""What the columns of one table are: by their names, and where these do not tell by what stands in them."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from handlers.notices.columns import Column, headed, kind_of
from handlers.notices.deadlines import stated_deadlines
from handlers.notices.folding import fold, squeeze
from handlers.notices.limits import Frame
from handlers.notices.names import looks_like_body
from handlers.notices.outline import NUMBER, read_mark
from storage.terms.blocks import Block

_LONGEST_LIMIT = 24
_LOOKED_AT = 40


def kinds_of(names: Sequence[str], blocks: Sequence[Block]) -> list[Column]:
    """Say what each column is."""
    rows = [block.cells for block in blocks if len(block.cells) == len(names)]
    kinds: list[Column] = [kind_of(name) or _by_cells(index, rows) for index, name in enumerate(names)]
    _find_groups(kinds, blocks)
    return kinds


def guessed(blocks: Sequence[Block]) -> list[str]:
    """Return the names of the columns of which another reading is as good."""
    found = headed(blocks)
    if found is None:
        return []
    names, _, behind = found
    kinds = kinds_of(names, blocks[behind:])
    return [name for name, kind in zip(names, kinds, strict=True) if name and kind_of(name) != kind]


def _by_cells(index: int, rows: Sequence[Sequence[str]]) -> Column:
    """Tell a column by its cells: names only, time limits only, or else words."""
    cells = [squeeze(row[index]) for row in rows[:_LOOKED_AT] if squeeze(row[index])]
    limits = sum(len(cell) <= _LONGEST_LIMIT and bool(stated_deadlines(cell, Frame(2000))) for cell in cells)
    bodies = sum(all(map(looks_like_body, fold(cell).split("、"))) for cell in cells)
    if len(cells) > 1 and limits * 4 > len(cells) * 3:
        return "limit"
    if len(cells) > 1 and bodies * 4 > len(cells) * 3:
        return "responsible"
    return "words"


def _find_groups(kinds: list[Column], blocks: Sequence[Block]) -> None:
    """A column of words that goes on over several rows beside one that does not is a heading."""
    words = [index for index, kind in enumerate(kinds) if kind == "words"]
    rows = [block.cells for block in blocks if len(block.cells) == len(kinds)]
    carried = {index for index in range(len(kinds)) if _goes_on(index, kinds, rows, blocks)}
    for index in words:
        same = sum(a[index] == b[index] and bool(a[index].strip()) for a, b in pairwise(rows))
        if same * 3 >= len(rows):
            carried.add(index)
    if words and _counted_together(words[0], kinds, blocks):
        carried.discard(words[0])
    for index in words:
        if index in carried and any(other > index and other not in carried for other in words):
            kinds[index] = "group"
    if "words" not in kinds and "group" in kinds:
        kinds[max(index for index, kind in enumerate(kinds) if kind == "group")] = "words"


def _counted_together(index: int, kinds: Sequence[Column], blocks: Sequence[Block]) -> bool:
    """Say whether the rows that share a cell share their number, too: a task of several measures."""
    shared = [block.carried for block in blocks if index in block.carried]
    numbers = {place for place, kind in enumerate(kinds) if kind == "number"}
    return bool(shared) and bool(numbers) and all(numbers.intersection(each) for each in shared)


def _goes_on(
    index: int, kinds: Sequence[Column], rows: Sequence[Sequence[str]], blocks: Sequence[Block]
) -> bool:
    """Say whether a column goes on over rows as headings do.

    It does not where it numbers its own words, nor where each row has a number and few share a cell.
    """
    times = sum(index in block.carried for block in blocks)
    cells = [row[index].strip() for row in rows if row[index].strip()]
    numbered = sum(bool((mark := read_mark(fold(each))) and mark[0] is NUMBER) for each in cells)
    if kinds[index] == "words" and cells and numbered * 2 > len(cells):
        return False
    each_numbered = "number" in kinds and not any(
        kinds[place] == "number" for block in blocks for place in block.carried
    )
    return times > 0 and not (each_numbered and times * 4 < len(rows))
