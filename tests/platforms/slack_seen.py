"""A message of Slack's as people read it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from bot.platforms.port import Shown, ShownButton


def seen(blocks: Iterable[Mapping[str, Any]]) -> Shown:
    """Return the words and buttons of a message's blocks."""
    title, lines, rows = "", [], []
    for block in blocks:
        match block["type"]:
            case "header":
                title = block["text"]["text"]
            case "section":
                lines += block["text"]["text"].replace("\u00a0", " ").split("\n")
            case _:
                rows.append(
                    tuple(
                        ShownButton(each["text"]["text"], each["value"], each.get("style", "plain"))
                        for each in block["elements"]
                    )
                )
    return Shown(title, tuple(lines), tuple(rows))
