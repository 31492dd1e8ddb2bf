"""Events in hand: in order within each chat, several chats side by side."""

from __future__ import annotations

from collections import deque
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.albums import album_of, joined
from bot.receiving import Arrival
from handlers.events import AnyEvent
from handlers.turns import Received
from storage.records import InboxRow
from storage.terms.cards import Toast

ChatName = tuple[str, str]
"""A platform and its identifier of a chat."""

Prepare = Callable[[], Awaitable[None]]


@dataclass(slots=True, eq=False)
class Job:
    """An event on its way to its effect, and what was made ready for it so far.

    ``fault`` is what went wrong in making ready; it is raised where the event is answered. ``faults`` counts.
    ``others`` are the further items of an album, which is whole at the moment ``until`` of the steady clock.
    ``subject`` is what the card replied to speaks of.
    """

    arrival: Arrival
    until: int = 0
    others: list[Arrival] = field(default_factory=list)
    begun: bool = False
    subject: Mapping[str, Any] = field(default_factory=dict)
    files: tuple[Received, ...] | None = None
    prepared: Any = None
    is_prepared: bool = False
    waited: bool = False
    secret: bool = False
    fault: Exception | None = None
    faults: int = 0

    @property
    def event(self) -> AnyEvent:
        """What happened."""
        return (
            joined([each.event for each in (self.arrival, *self.others)])
            if self.others
            else self.arrival.event
        )

    @property
    def row(self) -> InboxRow:
        """Its row in the inbox, of an album that of its first item."""
        return self.arrival.row

    @property
    def rows(self) -> list[InboxRow]:
        """All its rows in the inbox."""
        return [self.arrival.row, *(each.row for each in self.others)]

    @property
    def chat(self) -> ChatName:
        """Where it happened."""
        return self.arrival.event.place.platform, self.arrival.event.place.chat

    def takes(self, other: Job) -> bool:
        """Take in another item of the same album, while this one is still gathered."""
        album = album_of(self.arrival.event)
        if self.begun or album is None or album_of(other.arrival.event) != album:
            return False
        self.others.append(other.arrival)
        self.until = max(self.until, other.until)
        self.secret = self.secret or other.secret
        return True

    def afresh(self) -> None:
        """Forget what was made ready, to try again from the beginning."""
        self.files, self.prepared, self.is_prepared, self.fault = None, None, False, None


@dataclass(slots=True)
class Outcome:
    """What is left to do for an event after its transaction: toasts to show, or something to make ready."""

    toasts: list[Toast] = field(default_factory=list)
    prepare: Prepare | None = None
    put_back: bool = False


class Jobs:
    """The queue. A chat whose first event is being made ready is held; the others go on."""

    def __init__(self) -> None:
        self._of_chat: dict[ChatName, deque[Job]] = {}
        self._ready: deque[ChatName] = deque()
        self._held: set[ChatName] = set()

    def __bool__(self) -> bool:
        """Tell whether anything waits or is held."""
        return bool(self._of_chat or self._held)

    @property
    def ready(self) -> bool:
        """Whether there is something to take."""
        return bool(self._ready)

    def put(self, job: Job) -> None:
        """Add an event behind those of its chat; an album's item to its album."""
        waiting = self._of_chat.get(job.chat)
        if waiting is not None:
            if not any(each.takes(job) for each in waiting):
                waiting.append(job)
            return
        self._of_chat[job.chat] = deque([job])
        if job.chat not in self._held:
            self._ready.append(job.chat)

    def take(self, most: int) -> list[Job]:
        """Take events in order, one chat after the other in turn."""
        taken: list[Job] = []
        while self._ready and len(taken) < most:
            chat = self._ready.popleft()
            waiting = self._of_chat[chat]
            taken.append(waiting.popleft())
            if waiting:
                self._ready.append(chat)
            else:
                del self._of_chat[chat]
        return taken

    def put_back(self, jobs: Iterable[Job]) -> None:
        """Put taken events back in front, in their order."""
        for job in reversed(list(jobs)):
            waiting = self._of_chat.get(job.chat)
            if waiting is not None:
                waiting.appendleft(job)
                continue
            self._of_chat[job.chat] = deque([job])
            if job.chat not in self._held:
                self._ready.appendleft(job.chat)

    def hold(self, chat: ChatName) -> None:
        """Take nothing of a chat until it is freed."""
        self._held.add(chat)
        if chat in self._ready:
            self._ready.remove(chat)

    def free(self, chat: ChatName) -> None:
        """Take from a chat again."""
        self._held.discard(chat)
        if chat in self._of_chat:
            self._ready.appendleft(chat)
