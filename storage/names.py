"""Finding the department that a written name may mean, to be offered, never taken unasked."""

from __future__ import annotations

import re
from collections.abc import Iterable

from storage.terms.names import normalise_name

NEAR = 68
"""The least score worth offering. Measured on 81 pairs that mean one office and 63 alike that do not
(``tests/corpus/names.py``): precision and recall are 0.83 and 0.99 at 55, 0.98 and 0.99 from 60 to 70, 1.00
and 0.85 at 80. The lowest right pair scores 71, save a name that was changed (环保局): an alias tells that.
"""

BELOW = 55
"""What names score at most that tell themselves apart."""

_NUMBERS = frozenset("一二三四五六七八九十")
_OUTPOST = re.compile(r"(?:[所站村]|社区)$")
_HEAD = re.compile(r"^.{0,6}?(?:自治区|[省市县区])(?=.{2})")
_TAIL = re.compile(
    r"(?:管理委员会|工作委员会|委员会|管委会|人民政府|街道办事处|办事处|办公室|管理局|监督局|事务局|服务中心"
    r"|街道|[局委办部院所站队会镇乡])$"
)


def near_names(
    name: str, candidates: Iterable[str], limit: int = 5, least: int = NEAR
) -> list[tuple[str, int]]:
    """Return the candidates that the name may mean with their scores (0 to 100), best first.

    An office is called by some characters of its full name in their order (发改局 for
    市发展和改革局), so what counts is how much of the shorter name runs through the longer one;
    heads (市, 灵山县) and tails (局, 办公室) that many share count little.
    """
    wanted = normalise_name(name)
    scored = ((each, _score(wanted, normalise_name(each))) for each in candidates)
    near = [pair for pair in scored if pair[1] >= least]
    return sorted(near, key=lambda pair: (-pair[1], len(pair[0]), pair[0]))[: max(limit, 0)]


def _score(one: str, other: str) -> int:
    if not one or not other:
        return 0
    if one == other:
        return 100
    most = BELOW if _apart(one, other) else 99
    return min(most, max(_likeness(_stem(one), _stem(other)), _likeness(one, other) - 10))


def _likeness(one: str, other: str) -> int:
    from rapidfuzz.distance import LCSseq
    from rapidfuzz.fuzz import ratio

    short, long = sorted((one, other), key=len)
    run = LCSseq.similarity(short, long) / len(short)
    begins = 10 if short[0] == long[0] else 0
    return round(65 * run + 0.25 * ratio(short, long) + begins * run)


def _stem(name: str) -> str:
    headless = _HEAD.sub("", name)
    # 高新区管委会: what is left must say more than that it is an office.
    headless = (headless if _TAIL.sub("", headless) else name).replace("人民政府", "政府")
    return _TAIL.sub("", headless) or headless


def _apart(one: str, other: str) -> bool:
    """Say whether two names tell themselves apart: by a number (一中, 二中), or as office and outpost."""
    numbers = [{c for c in _stem(name) if c in _NUMBERS} for name in (one, other)]
    return (numbers[0] != numbers[1] and all(numbers)) or bool(_OUTPOST.search(one)) != bool(
        _OUTPOST.search(other)
    )
