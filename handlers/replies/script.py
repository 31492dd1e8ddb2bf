"""How things are written on a phone: widths of characters, numerals, links."""

from __future__ import annotations

import re

CIRCLED = {chr(0x2460 + i): i + 1 for i in range(20)} | {chr(0x2488 + i): i + 1 for i in range(20)}
CIRCLED |= {chr(0x2474 + i): i + 1 for i in range(20)} | {chr(0x2776 + i): i + 1 for i in range(10)}
CIRCLED |= {chr(0x3251 + i): i + 21 for i in range(15)} | {chr(0x3220 + i): i + 1 for i in range(10)}
"""Digits in a circle, in brackets or with a full stop, each a single character."""

_NARROW = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
_NARROW |= {ord(c): ord(" ") for c in "\u3000\u00a0\t\u2002\u2003\u200b\ufeff"}
_NARROW |= {ord(c): ord("-") for c in "-‐‑‒–—―−－"}
_NARROW |= {
    ord("﹪"): ord("%"),
    ord("｡"): ord("。"),
    ord("､"): ord("、"),
    ord("～"): ord("~"),
    ord("〜"): ord("~"),
}
_NARROW |= {ord(a): ord(b) for a, b in zip("〔【［〕】］\r", "[[[]]]\n", strict=True)}
_NARROW |= {code: code + 32 for code in range(ord("A"), ord("Z") + 1)}
_NARROW |= {code: code - 0xFEE0 + 32 for code in range(0xFF21, 0xFF3B)}

_URL = re.compile(r"(?:https?://|www\.)[!-~]+", re.IGNORECASE)
_URL_TAIL = re.compile(r"[.,;:!?)\]}>'\"]+$")
_DIGITS = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}


def narrow(text: str) -> str:
    """Return the text of the same length in half-width, lower-case characters."""
    return text.translate(_NARROW)


def find_links(text: str) -> list[tuple[int, int]]:
    """Return where the links stand in the text."""
    spans = []
    for hit in _URL.finditer(text):
        end = hit.end() - len(tail.group()) if (tail := _URL_TAIL.search(hit.group())) else hit.end()
        spans.append((hit.start(), end))
    return spans


def blank(text: str, spans: list[tuple[int, int]], sign: str) -> str:
    """Return the text with the spans overwritten by a sign, its length unchanged."""
    parts, at = [], 0
    for start, end in spans:
        parts += [text[at:start], sign * (end - start)]
        at = end
    return "".join([*parts, text[at:]])


def numeral(written: str) -> int:
    """Return the number a short Arabic or Chinese numeral below two hundred stands for; 0 if none."""
    if written.isascii() and written.isdigit():
        return int(written)
    total, digit = 0, 0
    for sign in written:
        if sign == "百":
            total, digit = total + max(digit, 1) * 100, 0
        elif sign == "十":
            total, digit = total + max(digit, 1) * 10, 0
        elif sign in _DIGITS:
            digit = _DIGITS[sign]
        else:
            return 0
    return total + digit
