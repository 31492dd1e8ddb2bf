"""A bare list of numbers, as typed when something is asked about several items."""

from __future__ import annotations

import re

from handlers.replies.script import CIRCLED, narrow, numeral

_PART = re.compile(
    r"(\d{1,3}|[一二三四五六七八九十]{1,3})(?:(?:-{1,2}|~|至|到)(\d{1,3}|[一二三四五六七八九十]{1,3}))?"
)
_WIDEST = 500


def read_numbers(text: str) -> tuple[int, ...] | None:
    """Read ``1 3-5``, ``1、3`` or ``第1至3项``; None when the words are anything else.

    Each number comes once, in the order written.
    """
    plain = "".join(f" {CIRCLED[c]} " if c in CIRCLED else c for c in text)
    plain = re.sub(r"\s*(-{1,2}|~|至|到)\s*", r"\1", narrow(plain))
    plain = re.sub(r"[第项条号件()\[\]#。.、,;和与及\s]+", " ", plain).strip()
    found: dict[int, None] = {}
    for word in plain.split(" "):
        hit = _PART.fullmatch(word)
        if hit is None:
            return None
        first = numeral(hit[1])
        last = numeral(hit[2]) if hit[2] else first
        if not 0 < first <= last or last - first > _WIDEST:
            return None
        found.update(dict.fromkeys(range(first, last + 1)))
    return tuple(found)
