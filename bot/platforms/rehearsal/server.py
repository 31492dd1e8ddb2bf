"""The rehearsal room's page: the groups side by side in a browser on this machine."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Awaitable, Callable
from datetime import datetime
from importlib import resources
from typing import Any, Protocol
from urllib.parse import quote

from aiohttp import web
from aiohttp.typedefs import Handler

from bot.listening import listen
from bot.platforms.rehearsal.adapter import CAPABILITIES
from bot.platforms.rehearsal.guard import REFUSALS, guard, harden, refusal
from bot.platforms.rehearsal.room import Room
from bot.platforms.rehearsal.showing import PICTURES, show_message, show_state
from bot.platforms.rehearsal.stream import Streams
from bot.platforms.rehearsal.uploads import check_text, read_form
from bot.platforms.rehearsal.world import RoomError
from storage.terms.clock import OFFICE_ZONE, office_time

HOST = "127.0.0.1"

PAGE = "index.html"
KINDS = {
    "html": "text/html",
    "css": "text/css",
    "js": "text/javascript",
    "svg": "image/svg+xml",
    "webmanifest": "application/manifest+json",
}

PAGE_SIZE = 60
BODY_LIMIT = 1024 * 1024
LAST_YEAR = 2099
"""The clock goes no further: plans end there too, and the calendar ends soon behind it."""


class ClockControls(Protocol):
    """The rehearsal's clock: it goes only forward, and what falls due on the way happens."""

    def now(self) -> int:
        """Return the milliseconds since the Unix epoch."""
        ...

    async def move_to(self, moment: datetime) -> None:
        """Go to a moment."""
        ...

    async def next_morning(self) -> None:
        """Go to nine o'clock of the next working day."""
        ...

    async def next_event(self) -> None:
        """Go to the next moment at which something is due; stay when there is none."""
        ...


