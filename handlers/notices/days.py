"""Numbers as officials write them, and the last days of months, quarters and years."""

from __future__ import annotations

from calendar import monthrange
from datetime import MAXYEAR, MINYEAR, date

_DIGITS = {char: value for value, char in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}


def number(written: str) -> int | None:
    """Read ``12``, ``十二``, ``二十五`` or ``两``; None when it is no number below a thousand."""
    if written.isdecimal():
        return int(written)
    tens, ten, ones = written.rpartition("十")
    if not ten:
        return _DIGITS.get(written)
    high = _DIGITS.get(tens) if tens else 1
    low = _DIGITS.get(ones) if ones else 0
    return None if high is None or low is None else high * 10 + low


def year_in_words(written: str) -> int | None:
    """Read ``2026`` or ``二〇二六``."""
    digits = [str(_DIGITS.get(char, char)) for char in written.replace("○", "〇").replace("Ｏ", "〇")]
    joined = "".join(digits)
    return int(joined) if joined.isdecimal() and len(joined) == 4 else None


def day(year: int, month: int | None, of_month: int | None) -> date | None:
    """Return the date, or None when there is no such day."""
    if month is None or of_month is None or not MINYEAR <= year <= MAXYEAR or not 1 <= month <= 12:
        return None
    if not 1 <= of_month <= monthrange(year, month)[1]:
        return None
    return date(year, month, of_month)


def month_end(year: int, month: int | None) -> date | None:
    """Return the last day of a month, or None when there is no such month."""
    if month is None or not MINYEAR <= year <= MAXYEAR or not 1 <= month <= 12:
        return None
    return date(year, month, monthrange(year, month)[1])


def months_later(start: date, months: int) -> date | None:
    """Return the same day so many months later, or the last day of a shorter month."""
    index = start.year * 12 + start.month - 1 + months
    last = month_end(index // 12, index % 12 + 1)
    return None if last is None else last.replace(day=min(start.day, last.day))
