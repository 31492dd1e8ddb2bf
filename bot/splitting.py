"""A card in as many messages as a platform needs for it."""

from __future__ import annotations

from dataclasses import replace

from bot.measuring import cut, pieces, units
from bot.platforms.port import Capabilities, Shown


def split(message: Shown, limits: Capabilities) -> list[Shown]:
    """Return a card in parts, each of them one message of the platform.

    Buttons stand on the last part with words. Where a message bears one file and few words, each file is a
    part of its own behind them; one file alone goes with the words if these are few enough.
    """
    parts = _words(message, limits.text_limit)
    if limits.caption_limit is None or not message.files:
        return parts
    first, *others = message.files
    *_, last = parts
    if not last.is_worded:
        parts[-1] = replace(last, files=(first,))
        return [*parts, *(Shown(files=(each,)) for each in others)]
    if not others and len(parts) == 1 and last.length <= limits.caption_limit:
        return parts
    parts[-1] = replace(last, files=())
    return [*parts, *(Shown(files=(each,)) for each in message.files)]


def _words(message: Shown, limit: int) -> list[Shown]:
    """Share the words out among messages of at most ``limit`` units; all else stands on the last."""
    title, rest = cut(message.title, limit - 1)
    lines = [piece for line in ((rest,) if rest else ()) + message.lines for piece in pieces(line, limit - 1)]
    parts: list[Shown] = []
    kept: list[str] = []
    size = units(title)
    for line in lines:
        if size + units(line) + 1 > limit and (kept or title):
            parts.append(Shown(title, tuple(kept)))
            title, kept, size = "", [], 0
        kept.append(line)
        size += units(line) + 1
    return [*parts, replace(message, title=title, lines=tuple(kept))]
