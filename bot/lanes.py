"""One platform's lane: which messages may be sent on it now, and when the next may."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import compress

from bot.pacing import NEVER, Pacer
from bot.platforms.port import Platform
from bot.sending import Report
from storage.directory import Directory
from storage.ledger import outbox
from storage.ledger.outbox import Parcel
from storage.records import Chat, OutboxRow
from storage.terms.roles import Purpose
from storage.unit import Unit

SIDE_BY_SIDE = 16
"""Most chats of a platform to which something is being sent at once."""

LONGEST_WAIT_MILLIS = 3_600_000
"""A message that was put off is tried again after so long at most, however the clock was set meanwhile."""

LATELY_MILLIS = 60_000
"""What was sent so long ago counts no more in any limit."""


class Lane:
    """Knows which chats of a platform are being spoken to, which are left alone, and until when."""

    def __init__(self, platform: Platform) -> None:
        self.platform = platform
        self.waiting = False
        """Whether a message waits: for its turn, or to be tried again."""
        self.due = False
        """Whether a message waits for its turn alone."""
        self._pacer = Pacer(platform.capabilities.pace)
        self._busy: set[int] = set()
        self._wait_until: dict[int, int] = {}
        self._closed_until = 0

    @property
    def busy(self) -> bool:
        """Whether something is being sent."""
        return bool(self._busy)

    def speaks_to(self, chat: int) -> bool:
        """Tell whether a message to a chat has no receipt yet."""
        return chat in self._busy

    async def recover(self, unit: Unit, under_way: Iterable[OutboxRow], steady: int) -> None:
        """Go on at the pace and with the waits of before; what was ``under_way`` may just have been sent."""
        chats = {chat.id: chat for chat in unit.directory.all(Chat) if chat.platform == self.platform.name}
        for number, moment in (await outbox.put_off(unit)).items():
            if number in chats:
                self._wait_until[number] = steady + min(moment - unit.now, LONGEST_WAIT_MILLIS)
        sent = await outbox.sent_since(unit, unit.now - LATELY_MILLIS)
        for number, moment in [*sent, *((row.chat_id, unit.now) for row in under_way)]:
            if number in chats:
                then = steady - max(0, unit.now - moment)
                self._pacer.begin(chats[number].external, then, group=_is_group(chats[number]), urgent=True)
                self._pacer.end(chats[number].external, then)

    async def choose(self, unit: Unit, steady: int) -> list[Parcel]:
        """Choose what is sent now, answers to people first."""
        self._wait_until = {chat: until for chat, until in self._wait_until.items() if until > steady}
        chosen: list[Parcel] = []
        for urgent in (True, False):
            if max(self._closed_until, self._pacer.moment(steady, urgent=urgent)) <= steady:
                skip = self._left_alone(unit.directory, steady, urgent=urgent)
                skip |= {parcel.chat.id for parcel in chosen}
                room = SIDE_BY_SIDE - len(self._busy) - len(chosen)
                rows = await outbox.heads(unit, self.platform.name, skip, room, urgent=urgent)
                chats = [unit.directory.get(Chat, row.chat_id) for row in rows]
                begun = [self._may_begin(chat, steady, urgent=urgent) for chat in chats]
                chosen += [await outbox.parcel(unit, row) for row in compress(rows, begun)]
        await self._look_ahead(unit, self._busy | {parcel.chat.id for parcel in chosen}, steady)
        return chosen

    async def _look_ahead(self, unit: Unit, skip: set[int], steady: int) -> None:
        self.waiting = self.due = await outbox.any_waits(unit, self.platform.name, skip)
        if self.due and self._closed_until > steady:
            self.due = False
        elif self.due and self._wait_until:
            self.due = await outbox.any_waits(unit, self.platform.name, skip | set(self._wait_until))

    def _may_begin(self, chat: Chat, steady: int, *, urgent: bool) -> bool:
        """Begin a message to a chat if the platform's limits allow it now."""
        pacer = self._pacer
        if pacer.moment(steady, urgent=urgent) > steady or pacer.rests(chat.external, steady, urgent=urgent):
            return False
        pacer.begin(chat.external, steady, group=_is_group(chat), urgent=urgent)
        return True

    def _left_alone(self, directory: Directory, steady: int, *, urgent: bool) -> set[int]:
        resting = self._pacer.resting(steady, urgent=urgent)
        here = directory.worked_out(f"chats of {self.platform.name}", self._chats)
        return {
            *self._busy,
            *self._wait_until,
            *(number for external in resting for number in here.get(external, ())),
        }

    def _chats(self, directory: Directory) -> dict[str, list[int]]:
        """Return the chats of each identifier: the topics of a group share one."""
        found: dict[str, list[int]] = {}
        for chat in directory.all(Chat):
            if chat.platform == self.platform.name:
                found.setdefault(chat.external, []).append(chat.id)
        return found

    def begins(self, parcel: Parcel) -> None:
        """A chosen message is on its way."""
        self._busy.add(parcel.chat.id)

    def again(self, parcel: Parcel, steady: int) -> int:
        """Begin another call for the same card if the limits allow it; return when they will."""
        if self._may_begin(parcel.chat, steady, urgent=True):
            return steady
        ahead = (self._pacer.moment(steady, urgent=True), self._pacer.next_moment(steady))
        return max((moment for moment in ahead if moment < NEVER), default=steady)

    def answered(self, parcel: Parcel, steady: int) -> None:
        """The platform's answer came, or it did not come in time."""
        self._pacer.end(parcel.chat.external, steady)

    def report(self, report: Report, steady: int) -> None:
        """Take note of what became of a message, once that is written down."""
        self._busy.discard(report.parcel.chat.id)
        if report.verdict == "later":
            until = steady + min(report.millis, LONGEST_WAIT_MILLIS)
            self._wait_until[report.parcel.chat.id] = until
            if report.everywhere:
                self._closed_until = until

    def next_moment(self, steady: int) -> int | None:
        """Return when to look again at what waits; None when nothing does, or for an answer only."""
        if not self.waiting:
            return None
        moments = [
            self._closed_until,
            *self._wait_until.values(),
            self._pacer.moment(steady, urgent=True),
            self._pacer.moment(steady, urgent=False),
            self._pacer.next_moment(steady),
        ]
        return min((moment for moment in moments if steady < moment < NEVER), default=None)


def _is_group(chat: Chat) -> bool:
    return chat.purpose != Purpose.PRIVATE
