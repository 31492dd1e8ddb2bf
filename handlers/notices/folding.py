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
_TRADITIONAL = (
    "單单責责負负導导員员會会廳厅長长組组織织處处鄉乡鎮镇縣县區区機机構构關关協协辦办學学館馆電电視视臺台團团業业園园廠厂場场"
    "農农聯联隊队執执參参與与標标題题發发佈布號号開开報报過过條条時时間间頭头領领歷历於于從从將将應应須须門门屬属總总務务財财"
    "環环實实際际衛卫聞闻書书記记黨党國国產产資资證证質质監监檢检測测審审計计劃划規规則则達达後后內内個个項项點点設设備备勞劳"
    "動动險险稅税統统貿贸護护養养殘残婦妇糧粮儲储齡龄續续進进頒颁補补貼贴獎奖額额億亿萬万節节約约級级優优據据術术運运輸输現现"
    "請请認认讓让並并為为這这種种類类體体驗验復复圍围見见還还雙双範范圖图錄录鐵铁軍军義义維维穩稳熱热線线車车輛辆銀银錢钱價价"
    "廣广陸陆島岛濱滨匯汇聲声師师選选擇择樹树牽牵聽听試试暫暂轄辖駐驻顧顾顯显啟启築筑係系連连職职權权屆届徵征擬拟誰谁責责幹干"
    "舉举結结決决議议該该項项顆颗數数確确調调邊边遠远東东樂乐軌轨飛飞醫医藥药療疗齊齐廟庙廬庐興兴創创準准採采創创無无舊旧當当"
)
"""Characters of the traditional script that the grammar's own words are written with."""

_FOLD = {ord(wide): ord(narrow) for wide, narrow in zip(_WIDE, _NARROW, strict=True)} | _DIGITS
_FOLD |= {ord(old): ord(new) for old, new in zip(_TRADITIONAL[::2], _TRADITIONAL[1::2], strict=True)}

_UNSEEN = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060\ufeff"))
"""Zero-width characters that web pages leave in copied text."""

_OPEN = {"(": ")", "[": "]", "<": ">", "《": "》", "“": "”"}
_CLOSE = {closer: opener for opener, closer in _OPEN.items()}
_BRACKETS = re.compile("|".join(map(re.escape, (*_OPEN, *_CLOSE))))
_ENDS = "。!?"


def fold(text: str) -> str:
    """Write full-width marks and digits half-width, traditional characters simplified, one for one."""
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
