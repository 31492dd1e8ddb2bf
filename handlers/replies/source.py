"""One reply with the card it answers, ready to be read piece by piece."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from handlers.replies.readings import CardItem, Entry
from handlers.replies.script import blank, find_links, narrow
from handlers.replies.status import read_status

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
EDGES = " \t\r\n\u3000,，;；、:：.。．-—=/|→"


class Reply:
    """The reply in three forms of the same length: as typed, narrowed, and with fixed numbers blanked."""

    def __init__(self, text: str, items: Sequence[CardItem], today: date) -> None:
        self.text, self.today = text, today
        self.items = {item.number: item for item in items}
        self.card = frozenset(self.items)
        self.open = [item.number for item in items if item.open] or list(self.items)
        self.links = find_links(text)
        self.plain = blank(narrow(text), self.links, ",")
        self.skeleton = _FIXED.sub(lambda hit: "§" * len(hit[0]), blank(self.plain, self.links, "§"))

    def words(self, start: int, end: int) -> str:
        """Return what was typed between two places, without links and edges."""
        words = " ".join(self._without_links(start, end).split()).strip(EDGES)
        for opening, closing in ("（）", "()", "[]", "【】"):
            if words.count(opening) < words.count(closing):
                words = words.removesuffix(closing).rstrip(EDGES)
            elif words.count(opening) > words.count(closing):
                words = words.removesuffix(opening).rstrip(EDGES)
        return words

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
