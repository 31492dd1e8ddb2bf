"""Whether what a department told or enclosed shows a policy in pictures (图解)."""

from __future__ import annotations

import re
from collections.abc import Iterable

_SHOWN = r"(?:图解|图文|图表|一图读懂|长图|漫画|动漫|短视频|视频(?!会|连线)|H5)"
_SAID = re.compile(_SHOWN, re.IGNORECASE)
_DENIED = re.compile(
    rf"(?:没|不(?![仅但止])|未(?!成年|来)|无(?!障碍))[^\s,，、。；;]{{0,4}}?{_SHOWN}", re.IGNORECASE
)
_FILE = re.compile(r"\.(?:png|jpe?g|gif|bmp|webp|mp4|mov)$|图解", re.IGNORECASE)


def pictured(words: str, enclosed: Iterable[str]) -> bool:
    """Tell whether a reply says so, or encloses a picture."""
    return bool(_SAID.search(_DENIED.sub("", words))) or any(_FILE.search(name) for name in enclosed)
