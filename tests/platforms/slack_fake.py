"""A Slack of our own on loopback, with a state: channels, threads, files, and what it still has to tell."""

from __future__ import annotations

import asyncio
import contextlib
import json
import math
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal
from urllib.parse import urlencode

from aiohttp import ClientError, ClientSession, WSMsgType, web

from bot.platforms.port import Pace
from bot.platforms.slack.adapter import PATH, SlackPlatform
from bot.platforms.slack.checkup import SCOPES
from bot.platforms.slack.signature import sign
from storage.terms.clock import HandClock, office_time
from tests.platforms.limits import Limits
from tests.platforms.slack_limits import wrong_blocks

BOT, BOT_TOKEN, APP_TOKEN, SECRET = "U0BOT", "xoxb-1-top-secret", "xapp-1-top-secret", "signing-top-secret"
NOW = 1772413200000
CLOCK = HandClock(office_time(NOW))
"""The fake's clock stands still: what it signs is never stale."""

AGAIN_SECONDS = 0.01

Mode = Literal["socket", "http"]


@dataclass
class Channel:
    title: str
    members: set[str]
    archived: bool = False


@dataclass
class Written:
    channel: str
    ts: str
    user: str
    text: str
    blocks: list[dict[str, Any]] = field(default_factory=list)
    thread: str | None = None
    files: list[dict[str, Any]] = field(default_factory=list)


@dataclass
class Told:
    kind: str
    payload: dict[str, Any]
    attempts: int = 0


@dataclass
class Refused:
    """An answer in place of the work; ``done`` when the work is done all the same."""

    status: int = 200
    error: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    done: bool = False
    cut: bool = False
    """The connection breaks instead."""
    silent: bool = False
    """No answer comes at all."""


def _nothing(method: str) -> None:
    del method


