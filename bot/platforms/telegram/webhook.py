"""Updates that Telegram brings by itself, to an HTTP server of our own; TLS is left to a proxy before it."""

from __future__ import annotations

import asyncio
import hmac
import json
import logging
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial

from aiohttp import web

from bot import faults
from bot.listening import listen
from bot.platforms.telegram.intake import Intake, Turns
from bot.platforms.telegram.translation import chat_of

log = logging.getLogger(__name__)

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 - the header's name
BODY_LIMIT = 1024 * 1024
STOP_SECONDS = 0.5
"""What is under way is on disk by then, or is told again."""

ATTEMPTS = 5
"""A failed storing is tried again at once, so that the chat's next update does not overtake it."""


@dataclass(frozen=True, slots=True)
class WebhookSettings:
    """Where Telegram brings updates: ``url`` as it sees us from outside, the rest as we listen.

    Without a ``url`` the webhook is taken to be set already.
    """

    secret: str
    url: str = ""
    host: str = "127.0.0.1"
    port: int = 8443
    path: str = "/telegram"

    def __post_init__(self) -> None:
        if re.fullmatch(r"[A-Za-z0-9_-]{1,256}", self.secret) is None:
            raise ValueError("the webhook's secret is 1 to 256 letters, digits, _ and -")


class WebhookServer:
    """Takes updates from whoever knows the secret."""

    def __init__(self, settings: WebhookSettings, intake: Intake, retry_seconds: float) -> None:
        self._settings = settings
        self._intake = intake
        self._retry_seconds = retry_seconds
        self._turns = Turns()
        self._runner: web.AppRunner | None = None
        self.port = 0

    async def start(self) -> None:
        """Begin to listen. Port 0 takes a free one."""
        app = web.Application(client_max_size=BODY_LIMIT)
        app.router.add_post(self._settings.path, self._told)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=STOP_SECONDS)
        await self._runner.setup()
        await listen(self._runner, self._settings.host, self._settings.port)
        self.port = self._runner.addresses[0][1]

    async def stop(self) -> None:
        """Stop listening."""
        if self._runner is not None:
            await self._runner.cleanup()

    async def _told(self, request: web.Request) -> web.Response:
        self._check(request)
        body = await request.read()
        try:
            raw = json.loads(body)
            chat = chat_of(raw)
        except (ValueError, AttributeError, RecursionError) as fault:
            faults.tell(log, fault, "What came to the webhook is no update; it is kept aside")
            words = body.decode("utf-8", "replace")
            taken = await self._insist(partial(self._intake.give_up, words, fault))
            return web.Response(status=200 if taken else 500)
        with self._turns.of(chat) as lock:
            async with lock:
                taken = await self._insist(partial(self._intake.take, raw))
        return web.Response(status=200 if taken else 500)

    def _check(self, request: web.Request) -> None:
        given = request.headers.get(SECRET_HEADER)
        if given is None:
            raise web.HTTPUnauthorized
        if not hmac.compare_digest(given.encode("utf-8", "surrogateescape"), self._settings.secret.encode()):
            raise web.HTTPForbidden

    async def _insist(self, step: Callable[[], Awaitable[None]]) -> bool:
        for attempt in range(ATTEMPTS):
            try:
                await step()
            except Exception as fault:  # noqa: BLE001 - a full disk, a foreign lock: Telegram tells it again
                faults.tell(log, fault, "An update was not received, attempt %d of %d", attempt + 1, ATTEMPTS)
                await asyncio.sleep(self._retry_seconds)
            else:
                return True
        return False
