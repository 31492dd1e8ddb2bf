"""One way of writing for the grammar: half-width marks, no spaces, brackets in pairs.

Folding replaces one character by one, so that a place in the folded text is the same place in
the printed one: what is found in the first is quoted from the second.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

_WIDE = "（）〔〕［］【】〈〉＜＞，；：．！？｜—–－～~％"
_NARROW = "()[][][]<><>,;:.!?|-----%"
_DIGITS = {ord("０") + n: ord("0") + n for n in range(10)}
_FOLD = {ord(wide): ord(narrow) for wide, narrow in zip(_WIDE, _NARROW, strict=True)} | _DIGITS

_UNSEEN = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060\ufeff"))
"""Zero-width characters that web pages leave in copied text."""

_OPEN = {"(": ")", "[": "]", "<": ">", "《": "》", "“": "”"}
_CLOSE = {closer: opener for opener, closer in _OPEN.items()}
_BRACKETS = re.compile("|".join(map(re.escape, (*_OPEN, *_CLOSE))))
_ENDS = "。!?"


def fold(text: str) -> str:
    """Write full-width marks and digits half-width, character by character."""
    return text.translate(_FOLD)


def squeeze(text: str) -> str:
    """Drop all spaces, line ends and zero-width characters."""
    return "".join(text.translate(_UNSEEN).split())


def mark_start(text: str) -> int:
    """Say where the first visible character of a line stands."""
    place = 0
    while place < len(text) and (text[place].isspace() or ord(text[place]) in _UNSEEN):
        place += 1
    return place


def pairs(folded: str) -> list[tuple[int, int]]:
    """Return the outermost pairs of brackets and quotes as (opener, closer), in order.

    What is opened and never closed, or closed and never opened, pairs with nothing; one pass.
    """
    stack: list[tuple[str, int]] = []
    waiting = dict.fromkeys(_OPEN, 0)
    found: list[tuple[int, int]] = []
    for mark in _BRACKETS.finditer(folded):
        char, place = mark.group(), mark.start()
        if char in _OPEN:
            stack.append((char, place))
            waiting[char] += 1
        elif waiting[_CLOSE[char]]:
            start = _close(stack, waiting, _CLOSE[char])
            while found and found[-1][0] > start:
                found.pop()
            found.append((start, place))
    return found


def _close(stack: list[tuple[str, int]], waiting: dict[str, int], opener: str) -> int:
    while True:
        char, start = stack.pop()
        waiting[char] -= 1
        if char == opener:
            return start


def blank_titles(folded: str) -> str:
    """Put blanks of the same length where 《…》 names another document: its dates bind nobody."""
    return blank_inside(folded, "《")


def blank_inside(folded: str, openers: str = "".join(_OPEN)) -> str:
    """Put blanks of the same length inside the outermost brackets and quotes."""
    pieces: list[str] = []
    done = 0
    for start, end in pairs(folded):
        if folded[start] in openers:
            pieces.append(folded[done : start + 1] + "\0" * (end - start - 1))
            done = end
    return "".join(pieces) + folded[done:]


def split_outside(folded: str, separators: str) -> Iterator[tuple[int, int]]:
    """Yield the pieces (start, end) between separators that stand outside brackets and quotes."""
    inside = iter(pairs(folded))
    pair = next(inside, None)
    start = 0
    for separator in re.finditer(f"[{re.escape(separators)}]", folded):
        place = separator.start()
        while pair and pair[1] < place:
            pair = next(inside, None)
        if pair is None or place < pair[0]:
            yield start, place
            start = place + 1
    yield start, len(folded)


def sentences(printed: str) -> list[str]:
    """Split prose into its sentences, each with its mark, spaces at the ends dropped."""
    folded = fold(printed)
    whole = (printed[start : end + 1].strip() for start, end in split_outside(folded, _ENDS + "\n"))
    return [each for each in whole if each and each not in _ENDS]
