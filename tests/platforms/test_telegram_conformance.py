"""Telegram is a platform like the others, by long polling and by webhook."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.platforms.conformance import Conformance
from tests.platforms.telegram_stage import TelegramStage, staged, webhook_settings


class TestTelegramByPolling(Conformance):
    @pytest.fixture
    async def stage(self) -> AsyncIterator[TelegramStage]:
        async with staged() as stage:
            yield stage


class TestTelegramByWebhook(Conformance):
    @pytest.fixture
    async def stage(self) -> AsyncIterator[TelegramStage]:
        async with staged(mode="webhook", webhook=webhook_settings()) as stage:
            yield stage
