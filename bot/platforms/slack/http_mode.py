"""Slack's requests to an address of ours: proved by their signature, answered once they are stored."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Coroutine, Mapping
from typing import Any
from urllib.parse import parse_qsl

from aiohttp import web

from bot.platforms.slack.signature import is_genuine
from bot.platforms.slack.socket_mode import Take
from bot.platforms.slack.translation import Kind
from storage.terms.clock import Clock

log = logging.getLogger(__name__)

LARGEST = 1024 * 1024
IN_TIME_SECONDS = 2.5
"""Slack waits three; what is not stored by then it is told to send again."""

QUIET_MILLIS = 60_000
"""Between two lines of the log about requests that are not Slack's."""


class Requests:
    """Takes what Slack posts. Events, buttons and slash commands may come to one address."""

    def __init__(self, signing_secret: str, clock: Clock, in_time: float = IN_TIME_SECONDS) -> None:
        self._secret = signing_secret
        self._clock = clock
        self._in_time = in_time
        self._take: Take | None = None
        self._strangers = 0
        self._tell_again = 0
        self._under_way: set[asyncio.Task[None]] = set()

    def open(self, take: Take) -> None:
        """Begin to take requests."""
        self._take = take

    def close(self) -> None:
        """Take no more; those under way are refused, so that Slack sends them again."""
        self._take = None
        for task in self._under_way:
            task.cancel()

    async def handle(self, request: web.Request) -> web.Response:
        """Answer a request: 401 when it is not Slack's, 503 when it was not stored in time."""
        body = await request.read()
        headers = request.headers
        timestamp, signature = headers.get("X-Slack-Request-Timestamp"), headers.get("X-Slack-Signature")
        if not is_genuine(self._secret, timestamp, signature, body, self._clock.now()):
            self._tell_of_a_stranger()
            return web.Response(status=401)
        told = _told(request.content_type, body)
        if told is None:
            return web.Response()
        kind, payload = told
        if payload.get("type") == "url_verification":
            return web.json_response({"challenge": str(payload.get("challenge"))})
        take = self._take
        if take is None:
            return web.Response(status=503)
        stored = await self._in_good_time(_run(take, kind, payload))
        return web.Response(status=200 if stored else 503)

    def _tell_of_a_stranger(self) -> None:
        """Tell of refused requests once in a while: whoever sends many must not fill the log."""
        self._strangers += 1
        now = self._clock.steady()
        if now >= self._tell_again:
            self._tell_again = now + QUIET_MILLIS
            log.warning(
                "%d requests to Slack's address were refused: their signature is false or too old",
                self._strangers,
            )
            self._strangers = 0

    async def _in_good_time(self, work: Coroutine[Any, Any, None]) -> bool:
        task = asyncio.create_task(work)
        self._under_way.add(task)
        try:
            await asyncio.wait({task}, timeout=self._in_time)
            return task.done() and not task.cancelled()
        finally:
            self._under_way.discard(task)
            task.cancel()


async def _run(take: Take, kind: Kind, payload: Mapping[str, Any]) -> None:
    await take(kind, payload)


def _told(content_type: str, body: bytes) -> tuple[Kind, dict[str, Any]] | None:
    """Read a request; None for Slack's look at our certificate. What is nothing known comes as it is."""
    if content_type == "application/json":
        return "events_api", _read(body)
    form = dict(parse_qsl(body.decode(errors="replace"), keep_blank_values=True))
    if "ssl_check" in form:
        return None
    if "payload" in form:
        return "interactive", _read(form["payload"].encode(errors="replace"))
    return "slash_commands", dict(form)


def _read(body: bytes) -> dict[str, Any]:
    try:
        read = json.loads(body)
    except ValueError:
        read = None
    return read if isinstance(read, dict) else {"body": body.decode(errors="replace")}
