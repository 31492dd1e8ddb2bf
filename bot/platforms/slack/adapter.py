"""Slack behind the port."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import AsyncIterator, Collection, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import Any

from aiohttp import web

from bot import faults
from bot.listening import listen
from bot.platforms.port import ChatGone, DeliveryFault, Pace, Receive, Shown
from bot.platforms.slack.directory import Directory, Kept
from bot.platforms.slack.faults import LockedOut
from bot.platforms.slack.http_mode import LARGEST, Requests
from bot.platforms.slack.intake import Intake
from bot.platforms.slack.sending import Sending, check, root_for
from bot.platforms.slack.show import CAPABILITIES, PACE, body
from bot.platforms.slack.socket_mode import LISTENING, Socket
from bot.platforms.slack.translation import PLATFORM, SLASH, Kind, Known, Me, Wanted, translate, wanted
from bot.platforms.slack.web import OFFICIAL, Web
from bot.platforms.slack.words import escaped, root_of, ts_of
from bot.platforms.unreadable import unreadable
from handlers.events import Action, AnyEvent, Unreadable
from storage.terms.clock import Clock, SystemClock

log = logging.getLogger(__name__)

PATH = "/slack/events"
UNREADABLE = (ArithmeticError, AttributeError, IndexError, KeyError, TypeError, ValueError)
KEYS = {"token", "response_url", "trigger_id"}
"""What in a payload opens doors."""

MOST_DOUBLINGS = 5
"""Of the wait between two attempts to be let in."""

PRESSES = 5_000
"""Presses that can still be answered; Slack forgets them after half an hour."""


ASIDE_MILLIS = 25 * 60_000
"""So long a slash command is answered where the bot is not; Slack forgets it after half an hour."""


@dataclass(slots=True)
class Commanded:
    """A slash command: where its answers go where the bot is not, until when, and how many went."""

    url: str
    until: int
    said: int = 0


class SlackPlatform:
    """Carries what people do on Slack to the bot, and what the bot says to Slack.

    With ``app_token`` it listens by Socket Mode, with ``signing_secret`` on ``host`` and ``port``
    for Slack's requests; with no port :attr:`requests` is to be mounted in another server.
    ``commands`` are the words that, said to the bot by name, are commands without a stroke.
    ``ready`` is set while it can be told something. Call :meth:`close` when nothing is to be sent
    any more.
    """

    name = PLATFORM

    def __init__(  # noqa: PLR0913 - settings, each by its name
        self,
        bot_token: str,
        *,
        app_token: str | None = None,
        signing_secret: str | None = None,
        base_url: str = OFFICIAL,
        proxy: str | None = None,
        host: str = "127.0.0.1",
        port: int | None = 0,
        path: str = PATH,
        commands: Collection[str] | None = None,
        clock: Clock | None = None,
        pace: Pace = PACE,
        retry_seconds: float = 1.0,
        timeout: float = 30.0,
        lookup_seconds: float = 1.0,
    ) -> None:
        if bool(app_token) == bool(signing_secret):
            raise ValueError("Slack needs either an app token (Socket Mode) or a signing secret (HTTP)")
        self.capabilities = replace(CAPABILITIES, pace=pace)
        self._web = Web(bot_token, base_url=base_url, proxy=proxy, timeout=timeout)
        self._app_token = app_token
        self._clock = clock or SystemClock()
        self._address = (host, port, path)
        self._commands = commands
        self._retry_seconds = retry_seconds
        self._lookup_seconds = lookup_seconds
        self._sending = Sending(self._web)
        self._intake = Intake(retry_seconds)
        self._directory = Directory(self._web, lookup_seconds)
        self._presses: Kept[dict[str, Any]] = Kept(PRESSES)
        self._commanded: Kept[Commanded] = Kept(PRESSES)
        self._me = Me("")
        self.requests = Requests(signing_secret, self._clock) if signing_secret else None
        self.ready = asyncio.Event()
        self.port: int | None = None
        """The port it listens on, once ready."""

    # ---------------------------------------------------------------- in

    @property
    def trouble(self) -> str:
        """What keeps it from hearing or speaking now; "" when it is well."""
        return str(self._web.troubles)

    async def run(self, receive: Receive) -> None:
        """Listen until cancelled; what is told is acknowledged once ``receive`` has returned.

        When ``receive`` raises, later events of the same chat wait until it has succeeded.
        """
        self._me = await self._introduce()
        self._directory.user = self._me.user

        async def take(kind: Kind, told: Mapping[str, Any]) -> None:
            await self._take(receive, kind, told)

        if self.requests is None:
            socket = Socket(self._web, self._app_token or "", self._retry_seconds, self.ready)
            await socket.listen(take)
            return
        self.requests.open(take)
        async with self._serving(self.requests):
            await asyncio.Event().wait()

    @asynccontextmanager
    async def _serving(self, requests: Requests) -> AsyncIterator[None]:
        host, port, path = self._address
        app = web.Application(client_max_size=LARGEST)
        app.router.add_post(path, requests.handle)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0)
        await runner.setup()
        try:
            if port is not None:
                await listen(runner, host, port)
                self.port = int(runner.addresses[0][1])
            self.ready.set()
            yield
        finally:
            self.ready.clear()
            requests.close()
            await runner.cleanup()

    async def _introduce(self) -> Me:
        """Ask Slack who the bot is, until it says so."""
        attempt, troubles = 0, self._web.troubles
        while True:
            try:
                told = await self._web.call("auth.test", {})
            except DeliveryFault as fault:
                if not isinstance(fault, LockedOut):
                    unknown = f"Slack does not say who the bot is ({type(fault).__name__}); trying again"
                    troubles.begin(LISTENING, unknown)
                await asyncio.sleep(self._retry_seconds * 2.0 ** min(attempt, MOST_DOUBLINGS))
                attempt += 1
            else:
                troubles.end(LISTENING)
                return Me(
                    str(told["user_id"]), _command_words() if self._commands is None else self._commands
                )

    async def _take(self, receive: Receive, kind: Kind, told: Mapping[str, Any]) -> None:
        """Take in what was told, in turn; what cannot be read is set aside, for it would only come again."""
        chat, event = "", None
        try:
            chat = (asked := wanted(kind, told, self._me)).chat
        except UNREADABLE as fault:
            event = _kept_aside(kind, told, fault)

        async def work() -> None:
            heard = await self._understood(kind, told, asked) if event is None else event
            if heard is not None:
                await receive(heard)

        await self._intake.in_turn(chat, work)

    async def _understood(self, kind: Kind, told: Mapping[str, Any], asked: Wanted) -> AnyEvent | None:
        if kind == "events_api" and told["event"].get("type") in {"channel_rename", "group_rename"}:
            self._directory.forget_title(asked.chat)
            return None
        try:
            if translate(kind, told, self._me, Known(), self._clock.now()) is None:
                return None
            known = await self._directory.look_up(asked)
            event = translate(kind, told, self._me, known, self._clock.now())
        except UNREADABLE as fault:
            return _kept_aside(kind, told, fault)
        if kind == "slash_commands" and event and isinstance(url := told.get("response_url"), str):
            self._commanded.put(event.event_id, Commanded(url, self._clock.steady() + ASIDE_MILLIS))
        if isinstance(event, Action):
            self._directory.is_ours(event.place.chat, event.message or "")
            self._presses.put(event.event_id, {"url": told.get("response_url"), "message": event.message})
        return event

    # ---------------------------------------------------------------- out

    async def send(self, chat: str, thread: str | None, message: Shown, reply_to: str | None) -> str:
        """Show a message, as an answer within the thread of ``reply_to``; return its identifier.

        Raises :class:`~bot.platforms.port.DeliveryFault`.
        """
        command = reply_to if reply_to and reply_to.startswith(f"{SLASH}.") else None
        answers = None if command else reply_to
        try:
            sent = await self._sending.send(chat, root_for(thread, answers), message)
        except ChatGone:
            if command is None or message.files:
                raise
            return await self._aside(command, message)
        self._directory.said(chat, sent, answers)
        return sent

    async def _aside(self, command: str, message: Shown) -> str:
        """Answer a slash command in a channel that the bot is not in: to whoever gave it alone.

        Raises :class:`ChatGone` when it was given too long ago.
        """
        asked = self._commanded.get(command)
        if asked is None or self._clock.steady() >= asked.until:
            raise ChatGone("not_in_channel")
        await self._web.respond(asked.url, {"response_type": "ephemeral", **body(message)})
        asked.said += 1
        return f"{command}.{asked.said}"

    async def edit(self, chat: str, message_id: str, message: Shown) -> None:
        """Show other words and buttons in an earlier message; its files stay.

        Raises :class:`~bot.platforms.port.DeliveryFault`.
        """
        check(message)
        values = {"channel": chat, "ts": ts_of(message_id), **body(message)}
        await self._web.call("chat.update", values, visible=True)

    async def answer(self, event_id: str, words: str) -> None:
        """Show a few words to whoever pressed; Slack itself needs no answer when there are none."""
        press = self._presses.get(event_id)
        if press is None or not words or not press["url"]:
            return
        shown = {"response_type": "ephemeral", "replace_original": False, "text": escaped(words)}
        root = root_of(press["message"])
        if root != press["message"]:
            shown["thread_ts"] = root
        try:
            await self._web.respond(press["url"], shown)
        except DeliveryFault as fault:
            log.debug("An answer to a press came too late (%s)", type(fault).__name__)

    async def fetch(self, ref: str) -> bytes:
        """Return the content of a file. Raises :class:`~bot.platforms.port.NotNow` or ``Rejected``."""
        address = ref
        if "://" not in ref:
            told = (await self._web.call("files.info", {"file": ref})).get("file") or {}
            address = told.get("url_private_download") or told.get("url_private") or ""
        return await self._web.download(address, self.capabilities.files_in)

    async def close(self) -> None:
        """Close the connections to Slack."""
        await self._web.close()


def _kept_aside(kind: Kind, told: Mapping[str, Any], fault: Exception) -> Unreadable:
    faults.tell(log, fault, "What Slack told cannot be understood (%s); it is kept aside", kind)
    kept = {name: value for name, value in told.items() if name not in KEYS}
    raw = json.dumps(kept, ensure_ascii=False, default=str)
    event = told.get("event_id")
    return unreadable(PLATFORM, raw, faults.where(fault), event=event if isinstance(event, str) else None)


def _command_words() -> frozenset[str]:
    """Return every word the conversations take for a command."""
    from handlers.command_words import command_words
    from handlers.routing import COMMANDS

    return frozenset(COMMANDS) | frozenset(command_words())
