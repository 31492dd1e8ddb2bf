"""What Slack's events leave out: names, and what our bot last said in a thread; kept in memory alone."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Iterable
from typing import Any, Generic, TypeVar

from bot.platforms.port import DeliveryFault, NotNow
from bot.platforms.slack.translation import Known, Wanted
from bot.platforms.slack.web import Web
from bot.platforms.slack.words import message_id, root_of, ts_of

V = TypeVar("V")

MOST = 20_000
FEW = 6
"""Messages of ours in one thread that its words may answer."""


class Kept(Generic[V]):
    """The newest of many values."""

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._values: OrderedDict[str, V] = OrderedDict()

    def __contains__(self, key: str) -> bool:
        return key in self._values

    def get(self, key: str) -> V | None:
        """Return a value, None when it is not kept."""
        return self._values.get(key)

    def put(self, key: str, value: V) -> None:
        """Keep a value; the oldest makes room."""
        self._values[key] = value
        self._values.move_to_end(key)
        if len(self._values) > self._most:
            self._values.popitem(last=False)

    def forget(self, key: str) -> None:
        """Keep a value no longer."""
        self._values.pop(key, None)


class Directory:
    """Looks up what Slack's events name by number alone, in little time: an event can do without."""

    def __init__(self, web: Web, seconds: float) -> None:
        self._web = web
        self.user = ""
        """Our bot's account, once Slack has told it."""
        self._seconds = seconds
        self._names: Kept[str] = Kept()
        self._titles: Kept[str] = Kept()
        self._threads: Kept[tuple[str, ...]] = Kept()
        self._ours: Kept[bool] = Kept()

    def said(self, channel: str, message: str, reply_to: str | None) -> None:
        """Remember what our bot said, and what words in its thread answer from now on.

        Under a card of ours that is the card, unless the bot last said something to a press
        there; under a person's words it is what the bot last said, or said before it.
        """
        self.is_ours(channel, message)
        root = root_of(message)
        aside = _key(channel, root) in self._ours and (
            reply_to is None or _key(channel, ts_of(reply_to)) not in self._ours
        )
        before = self._threads.get(_key(channel, root)) or ()
        self._threads.put(_key(channel, root), (root,) if aside else (message, *before)[:FEW])

    def is_ours(self, channel: str, message: str) -> None:
        """Remember that a message is our bot's."""
        self._ours.put(_key(channel, ts_of(message)), True)

    def forget_title(self, channel: str) -> None:
        """The chat has another title now."""
        self._titles.forget(channel)

    async def look_up(self, wanted: Wanted) -> Known:
        """Return what can be learned in time."""
        if wanted.thread is not None and wanted.under_ours:
            self.is_ours(wanted.chat, wanted.thread)
        try:
            async with asyncio.timeout(self._seconds):
                await asyncio.gather(
                    self._learn_title(wanted.chat),
                    self._learn_thread(wanted),
                    *(self._learn_name(user) for user in wanted.people),
                )
        except TimeoutError:
            pass
        return Known(
            {user: self._names.get(user) or "" for user in wanted.people},
            self._titles.get(wanted.chat) or "",
            (self._threads.get(_key(wanted.chat, wanted.thread)) or ()) if wanted.thread else (),
        )

    async def _learn_name(self, user: str) -> None:
        if user in self._names:
            return
        answer = await self._ask("users.info", user=user)
        if answer is not None:
            person = answer.get("user") or {}
            profile = person.get("profile") or {}
            told = (profile.get("real_name"), profile.get("display_name"), person.get("name"))
            self._names.put(user, _first(told))

    async def _learn_title(self, channel: str) -> None:
        if not channel or channel in self._titles or channel.startswith("D"):
            return
        answer = await self._ask("conversations.info", channel=channel)
        if answer is not None:
            self._titles.put(channel, _first([(answer.get("channel") or {}).get("name")]))

    async def _learn_thread(self, wanted: Wanted) -> None:
        """Find what our bot last said under a person's words, which it may have said before a restart."""
        root = wanted.thread
        if root is None or wanted.under_ours or _key(wanted.chat, root) in self._threads:
            return
        answer = await self._ask("conversations.replies", channel=wanted.chat, ts=root, limit=200)
        if answer is not None:
            ours = [m["ts"] for m in answer.get("messages") or () if m.get("user") == self.user]
            newest = tuple(message_id(ts, root) for ts in reversed(ours[-FEW:]))
            self._threads.put(_key(wanted.chat, root), (root,) if root in ours else newest)

    async def _ask(self, method: str, **values: Any) -> dict[str, Any] | None:
        """Return the answer; nothing in it when Slack will never say, None when it may do so later."""
        try:
            return await self._web.call(method, values)
        except NotNow:
            return None
        except DeliveryFault:
            return {}


def _key(channel: str, root: str) -> str:
    return f"{channel}/{root}"


def _first(told: Iterable[str | None]) -> str:
    return next((name for name in told if name), "")
