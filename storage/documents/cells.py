"""What may stand in a cell: words that no spreadsheet takes for a formula, and how much room they need."""

from __future__ import annotations

import re
from datetime import date, datetime
from math import ceil

from storage.terms.clock import OFFICE_ZONE

LONGEST = 32_767
"""UTF-16 units that a cell of xlsx can hold."""

_DANGEROUS = "=+-@\t\n＝＋－＠"
_HARMLESS = re.compile(r"[-+]?\d+(?:\.\d+)?%?|-+|[-－] *[^\x00-\x7f＝＋－][^|!(（=]*")
_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff\ud800-\udfff]")
_BAD_IN_SHEET_NAME = re.compile(r"[\[\]:*?/\\\x00-\x1f]")


def safe_text(words: str) -> str:
    """Return the words so that no spreadsheet runs them, even after a way through csv.

    By OWASP's advice on CSV injection an apostrophe goes before what a formula begins with;
    plain numbers, a mere dash and a dash that lists Chinese words stay as they are. What a cell
    cannot hold is dropped.
    """
    clean = _UNPRINTABLE.sub("", words.replace("\r\n", "\n").replace("\r", "\n"))
    begins = clean.lstrip(" ")[:1]
    if begins and begins in _DANGEROUS and not _HARMLESS.fullmatch(clean.strip(" ")):
        clean = f"'{clean}"
    if clean.startswith("<r>"):
        # xlsxwriter takes such words for rich text of its own making and writes them unescaped.
        clean = f" {clean}"
    return clean if len(clean) <= LONGEST // 2 else _cut(clean, LONGEST)


def sheet_name(words: str, taken: frozenset[str] = frozenset()) -> str:
    """Return a name that a sheet may bear, different from those taken."""
    base = _BAD_IN_SHEET_NAME.sub(" ", _UNPRINTABLE.sub("", words)).strip(" '")
    base = _cut(base, 31, "").strip(" '") or "-"
    # Excel keeps one name for itself.
    lower = {"history", *(each.casefold() for each in taken)}
    names = (base if n == 1 else f"{_cut(base, 27, '')} ({n})" for n in range(1, len(lower) + 2))
    return next(name for name in names if name.casefold() not in lower)


def _cut(words: str, most: int, mark: str = "…") -> str:
    """Cut words to so many UTF-16 units, in which spreadsheets count."""
    units = words.encode("utf-16-le")
    if len(units) <= 2 * most:
        return words
    return units[: 2 * (most - len(mark))].decode("utf-16-le", "ignore") + mark


def footer_text(words: str) -> str:
    """Return the words as a footer may bear them: one line, its codes for fonts and pages defused."""
    return " ".join(_UNPRINTABLE.sub("", words).split())[:60].replace("&", "&&")


def naive(moment: date | datetime) -> date | datetime:
    """Return a moment in the office's time without its zone, since cells know none."""
    if isinstance(moment, datetime) and moment.tzinfo is not None:
        local = moment if moment.tzinfo is OFFICE_ZONE else moment.astimezone(OFFICE_ZONE)
        return local.replace(tzinfo=None)
    return moment


def width_of(words: str) -> float:
    """Return how many columns of a fixed-width font the words take: Chinese ones two each."""
    # UTF-8 gives a Chinese character three bytes and a Latin one a single one; counting them is
    # many times faster than asking for each character's width.
    return (len(words.encode("utf-8", "replace")) + len(words)) / 2


def lines_of(words: str, width: float) -> int:
    """Return how many lines the words fill when wrapped in a column of that width."""
    room = max(width - 1.5, 2)
    return sum(max(1, ceil(width_of(line) / room)) for line in words.split("\n"))
