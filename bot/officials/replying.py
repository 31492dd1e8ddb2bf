"""How liaisons word their replies: by number, in the hurry and with the slips of real ones."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from bot.officials.scene import numbered
from bot.platforms.port import ShownFile
from bot.platforms.rehearsal.world import Message

if TYPE_CHECKING:
    from bot.officials.liaison import Liaison

PICTURE = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de"
    "0000000c49444154789c63f8ffff3f0005fe02fea7354d9b0000000049454e44ae426082"
)
"""A picture of one point."""


SOON = 25
"""Days within which what falls due is said to be done."""


@dataclass(frozen=True, slots=True)
class Said:
    """A reply: its words, and what is enclosed."""

    words: str
    files: tuple[ShownFile, ...] = ()


def stated(me: Liaison, card: Message) -> dict[int, str]:
    """Return what a card says of each number: in its line, or where that is bare in the heading above."""
    first, heading = _first_general(me, card), _heading(me, card)
    return {
        number: f"{said} {heading}" if number >= first and me.words.pattern("note") not in said else said
        for number, said in numbered(card).items()
    }


def named(me: Liaison, card: Message) -> dict[int, str]:
    """Return the open items that name the department: those before the heading of what binds everyone."""
    first, waiting = _first_general(me, card), me.words.pattern("waiting")
    return {n: said for n, said in numbered(card).items() if n < first and not re.search(waiting, said)}


def _heading(me: Liaison, card: Message) -> str:
    heading = me.words.pattern("general")
    return next((line for line in card.lines if re.search(heading, line)), "")


def _first_general(me: Liaison, card: Message) -> int:
    last = max(numbered(card), default=0)
    heading = _heading(me, card)
    if not heading:
        return last + 1
    below = card.lines[card.lines.index(heading) + 1 :]
    found = (re.match(r"\W*(\d+)[.．、]", line) for line in below)
    return next((int(number[1]) for number in found if number), last + 1)


def due_days(me: Liaison, card: Message) -> dict[int, date]:
    """Return the days by which a card says that items are due, or were."""
    found = {}
    for number, said in stated(me, card).items():
        day = re.search(me.words.pattern("due"), said)
        if day:
            found[number] = date(me.scene.today.year, int(day["month"]), int(day["day"]))
    return found


def progress(me: Liaison, card: Message) -> Said | None:
    """Word a department's progress; None when nothing is open."""
    open_items = numbered(card)
    if not open_items:
        return None
    closing = me.scene.today.month == 12
    ready = [] if closing else _ready(me, card)
    if me.temper.style == "terse":
        return Said(_tersely(me, ready, closing=closing))
    mine = sorted({*named(me, card), *ready})
    parts = [f"{n} {_status(me, n, finished=closing or n in ready)}" for n in mine]
    if _first_general(me, card) <= max(open_items):
        parts.append(me.words.one("rest_done" if closing else "rest_on_course", me.chance))
    if not parts:
        return None
    joint = "\n" if len(parts) > 3 or me.chance.random() < 0.4 else " "
    return Said(joint.join(parts), _enclosed(me))


def _ready(me: Liaison, card: Message) -> list[int]:
    """Return the items that are done because their day is near, or past: as far as the liaison keeps days."""
    soon = me.scene.today + timedelta(days=SOON)
    waiting = me.words.pattern("waiting")
    said = stated(me, card)
    return [
        n
        for n, due in due_days(me, card).items()
        if due <= soon and not re.search(waiting, said[n]) and me.chance.random() < me.temper.keeps
    ]


def _tersely(me: Liaison, ready: list[int], *, closing: bool) -> str:
    if closing:
        return me.words.one("all_done", me.chance)
    if not ready:
        return me.words.one("all_on_course", me.chance)
    numbers = "、".join(str(number) for number in ready)
    return me.words.one("these_done", me.chance, numbers=numbers)


def _status(me: Liaison, number: int, *, finished: bool) -> str:
    before = me.percents.get(number, 0)
    now = 100 if finished else min(95, before + me.chance.randint(*me.temper.pace))
    me.percents[number] = now
    count, day = me.chance.randint(3, 40), _end_of(me.scene.today + timedelta(days=me.chance.randint(30, 90)))
    if now == 100:
        return me.words.one("done", me.chance, count=count)
    if now == before:
        return me.words.one("nothing", me.chance)
    return me.words.one("going", me.chance, percent=now, count=count, month=day.month)


def _end_of(day: date) -> date:
    return min(day, date(day.year, 12, 31))


def _enclosed(me: Liaison) -> tuple[ShownFile, ...]:
    if me.chance.random() >= me.temper.enclose:
        return ()
    return (ShownFile(me.words.one("file", me.chance), "image/png", PICTURE),)


def mended(me: Liaison, card: Message) -> Said | None:
    """Word again what came back, with what was missing enclosed."""
    pattern = me.words.pattern("came_back")
    back = [n for n, said in stated(me, card).items() if re.search(pattern, said)]
    if not back:
        return None
    count = me.chance.randint(5, 40)
    words = " ".join(f"{n} {me.words.one('mended', me.chance, count=count)}" for n in back)
    return Said(words, (ShownFile(me.words.one("file", me.chance), "image/png", PICTURE),))


def slipped(me: Liaison, words: str) -> str:
    """Spoil a reply: a number that the card does not have, or half the percentage."""
    halved = re.sub(r"\d+(?=%)", lambda found: str(max(1, int(found[0]) // 2)), words)
    if halved != words and me.chance.random() < 0.5:
        return halved
    return f"{me.chance.randint(40, 60)} {me.words.one('done', me.chance, count=3)} {words}"
