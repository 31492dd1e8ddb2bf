"""Days as people write them in a chat: read as the last day of the limit they name.

A day without a year is the first such day that is not over. Working days are not counted
here: the calendar of working days lives elsewhere, so 10个工作日内 names no day.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

from handlers.replies.script import numeral


@dataclass(frozen=True, slots=True)
class FoundDay:
    """A day found in words; ``limit`` when 前 or 内 follows, ``rolled`` when this year's is over."""

    start: int
    end: int
    day: date
    limit: bool
    rolled: bool


_N = r"(?:\d{1,2}|[一二三四五六七八九十]{1,3})"
_PART = r"上旬|中旬|下旬|底|末|初|中(?!心|央|小)|内"
_YEAR = r"20\d\d年|今年|本年|明年|后年"
_AFTER = r"\s*(?:之前|以前|前|左右|截止|为止|止)"
_ENDS = r"(?=$|[\s,;。、)]|之前|以前|前|左右|截止|完成|办结|上报|报送|交|印发|落实)"
_AIMED = (
    r"(?:(?<=预计)|(?<=计划)|(?<=力争)|(?<=争取)|(?<=延到)|(?<=延至)|(?<=期到)|(?<=期至)|(?<=于)|(?<=拟))\s?"
)

_Made = tuple[date | None, bool]


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _part_of(year: int, month: int, part: str | None) -> date | None:
    if not (1 <= month <= 12 and 1 <= year < 9999):
        return None
    days = {"上旬": 10, "初": 10, "中": 15, "中旬": 20}
    return date(year, month, days.get(part or "", calendar.monthrange(year, month)[1]))


def _year(word: str, today: date) -> int:
    if word.startswith("20"):
        return int(word[:4])
    return today.year + {"明年": 1, "后年": 2}.get(word, 0)


def _rolling(made: Callable[[int], date | None], today: date) -> _Made:
    """Take this year's day, or next year's when it is over; 29 February waits for its year."""
    for year in range(today.year, today.year + 9):
        day = made(year)
        if day is not None and day >= today:
            return day, year > today.year
    return None, False


def _months_on(day: date, months: int) -> date:
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def _full(hit: re.Match[str], today: date) -> _Made:
    return _day(int(hit[1]), numeral(hit[2]), numeral(hit[3])), False


def _month(hit: re.Match[str], today: date) -> _Made:
    month, day, part = numeral(hit[2]), hit[3], hit[4]

    def made(year: int) -> date | None:
        return _day(year, month, numeral(day)) if day else _part_of(year, month, part)

    if hit[1]:
        return made(_year(hit[1], today)), False
    return _rolling(made, today)


def _dotted(hit: re.Match[str], today: date) -> _Made:
    return _rolling(lambda year: _day(year, int(hit[1]), int(hit[2])), today)


def _quarter(hit: re.Match[str], today: date) -> _Made:
    month = numeral(hit[2]) * 3
    if hit[1]:
        return _part_of(_year(hit[1], today), month, None), False
    return _rolling(lambda year: _part_of(year, month, None), today)


