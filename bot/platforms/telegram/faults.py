"""What the Bot API's refusals and the network's failures mean to the port; the most specific comes first."""

from __future__ import annotations

from datetime import timedelta

import aiohttp
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
)

from bot.platforms.port import ChatGone, DeliveryFault, MaybeSent, NotEditable, NotNow, Rejected

SOON_SECONDS = 3.0
"""After a connection that was not made, or a chat that has just moved."""

TOKEN_SECONDS = 60.0
"""While the token is refused nothing is lost; the operator has to act."""

UNSENT = (
    aiohttp.ClientConnectorError,
    aiohttp.ConnectionTimeoutError,
    aiohttp.ClientHttpProxyError,
    aiohttp.InvalidURL,
)
"""Failures before a word of the request left."""

UNCHANGED = "message is not modified"
NO_TEXT = "no text in the message to edit"
NOT_EDITABLE = (
    "message can't be edited",
    "message to edit not found",
    "message_id_invalid",
    "message identifier is not specified",
    "message caption is too long",
    "media_caption_too_long",
    NO_TEXT,
)
GONE = (
    "chat not found",
    "user not found",
    "peer_id_invalid",
    "input_user_deactivated",
    "chat was deactivated",
    "chat_write_forbidden",
    "chat_restricted",
    "not enough rights",
    "have no rights to send",
    "bot is not a member",
)
THREAD_GONE = ("message thread not found", "topic_closed", "topic_deleted", "topic_id_invalid")
TOO_LARGE = "entity too large"


def fault_of(error: TelegramError) -> DeliveryFault:
    """Say what a failure means for a message."""
    match error:
        case RetryAfter():
            return NotNow(_seconds(error.retry_after))
        case ChatMigrated():
            return NotNow(SOON_SECONDS)
        case Forbidden():
            return ChatGone(error.message)
        case InvalidToken() | Conflict():
            return NotNow(TOKEN_SECONDS, everywhere=True)
        case BadRequest():
            return _refused(error.message)
        case NetworkError() if isinstance(error.__cause__, UNSENT):
            return NotNow(SOON_SECONDS, everywhere=True)
        case NetworkError() if TOO_LARGE in error.message.lower():
            return Rejected(error.message)
        case _:
            return MaybeSent(type(error).__name__)


def fetch_fault_of(error: TelegramError) -> DeliveryFault:
    """Say what a failure means for a file that is being fetched; fetching twice does no harm."""
    fault = fault_of(error)
    if isinstance(error, BadRequest | Forbidden):
        return Rejected(error.message)
    return NotNow(SOON_SECONDS) if isinstance(fault, MaybeSent) else fault


def is_unchanged(error: TelegramError) -> bool:
    """Tell whether an edit was refused because the message reads so already."""
    return _says(error, UNCHANGED)


def is_caption(error: TelegramError) -> bool:
    """Tell whether an edit was refused because the words stand under a file."""
    return _says(error, NO_TEXT)


def is_thread_gone(error: TelegramError) -> bool:
    """Tell whether the topic is closed or deleted, while the group is there."""
    return _says(error, *THREAD_GONE)


def is_no_photo(error: TelegramError) -> bool:
    """Tell whether a picture is refused as a photo; it still goes as a file."""
    return _says(error, "photo_", "image_process_failed")


def _says(error: TelegramError, *words: str) -> bool:
    return isinstance(error, BadRequest) and any(each in error.message.lower() for each in words)


def _refused(description: str) -> DeliveryFault:
    said = description.lower()
    if any(words in said for words in NOT_EDITABLE):
        return NotEditable(description)
    if any(words in said for words in GONE):
        return ChatGone(description)
    return Rejected(description)


def _seconds(period: int | timedelta) -> float:
    return period.total_seconds() if isinstance(period, timedelta) else float(period)
