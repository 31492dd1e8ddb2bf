"""How long words are, and where they may be cut: as chat platforms count them, in UTF-16 units."""

from __future__ import annotations

import re

JOINED = re.compile(
    "[\u0300-\u036f\u200d\u20d0-\u20ff\ufe00-\ufe0f\U0001f3fb-\U0001f3ff\U000e0020-\U000e007f]"
)
"""Signs that belong to the one before them: accents, joiners, variants, shades of skin, flags' letters."""

JOINER = "\u200d"
MOST_JOINED = 40
"""Signs looked back over for the beginning of what is joined."""


def units(words: str) -> int:
    """Count as platforms do: a sign beyond the basic plane, as most emoji are, counts twice."""
    return len(words) if words.isascii() else len(words) + sum(1 for sign in words if sign > "\uffff")


def cut(words: str, most: int) -> tuple[str, str]:
    """Return the longest beginning of at most so many units, and the rest; what is joined stays together."""
    if units(words) <= most:
        return words, ""
    at, size = 0, 0
    while at < len(words) and (size := size + (2 if words[at] > "\uffff" else 1)) <= most:
        at += 1
    whole = at
    while at > max(0, whole - MOST_JOINED) and _is_joined(words, at):
        at -= 1
    at = whole if at == 0 or _is_joined(words, at) else at
    at = max(at, 1)
    return words[:at], words[at:]


def _is_joined(words: str, at: int) -> bool:
    return JOINED.match(words[at]) is not None or words[at - 1] == JOINER


def pieces(words: str, most: int) -> list[str]:
    """Cut words into pieces of at most so many units; empty words are one empty piece."""
    found = []
    piece, rest = cut(words, most)
    while rest:
        found.append(piece)
        piece, rest = cut(rest, most)
    return [*found, piece]