def _this_quarter(hit: re.Match[str], today: date) -> _Made:
    end = (today.month - 1) // 3 * 3 + 3 + (3 if hit[0].startswith("下") else 0)
    return _part_of(today.year + (end - 1) // 12, (end - 1) % 12 + 1, None), False


def _half_year(hit: re.Match[str], today: date) -> _Made:
    month = 6 if hit[2] == "上" else 12
    if hit[1]:
        return _part_of(_year(hit[1], today), month, None), False
    return _rolling(lambda year: _part_of(year, month, None), today)


def _year_end(hit: re.Match[str], today: date) -> _Made:
    return date(_year(hit[1] or "今年", today), 12, 31), False


def _near_month(hit: re.Match[str], today: date) -> _Made:
    first = _months_on(today.replace(day=1), hit[1].count("下") + (hit[1] == "次月"))
    if hit[2]:
        return _day(first.year, first.month, numeral(hit[2])), False
    return _part_of(first.year, first.month, hit[3]), False


def _month_part(hit: re.Match[str], today: date) -> _Made:
    part = hit[1] or hit[2]
    day = _part_of(today.year, today.month, part)
    if day is not None and day < today:
        after = _months_on(today.replace(day=1), 1)
        return _part_of(after.year, after.month, part), True
    return day, False


def _weekday(hit: re.Match[str], today: date) -> _Made:
    monday = today - timedelta(days=today.weekday())
    wanted = {"天": 6, "日": 6, "末": 6}.get(hit[2], "一二三四五六".find(hit[2]))
    day = monday + timedelta(days=7 * hit[1].count("下") + wanted)
    if day < today and hit[1] in ("周", "星期", "礼拜"):
        return day + timedelta(days=7), True
    return day, False


def _week(hit: re.Match[str], today: date) -> _Made:
    return today + timedelta(days=6 - today.weekday() + 7 * hit[1].count("下")), False


def _after(hit: re.Match[str], today: date) -> _Made:
    count, unit = hit[1], hit[2]
    if unit == "月":
        return (today + timedelta(days=15) if count == "半" else _months_on(today, numeral(count))), False
    return today + timedelta(days=numeral(count) * (1 if unit in "天日" else 7)), False


def _near_day(hit: re.Match[str], today: date) -> _Made:
    ahead = {"今": 0, "本": 0, "当": 0, "明": 1, "后": 2, "大": 3}[hit[0][0]]
    return today + timedelta(days=ahead), False


def _day_of_month(hit: re.Match[str], today: date) -> _Made:
    wanted = numeral(hit[1])
    for ahead in range(4):
        first = _months_on(today.replace(day=1), ahead)
        day = _day(first.year, first.month, wanted)
        if day is not None and day >= today:
            return day, ahead > 0
    return None, False


def _festival(hit: re.Match[str], today: date) -> _Made:
    month, day = {"元旦": (1, 1), "五一": (5, 1), "国庆": (10, 1)}[hit[1]]
    eve, rolled = _rolling(lambda year: date(year, month, day) - timedelta(days=1), today)
    return eve, rolled


_Rule = tuple[str, re.Pattern[str], Callable[[re.Match[str], date], _Made]]


def _rules(*pairs: tuple[str, Callable[[re.Match[str], date], _Made]]) -> tuple[_Rule, ...]:
    return tuple((f"r{i}", re.compile(words), made) for i, (words, made) in enumerate(pairs))


_PAIRS: tuple[tuple[str, Callable[[re.Match[str], date], _Made]], ...] = (
    (rf"(?<!\d)(20\d\d)\s?(?:年|[-./])\s?({_N})\s?(?:月|[-./])\s?({_N})(?:[日号]|(?!\d))", _full),
    (
        (
            rf"(?<![\d每.])(?:({_YEAR})\s?的?)?({_N})月份?(?:\s?({_N})(?:[日号]|{_ENDS})|({_PART}))?"
            rf"(?![\d%])(?!报)"
        ),
        _month,
    ),
    (rf"({_YEAR})?第?([一二三四1-4])季度(?:末|底|内)?", _quarter),
    (r"(?:本|这个?|下个?)季度(?:末|底|内)?|季度?[末底]", _this_quarter),
    (rf"({_YEAR})?([上下])半年(?:末|底|内)?", _half_year),
    (rf"({_YEAR})(?:年?度?[底末终内]|(?=前|之前|以前|完成|$))|(?<!\d)年[底末终内]", _year_end),
    (rf"(本月|这个?月|当月|下下个?月|下个?月|次月)(?:份)?(?:({_N})[日号]|({_PART}))?(?!报)", _near_month),
    (r"月([底末初内]|中(?!心|旬))|(?<!月)(上旬|中旬|下旬)", _month_part),
    (
        (
            r"(?<![一二三四五六七八九十\d每两])(下下周|下周|本周|这周|下个?星期|这个?星期|下个?礼拜"
            r"|周|星期|礼拜)"
            r"([一二三四五六日天末])(?![次期条篇])"
        ),
        _weekday,
    ),
    (r"(下下周|下周|本周|这周|下个?星期)内?", _week),
    (
        (
            r"(?<![\d第每.])(\d{1,3}|[一二三四五六七八九十两]{1,3}|半)个?(天|日|周|星期|礼拜"
            r"|月)(?:之?内|以内|之?后|以后)"
        ),
        _after,
    ),
    (r"今[天日]|本日|当天|明[天日]|大?后天", _near_day),
    (rf"(?<![\d月.第每\[])({_N})[日号]{_ENDS}", _day_of_month),
    (rf"(?<![\d.])(\d{{1,2}})\.(\d{{1,2}})(?:[日号]|(?![\d.%]))(?={_AFTER})", _dotted),
    (rf"{_AIMED}(\d{{1,2}})[./](\d{{1,2}})(?:[日号]|(?![\d.%]))", _dotted),
    (r"(元旦|五一|国庆)节?(?=之?前|以前)", _festival),
)
_LOOSE_PAIRS: tuple[tuple[str, Callable[[re.Match[str], date], _Made]], ...] = (
    (r"(?<!\d)(20\d\d)(\d\d)(\d\d)(?!\d)", _full),
    *_PAIRS,
    (r"(?<![\d./-])(\d{1,2})[./-](\d{1,2})(?:[日号]|(?![\d./%-]))", _dotted),
)


@cache
def _compiled(loose: bool) -> tuple[re.Pattern[str], dict[str, _Rule]]:
    """Return the rules by name, and one pattern of all of them whose only groups are their names."""
    rules = _rules(*(_LOOSE_PAIRS if loose else _PAIRS))
    plain = ((name, re.sub(r"[(](?![?])", "(?:", rule.pattern)) for name, rule, _ in rules)
    every = re.compile("|".join(f"(?P<{name}>{pattern})" for name, pattern in plain))
    return every, {rule[0]: rule for rule in rules}


_LIMIT = re.compile(r"\s?(?:之前|以前|前(?!期|段|后)|之内|以内|内)")


def find_days(text: str, today: date, *, loose: bool = False) -> Iterator[FoundDay]:
    """Find the days named in narrowed text; ``loose`` also takes a bare ``6.30`` for a day."""
    every, rules = _compiled(loose)
    for hit in every.finditer(text):
        _, rule, made = rules[hit.lastgroup or ""]
        again = rule.match(text, hit.start())
        if again is None:
            continue
        try:
            day, rolled = made(again, today)
        except (ValueError, OverflowError):
            continue
        if day is None:
            continue
        limit = _LIMIT.match(text, hit.end())
        inner = hit[0].endswith(("内", "后", "以前"))
        yield FoundDay(hit.start(), limit.end() if limit else hit.end(), day, bool(limit) or inner, rolled)
