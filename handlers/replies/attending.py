"""Reading who came to a training: ``全到``, ``缺席 2、5``, ``除3都到了``."""

from __future__ import annotations

import re

_ALL = re.compile(r"(?:全部?|都|均)(?:到|出席|参加)(?:了|齐)?[。！!]?")
_ABSENT = re.compile(r"(?:缺席?|未到|没到|没来|缺勤|除了?)")
_REST = re.compile(
    r"[\d\s、,，;；.。号人和-]|缺席?|未到|没到|没来|缺勤|除了?|其余|其他|的|都|均|全部?|到|出席|了"
)
_SPAN = re.compile(r"(\d+)\s*[-~—至]\s*(\d+)|(\d+)")


def read_absent(words: str, count: int) -> list[int] | None:
    """Return the numbers of those who did not come; None where the words do not say."""
    words = words.strip()
    if _ALL.fullmatch(words):
        return []
    if not _ABSENT.search(words) or _REST.sub("", words):
        return None
    found: list[int] = []
    for first, last, single in _SPAN.findall(words):
        found += [int(single)] if single else range(int(first), int(last) + 1)
    return sorted(set(found)) if found and all(1 <= each <= count for each in found) else None
