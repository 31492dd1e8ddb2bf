"""How far something is, by an official's words; where two readings stand, both are given.

Vague words count for the least they promise: 过半 is 50, 近半 45, 大半 60, 基本完成 and
即将完成 90 and not done. A rate of something else (发布率60%) says nothing of the item's progress,
and a number of things finished (完成3次培训) is no end of the item.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date

from handlers.replies.dates import FoundDay, find_days
from handlers.replies.percents import read_percents

SPLIT = re.compile(r"[,，;；。!！\s]+|(?<!\d)[:/]|[:/](?!\d)|[()\[\]|→>]+")


@dataclass(frozen=True, slots=True)
class Status:
    """One reading of the words; ``clear`` when they speak of progress at all."""

    percent: int | None = None
    done: bool = False
    none_yet: bool = False
    expected: date | None = None
    clear: bool = False


_DONE = re.compile(
    r"办理完毕|落实到位|整改到位|完成|办结|办完|办好|搞定|搞好|搞完|销号|完毕|完结|完事|做完|干完"
    r"|弄完|弄好|结束"
    r"|落实|做好|[√✓✔✅☑]|(?<![a-z])(?:ok|done|finished)(?![a-z])"
)
_WEAK = ("落实", "做好", "搞好", "结束")  # done only with 已 before or 了 after
_NOT = re.compile(r"(?:未|没|(?<!差)不|无法|难以|尚待|无望)[^已]{0,6}$")
_PLAN = re.compile(
    r"预计|预期|计划|拟|力争|争取|确保|保证|将|准备|打算|(?<![智职功可])能|可以|可于|需|待|有望"
    r"|承诺|应当|限期|希望"
    r"|尽快|尽早|加快|抓紧|努力|务必|要求|目标"
)
_PAST = re.compile(r"已[^已]{0,12}$")
_SOON = re.compile(r"(?:即将|(?<![尽加])快|接近|临近|马上|就要|将近)(?:要|就|可|能)?(?:全部|全面|可以)?$")
_NEARLY = re.compile(r"(?:基本|大体|大致|差不多)(?:上)?(?:已经?|都|全部|能|可)*$")
_PARTLY = re.compile(
    r"(?:大部分|大多数?|多数|部分|阶段性?|初步|初稿|草稿|草案|前期|首批|一期|框架|一半|过半"
    r"|大半)[^,]{0,8}$"
)
_PARTLY_OBJECT = re.compile(
    r"(?:了|的)*(?:大部分|大多数?|部分|阶段性?|初步|初稿|草稿|草案|前期|首批|一期|框架|第一)"
)
_SUBJECT_PART = re.compile(r"(?:第[一二三][阶期批步轮稿]|方案|调研|摸底|起草)(?:都|均|也)?已?经?$")
_QUESTION = re.compile(r"是否|能否|有没有|怎[么样]|如何|何时")
_BY = re.compile(r"(?:(?<!目)前|内|之后|以后)(?:可|能|全部|全面|基本|再|就)*$")
_AMOUNT = re.compile(
    r"(?:了|约|近|到|至|大约|达|过|总量的?|任务的?|率|度|进度)*(?:\d|百分之"
    r"|[一二三四五六七八九两几]\D?成|"
    r"[一二三四五六七八九]成|[一二三四五六七八九十]分之"
    r"|[一两二三四五六七八九十]+[次项个期篇条场家份]|一?大?半|过半|近半)"
)
_NOT_AFTER = re.compile(
    r"率|度|进|情况|时间|时限|时$|量|后|之后|以后|前|之前|以前|不|有|难|需|比|数|值|中$|期|困|吗|没"
    r"|与否|尚|还|的"
)
_ENDS = re.compile(
    r"(?:了|啦|咯|哦|呢|哈|呀|哟|嘛|喽|完毕|全部|的?(?:工作|任务|事项|目标|整改|要点)|该|本|此|这"
    r"|项|所有|各项"
    r"|年度|上报|申请|办结|销号|落实|完成"
    r"|到位|[)\"”~.…、:：\[\]]|[√✓✔✅☑])*(?:$|并|且|,|(?:材料|附件|截图|照片|链接|佐证|详情?)?(?:见"
    r"|如下|附后|已报|已传|已发))"
)
_AFOOT = re.compile(r"正在|推进中|进行中|下一步|办理中|落实中|筹备中|征求意见|还差|尚需|还需|还有|剩余|剩下")
_UNDERWAY = re.compile(
    r"推进|进行|正常|有序|按计划|持续|稳步|在[弄办做推]|正在|筹备|征求意见|下一步|开展中|起草中"
    r"|办理中|落实中|长期坚持|in progress"
)
_ON_COURSE = re.compile(
    r"(?<!不)正常|(?<!不)顺利|有序|稳步|按(?:计划|进度|序时|时序|时间节点|既定)|序时(?:推进|进度)"
)
_OFF_COURSE = re.compile(r"滞后|落后|困难|受阻|未能|暂停|停滞|[未没]按|不正常|不顺")
_STATE = r"(?:目前|现在?|暂时?|尚|还|仍|本[月周年季]度?|一直|均|都|全部|全|是|也|依然|我局|,)*"
_NONE = re.compile(
    _STATE
    + r"(?:无|暂无|没有?|未有|没啥|没什么|毫无)(?:新的?|任何|明显|实质性|什么|大的?)*"
    + r"(?:进展|动静|进度|变化)(?:情况)?[的了]?(?:(?:主要)?(?:原因|是?因|由于).*)?|"
    + _STATE
    + r"(?:无|暂无|没有?)"
)
_UNBEGUN = re.compile(
    r"(?:未|没有?|尚未|暂未|还未)(?:正式|全面|真正|具体|能)?(?:启动|开始|开展|动工|动手|实施|着手"
    r"|行动|推进|做|动|弄|办|搞)"
    r"(?!完|好|结|成|到位|定|员)"
)
_OPEN_SIGN = re.compile(r"[×✗✘❌✖☐□]")
_FINISHING = re.compile(
    r"\s*(?:可|能|可以|就|再|全部|全面|基本|,)*(?:完成|办结|办完|报送|上报|印发|收尾|落实|销号|结束"
    r"|交|报|完|发布|公开|$)"
)
_HAPPENED = re.compile(r"已|了(?!解)|曾|召开|举办|发文")


@dataclass(slots=True)
class _Seen:
    """What the clauses said so far."""

    done: bool = False
    maybe_done: bool = False
    not_done: bool = False
    afoot: bool = False
    underway: bool = False
    none_yet: bool = False
    unbegun: bool = False
    nearly: bool = False
    by_day: date | None = None
    expected: date | None = None


def read_status(words: str, today: date) -> tuple[Status, ...]:
    """Read narrowed words that speak of one item; more than one status when they can be read so."""
    words = re.sub(r"(?<=\d)\s+(?=%)", "", words)
    words = re.sub(r"(完成了?|完成率|进度|达到?|到|约|仅?剩|还差)\s+(?=\d{1,3}(?:\.\d+)?%)", r"\1", words)
    seen, percents = _Seen(), list[int]()
    for clause in SPLIT.split(words):
        if clause:
            _read_clause(clause, today, seen, percents)
    return _resolve(seen, percents)


def _read_clause(clause: str, today: date, seen: _Seen, percents: list[int]) -> None:
    planned = bool(_PLAN.search(clause)) and not _PAST.search(clause)
    if not planned:
        percents += [p for p in read_percents(clause) if p not in percents]
    seen.afoot |= bool(_AFOOT.search(clause))
    seen.underway |= bool(_UNDERWAY.search(clause))
    seen.not_done |= bool(_OPEN_SIGN.search(clause))
    if _UNBEGUN.search(clause):
        seen.none_yet = seen.unbegun = True
    elif _NONE.fullmatch(clause):
        seen.none_yet = True
    days = list(find_days(clause, today))
    done = _DONE.search(clause)
    verdict = _verdict(clause, done, days) if done else ""
    match verdict:
        case "done":
            seen.done = True
        case "maybe":
            seen.maybe_done = True
        case "not":
            seen.not_done = True
        case "nearly":
            seen.nearly = True
        case "by day":
            seen.by_day = days[-1].day
        case _:
            pass
    if verdict not in ("done", "by day"):
        _read_expected(clause, days, planned, today, seen)


def _verdict(clause: str, done: re.Match[str], days: list[FoundDay]) -> str:
    """Say what the word for "done" amounts to in its clause."""
    before, after = clause[max(0, done.start() - 24) : done.start()], clause[done.end() : done.end() + 16]
    past = bool(_PAST.search(before)) or after.startswith("了")
    if _NOT.search(before) or _QUESTION.search(before) or "?" in after or "吗" in after:
        return "not"
    if _SOON.search(before) or _NEARLY.search(before):
        return "nearly"
    if done[0] in _WEAK and not past:
        return ""
    if (_PLAN.search(before) and not past) or _AMOUNT.match(after) or _NOT_AFTER.match(after):
        return "planned"
    if (
        _PARTLY.search(before)
        or _PARTLY_OBJECT.match(after)
        or re.search(r"\d%$|百分之(?!百)\S{1,4}$", before)
    ):
        return "partly"
    if _SUBJECT_PART.search(before) and not re.search(r"工作方案$", before):
        return "partly"
    ends = [day for day in days if day.end <= done.start()]
    if (ends or _BY.search(before)) and not past:
        return "by day" if ends and ends[-1].rolled and not ends[-1].limit else "planned"
    return "done" if _ENDS.match(after) else "maybe"


def _read_expected(clause: str, days: list[FoundDay], planned: bool, today: date, seen: _Seen) -> None:
    for found in days:
        if found.day < today:
            continue
        told = planned or found.limit
        if not told and (found.rolled or _HAPPENED.search(clause) or not _FINISHING.match(clause, found.end)):
            continue
        if _PAST.search(clause, 0, found.start) or (_HAPPENED.search(clause) and not told):
            continue
        seen.expected = max(found.day, seen.expected or found.day)


def _resolve(seen: _Seen, percents: list[int]) -> tuple[Status, ...]:
    done = Status(100, done=True, clear=True)
    if 100 in percents:
        seen.done, percents = True, [p for p in percents if p != 100]
    if seen.nearly and not percents:
        percents = [90]
    clear = bool(percents or seen.underway or seen.afoot or seen.not_done or seen.none_yet or seen.expected)
    going = Status(None, False, seen.none_yet and not seen.done, seen.expected, clear)
    if seen.unbegun and not percents:
        percents = [0]
    if percents == [0]:
        going = replace(going, none_yet=True)
    steps = tuple(replace(going, percent=p, clear=True) for p in percents[:3]) or (going,)
    if seen.done:
        against = bool(percents) and percents != [0]
        return (done, *steps) if against or seen.not_done or seen.afoot else (done,)
    if seen.by_day and not percents:
        return (done, replace(going, expected=seen.by_day, clear=True))
    if seen.maybe_done and not (percents or seen.afoot or seen.not_done or seen.expected):
        return (done, replace(going, clear=True))
    return steps


def on_course(words: str) -> bool:
    """Tell whether a department says, without a figure, that an item goes as planned (正常推进)."""
    return bool(_ON_COURSE.search(words)) and not _OFF_COURSE.search(words)
