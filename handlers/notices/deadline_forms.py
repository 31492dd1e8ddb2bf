"""The forms in which notices write time limits: a table of patterns and how each is understood.

A new form is a new row. Every quantifier is bounded, so a row costs time in proportion to the
text. Patterns see folded text without spaces.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

from handlers.notices import days
from storage.terms.notice import FROM_EVENT, FROM_NOTICE, Deadline, DeadlineKind, Every, Offset, OffsetUnit


@dataclass(frozen=True, slots=True)
class Frame:
    """What a time limit is read against: the notice's year and its date."""

    year: int | None
    issued_on: date | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """A match: its words as printed, its groups, and the words that stand before it."""

    phrase: str
    match: re.Match[str]
    anchor: str = ""

    def has(self, name: str) -> str:
        """Return a group's words, or nothing."""
        return self.match.groupdict().get(name) or ""

    def number(self, name: str) -> int | None:
        """Return a group read as a number."""
        return days.number(self.has(name))


Builder = Callable[[Found, Frame], Deadline | None]


@dataclass(frozen=True)
class Form:
    """One way of writing a limit; before an ``anchored`` one stands what its days count from."""

    source: str
    build: Builder
    anchored: bool = False

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """The form as an expression, compiled when the first notice is read and not before."""
        return re.compile(self.source)


_N = r"(?:[0-9]{1,2}|[一二三四五六七八九十]{1,3})"
_COUNT = r"(?:[0-9]{1,3}|[一二两三四五六七八九十]{1,3})"
_YEAR = r"(?:(?:(?<![0-9])(?P<year>[0-9]{4})年|(?P<next>次年|明年|翌年|来年)|今年|本年度?|当年)的?)?"
_MONTH = rf"(?<![0-9个第一二三四五六七八九十])(?P<month>{_N})月"
_BEFORE = r"(?:之前|以前|前(?![后期列往来]))"
_DONE = r"(?=完成|报送|上报|建成|办结|提交|印发|出台)"
_ACT = (
    r"(?=完成|报送|上报|开展|组织|举办|召开|启动|实施|建成|出台|公布|公开|集中|印发"
    r"|主体|封顶|竣工|完工|投用|通车|开工|交付|投入|运营|实现|推出)"
)
_MONEY = (
    r"(?!最[高多低]|约|达|给予|补[助贴]|奖励|支付|平均|人均|增长|递增|新增|减少|下降|节[约省]"
    r"|(?:不[超低高少多][过于])?[0-9]{1,8}(?:\.[0-9]{1,2})?[万亿]?元)"
)
_TIME = r"(?:[0-9]{1,2}:[0-9]{2}|[0-9]{1,2}时|24点)?"
_UNIT = r"(?P<unit>个工作日|工作日|个月|个自然日|自然日|日|天)"
_WITHIN = r"(?:以内|之内|内)"

_EVERY: dict[str, Every] = {
    "周": "week",
    "旬": "ten-days",
    "半月": "half-month",
    "半个月": "half-month",
    "月": "month",
    "双月": "two-months",
    "两月": "two-months",
    "两个月": "two-months",
    "季": "quarter",
    "季度": "quarter",
    "半年": "half-year",
    "年": "year",
    "年度": "year",
}
_UNITS: dict[str, OffsetUnit] = {
    "工作日": "workday",
    "月": "month",
    "自然日": "day",
    "日": "day",
    "天": "day",
}
_OWN = re.compile(r"(?:本|此|该)?(?:工作)?(?:通知|要点|方案|意见|计划|办法|清单)?(?:印发|下发)")
_OWN_PUBLISHED = re.compile(
    r"(?:本|此)(?:工作)?(?:通知|要点|方案|意见|计划|办法|清单|文件)(?:印发|下发|发布|公布)"
)


def _year(found: Found, frame: Frame) -> int | None:
    if found.has("year"):
        return int(found.has("year"))
    if frame.year is None:
        return None
    return frame.year + (1 if found.has("next") else 0)


def _recurring(found: Found, _frame: Frame) -> Deadline:
    return Deadline(found.phrase, "recurring", every=_EVERY.get(found.has("every"), "year"))


def _relative(found: Found, frame: Frame) -> Deadline | None:
    count, unit = found.number("count"), _UNITS[found.has("unit").removeprefix("个")]
    if not count:
        return None
    own = bool(_OWN.fullmatch(found.anchor) or _OWN_PUBLISHED.fullmatch(found.anchor))
    due = None
    if own and frame.issued_on and unit == "day":
        due = _shift(frame.issued_on, count)
    elif own and frame.issued_on and unit == "month":
        due = days.months_later(frame.issued_on, count)
    start = FROM_NOTICE if own else FROM_EVENT + found.anchor
    return Deadline(found.phrase, "relative", due, offset=Offset(count, unit, start))


def _shift(start: date, count: int) -> date | None:
    try:
        return start + timedelta(days=count)
    except OverflowError:
        return None


