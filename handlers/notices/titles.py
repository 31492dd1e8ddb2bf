"""What a plan is called for short: the document's name without the office that passes it on."""

from __future__ import annotations

import re

_PASSED_ON = re.compile(r"(?:关于)?(?:印发|转发|下发)(?P<name>.+?)的(?:通知|函)$")
_QUOTED = re.compile(r"[《〈<](.+)[》〉>]")


def short_title(title: str) -> str:
    """Return the name of what a notice passes on (关于印发…的通知), else the title itself."""
    match = _PASSED_ON.search(title.strip())
    if match is None:
        return title
    name = match["name"].strip()
    quoted = _QUOTED.fullmatch(name)
    return quoted[1] if quoted else name
