"""One message as Telegram takes it: words with buttons, or a file with words under it."""

from __future__ import annotations

from dataclasses import dataclass

from telegram import Bot, InlineKeyboardMarkup, LinkPreviewOptions, Message, ReplyParameters
from telegram.error import TelegramError

from bot.platforms.port import Shown, ShownFile
from bot.platforms.telegram.faults import is_no_photo
from bot.platforms.telegram.show import PHOTO_LIMIT, PHOTOS, show_buttons, show_words


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


async def post(where: Post, message: Shown) -> Message:
    """Post a message."""
    words, buttons = show_words(message), show_buttons(message.rows)
    if message.files:
        (file,) = message.files
        return await _file(file, words, buttons, where)
    return await _words(words, buttons, where)


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
