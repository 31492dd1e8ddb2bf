"""Telegram behind the port: a platform like the others."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Collection
from dataclasses import replace
from typing import Literal

from telegram import BotCommand, BotCommandScopeChat, Message
from telegram.error import ChatMigrated, TelegramError

from bot import faults
from bot.platforms.port import Capabilities, DeliveryFault, NotEditable, Pace, Receive, Rejected, Shown
from bot.platforms.telegram.connection import BASE_FILE_URL, BASE_URL, Connection
from bot.platforms.telegram.faults import fault_of, fetch_fault_of, is_caption, is_thread_gone, is_unchanged
from bot.platforms.telegram.identifiers import PLATFORM, event_name, message_name, message_number, query_of
from bot.platforms.telegram.intake import Batches, Intake
from bot.platforms.telegram.posting import Post, post
from bot.platforms.telegram.show import CAPTION_LIMIT, TOAST_LIMIT, show_buttons, show_words
from bot.platforms.telegram.translation import Me
from bot.platforms.telegram.watching import WebhookWatch
from bot.platforms.telegram.webhook import WebhookServer, WebhookSettings
from handlers.events import AnyEvent, Migrated, Place, Sender, TopicClosed

log = logging.getLogger(__name__)

MEGABYTE = 1024 * 1024
PACE = Pace(per_second=30, chat_millis=1000, group_per_minute=20)
"""Source: https://core.telegram.org/bots/faq (my bot is hitting limits)."""

CAPABILITIES = Capabilities(
    edits=True,
    files_in=20 * MEGABYTE,
    files_out=50 * MEGABYTE,
    text_limit=4096,
    caption_limit=CAPTION_LIMIT,
    pace=PACE,
)
"""Source: https://core.telegram.org/bots/api (sending files, getFile, sendMessage)."""

Mode = Literal["polling", "webhook"]