class RoomServer:
    """Serves a room's page on the loopback interface."""

    def __init__(self, room: Room, clock: ClockControls, *, file_limit: int = CAPABILITIES.files_in) -> None:
        self._room = room
        self._clock = clock
        self._file_limit = file_limit
        self._moving = asyncio.Lock()
        self._streams: Streams | None = None
        self._runner: web.AppRunner | None = None
        self.url = ""

    async def start(self, port: int = 0) -> str:
        """Begin to serve; return the page's address. Port 0 takes a free one."""
        self._runner = web.AppRunner(self.application(), access_log=None, shutdown_timeout=2.0)
        await self._runner.setup()
        await listen(self._runner, HOST, port)
        taken: int = self._runner.addresses[0][1]
        self.url = f"http://{HOST}:{taken}/"
        return self.url

    async def stop(self) -> None:
        """Stop serving."""
        if self._runner is not None:
            await self._runner.cleanup()

    def application(self) -> web.Application:
        """Return the pages and answers as a web application."""
        app = web.Application(middlewares=[guard, _tell_refusals], client_max_size=BODY_LIMIT)
        app.on_response_prepare.append(harden)
        app.on_startup.append(self._open_streams)
        app.on_shutdown.append(self._close_streams)
        app.router.add_get("/", self._page)
        app.router.add_get("/page/{name}", self._page)
        app.router.add_get("/api/state", self._state)
        app.router.add_get("/api/stream", self._stream)
        app.router.add_get("/api/messages", self._messages)
        app.router.add_post("/api/messages", self._say)
        app.router.add_post("/api/edit", self._edit)
        app.router.add_post("/api/press", self._press)
        app.router.add_post("/api/seen", self._seen)
        app.router.add_post("/api/clock", self._move_clock)
        app.router.add_get("/files/{file}/{name}", self._file)
        return app

    async def _open_streams(self, app: web.Application) -> None:
        del app
        self._streams = Streams(self._room, self._clock.now)

    async def _close_streams(self, app: web.Application) -> None:
        del app
        if self._streams is not None:
            self._streams.close()

    async def _page(self, request: web.Request) -> web.Response:
        name = request.match_info.get("name", PAGE)
        kind = KINDS.get(name.rpartition(".")[2])
        file = resources.files(__package__) / "page" / name
        if kind is None or not re.fullmatch(r"[a-z-]+\.[a-z]+", name) or not file.is_file():
            raise RoomError("no_such_page", name)
        return web.Response(body=file.read_bytes(), content_type=kind, charset="utf-8")

    async def _state(self, request: web.Request) -> web.Response:
        del request
        return web.json_response(show_state(self._room, self._clock.now()))

    async def _stream(self, request: web.Request) -> web.StreamResponse:
        if self._streams is None:
            raise RoomError("no_such_page", request.path)
        return await self._streams.serve(request)

    async def _messages(self, request: web.Request) -> web.Response:
        found = self._room.messages(
            request.query.get("chat", ""), before=request.query.get("before"), limit=PAGE_SIZE + 1
        )
        shown = [show_message(self._room, message) for message in found[-PAGE_SIZE:]]
        return web.json_response({"messages": shown, "earlier": len(found) > PAGE_SIZE})

    async def _say(self, request: web.Request) -> web.Response:
        form = await read_form(request, self._file_limit)
        kept = [await asyncio.to_thread(self._room.keep, file) for file in form.files]
        words = form.words
        message = self._room.say(
            words.get("chat", ""),
            words.get("account", ""),
            words.get("text", ""),
            kept,
            words.get("reply_to") or None,
        )
        return web.json_response({"message": message}, status=201)

    async def _edit(self, request: web.Request) -> web.Response:
        asked = await _fields(request, "chat", "account", "message", "text")
        self._room.edit(asked["chat"], asked["account"], asked["message"], check_text(asked["text"]))
        return web.json_response({})

    async def _press(self, request: web.Request) -> web.Response:
        asked = await _fields(request, "chat", "account", "message", "token")
        press = self._room.press(asked["chat"], asked["account"], asked["message"], asked["token"])
        return web.json_response({"press": press}, status=201)

    async def _seen(self, request: web.Request) -> web.Response:
        asked = await _fields(request, "chat", "upto")
        self._room.see(asked["chat"], asked["upto"])
        return web.json_response({})

    async def _move_clock(self, request: web.Request) -> web.Response:
        asked = await _fields(request, "to")
        move = self._clock_move(asked["to"])
        if self._moving.locked():
            raise RoomError("clock_busy")
        async with self._moving:
            before = self._clock.now()
            await move()
        if self._streams is not None:
            self._streams.nudge()
        now = self._clock.now()
        return web.json_response({"now": now, "moved": now != before})

    def _clock_move(self, to: str) -> Callable[[], Awaitable[None]]:
        if to == "morning":
            return self._clock.next_morning
        if to == "event":
            return self._clock.next_event
        try:
            moment = datetime.fromisoformat(to)
        except ValueError as unreadable:
            raise RoomError("not_understood", to) from unreadable
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=OFFICE_ZONE)
        if moment.year > LAST_YEAR:
            raise RoomError("not_understood", to)
        if moment < office_time(self._clock.now()):
            raise RoomError("clock_backwards", to)
        return lambda: self._clock.move_to(moment)

    async def _file(self, request: web.Request) -> web.Response:
        file = self._room.file(request.match_info["file"])
        content = await asyncio.to_thread(self._room.content, file.id)
        inline = file.mime in PICTURES and "download" not in request.query
        return web.Response(
            body=content,
            headers={
                "Content-Type": file.mime if inline else "application/octet-stream",
                "Content-Disposition": f"{'inline' if inline else 'attachment'}; "
                f"filename*=UTF-8''{quote(file.name, safe='')}",
                "Content-Security-Policy": "default-src 'none'; sandbox",
                "Cache-Control": "private, max-age=3600, immutable",
            },
        )


async def _fields(request: web.Request, *names: str) -> dict[str, str]:
    """Read the named words of a JSON object."""
    try:
        asked: Any = json.loads(await request.read())
    except (ValueError, RecursionError) as broken:
        raise RoomError("not_understood") from broken
    if not isinstance(asked, dict) or not all(_is_text(asked.get(name)) for name in names):
        raise RoomError("not_understood", ", ".join(names))
    return {name: asked[name] for name in names}


def _is_text(value: object) -> bool:
    """Tell whether a value is words: JSON can also write half of a character."""
    if not isinstance(value, str):
        return False
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True


@web.middleware
async def _tell_refusals(request: web.Request, handler: Handler) -> web.StreamResponse:
    try:
        return await handler(request)
    except RoomError as refused:
        status, sentence = REFUSALS[refused.key]
        return refusal(status, refused.key, sentence.format(refused.what))
    except web.HTTPException as refused:
        if refused.status < 400:
            raise
        return refusal(refused.status, refused.reason.lower().replace(" ", "_"), f"{refused.reason}.")
