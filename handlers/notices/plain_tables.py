"""Tables that lost their lines: cells between bars or tabs, one cell a line, or nothing between at all."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from functools import cache

from handlers.notices.columns import Column, is_header, kind_of
from handlers.notices.deadlines import read_deadline
from handlers.notices.folding import fold, squeeze
from handlers.notices.names import looks_like_body
from handlers.notices.outline import NUMBER, read_mark
from storage.terms.blocks import Block

_RULER = re.compile(r"[-|\s:]+")
_FIRST = re.compile(r"^(?:序号|编号)")
_GAP = "  "
_MOST_COLUMNS = 12
_HEAD_WORDS = (
    r"(?:序号|编号|(?:重点|主要|具体|目标|实施|年度|建设|工作)?(?:工作|任务|项目|事项|内容|目标|措施|举措)(?:名称|内容|任务|及目标)?"
    r"|项目名称|(?:总?牵头|责任|配合|协办|主办|落实|承办|实施|参与)(?:单位|部门|领导|人)"
    r"|(?:完成|办结|责任)?(?:时限|时间|期限)(?:节点|要求)?|时间节点|备注|类别|领域|进度安排)"
)
_JOINED_HEADER = re.compile(rf"序号{_HEAD_WORDS}{{2,10}}")
_ROLE_KINDS: tuple[Column, ...] = ("lead", "responsible", "support")
_TIME_BEGINS = re.compile(r"(?<![0-9])[0-9年每第上下到全长常持一二三四五六七八九十]")
_NAME_BEGINS = re.compile(r"(?=(?:省|市|县|区|州|各|团[市县区省]委|人民银行|国家))")


def with_tables(blocks: Sequence[Block]) -> list[Block]:
    """Return the blocks with the lines that were rows of a table made rows again."""
    found: list[Block] = []
    tables = max((block.table for block in blocks), default=0)
    place = 0
    while place < len(blocks):
        rows, behind = _table_at(blocks, place)
        if rows:
            tables += 1
            found += [replace(row, table=tables) for row in rows]
            place = behind
        else:
            found.append(blocks[place])
            place += 1
    return found


def _table_at(blocks: Sequence[Block], place: int) -> tuple[list[Block], int]:
    first = blocks[place]
    if first.table or first.kind == "row" or not first.text.strip():
        return [], place
    folded = fold(first.text)
    for separator in ("|", "\t", _GAP):
        if separator in folded and is_header(_cells(first.text, separator)):
            return _separated(blocks, place, separator)
    plain = squeeze(folded)
    if _JOINED_HEADER.fullmatch(plain):
        return _joined(blocks, place, plain)
    if _FIRST.match(plain) and len(plain) < 6:
        return _one_a_line(blocks, place)
    return [], place


def _cells(text: str, separator: str) -> list[str]:
    if separator == _GAP:
        return re.split(r"\s{2,}", text.strip())
    folded = fold(text).rstrip()
    folded = folded.removesuffix(separator) if separator == "|" else folded
    cells: list[str] = []
    start = 0
    for piece in folded.split(separator):
        cells.append(text[start : start + len(piece)].strip())
        start += len(piece) + 1
    return cells[1:] if separator == "|" and cells and not cells[0] and len(cells) > 1 else cells


def _separated(blocks: Sequence[Block], place: int, separator: str) -> tuple[list[Block], int]:
    """Read cells between bars or tabs; a row that is short lacks the merged cells at its left."""
    names = _cells(blocks[place].text, separator)
    rows = [_row(blocks[place], names)]
    above = [""] * len(names)
    behind = place + 1
    while behind < len(blocks):
        block = blocks[behind]
        text = block.text
        if not text.strip() or _RULER.fullmatch(fold(text)):
            behind += 1
            continue
        if block.table or separator not in fold(text):
            if not _is_banner(blocks, behind, separator):
                break
            rows.append(replace(block, table=1))
            behind += 1
            continue
        cells = _cells(text, separator)
        if len([cell for cell in cells if cell]) == 1 and _outer_mark(cells):
            rows.append(replace(block, text=next(filter(None, cells)), table=1))
            behind += 1
            continue
        missing = max(0, len(names) - len(cells))
        kept = _at_left(names, above, cells, missing)
        cells = [*kept, *cells][: len(names)]
        rows.append(_row(block, cells, tuple(range(len(kept)))))
        above = cells
        behind += 1
    return rows, behind


def _at_left(names: Sequence[str], above: Sequence[str], cells: Sequence[str], missing: int) -> list[str]:
    """Return the cells of the row above that a shorter row has from it."""
    if missing and kind_of(names[0]) == "number" and re.fullmatch(r"[0-9]{1,3}", fold(cells[0])):
        return []
    return list(above[:missing])


def _is_banner(blocks: Sequence[Block], place: int, separator: str) -> bool:
    """Say whether a line between rows is a heading over those that follow."""
    follows = next((b for b in blocks[place + 1 : place + 3] if b.text.strip()), None)
    return follows is not None and separator in fold(follows.text) and len(blocks[place].text) < 40


def _outer_mark(cells: Sequence[str]) -> bool:
    mark = read_mark(fold(next(filter(None, cells))))
    return mark is not None and mark[0].rank < NUMBER.rank


def _row(block: Block, cells: Sequence[str], carried: tuple[int, ...] = ()) -> Block:
    return Block("row", block.text, block.place, tuple(cells), table=1, carried=carried)


# ---------------------------------------------------------------- one cell a line


def _one_a_line(blocks: Sequence[Block], place: int) -> tuple[list[Block], int]:
    """Read a table copied cell by cell: the names of its columns, then rows that begin with 1, 2, 3."""
    names: list[str] = []
    behind = place
    while len(names) < _MOST_COLUMNS and (behind := _filled(blocks, behind)) < len(blocks):
        word = squeeze(blocks[behind].text)
        if blocks[behind].table or len(word) > 12 or kind_of(word) is None:
            break
        names.append(word)
        behind += 1
    if len(names) < 3 or not is_header(names):
        return [], place
    rows = [_row(blocks[place], names)]
    number = 1
    while behind < len(blocks) and _says(blocks[behind], number):
        first = blocks[behind]
        cells: list[str] = []
        while len(cells) < len(names) and behind < len(blocks) and not _says(blocks[behind], number + 1):
            cells.append(blocks[behind].text.strip())
            behind = _filled(blocks, behind + 1)
        rows.append(_row(first, _spread_out(cells, names)))
        number += 1
    return (rows, behind) if number > 2 else ([], place)


def _filled(blocks: Sequence[Block], place: int) -> int:
    """Find the next paragraph that says something."""
    while place < len(blocks) and not blocks[place].text.strip():
        place += 1
    return place


def _says(block: Block, number: int) -> bool:
    return not block.table and fold(squeeze(block.text)).rstrip(".、") == str(number)


def _spread_out(cells: list[str], names: Sequence[str]) -> list[str]:
    """Put the cells of a row that lacks some into their columns, told by what they look like."""
    if len(cells) >= len(names):
        return cells[: len(names)]
    spread: list[str] = []
    rest = list(cells)
    for index, name in enumerate(names):
        kind = kind_of(name)
        left = len(names) - index
        fits = bool(rest) and (
            _fits(rest[0], kind) if kind in _ROLE_KINDS or kind == "limit" else len(rest) <= left
        )
        spread.append(rest.pop(0) if fits else "")
    return spread


def _fits(cell: str, kind: Column | None) -> bool:
    if kind == "limit":
        return read_deadline(cell, 2000) is not None
    return looks_like_body(fold(squeeze(cell)).rpartition("、")[2].strip("*"))


# ---------------------------------------------------------------- nothing between


def _joined(blocks: Sequence[Block], place: int, header: str) -> tuple[list[Block], int]:
    """Read rows without separators: number, words up to their full stop, names, time limit."""
    names = _names_of(header)
    kinds = [kind_of(name) for name in names]
    rows = [_row(blocks[place], names)]
    behind = place + 1
    while behind < len(blocks):
        text = squeeze(blocks[behind].text)
        if text and (cells := _taken_apart(text, kinds, len(rows))) is None:
            break
        if text and cells:
            rows.append(_row(blocks[behind], cells))
        behind += 1
    return (rows, behind) if len(rows) > 2 else ([], place)


@cache
def _names_of(header: str) -> tuple[str, ...]:
    return tuple(each.group() for each in re.finditer(_HEAD_WORDS, header))


def _taken_apart(text: str, kinds: Sequence[Column | None], number: int) -> list[str] | None:
    folded = fold(text)
    begins = str(number)
    stop = max(folded.rfind("。"), folded.rfind(";"))
    if not folded.startswith(begins) or folded[len(begins) : len(begins) + 1].isdecimal() or stop < 0:
        return None
    words, tail = text[len(begins) : stop + 1].lstrip(".．、"), text[stop + 1 :]
    limit = ""
    if "limit" in kinds:
        starts = [c for c in range(len(tail)) if _TIME_BEGINS.match(fold(tail), c)]
        cut = next((c for c in starts if read_deadline(tail[c:], 2000)), None)
        if cut is not None:
            tail, limit = tail[:cut], tail[cut:]
    cuts = [each.start() for each in _NAME_BEGINS.finditer(fold(tail)) if _cut_here(fold(tail), each.start())]
    pieces = [tail[a:b].strip("、，") for a, b in zip([0, *cuts], [*cuts, len(tail)], strict=True)]
    listed = [piece for piece in pieces if piece]
    roles = [index for index, kind in enumerate(kinds) if kind in _ROLE_KINDS]
    cells = [""] * len(kinds)
    cells[0] = begins
    first_words = next((index for index, kind in enumerate(kinds) if kind == "words"), None)
    if first_words is None:
        return None
    cells[first_words] = words
    for index, role in enumerate(roles):
        last = index == len(roles) - 1
        cells[role] = "、".join(listed[index:] if last else listed[index : index + 1])
    for index, kind in enumerate(kinds):
        if kind == "limit":
            cells[index] = limit
    return cells


def _cut_here(tail: str, place: int) -> bool:
    return place > 1 and looks_like_body(tail[:place].rpartition("、")[2]) and tail[place - 1] != "、"
