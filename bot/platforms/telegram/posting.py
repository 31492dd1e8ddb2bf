"""One card as the messages Telegram makes of it: words with buttons, and files, each message posted once."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from functools import partial

from telegram import Bot, InlineKeyboardMarkup, LinkPreviewOptions, Message, ReplyParameters
from telegram.error import TelegramError

from bot.platforms.port import MaybeSent, NotNow, Shown, ShownFile
from bot.platforms.telegram.faults import is_no_photo, is_thread_gone
from bot.platforms.telegram.show import (
    CAPTION_LIMIT,
    PHOTO_LIMIT,
    PHOTOS,
    length,
    show_buttons,
    show_words,
)

log = logging.getLogger(__name__)

ATTEMPTS = 4
LONGEST_WAIT_SECONDS = 40.0

Told = Callable[[Callable[[], Awaitable[Message]]], Awaitable[Message]]
"""Makes a step, and says its failures as the port's faults."""


@dataclass(frozen=True, slots=True)
class Post:
    """Where a message goes: chat, topic, and the message it answers."""

    bot: Bot
    chat: str
    topic: int | None
    reply_to: int | None

    def reply_parameters(self) -> ReplyParameters | None:
        """Point at the message that is answered; one that was deleted is no obstacle."""
        if self.reply_to is None:
            return None
        return ReplyParameters(self.reply_to, allow_sending_without_reply=True)


async def post(where: Post, message: Shown, told: Told) -> Message:
    """Post a card; return the message that bears its buttons.

    One file goes with the words under it. Several, or words too long to stand under a file, follow as answers
    to the words: once those are posted, a failure of the files must not make them be said again.
    """
    words, buttons = show_words(message), show_buttons(message.rows)
    files = list(message.files)
    if files and length(message) <= CAPTION_LIMIT and (len(files) == 1 or not words.strip()):
        first = await told(partial(_in_topic, where, partial(_file, files.pop(0), words, buttons)))
    else:
        first = await told(partial(_in_topic, where, partial(_words, words, buttons)))
    # Where the topic is closed the words went to General: the files follow them there.
    topic = first.message_thread_id if first.is_topic_message else None
    below = replace(where, topic=topic, reply_to=first.message_id)
    for file in files:
        await _follow(told, partial(_in_topic, below, partial(_file, file, "", None)))
    return first


async def _follow(told: Told, step: Callable[[], Awaitable[Message]]) -> None:
    for _ in range(ATTEMPTS):
        try:
            await told(step)
        except NotNow as busy:
            await asyncio.sleep(min(busy.seconds, LONGEST_WAIT_SECONDS))
        else:
            return
    raise MaybeSent("the words were sent, not all of the files")


async def _in_topic(where: Post, say: Callable[[Post], Awaitable[Message]]) -> Message:
    try:
        return await say(where)
    except TelegramError as error:
        if where.topic is None or not is_thread_gone(error):
            raise
        log.warning("A topic is closed or deleted; its message is said in General")
        return await say(replace(where, topic=None))


async def _words(words: str, buttons: InlineKeyboardMarkup | None, where: Post) -> Message:
    return await where.bot.send_message(
        where.chat,
        words,
        parse_mode="HTML",
        reply_markup=buttons,
        message_thread_id=where.topic,
        reply_parameters=where.reply_parameters(),
        link_preview_options=LinkPreviewOptions(is_disabled=True),
    )


async def _file(file: ShownFile, words: str, buttons: InlineKeyboardMarkup | None, where: Post) -> Message:
    if file.mime in PHOTOS and len(file.content) <= PHOTO_LIMIT:
        try:
            return await where.bot.send_photo(
                where.chat,
                file.content,
                caption=words or None,
                parse_mode="HTML",
                reply_markup=buttons,
                message_thread_id=where.topic,
                reply_parameters=where.reply_parameters(),
                filename=file.name,
            )
        except TelegramError as error:
            if not is_no_photo(error):
                raise
    return await where.bot.send_document(
        where.chat,
        file.content,
        caption=words or None,
        parse_mode="HTML",
        reply_markup=buttons,
        message_thread_id=where.topic,
        reply_parameters=where.reply_parameters(),
        filename=file.name,
    )