def _dated(found: Found, due: date | None, year: int | None, kind: DeadlineKind = "date") -> Deadline | None:
    """Make a dated limit; in a known year a limit without a day is a day that does not exist."""
    if year is not None and due is None:
        return None
    return Deadline(found.phrase, kind, due)


def _day_of_month(found: Found, frame: Frame) -> Deadline | None:
    year, month = _year(found, frame), found.number("month")
    due = _end_of_part(found, year if year is not None else 2000, month)
    if due is None:
        return None
    return _dated(found, due if year is not None else None, year)


def _end_of_part(found: Found, year: int, month: int | None) -> date | None:
    """Return the last day of the part of a month that is named; without a part, of what is before it."""
    part = found.has("part") or found.has("third")
    if part in ("底", "末", "下旬"):
        return days.month_end(year, month)
    if part in ("上旬", "初"):
        return days.day(year, month, 10)
    if part == "中旬":
        return days.day(year, month, 20)
    if part:
        return days.day(year, month, found.number("of_month"))
    first = days.day(year, month, 1)
    return first and _shift(first, -1)


def _thirds(found: Found, frame: Frame) -> Deadline | None:
    """Read a stretch from one part of a month to another: it is over with the second."""
    year, first = _year(found, frame), found.number("month")
    month = found.number("month2") or first
    if first is None or month is None or days.month_end(2000, first) is None:
        return None
    if year is not None and month < first:
        year += 1
    due = _end_of_part(found, year if year is not None else 2000, month)
    return None if due is None else _dated(found, due if year is not None else None, year, "period")


def _month(found: Found, frame: Frame) -> Deadline | None:
    year, month = _year(found, frame), found.number("month")
    if days.month_end(2000, month) is None:
        return None
    return _dated(found, None if year is None else days.month_end(year, month), year, "month")


def _range(found: Found, frame: Frame) -> Deadline | None:
    year = _year(found, frame)
    if found.has("year2"):
        year = int(found.has("year2"))
    month = found.number("month2") or found.number("month")
    first, last = found.number("month"), found.number("of_month2")
    if days.month_end(2000, first) is None or days.month_end(2000, month) is None:
        return None
    if year is not None and first is not None and month is not None and month < first:
        year += 0 if found.has("year2") else 1
    known = year if year is not None else 2000
    due = days.day(known, month, last) if found.has("of_month2") else days.month_end(known, month)
    if due is None:
        return None
    return _dated(found, due if year is not None else None, year, "period")


def _quarter(found: Found, frame: Frame) -> Deadline | None:
    year, quarter = _year(found, frame), found.number("quarter") or 0
    kind: DeadlineKind = "date" if found.has("before") else "period"
    return _dated(found, None if year is None else days.month_end(year, quarter * 3), year, kind)


def _half(found: Found, frame: Frame) -> Deadline | None:
    year = _year(found, frame)
    month = 6 if found.has("half") == "上" else 12
    kind: DeadlineKind = "date" if found.has("before") else "period"
    return _dated(found, None if year is None else days.month_end(year, month), year, kind)


def _year_end(found: Found, frame: Frame) -> Deadline | None:
    year = _year(found, frame)
    return _dated(found, None if year is None else days.month_end(year, 12), year)


def _iso(found: Found, frame: Frame) -> Deadline | None:
    year = int(found.has("year")) if found.has("year") else frame.year
    if year is None:
        return None
    return _dated(found, days.day(year, found.number("month"), found.number("of_month")), year)


_FEASTS = {
    **dict.fromkeys(("国庆节", "国庆"), (9, 30)),
    **dict.fromkeys(("五一", "劳动节"), (4, 30)),
    "七一": (6, 30),
    "元旦": (12, 31),
}
"""Feasts that fall on the same day each year, and the day before them."""


def _feast(found: Found, frame: Frame) -> Deadline | None:
    year = _year(found, frame)
    month, of_month = _FEASTS[found.has("feast")]
    return _dated(found, None if year is None else days.day(year, month, of_month), year)


def _open(found: Found, _frame: Frame) -> Deadline:
    return Deadline(found.phrase, "open")


_PART = rf"(?P<part>底|末|初|[上中下]旬|(?P<of_month>{_N})[日号])"
_QUARTER = r"(?<!前)第?(?P<quarter>[一二三四1-4])季度"

OPEN_WORDS = re.compile(
    r"(?:长期|常态化?|持续)(?:坚持|推进|开展|落实|实施|执行)?|(?:全年|常年)(?:坚持|开展|推进|落实)?"
    r"|立行立改|即知即改|立即整改|边查边改"
)
"""Words that are a time limit only where nothing else stands beside them."""

