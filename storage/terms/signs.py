"""Signs that no one can read: left out of what people write before anything is done with it."""

from __future__ import annotations

import re

_ILLEGIBLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def legible(text: str) -> str:
    """Return the text without control signs, without halves of characters, and without turns of direction.

    Halves, which JSON allows, cannot be stored; a turn of direction would turn the sentence around that
    quotes it. Ends of lines and tabs stay, and so does what joins the parts of an emoji.
    """
    if not text.isprintable():
        # JSON may also write the halves of one character as two.
        text = text.encode("utf-16", "surrogatepass").decode("utf-16", "ignore")
    return _ILLEGIBLE.sub("", text)
