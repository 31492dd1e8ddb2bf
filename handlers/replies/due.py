"""Due days typed by a person: alone, or at the end of a reason."""

from __future__ import annotations

import re
from datetime import date

from handlers.replies.dates import find_days
from handlers.replies.script import narrow

_MOVED = r"(?:(?:延期|延长|延|顺延|推迟|推后|改期?|放宽|展期|调整|宽限)(?:到|至|为)?)"
_WISH = r"(?:预计|计划|拟|申请|希望|请求|恳请|请|想|建议|力争|争取|能否|需要|需|并|完成时间|时限|期限)"
_LEAD = re.compile(rf"[\s,;:、]*{_WISH}{{0,3}}{_MOVED}?(?:到|至|为|在|于)?[\s:]*")
_LEAD_END = re.compile(rf"[\s,;:、。]*{_WISH}{{0,3}}(?:{_MOVED}|到|至|于)?[\s:]*$")
_TAIL = re.compile(
    r"\s*(?:之前|以前|前|内|止)?(?:再|能|可以?)?(?:完成|办结|报送|上报|完)?(?:左右|截止|为止|吧"
    r"|行吗|可否)?[\s。.!?,;]*"
)
_WANTED = re.compile(
    r"(?:(?<=[前内])|\s*(?:之前|以前|前|内))(?:再|重新)?(?:补齐|补报|补交|补正|补充|补办|重报|再报|上报|报来|提交|改好|改正|完善|整改"
    r"|反馈|回复)(?:到位|完毕|完成|齐全)?[\s。.!?,;]*"
)
_MARKED = re.compile(rf"{_MOVED}\s?$")
_EDGES = " \t\r\n\u3000,，;；、:：。."


def read_due(text: str, today: date) -> date | None:
    """Read a due day typed by a person; None when the words are not just a day."""
    plain = narrow(text).strip()
    lead = _LEAD.match(plain)
    for found in find_days(plain, today, loose=True):
        led = found.start == 0 or (lead is not None and found.start == lead.end())
        return found.day if led and _TAIL.fullmatch(plain, found.end) else None
    return None


def split_reason_and_due(text: str, today: date) -> tuple[str, date | None]:
    """Split a line of a reason and a day: the day that ends it, follows 延到, or begins it.

    A day by which something is wanted (6月10日前补齐) is the day too, and the reason keeps it. Without
    such a day the whole line is the reason.
    """
    plain = narrow(text)
    days = list(find_days(plain, today, loose=True))
    last = next((d for d in days if _TAIL.fullmatch(plain, d.end)), None)
    announced = next((d for d in days if _MARKED.search(plain, max(0, d.start - 6), d.start)), None)
    begins = (d for d in days[:1] if _LEAD.fullmatch(plain, 0, d.start))
    first = next((d for d in begins if not plain.startswith("的", d.end)), None)
    chosen = last or announced or first
    if chosen is None:
        wanted = next((d for d in days if _WANTED.fullmatch(plain, d.end)), None)
        return text.strip(), wanted.day if wanted else None
    return _without(text, plain, chosen.start, chosen.end), chosen.day


def _without(text: str, plain: str, start: int, end: int) -> str:
    """Return the text without its day and the words that only lead to it."""
    lead = _LEAD_END.search(plain, max(0, start - 24), start)
    tail = _TAIL.match(plain, end)
    before = text[: lead.start() if lead else start].strip(_EDGES)
    after = text[tail.end() if tail else end :].strip(_EDGES)
    return "，".join(part for part in (before, after) if part)
