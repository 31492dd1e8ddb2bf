"""Shares of an item that is done: 60%, 六成五, 三分之二, 过半."""

from __future__ import annotations

import re

from handlers.replies.script import numeral

_CN = "一二三四五六七八九"
_SHARE = re.compile(
    r"(?P<low>\d{1,3}(?:\.\d{1,2})?)%?[-~至到](?P<high>\d{1,3}(?:\.\d{1,2})?)%"
    r"|(?<![\d.])(?P<percent>\d{1,3}(?:\.\d{1,2})?)%"
    rf"|百分之(?P<words>[{_CN}十百零两]{{1,4}})"
    rf"|(?P<tenths>[{_CN}]|(?<!\d)[1-9])[{_CN}]?成(?P<more>[{_CN}半])?(?![立员为果功效本长就品人套绩了])"
    rf"|(?P<below>[{_CN}十]{{1,2}})分之(?P<above>[{_CN}十]{{1,2}})"
    r"|(?<=完成)(?P<over>\d{1,2})/(?P<under>\d{1,2})(?!\d)"
    r"|(?<=进度)(?P<bare>\d{1,2})$"
    r"|(?P<large>一?大半|多半)"
    r"|(?P<half>过半|超半|一半以上|超过一半)"
    r"|(?P<under_half>近半|接近一半|不到一半|将近一半)"
    r"|(?P<even>一半|半数)"
    r"|(?P<last>接近尾声|进入尾声|收尾阶段|正在收尾|扫尾)"
)
_OTHER_RATE = re.compile(
    r"(?:(?<!完成)(?<!落实)(?<!推进)(?<!执行)(?<!整改)率|满意度|覆盖面|占比?|比例|比重|同比\D{0,4}"
    r"|环比\D{0,4}|高于\D{0,4}|低于\D{0,4})[为是达到至约超过已]*$"
    r"|(?:上次|上月|上周|上期|上季度|去年|此前|原来?|之前)[^,]{0,6}$"
    r"|(?:提高|提升|增长|增加|上升|下降|减少|降低|超过\D{1,4})了?[约超过]*$"
)
_LEFT = re.compile(r"(?:还差|还剩|仅剩|剩余|剩下|剩|差|还有)(?:约|大约|不到)?$")
_HALF_OF = re.compile(r"(?:^|完成|任务|进度|进展|了|约|已|推进|到|工作|量|经|才|刚|时间|大概)$")


_VAGUE = {"large": 60, "half": 50, "under_half": 45, "even": 50, "last": 90}


def read_percents(clause: str) -> list[int]:
    """Return the shares that a clause states of the item itself, as whole percents from 0 to 100."""
    found = []
    for hit in _SHARE.finditer(clause):
        before = clause[max(0, hit.start() - 12) : hit.start()]
        percent = _percent(hit, before)
        if percent is None or not 0 <= percent <= 100 or _OTHER_RATE.search(before):
            continue
        found.append(100 - percent if _LEFT.search(before) else percent)
    return found


def _percent(hit: re.Match[str], before: str) -> int | None:
    match hit.lastgroup:
        case "high":
            return int(float(hit["high"] if before.endswith("从") else hit["low"]))
        case "percent":
            return None if before.endswith("从") else int(float(hit["percent"]))
        case "bare":
            return int(hit["bare"])
        case "words":
            return numeral(hit["words"])
        case "tenths" | "more":
            return numeral(hit["tenths"]) * 10 + (5 if hit["more"] == "半" else numeral(hit["more"] or ""))
        case "above":
            return _fraction(numeral(hit["above"]), numeral(hit["below"]))
        case "under":
            return _fraction(int(hit["over"]), int(hit["under"]))
        case name:
            of_item = name == "last" or _HALF_OF.search(before)
            return _VAGUE[name or ""] if of_item else None


def _fraction(above: int, below: int) -> int | None:
    return round(100 * above / below) if 0 < above <= below else None
