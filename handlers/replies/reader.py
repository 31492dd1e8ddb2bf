"""Reading a reply to a card: who answers several items in one message is understood by number."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import product

from handlers.replies.heads import Head, find_heads
from handlers.replies.readings import Ambiguity, CardItem, Entry, ReplyReading
from handlers.replies.script import blank, find_links, narrow
from handlers.replies.status import read_status

Choice = tuple[Entry, ...]
_MOST_CHOICES = 6
_MOST_ITEMS_ASKED = 5

_FIXED = re.compile(
    r"\[20\d\d\]\s?\d{1,4}号"
    r"|(?<!\d)0\d{2,3}-\d{7,8}(?!\d)"
    r"|(?<!\d)(?:[01]?\d|2[0-4]):[0-5]\d(?!\d)(?!\s?%)"
    r"|(?<!\d)20\d\d(?:年|[-./])\d{1,2}(?:月|[-./])\d{1,2}[日号]?(?!\d)"
    r"|(?<!\d)20\d\d年(?:\d{1,2}月(?:\d{1,2}[日号])?)?"
    r"|(?<=预计)\d{1,2}[./]\d{1,2}(?!\d)"
    r"|(?<![\d.])\d{1,2}\.\d{1,2}(?=\s?(?:前|之前|以前|左右|截止))"
    r"|(?<!\d)\d{1,3}(?:,\d{3})+(?!\d)"
    r"|(?<![\d第])\d{1,2}[日号](?=之?前|以前|内|左右)"
    r"|(?:附件|附表|表|图|见)\s?[(\[]\d{1,2}[)\]]"
)
_RECEIVED = re.compile(
    r"(?:好的?|嗯+|行|可以|收到|已收到|知悉|已知悉|知道了?|明白|了解|谢谢|感谢|辛苦了?|领导|遵命|照办|马上办|ok|收到了|已阅|已签收|签收|确认|[,;。!.~、\s])+"
)
_SUBJECT = (
    r"(?:我[局委办镇乡们单位厅院站中心街道]+|本[局委办镇乡单位]+|贵办|目前为?止?|截至目前|截止目前|现在?|这[些几]|上述|以上|各项|各|本月|报告"
    r"|工作|任务|事项|要点|项目|内容|整改|的|[\d一二三四五六七八九十两]{1,2}[项条件个]|已经?|[,:、\s])"
)
_ALL = re.compile(rf"{_SUBJECT}{{0,8}}(?P<all>全部|全都|都|均|全|所有|统统|一律|皆|以上|上述)(?:的|都|均|全部|是|已经?|{_SUBJECT})*")
_COUNT = re.compile(r"([\d一二三四五六七八九十两]{1,2})[项条件个]")
_ASKS = re.compile(r"[?？吗]|是否|能否")
_ALL_SIGN = re.compile(r"全|都|均|部分|没有|不是")
_EDGES = " \t\r\n\u3000,，;；、:：.。．-—=)）"


@dataclass(slots=True)
class _Told:
    """What the reading gathers before it is put together."""

    entries: dict[int, Choice] = field(default_factory=dict)
    rest: Choice = ()
    everyone: Choice = ()
    excepted: set[int] = field(default_factory=set)
    questions: list[Ambiguity] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)


class _Reply:
    """One reply with its card; the text in three forms of the same length."""

    def __init__(self, text: str, items: Sequence[CardItem], today: date) -> None:
        self.text, self.today = text, today
        self.items = {item.number: item for item in items}
        self.card = frozenset(self.items)
        self.open = [item.number for item in items if item.open] or list(self.items)
        self.links = find_links(text)
        self.plain = blank(narrow(text), self.links, ",")
        self.skeleton = _FIXED.sub(lambda hit: "§" * len(hit[0]), self.plain)

    def words(self, start: int, end: int) -> str:
        """Return what was typed between two places, without links and edges."""
        return " ".join(self._without_links(start, end).split()).strip(_EDGES)

    def _without_links(self, start: int, end: int) -> str:
        kept, at = [], start
        for link_start, link_end in self.links:
            if start <= link_start < end:
                kept.append(self.text[at:link_start])
                at = min(link_end, end)
        return " ".join([*kept, self.text[at:end]])

    def links_of(self, start: int, end: int) -> tuple[str, ...]:
        """Return the links that stand between two places."""
        return tuple(self.text[a:b] for a, b in self.links if start <= a < end)

    def say(self, start: int, end: int) -> tuple[Entry, ...]:
        """Read what is said between two places, as entries of no item yet: one per reading."""
        words, links = self.words(start, end), self.links_of(start, end)
        readings = [
            Entry(0, s.percent, s.done, words, s.expected, s.none_yet, links)
            for s in read_status(self.plain[start:end], self.today)
        ]
        bare = re.fullmatch(r"\d{1,3}", narrow(words))
        if bare and int(words) <= 100:
            number = int(words)
            readings.insert(0, Entry(0, number, number == 100, words, None, number == 0, links))
        return tuple(dict.fromkeys(readings))

    def speaks(self, start: int, end: int) -> bool:
        """Say whether the words between two places speak of progress at all."""
        return any(s.clear for s in read_status(self.plain[start:end], self.today))


def read_reply(text: str, items: Sequence[CardItem], today: date) -> ReplyReading:
    """Read a reply to a card that lists these items.

    No number is guessed: what names no item, or an unknown one, is given back as unread or as a
    question; a card of one item needs no number.
    """
    if not text.strip() or not items:
        return ReplyReading(unread=(text.strip(),) if text.strip() else ())
    reply = _Reply(text, items, today)
    if _RECEIVED.fullmatch(reply.plain.strip()) and re.search(r"收到|知悉|知道|明白|了解|好|已阅|签收|ok|遵命|照办|确认", reply.plain):
        return ReplyReading(received=True)
    heads = find_heads(reply.skeleton, reply.card)
    told = _Told()
    if _is_one_answer(reply, heads):
        _take(told, reply, _for_numbers(reply.say(0, len(text)), (reply.open[0],)), text.strip())
    else:
        _read_parts(reply, heads, told)
    return _together(reply, told)


def _is_one_answer(reply: _Reply, heads: list[Head]) -> bool:
    """A card of one item: numbered points that are not its number are points of its answer."""
    if len(reply.items) != 1:
        return False
    named = [head for head in heads if head.kind == "items"]
    if not heads or (not named and all(head.kind == "but" for head in heads)):
        return True
    return len(named) > 1 and {n for head in named for n in head.numbers} != set(reply.card)


def _read_parts(reply: _Reply, heads: list[Head], told: _Told) -> None:
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
    reply: _Reply, head: Head | None, start: int, end: int, doubtful: list[Head], told: _Told
) -> None:
    """Read from one sure head to the next: once, or in both ways where a number is in doubt."""
    if not doubtful:
        _read_plain(reply, head, start, end, told)
        return
    fragment = reply.text[start:end].strip(_EDGES)
    with_numbers = _Told()
    cuts = [head, *doubtful] if head else doubtful
    for cut, until in zip(cuts, [*(d.start for d in cuts[1:]), end], strict=True):
        _read_plain(reply, cut, cut.start, until, with_numbers)
    if head is None and (before := reply.text[start : doubtful[0].start].strip(_EDGES)) and reply.speaks(
        start, doubtful[0].start
    ):
        with_numbers.unread.append(before)
    without = _Told()
    first = doubtful[0]
    if head is not None:
        _read_plain(reply, head, start, end, without)
    elif "/" in reply.plain[first.start : first.text_at]:
        without.unread.append(fragment)
    elif len(first.numbers) > 1 and not reply.plain[start : first.start].strip():
        _read_plain(reply, _alone(reply, first), first.start, end, without)
    elif len(reply.items) == 1:
        _read_plain(reply, None, start, end, without)
    else:
        without.unread.append(fragment)
    choices = [*_choices(with_numbers), *_choices(without)]
    _settle(told, fragment, choices)


def _alone(reply: _Reply, head: Head) -> Head:
    """Read ``1 2项已完成`` as item 1, of which two are finished."""
    first = head.single[0]
    width = re.compile(r"\s*(?:第\s?)?\D?\d{1,3}\D?\s*[、,/]?\s*").match(reply.plain, head.start)
    return replace(head, numbers=(first,), text_at=width.end() if width else head.text_at, sure=True)


def _choices(told: _Told) -> list[Choice]:
    """Return the readings of a part: every entry, with each question's choices in turn."""
    sure = tuple(entry for entries in told.entries.values() for entry in entries)
    ways = product(*(question.choices for question in told.questions))
    return [sure + tuple(e for choice in way for e in choice) for way, _ in zip(ways, range(4), strict=False)]


