"""Telegram as a stage: the platform against the fake, and people who act there."""

from __future__ import annotations

import secrets
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any

from bot.platforms.port import Pace, Shown, ShownButton, ShownFile
from bot.platforms.telegram.adapter import TelegramPlatform
from bot.platforms.telegram.webhook import WebhookSettings
from tests.platforms.telegram_fake import FakeTelegram
from tests.platforms.telegram_world import TOKEN

GROUP, PERSON = -1001500000001, 7001
SECRET = "a-secret_of-ours"

STYLES: dict[str | None, Any] = {None: "plain", "primary": "primary", "danger": "danger"}


PORTS = range(20_000, 32_000)
"""Below those from which systems take the ports of connections: nobody takes one before it is listened on."""


def free_port() -> int:
    while True:
        port = secrets.choice(PORTS)
        with socket.socket() as plug, suppress(OSError):
            plug.bind(("127.0.0.1", port))
            return port


def platform_for(fake: FakeTelegram, **options: Any) -> TelegramPlatform:
    """Return the platform, told of the fake's addresses, impatient, and let loose."""
    settings: dict[str, Any] = {
        "base_url": fake.base_url,
        "base_file_url": fake.base_file_url,
        "pace": Pace(),
        "retry_seconds": 0.0,
        "answer_seconds": 5.0,
        "poll_seconds": 5,
    }
    return TelegramPlatform(TOKEN, **settings | options)


def webhook_settings() -> WebhookSettings:
    port = free_port()
    # A path of its own: nobody who knew the port before us is heard.
    path = f"/telegram-{secrets.token_hex(4)}"
    return WebhookSettings(SECRET, url=f"http://127.0.0.1:{port}{path}", port=port, path=path)


class TelegramStage:
    chat = str(GROUP)
    account = str(PERSON)

    def __init__(self, fake: FakeTelegram, **options: Any) -> None:
        self.fake = fake
        self._options = options
        self.world = fake.world
        self.world.person(PERSON, "李", "强")
        self.world.chat(GROUP, "发展和改革局")
        self.platform = platform_for(fake, **options)

    async def say(
        self, text: str = "", *, files: tuple[ShownFile, ...] = (), reply_to: str | None = None
    ) -> str:
        answered = None if reply_to is None else int(reply_to.split(":")[1])
        return f"{GROUP}:{self.world.say(GROUP, PERSON, text, files=files, reply_to=answered)}"

    async def rewrite(self, message: str, text: str) -> None:
        self.world.rewrite(GROUP, int(message.split(":")[1]), text)

    async def press(self, message: str, token: str) -> None:
        self.world.press(GROUP, PERSON, int(message.split(":")[1]), token)

    async def seen(self, message: str) -> Shown:
        chat, number = message.split(":")
        return shown(self.world.chats[int(chat)].messages[int(number)])

    async def linked(self, message: str) -> str | None:
        chat, number = message.split(":")
        answered = self.world.chats[int(chat)].messages[int(number)].get("reply_to_message")
        return None if answered is None else f"{chat}:{answered['message_id']}"

    async def restart(self) -> None:
        await self.platform.close()
        self.platform = platform_for(self.fake, **self._options)


def shown(message: dict[str, Any]) -> Shown:
    """Read a message as people do: bold at the beginning is the title."""
    kind = "text" if "text" in message else "caption"
    words, title = message.get(kind, ""), ""
    for entity in message.get("entities" if kind == "text" else "caption_entities", []):
        if entity["type"] == "bold" and entity["offset"] == 0:
            title = words.encode("utf-16-le")[: entity["length"] * 2].decode("utf-16-le")
    rest = words[len(title) :].removeprefix("\n") if title else words
    rows = tuple(
        tuple(ShownButton(b["text"], b["callback_data"], STYLES[b.get("style")]) for b in row)
        for row in message.get("reply_markup", {}).get("inline_keyboard", [])
    )
    return Shown(title, tuple(rest.split("\n")) if rest else (), rows)


@asynccontextmanager
async def staged(**options: Any) -> AsyncIterator[TelegramStage]:
    """Give a stage for a while."""
    fake = FakeTelegram()
    await fake.start()
    stage = TelegramStage(fake, **options)
    try:
        yield stage
    finally:
        await stage.platform.close()
        await fake.stop()
