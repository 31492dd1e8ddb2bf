"""What a coordinator orders behind a command: an item, departments, a day, a role, a reason."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from handlers.replies.dates import find_days
from handlers.replies.script import narrow, numeral
from storage.terms.statuses import ItemRole

_N = r"(\d{1,4}|[一二三四五六七八九十百]{1,5})"
_ITEM = re.compile(rf"\s*(?:第?\s?{_N}\s?[项条号件]|第?\s?{_N}(?=[\s,、:;.]|$))[\s,、:;.]*")
_YEAR = re.compile(r"\s*(20\d\d)(?:年度?)?(?=\s|$)")
_BETWEEN = re.compile(r"[\s,，、;；]+")
_TO = re.compile(r"\s*(?:→|->|=>|改派给|改派到|转给|交给)\s*")
_LEADING = re.compile(
    r"\s*(?:的?(?:时限|期限|完成时间))?(?:延期|延长|延|顺延|推迟|改期?|展期|调整)?(?:到|至|为|于|在)?[\s,:]*$"
)
_EVERYBODY = frozenset({"全部", "所有", "所有单位", "全部单位", "各单位", "各部门", "都"})
_ROLES = {
    "牵头": ItemRole.LEAD,
    "主办": ItemRole.LEAD,
    "责任": ItemRole.RESPONSIBLE,
    "负责": ItemRole.RESPONSIBLE,
    "落实": ItemRole.RESPONSIBLE,
    "配合": ItemRole.SUPPORT,
    "协办": ItemRole.SUPPORT,
    "协助": ItemRole.SUPPORT,
}
_EDGES = " \t\r\n\u3000,，;；、:：。."


@dataclass(frozen=True, slots=True)
class Order:
    """What follows the item's number. ``names`` are as typed; none means every department of the item."""

    item: int
    names: tuple[str, ...] = ()
    due: date | None = None
    role: ItemRole | None = None
    reason: str = ""


def read_dated(words: str, today: date) -> Order | None:
    """Read ``3 发改局 7月15日 等上级文件``: the departments before the day, the reason behind it."""
    head = _item(words)
    if head is None:
        return None
    item, rest = head
    plain = narrow(rest)
    for found in find_days(plain, today, loose=True):
        before = _LEADING.sub("", plain[: found.start])
        names = _names(rest[: len(before)])
        return Order(item, names, due=found.day, reason=rest[found.end :].strip(_EDGES))
    return None


def read_reasoned(words: str) -> Order | None:
    """Read ``3 发改局 等上级文件``; whether the first word names departments is for the register to say."""
    head = _item(words)
    if head is None:
        return None
    item, rest = head
    first, _, reason = rest.partition(" ")
    return Order(item, _names(first), reason=reason.strip(_EDGES))


def read_assigned(words: str) -> Order | None:
    """Read ``3 教育局、财政局 配合``; without a role it is left open."""
    head = _item(words)
    if head is None:
        return None
    item, rest = head
    parts = [part for part in _BETWEEN.split(rest) if part]
    role = next((found for part in parts if (found := _role(part))), None)
    names = tuple(part for part in parts if _role(part) is None)
    return Order(item, names, role=role) if names else None


def read_moved(words: str) -> Order | None:
    """Read ``3 发改局 教育局 职责调整``: from whom, to whom, why."""
    head = _item(words)
    if head is None:
        return None
    item, rest = head
    parts = [part for part in _BETWEEN.split(_TO.sub(" ", rest), maxsplit=2) if part]
    if len(parts) < 3:
        return None
    return Order(item, (parts[0].removeprefix("从"), parts[1]), reason=parts[2].strip(_EDGES))


def read_year(words: str) -> tuple[int | None, str]:
    """Read the year of a plan that leads an argument (``2025年 发改局``), and return the rest."""
    hit = _YEAR.match(narrow(words))
    return (int(hit[1]), words[hit.end() :].strip()) if hit else (None, words)


def read_order_item(words: str) -> int | None:
    """Read the number of an item that stands alone: ``3``, ``第3项``."""
    head = _item(words)
    return head[0] if head is not None and not head[1] else None


def _item(words: str) -> tuple[int, str] | None:
    plain = narrow(words)
    hit = _ITEM.match(plain)
    number = numeral(hit[1] or hit[2]) if hit else 0
    if hit is None or number < 1:
        return None
    return number, " ".join(words[hit.end() :].split())


def _names(words: str) -> tuple[str, ...]:
    names = tuple(part for part in _BETWEEN.split(words.strip(_EDGES)) if part)
    return () if any(name in _EVERYBODY for name in names) else names


def _role(word: str) -> ItemRole | None:
    return _ROLES.get(word.removesuffix("单位").removesuffix("部门"))
