"""Lists of item numbers: ``1``, ``1、2、4``, ``1-3``, ``第1至3项``, ``①②``, ``(1)``, ``一、``."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from handlers.replies.script import CIRCLED, numeral

Family = Literal["plain", "circled", "bracket", "chinese"]
_LONGEST = 40

_CIRCLE = "[" + "".join(CIRCLED) + "]"
_NUMBER = re.compile(
    rf"(?P<plain>(?<![\d.])\d{{1,3}}(?!\d)(?!\s?%))|(?P<circled>{_CIRCLE})"
    rf"|[(\[](?P<bracket>\d{{1,2}}|[一二三四五六七八九十]{{1,3}})[)\]]"
    r"|(?P<chinese>[一二三四五六七八九十]{1,3})(?![一二三四五六七八九十]{0,2}[分成半大些直定旦])"
)
_JOIN = re.compile(r"\s*(?:[、,，/&+]|和|与|及|以及|跟)\s*")
_THROUGH = re.compile(r"\s*(?:-{1,2}|~|至|到)\s*")
_SPACE = re.compile(r"\s+(?=\d)")
_DOTS = re.compile(r"\d{1,2}(?:\.\d{1,2}){2,12}(?![\d.%])")
_PREFIX = re.compile(
    r"第\s?|(?:任务|事项|项目|要点|序号|编号|工作)(?=[\d(\[一二三四五六七八九十])|no\.?\s?(?=\d)"
    r"|#\s?(?=\d)"
)
_NTH = re.compile(r"第\s?")
_ITEM = re.compile(r"\s?(?P<word>项|条|号|件|个|点|题)(?:任务|工作(?!日)|事项|要点)?(?!目|别|人|例|把|体|召)")
_COUNTED = re.compile(
    r"(?!\s月[底末初内])\s?(?:项(?!目)|条(?!件)|次(?!日)|个(?!别|体)|份|篇|期(?!限|间)|场(?!地|所)"
    r"|家(?!庭)|人(?!大|社|员|事|民)|名(?!单|录)|件|年(?![底末内报])"
    r"|月(?!报|度)|日(?!常|程)|天(?!然)|周(?![一二三四五六日末报边])|万|亿|千|百(?!分)|元(?!旦)"
    r"|公里|公斤|平方|米|亩|户(?!外|籍)|册|部(?!分|门|署)|台(?!账)|套|辆"
    r"|处(?!理|室|置|级)|点(?!击|位)|楼|栋|幢|座(?!谈)|层(?!面|级)|小时|分(?!管|工|类|解|析)|秒|倍"
    r"|级(?!别)|类|批(?!复|准|示)|轮|届|度|只|张(?!贴)|幅(?!度)|道(?!路)|节(?!能|约)"
    r"|起(?!草)|宗|例(?!行)|种(?!植)|镇(?!政)|村(?!委|务|级)|乡(?!镇|村)|社区|街道"
    r"|本(?![月周年季部局单])|位(?!置|于)|对(?!接|照)|支(?!部|付|持|撑)|块|字|页|组(?!织)|班(?!子)"
    r"|岁|吨|克|时(?!间|限)|门(?!户)|款(?!项)|%|两(?!会)"
    r"|gb|mb|kb|km|版(?!面|块)|号线|号文|以上|左右|余|多(?!次|部|方|渠)|\+)"
)


@dataclass(frozen=True, slots=True)
class NumberList:
    """A list of numbers as written; ``spaced`` when only spaces join its numbers."""

    start: int
    end: int
    numbers: tuple[int, ...]
    ends: tuple[int, ...]
    family: Family
    marked: bool
    spaced: bool
    dubious: bool
    ranged: bool
    suffix: str


def _number(text: str, at: int) -> tuple[int, int, Family] | None:
    hit = _NUMBER.match(text, at)
    if hit is None:
        return None
    written = hit["plain"] or hit["bracket"] or hit["chinese"]
    value = CIRCLED[hit["circled"]] if hit["circled"] else numeral(written)
    family: Family = "plain"
    if hit["circled"]:
        family = "circled"
    elif hit["bracket"]:
        family = "bracket"
    elif hit["chinese"]:
        family = "chinese"
    return value, hit.end(), family


def is_counted(text: str, at: int) -> bool:
    """Say whether a word follows that makes the number before it a count, a day or a size."""
    return bool(_COUNTED.match(text, at))


_Step = tuple[str, int, int]
Memory = dict[tuple[int, Family, bool], _Step | None]
"""The steps of lists read before in the same text: a list is met again at each of its numbers."""


def read_list(text: str, at: int, card: frozenset[int], memory: Memory) -> NumberList | None:
    """Read the list of numbers that stands here in narrowed text; None when none does.

    A range takes the card's numbers between its ends, which must both be on the card.
    """
    prefix = _PREFIX.match(text, at)
    place = prefix.end() if prefix else at
    if dotted := _DOTS.match(text, place):
        values = tuple(int(part) for part in dotted[0].split("."))
        return NumberList(at, dotted.end(), values, values, "plain", bool(prefix), False, False, False, "")
    first = _number(text, place)
    if first is None:
        return None
    value, end, family = first
    numbers, ends = [value], [value]
    spaced, slashed, joined, ranged = True, False, 0, False
    while len(numbers) < _LONGEST:
        key = (end, family, bool(prefix))
        if key not in memory:
            memory[key] = _next(text, *key)
        step = memory[key]
        if step is None:
            break
        joint, value, after = step
        if joint.isspace() and value not in card:
            break
        through = bool(_THROUGH.fullmatch(joint)) and joint.strip() != ""
        if through:
            if ranged and joined == 1:
                break
            inside = sorted(n for n in card if ends[-1] < n < value)
            known = ends[-1] in card and value in card and ends[-1] < value
            numbers += [*inside, value] if known else [value, 0]
            ranged = True
        else:
            numbers.append(value)
        ends.append(value)
        spaced &= joint.isspace()
        slashed |= joint.strip() == "/"
        joined, end = joined + 1, after
    suffix = _ITEM.match(text, end)
    word = suffix["word"] if suffix and not (family == "bracket" and not prefix) else ""
    dubious = joined == 1 and (spaced or slashed) and family == "plain" and not prefix
    return NumberList(
        at,
        suffix.end() if suffix and word else end,
        tuple(numbers),
        tuple(ends),
        family,
        bool(prefix),
        spaced and joined > 0,
        dubious,
        ranged,
        word,
    )


def _next(text: str, end: int, family: Family, nth: bool) -> _Step | None:
    """Read one more number of the list with what joins it: (joint, value, end)."""
    place, joint = end, ""
    suffix = _ITEM.match(text, end) if nth else None
    for pattern in (_JOIN, _THROUGH, _SPACE):
        hit = pattern.match(text, suffix.end() if suffix else end)
        if hit:
            place, joint = hit.end(), hit[0]
            break
    else:
        if family in ("plain", "chinese"):
            return None
    again = _NTH.match(text, place)
    found = _number(text, again.end() if again else place)
    if found is None or found[2] != family:
        return None
    if family in ("plain", "chinese") and not again and not nth and is_counted(text, found[1]):
        item = _ITEM.match(text, found[1])
        if item is None or (joint.isspace() and item["word"] not in "项号"):
            return None
        if item["word"] not in "项号" and not _THROUGH.fullmatch(joint):
            return None
    if (
        family == "chinese"
        and not nth
        and not again
        and joint.strip() not in ("、", "和", "至", "到", "-", ",")
    ):
        return None
    if joint.strip() in (".", "") and family == "plain" and not joint.isspace():
        return None
    return joint, found[0], found[1]
