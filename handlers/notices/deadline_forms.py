"""The forms in which notices write time limits: a table of patterns and how each is understood.

A new form is a new row. Every quantifier is bounded, so a row costs time in proportion to the
text. Patterns see folded text without spaces.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from handlers.notices.limits import (
    FEASTS,
    Found,
    Frame,
    day_of_month_limit,
    feast_limit,
    half_limit,
    iso_limit,
    month_limit,
    open_limit,
    quarter_limit,
    range_limit,
    recurring_limit,
    relative_limit,
    thirds_limit,
    year_end_limit,
)
from storage.terms.notice import Deadline

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

_PART = rf"(?P<part>底|末|初|[上中下]旬|(?P<of_month>{_N})[日号])"
_QUARTER = r"(?<!前)第?(?P<quarter>[一二三四1-4])季度"

OPEN_WORDS = re.compile(
    r"(?:长期|常态化?|持续)(?:坚持|推进|开展|落实|实施|执行)?|(?:全年|常年)(?:坚持|开展|推进|落实)?"
    r"|立行立改|即知即改|立即(?:整改|实施|执行)|边查边改"
)
"""Words that are a time limit only where nothing else stands beside them."""

FORMS: tuple[Form, ...] = (
    Form(
        rf"(?:从{_N}月份?起,?)?每个?(?P<every>周|旬|半个?月|双月|两个?月|月|季度?|半年|年度?){_MONEY}的?"
        rf"(?:末月|第[一二三]个月|{_N}月份?|年(?=[底末]))?(?:[底末]|{_N}[日号])?{_BEFORE}?",
        recurring_limit,
    ),
    Form(r"(?:年内|全年)[^,。;]{0,8}?(?:至少|不少于)[^,。;]{0,10}?[次场期轮]", recurring_limit),
    Form(
        r"[按逐](?P<every>旬|月|季度?|半年)(?=报|公[布开]|通报|调度|更新|开展|汇总|统计|梳理|发布|向)",
        recurring_limit,
    ),
    Form(
        rf"(?P<mark>之?后|之日起|日起)(?:的|,)?(?P<count>{_COUNT}){_UNIT}(?:{_WITHIN}|前)",
        relative_limit,
        anchored=True,
    ),
    Form(rf"(?<![0-9近月后续去年])(?P<count>{_COUNT}){_UNIT}{_WITHIN}", relative_limit),
    Form(
        rf"{_YEAR}{_MONTH}{_N}[日号]?[-至到](?:(?P<year2>[0-9]{{4}})年)?"
        rf"(?:(?P<month2>{_N})月)?(?P<of_month2>{_N})[日号]",
        range_limit,
    ),
    Form(rf"{_YEAR}{_MONTH}?份?[-至到](?:(?P<year2>[0-9]{{4}})年)?(?P<month2>{_N})月(?:份|底)?", range_limit),
    Form(rf"{_YEAR}{_MONTH}份?(?:初|[上中]旬)[-至到](?:(?P<month2>{_N})月份?)?{_PART}", thirds_limit),
    Form(rf"{_YEAR}{_MONTH}份?{_PART}?{_TIME}{_BEFORE}", day_of_month_limit),
    Form(rf"{_YEAR}{_MONTH}份?(?:{_PART}{_DONE}|(?P<third>[上中下]旬)(?!以来|起|的))", day_of_month_limit),
    Form(
        rf"{_YEAR}{_MONTH}{_PART}(?=(?:[、和](?:{_N}月)?{_N}[日号]){{0,3}}[、和](?:{_N}月)?{_N}[日号]前)",
        day_of_month_limit,
    ),
    Form(rf"(?:到|即日起[至到]){_YEAR}{_MONTH}{_PART}", day_of_month_limit),
    Form(rf"{_YEAR}{_QUARTER}[末底]?(?P<before>{_BEFORE})", quarter_limit),
    Form(rf"{_YEAR}{_QUARTER}内?{_ACT}", quarter_limit),
    Form(rf"{_YEAR}(?P<half>[上下])半年(?:[末底]|结束)?(?P<before>{_BEFORE})", half_limit),
    Form(rf"{_YEAR}(?P<half>[上下])半年内?{_ACT}", half_limit),
    Form(r"到(?P<year>[0-9]{4})年年?底", year_end_limit),
    Form(rf"(?<![0-9]){_YEAR}年?[底末终](?<=年.)(?:{_BEFORE}|{_DONE})", year_end_limit),
    Form(
        r"(?<![0-9一二两三四五六七八九十几数多近全每半])"
        r"(?:(?:(?P<year>[0-9]{4})年|(?P<next>次年|明年)|[今本当]年)年?内|年内)(?!容|部|外|在|涵)",
        year_end_limit,
    ),
    Form(rf"{_YEAR}(?P<feast>{'|'.join(FEASTS)})(?:节|期间)?{_BEFORE}", feast_limit),
    Form(rf"{_YEAR}{_MONTH}份(?!起|以来|印发|出台|召开|数据|工资|的)", month_limit),
    Form(rf"(?<=[在于]){_YEAR}{_MONTH}{_ACT}", month_limit),
)
"""In order of precedence where two begin at the same place."""

_CLOSED = rf"(?:{_BEFORE}|底前|内|完成|截止|止)?"

TYPED: tuple[Form, ...] = (
    Form(
        rf"(?:(?P<year>[0-9]{{4}})[-/.年])?(?P<month>{_N})[-/.月](?P<of_month>{_N})[日号]?{_TIME}{_CLOSED}",
        iso_limit,
    ),
    Form(rf"{_YEAR}(?P<month>{_N})月份?(?P<part>底|末|初|[上中下]旬){_CLOSED}", day_of_month_limit),
    Form(rf"{_YEAR}(?P<month>{_N})月份?(?:内|完成)?", month_limit),
    Form(rf"{_YEAR}第?(?P<quarter>[一二三四1-4])季度(?:内|完成|[末底])?", quarter_limit),
    Form(rf"{_YEAR}(?P<half>[上下])半年(?:内|完成)?", half_limit),
    Form(rf"{_YEAR}年?[底末终](?<=年.){_CLOSED}", year_end_limit),
    Form(r"(?P<year>20[0-9]{2})[-/.](?P<month>0[1-9]|1[0-2])", month_limit),
    Form(rf"(?:[0-9]{{4}}年)?(?:{OPEN_WORDS.pattern})", open_limit),
)
"""What a coordinator may type as a whole, besides every form above."""