FORMS: tuple[Form, ...] = (
    Form(
        rf"(?:从{_N}月份?起,?)?每个?(?P<every>周|旬|半个?月|双月|两个?月|月|季度?|半年|年度?){_MONEY}的?"
        rf"(?:末月|第[一二三]个月|{_N}月份?|年(?=[底末]))?(?:[底末]|{_N}[日号])?{_BEFORE}?",
        _recurring,
    ),
    Form(r"(?:年内|全年)[^,。;]{0,8}?(?:至少|不少于)[^,。;]{0,10}?[次场期轮]", _recurring),
    Form(
        r"[按逐](?P<every>旬|月|季度?|半年)(?=报|公[布开]|通报|调度|更新|开展|汇总|统计|梳理|发布|向)",
        _recurring,
    ),
    Form(
        rf"(?P<mark>之?后|之日起|日起)(?:的|,)?(?P<count>{_COUNT}){_UNIT}(?:{_WITHIN}|前)",
        _relative,
        anchored=True,
    ),
    Form(rf"(?<![0-9近月后续去年])(?P<count>{_COUNT}){_UNIT}{_WITHIN}", _relative),
    Form(
        rf"{_YEAR}{_MONTH}{_N}[日号]?[-至到](?:(?P<year2>[0-9]{{4}})年)?"
        rf"(?:(?P<month2>{_N})月)?(?P<of_month2>{_N})[日号]",
        _range,
    ),
    Form(rf"{_YEAR}{_MONTH}?份?[-至到](?:(?P<year2>[0-9]{{4}})年)?(?P<month2>{_N})月(?:份|底)?", _range),
    Form(rf"{_YEAR}{_MONTH}份?(?:初|[上中]旬)[-至到](?:(?P<month2>{_N})月份?)?{_PART}", _thirds),
    Form(rf"{_YEAR}{_MONTH}份?{_PART}?{_TIME}{_BEFORE}", _day_of_month),
    Form(rf"{_YEAR}{_MONTH}份?(?:{_PART}{_DONE}|(?P<third>[上中下]旬)(?!以来|起|的))", _day_of_month),
    Form(
        rf"{_YEAR}{_MONTH}{_PART}(?=(?:[、和](?:{_N}月)?{_N}[日号]){{0,3}}[、和](?:{_N}月)?{_N}[日号]前)",
        _day_of_month,
    ),
    Form(rf"(?:到|即日起[至到]){_YEAR}{_MONTH}{_PART}", _day_of_month),
    Form(rf"{_YEAR}{_QUARTER}[末底]?(?P<before>{_BEFORE})", _quarter),
    Form(rf"{_YEAR}{_QUARTER}内?{_ACT}", _quarter),
    Form(rf"{_YEAR}(?P<half>[上下])半年(?:[末底]|结束)?(?P<before>{_BEFORE})", _half),
    Form(rf"{_YEAR}(?P<half>[上下])半年内?{_ACT}", _half),
    Form(r"到(?P<year>[0-9]{4})年年?底", _year_end),
    Form(rf"(?<![0-9]){_YEAR}年?[底末终](?<=年.)(?:{_BEFORE}|{_DONE})", _year_end),
    Form(
        r"(?<![0-9一二两三四五六七八九十几数多近全每半])"
        r"(?:(?:(?P<year>[0-9]{4})年|(?P<next>次年|明年)|[今本当]年)年?内|年内)(?!容|部|外|在|涵)",
        _year_end,
    ),
    Form(rf"{_YEAR}(?P<feast>{'|'.join(_FEASTS)})(?:节|期间)?{_BEFORE}", _feast),
    Form(rf"{_YEAR}{_MONTH}份(?!起|以来|印发|出台|召开|数据|工资|的)", _month),
    Form(rf"(?<=[在于]){_YEAR}{_MONTH}{_ACT}", _month),
)
"""In order of precedence where two begin at the same place."""

_CLOSED = rf"(?:{_BEFORE}|底前|内|完成|截止|止)?"

TYPED: tuple[Form, ...] = (
    Form(
        rf"(?:(?P<year>[0-9]{{4}})[-/.年])?(?P<month>{_N})[-/.月](?P<of_month>{_N})[日号]?{_TIME}{_CLOSED}",
        _iso,
    ),
    Form(rf"{_YEAR}(?P<month>{_N})月份?(?P<part>底|末|初|[上中下]旬){_CLOSED}", _day_of_month),
    Form(rf"{_YEAR}(?P<month>{_N})月份?(?:内|完成)?", _month),
    Form(rf"{_YEAR}第?(?P<quarter>[一二三四1-4])季度(?:内|完成|[末底])?", _quarter),
    Form(rf"{_YEAR}(?P<half>[上下])半年(?:内|完成)?", _half),
    Form(rf"{_YEAR}年?[底末终](?<=年.){_CLOSED}", _year_end),
    Form(r"(?P<year>20[0-9]{2})[-/.](?P<month>0[1-9]|1[0-2])", _month),
    Form(rf"(?:[0-9]{{4}}年)?(?:{OPEN_WORDS.pattern})", _open),
)
"""What a coordinator may type as a whole, besides every form above."""
