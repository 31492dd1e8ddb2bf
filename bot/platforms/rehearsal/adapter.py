"""The rehearsal room behind the port: a platform like the others."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Literal

from bot.platforms.port import Capabilities, ChatGone, NotEditable, Receive, Rejected, Shown
from bot.platforms.rehearsal.room import Room
from bot.platforms.rehearsal.translation import PLATFORM, happening_of, translate
from bot.platforms.rehearsal.world import RoomError

log = logging.getLogger(__name__)

MEGABYTE = 1024 * 1024

CAPABILITIES = Capabilities(edits=True, files_in=20 * MEGABYTE, files_out=50 * MEGABYTE, text_limit=4096)
"""No kinder than the platforms that are rehearsed for."""

Step = Literal["send", "edit"]
Interruption = Callable[[Step, str], Awaitable[None]]
"""Stands between the bot and the room; told the step and the chat, it may raise a fault."""


async def _nothing(step: Step, chat: str) -> None:
    del step, chat


class RehearsalPlatform:
    """Carries what happens in a room to the bot, and what the bot says into the room.

    ``before`` is awaited before a message is stored and ``after`` once it is, each where a
    network would stand: what they raise is what the bot sees of a fault there.
    """

    name = PLATFORM
    trouble = ""

    def __init__(
        self,
        room: Room,
        *,
        capabilities: Capabilities = CAPABILITIES,
        retry_seconds: float = 1.0,
        before: Interruption = _nothing,
        after: Interruption = _nothing,
    ) -> None:
        self.room = room
        self.capabilities = capabilities
        self.before = before
        self.after = after
        self._retry_seconds = retry_seconds

    async def run(self, receive: Receive) -> None:
        """Hand over what happens, in order within each chat, until cancelled.

        A happening is acknowledged once ``receive`` has returned. When it raises, the later
        ones of the same chat wait until the happening has been received.
        """
        loop = asyncio.get_running_loop()
        news = asyncio.Event()

        def wake() -> None:
            loop.call_soon_threadsafe(news.set)

        unwatch = self.room.watch(wake)
        try:
            while True:
                news.clear()
                if await self._hand_over(receive):
                    await news.wait()
                else:
                    await asyncio.sleep(self._retry_seconds)
        finally:
            unwatch()

    async def _hand_over(self, receive: Receive) -> bool:
        """Hand over what waits; return whether all of it was received."""
        held_up: set[str] = set()
        for happening in self.room.waiting():
            if happening.chat in held_up:
                continue
            try:
                await receive(translate(self.room, happening))
            except Exception:
                log.exception("Happening %d was not received; it is told again", happening.id)
                held_up.add(happening.chat)
            else:
                self.room.acknowledge(happening.id)
        return not held_up

    async def send(self, chat: str, thread: str | None, message: Shown, reply_to: str | None) -> str:
        """Show a message; return its number. The room has no threads.

        Raises:
            ChatGone: there is no such chat, or the bot is not in it.
            Rejected: the message is larger than the room takes.
        """
        del thread
        await self.before("send", chat)
        self._check(message)
        try:
            number = self.room.show(chat, message, reply_to)
        except RoomError as refused:
            raise ChatGone(str(refused)) from refused
        await self.after("send", chat)
        return number

    async def edit(self, chat: str, message_id: str, message: Shown) -> None:
        """Show other words and buttons in an earlier message; its files stay.

        Raises:
            NotEditable: it is no message of the bot in this chat.
            ChatGone: there is no such chat, or the bot is not in it.
            Rejected: the message is larger than the room takes.
        """
        await self.before("edit", chat)
        self._check(message)
        try:
            self.room.change(chat, message_id, message)
        except RoomError as refused:
            gone = refused.key in {"no_such_chat", "bot_absent"}
            raise (ChatGone if gone else NotEditable)(str(refused)) from refused
        await self.after("edit", chat)

    async def answer(self, event_id: str, words: str) -> None:
        """Show a few words to whoever pressed; what was no press is passed over."""
        press = happening_of(self.room, event_id)
        try:
            if press is not None:
                self.room.toast(press, words)
        except RoomError:
            log.debug("No press to answer: %s", event_id)

    async def fetch(self, ref: str) -> bytes:
        """Return the content of a file. Raises :class:`Rejected` when there is none."""
        try:
            return await asyncio.to_thread(self.room.content, ref)
        except RoomError as refused:
            raise Rejected(str(refused)) from refused

    async def close(self) -> None:
        """Leave the room, which stays open."""

    def _check(self, message: Shown) -> None:
        if message.length > self.capabilities.text_limit:
            raise Rejected(f"{message.length} characters are more than {self.capabilities.text_limit}")
        for file in message.files:
            if len(file.content) > self.capabilities.files_out:
                raise Rejected(f"{file.name} is larger than {self.capabilities.files_out} bytes")
