"""What a department wrote, as its website may show it."""

from __future__ import annotations

import re
from collections.abc import Iterable

_TELEPHONE = re.compile(
    r"(?<![\d-])(?:0\d{2,3}[-—－ ]?\d{7,8}(?:转\d{1,6})?"
    r"|(?<=电话)[:： ]?\d{7,8}|(?<=热线)[:： ]?\d{5,8})(?!\d)"
    r"|1[3-9]\d[\d*]{4}\d{4}(?!\d)"
)
_CONTACT = re.compile(
    r"(?:联系人|联络员|经办人|负责人|填报人|报送人)[:： ]{1,2}"
    r"[\u4e00-\u9fff·]{2,4}(?![\u4e00-\u9fff])[,，;；、 ]?"
)
_SHORTEST_NAME = 2


def published(words: str, people: Iterable[str]) -> str:
    """Return words without telephones and without the names of people the office knows."""
    words = _CONTACT.sub("", words)
    words = _TELEPHONE.sub("", words)
    for name in sorted(people, key=len, reverse=True):
        if len(name) >= _SHORTEST_NAME:
            words = words.replace(name, "")
    return words.strip(" ,，;；、")
