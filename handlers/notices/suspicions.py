"""What in a reading looks as if it had gone wrong, though every rule was content with it.

A new suspicion is a new function among :data:`SUSPICIONS`; each is measured by how many of the corpus's
mistakes it points at, and how many items that were read well.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from statistics import median
from typing import TypeAlias

from handlers.notices.deadlines import is_false_friend, read_deadline
from handlers.notices.folding import blank_titles, fold, squeeze
from handlers.notices.limits import Frame
from handlers.notices.names import looks_like_body
from handlers.notices.role_words import FILLER, LEADS_FIRST, NO_ITEM, ROLE, STARS, STEM
from storage.terms.notice import DoubtField, NoticeItem

Suspicion: TypeAlias = "tuple[str, DoubtField, str, str]"
"""The item's number, the field, the value, and the key of why."""

Check: TypeAlias = "Callable[[Sequence[NoticeItem], Frame], Iterator[Suspicion]]"

_N = r"(?:[0-9]{1,2}|[一二三四五六七八九十]{1,3})"
_BODY = r"[局委办厅院部社站所处队镇乡道心府位门会司]"
_WHO = re.compile(
    rf"(?:牵头|责任|配合|主办|协办|承办)(?:单位|部门|科室)[:为是]|{_BODY}(?:牵头|负责|承办|主办|会同|配合|协同|落实)(?!人|同志)"
    rf"|(?:牵头|负责|承办|主办):|由[^,。;]{{1,20}}{_BODY}[^,。;]{{0,12}}(?:牵头|负责|承办|实施|落实)"
)
_TIME = re.compile(
    rf"(?:20[0-9]{{2}}年)?(?<![0-9个]){_N}月(?:份|底|末|初|[上中下]旬|{_N}[日号])?(?!以来|饼)"
    rf"|第?[一二三四1-4]季度|[上下]半年|年[底终末]前|(?<![0-9])[0-9]{{1,3}}(?:个工作日|日|天|个月)(?:内|以内)"
    r"|20[0-9]{2}[./-][0-9]{1,2}(?:[./-][0-9]{1,2})?|(?<!往)每(?:日|周|旬|月|季|半年)(?!人|户|平)"
    r"|(?:[春夏秋冬汛旱]季?|学期|学年|开学|寒假|暑假|春节|国庆|五一|元旦|清明|中秋)(?:之?前|期间|结束|来临)"
)
_MARK_INSIDE = re.compile(
    r"(?<=[。;!?)\]])(?:\([一二三四五六七八九十]{1,3}\)|[一二三四五六七八九十]{1,3}、|[0-9]{1,2}[.、](?![0-9]))"
)
_GLUED = re.compile(
    r"\||\t|(?:序号|备注)(?=[:0-9])|(?:完成时限|责任单位|牵头单位|配合单位):|[\[【](?:打印|关闭|返回)|扫一扫|分享到|\n[一-龥]{2,3}[一二三四五六七八九十0-9]{1,2}:|(?:^|\n)\[[一-龥]{2,8}\]|\n[一-龥]{2,6}(?:时间|单位|部门|科室):|(?<=.)[●■◆►▶➢•◎]"
)
_PROSE_NAME = re.compile(
    r"[的是为将把须需要]|应(?!急)|[0-9]{2,}|(?:推进|开展|加强|完成|建立|做好|落实|确保|建设好|下放|按照?|根据|工作$)"
)
_LONGEST_SURE_NAME = 18
_HALF = re.compile(r"(?:人民)?政府|管委会|办事处|党委")
_EACH = re.compile(r"各[市县区州盟旗]")
_OF_EACH = re.compile(r"[市县区州盟旗](?:人民)?政府")
_BARE = re.compile(r"(?!省|市|县|区|各|国家|中国|人民|团|驻)[一-龥]{2,6}(?:局|厅)")
_PLAIN_CLAUSE = re.compile(
    rf"{LEADS_FIRST.pattern}|{ROLE.pattern}|{'|'.join(FILLER)}|责任|单位|部门|主体|(?:牵头|责任|分管|包抓|市|县|区)*(?:领导|责任人|负责人|人):[^,;。:]{{0,30}}"
    r"|会同|以及|有关|相关|其他|(?:完成|办结)?(?:时限|时间|期限):?[^,;。]{0,24}|等|由|各|按|并|及|和|与|[,;。、:()\[\]<>*★☆▲△※＊]"
)
_MOST_LEFT = 5
_SHORTEST = 4
_OFFICE = re.compile(
    rf"(?:省|市|县|区|州|镇|各|团[省市县区]委)(?![^、]*[0-9])[一-龥（）()]{{1,14}}(?:[局委办厅院部社站所处队镇乡道会司联]|中心)|{STEM.pattern}"
)


