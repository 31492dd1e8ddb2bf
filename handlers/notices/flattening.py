"""Blocks become one text of lines, where the grammar reads them; each line knows its place."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import groupby

from handlers.notices.breaking import broken_apart
from handlers.notices.column_kinds import guessed
from handlers.notices.columns import headed
from handlers.notices.duties import is_appendix
from handlers.notices.folding import fold, squeeze
from handlers.notices.outline import Kind, Line, read_mark
from handlers.notices.plain_tables import with_tables
from handlers.notices.role_words import BRACKETED, FIELD
from handlers.notices.tables import Written, lines_of_table
from storage.terms.blocks import Block, Place

_COLON = "："
_SPREAD = re.compile(r"[ \t\u3000]*(?:[一-龥][ \t\u3000]+){1,7}[一-龥][ \t\u3000]*[:：]")


@dataclass(frozen=True, slots=True)
class Script:
    """A document as the grammar reads it: its text, the lines of it, the place of each."""

    text: str
    lines: tuple[Line, ...]
    places: tuple[Place, ...]
    guessed: tuple[tuple[str, Place], ...] = ()
    """Columns of tables that were read by what stands in them."""

    def place_of(self, line: int) -> Place:
        """Return where a line, counted from 1, stands in the source."""
        return self.places[min(line, len(self.places)) - 1] if self.places else Place()


def script_of(blocks: Iterable[Block]) -> Script:
    """Write blocks as lines: paragraphs as they are, rows of a table as what they say."""
    ready = list(broken_apart(with_tables(list(blocks))))
    written = list(_written(ready))
    lines: list[Line] = []
    start = 0
    pieces: list[str] = []
    places: list[Place] = []
    for each in written:
        for index, words in enumerate(each.words.split("\n")):
            last = start + len(words) + 1
            kind: Kind = each.kind if index == 0 or each.kind == "free" else "inside"
            line = Line(len(lines) + 1, start, last, kind, each.rank, each.label, each.skip)
            lines.append(line)
            places.append(each.place)
            pieces.append(words)
            start = last
    text = "\n".join(pieces)
    if lines:
        lines[-1] = replace(lines[-1], end=len(text))
    if lines and lines[-1].start == lines[-1].end:
        del lines[-1], places[-1]
    return Script(text, tuple(lines), tuple(places), tuple(_guessed(ready)))


def _guessed(blocks: Iterable[Block]) -> Iterator[tuple[str, Place]]:
    for table, group in groupby(blocks, key=lambda block: block.table):
        rows = list(group)
        if table:
            yield from ((name, rows[0].place) for name in guessed(rows))


def _tight(text: str) -> str:
    """Write a label as labels are: spread over the line (责 任 单 位：), or in brackets (【责任单位】)."""
    text = BRACKETED.sub(lambda found: found["label"] + _COLON, text)
    found = _SPREAD.match(text[:60])
    if found and FIELD.fullmatch(fold(squeeze(found.group()))):
        return squeeze(found.group()) + text[found.end() :]
    return text


def _written(blocks: Iterable[Block]) -> Iterator[Written]:
    behind = False
    blocks = list(blocks)
    last_table = max((index for index, block in enumerate(blocks) if block.table), default=0)
    ahead = {id(block) for block in blocks[:last_table]}
    for table, group in groupby(blocks, key=lambda block: block.table):
        rows = list(group)
        if table:
            yield from lines_of_table(rows)
            behind = headed(rows) is not None
            continue
        for block in rows:
            # What is appended, or signed, before a table belongs to no item above it.
            ends = (behind and bool(block.text.strip()) and read_mark(fold(block.text)) is None) or (
                id(block) in ahead and is_appendix(block.text)
            )
            yield Written(_tight(block.text), block.place, "end" if ends else "free")
            behind = behind and not block.text.strip()
