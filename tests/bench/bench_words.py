"""What strangers write: reading a reply and masking a text take time as they grow, not more."""

from __future__ import annotations

import timeit
from collections.abc import Callable, Mapping
from datetime import date
from time import thread_time

from handlers.replies import CardItem, read_reply
from reminders.workdays import Workdays
from storage.terms.masks import mask
from tests.bench.figures import Figure, at_most

_ROUNDS = 5
_TODAY = date(2026, 3, 2)
_ITEMS = [CardItem(number) for number in range(1, 21)]
_REPLIES = (
    "1、|1 |1已完成 |1-|(|(1)|已完成|除1|其余|①|完成60%，|一|1.| |第|预计|12月|，|都|1 2 |1项|没有|的|收到"
)
_TEXTS = "1|1 |6222 |路1号|街1号2栋|12-|宁A1|村一二三|1x|https://"


def run() -> list[Figure]:
    """Return how much longer eight times the text takes, for the worst of many attacks."""
    replies = {piece: (lambda text: read_reply(text + "!", _ITEMS, _TODAY)) for piece in _REPLIES.split("|")}
    masks = dict.fromkeys(_TEXTS.split("|"), mask)
    days, day = Workdays(), date(2026, 6, 30)
    return [
        at_most("working days: one lookup, µs", _lookup(lambda: days.add_workdays(day, -3)), 1.0),
        at_most("replies: eight times the text, times longer at worst", _worst(replies, 500), 12.0),
        at_most("masks: eight times the text, times longer at worst", _worst(masks, 8_000), 12.0),
    ]


def _worst(attacks: Mapping[str, Callable[[str], object]], length: int) -> float:
    return max(
        _best(read, piece * (8 * length // len(piece))) / _best(read, piece * (length // len(piece)))
        for piece, read in attacks.items()
    )


def _lookup(look: Callable[[], object]) -> float:
    return min(timeit.repeat(look, number=2_000, repeat=20)) / 2_000 * 1e6


def _best(read: Callable[[str], object], text: str) -> float:
    times = []
    for _ in range(_ROUNDS):
        start = thread_time()
        read(text)
        times.append(thread_time() - start)
    return min(times)