class SlackFake:
    """The server. ``lost`` of the bot's next acknowledgements do not arrive."""

    def __init__(self, mode: Mode) -> None:
        self.mode = mode
        self.lost = 0
        self.told: list[Told] = []
        self.channels = {"C1": Channel("发改局", {BOT, "U1"}), "D1": Channel("", {BOT, "U1"})}
        self.people = {"U1": "李强", "U2": "王敏", BOT: "台账"}
        self.written: dict[tuple[str, str], Written] = {}
        self.files: dict[str, dict[str, Any]] = {}
        self.contents: dict[str, bytes] = {}
        self.limits: Limits | None = None
        self.scopes = list(SCOPES)
        self.before: Callable[[str], None] = _nothing
        self.after: Callable[[str], None] = _nothing
        """Called around what a call does, before it is answered."""
        self.calls: list[tuple[str, dict[str, Any]]] = []
        self.refusals: dict[str, deque[Refused | None]] = {}
        self.ephemeral: list[dict[str, Any]] = []
        self.toasts: list[tuple[str, dict[str, Any]]] = []
        """What was shown to somebody alone after a press, with whom."""
        self.pressed: dict[str, str] = {}
        self.strangers: list[str | None] = []
        self.pending: list[Told] = []
        self.acknowledged: list[str] = []
        self.sockets: list[web.WebSocketResponse] = []
        self.opened = 0
        self.platform: SlackPlatform | None = None
        self.seconds: Callable[[], int] = lambda: NOW // 1000
        """The clock by which requests are signed."""
        self.most_attempts = 3
        self._numbers = 0
        self._news = asyncio.Event()
        self._done = asyncio.Event()
        self._taken = asyncio.Event()
        self._pump: asyncio.Task[None] | None = None
        self._release = asyncio.Event()
        self._envelopes: dict[str, Told] = {}

    # ---------------------------------------------------------------- life

    async def start(self) -> None:
        app = web.Application()
        app.router.add_post("/api/{method}", self._api)
        app.router.add_get("/link", self._socket)
        app.router.add_post("/upload/{file}", self._upload)
        app.router.add_get("/files-pri/{file}", self._download)
        app.router.add_post("/respond/{number}", self._respond)
        self._runner = web.AppRunner(app, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.origin = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        self._session = ClientSession()

    async def stop(self) -> None:
        self._release.set()
        await self._stop_pump()
        await self._session.close()
        await self._runner.cleanup()

    def make(self, **settings: Any) -> SlackPlatform:
        proof = {"app_token": APP_TOKEN} if self.mode == "socket" else {"signing_secret": SECRET}
        values: dict[str, Any] = {"base_url": f"{self.origin}/api/", "pace": Pace(), "retry_seconds": 0}
        return SlackPlatform(BOT_TOKEN, **values | proof | settings)

    async def attach(self, platform: SlackPlatform) -> None:
        """Tell a platform from now on."""
        await self._stop_pump()
        self.platform = platform
        if self.mode == "http":
            self._pump = asyncio.create_task(self._post_all(platform))

    async def _stop_pump(self) -> None:
        if self._pump is not None:
            self._pump.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._pump

    def refuse(self, method: str, *refusals: Refused | None) -> None:
        """Let the next calls of a method go wrong; None stands for one that does not."""
        self.refusals.setdefault(method, deque()).extend(refusals)

    def number(self) -> str:
        self._numbers += 1
        return f"{NOW // 1000 + self._numbers}.{self._numbers:06d}"

    # ---------------------------------------------------------------- what people do

    async def say(
        self,
        text: str,
        *,
        channel: str = "C1",
        user: str = "U1",
        thread: str | None = None,
        files: list[tuple[str, bytes]] | None = None,
        mentioned_too: bool = False,
    ) -> str:
        ts = self.number()
        kept = [self._keep(name, content) for name, content in files or []]
        self.written[channel, ts] = Written(channel, ts, user, text, thread=thread, files=kept)
        event = self.event_of(channel, ts)
        await self.tell_event(event)
        if mentioned_too:
            await self.tell_event({**event, "type": "app_mention"})
        return ts

    def event_of(self, channel: str, ts: str) -> dict[str, Any]:
        written = self.written[channel, ts]
        event: dict[str, Any] = {
            "type": "message",
            "channel": channel,
            "channel_type": "im" if channel.startswith("D") else "channel",
            "user": written.user,
            "text": written.text,
            "ts": ts,
            "event_ts": ts,
        }
        if written.thread:
            root = self.written.get((channel, written.thread))
            event |= {"thread_ts": written.thread}
            event |= {"parent_user_id": root.user} if root else {}
        if written.files:
            event |= {"subtype": "file_share", "files": written.files}
        return event

    async def rewrite(self, channel: str, ts: str, text: str) -> None:
        before = self.event_of(channel, ts)
        self.written[channel, ts].text = text
        await self.tell_event(
            {
                "type": "message",
                "subtype": "message_changed",
                "channel": channel,
                "message": {**self.event_of(channel, ts), "edited": {"user": before["user"]}},
                "previous_message": before,
                "event_ts": self.number(),
            }
        )

    async def press(self, channel: str, ts: str, token: str, user: str = "U1") -> None:
        buttons = [e for b in self.written[channel, ts].blocks for e in b.get("elements", ())]
        button = next(each for each in buttons if each["value"] == token)
        await self.tell("interactive", self.press_of(channel, ts, button, user))

    def press_of(self, channel: str, ts: str, button: dict[str, Any], user: str = "U1") -> dict[str, Any]:
        moment = self.number()
        self.pressed[moment] = user
        thread = self.written[channel, ts].thread if (channel, ts) in self.written else None
        shown = {"ts": ts} | ({"thread_ts": thread} if thread else {})
        return {
            "type": "block_actions",
            "user": {"id": user, "username": "li.qiang", "name": "li.qiang"},
            "channel": {"id": channel, "name": "x"},
            "container": {"type": "message", "message_ts": ts, "channel_id": channel},
            "message": shown,
            "actions": [{**button, "type": "button", "action_ts": moment}],
            "trigger_id": f"{moment}.trigger",
            "response_url": f"{self.origin}/respond/{moment}",
        }

    async def slash(
        self, text: str, *, command: str = "/taizhang", channel: str = "C1", user: str = "U1"
    ) -> None:
        await self.tell(
            "slash_commands",
            {
                "command": command,
                "text": text,
                "user_id": user,
                "user_name": "li.qiang",
                "channel_id": channel,
                "channel_name": "fagai",
                "trigger_id": f"{(moment := self.number())}.trigger",
                "response_url": f"{self.origin}/respond/{moment}",
            },
        )
        self.pressed[moment] = user

    async def tell_event(self, event: dict[str, Any]) -> None:
        await self.tell(
            "events_api", {"type": "event_callback", "event_id": f"Ev{self.number()}", "event": event}
        )

    async def tell(self, kind: str, payload: dict[str, Any]) -> None:
        """Tell the bot something, again and again until it is acknowledged."""
        told = Told(kind, payload)
        self.told.append(told)
        self.pending.append(told)
        self._news.set()
        if self.sockets:
            await self._send(self.sockets[-1], told)

    # ---------------------------------------------------------------- telling by HTTP

    async def _post_all(self, platform: SlackPlatform) -> None:
        while True:
            await platform.ready.wait()
            if not self.pending:
                self._news.clear()
                await self._news.wait()
                continue
            told = self.pending[0]
            told.attempts += 1
            try:
                taken = await self.post(told.kind, told.payload) == 200 and not self._loses()
            except (ClientError, OSError):
                taken = False
            if (taken or told.attempts > self.most_attempts) and told in self.pending:
                self.pending.remove(told)
                self._taken.set()
                self._done.set()
            else:
                await asyncio.sleep(AGAIN_SECONDS)

    def _loses(self) -> bool:
        if not self.lost:
            return False
        self.lost -= 1
        return True

    async def post(
        self,
        kind: str,
        payload: dict[str, Any],
        *,
        signature: Callable[[bytes], str] | str | None = None,
        timestamp: str = "",
    ) -> int:
        """Post one thing to the bot, truly signed unless told otherwise; return the status."""
        timestamp = timestamp or str(self.seconds())
        if kind == "events_api":
            content, body = "application/json", json.dumps(payload).encode()
        else:
            form = {"payload": json.dumps(payload)} if kind == "interactive" else payload
            content, body = "application/x-www-form-urlencoded", urlencode(form).encode()
        if signature is None:
            signature = sign(SECRET, timestamp, body)
        shown = signature(body) if callable(signature) else signature
        headers = {"X-Slack-Request-Timestamp": timestamp, "X-Slack-Signature": shown}
        assert self.platform is not None
        url = f"http://127.0.0.1:{self.platform.port}{PATH}"
        async with self._session.post(url, data=body, headers={"Content-Type": content, **headers}) as answer:
            self.last_answer = await answer.text()
            return answer.status

    # ---------------------------------------------------------------- telling by Socket Mode

    async def _socket(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        await socket.send_json({"type": "hello"})
        sent: set[int] = set()
        while waiting := [told for told in self.pending if id(told) not in sent]:
            for told in waiting:
                sent.add(id(told))
                await self._send(socket, told)
        self.sockets.append(socket)
        try:
            async for message in socket:
                if message.type is WSMsgType.TEXT:
                    number = json.loads(message.data)["envelope_id"]
                    self.acknowledged.append(number)
                    if self._loses():
                        break
                    if (told := self._envelopes.pop(number)) in self.pending:
                        self.pending.remove(told)
                    self._taken.set()
        finally:
            self.sockets.remove(socket)
        return socket

    async def _send(self, socket: web.WebSocketResponse, told: Told) -> None:
        number = f"envelope-{self.number()}"
        self._envelopes[number] = told
        with contextlib.suppress(ConnectionError):
            await socket.send_json({"envelope_id": number, "type": told.kind, "payload": told.payload})

    async def drain(self) -> None:
        """Wait until all that was told is acknowledged."""
        async with asyncio.timeout(10):
            while self.pending:
                self._taken.clear()
                await self._taken.wait()

    async def until(self, enough: Callable[[], bool]) -> None:
        """Wait until what the bot did is enough."""
        async with asyncio.timeout(10):
            while not enough():
                self._done.clear()
                await self._done.wait()

    # ---------------------------------------------------------------- the Web API

    async def _api(self, request: web.Request) -> web.StreamResponse:
        try:
            return await self._carry_out(request)
        finally:
            self._done.set()

    async def _carry_out(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"]
        if request.content_type == "application/json":
            values = await request.json()
        else:
            values = dict(await request.post())
        self.calls.append((method, values))
        counted = self.limits if method == "chat.postMessage" else None
        if counted is not None:
            if (seconds := counted.wait(values["channel"], group=True)) > 0:
                answer = {"ok": False, "error": "ratelimited"}
                return web.json_response(answer, status=429, headers={"Retry-After": str(math.ceil(seconds))})
            counted.count(values["channel"], group=True)
        refused = self._refused(method)
        if refused is None:
            self.before(method)
            done = self._work(method, values, request.headers.get("Authorization"))
            self.after(method)
            scopes = {"x-oauth-scopes": ",".join(self.scopes)} if method == "auth.test" else None
            return web.json_response(done, headers=scopes)
        if counted is not None and (seconds := int(refused.headers.get("Retry-After", 0))):
            counted.told_to_wait(values["channel"], seconds)
        if refused.done:
            self._work(method, values, request.headers.get("Authorization"))
        if refused.silent:
            await self._release.wait()
        if refused.cut and request.transport is not None:
            request.transport.close()
        if refused.error:
            answer = {"ok": False, "error": refused.error}
            return web.json_response(answer, status=refused.status, headers=refused.headers)
        return web.Response(status=refused.status, text="<html>", content_type="text/html")

    def _refused(self, method: str) -> Refused | None:
        refusals = self.refusals.get(method)
        return refusals.popleft() if refusals else None

    def _work(self, method: str, values: dict[str, Any], authorization: str | None) -> dict[str, Any]:
        token = APP_TOKEN if method == "apps.connections.open" else BOT_TOKEN
        if authorization != f"Bearer {token}":
            return {"ok": False, "error": "invalid_auth"}
        done = getattr(self, "_" + method.replace(".", "_"))(values)
        return {"ok": False, "error": done} if isinstance(done, str) else {"ok": True, **done}

    def _auth_test(self, values: dict[str, Any]) -> dict[str, Any]:
        del values
        return {"user_id": BOT, "bot_id": "B0BOT", "team_id": "T1"}

    def _apps_connections_open(self, values: dict[str, Any]) -> dict[str, Any]:
        del values
        self.opened += 1
        return {"url": f"{self.origin.replace('http', 'ws')}/link?ticket=ticket-top-secret"}

    def _users_info(self, values: dict[str, Any]) -> dict[str, Any] | str:
        name = self.people.get(values["user"])
        return {"user": {"name": "x", "profile": {"real_name": name}}} if name else "user_not_found"

    def _conversations_info(self, values: dict[str, Any]) -> dict[str, Any] | str:
        channel = self.channels.get(values["channel"])
        return {"channel": {"name": channel.title}} if channel else "channel_not_found"

    def _conversations_replies(self, values: dict[str, Any]) -> dict[str, Any]:
        root = values["ts"]
        found = [w for w in self.written.values() if root in {w.ts, w.thread}]
        return {"messages": [{"ts": w.ts, "user": w.user, "text": w.text} for w in found]}

    def _files_info(self, values: dict[str, Any]) -> dict[str, Any] | str:
        file = self.files.get(values["file"])
        return {"file": file} if file else "file_not_found"

    def _closed(self, channel: str) -> str:
        found = self.channels.get(channel)
        if found is None:
            return "channel_not_found"
        if found.archived:
            return "is_archived"
        return "" if BOT in found.members else "not_in_channel"

    def _chat_postMessage(self, values: dict[str, Any]) -> dict[str, Any] | str:  # noqa: N802
        channel, thread = values["channel"], values.get("thread_ts")
        if wrong := self._closed(channel) or wrong_blocks(values):
            return wrong
        if thread and (channel, thread) not in self.written:
            return "thread_not_found"
        if thread and self.written[channel, thread].thread:
            raise AssertionError("a thread hangs on a message that stands in a thread")
        ts = self.number()
        self.written[channel, ts] = Written(channel, ts, BOT, values["text"], values["blocks"], thread)
        return {"channel": channel, "ts": ts}

    def _chat_update(self, values: dict[str, Any]) -> dict[str, Any] | str:
        found = self.written.get((values["channel"], values["ts"]))
        if wrong := self._closed(values["channel"]) or wrong_blocks(values):
            return wrong
        if found is None:
            return "message_not_found"
        if found.user != BOT:
            return "cant_update_message"
        found.text, found.blocks = values["text"], values["blocks"]
        return {"channel": found.channel, "ts": found.ts}

    # ---------------------------------------------------------------- files

    def _keep(self, name: str, content: bytes) -> dict[str, Any]:
        number = f"F{len(self.files) + 1}"
        self.contents[number] = content
        self.files[number] = {
            "id": number,
            "name": name,
            "mimetype": "application/octet-stream",
            "size": len(content),
            "url_private_download": f"{self.origin}/files-pri/{number}",
        }
        return self.files[number]

    def _files_getUploadURLExternal(self, values: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        file = self._keep(values["filename"], b"")
        file["size"] = int(values["length"])
        return {"upload_url": f"{self.origin}/upload/{file['id']}", "file_id": file["id"]}

    def _files_completeUploadExternal(self, values: dict[str, Any]) -> dict[str, Any] | str:  # noqa: N802
        if wrong := self._closed(values["channel_id"]):
            return wrong
        files = [self.files[each["id"]] for each in json.loads(values["files"])]
        ts = self.number()
        channel = values["channel_id"]
        self.written[channel, ts] = Written(channel, ts, BOT, "", thread=values.get("thread_ts"), files=files)
        return {"files": files}

    async def _upload(self, request: web.Request) -> web.Response:
        self.strangers.append(request.headers.get("Authorization"))
        number, content = request.match_info["file"], await request.read()
        if refused := self._refused("upload"):
            return web.Response(status=refused.status)
        if len(content) != self.files[number]["size"]:
            return web.Response(status=400)
        self.contents[number] = content
        return web.Response(text=f"OK - {len(content)}")

    async def _download(self, request: web.Request) -> web.Response:
        if request.headers.get("Authorization") != f"Bearer {BOT_TOKEN}":
            raise web.HTTPFound("/signin")
        if refused := self._refused("download"):
            return web.Response(
                status=refused.status, headers=refused.headers, text="<html>", content_type="text/html"
            )
        content = self.contents.get(request.match_info["file"])
        return web.Response(status=404) if content is None else web.Response(body=content)

    async def _respond(self, request: web.Request) -> web.Response:
        self.strangers.append(request.headers.get("Authorization"))
        self.ephemeral.append(await request.json())
        self.toasts.append((self.pressed[request.match_info["number"]], self.ephemeral[-1]))
        return web.Response(text="ok")
