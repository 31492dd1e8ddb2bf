"""What a platform told that nobody understands, as an event that is kept aside."""

from __future__ import annotations

import hashlib
import re

from handlers.events import Place, Sender, Unreadable

LONGEST = 20_000
"""Characters that are kept of it."""

_ESCAPED = re.compile(r"\\u([0-9A-Fa-f]{4})")


def unreadable(platform: str, raw: str, why: str, *, event: str | None = None, chat: str = "") -> Unreadable:
    """Return the event; one without a name of its own is named by its words, so that it is kept once.

    Words that JSON spells by number are spelled out, since markings and private data are looked for in them.
    """
    words = _ESCAPED.sub(lambda found: chr(int(found[1], 16)), raw)
    name = event or f"raw-{hashlib.sha256(raw.encode('utf-8', 'replace')).hexdigest()[:32]}"
    return Unreadable(
        event_id=name, place=Place(platform, chat), sender=Sender(None), raw=words[:LONGEST], why=why
    )