def _settle(told: _Told, fragment: str, choices: Sequence[Choice]) -> None:
    """Keep a part's readings: one is taken, several are asked."""
    different = list({_meaning(choice): choice for choice in reversed(choices)}.values())[::-1][:_MOST_CHOICES]
    if len(different) == 1 and different[0]:
        _keep(told, fragment, different[0])
    elif any(different):
        told.questions.append(Ambiguity(fragment, tuple(different)))
    else:
        told.unread.append(fragment)


def _meaning(choice: Choice) -> tuple[Entry, ...]:
    return tuple(replace(entry, words="", links=()) for entry in choice)


def _read_plain(reply: _Reply, head: Head | None, start: int, end: int, told: _Told) -> None:
    fragment = reply.text[start:end].strip(" \t\r\n\u3000,，;；、。")
    if head is None:
        _read_unnumbered(reply, start, end, told)
    elif head.kind == "rest":
        told.rest = reply.say(head.text_at, end)
    elif head.kind == "but":
        told.excepted.update(head.numbers)
        if head.inner != (0, 0):
            numbers = [n for n in head.numbers if n in reply.card]
            _take(told, reply, _for_numbers(reply.say(*head.inner), numbers), fragment)
        if reply.words(head.text_at, end):
            told.everyone = reply.say(head.text_at, end)
    else:
        _read_items(reply, head, end, fragment, told)


