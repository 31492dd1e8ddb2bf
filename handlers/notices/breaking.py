"""A document that lost its line breaks on the way gets them back where its numbers begin."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from handlers.notices.folding import fold
from storage.terms.blocks import Block

_SHORTEST = 200
_CHINESE = "一二三四五六七八九十"
_BREAK = re.compile(
    rf"(?<=[\s。;!?)\]:])(?=[(\[]?[{_CHINESE}]{{1,3}}(?:[)\]]|、)|[0-9]{{1,2}}[.、](?![0-9])|[①-⑳]"
    r"|(?:牵头|责任|配合|主办|协办|承办|落实)(?:单位|部门)\s?:|(?:完成|办结)(?:时限|时间)\s?:|附件\s?:|[\[(]?(?:打印|关闭|返回)[\])])"
)
_OUTER = re.compile(rf"(?:[(\[][{_CHINESE}]{{1,3}}[)\]]|[{_CHINESE}]{{1,3}}、|[0-9]{{1,2}}[.、])")
_GAP = re.compile(r"(?<=\S)\s+(?=\S)")
_SPACED_NUMBER = re.compile(r"[0-9A-Za-z]")
_FEWEST = 3


def broken_apart(blocks: Iterable[Block]) -> Iterator[Block]:
    """Yield the blocks; one long paragraph that holds several numbers becomes a paragraph each."""
    for block in blocks:
        if block.table or block.kind == "row" or len(block.text) < _SHORTEST:
            yield block
            continue
        pieces = _pieces(block.text)
        yield from (replace(block, text=piece) for piece in pieces)


def _pieces(text: str) -> list[str]:
    folded = fold(text)
    places = [match.start() for match in _BREAK.finditer(folded)]
    outer = [place for place in places if _OUTER.match(folded, place)]
    if len(outer) < _FEWEST or not _count_up(folded, outer):
        return [text]
    first = outer[0]
    above = [each.end() for each in _GAP.finditer(text[:first]) if not _inside_number(text, each.span())]
    cuts = sorted({*above, *places})
    pieces = [text[a:b].strip() for a, b in zip([0, *cuts], [*cuts, len(text)], strict=True)]
    return [piece for piece in pieces if piece]


def _inside_number(text: str, gap: tuple[int, int]) -> bool:
    return bool(_SPACED_NUMBER.match(text[gap[0] - 1]) and _SPACED_NUMBER.match(text[gap[1]]))


def _count_up(folded: str, places: list[int]) -> bool:
    """Say whether the numbers are a document's: more than one way of numbering, or 一、 up to 三、."""
    marks = {match.group().strip("([]).、 ") for place in places if (match := _OUTER.match(folded, place))}
    return len(marks) >= _FEWEST or ("一" in marks and "二" in marks)
