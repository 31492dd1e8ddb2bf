"""What the preamble and the closing ask of every unit, and who implements every item."""

from __future__ import annotations

import re
from collections.abc import Iterator

from handlers.notices.deadlines import find_deadlines
from handlers.notices.folding import fold, sentences, squeeze
from handlers.notices.limits import Frame
from handlers.notices.names import read_standing
from handlers.notices.outline import read_mark
from storage.terms.notice import Duty

_EVERYONE = re.compile(
    r"^(?:(?:请|望|要求|同时|此外|另外),?)?"
    r"(?:全[市县区州省]|市[直级]|县[直级]|区[直级]|本[市县区])?(?:政府)?(?:各[^,。;:要须应]{0,24}?(?:单位|部门|地区|地|街道|乡镇|机关|\)|\]|>)"
    r"|有关单位|所有单位)[^,。;:]{0,30}?(?:要|须|应|务必|请|必须|需)"
)
_DEMAND = re.compile(r"须|务必|必须|应当")
_FORMULA = re.compile(
    r"^[\[(]?(?:附件|附表|附:|抄送|联系人|联系电话|主送|公开方式|责任编辑|扫一扫|打印|关闭|上一[篇条]|下一[篇条]"
    r"|现将|特此|\(此件|此件)|请[^,。]{0,10}(?:认真)?(?:抓好)?(?:贯彻|遵照|组织实施)[^,。]{0,12}[。]?$"
)
_ADDRESS = re.compile(r":$")
_ENDING = re.compile(
    r"^[\[(]?(?:附件|附表|附:|抄送|联系人|联系电话|\(此件|此件|责任编辑|扫一扫|打印|关闭|上一[篇条]|下一[篇条]"
    r"|[0-9]{4}年[0-9]{1,2}月[0-9]{1,2}日$)"
)


def find_duties(region: str, frame: Frame, *, closing: bool) -> tuple[Duty, ...]:
    """Return each sentence that binds every unit.

    A paragraph asks something of all once a sentence says who (各单位要…); the sentences behind
    it in the same paragraph go on asking. In the closing, 须 and its like do without a subject.
    """
    found: list[Duty] = []
    for line in region.split("\n"):
        mark = read_mark(fold(line))
        paragraph = line[mark[2] :] if mark else line
        asking = False
        for sentence in sentences(paragraph):
            plain = fold(squeeze(sentence))
            if _FORMULA.search(plain) or _ADDRESS.search(plain) or read_standing(sentence):
                continue
            asking = asking or bool(_EVERYONE.search(plain)) or (closing and bool(_DEMAND.search(plain)))
            if asking:
                found.append(Duty(sentence, find_deadlines(sentence, frame)))
    return tuple(found)


def find_standing(region: str) -> tuple[str, ...]:
    """Return who is declared once, anywhere above or between the items, to implement them all."""
    names: dict[str, None] = {}
    for sentence in _standing_sentences(region):
        names.update(dict.fromkeys(read_standing(sentence)))
    return tuple(names)


def begins_closing(line: str) -> bool:
    """Say whether a line without number, behind the last item, is no part of that item."""
    plain = fold(squeeze(line))
    return bool(_ENDING.match(plain) or _EVERYONE.match(plain))


def is_appendix(line: str) -> bool:
    """Say whether a line opens the list of appendices or what an office prints below a document."""
    return bool(_ENDING.match(fold(squeeze(line))))


def _standing_sentences(region: str) -> Iterator[str]:
    for paragraph in region.split("\n"):
        if "不再" in paragraph:
            for sentence in sentences(paragraph):
                yield sentence.strip("（）()。")
