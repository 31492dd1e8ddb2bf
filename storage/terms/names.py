"""Names of departments: when two spellings are one name."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

REMEMBERED = 10_000
"""Names whose form is kept in mind: an office knows some hundreds, a notice names them again and again."""

_OPENING = "<〈《【[〔{「『〖⟨"
_CLOSING = ">〉》】]〕}」』〗⟩"
_BRACKETS = str.maketrans(_OPENING + _CLOSING, "(" * len(_OPENING) + ")" * len(_CLOSING))
_UNSEEN = frozenset({"Cc", "Cf", "Zs", "Zl", "Zp"})


@lru_cache(maxsize=REMEMBERED)
def normalise_name(name: str) -> str:
    """Return the form in which a name is compared, never shown.

    Full-width forms become half-width, every bracket a round one, spaces and invisible
    characters vanish, Latin letters lose their case: ``各乡镇<街道>`` and ``各乡镇（街道）`` are one.
    """
    folded = unicodedata.normalize("NFKC", name).translate(_BRACKETS)
    seen = "".join(c for c in folded if unicodedata.category(c) not in _UNSEEN)
    return unicodedata.normalize("NFKC", seen.casefold())
