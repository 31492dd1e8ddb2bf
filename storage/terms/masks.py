"""Private data is hidden before anything is stored: enough stays to see what it was.

Masked are identity numbers (checksum), mobile numbers, bank cards (Luhn), number plates and home
addresses. Links are spared, and so are document numbers, days, amounts, hotlines and landlines.
Masking what is masked changes nothing.
"""

from __future__ import annotations

import re
from datetime import date

_SEPARATORS = " \t\u3000\u00a0\u2002\u2003\u200b·.-‐‑‒–—－"
_WIDE = {code: code - 0xFEE0 for code in range(0xFF10, 0xFF1A)}
_WIDE |= {
    ord("Ｘ"): ord("x"),
    ord("ｘ"): ord("x"),
    ord("X"): ord("x"),
    ord("＋"): ord("+"),
    ord("＃"): ord("#"),
}
_WIDE |= {code: code - 0xFEE0 for code in (*range(0xFF21, 0xFF38), 0xFF39, 0xFF3A)}
_WIDE |= {ord(sign): ord(" ") for sign in _SEPARATORS if sign not in ".-"} | {
    ord(s): ord("-") for s in "‐‑‒–—－"
}

_LINK = re.compile(r"(?:https?://|www\.)[!-~]+", re.IGNORECASE)
_RUN = re.compile(r"(?<![0-9〕\]第])[0-9](?:[ .-]?[0-9])*(?:[ -]?x(?![a-wyz]))?")
_CHUNK = re.compile(r"[0-9]+x?|x")
_MONEY = re.compile(r" ?(?:元|万|亿|千|吨|件|条|人)")
_MOST_CHUNKS = 6

_MOBILE = re.compile(r"1[3-9]\d{9}")
_MOBILE_SHAPES = {(11,), (3, 4, 4), (3, 8), (4, 3, 4), (4, 4, 3), (3, 3, 5), (5, 6), (7, 4), (3, 4, 2, 2)}
_CARD_SHAPES = {(n,) for n in range(16, 20)} | {
    (4, 4, 4, 4),
    *((4, 4, 4, 4, n) for n in range(1, 4)),
    (6, 10),
    (6, 12),
    (6, 13),
}
_CARD_SHAPES |= {(4, 4, 4, 7), (6, 4, 4, 4), (6, 4, 4, 5), (4, 15), (4, 12)}
_CARD_HEADS = re.compile(r"[3456]|955")
_REGIONS = frozenset(
    [
        *range(11, 16),
        *range(21, 24),
        *range(31, 38),
        *range(41, 47),
        *range(50, 55),
        *range(61, 66),
        71,
        81,
        82,
        83,
        91,
    ]
)
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)

_PLATE = re.compile(
    r"[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼] ?[A-HJ-NP-Za-hj-np-z][ ·.-]?"
    r"([0-9A-HJ-NP-Za-hj-np-z]{5,6}|[0-9A-HJ-NP-Za-hj-np-z]{4}[挂学警港澳])(?![0-9A-Za-z])"
)

_NUMERAL = r"[0-9A-Za-z一二三四五六七八九十百零〇]{1,5}"
_ROOM = r"(?:号楼|号院|号|栋|幢|座|单元|楼|层|室|户|房)"
_TAIL = rf"(?:第?{_NUMERAL}#?{_ROOM}(?!线|文|令|公告|桥|地块|台|机)[ ,，、]?-?){{1,8}}"
_DASHED = r"[0-9]{1,3}(?:#|号楼|栋|幢)?-[0-9]{1,3}-[0-9]{2,4}(?:号|室)?(?![0-9-])"
_ADDRESS = re.compile(
    rf"(?P<where>大街|大道|小区|花园|家园|公寓|新村|社区|家属院|庄园|[路街巷弄苑村组]"
    rf"|胡同)(?P<tail>{_TAIL}(?:[0-9]{{3,4}}(?![0-9年]))?|{_DASHED})"
)
_PART = re.compile(rf"{_NUMERAL}#?{_ROOM}")
_HOME = re.compile(r"住址|住在|家住|现住|居住|家庭|户籍|户口|家里|寄到|(?<!居)住[^房建宅]{0,16}$|住$")
_OFFICE = re.compile(r"办公|政府|机关|大厅|中心|窗口|单位|受理|服务站|大队|公司|学校|医院")


