"""What a coordinator decides in a reply to a card of submissions."""

from __future__ import annotations

import re
from dataclasses import dataclass

from handlers.replies.numbers import read_numbers

_EVERY = ("全部通过", "都通过", "全部同意", "都同意")
_APPROVE = ("同意办结", "审核通过", "通过", "同意", "可以", "销号", "ok")
_RETURN = ("不通过", "不同意", "退回", "打回")
_EDGES = " \t\n，,、:：。.!！"


@dataclass(frozen=True, slots=True)
class Decision:
    """Approve or return; which numbers of the card (none named: ``every`` tells whether all are meant)."""

    approve: bool
    numbers: tuple[int, ...] = ()
    every: bool = False
    reason: str = ""


def read_decision(words: str) -> Decision | None:
    """Read ``通过``, ``1 3 通过``, ``全部通过``, ``退回 2 缺材料 7月15日``; None when it is no decision."""
    words = words.strip()
    for verb in _RETURN:
        before, found, after = words.partition(verb)
        numbers = read_numbers(before) if before.strip(_EDGES) else ()
        if found and numbers is not None:
            return _returned(numbers, after.strip(_EDGES))
    if any(words.strip(_EDGES) == every for every in _EVERY):
        return Decision(approve=True, every=True)
    for verb in _APPROVE:
        before, found, after = words.lower().partition(verb)
        if found:
            rest = f"{before} {after.strip(_EDGES)}".strip(_EDGES)
            numbers = read_numbers(rest) if rest else ()
            return None if numbers is None else Decision(approve=True, numbers=numbers)
    return None


def _returned(numbers: tuple[int, ...], after: str) -> Decision:
    if not numbers:
        head, _, tail = after.partition(" ")
        named = read_numbers(head) if head else None
        if named:
            return Decision(approve=False, numbers=named, reason=tail.strip(_EDGES))
    return Decision(approve=False, numbers=numbers, reason=after)


_GIVE = re.compile(r"^\s*(?:请|应)?(?:改派|转办|转交|转|改|派|由)?(?:给|到|至)?\s*")


def without_giving(words: str) -> str:
    """Return a typed name without the words that only say it is given something: 改派给教育局."""
    return _GIVE.sub("", words)
