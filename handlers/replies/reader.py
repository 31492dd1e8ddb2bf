"""Reading a reply to a card: who answers several items in one message is understood by number."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from handlers.replies.heads import Head, find_heads
from handlers.replies.readings import Ambiguity, CardItem, ReplyReading
from handlers.replies.script import numeral
from handlers.replies.source import EDGES, Reply
from handlers.replies.status import read_status
from handlers.replies.told import Told, all_ways, for_numbers, same_meaning, settle

_MOST_ITEMS_ASKED = 5

_RECEIVED = re.compile(
    r"(?:好的?|嗯+|行|可以|收到|已收到|知悉|已知悉|知道了?|明白|了解|谢谢|感谢|辛苦了?|领导|遵命"
    r"|照办|(?:马上|立即|抓紧|尽快|认真)(?:办理?|落实|处理)|遵照执行|ok|收到了|已阅|已签收|签收|确认|[,;。!.~、\s])+"
)
_SUBJECT = (
    r"(?:我[局委办镇乡们单位厅院站中心街道]+|本[局委办镇乡单位]+|贵办|目前为?止?|截至目前|截止目前"
    r"|现在?|这[些几]|上述|以上|各|本月|报告|负责|承担|牵头|涉及"
    r"|工作|任务|事项|要点|项目|内容|整改|的|[\d一二三四五六七八九十两]{1,2}[项条件个]|已经?|[,:、\s])"
)
_ALL = re.compile(
    rf"{_SUBJECT}{{0,8}}(?P<all>全部|全都|都|均|全|所有|统统|一律|皆|以上|上述|各项)(?:的|都|均|全部|是"
    rf"|已经?|{_SUBJECT})*"
)
_COUNT = re.compile(r"([\d一二三四五六七八九十两]{1,2})[项条件个]")
_ASKS = re.compile(r"[?？吗]|是否|能否|请问|怎么|如何")
_ALL_SIGN = re.compile(r"全|都|均|部分|没有|不是")


def read_reply(text: str, items: Sequence[CardItem], today: date) -> ReplyReading:
    """Read a reply to a card that lists these items.

    No number is guessed: what names no item, or an unknown one, is given back as unread or as a
    question; a card of one item needs no number.
    """
    if not text.strip() or not items:
        return ReplyReading(unread=(text.strip(),) if text.strip() else ())
    reply = Reply(text, items, today)
    if _RECEIVED.fullmatch(reply.plain.strip()) and re.search(
        r"收到|知悉|知道|明白|了解|好|已阅|签收|ok|遵命|照办|确认", reply.plain
    ):
        return ReplyReading(received=True)
    heads = find_heads(reply.skeleton, reply.card)
    told = Told()
    if _is_one_answer(reply, heads):
        _read_unnumbered(reply, 0, len(text), told)
    else:
        _read_parts(reply, heads, told)
    return _together(reply, told)


def _is_one_answer(reply: Reply, heads: list[Head]) -> bool:
    """A card of one item: numbered points that are not its number are points of its answer."""
    if len(reply.items) != 1:
        return False
    named = [head for head in heads if head.kind == "items"]
    if not heads or (not named and all(head.kind == "but" for head in heads)):
        return True
    return len(named) > 1 and {n for head in named for n in head.numbers} != set(reply.card)


def _read_parts(reply: Reply, heads: list[Head], told: Told) -> None:
    sure = [head for head in heads if head.sure]
    bounds = [0, *(head.start for head in sure), len(reply.text)]
    doubts: dict[int, list[Head]] = {}
    part = 0
    for head in heads:
        part += head.sure
        if not head.sure:
            doubts.setdefault(part, []).append(head)
    _read_part(reply, None, bounds[0], bounds[1], doubts.get(0, []), told)
    for part, (head, end) in enumerate(zip(sure, bounds[2:], strict=True), 1):
        _read_part(reply, head, head.start, end, doubts.get(part, []), told)


def _read_part(
    reply: Reply, head: Head | None, start: int, end: int, doubtful: list[Head], told: Told
) -> None:
    """Read from one sure head to the next: once, or in both ways where a number is in doubt."""
    if not doubtful:
        _read_plain(reply, head, start, end, told)
        return
    if head and head.kind != "items":
        _read_plain(reply, head, start, doubtful[0].start, told)
        head, start = None, doubtful[0].start
    fragment = reply.text[start:end].strip(EDGES)
    with_numbers = Told()
    cuts = [head, *doubtful] if head else doubtful
    for cut, until in zip(cuts, [*(d.start for d in cuts[1:]), end], strict=True):
        _read_plain(reply, cut, cut.start, until, with_numbers)
    if (
        head is None
        and (before := reply.text[start : doubtful[0].start].strip(EDGES))
        and reply.speaks(start, doubtful[0].start)
    ):
        with_numbers.unread.append(before)
    without = Told()
    first = doubtful[0]
    if head is not None:
        _read_plain(reply, head, start, end, without)
    elif _is_spaced_list(reply, first) and not reply.plain[start : first.start].strip():
        _read_plain(reply, _alone(reply, first), first.start, end, without)
    elif len(reply.items) == 1:
        _read_plain(reply, None, start, end, without)
    else:
        without.unread.append(fragment)
    choices = [*all_ways(with_numbers), *all_ways(without)]
    settle(told, fragment, choices)


def _is_spaced_list(reply: Reply, head: Head) -> bool:
    return len(head.numbers) > 1 and "/" not in reply.plain[head.start : head.text_at]


def _alone(reply: Reply, head: Head) -> Head:
    """Read ``1 2项已完成`` as item 1, of which two are finished."""
    first = head.single[0]
    width = re.compile(r"\s*(?:第\s?)?\D?\d{1,3}\D?\s*[、,/]?\s*").match(reply.plain, head.start)
    return replace(head, numbers=(first,), text_at=width.end() if width else head.text_at, sure=True)


def _read_plain(reply: Reply, head: Head | None, start: int, end: int, told: Told) -> None:
    fragment = reply.text[start:end].strip(" \t\r\n\u3000,，;；、。")
    if head is None:
        _read_unnumbered(reply, start, end, told)
    elif head.kind == "rest":
        told.rest = reply.say(head.text_at, end)
    elif head.kind == "but":
        told.excepted.update(head.numbers)
        told.unread += [str(number) for number in head.numbers if number not in reply.card]
        if head.inner != (0, 0):
            numbers = [n for n in head.numbers if n in reply.card]
            settle(told, fragment, for_numbers(reply.say(*head.inner), numbers))
        if reply.words(head.text_at, end):
            told.everyone = reply.say(head.text_at, end)
        elif head.inner == (0, 0):
            told.exceptions.append(fragment)
    else:
        _read_items(reply, head, end, fragment, told)


def _read_items(reply: Reply, head: Head, end: int, fragment: str, told: Told) -> None:
    known = [number for number in dict.fromkeys(head.numbers) if number in reply.card]
    unknown = [number for number in dict.fromkeys(head.numbers) if number not in reply.card]
    said = reply.plain[head.text_at : end].strip(" ,;、。.\n") or reply.links_of(head.text_at, end)
    if not said or not known or 0 in unknown:
        told.unread.append(fragment)
    else:
        told.unread += [str(number) for number in unknown]
        settle(told, fragment, for_numbers(reply.say(head.text_at, end), known))


def _read_unnumbered(reply: Reply, start: int, end: int, told: Told) -> None:
    """Read words before any number: of all, of the only item, or of nothing that can be told."""
    fragment = reply.text[start:end].strip(EDGES)
    if not fragment:
        return
    asked = bool(_ASKS.search(reply.plain, start, end))
    if len(reply.items) == 1 and not (asked and not reply.speaks(start, end)):
        settle(told, fragment, for_numbers(reply.say(start, end), (reply.open[0],)))
        return
    plain = reply.plain[start:end].strip()
    every = _ALL.match(plain)
    counts = {numeral(count) for count in _COUNT.findall(every[0])} if every else set()
    if every and not asked and counts <= {len(reply.open), len(reply.items)} and reply.speaks(start, end):
        told.everyone = reply.say(start, end)
    elif not asked and not _ALL_SIGN.search(plain) and not counts and _starts_with_status(reply, start, end):
        told.unread.append(fragment)
        told.questions.append(Ambiguity(fragment, tuple((entry,) for entry in reply.say(start, end))))
    elif reply.speaks(start, end) or (start == 0 and end == len(reply.text)):
        told.unread.append(fragment)


def _starts_with_status(reply: Reply, start: int, end: int) -> bool:
    first = re.split(r"[,;。\s]", reply.plain[start:end].strip())[0]
    return len(first) <= 12 and any(s.clear for s in read_status(first, reply.today))


def _together(reply: Reply, told: Told) -> ReplyReading:
    """Put the parts together: what is said of all holds for whatever is not named itself."""
    _fold_repeats(told)
    if not told.everyone:
        told.unread += told.exceptions
    asked = [q for q in told.questions if any(e.number == 0 for c in q.choices for e in c)]
    told.questions = [q for q in told.questions if q not in asked]
    named = set(told.entries) | {e.number for q in told.questions for c in q.choices for e in c}
    others = [n for n in reply.open if n not in named and n not in told.excepted]
    if told.everyone and others:
        settle(told, told.everyone[0].words, for_numbers(told.everyone, others))
    for question in asked:
        _ask_which(told, question, others)
    rest = told.rest[0] if len(told.rest) == 1 else None
    if len(told.rest) > 1:
        told.questions.append(Ambiguity(told.rest[0].words, tuple((entry,) for entry in told.rest)))
    entries = tuple(entry for kept in told.entries.values() for entry in kept)
    return ReplyReading(entries, rest, tuple(told.questions), tuple(told.unread))


def _fold_repeats(told: Told) -> None:
    """What is said again of an item already asked about is one more answer to choose."""
    for place, question in enumerate(told.questions):
        numbers = {entry.number for choice in question.choices for entry in choice}
        again = told.entries.get(next(iter(numbers))) if len(numbers) == 1 else None
        if again is None:
            continue
        del told.entries[again[0].number]
        if not any(same_meaning(again, choice) for choice in question.choices):
            told.questions[place] = replace(question, choices=(*question.choices, again))


def _ask_which(told: Told, question: Ambiguity, others: list[int]) -> None:
    """Words without a number: ask of which item, where that is a handful of buttons."""
    if not 0 < len(others) <= _MOST_ITEMS_ASKED or len(question.choices) != 1:
        return
    told.unread.remove(question.fragment)
    said = question.choices[0]
    choices = [tuple(replace(entry, number=number) for entry in said) for number in others]
    choices.append(tuple(replace(said[0], number=number) for number in others) if len(others) > 1 else ())
    told.questions.append(Ambiguity(question.fragment, tuple(choices)))
