"""How much a platform lets a bot send, counted as its servers do; what is too fast is refused and noted."""

from __future__ import annotations

import time
from collections import defaultdict, deque
from collections.abc import Callable

from bot.platforms.port import Pace


class _Window:
    """So many in any period, at whatever moment it begins."""

    def __init__(self, number: int, seconds: float) -> None:
        self._seconds = seconds
        self._times: deque[float] = deque(maxlen=number)

    def wait(self, now: float) -> float:
        """Return the seconds until one more is allowed; 0 where it is now."""
        if len(self._times) < (self._times.maxlen or 0):
            return 0.0
        return max(0.0, self._times[0] + self._seconds - now)

    def count(self, now: float) -> None:
        self._times.append(now)


class Limits:
    """The limits of a pace. ``broken`` names each time that the bot did not keep to them, or was told to wait
    and did not.
    """

    def __init__(self, pace: Pace, now: Callable[[], float] = time.monotonic) -> None:
        self.broken: list[str] = []
        self.counted = 0
        self._pace = pace
        self._now = now
        self._all = [_Window(pace.per_second, 1.0)] if pace.per_second else []
        self._chats: defaultdict[object, list[_Window]] = defaultdict(self._of_a_chat)
        self._groups: defaultdict[object, list[_Window]] = defaultdict(self._of_a_group)
        self._told_to_wait: dict[object, float] = {}

    def _of_a_chat(self) -> list[_Window]:
        return [_Window(1, self._pace.chat_millis / 1000)] if self._pace.chat_millis else []

    def _of_a_group(self) -> list[_Window]:
        return [_Window(self._pace.group_per_minute, 60.0)] if self._pace.group_per_minute else []

    def wait(self, chat: object, *, group: bool) -> float:
        """Return the seconds to wait before a message to a chat; one that comes all the same is noted."""
        now = self._now()
        waits = {
            "everywhere": self._longest(self._all, now),
            "in the chat": self._longest(self._chats[chat], now),
            "in the group": self._longest(self._groups[chat] if group else [], now),
            "though it was told to wait": self._told_to_wait.get(chat, now) - now,
        }
        where, longest = max(waits.items(), key=lambda each: each[1])
        if longest > 0:
            self.broken.append(f"{longest:.3f} s too early {where}: message {self.counted + 1}, to {chat}")
        return longest

    def count(self, chat: object, *, group: bool) -> None:
        """Take note of a message that came through."""
        self.counted += 1
        now = self._now()
        for window in (*self._all, *self._chats[chat], *(self._groups[chat] if group else [])):
            window.count(now)

    def told_to_wait(self, chat: object, seconds: float) -> None:
        """Take note that the bot was told to send nothing to a chat for a while."""
        self._told_to_wait[chat] = self._now() + seconds

    @staticmethod
    def _longest(windows: list[_Window], now: float) -> float:
        return max((window.wait(now) for window in windows), default=0.0)
