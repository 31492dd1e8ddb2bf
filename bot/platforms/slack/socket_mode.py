"""Socket Mode: Slack tells over a connection that we opened, so the bot needs no address of its own.

The SDK's own client hands envelopes over side by side and forgets those under way when it
closes; here each is acknowledged on the connection it came by, once it is stored, and a chat's
stay in order.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, get_args

import aiohttp

from bot.platforms.port import DeliveryFault, NotNow
from bot.platforms.slack.faults import LockedOut, Unreached
from bot.platforms.slack.translation import Kind
from bot.platforms.slack.web import Web

log = logging.getLogger(__name__)

Take = Callable[[Kind, Mapping[str, Any]], Awaitable[None]]
"""Takes in what was told; returns once it is stored."""

LISTENING = "listening"
HEARTBEAT_SECONDS = 20.0
MOST_UNDER_WAY = 500
"""Envelopes in memory; more are left with Slack until these are stored."""

REFUSED_SECONDS = 30.0
"""Before Slack is asked again that says no; somebody has to change the app's settings."""

KINDS: dict[str, Kind] = {kind: kind for kind in get_args(Kind)}


class Socket:
    """Listens over one connection at a time and opens the next when it ends."""

    def __init__(self, web: Web, app_token: str, retry_seconds: float, ready: asyncio.Event) -> None:
        self._web = web
        self._app_token = app_token
        self._retry_seconds = retry_seconds
        self._ready = ready
        self._room = asyncio.Semaphore(MOST_UNDER_WAY)

    async def listen(self, take: Take) -> None:
        """Listen until cancelled."""
        async with asyncio.TaskGroup() as under_way:
            while True:
                try:
                    await self._one_connection(take, under_way)
                except DeliveryFault as fault:
                    self._web.troubles.begin(LISTENING, _trouble(fault))
                    await asyncio.sleep(self._pause(fault))
                except (aiohttp.ClientError, TimeoutError, OSError) as fault:
                    broken = f"The socket to Slack broke ({type(fault).__name__}); trying again"
                    self._web.troubles.begin(LISTENING, broken)
                    await asyncio.sleep(self._retry_seconds)
                finally:
                    self._ready.clear()

    def _pause(self, fault: DeliveryFault) -> float:
        if isinstance(fault, Unreached):
            return self._retry_seconds
        return fault.seconds if isinstance(fault, NotNow) else REFUSED_SECONDS

    async def _one_connection(self, take: Take, under_way: asyncio.TaskGroup) -> None:
        opened = await self._web.call("apps.connections.open", {}, token=self._app_token)
        async with self._web.connect(str(opened["url"]), HEARTBEAT_SECONDS) as socket:
            self._ready.set()
            self._web.troubles.end(LISTENING)
            async for message in socket:
                if message.type is not aiohttp.WSMsgType.TEXT:
                    continue
                envelope = _envelope(message.data)
                if envelope.get("type") == "disconnect":
                    log.info("Slack asks for a new socket (%s)", envelope.get("reason"))
                    return
                if "envelope_id" in envelope:
                    await self._room.acquire()
                    under_way.create_task(self._answer(socket, envelope, take))

    async def _answer(
        self, socket: aiohttp.ClientWebSocketResponse, envelope: Mapping[str, Any], take: Take
    ) -> None:
        """Take an envelope in, then acknowledge it; on a connection that is gone Slack will tell it again."""
        try:
            kind, payload = KINDS.get(str(envelope.get("type"))), envelope.get("payload")
            if kind is None or not isinstance(payload, Mapping):
                kind, payload = "events_api", {"envelope": envelope}  # nothing known: it is kept aside
            await take(kind, payload)
            await socket.send_str(json.dumps({"envelope_id": envelope["envelope_id"]}))
        except (aiohttp.ClientError, ConnectionError):
            log.debug("An acknowledgement did not reach Slack")
        finally:
            self._room.release()


def _trouble(fault: DeliveryFault) -> str:
    if isinstance(fault, LockedOut):
        return "Slack refuses the app's token; was it revoked? Waiting for it to be accepted"
    return f"Slack opens no socket ({type(fault).__name__}); trying again"


def _envelope(text: str) -> Mapping[str, Any]:
    try:
        envelope = json.loads(text)
    except ValueError:
        return {}
    return envelope if isinstance(envelope, dict) else {}