def suspicions(items: Sequence[NoticeItem], frame: Frame) -> Iterator[Suspicion]:
    """Yield what looks wrong, check by check."""
    for check in SUSPICIONS:
        yield from check(items, frame)


def _who_left(items: Sequence[NoticeItem], _frame: Frame) -> Iterator[Suspicion]:
    """A clause seems to have stayed in the words."""
    for item in items:
        if found := _WHO.search(fold(squeeze(item.text))):
            yield item.number, "name", found.group(), "who_left"


def _prose_as_name(items: Sequence[NoticeItem], _frame: Frame) -> Iterator[Suspicion]:
    """A name sounds like a sentence."""
    for item in items:
        for name in item.responsibility.names:
            plain = fold(name)
            if looks_like_body(name) and (_PROSE_NAME.search(plain) or len(plain) > _LONGEST_SURE_NAME):
                yield item.number, "name", name, "prose_as_name"


def _half_a_name(items: Sequence[NoticeItem], _frame: Frame) -> Iterator[Suspicion]:
    """A name lacks what the names before it share: 各市 and 州人民政府, or 金融局 behind 省财政厅."""
    for item in items:
        names = item.responsibility.names
        of_province = any(name.startswith("省") for name in names)
        for before, name in pairwise(["", *names]):
            parted = _EACH.fullmatch(before) and _OF_EACH.fullmatch(name)
            if parted or _HALF.fullmatch(fold(name)) or (of_province and _BARE.fullmatch(name)):
                yield item.number, "name", name, "half_a_name"


def _left_in_clause(items: Sequence[NoticeItem], _frame: Frame) -> Iterator[Suspicion]:
    """A clause says more than who answers for the item."""
    for item in items:
        said = fold(item.responsibility.raw)
        for name in sorted(item.responsibility.names, key=len, reverse=True):
            said = said.replace(fold(name), "")
        longest = max(_PLAIN_CLAUSE.sub("\0", said).split("\0"), key=len)
        if len(re.findall(r"[一-龥]", longest)) > _MOST_LEFT:
            yield item.number, "item", longest, "left_in_clause"


def _names_at_end(items: Sequence[NoticeItem], frame: Frame) -> Iterator[Suspicion]:
    """The words end with what looks like names, or with a line that is only a time limit."""
    for item in items:
        lines = item.text.split("\n")
        last = re.split(r"[。；;]", squeeze(lines[-1]).rstrip("。；;"))[-1]
        alone = len(lines) > 1 or len(last) < len(squeeze(item.text).rstrip("。；;"))
        names = [each.strip(STARS) for each in last.split("、")]
        if alone and (all(map(_OFFICE.fullmatch, names)) or read_deadline(last, frame.year or 2000)):
            yield item.number, "item", last, "names_at_end"


def _time_left(items: Sequence[NoticeItem], frame: Frame) -> Iterator[Suspicion]:
    """A time stands in the words of which no limit was made."""
    for item in items:
        text = blank_titles(fold(squeeze(item.text)))
        for each in item.deadlines:
            text = text.replace(fold(squeeze(each.phrase)), "\0")
        days = {each.due for each in item.deadlines}
        for found in _TIME.finditer(text):
            limit = read_deadline(found.group(), frame.year)
            said = limit is not None and limit.due in days
            if not said and not is_false_friend(text, *found.span()):
                yield item.number, "deadline", found.group(), "time_left"
                break


def _glued(items: Sequence[NoticeItem], _frame: Frame) -> Iterator[Suspicion]:
    """The words hold what looks like the beginning of another item, or like the cells of a row."""
    for item in items:
        plain = fold(item.text)
        if found := _MARK_INSIDE.search(plain) or _GLUED.search(plain):
            yield item.number, "item", found.group().strip() or item.title, "glued"


def _unlike_others(items: Sequence[NoticeItem], _frame: Frame) -> Iterator[Suspicion]:
    """An item is far longer than the others, or has hardly any words."""
    lengths = [len(squeeze(item.text)) for item in items]
    usual = median(lengths) if lengths else 0
    for item, length in zip(items, lengths, strict=True):
        section = NO_ITEM.match(fold(item.title)) and not item.responsibility.names
        if length < _SHORTEST or section or (len(items) > 3 and length > max(6 * usual, 200)):
            yield item.number, "item", item.title, "unlike_others"


SUSPICIONS: tuple[Check, ...] = (
    _who_left,
    _prose_as_name,
    _half_a_name,
    _left_in_clause,
    _names_at_end,
    _time_left,
    _glued,
    _unlike_others,
)
