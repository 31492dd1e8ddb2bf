"""A card as Telegram shows it: HTML with the title bold, and an inline keyboard."""

from __future__ import annotations

import html
from collections.abc import Iterator

from telegram import InlineKeyboardButton, InlineKeyboardMarkup

from bot.platforms.port import Shown, ShownButton

ROW_LIMIT = 8
"""Most buttons that stand side by side; longer rows go on below."""

TOAST_LIMIT = 200
CAPTION_LIMIT = 1024
PHOTO_LIMIT = 10 * 1024 * 1024
PHOTOS = {"image/jpeg", "image/png"}


def show_words(message: Shown) -> str:
    """Return the words as HTML; what people wrote in them stays words."""
    title = f"<b>{html.escape(message.title, quote=False)}</b>" if message.title.strip() else ""
    lines = [html.escape(line, quote=False) for line in message.lines]
    return "\n".join([title, *lines] if title else lines)


def show_buttons(rows: tuple[tuple[ShownButton, ...], ...]) -> InlineKeyboardMarkup | None:
    """Return the keyboard, None when there is no button."""
    keyboard = [[_button(button) for button in row] for given in rows for row in _rows(given)]
    return InlineKeyboardMarkup(keyboard) if keyboard else None


def _rows(row: tuple[ShownButton, ...]) -> Iterator[tuple[ShownButton, ...]]:
    for at in range(0, len(row), ROW_LIMIT):
        yield row[at : at + ROW_LIMIT]


def _button(button: ShownButton) -> InlineKeyboardButton:
    style = None if button.style == "plain" else button.style
    return InlineKeyboardButton(button.label, callback_data=button.token, style=style)