def _read_items(reply: _Reply, head: Head, end: int, fragment: str, told: _Told) -> None:
    known = [number for number in dict.fromkeys(head.numbers) if number in reply.card]
    unknown = [number for number in dict.fromkeys(head.numbers) if number not in reply.card]
    if not reply.plain[head.text_at : end].strip(" ,;、。.\n") and not reply.links_of(head.text_at, end):
        told.unread.append(fragment)
    elif not known or 0 in unknown:
        told.unread.append(fragment)
    else:
        told.unread += [str(number) for number in unknown]
        _take(told, reply, _for_numbers(reply.say(head.text_at, end), known), fragment)


def _for_numbers(readings: Sequence[Entry], numbers: Sequence[int]) -> list[Choice]:
    return [tuple(replace(reading, number=number) for number in numbers) for reading in readings]


def _take(told: _Told, reply: _Reply, choices: list[Choice], fragment: str) -> None:
    _settle(told, fragment, choices)


def _keep(told: _Told, fragment: str, entries: Choice) -> None:
    """Keep entries; an item named twice with different meanings becomes a question."""
    for entry in entries:
        before = told.entries.get(entry.number)
        if before is None:
            told.entries[entry.number] = (entry,)
        elif _meaning(before) == _meaning((entry,)):
            if entry.words != before[0].words:
                told.entries[entry.number] = (replace(
                    before[0], words=f"{before[0].words}，{entry.words}", links=before[0].links + entry.links),)
        else:
            del told.entries[entry.number]
            told.questions.append(Ambiguity(fragment, (before, (entry,))))


def _read_unnumbered(reply: _Reply, start: int, end: int, told: _Told) -> None:
    """Read words before any number: of all, of the only item, or of nothing that can be told."""
    fragment = reply.text[start:end].strip(_EDGES)
    if not fragment:
        return
    if len(reply.items) == 1:
        _take(told, reply, _for_numbers(reply.say(start, end), (reply.open[0],)), fragment)
        return
    plain = reply.plain[start:end].strip()
    every = _ALL.match(plain)
    counts = {int(hit) if hit.isdigit() else "零一二三四五六七八九十".find(hit)
              for hit in _COUNT.findall(every[0])} if every else set()
    asked = bool(_ASKS.search(plain))
    if every and not asked and counts <= {len(reply.open), len(reply.items)} and reply.speaks(start, end):
        told.everyone = reply.say(start, end)
    elif not asked and not _ALL_SIGN.search(plain) and not counts and _starts_with_status(reply, start, end):
        told.unread.append(fragment)
        told.questions.append(Ambiguity(fragment, tuple((entry,) for entry in reply.say(start, end))))
    elif reply.speaks(start, end) or start == 0 and end == len(reply.text):
        told.unread.append(fragment)


def _starts_with_status(reply: _Reply, start: int, end: int) -> bool:
    first = re.split(r"[,;。\s]", reply.plain[start:end].strip())[0]
    return len(first) <= 12 and any(s.clear for s in read_status(first, reply.today))


def _together(reply: _Reply, told: _Told) -> ReplyReading:
    """Put the parts together: what is said of all holds for whatever is not named itself."""
    asked = [q for q in told.questions if any(e.number == 0 for c in q.choices for e in c)]
    told.questions = [q for q in told.questions if q not in asked]
    named = set(told.entries) | {e.number for q in told.questions for c in q.choices for e in c}
    others = [n for n in reply.open if n not in named and n not in told.excepted]
    if told.everyone and others:
        _settle(told, told.everyone[0].words, _for_numbers(told.everyone, others))
    for question in asked:
        _ask_which(told, question, others)
    rest = told.rest[0] if len(told.rest) == 1 else None
    if len(told.rest) > 1:
        told.questions.append(Ambiguity(told.rest[0].words, tuple((entry,) for entry in told.rest)))
    entries = tuple(entry for kept in told.entries.values() for entry in kept)
    return ReplyReading(entries, rest, tuple(told.questions), tuple(told.unread))


def _ask_which(told: _Told, question: Ambiguity, others: list[int]) -> None:
    """Words without a number: ask of which item, where that is a handful of buttons."""
    if not 0 < len(others) <= _MOST_ITEMS_ASKED or len(question.choices) != 1:
        return
    told.unread.remove(question.fragment)
    said = question.choices[0]
    choices = [*_for_numbers(said, others[:0])]
    choices = [tuple(replace(entry, number=number) for entry in said) for number in others]
    choices.append(tuple(replace(said[0], number=number) for number in others) if len(others) > 1 else ())
    told.questions.append(Ambiguity(question.fragment, tuple(choices)))
