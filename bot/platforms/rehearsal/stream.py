"""Live updates: every open page is told what happens, as Server-Sent Events."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from typing import Any

from aiohttp import web

from bot.platforms.rehearsal.room import Room
from bot.platforms.rehearsal.showing import show_happening

KEEP_ALIVE_SECONDS = 15.0
BATCH = 200


class Streams:
    """The open pages. What they are told is read from the room, so none can miss anything."""

    def __init__(self, room: Room, now: Callable[[], int]) -> None:
        self._room = room
        self._now = now
        self._waiting: set[asyncio.Event] = set()
        self._closing = False
        self._loop = asyncio.get_running_loop()
        self._unwatch = room.watch(self.nudge)

    def nudge(self) -> None:
        """Let every page look again; safe to call from a thread."""
        self._loop.call_soon_threadsafe(self._wake)

    def close(self) -> None:
        """End all streams, so that the server can stop."""
        self._closing = True
        self._unwatch()
        self._wake()

    def _wake(self) -> None:
        for waiting in self._waiting:
            waiting.set()

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """Tell one page what happens after the happening it has seen last."""
        cursor = request.headers.get("Last-Event-ID") or request.query.get("after", "")
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream; charset=utf-8"})
        await response.prepare(request)
        try:
            async for line in self._tell(int(cursor) if cursor.isdecimal() else 0):
                await response.write(line.encode())
        except ConnectionResetError:
            pass  # the page was closed
        return response

    async def _tell(self, cursor: int) -> AsyncIterator[str]:
        news = asyncio.Event()
        self._waiting.add(news)
        try:
            yield _event(cursor, {"kind": "hello", "room": self._room.birth, "now": self._now()})
            now = self._now()
            while not self._closing:
                news.clear()
                if now != self._now():
                    now = self._now()
                    yield _event(cursor, {"kind": "clock", "now": now})
                happenings = self._room.happenings(cursor, BATCH)
                for happening in happenings:
                    cursor = happening.id
                    shown = show_happening(self._room, happening)
                    if shown is not None:
                        yield _event(cursor, shown)
                if len(happenings) < BATCH and not await _within(news, KEEP_ALIVE_SECONDS):
                    yield ": still here\n\n"
        finally:
            self._waiting.discard(news)


async def _within(news: asyncio.Event, seconds: float) -> bool:
    try:
        await asyncio.wait_for(news.wait(), seconds)
    except TimeoutError:
        return False
    return True


def _event(cursor: int, shown: dict[str, Any]) -> str:
    return f"id: {cursor}\ndata: {json.dumps(shown, ensure_ascii=False)}\n\n"
