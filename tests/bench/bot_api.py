"""A Bot API that costs as little as it can, in a process of its own: it tells updates and counts answers.

``/control/…`` sets what it tells; with a ``window`` no more than so many updates are told ahead of their
answers, as people who read before they write. Where limits are set, each message is counted as the platform
counts.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import time
from collections import deque
from typing import Any

from aiohttp import web

from bot.platforms.telegram.adapter import PACE
from tests.platforms.limits import Limits
from tests.platforms.telegram_world import BOT

GROUP = -1001700000000
BATCH = 100
NOW = 1772413200


class BotApi:
    """Tells updates as fast as they are fetched, and remembers when each was told and answered."""

    def __init__(self) -> None:
        self.reset(0, 1, counted=False)
        self.window = 0
        self.answered = asyncio.Event()

    def reset(self, updates: int, chats: int, *, counted: bool) -> None:
        """Begin anew: so many commands, in so many groups in turn."""
        self.updates, self.chats = updates, chats
        self.next_update = getattr(self, "next_update", 1)
        self.first_update = self.next_update
        self.last_update = self.next_update + updates
        self.limits = Limits(PACE) if counted else None
        self.sent = 0
        self.begun = self.ended = 0.0
        self.asked: dict[int, float] = {}
        self.pressed: dict[str, float] = {}
        self.waited: list[float] = []
        self.people: deque[dict[str, Any]] = deque()
        self.message = getattr(self, "message", 1)  # a chat's numbers never come again
        self.news = asyncio.Event()
        self.news.set()
        self.done = asyncio.Event()

    # ------------------------------------------------------------ the Bot API

    async def call(self, request: web.Request) -> web.Response:
        method = request.match_info["method"]
        try:
            given = {**request.query, **await request.post()}
            result = await getattr(self, f"do_{method}", self.nothing)(given)
        except ConnectionResetError:  # a bot that was ended
            return web.Response()
        except TooFast as fault:
            told = {"ok": False, "error_code": 429, "description": "Too Many Requests"}
            return web.json_response(told | {"parameters": {"retry_after": fault.args[0]}}, status=429)
        return web.json_response({"ok": True, "result": result})

    async def nothing(self, given: Any) -> bool:
        del given
        return True

    async def do_getMe(self, given: Any) -> dict[str, Any]:  # noqa: N802
        del given
        return BOT | {"can_join_groups": True, "can_read_all_group_messages": False}

    async def do_getUpdates(self, given: Any) -> list[dict[str, Any]]:  # noqa: N802
        self.next_update = max(self.next_update, int(given.get("offset") or 0))
        if self.next_update >= self.last_update and not self.people:
            self.news.clear()
            try:
                async with asyncio.timeout(float(given.get("timeout") or 0)):
                    await self.news.wait()
            except TimeoutError:
                return []
        if self.people:
            return [self.people.popleft()]
        while self.window and self.next_update - self.first_update - self.sent >= self.window:
            self.answered.clear()
            await self.answered.wait()
        self.begun = self.begun or time.perf_counter()
        last = min(self.next_update + BATCH, self.last_update)
        return [self.command(number) for number in range(self.next_update, last)]

    def command(self, number: int) -> dict[str, Any]:
        chat = GROUP - number % self.chats
        return {"update_id": number, "message": self.said(number, chat, "/help")}

    def said(self, number: int, chat: int, text: str) -> dict[str, Any]:
        return {
            "message_id": number,
            "date": NOW,
            "chat": {"id": chat, "type": "supergroup", "title": f"第{GROUP - chat}群"},
            "from": {"id": 7001, "is_bot": False, "first_name": "王静"},
            "text": text,
            "entities": [{"type": "bot_command", "offset": 0, "length": len(text)}],
        }

    async def do_sendMessage(self, given: Any) -> dict[str, Any]:  # noqa: N802
        chat = int(given["chat_id"])
        if self.limits is not None:
            if (seconds := self.limits.wait(chat, group=chat < 0)) > 0:
                raise TooFast(int(seconds) + 1)
            self.limits.count(chat, group=chat < 0)
        if (asked := self.asked.pop(chat, None)) is not None:
            self.waited.append(time.perf_counter() - asked)
        self.sent += 1
        self.answered.set()
        self.ended = time.perf_counter()
        if self.sent >= self.updates:
            self.done.set()
        self.message += 1
        told = {"id": chat, "type": "supergroup", "title": "群"}
        return {
            "message_id": self.message,
            "date": NOW,
            "chat": told,
            "from": BOT,
            "text": str(given["text"]),
        }

    async def do_answerCallbackQuery(self, given: Any) -> bool:  # noqa: N802
        if (pressed := self.pressed.pop(str(given["callback_query_id"]), None)) is not None:
            self.waited.append(time.perf_counter() - pressed)
        return True

    # ------------------------------------------------------------ control

    async def start(self, request: web.Request) -> web.Response:
        asked = {name: int(value) for name, value in request.query.items()}
        self.reset(asked.get("updates", 0), asked.get("chats", 1), counted=bool(asked.get("counted")))
        self.window = asked.get("window", 0)
        return web.json_response({})

    async def wait(self, request: web.Request) -> web.Response:
        """Answer when so many messages were sent."""
        wanted = int(request.query["sent"])
        while self.sent < wanted:
            self.done.clear()
            self.updates = wanted
            await self.done.wait()
        return web.json_response({"sent": self.sent, "seconds": self.ended - self.begun})

    async def person(self, request: web.Request) -> web.Response:
        """Let somebody press a button, or ask something in a group of their own."""
        number = self.next_update = self.next_update + 1
        self.last_update = max(self.last_update, number)
        chat = GROUP - 100_000 - number
        if request.query["does"] == "press":
            card = {"message_id": 1, "date": NOW, "chat": {"id": chat, "type": "supergroup", "title": "群"}}
            query = {"id": str(number), "from": {"id": 7001, "is_bot": False, "first_name": "王静"}}
            query |= {"message": card, "data": "nothing.0", "chat_instance": "1"}
            self.pressed[str(number)] = time.perf_counter()
            self.people.append({"update_id": number, "callback_query": query})
        else:
            self.asked[chat] = time.perf_counter()
            self.people.append({"update_id": number, "message": self.said(number, chat, "/help")})
        self.news.set()
        return web.json_response({})

    async def figures(self, request: web.Request) -> web.Response:
        del request
        broken = [] if self.limits is None else self.limits.broken
        unanswered = len(self.asked) + len(self.pressed)
        return web.json_response({"waited": self.waited, "broken": broken, "unanswered": unanswered})


class TooFast(Exception):  # noqa: N818 - an answer of the server's
    """More than the limits allow."""


def main() -> None:
    """Serve on a free port, and print it."""
    parser = argparse.ArgumentParser()
    parser.parse_args()
    api = BotApi()
    app = web.Application()
    app.router.add_route("*", "/bot{token}/{method}", api.call)
    for name in ("start", "wait", "person", "figures"):
        app.router.add_get(f"/control/{name}", getattr(api, name))

    async def serve() -> None:
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        print(json.dumps({"port": runner.addresses[0][1]}), flush=True)
        await asyncio.Event().wait()

    asyncio.run(serve())


if __name__ == "__main__":
    main()
