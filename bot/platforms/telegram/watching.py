"""Whether Telegram still brings updates here: who polls with the same token takes them away silently."""

from __future__ import annotations

import asyncio
from datetime import datetime

from telegram import WebhookInfo

from bot.platforms.telegram.connection import Connection
from bot.platforms.telegram.translation import KINDS
from bot.platforms.telegram.webhook import WebhookSettings

BRINGING = "bringing"


class WebhookWatch:
    """Sets the webhook and looks again and again whether it is still ours, and reached."""

    def __init__(self, connection: Connection, settings: WebhookSettings, seconds: float) -> None:
        self._connection = connection
        self._settings = settings
        self._seconds = seconds
        self._failed: datetime | None = None

    async def run(self) -> None:
        """Watch until cancelled. A webhook that another program took is set again."""
        await self._announce()
        while True:
            await asyncio.sleep(self._seconds)
            told = await self._connection.insist(self._connection.bot.get_webhook_info)
            if trouble := self._trouble(told):
                self._connection.troubles.begin(BRINGING, trouble)
            else:
                self._connection.troubles.end(BRINGING)
            if not self._is_ours(told):
                await self._announce()

    async def _announce(self) -> None:
        settings = self._settings
        if settings.url:
            await self._connection.insist(
                lambda: self._connection.bot.set_webhook(
                    settings.url, allowed_updates=list(KINDS), secret_token=settings.secret
                )
            )

    def _is_ours(self, told: WebhookInfo) -> bool:
        return told.url == self._settings.url if self._settings.url else bool(told.url)

    def _trouble(self, told: WebhookInfo) -> str:
        """Say what keeps updates away; a failure counts while it happens anew between two looks."""
        failed, self._failed = self._failed, told.last_error_date
        if not self._is_ours(told):
            return "Another program listens with this bot's token: it changed or removed the webhook"
        if told.pending_update_count and told.last_error_date != failed:
            return f"Telegram cannot bring updates to the webhook ({told.last_error_message})"
        return ""
