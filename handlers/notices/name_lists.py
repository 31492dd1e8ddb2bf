"""Lists of names as clauses print them: taken apart, completed, and rid of the words around them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import pairwise

from handlers.notices import role_words as words
from handlers.notices.folding import blank_inside, fold, split_outside


def split_names(listed: str) -> list[str]:
    """Split 甲局、乙局及各部门等 into its names."""
    found: list[str] = []
    whole = {place for each in words.GOVERNMENTS.finditer(fold(listed)) for place in range(*each.span())}
    for start, end in _merged(split_outside(fold(listed), "、/"), whole):
        for each in _joined(listed[start:end]):
            if name := _trim(each):
                found += _apart(name)
    return [_of_party(name, before) for name, before in zip(found, ["", *found], strict=False)]


def _of_party(name: str, before: str) -> str:
    """Say whose a government is that stands behind its party committee: 各乡镇党委、政府."""
    party = words.PARTY.search(before)
    return before[: party.start()] + name if party and name in words.ITS_GOVERNMENT else name


def _merged(pieces: Iterable[tuple[int, int]], whole: set[int]) -> Iterator[tuple[int, int]]:
    """Put together again what one name was split into: 各市、州人民政府."""
    begin = None
    for start, end in pieces:
        begin = start if begin is None else begin
        if end not in whole:
            yield begin, end
            begin = None
    if begin is not None:
        yield begin, end


def _apart(name: str) -> list[str]:
    """Part two names that run together: 省商务厅省工商联, 发改局财政局."""
    folded = fold(name)
    cuts = []
    if first := words.PREFIX.match(folded):
        again = re.compile(
            rf"(?<=[局委办厅部联会院站]){first.group()[-1]}(?=[一-龥]{{2,}}[局委办厅部联会院站室])"
        )
        cuts = [each.start() for each in again.finditer(folded) if each.start() > 3]
    else:
        ends = [each.end() for each in words.STEM.finditer(folded)]
        if len(ends) > 1 and ends[-1] == len(folded) and not words.STEM.sub("", folded):
            cuts = ends[:-1]
    places = [0, *cuts, len(name)]
    return [name[begin:end] for begin, end in pairwise(places)]


def complete(names: list[str], prefix: str) -> str:
    """Say whose a department is where a clause says it once: 省商务厅、交通运输厅 are both the province's.

    A city's own departments are named either way, and the register knows both.
    """
    for index, name in enumerate(names):
        folded = fold(name)
        if first := words.PREFIX.match(folded):
            prefix = name[: first.end()] if first.group() == "省" else ""
        elif prefix and words.STEM.fullmatch(folded):
            names[index] = prefix + name
    return prefix


def _joined(name: str) -> Iterator[str]:
    start = 0
    for join in words.JOINED.finditer(blank_inside(fold(name))):
        yield name[start : join.start()]
        start = join.end()
    yield name[start:]


def _trim(name: str) -> str:
    bare = words.HEAD.sub("", name)
    tail = words.TAIL.search(bare)
    return (bare[: tail.start()] if tail else bare).strip("。.:：,，;；")