class TelegramPlatform:
    """Carries what people do on Telegram to the bot, and what the bot says to them.

    Updates are acknowledged once they are on disk, also those that cannot be understood.
    ``command_words`` are words that stand for commands where the bot is spoken to by name.
    """

    name = PLATFORM

    def __init__(  # noqa: PLR0913 - each is a setting of the operator's
        self,
        token: str,
        *,
        base_url: str = BASE_URL,
        base_file_url: str = BASE_FILE_URL,
        proxy: str | None = None,
        mode: Mode = "polling",
        webhook: WebhookSettings | None = None,
        command_words: Collection[str] = (),
        pace: Pace = PACE,
        answer_seconds: float = 20.0,
        poll_seconds: int = 50,
        retry_seconds: float = 1.0,
        watch_seconds: float = 60.0,
    ) -> None:
        if (mode == "webhook") != (webhook is not None):
            raise ValueError("a webhook has its settings, and polling has none")
        self.capabilities = replace(CAPABILITIES, pace=pace)
        self._connection = Connection(
            token, base_url, base_file_url, proxy, answer_seconds, poll_seconds, retry_seconds
        )
        self._bot = self._connection.bot
        self._webhook = webhook
        self._command_words = frozenset(command_words)
        self._retry_seconds = retry_seconds
        self._watch_seconds = watch_seconds
        self._batches = Batches()
        self._receive: Receive | None = None
        self.me: Me | None = None
        self.webhook_port = 0

    @property
    def trouble(self) -> str:
        """What keeps it from hearing or speaking now; "" when it is well."""
        return str(self._connection.troubles)

    async def close(self) -> None:
        """Close the connections; nothing can be sent afterwards."""
        await self._connection.close()

    # ------------------------------------------------------------ hearing

    async def run(self, receive: Receive) -> None:
        """Listen until cancelled; every event is on disk before it is acknowledged."""
        self._receive = receive
        try:
            intake = Intake(await self._connection.insist(self._who_am_i), receive)
            if self._webhook is None:
                await self._poll(intake)
            else:
                await self._serve(self._webhook, intake)
        finally:
            self._receive = None

    async def _who_am_i(self) -> Me:
        told = await self._bot.get_me()
        reads_all = bool(told.can_read_all_group_messages)
        self.me = Me(told.id, told.username or "", self._command_words, reads_all)
        return self.me

    async def _poll(self, intake: Intake) -> None:
        await self._connection.insist(self._bot.delete_webhook)
        while True:
            batch = await self._connection.insist(lambda: self._connection.updates(self._batches.offset))
            if not await self._batches.take(batch, intake):
                await asyncio.sleep(self._retry_seconds)

    async def _serve(self, settings: WebhookSettings, intake: Intake) -> None:
        server = WebhookServer(settings, intake, self._retry_seconds)
        await server.start()
        self.webhook_port = server.port
        try:
            await WebhookWatch(self._connection, settings, self._watch_seconds).run()
        finally:
            await server.stop()

    # ------------------------------------------------------------ speaking

    async def send(self, chat: str, thread: str | None, message: Shown, reply_to: str | None) -> str:
        """Show a message; return its name. What has no place in a closed topic is said in General.

        Raises:
            NotNow: surely not sent: too fast, no connection, the chat has moved.
            MaybeSent: the answer never came.
            ChatGone: the bot is not, or may not speak, in the chat.
            Rejected: Telegram will never take it.
        """
        self._check(message)
        topic = int(thread) if thread is not None else None
        where = Post(self._bot, chat, topic, message_number(chat, reply_to))
        try:
            sent = await self._in_topic(where, message)
        except TelegramError as error:
            raise await self._fault(chat, error) from error
        self._connection.spoke(None)
        return message_name(sent.chat.id, sent.message_id)

    async def _in_topic(self, where: Post, message: Shown) -> Message:
        try:
            return await post(where, message)
        except TelegramError as error:
            if where.topic is None or not is_thread_gone(error):
                raise
        sent = await post(replace(where, topic=None), message)
        await self._tell_of_the_topic(where, sent.message_id)
        return sent

    async def edit(self, chat: str, message_id: str, message: Shown) -> None:
        """Show other words and buttons in an earlier message; its files stay.

        Raises:
            NotEditable: too old, deleted, in a chat that moved, or none of the bot's.
            NotNow, MaybeSent, ChatGone, Rejected: as for :meth:`send`.
        """
        number = message_number(chat, message_id)
        if number is None:
            raise NotEditable("the message stands in no chat that is open")
        try:
            await self._change(chat, number, message)
        except TelegramError as error:
            if not is_unchanged(error):
                raise await self._fault(chat, error) from error
        self._connection.spoke(None)

    async def _change(self, chat: str, number: int, message: Shown) -> None:
        words, buttons = show_words(message), show_buttons(message.rows)
        try:
            await self._bot.edit_message_text(
                words,
                chat,
                number,
                parse_mode="HTML",
                reply_markup=buttons,
                disable_web_page_preview=True,
            )
        except TelegramError as error:
            if not is_caption(error):
                raise
            if message.length > CAPTION_LIMIT:
                raise NotEditable("the words are too long to stand under a file") from error
            await self._bot.edit_message_caption(
                chat, number, caption=words, parse_mode="HTML", reply_markup=buttons
            )

    async def answer(self, event_id: str, words: str) -> None:
        """Show a few words to whoever pressed; what is too late, or no press, is passed over."""
        query = query_of(event_id)
        if query is None:
            return
        try:
            await self._bot.answer_callback_query(query, words[:TOAST_LIMIT] or None)
        except TelegramError as error:
            log.debug("A press was not answered: %s", faults.kind(error))

    async def fetch(self, ref: str) -> bytes:
        """Return the content of a file.

        Raises:
            Rejected: there is none, or it is larger than Telegram hands over.
            NotNow: it may be fetched later.
        """
        try:
            file = await self._bot.get_file(ref)
            if (file.file_size or 0) > self.capabilities.files_in:
                raise Rejected("the file is larger than Telegram hands over")
            return bytes(await file.download_as_bytearray())
        except TelegramError as error:
            raise fetch_fault_of(error) from error

    async def show_menu(self, commands: Collection[tuple[str, str]], chat: str | None = None) -> None:
        """Offer commands, each with its description: in one chat, or wherever there is no other menu.

        Raises :class:`DeliveryFault`.
        """
        scope = None if chat is None else BotCommandScopeChat(chat)
        try:
            await self._bot.set_my_commands([BotCommand(*each) for each in commands], scope=scope)
        except TelegramError as error:
            raise fault_of(error) from error

    # ------------------------------------------------------------ faults

    async def _fault(self, chat: str, error: TelegramError) -> DeliveryFault:
        self._connection.spoke(error)
        if isinstance(error, ChatMigrated):
            await self._tell_of_the_move(chat, str(error.new_chat_id))
        return fault_of(error)

    async def _tell_of_the_move(self, chat: str, new_chat: str) -> None:
        """Let the ledger know that a chat moved, as the service message would, which may have been missed."""
        event = Migrated(
            event_id=event_name(0, 0, f"moved-{chat}-{new_chat}"),
            place=Place(PLATFORM, chat),
            sender=Sender(None),
            new_chat=new_chat,
        )
        await self._tell(event)

    async def _tell_of_the_topic(self, where: Post, instead: int) -> None:
        """Let the ledger know that a topic is closed or deleted, so that it is not tried in vain again."""
        event = TopicClosed(
            event_id=event_name(0, 0, f"topic-{where.chat}-{where.topic}-{instead}"),
            place=Place(PLATFORM, where.chat, thread=str(where.topic)),
            sender=Sender(None),
            closed=True,
        )
        await self._tell(event)

    async def _tell(self, event: AnyEvent) -> None:
        if self._receive is None:
            return
        try:
            await self._receive(event)
        except Exception as fault:  # noqa: BLE001 - the next attempt to send tells it again
            faults.tell(log, fault, "What Telegram answered to a message was not received")

    def _check(self, message: Shown) -> None:
        limit = CAPTION_LIMIT if message.files else self.capabilities.text_limit
        if message.length > limit or len(message.files) > 1:
            raise Rejected(f"{message.length} characters and {len(message.files)} files are no one message")
        for file in message.files:
            if len(file.content) > self.capabilities.files_out:
                raise Rejected(f"a file is larger than {self.capabilities.files_out} bytes")
        if not (message.files or show_words(message).strip()):
            raise Rejected("there is nothing to show")
