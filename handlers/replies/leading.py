"""The number of an item in front of other words, as commands take it."""

from __future__ import annotations

import re

from handlers.replies.script import CIRCLED, narrow

_NUMBER = re.compile(r"\s*第?\s*(\d{1,3})\s*(?:[项条](?!\d))?(?![\d%月日年/-]|\.\d)[\s、,，.:：;；)）]*")
"""A number that does not begin a day: neither the 7 of 7月15日 nor that of 7.15."""


def split_number(text: str) -> tuple[int, str] | None:
    """Split ``3 需等文件`` into the number and the words behind it; None when no number leads."""
    plain = "".join(f"{CIRCLED[sign]} " if sign in CIRCLED else sign for sign in text)
    hit = _NUMBER.match(narrow(plain))
    return None if hit is None else (int(hit[1]), plain[hit.end() :].strip())
