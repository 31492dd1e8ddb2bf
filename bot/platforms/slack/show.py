"""A card as Block Kit, within Slack's limits. All words are plain text: nothing people wrote is markup."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from bot.measuring import cut, pieces, units
from bot.platforms.port import Capabilities, Pace, Rejected, Shown, ShownButton
from bot.platforms.slack.words import escaped

MEGABYTE = 1024 * 1024
BLOCKS, HEADER, SECTION, ACTIONS, LABEL, VALUE = 50, 150, 3000, 25, 75, 2000
"""Most blocks of a message, units of a header and a section, buttons of a row, units of each."""

PACE = Pace(chat_millis=1000)
"""Source: https://docs.slack.dev/apis/web-api/rate-limits (one message a second to a channel)."""

CAPABILITIES = Capabilities(
    edits=True,
    files_in=100 * MEGABYTE,
    files_out=100 * MEGABYTE,
    text_limit=4000,
    caption_limit=0,
    pace=PACE,
)
"""Slack cuts texts at 40,000 characters and asks for 4,000; its files may be larger than is good for us, and
each is a message of its own, so that one put off does not say the words again."""

OURS = "taizhang"
"""How the names of our buttons begin."""

INDENT = "\u00a0"
"""Slack takes spaces off the edges of a text, this one not."""

PRIMARY_STYLES = {"primary", "danger"}


def body(message: Shown) -> dict[str, Any]:
    """Return what ``chat.postMessage`` and ``chat.update`` show. Raises :class:`Rejected`."""
    return {"text": _fallback(message), "blocks": list(_blocks(message)), "mrkdwn": False}


def _fallback(message: Shown) -> str:
    """Say the whole card in words, for notifications and screen readers."""
    words = "\n".join(line for line in (message.title, *message.lines) if line)
    return escaped(words or ", ".join(file.name for file in message.files) or "…")


def _blocks(message: Shown) -> Iterator[dict[str, Any]]:
    texts = list(_texts(message))
    rows = _rows(message, BLOCKS - len(texts))
    if len(texts) + len(rows) > BLOCKS:
        raise Rejected(f"{len(texts) + len(rows)} blocks are more than {BLOCKS}")
    yield from texts
    for at, row in enumerate(rows):
        yield {"type": "actions", "elements": [_button(button, f"{at}.{n}") for n, button in enumerate(row)]}


def _texts(message: Shown) -> Iterator[dict[str, Any]]:
    if 0 < units(message.title) <= HEADER:
        yield {"type": "header", "text": _plain(message.title)}
        lines = message.lines
    else:
        lines = (*((message.title,) if message.title else ()), *message.lines)
    for words in _sections(lines):
        yield {"type": "section", "text": _plain(words), "expand": True}


def _sections(lines: tuple[str, ...]) -> Iterator[str]:
    """Share lines out among sections; what is blank from end to end cannot be a section."""
    kept = ""
    for line in lines:
        for piece in pieces(_indented(line), SECTION):
            if kept and units(kept) + 1 + units(piece) > SECTION:
                yield kept
                kept = piece
            else:
                kept = f"{kept}\n{piece}" if kept else piece
    if kept.strip():
        yield kept


def _indented(line: str) -> str:
    words = line.lstrip(" ")
    return INDENT * (len(line) - len(words)) + words


def _rows(message: Shown, room: int) -> list[tuple[ShownButton, ...]]:
    """Return the rows of buttons; where they are more than there is room, rows stand together."""
    rows = [row[at : at + ACTIONS] for row in message.rows for at in range(0, len(row), ACTIONS)]
    if len(rows) <= room:
        return rows
    buttons = tuple(button for row in rows for button in row)
    return [buttons[at : at + ACTIONS] for at in range(0, len(buttons), ACTIONS)]


def _button(button: ShownButton, place: str) -> dict[str, Any]:
    if not 0 < len(button.token) <= VALUE:
        raise Rejected(f"a button carries {len(button.token)} characters")
    label = button.label if units(button.label) <= LABEL else cut(button.label, LABEL - 1)[0] + "…"
    shown = {
        "type": "button",
        "text": _plain(label or "…"),
        "action_id": f"{OURS}.{place}",
        "value": button.token,
    }
    return shown | ({"style": button.style} if button.style in PRIMARY_STYLES else {})


def _plain(words: str) -> dict[str, Any]:
    return {"type": "plain_text", "text": words, "emoji": False}
