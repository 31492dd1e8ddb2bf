"""Whether what a department told or enclosed shows a policy in pictures (图解)."""

from __future__ import annotations

import re
from collections.abc import Iterable

_SAID = re.compile(r"(?<![未无没])(?:图解|图文|图表|一图读懂|长图|漫画|动漫|短视频|视频|H5)", re.IGNORECASE)
_FILE = re.compile(r"\.(?:png|jpe?g|gif|bmp|webp|mp4|mov)$|图解", re.IGNORECASE)


def pictured(words: str, enclosed: Iterable[str]) -> bool:
    """Tell whether a reply says so, or encloses a picture."""
    return bool(_SAID.search(words)) or any(_FILE.search(name) for name in enclosed)
