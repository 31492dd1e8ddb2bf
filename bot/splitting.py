"""A long message in several, as short as a platform takes them."""

from __future__ import annotations

from dataclasses import replace

from bot.platforms.port import Shown


def split(message: Shown, limit: int) -> list[Shown]:
    """Return a message in parts of at most ``limit`` characters; buttons and files stand on the last."""
    title, rest = message.title[: limit - 1], message.title[limit - 1 :]
    lines = [
        piece for line in ((rest,) if rest else ()) + message.lines for piece in _pieces(line, limit - 1)
    ]
    parts: list[Shown] = []
    kept: list[str] = []
    size = len(title)
    for line in lines:
        if size + len(line) + 1 > limit and (kept or title):
            parts.append(Shown(title, tuple(kept)))
            title, kept, size = "", [], 0
        kept.append(line)
        size += len(line) + 1
    return [*parts, replace(message, title=title, lines=tuple(kept))]


def _pieces(line: str, most: int) -> list[str]:
    return [line[at : at + most] for at in range(0, len(line), most)] or [""]
