"""Where a reply begins to speak of another item.

A number opens an item only where one can stand: at the start, after a mark or a space, or
right behind words that close the item before; never where a counting word makes it a count
(发布12条), a day or a size. What may or may not be such a number is marked as not sure.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from handlers.replies.lists import Memory, NumberList, is_counted, read_list

Bound = Literal["hard", "comma", "space", "glued", ""]


@dataclass(frozen=True, slots=True)
class Head:
    """Where words on some items begin; ``text_at`` is the first character of what is said.

    ``kind`` "rest" speaks of the items not named, "but" of all items except the numbers;
    ``inner`` is then what is said of the excepted ones (除3未完成外).
    """

    start: int
    text_at: int
    kind: Literal["items", "rest", "but"]
    numbers: tuple[int, ...] = ()
    family: str = ""
    sure: bool = True
    single: tuple[int, ...] = ()
    inner: tuple[int, int] = (0, 0)


_STATUS = re.compile(
    r"已|完[成毕结]|办[结完好理]|搞[定完好]|落实|销号|未|没|尚|还[没未在差剩有是]|无|暂|正|推进"
    r"|进[行展度]|预计|预期|计划|拟|力争|争取"
    r"|按|有序|持续|基本|即将|快|接近|过半|近半|一?大?半|百分之|[一二三四五六七八九]成"
    r"|[一二三四五六七八九十]分之|\d{1,3}(?:\.\d+)?\s?%"
    r"|(?:ok|done|finished|in progress)(?![a-z])|[√✓✔✅☑×✗✘❌✖]|全部|全面|都|均|超额|申请"
    r"|在[推办弄做进]|月底|年底|年内|办理|长期|常态"
    r"|开始|启动|刚|顺利|稳步|目前|做完|弄[好完]|不[能是]|下周|下个?月|本月|本周|明[天年]|结束"
    r"|[7-9]成|[1-6]成"
    r"|(?:1[0-2]|[1-9])月(?:底|初|中|上旬|下旬|\d{1,2}[日号])"
)
_REST_STATUS = re.compile(r"正常|良好|没问题|没有")
_REST = re.compile(
    r"(?:其余|其他|其它|剩余|剩下|余下|别)(?:的|各|几|[\d一二三四五六七八九十两]{1,2}(?=项|条|件"
    r"|个)|项|条|件|个|事项|任务|工作|要点|内容"
    r"|均|都|全部|全|一切|皆|也|目前|是|[,，、:：\s])*"
)
_CLOSED = re.compile(
    r"(?:完成|办结|落实|了|搞定|启动|进展|开始|推进|推进中|进行|中|%|[√✓✔✅☑×✗✘❌✖]|成|半|好|完|无"
    r"|ok|done|正常|销号|完毕|底|前|[日号]|[)\]])$"
)
_BUT = re.compile(r"除(?:了|去)?\s?")
_OUT = re.compile(r"\s?(?:之外|以外|除外|外)[,，]?\s?")
_OTHERS = re.compile(
    r"(?:其余|其他|其它|剩余|剩下|余下|别)?(?:的|各|项|事项|任务|工作|要点|[,，\s])*(?:都|均|全部"
    r"|全|皆|也|已(?=全))*"
)
_SEP = re.compile(r"\s*(?:[、.:：)，,→]|-{1,2}>?|=|的)?\s*[(\[]?\s*")
_FRACTION = re.compile(r"\.\d")
_PERCENT = re.compile(
    r"\.\d{1,3}(?:次|条|项|家|场|份|期|篇|人|名|个(?!小|百|月|多|工))|\.\d{2,3}%|\.\d{4}"
    r"|\.\d+(?:\.\d+|月)"
)
_NTH_OTHER = re.compile(r"\s?(?:次|批|期|季|轮|阶段|步|方|版|稿|届|名|位|家|场|回|天|周|年|月|产业|页|章|款)")
_ONE_DIGIT = re.compile(r"\.\d%")
_ABOUT = re.compile(r"(?:关于|对于|针对|其中|我局|我单位|领导)$")
_ALL_OF = re.compile(r"(?:均|都|全)")
_MONTH_END = re.compile(r"月(?:[底初末内]|中旬|上旬|下旬|前)")


def find_heads(text: str, card: frozenset[int]) -> list[Head]:
    """Find the heads in narrowed text whose links and fixed numbers are blanked out."""
    heads: list[Head] = []
    family, closed_families, seen = "", set[str](), set[int]()
    at = last = 0
    memory: Memory = {}
    while at < len(text):
        bound = _bound(text, at)
        head = _head_at(text, at, bound, card, last, memory) if bound else None
        if head is None:
            at += 1
            continue
        if head.kind == "items" and head.sure:
            family = family or head.family
            if head.family in closed_families:
                at = head.text_at
                continue
            if head.family != family and (head.numbers[0] == 1 or head.numbers[0] in seen):
                closed_families.add(head.family)
                at = head.text_at
                continue
            seen.update(head.numbers)
        last = max(last, *head.numbers) if head.kind == "items" and head.numbers else last
        heads.append(head)
        at = max(head.text_at, at + 1)
    return heads


def _bound(text: str, at: int) -> Bound:
    sign = text[at]
    if not (
        sign.isnumeric() or sign in "第任事项要序编工n#(除其剩余别一二三四五六七八九十[" or not sign.isalnum()
    ):
        return ""
    if at == 0:
        return "hard"
    before = text[at - 1]
    if before in "\n;；。!！?？":
        return "hard"
    if before in ",，、:：/|→":
        leading = at <= 8 and not text[:at].strip(" ,，、:：")
        return "hard" if leading else "comma"
    if before == " ":
        stripped = text[max(0, at - 8) : at].rstrip(" ")
        if not stripped and at <= 8:
            return "hard"
        if stripped and stripped[-1] in "\n;；。!！?？":
            return "hard"
        return "comma" if stripped and stripped[-1] in ",，、" else "space"
    return "glued"


def _head_at(
    text: str, at: int, bound: Bound, card: frozenset[int], last: int, memory: Memory
) -> Head | None:
    if rest := _REST.match(text, at):
        told = _STATUS.match(text, rest.end()) or _REST_STATUS.match(text, rest.end())
        free = bound != "glued" or _CLOSED.search(text, max(0, at - 8), at)
        return Head(at, rest.end(), "rest") if told and free else None
    if but := _BUT.match(text, at):
        return _but(text, at, but.end(), card, memory)
    listed = read_list(text, at, card, memory)
    if listed is None:
        return None
    if bound in ("hard", "comma") and (out := _OUT.match(text, listed.end)) and listed.family != "chinese":
        others = _OTHERS.match(text, out.end())
        return Head(at, others.end() if others else out.end(), "but", listed.numbers)
    return _items(text, listed, bound, card, last)


def _but(text: str, at: int, place: int, card: frozenset[int], memory: Memory) -> Head | None:
    listed = read_list(text, place, card, memory)
    if listed is None or (is_counted(text, listed.end) and not listed.suffix):
        return None
    out = _OUT.match(text, listed.end)
    inner = (0, 0)
    if out is None:
        later = text.find("外", listed.end, listed.end + 16)
        if later > 0:
            inner = (listed.end, later)
            out = _OUT.match(text, later)
    others = _OTHERS.match(text, out.end() if out else listed.end)
    return Head(at, others.end() if others else listed.end, "but", listed.numbers, inner=inner)


def _items(text: str, listed: NumberList, bound: Bound, card: frozenset[int], last: int) -> Head | None:
    sep = _SEP.match(text, listed.end)
    text_at = sep.end() if sep else listed.end
    several = len(listed.numbers) > 1
    told = bool(_STATUS.match(text, text_at))
    known = any(number in card for number in (listed.numbers if bound == "hard" else listed.numbers[:1]))
    punctuated = sep is not None and sep[0].strip() != ""
    sure = not listed.dubious
    if listed.family == "chinese" and not listed.marked:
        point = punctuated and text[listed.end] in "、.:：,，)" and bound == "hard"
        if (
            (listed.suffix and not several)
            or not (point or (told and not punctuated))
            or (bound == "glued" and not told)
        ):
            return None
    elif listed.family in ("plain", "chinese"):
        counted = _counted(text, listed, several)
        if counted == "yes":
            return _month_end(text, listed, bound, card)
        sure = sure and counted != "maybe"
        if listed.family == "plain" and not several and _FRACTION.match(text, listed.end):
            next_point = last > 0 and listed.numbers[0] == last + 1 and _ONE_DIGIT.match(text, listed.end)
            if not (next_point or _PERCENT.match(text, listed.end)):
                return None
            text_at = listed.end + 1
            told = True
    if not _may_stand(text, listed, bound, told, known, text_at, last):
        return None
    if not sure and not known:
        sure = True
    return Head(
        listed.start,
        text_at,
        "items",
        listed.numbers,
        _style(text, listed),
        sure,
        listed.numbers[:1],
    )


def _style(text: str, listed: NumberList) -> str:
    """Tell ``1.`` from ``1、`` and ``1 ``: points within an item are numbered in another style."""
    if listed.family == "plain" and not listed.marked and len(listed.numbers) == 1:
        sign = text[listed.end : listed.end + 1]
        return f"plain{sign}" if sign in ".、)" else "plain"
    return "plain" if listed.marked else listed.family


def _counted(text: str, listed: NumberList, several: bool) -> Literal["yes", "no", "maybe"]:
    """Say whether the number counts something: 2条 does, 第2条 does not, 2项 and 1、2项 may."""
    end = listed.end - len(listed.suffix)
    if listed.marked and (listed.suffix or text[listed.start] == "第"):
        return "yes" if not listed.suffix and _NTH_OTHER.match(text, listed.end) else "no"
    if listed.suffix in ("项", "号"):
        if _ALL_OF.match(text, listed.end) and not several:
            return "yes"
        if listed.suffix == "号":
            return "maybe" if several and not listed.ranged else "no"
        return "maybe" if not several or listed.spaced else "no"
    if listed.suffix:
        return "no" if listed.ranged and listed.suffix in "条件" else "yes"
    return "yes" if is_counted(text, end) else "no"


def _month_end(text: str, listed: NumberList, bound: Bound, card: frozenset[int]) -> Head | None:
    """Take ``3月底完成`` for item 3, month's end, as one of two readings."""
    single = len(listed.numbers) == 1 and listed.numbers[0] in card and not listed.suffix
    if single and bound == "hard" and _MONTH_END.match(text, listed.end):
        return Head(listed.start, listed.end, "items", listed.numbers, listed.family, False, listed.numbers)
    return None


def _may_stand(
    text: str, listed: NumberList, bound: Bound, told: bool, known: bool, text_at: int, last: int
) -> bool:
    """Say whether a list can open an item at this place."""
    restarted = listed.numbers == (1,) and _style(text, listed) not in ("plain", "chinese")
    following = last > 0 and (listed.numbers[0] == last + 1 or restarted)
    if not text[text_at : text_at + 1].strip():
        return bound == "hard" and known
    if bound == "hard":
        return told or known or text_at > listed.end or listed.marked
    if listed.marked or listed.family in ("circled", "bracket"):
        if bound == "glued":
            after = _ABOUT.search(text, max(0, listed.start - 4), listed.start) or _CLOSED.search(
                text, max(0, listed.start - 8), listed.start
            )
            return known and (following or after is not None)
        return known or told
    if bound == "glued":
        return told and known and bool(_CLOSED.search(text, max(0, listed.start - 8), listed.start))
    if bound == "comma":
        return told or (known and following)
    return told or (known and (listed.numbers[0] > last or following))
