"""Security markings: what bears one is refused before anything is kept.

A marking is a level with its star (机密★5年) or with its label (密级：秘密). The mere words, which
notices on open government use themselves (保守国家秘密, 涉密信息不公开), are none.
"""

from __future__ import annotations

import re
import unicodedata

_GAP = r"[ \t\r\n|]{0,8}"
_LEVEL = rf"(?:[绝機机秘]{_GAP}密)"
_STARRED = re.compile(rf"{_LEVEL}{_GAP}[★☆✩✭⭐🌟✮✯]")
_LABELLED = re.compile(
    rf"密{_GAP}级{_GAP}(?::{_GAP}|[ \t\r\n|]{{1,8}}|[(\[「【]){_LEVEL}(?!密?(?:级?[、/]"
    rf"|级?[和或及与,]{_LEVEL}|文件|事项|信息|资料|载体|工作))"
)
_INVISIBLE = re.compile(r"[\u200b-\u200f\u2060\ufeff\ufe0e\ufe0f\u00ad]")


def has_security_mark(text: str) -> bool:
    """Say whether the text bears a marking of state secrecy."""
    plain = _INVISIBLE.sub("", unicodedata.normalize("NFKC", text))
    return bool(_STARRED.search(plain) or _LABELLED.search(plain))
