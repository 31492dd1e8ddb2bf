"""The rows of a table as the lines the grammar reads: an item, who answers for it, until when."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from handlers.notices.column_kinds import kinds_of
from handlers.notices.columns import ROLES, Column, headed
from handlers.notices.folding import fold, squeeze
from handlers.notices.names import looks_like_body
from handlers.notices.outline import NUMBER, Kind, read_mark
from handlers.notices.role_words import STARS
from storage.terms.blocks import BETWEEN_CELLS, Block, Place

_NONE = re.compile(r"[/\\\-—–－無无_]*")
_NUMBER = re.compile(
    r"[(\[]?\s?([0-9]{1,4}(?:[.-][0-9]{1,3}){0,3}|[A-Za-z]{1,4}[-.]?[0-9]{1,4}|[一二三四五六七八九十百]{1,4})\s?[)\]]?[.、号]?"
)
_CHINESE_NUMBER = re.compile(r"[一二三四五六七八九十]{1,3}、?")
_LABELLED = re.compile(r"(牵头|责任|配合|主办|协办|参与|落实)(?:单位|部门)?[:：]")
_PERSON = re.compile(r"[一-龥]{2,3}(?:(?:、)[一-龥]{2,3})*")
_ASIDE = re.compile(r"^(?:备注|说明|注)\s?[:：]|^注[0-9]")
_GROUP_RANK = 1.5
_BANNER_RANK = 1.2


@dataclass(frozen=True, slots=True)
class Written:
    """A line to be: its words, what it is to the outline, and where it comes from."""

    words: str
    place: Place
    kind: Kind = "free"
    rank: float = 0
    label: str = ""
    skip: int = 0


def lines_of_table(blocks: Sequence[Block]) -> Iterator[Written]:
    """Yield the lines of one table; a table that lists no tasks is only written out."""
    found = headed(blocks)
    if found is None:
        for block in blocks:
            yield Written(_in_one_line(block), block.place)
        return
    names, first, behind = found
    for block in blocks[:first]:
        yield Written(_in_one_line(block), block.place)
    for block in blocks[first:behind]:
        yield Written(_in_one_line(block), block.place, "inside")
    yield from _Rows(names, blocks[behind:]).lines()


class _Rows:
    """The rows below a header."""

    def __init__(self, names: tuple[str, ...], blocks: Sequence[Block]) -> None:
        self._blocks = blocks
        self._names = names
        self._kinds: list[Column] = kinds_of(names, blocks)
        self._numbers_groups = any(
            kind == "number" and any(index in block.carried for block in blocks)
            for index, kind in enumerate(self._kinds)
        )
        self._shown: dict[int, str] = {}
        self._count = 0
        self._deepest = 0.0
        self._item = False

    def lines(self) -> Iterator[Written]:
        """Yield their lines: headings, items, fields."""
        for block in self._blocks:
            if block.kind == "paragraph" or self._is_banner(block):
                yield self._banner(block)
            elif tuple(squeeze(cell) for cell in block.cells) == self._names:
                continue
            elif len(block.cells) != len(self._names):
                yield Written(_in_one_line(block), block.place, "inside")
            else:
                yield from self._row(block)

    def _is_banner(self, block: Block) -> bool:
        said = [cell for cell in block.cells if cell.strip()]
        if self._numbered_banner(block):
            return True
        if len(block.cells) < 3 or len(set(said)) != 1:
            return False
        mark = read_mark(fold(said[0]))
        return len(said) == len(block.cells) or bool(block.cells[0] and mark and mark[0].rank < NUMBER.rank)

    def _numbered_banner(self, block: Block) -> str:
        """Return the words of a line across the table whose number stands in a cell of its own."""
        if block.kind == "paragraph" or len(block.cells) < 3 or self._kinds[0] != "number":
            return ""
        number, *rest = block.cells
        said = {cell for cell in rest if cell.strip()}
        alone = len(said) == 1 and (all(rest) or not any(rest[1:]))
        if not alone or not _CHINESE_NUMBER.fullmatch(squeeze(number)):
            return ""
        return f"{squeeze(number).strip('、')}、{said.pop().strip()}"

    def _banner(self, block: Block) -> Written:
        words = next((cell for cell in block.cells if cell.strip()), block.text).strip()
        words = self._numbered_banner(block) or words
        self._shown.clear()
        self._item = False
        if _ASIDE.match(words):
            return Written(words, block.place, "end")
        mark = read_mark(fold(words))
        if mark and not mark[0].within:
            self._deepest = mark[0].rank
            return Written(words, block.place, "heading", mark[0].rank, mark[1], mark[2])
        self._deepest = _BANNER_RANK
        return Written(words, block.place, "heading", _BANNER_RANK)

    def _row(self, block: Block) -> Iterator[Written]:
        yield from self._headings(block)
        words = self._words(block)
        own = [index for index in words if index not in block.carried]
        fresh = not self._item or bool(own) or not words
        if fresh and not words and not any(self._cells(block, *ROLES)):
            yield Written(_in_one_line(block), block.place, "inside")
            return
        if fresh:
            yield self._item_line(block, words[:1])
            self._item = True
            for index in words[1:]:
                yield Written(block.cells[index].strip(), block.place, "inside")
        yield from self._fields(block, fresh=fresh)

    def _fields(self, block: Block, *, fresh: bool) -> Iterator[Written]:
        for index, kind in enumerate(self._kinds):
            cell = block.cells[index]
            if blank(cell) or (not fresh and index in block.carried):
                continue
            if kind in ROLES:
                for said in _role_fields(ROLES[kind], cell):
                    yield Written(said, block.place, "inside")
            elif kind == "limit":
                yield Written(f"完成时限：{_in_one_field(cell)}", block.place, "inside")
            elif kind == "person":
                yield Written(f"责任人：{_in_one_field(cell)}", block.place, "inside")
            elif kind == "aside":
                yield Written(f"备注：{_in_one_field(cell)}", block.place, "inside")

    def _headings(self, block: Block) -> Iterator[Written]:
        groups = [index for index, kind in enumerate(self._kinds) if kind == "group"]
        for depth, index in enumerate(groups):
            words = block.cells[index].strip()
            if not words or self._shown.get(index) == words:
                continue
            for below in groups[depth:]:
                self._shown.pop(below, None)
            self._shown[index] = words
            self._item = False
            mark = read_mark(fold(words))
            rank = _GROUP_RANK + depth / 10
            if mark and mark[0].rank < NUMBER.rank:
                self._deepest = mark[0].rank
                yield Written(_one_line(words), block.place, "heading", self._deepest, mark[1], mark[2])
            else:
                self._deepest = rank
                yield Written(_one_line(words), block.place, "heading", rank)

    def _words(self, block: Block) -> list[int]:
        found: dict[str, int] = {}
        for index, kind in enumerate(self._kinds):
            if kind == "words" and not blank(block.cells[index]):
                found.setdefault(block.cells[index].strip(), index)
        return list(found.values())

    def _cells(self, block: Block, *kinds: Column) -> list[str]:
        return [
            cell
            for cell, kind in zip(block.cells, self._kinds, strict=True)
            if kind in kinds and not blank(cell)
        ]

    def _item_line(self, block: Block, words: Sequence[int]) -> Written:
        self._count += 1
        said = block.cells[words[0]].strip() if words else ""
        rank = max(NUMBER.rank, self._deepest + 0.1)
        number = _NUMBER.fullmatch(fold(squeeze("".join(self._cells(block, "number")[:1]))))
        mark = read_mark(fold(said))
        # A number that goes on over several rows counts these together, not each of them.
        if number and not (self._numbers_groups and mark):
            written = fold(squeeze(self._cells(block, "number")[0]))
            label = written.strip(".、") if written[0] in "([" else number.group(1)
            begins = f"{label}."
            if mark and mark[1].strip("()") == label.strip("()"):
                return Written(said, block.place, "row", rank, label, mark[2])
            return Written(
                begins + said,
                block.place,
                "row",
                rank,
                label.replace("[", "(").replace("]", ")"),
                len(begins),
            )
        if mark:
            self._count = int(mark[1]) if mark[1].isdecimal() else self._count
            return Written(said, block.place, "row", max(rank, mark[0].rank), mark[1], mark[2])
        begins = f"{self._count}."
        return Written(begins + said, block.place, "row", rank, str(self._count), len(begins))


def blank(cell: str) -> bool:
    """Say whether a cell names nothing: empty, or struck out."""
    return bool(_NONE.fullmatch(squeeze(cell)))


def _listed(cell: str) -> str:
    """Write names that stand one under the other, or with spaces between, as a list."""
    for lines in (cell.split("\n"), cell.split()):
        printed = [squeeze(piece).strip("、") for piece in lines if piece.strip()]
        pieces = _without_persons(printed)
        if len(printed) > 1 and all(
            looks_like_body(piece.rpartition("、")[2].strip(STARS)) for piece in pieces
        ):
            return "、".join(pieces)
    return squeeze(cell)


def _without_persons(pieces: Sequence[str]) -> list[str]:
    """Leave out who stands beside a department: 县住建局 高峰；县司法局 何静."""
    kept: list[str] = []
    for piece in pieces:
        person, _, behind = piece.partition("；")
        if kept and _PERSON.fullmatch(person) and looks_like_body(kept[-1].rpartition("、")[2]):
            kept += [behind] if behind else []
        else:
            kept.append(piece)
    return kept


def _role_fields(label: str, cell: str) -> list[str]:
    """Write the names of a cell behind its column's label, or behind those that it bears itself."""
    pieces = _LABELLED.split(squeeze(cell))
    if len(pieces) < 3 or pieces[0]:
        return [f"{label}：{_listed(cell)}"]
    named = zip(pieces[1::2], pieces[2::2], strict=True)
    return [f"{word}单位：{names.rstrip('；;，,。')}" for word, names in named]


def _in_one_field(cell: str) -> str:
    """Write what a cell says without a full stop, at which a field would end."""
    return squeeze(cell).rstrip("。").replace("。", "；")


def _one_line(words: str) -> str:
    return squeeze(words) if "\n" in words else words


def _in_one_line(block: Block) -> str:
    if block.kind == "paragraph":
        return block.text
    shown = [cell for cell, _ in groupby(block.cells) if cell.strip()]
    return _one_line("".join(shown)) if len(shown) < 2 else BETWEEN_CELLS.join(map(_one_line, shown))
