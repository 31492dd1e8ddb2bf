"""How fast the bot may speak on a platform: whether a message may begin now, else when.

A limit of so many messages in a period is kept by as many places: a message takes one from before it is sent
until the period after its answer came. Whenever the platform counted it in between, no more than that many
can fall into one period. All moments are of the steady clock, so that setting the clock neither lets the bot
hurry nor makes it wait.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Collection

from bot.platforms.port import Pace

SECOND, MINUTE = 1_000, 60_000

FOR_PEOPLE = 4
"""Of a group's messages a minute so many are kept for answers to people."""

AT_ONCE = 3
"""Messages of a wave that may begin together when it fell behind its pace."""

CHATS = 256
"""Chats remembered at least, before those left alone are looked for."""

NEVER = 1 << 62
"""While a message is under way nobody knows when the next may begin."""


class Places:
    """So many messages in a period."""

    def __init__(self, number: int, millis: int) -> None:
        self._number = number
        self._millis = millis + 1  # the steady clock's own grain
        self._taken = 0
        self._over: deque[int] = deque()

    def take(self) -> None:
        """A message begins."""
        self._taken += 1

    def give_back(self, now: int) -> None:
        """A message's answer came, or it did not come in time."""
        self._taken -= 1
        self._over.append(now + self._millis)

    def free(self, now: int) -> int:
        """Return how many messages may begin now."""
        while self._over and self._over[0] <= now:
            self._over.popleft()
        return self._number - self._taken - len(self._over)

    def moment(self, now: int, spare: int = 0) -> int:
        """Return when a message may begin that leaves so many places free."""
        lacking = 1 + spare - self.free(now)
        if lacking <= 0:
            return now
        return self._over[lacking - 1] if lacking <= len(self._over) else NEVER

    def idle(self, now: int) -> bool:
        """Tell whether nothing is remembered any more."""
        return self.free(now) == self._number


class Pacer:
    """Keeps one platform's pace. Answers to people go ahead of what the bot says unasked."""

    def __init__(self, pace: Pace) -> None:
        self._pace = pace
        self._all = Places(pace.per_second, SECOND) if pace.per_second else None
        self._chats: dict[str, list[Places]] = {}
        self._resting: dict[str, tuple[int, int]] = {}
        self._wave = 0.0
        self._most = CHATS

    def moment(self, now: int, *, urgent: bool) -> int:
        """Return when the next message may begin, as far as all chats together set a limit."""
        if self._all is None:
            return now
        moment = self._all.moment(now)
        return moment if urgent else max(moment, int(self._wave + 0.999))

    def rests(self, chat: str, now: int, *, urgent: bool) -> bool:
        """Tell whether a chat was spoken to too lately."""
        return self._resting.get(chat, (0, 0))[not urgent] > now

    def resting(self, now: int, *, urgent: bool) -> Collection[str]:
        """Return the chats that were spoken to too lately."""
        self._resting = {chat: until for chat, until in self._resting.items() if max(until) > now}
        return [chat for chat, until in self._resting.items() if until[not urgent] > now]

    def next_moment(self, now: int) -> int:
        """Return when the first of the resting chats may be spoken to again."""
        return min(
            (until for moments in self._resting.values() for until in moments if until > now), default=NEVER
        )

    def begin(self, chat: str, now: int, *, group: bool, urgent: bool) -> None:
        """A message begins; whoever begins one has asked before whether it may."""
        if self._all is not None:
            self._all.take()
            if not urgent:
                step = SECOND / self._pace.per_second
                self._wave = max(self._wave, now - AT_ONCE * step) + step
        for places in self._of(chat, group):
            places.take()
        self._rest(chat, now)

    def end(self, chat: str, now: int) -> None:
        """A message's answer came, or it did not come in time."""
        if self._all is not None:
            self._all.give_back(now)
        for places in self._chats.get(chat, ()):
            places.give_back(now)
        self._rest(chat, now)
        if len(self._chats) > self._most:
            self._forget(now)

    def _of(self, chat: str, group: bool) -> list[Places]:
        if chat not in self._chats:
            pace = self._pace
            found = [Places(1, pace.chat_millis)] if pace.chat_millis else []
            if group and pace.group_per_minute:
                found.append(Places(pace.group_per_minute, MINUTE))
            if not found:
                return []
            self._chats[chat] = found
        return self._chats[chat]

    def _rest(self, chat: str, now: int) -> None:
        """Work out until when a chat is left alone: by answers to people, and by everything else."""
        urgent = wave = now
        for number, places in enumerate(self._chats.get(chat, ())):
            urgent = max(urgent, places.moment(now))
            wave = max(wave, places.moment(now, FOR_PEOPLE if number else 0))
        if wave > now:
            self._resting[chat] = urgent, max(urgent, wave)
        else:
            self._resting.pop(chat, None)

    def _forget(self, now: int) -> None:
        """Remember nothing of chats that were left alone for long enough."""
        self._chats = {chat: kept for chat, kept in self._chats.items() if not all(p.idle(now) for p in kept)}
        self._most = max(CHATS, 2 * len(self._chats))
