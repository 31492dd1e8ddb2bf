"""A stateful fake of the Bot API over real HTTP on loopback, with the troubles of the real one."""

from __future__ import annotations

import asyncio
import json
import math
from collections import defaultdict, deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

import aiohttp
from aiohttp import web

from bot.platforms.port import ShownFile
from tests.platforms.limits import Limits
from tests.platforms.telegram_world import BOT, TOKEN, ApiError, World

PATIENCE = 10
PUSH_AGAIN_SECONDS = 0.01
COUNTED = {"sendMessage", "sendDocument", "sendPhoto", "editMessageText", "editMessageCaption"}
"""What the limits are about; an edit counts like a message."""


@dataclass(frozen=True)
class Trouble:
    """What happens to one call: refused, cut off before or after it took effect, or never answered after."""

    kind: Literal["refused", "cut", "cut after", "silent after", "garbled after"] = "refused"
    code: int = 500
    description: str = "Internal Server Error"
    parameters: Mapping[str, Any] | None = None


def too_many(seconds: int) -> Trouble:
    return Trouble("refused", 429, f"Too Many Requests: retry after {seconds}", {"retry_after": seconds})


class FakeTelegram:
    """The server. ``world`` holds the chats; ``troubles`` of a method befall its next calls, one each.

    ``limits``, where there are any, refuse what comes too fast. ``before`` and ``after`` are called around
    what a call does, before it is answered. ``lost`` of the webhook's next answers do not arrive.
    """

    def __init__(self, limits: Limits | None = None) -> None:
        self.limits = limits
        self.before: Callable[[str], None] = _nothing
        self.after: Callable[[str], None] = _nothing
        self.lost = 0
        self._news = asyncio.Event()
        self._done = asyncio.Event()
        self.world = World(self._news.set)
        self.troubles: defaultdict[str, deque[Trouble | None]] = defaultdict(deque)
        self.calls: list[tuple[str, dict[str, Any]]] = []
        self.revoked = False
        self.refuse_polls = False
        """Whether another program polls, and always wins."""
        self.webhook: dict[str, Any] = {}
        self.pushed: list[int] = []
        self.push_failed: dict[str, Any] = {}
        self._poll = 0
        self._pushing: asyncio.Task[None] | None = None
        self._runner: web.AppRunner | None = None
        self.root = ""

    @property
    def base_url(self) -> str:
        return f"{self.root}/bot"

    @property
    def base_file_url(self) -> str:
        return f"{self.root}/file/bot"

    async def start(self) -> None:
        app = web.Application(client_max_size=64 * 1024 * 1024)
        app.router.add_route("*", "/bot{token}/{method}", self._call)
        app.router.add_get("/file/bot{token}/{path:.+}", self._download)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.2, handler_cancellation=True)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.root = f"http://127.0.0.1:{self._runner.addresses[0][1]}"

    async def stop(self) -> None:
        if self._pushing is not None:
            self._pushing.cancel()
            await asyncio.gather(self._pushing, return_exceptions=True)
        if self._runner is not None:
            await self._runner.cleanup()

    def sent(self, method: str) -> list[dict[str, Any]]:
        """Return what a method was called with."""
        return [given for name, given in self.calls if name == method]

    # -------------------------------------------------------- HTTP

    async def until(self, enough: Callable[[], bool]) -> None:
        """Wait until what the bot did is enough."""
        async with asyncio.timeout(PATIENCE):
            while not enough():
                self._done.clear()
                await self._done.wait()

    async def _call(self, request: web.Request) -> web.StreamResponse:
        try:
            return await self._carry_out(request)
        finally:
            self._done.set()

    async def _carry_out(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"]
        given = {**request.query, **await request.post()}
        if method != "getUpdates":
            self.calls.append((method, given))
            self._done.set()
        trouble = self.troubles[method].popleft() if self.troubles[method] else None
        self.before(method)
        try:
            self._let_in(request, trouble)
            if trouble is not None and trouble.kind == "cut":
                return _cut(request)
            result = await self._answer(method, given)
        except ApiError as refused:
            self._told_to_wait(method, given, refused)
            return _refusal(refused)
        self.after(method)
        if trouble is not None and trouble.kind == "silent after":
            await asyncio.Event().wait()
        if trouble is not None and trouble.kind == "garbled after":
            return web.Response(text="<html>Bad gateway</html>")
        if trouble is not None:
            return _cut(request)
        return web.json_response({"ok": True, "result": result})

    def _let_in(self, request: web.Request, trouble: Trouble | None = None) -> None:
        if self.revoked or request.match_info["token"] != TOKEN:
            raise ApiError(401, "Unauthorized")
        if trouble is not None and trouble.kind == "refused":
            raise ApiError(trouble.code, trouble.description, trouble.parameters)

    async def _download(self, request: web.Request) -> web.StreamResponse:
        name = request.match_info["path"].rpartition("/")[2]
        try:
            self._let_in(request)
        except ApiError as refused:
            return _refusal(refused)
        if name not in self.world.files:
            return _refusal(ApiError(404, "Not Found"))
        return web.Response(body=self.world.files[name])

    async def _answer(self, method: str, given: Mapping[str, Any]) -> Any:
        match method:
            case "getMe":
                return BOT | {"can_join_groups": True, "can_read_all_group_messages": False}
            case "getUpdates":
                return await self._updates(given)
            case "getWebhookInfo":
                url = self.webhook.get("url", "")
                pending = {"pending_update_count": len(self.world.updates)}
                return {"url": url, "has_custom_certificate": False} | pending | self.push_failed
            case "setWebhook" | "deleteWebhook":
                return self._set_webhook(given if method == "setWebhook" else {})
            case _ if method in COUNTED and self.limits is not None:
                return self._counted(self.limits, method, given)
            case _:
                return self._act(method, given)

    def _counted(self, limits: Limits, method: str, given: Mapping[str, Any]) -> Any:
        chat = str(given["chat_id"])
        group = chat.startswith("-")
        if (seconds := limits.wait(chat, group=group)) > 0:
            raise ApiError(429, "Too Many Requests", {"retry_after": math.ceil(seconds)})
        result = self._act(method, given)
        limits.count(chat, group=group)
        return result

    def _told_to_wait(self, method: str, given: Mapping[str, Any], refused: ApiError) -> None:
        seconds = (refused.parameters or {}).get("retry_after")
        if self.limits is not None and method in COUNTED and seconds:
            self.limits.told_to_wait(str(given["chat_id"]), seconds)

    def _act(self, method: str, given: Mapping[str, Any]) -> Any:
        world = self.world
        match method:
            case "sendMessage":
                return world.post(given)
            case "sendDocument" | "sendPhoto":
                kind = method.removeprefix("send").lower()
                return world.post(given, (kind, _file(given[kind])))
            case "editMessageText" | "editMessageCaption":
                return world.edit(given, method.removeprefix("editMessage").lower())
            case "answerCallbackQuery":
                return world.toast(given["callback_query_id"], given.get("text"))
            case "getFile":
                return world.file(given["file_id"])
            case "setMyCommands":
                world.menus.append({key: json.loads(value) for key, value in given.items()})
                return True
            case _:
                raise ApiError(404, "Not Found")

    async def _updates(self, given: Mapping[str, Any]) -> list[dict[str, Any]]:
        if self.refuse_polls:
            raise ApiError(409, "Conflict: terminated by other getUpdates request")
        if self.webhook:
            raise ApiError(409, "Conflict: can't use getUpdates method while webhook is active")
        self._poll += 1
        mine = self._poll
        self._news.set()
        offset = int(given.get("offset", 0))
        self.world.allowed = json.loads(given.get("allowed_updates", "[]"))
        self.world.acknowledge(offset)
        self._done.set()
        try:
            async with asyncio.timeout(float(given.get("timeout", 0))):
                while not self.world.updates:
                    self._news.clear()
                    await self._news.wait()
                    if mine != self._poll:
                        self._news.set()
                        raise ApiError(409, "Conflict: terminated by other getUpdates request")
        except TimeoutError:
            return []
        return self.world.updates[: int(given.get("limit", 100))]

    # -------------------------------------------------------- webhook

    def _set_webhook(self, given: Mapping[str, Any]) -> bool:
        self.webhook = dict(given)
        if self._pushing is not None:
            self._pushing.cancel()
            self._pushing = None
        if given:
            self.world.allowed = json.loads(given.get("allowed_updates", "[]"))
            self._pushing = asyncio.create_task(self._push())
        return True

    def _loses(self) -> bool:
        if not self.lost:
            return False
        self.lost -= 1
        return True

    async def _push(self) -> None:
        secret = {"X-Telegram-Bot-Api-Secret-Token": self.webhook.get("secret_token", "")}
        async with aiohttp.ClientSession() as session:
            while True:
                while not self.world.updates:
                    self._news.clear()
                    await self._news.wait()
                update = self.world.updates[0]
                try:
                    async with session.post(self.webhook["url"], json=update, headers=secret) as answer:
                        taken = answer.status == 200 and not self._loses()
                except aiohttp.ClientError:
                    taken = False
                if taken:
                    self.pushed.append(update["update_id"])
                    self.world.take_back(update)
                    self._done.set()
                else:
                    moment = self.push_failed.get("last_error_date", 0) + 1
                    self.push_failed = {"last_error_date": moment, "last_error_message": "Connection refused"}
                    await asyncio.sleep(PUSH_AGAIN_SECONDS)


def _nothing(method: str) -> None:
    del method


def _file(part: Any) -> ShownFile:
    assert isinstance(part, web.FileField), "files are uploaded, not named"
    return ShownFile(part.filename, part.content_type, part.file.read())


def _cut(request: web.Request) -> web.Response:
    assert request.transport is not None
    request.transport.abort()
    return web.Response()


def _refusal(refused: ApiError) -> web.Response:
    told: dict[str, Any] = {"ok": False, "error_code": refused.code, "description": refused.description}
    if refused.parameters:
        told["parameters"] = dict(refused.parameters)
    return web.json_response(told, status=refused.code)