def mask(text: str) -> str:
    """Return the text with private data masked; everything else stays as it is."""
    plain = text.translate(_WIDE)
    plain = _LINK.sub(lambda link: "\n" * len(link[0]), plain)
    hidden = list(text)
    for start, end in (*_numbers(plain), *_plates(plain), *_addresses(plain)):
        for at in range(start, end):
            if text[at] not in _SEPARATORS:
                hidden[at] = "*"
    return "".join(hidden)


def _numbers(plain: str) -> list[tuple[int, int]]:
    """Find what is to be hidden of identity, mobile and card numbers."""
    spans = []
    for run in _RUN.finditer(plain):
        chunks = [
            (c.group(), run.start() + c.start(), run.start() + c.end()) for c in _CHUNK.finditer(run.group())
        ]
        at = 0
        while at < len(chunks):
            for last in range(min(len(chunks), at + _MOST_CHUNKS), at, -1):
                kept = _kept([c[0] for c in chunks[at:last]], plain, chunks[last - 1][2])
                if kept is not None:
                    places = [i for c in chunks[at:last] for i in range(c[1], c[2])]
                    spans.append((places[kept[0]], places[-kept[1]]))
                    at = last
                    break
            else:
                at += 1
    return spans


def _kept(chunks: list[str], plain: str, end: int) -> tuple[int, int] | None:
    """Return how many signs to keep at both ends when the chunks are a private number."""
    written = "".join(chunks)
    shape = tuple(len(chunk) for chunk in chunks)
    if _is_identity(written):
        return 3, 2
    if "x" in written:
        return _kept([*chunks[:-1], chunks[-1].rstrip("x")], plain, end) if chunks[-1].rstrip("x") else None
    if _MONEY.match(plain, end):
        return None
    if _MOBILE.fullmatch(written) and shape in _MOBILE_SHAPES:
        return 3, 4
    for code in ("86", "0086"):
        local = written[len(code) :]
        if written.startswith(code) and _MOBILE.fullmatch(local):
            inner = shape[1:] if shape[0] == len(code) else (shape[0] - len(code), *shape[1:])
            return (len(code) + 3, 4) if inner in _MOBILE_SHAPES else None
    if shape in _CARD_SHAPES and _CARD_HEADS.match(written) and _luhn(written):
        return 4, 4
    return None


def _is_identity(written: str) -> bool:
    if len(written) == 18 and written[:17].isdigit():
        check = "10x98765432"[sum(int(d) * w for d, w in zip(written[:17], _WEIGHTS, strict=True)) % 11]
        return check == written[17] and _born(written[:2], written[6:14])
    return len(written) == 15 and written.isdigit() and _born(written[:2], "19" + written[6:12])


def _born(region: str, day: str) -> bool:
    if int(region) not in _REGIONS or not "1850" < day[:4] < "2100":
        return False
    try:
        date(int(day[:4]), int(day[4:6]), int(day[6:]))
    except ValueError:
        return False
    return True


def _luhn(digits: str) -> bool:
    doubled = (int(d) * (1 + i % 2) for i, d in enumerate(reversed(digits)))
    return len(set(digits)) > 1 and sum(d - 9 if d > 9 else d for d in doubled) % 10 == 0


def _plates(plain: str) -> list[tuple[int, int]]:
    return [
        (hit.start(1), hit.end() - 2)
        for hit in _PLATE.finditer(plain)
        if sum(sign.isdigit() for sign in hit[1]) >= 3
    ]


def _addresses(plain: str) -> list[tuple[int, int]]:
    """Find the house, stair and door of homes; a lone house number only where a home is spoken of."""
    spans = []
    for hit in _ADDRESS.finditer(plain):
        before, after = plain[max(0, hit.start() - 24) : hit.start()], plain[hit.end() : hit.end() + 10]
        start, end = hit.span("tail")
        while plain[end - 1] in " ,，、-":
            end -= 1
        parts = _PART.findall(hit["tail"])
        at_home = bool(_HOME.search(before))
        precise = len(parts) > 1 or _is_door(hit["tail"]) or re.fullmatch(_DASHED, hit["tail"]) is not None
        office = bool(_OFFICE.search(before[-10:]) or _OFFICE.search(after))
        if (at_home and parts) or (precise and not office):
            keep = 1 if plain[end - 1] in "号栋幢座元楼层室户房" else 0
            spans.append((start, end - keep))
    return spans


def _is_door(tail: str) -> bool:
    return bool(re.match(r"[0-9]{3,4}[室房]", tail))
